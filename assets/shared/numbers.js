// Numbers as text, and kept within bounds.

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/**
 * A number in few characters, without trailing noise: 0.0434, 1,234, 2.6e-8, NaN.
 * @param {number} value
 * @param {number} [digits] significant ones
 */
export function formatNumber(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  let text;
  if (size >= 1e6 || size < 1e-4) text = value.toExponential(Math.max(0, digits - 2)).replace("e+", "e");
  else if (size >= 1000) text = Math.round(value).toLocaleString("en-US");
  else text = String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

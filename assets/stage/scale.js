// Ranges of numbers, scales from them to pixels, and round ticks and levels within them.

import { formatNumber } from "../shared/numbers.js";

/**
 * @typedef {[number, number]} Range
 * @typedef {((value: number) => number) & { invert: (place: number) => number, domain: Range }} Scale
 */

/** @param {number} value */
const logarithm = (value) => Math.log10(Math.max(value, 1e-300));

/**
 * Scale from a domain to pixels, linear or logarithmic; `invert` goes back.
 * @param {number} low
 * @param {number} high
 * @param {number} from
 * @param {number} to
 * @param {boolean} [log]
 * @returns {Scale}
 */
export function makeScale(low, high, from, to, log = false) {
  const f = log ? logarithm : (/** @type {number} */ value) => value;
  const start = f(low);
  const span = f(high) - start || 1;
  const place = (/** @type {number} */ value) => from + ((f(value) - start) / span) * (to - from);
  const invert = (/** @type {number} */ at) => {
    const value = start + ((at - from) / (to - from)) * span;
    return log ? 10 ** value : value;
  };
  return Object.assign(place, { invert, domain: /** @type {Range} */ ([low, high]) });
}

/**
 * Smallest and largest finite value over several arrays; [0, 1] where there is none.
 * @param {Iterable<number>[]} lists
 * @param {boolean} [log] only positive ones count
 * @returns {Range}
 */
export function extent(lists, log = false) {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists)
    for (const v of list)
      if (Number.isFinite(v) && (!log || v > 0)) {
        if (v < low) low = v;
        if (v > high) high = v;
      }
  return low <= high ? [low, high] : [0, 1];
}

/**
 * Widen a range by a share on both sides, so that marks do not touch the frame.
 * @param {Range} range
 * @param {number} [share]
 * @param {boolean} [log]
 * @returns {Range}
 */
export function pad([low, high], share = 0.05, log = false) {
  if (log) return [low / (high / low || 10) ** share, high * (high / low || 10) ** share];
  const room = (high - low) * share || Math.abs(high) * share || 1;
  return [low - room, high + room];
}

/**
 * The round numbers 1, 2 or 5 times a power of ten that cut [min, max] into about n parts; the ticks within it.
 * @param {number} min
 * @param {number} max
 * @param {number} n
 */
export function niceTicks(min, max, n) {
  if (!(max > min)) return Number.isFinite(min) ? [min] : [];
  const rough = (max - min) / Math.max(1, n);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.85) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/**
 * Ticks for a scale: nice round values, or powers of ten on a logarithmic one.
 * @param {number} low
 * @param {number} high
 * @param {number} count
 * @param {boolean} [log]
 */
export function axisTicks(low, high, count, log) {
  if (!log) return niceTicks(low, high, count);
  const [a, b] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (b - a < 1) return niceTicks(low, high, count).filter((v) => v > 0);
  const every = Math.ceil((b - a + 1) / count);
  return Array.from({ length: b - a + 1 }, (_, i) => 10 ** (a + i)).filter((_, i) => i % every === 0);
}

/**
 * About n nice levels strictly inside (min, max), in the units of the data; on "log", min must be positive.
 * @param {number} min
 * @param {number} max
 * @param {number} n
 * @param {string | null} [scale]
 */
export function isoLevels(min, max, n, scale) {
  const inside = (/** @type {number} */ level) => level > min && level < max;
  const decades = scale === "log" ? Math.log10(max / min) : 0;
  if (!(decades > 1)) return niceTicks(min, max, n).filter(inside);
  const mantissas = decades * 3 <= n * 1.4 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.round(decades / n));
  const levels = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
    if (power % stride === 0) levels.push(...mantissas.map((m) => m * 10 ** power));
  }
  return levels.filter(inside);
}

/**
 * Texts of ticks in few characters; with more digits where that would make two of them the same.
 * @param {number[]} ticks
 */
export function tickTexts(ticks) {
  /** @type {((value: number) => string)[]} */
  const formats = [formatNumber, String, (v) => v.toPrecision(7), (v) => v.toPrecision(12)];
  for (const format of formats) {
    const texts = ticks.map((tick) => format(tick));
    if (new Set(texts).size === texts.length) return texts.map((t) => t.replace(/^-/, "\u2212"));
  }
  return ticks.map(String);
}

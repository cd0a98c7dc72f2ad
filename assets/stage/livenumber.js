// Numbers in words that change with time. Each has room for its longest text, so that nothing else moves.

import { el } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";

const SAMPLES = 100;

/**
 * How many characters the texts of these numbers have at most, as some of them tell, the lowest and the highest too.
 * @param {ArrayLike<number>} values
 * @param {number} [digits] significant ones
 */
export function roomFor(values, digits) {
  let [low, high, most] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  const every = Math.max(1, Math.floor(values.length / SAMPLES));
  const measure = (/** @type {number} */ value) => {
    most = Math.max(most, formatNumber(value, digits).length);
  };
  for (let i = 0; i < values.length; i += every) measure(values[i]);
  for (const value of low <= high ? [low, high] : []) measure(value);
  return most;
}

/**
 * The node of a number that will be one of these.
 * @param {ArrayLike<number>} values
 * @param {string | null} [style]
 * @param {number} [digits] significant ones
 */
export function liveNumber(values, style, digits) {
  const width = `width:${roomFor(values, digits)}ch`;
  return el("b", { class: "live", style: style ? `${width};${style}` : width });
}

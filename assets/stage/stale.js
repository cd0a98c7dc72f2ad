// Which part of a picture of paths is no longer right when time has moved, forward or back: only it is painted anew.

/**
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {[number, number, number, number]} Box left, top, right and bottom, CSS pixels
 */

/**
 * The smallest box around places, with a margin; null where there is none.
 * @param {number[][]} places
 * @param {number} margin
 * @returns {Box | null}
 */
export function boxAround(places, margin) {
  if (!places.length) return null;
  const [xs, ys] = [0, 1].map((k) => places.map((place) => place[k]));
  return [Math.min(...xs) - margin, Math.min(...ys) - margin, Math.max(...xs) + margin, Math.max(...ys) + margin];
}

/**
 * The places of a trace between two counts of vertices, from the last one that both have.
 * @param {Trace} trace
 * @param {number} a
 * @param {number} b
 */
export function placesBetween(trace, a, b) {
  const [from, to] = a < b ? [a, b] : [b, a];
  const places = [];
  for (let i = Math.max(0, from - 1); from < to && i < to; i++) places.push([trace.x[i], trace.y[i]]);
  return places;
}

/**
 * What of a box lies in another one, in whole pixels of the screen; null where nothing does.
 * @param {Box} box
 * @param {Box} within its own edges lie between pixels
 * @param {number} ratio pixels of the screen a CSS pixel
 * @returns {Box | null}
 */
export function cut(box, within, ratio) {
  const low = (/** @type {0 | 1} */ k) => Math.max(within[k], Math.floor(box[k] * ratio) / ratio);
  const high = (/** @type {2 | 3} */ k) => Math.min(within[k], Math.ceil(box[k] * ratio) / ratio);
  /** @type {Box} */
  const own = [low(0), low(1), high(2), high(3)];
  return own[0] < own[2] && own[1] < own[3] ? own : null;
}

/**
 * Whether the piece of a trace that ends at a vertex, drawn with a brush of some reach, touches a box.
 * @param {Trace} trace
 * @param {number} i
 * @param {Box} box
 * @param {number} reach
 */
export function touches({ x, y }, i, [left, top, right, bottom], reach) {
  return Math.min(x[i - 1], x[i]) - reach < right && Math.max(x[i - 1], x[i]) + reach > left
    && Math.min(y[i - 1], y[i]) - reach < bottom && Math.max(y[i - 1], y[i]) + reach > top;
}

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
 * Whether two boxes have a part in common.
 * @param {Box} a
 * @param {Box} b
 */
export const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/**
 * Whether the piece of a trace that ends at a vertex, drawn with a brush of some reach, touches a box.
 * @param {Trace} trace
 * @param {number} i
 * @param {Box} box
 * @param {number} reach
 */
export function touches({ x, y }, i, box, reach) {
  const [left, right] = x[i] < x[i - 1] ? [x[i], x[i - 1]] : [x[i - 1], x[i]];
  const [top, bottom] = y[i] < y[i - 1] ? [y[i], y[i - 1]] : [y[i - 1], y[i]];
  return overlap([left - reach, top - reach, right + reach, bottom + reach], box);
}

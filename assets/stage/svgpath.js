// Points as the paths of SVG: lines through them, and marks of a few shapes.

import { clamp } from "../shared/numbers.js";

/**
 * @typedef {(value: number) => number} Place
 * @typedef {{ x: Place, y: Place, box: { left: number, right: number } }} Plot what places points on a plot
 */

/**
 * SVG path through points; breaks at values that are not finite. Long lines keep the extremes of each pixel column.
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {Plot} plot
 * @param {boolean | null} [step] keep a value until the next one
 */
export function linePath(xs, ys, plot, step = false) {
  if (xs.length > 3 * (plot.box.right - plot.box.left)) return columnsPath(xs, ys, plot);
  let path = "";
  let pen = "M";
  let last = 0;
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i])) {
      pen = "M";
      continue;
    }
    const x = plot.x(xs[i]);
    const y = clamp(plot.y(ys[i]), -1e5, 1e5);
    if (step && pen === "L") path += `L${x.toFixed(2)} ${last.toFixed(2)}`;
    path += `${pen}${x.toFixed(2)} ${y.toFixed(2)}`;
    pen = "L";
    last = y;
  }
  return path;
}

/**
 * The lowest and the highest place of each column of pixels, from left to right.
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {Plot} plot
 */
function columnsPath(xs, ys, plot) {
  /** @type {Map<number, [number, number]>} */
  const columns = new Map();
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i])) continue;
    const x = Math.round(plot.x(xs[i]));
    const y = plot.y(ys[i]);
    const column = columns.get(x);
    if (!column) columns.set(x, [y, y]);
    else if (y < column[0]) column[0] = y;
    else if (y > column[1]) column[1] = y;
  }
  const points = [...columns].flatMap(([x, [low, high]]) => (high > low ? [[x, low], [x, high]] : [[x, low]]));
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
}

/**
 * Discs of one radius around all places that are finite, as one path.
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {Plot} plot
 * @param {number} r
 */
export function dotsPath(xs, ys, plot, r) {
  const round = `a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  let path = "";
  for (let i = 0; i < xs.length; i++) {
    const [x, y] = [plot.x(xs[i]), plot.y(ys[i])];
    if (Number.isFinite(x) && Number.isFinite(y)) path += `M${(x - r).toFixed(2)} ${y.toFixed(2)}${round}`;
  }
  return path;
}

/** @typedef {(x: number, y: number, r: number) => string} Shape */

/** @type {{ text: string, at: Shape }[]} */
export const SYMBOLS = [
  { text: "○", at: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0` },
  { text: "□", at: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z` },
  { text: "△", at: (x, y, r) => `M${x} ${y - r}l${r} ${2 * r}h${-2 * r}z` },
  { text: "◇", at: (x, y, r) => `M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z` },
];

/**
 * Marks of one shape at every finite point; each shape a little larger, so that equal values nest instead of hiding.
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {Plot} plot
 * @param {number} symbol
 */
export function symbolPath(xs, ys, plot, symbol) {
  let path = "";
  for (let i = 0; i < xs.length; i++)
    if (Number.isFinite(ys[i])) path += SYMBOLS[symbol].at(plot.x(xs[i]), plot.y(ys[i]), 3 + 1.7 * symbol);
  return path;
}

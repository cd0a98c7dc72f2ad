// A loss surface as both panels draw it: heights 0..1 on a refined grid, the iso-levels, and the paths over it.

import { clamp } from "../shared/numbers.js";
import { extent, isoLevels } from "./scale.js";

/**
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {import("./contours.js").Grid} Grid
 * @typedef {import("./scale.js").Range} Range
 *
 * @typedef {object} Field
 * @property {Numbers} x
 * @property {Numbers} y
 * @property {Numbers} z row by row
 * @property {number} nx
 * @property {number} ny
 * @property {Grid} grid heights 0..1
 * @property {Range} range of the losses that are shown
 * @property {[number, number, number, number]} extent first and last x, first and last y
 * @property {(x: number, y: number) => [number, number]} toUnit
 * @property {(loss: number) => number} toHeight
 * @property {boolean} isLog
 * @property {boolean} terraces whether cells are flat
 * @property {{ value: number, t: number }[]} levels
 */

/**
 * Fill cubic values between the n entries of a line, around holes: `factor` new steps an entry, exact at the entries.
 * @param {(i: number) => number} read
 * @param {number} n
 * @param {number} factor
 * @param {(i: number, value: number) => void} write
 */
function refineLine(read, n, factor, write) {
  for (let i = 0; i < n; i++) {
    write(i * factor, read(i));
    if (i === n - 1) return;
    const b = read(i), c = read(i + 1);
    const before = i > 0 ? read(i - 1) : NaN, after = i + 2 < n ? read(i + 2) : NaN;
    const a = Number.isNaN(before) ? 2 * b - c : before, d = Number.isNaN(after) ? 2 * c - b : after;
    for (let k = 1; k < factor; k++) {
      const f = k / factor;
      write(i * factor + k, b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a))));
    }
  }
}

/**
 * A Catmull-Rom refinement of a (ny, nx) grid to about 100 columns, so that lines and light are smooth.
 * @param {ArrayLike<number>} values
 * @param {number} nx
 * @param {number} ny
 * @returns {Grid}
 */
export function refineGrid(values, nx, ny) {
  const factor = clamp(Math.round(96 / Math.max(nx - 1, ny - 1, 1)), 1, 6);
  if (factor === 1) return { nx, ny, t: Float32Array.from(values) };
  const fx = (nx - 1) * factor + 1, fy = (ny - 1) * factor + 1;
  const rows = new Float64Array(fx * ny), t = new Float32Array(fx * fy);
  for (let j = 0; j < ny; j++) {
    refineLine((i) => values[j * nx + i], nx, factor, (i, value) => (rows[j * fx + i] = value));
  }
  for (let i = 0; i < fx; i++) {
    refineLine((j) => rows[j * fx + i], ny, factor, (j, value) => (t[j * fx + i] = value));
  }
  return { nx: fx, ny: fy, t };
}

/** @param {number} value */
const finite = (value) => (Number.isFinite(value) ? value : NaN);

/**
 * log10 (zero and below count as the smallest positive value) or the identity; not finite gives NaN.
 * @param {Iterable<number>} values
 * @param {boolean} isLog
 */
export function heightScale(values, isLog) {
  if (!isLog) return { apply: finite, invert: finite };
  let least = Infinity, most = 0;
  for (const value of values) {
    if (value > 0 && value < least) least = value;
    if (value > most && Number.isFinite(value)) most = value;
  }
  const floor = Math.max(Number.isFinite(least) ? least : 1, most * 1e-12);
  return {
    apply: (/** @type {number} */ v) => (Number.isFinite(v) ? Math.log10(Math.max(v, floor)) : NaN),
    invert: (/** @type {number} */ v) => 10 ** v,
  };
}

/**
 * The range shown: the surface's, widened by path points over it by half at most; a flat surface gets room around.
 * @param {Float64Array} heights
 * @param {number[]} pathHeights
 * @returns {Range}
 */
function shownRange(heights, pathHeights) {
  const [least, most] = extent([heights]), [lowest, highest] = extent([heights, pathHeights]);
  const room = (most - least) / 2, low = Math.max(lowest, least - room), high = Math.min(highest, most + room);
  if (high - low > 2e-7 * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  const around = Math.abs(low) / 2 || 0.5;
  return [low - around, high + around];
}

/**
 * First and last place of an axis; flat cells reach half a cell beyond their points.
 * @param {Numbers} axis
 * @param {boolean} terraces
 * @returns {Range}
 */
function axisReach(axis, terraces) {
  const first = axis[0], last = axis[axis.length - 1];
  const half = terraces ? (last - first) / Math.max(1, axis.length - 1) / 2 : 0;
  return last === first ? [first - 0.5, first + 0.5] : [first - half, last + half];
}

/**
 * What both panels draw, and maps from data to the unit cube (u, v, t). z has shape (ny, nx), x (nx), y (ny); points of
 * the paths are (F, 3).
 * @param {import("./losspanel.js").LossSpec} spec
 * @param {import("../shared/packed.js").Arrays} arrays
 * @returns {Field}
 */
export function lossField(spec, arrays) {
  const x = arrays[spec.x].data, y = arrays[spec.y].data, z = arrays[spec.z].data;
  const nx = x.length, ny = y.length, isLog = spec.zScale === "log", terraces = Boolean(spec.terraces);
  const [x0, x1] = axisReach(x, terraces), [y0, y1] = axisReach(y, terraces);
  /** @type {Field["toUnit"]} */
  const toUnit = (px, py) => [(px - x0) / (x1 - x0), (py - y0) / (y1 - y0)];
  const scale = heightScale(z, isLog);
  const heights = Float64Array.from(z, scale.apply);
  const over = (spec.paths ?? []).flatMap((path) => lossesOver(arrays[path.points].data, toUnit).map(scale.apply));
  const [low, high] = shownRange(heights, over);
  const toHeight = (/** @type {number} */ loss) => (scale.apply(loss) - low) / (high - low);
  const unit = heights.map((h) => (h - low) / (high - low));
  /** @type {Range} */
  const range = [scale.invert(low), scale.invert(high)];
  const levels = isoLevels(...range, spec.levels ?? 12, spec.zScale).slice(0, 32);
  return {
    x, y, z, nx, ny, range, toUnit, toHeight, isLog, terraces, extent: [x0, x1, y0, y1],
    grid: terraces ? { nx, ny, t: Float32Array.from(unit) } : refineGrid(unit, nx, ny),
    levels: levels.map((value) => ({ value, t: toHeight(value) })),
  };
}

/**
 * The losses of those points of a path that lie over the unit square.
 * @param {Numbers} points
 * @param {Field["toUnit"]} toUnit
 */
function lossesOver(points, toUnit) {
  const losses = [];
  for (let i = 0; i < points.length; i += 3) {
    const [u, v] = toUnit(points[i], points[i + 1]);
    if (u >= 0 && u <= 1 && v >= 0 && v <= 1) losses.push(points[i + 2]);
  }
  return losses;
}

/**
 * Height 0..1 over the point (u, v) of the unit square: bilinear, or the flat step there; NaN in holes and outside.
 * @param {Field} field
 * @param {number} u
 * @param {number} v
 */
export function heightAt(field, u, v) {
  const { nx, ny, t } = field.grid;
  if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return NaN;
  if (field.terraces) return t[Math.min(ny - 1, Math.floor(v * ny)) * nx + Math.min(nx - 1, Math.floor(u * nx))];
  const a = u * (nx - 1), b = v * (ny - 1);
  const i = Math.min(nx - 2, Math.floor(a)), j = Math.min(ny - 2, Math.floor(b));
  const f = a - i, g = b - j, at = j * nx + i;
  return (1 - g) * ((1 - f) * t[at] + f * t[at + 1]) + g * ((1 - f) * t[at + nx] + f * t[at + nx + 1]);
}

/**
 * The grid point [column, row] nearest to (u, v), or null outside the square.
 * @param {Field} field
 * @param {number} u
 * @param {number} v
 */
export function nearestPoint(field, u, v) {
  if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return null;
  const pick = (/** @type {number} */ w, /** @type {number} */ n) =>
    field.terraces ? Math.min(n - 1, Math.floor(w * n)) : Math.round(w * (n - 1));
  return [pick(u, field.nx), pick(v, field.ny)];
}

/**
 * The recorded points (F, 3) of a path in the unit cube: u, v, t.
 * @param {Field} field
 * @param {Numbers} points
 */
export function unitPoints(field, points) {
  const unit = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [u, v] = field.toUnit(points[i], points[i + 1]);
    unit.set([u, v, field.toHeight(points[i + 2])], i);
  }
  return unit;
}

// The value under the pointer: the nearest point of a plot's curves, ringed, with its numbers beside it.

import { el } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { dotNode, reveal, shiftDot, shiftTo } from "./layer.js";

/**
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {{ label?: string | null, color?: string, xs: Numbers, ys: Numbers }} Readable a curve of points
 * @typedef {{ curve: Readable, i: number, x: number, y: number }} Found a point of it, and where it is on the screen
 * @typedef {(value: number) => number} Scale
 */

const READ_NEAR = 30; // pixels from the pointer to a point that is still meant
const APART = 10; // pixels from the point to its numbers

/**
 * The point of all curves that is nearest to a place on the screen; null where none is near.
 * @param {Readable[]} curves
 * @param {{ x: Scale, y: Scale }} scales
 * @param {number} px
 * @param {number} py
 * @returns {Found | null}
 */
export function nearestPointOf(curves, scales, px, py) {
  let least = READ_NEAR;
  /** @type {Found | null} */
  let best = null;
  for (const curve of curves) {
    const count = Math.min(curve.xs.length, curve.ys.length);
    for (let i = 0; i < count; i++) {
      const [x, y] = [scales.x(curve.xs[i]), scales.y(curve.ys[i])];
      const away = Math.hypot(x - px, y - py);
      if (away < least) [least, best] = [away, { curve, i, x, y }];
    }
  }
  return best;
}

/** What is read in one plot. */
export class Reading {
  /** @param {HTMLElement} area the plot */
  constructor(area) {
    this.area = area;
    this.ring = dotNode(5, { fill: "none", stroke: "currentColor", "stroke-width": 1.6 });
    this.tip = el("div", { class: "moved tip", hidden: "" });
    area.append(this.ring, this.tip);
  }

  /**
   * @param {Found | null} found
   * @param {{ xLabel?: string | null, yLabel?: string | null }} labels
   */
  show(found, { xLabel, yLabel }) {
    reveal(this.ring, found !== null);
    this.tip.hidden = !found;
    if (!found) return;
    const { curve, i, x, y } = found;
    const name = curve.label || yLabel || "y";
    this.tip.replaceChildren(
      `${name} `, el("b", { style: curve.color ? `color:${curve.color}` : null }, formatNumber(curve.ys[i], 4)),
      ` · ${xLabel || "x"} `, el("b", {}, formatNumber(curve.xs[i], 4)));
    shiftDot(this.ring, x, y);
    this.place(x, y);
  }

  /**
   * Beside the point, on the side that has room for it.
   * @param {number} x
   * @param {number} y
   */
  place(x, y) {
    const { clientWidth: width } = this.area, { offsetWidth, offsetHeight } = this.tip;
    const left = x + APART + offsetWidth > width ? Math.max(0, x - APART - offsetWidth) : x + APART;
    shiftTo(this.tip, left, y < offsetHeight + APART ? y + APART : y - APART - offsetHeight);
  }
}

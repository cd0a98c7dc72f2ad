// A plotting area in SVG with two axes: shared by every panel that draws lines. What stands still is one picture; what
// moves lies above it, apart.

import { fill } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { Layer } from "./layer.js";
import { axisTicks, makeScale } from "./scale.js";
import { svg } from "./svg.js";

/**
 * @typedef {import("./panel.js").Context} Context
 * @typedef {import("./scale.js").Range} Range
 *
 * @typedef {object} AxesOptions
 * @property {Range} xDomain
 * @property {Range} yDomain
 * @property {string | null} [xLabel]
 * @property {string | null} [yLabel]
 * @property {boolean} [xLog]
 * @property {boolean} [yLog]
 */

const TOP = 8;

/**
 * An SVG plot with grid, ticks and axis titles. `draw` lays it out. Marks that stand still go into `marks`, or in
 * `front` of them; those that move go into `live`, and what lies above these into `over`.
 */
export class Axes {
  static count = 0;

  /**
   * @param {HTMLElement} host
   * @param {Context} ctx
   */
  constructor(host, ctx) {
    this.host = host;
    this.ctx = ctx;
    this.id = `clip-${Axes.count++}`;
    this.grid = svg("g", { class: "grid" });
    this.clip = svg("rect");
    this.marks = svg("g", { "clip-path": `url(#${this.id})` });
    this.front = svg("g");
    const clipping = svg("defs", {}, svg("clipPath", { id: this.id }, this.clip));
    this.root = svg("svg", { class: "axes", "aria-hidden": "true" }, clipping, this.grid, this.marks, this.front);
    host.append(this.root);
    this.live = new Layer(host, `url(#${this.id})`, true);
    this.over = new Layer(host, `url(#${this.id})`, false);
    this.box = { left: 0, right: 0, top: 0, bottom: 0 };
    this.x = makeScale(0, 1, 0, 1);
    this.y = makeScale(0, 1, 0, 1);
    this.size = { width: 0, height: 0 };
  }

  /**
   * Lay out the axes for these ranges of data; sets the scales `x` and `y`.
   * @param {AxesOptions} options
   */
  draw({ xDomain, yDomain, xLabel, yLabel, xLog, yLog }) {
    const width = Math.max(this.host.clientWidth, 60);
    const height = Math.max(this.host.clientHeight, 60);
    const box = { left: 46, right: width - 12, top: TOP, bottom: height - (xLabel ? 36 : 22) };
    const yTicks = axisTicks(...yDomain, Math.max(2, Math.floor((box.bottom - box.top) / 38)), yLog);
    const longest = Math.max(...yTicks.map((v) => formatNumber(v).length), 0);
    box.left = Math.max(box.left, (yLabel ? 26 : 12) + 5.6 * longest);
    const xTicks = axisTicks(...xDomain, Math.max(2, Math.floor((box.right - box.left) / 70)), xLog);
    this.box = box;
    this.size = { width, height };
    for (const { root } of [this, this.live, this.over]) fill(root, { viewBox: `0 0 ${width} ${height}`, width, height });
    this.x = makeScale(...xDomain, box.left, box.right, xLog);
    this.y = makeScale(...yDomain, box.bottom, box.top, yLog);
    const [across, down] = [box.right - box.left, box.bottom - box.top];
    fill(this.clip, { x: box.left - 1, y: box.top - 4, width: across + 6, height: down + 8 });
    this.grid.replaceChildren(
      ...yTicks.flatMap((v) => this.yTick(v)),
      ...xTicks.flatMap((v) => this.xTick(v)),
      svg("line", { x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom, stroke: this.ctx.colors.border }),
      ...this.titles(height, xLabel, yLabel));
  }

  /** @param {number} value */
  yTick(value) {
    const { left, right } = this.box;
    const y = this.y(value);
    return [
      svg("line", { x1: left, x2: right, y1: y, y2: y, stroke: this.ctx.colors.grid, "stroke-width": 1, opacity: 0.6 }),
      svg("text", { x: left - 6, y: y + 3.5, "text-anchor": "end" }, formatNumber(value)),
    ];
  }

  /** @param {number} value */
  xTick(value) {
    const { bottom } = this.box;
    const x = this.x(value);
    return [
      svg("line", { x1: x, x2: x, y1: bottom, y2: bottom + 4, stroke: this.ctx.colors.border }),
      svg("text", { x, y: bottom + 16, "text-anchor": "middle" }, formatNumber(value)),
    ];
  }

  /**
   * @param {number} height
   * @param {string | null} [xLabel]
   * @param {string | null} [yLabel]
   */
  titles(height, xLabel, yLabel) {
    const { left, right, top, bottom } = this.box;
    const along = { x: (left + right) / 2, y: height - 3 };
    const up = { transform: `translate(11 ${(top + bottom) / 2}) rotate(-90)` };
    const title = { class: "title" }, middle = { "text-anchor": "middle" };
    return [
      ...(xLabel ? [svg("text", { ...title, ...along, ...middle }, xLabel)] : []),
      ...(yLabel ? [svg("text", { ...title, ...up, ...middle }, yLabel)] : []),
    ];
  }

  /**
   * A line through the whole height of the plot.
   * @param {number} x
   * @param {import("../shared/dom.js").Attributes} style
   */
  upright(x, style) {
    return svg("line", { x1: x, x2: x, y1: this.box.top, y2: this.box.bottom, ...style });
  }
}

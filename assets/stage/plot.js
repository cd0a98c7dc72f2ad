// Curves that stand still, and over them lines and points that move with time: a tangent, a secant, a dragged point.

import { change, say } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { AxesPanel, dotSign, legendItem, lineSign, symbolItem } from "./axespanel.js";
import { dotNode, reveal, shiftDot } from "./layer.js";
import { liveNumber } from "./livenumber.js";
import { extent, makeScale, pad } from "./scale.js";
import { nearest } from "./search.js";
import { haloStyle, svg } from "./svg.js";
import { dotsPath, linePath, symbolPath } from "./svgpath.js";
import { laneOf } from "./theme.js";

/**
 * @typedef {import("./panels.d.ts").Plot} Plot
 * @typedef {NonNullable<Plot["curves"]>[number]} Still
 * @typedef {NonNullable<Plot["moving"]>[number]} Moving
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {{ node: HTMLElement, value: string, digits: number }} Told a number that lives beside a label
 *
 * @typedef {object} Moved
 * @property {Moving} one
 * @property {SVGElement | null} node with the paths
 * @property {SVGElement[]} paths of its area and its line, or of many dots
 * @property {SVGElement[]} dots few ones, each by itself
 */

const MANY = 60; // dots, which are then small

/**
 * A moving thing is the line through its points; with `dots` the points alone, with `fill` also the area they enclose.
 * `names` stand at the left edge, in place of numbers.
 * @extends {AxesPanel<Plot>}
 */
export class PlotPanel extends AxesPanel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    /** @type {Moved[]} */
    this.moving = [];
    /** @type {Told[]} */
    this.told = [];
    this.dragTime((x) => nearest(Array.from(this.all(this.spec.at ?? ""), (value) => this.axes.x(value)), x));
  }

  build() {
    const { spec, axes } = this;
    const [curves, moving] = [spec.curves ?? [], spec.moving ?? []];
    this.told = [];
    this.setLegend([...curves, ...moving].filter((one) => one.label).map((one) => this.key(one)));
    this.layAxes();
    this.buildCursor();
    this.moving = moving.filter((one) => one.x && one.y).map((one) => this.moved(one));
    const marks = (spec.marks ?? []).map((mark, i) => this.mark(mark, i));
    axes.marks.replaceChildren(...marks.map(([line]) => line), ...curves.map((one) => this.still(one)));
    axes.front.replaceChildren(...this.names());
    axes.live.fill(this.moving.map(({ node }) => node).filter((node) => node !== null));
    this.setDots(this.moving.flatMap(({ dots }) => dots));
    axes.over.fill([], marks.map(([, label]) => label));
  }

  /** @param {Still | Moving} one */
  key(one) {
    const color = this.color(one.color);
    const words = [`${one.label} `, this.live(one)];
    if ("symbol" in one && one.symbol != null) return symbolItem(color, one.symbol, ...words);
    const dot = !one.x || ("dots" in one && one.dots);
    return legendItem(dot ? dotSign(color) : lineSign(one, color), ...words);
  }

  /**
   * The node of a thing's number; null where it has none.
   * @param {Still | Moving} one
   */
  live(one) {
    if (!one.value) return null;
    const digits = ("digits" in one ? one.digits : null) ?? 4;
    const node = liveNumber(this.all(one.value), null, digits);
    this.told.push({ node, value: one.value, digits });
    return node;
  }

  /** The axes, with numbers or names at the left edge. */
  layAxes() {
    const { spec, axes } = this;
    const [xLog, yLog] = [spec.xScale === "log", spec.yScale === "log"];
    const lists = (/** @type {"x" | "y"} */ axis) =>
      [...(spec.curves ?? []), ...(spec.moving ?? [])].flatMap((one) => (one[axis] ? [this.all(one[axis])] : []));
    const xDomain = spec.xDomain ?? extent(lists("x"), xLog);
    const yDomain = spec.yDomain ?? pad(extent(lists("y"), yLog), 0.06, yLog);
    axes.draw({ ...spec, xDomain, yDomain: spec.names ? [NaN, NaN] : yDomain, xLog, yLog });
    axes.y = makeScale(...yDomain, axes.box.bottom, axes.box.top, yLog);
  }

  names() {
    const { axes } = this;
    return (this.spec.names ?? []).map(({ y, label }) =>
      svg("text", { x: axes.box.left - 6, y: axes.y(y) + 3.5, "text-anchor": "end" }, label));
  }

  /**
   * A dashed line with its label, which stands on the side that has room.
   * @param {{ x: number, label: string }} mark
   * @param {number} i
   */
  mark({ x: value, label }, i) {
    const { box } = this.axes;
    const x = this.axes.x(value);
    const left = x + 4 + 6.2 * label.length > box.right;
    const place = { x: left ? x - 4 : x + 4, y: box.top + 10 + 13 * (i % 2), "text-anchor": left ? "end" : "start" };
    return [
      this.axes.upright(x, { stroke: this.color("text"), "stroke-dasharray": "2 4", opacity: 0.5 }),
      svg("text", { ...place, style: haloStyle(this.ctx.colors.background) }, label),
    ];
  }

  /** @param {Still | Moving} one */
  style(one) {
    return {
      fill: "none", stroke: this.color(one.color), "stroke-width": one.faint ? 1.2 : 2.2, "stroke-linejoin": "round",
      "stroke-dasharray": laneOf(one.lane).dash,
    };
  }

  /** @param {Still} curve */
  still(curve) {
    const [xs, ys] = [this.all(curve.x), this.all(curve.y)];
    if (curve.symbol != null) {
      const d = symbolPath(xs, ys, this.axes, curve.symbol);
      return svg("path", { ...this.style(curve), "stroke-width": 1.3, opacity: curve.faint ? 0.45 : 0.9, d });
    }
    const d = linePath(xs, ys, this.axes, curve.step);
    return svg("path", { ...this.style(curve), opacity: curve.faint ? 0.6 : 1, d });
  }

  /**
   * The nodes of a thing that moves: the area it encloses and its line, or its dots.
   * @param {Moving} one
   * @returns {Moved}
   */
  moved(one) {
    const fill = this.color(one.color), opacity = one.faint ? 0.55 : 1;
    const points = this.pointsOf(one);
    if (one.dots && points <= MANY) {
      const style = { fill, opacity, stroke: this.color("background"), "stroke-width": 1.5 };
      return { one, node: null, paths: [], dots: Array.from({ length: points }, () => dotNode(4.5, style)) };
    }
    const inside = !one.dots && one.fill ? [svg("path", { fill, opacity: 0.14 })] : [];
    const paths = [...inside, svg("path", one.dots ? { fill } : this.style(one))];
    return { one, paths, dots: [], node: svg("g", { opacity }, ...paths) };
  }

  /**
   * How many points a thing has.
   * @param {Moving} one
   */
  pointsOf({ x }) {
    return this.arrays[x ?? ""].shape.at(-1) ?? 0;
  }

  readable() {
    const { curves, moving } = this.spec;
    const still = (curves ?? []).map((one) => ({ one, xs: this.all(one.x), ys: this.all(one.y) }));
    const moved = (moving ?? []).filter(({ x, y }) => x && y).map((one) =>
      ({ one, xs: this.movingOrStill(one.x ?? ""), ys: this.movingOrStill(one.y ?? "") }));
    return [...still, ...moved].map(({ one, xs, ys }) => ({ label: one.label, color: this.color(one.color), xs, ys }));
  }

  /** @param {number} frame */
  draw(frame) {
    const { spec, axes } = this;
    if (spec.at) this.placeCursor(axes.x(this.all(spec.at)[frame]));
    for (const { one, dots, paths } of this.moving) {
      const [xs, ys] = [this.movingOrStill(one.x ?? ""), this.movingOrStill(one.y ?? "")];
      dots.forEach((dot, i) => this.placeDot(dot, axes.x(xs[i]), axes.y(ys[i])));
      if (!paths.length) continue;
      const d = one.dots ? dotsPath(xs, ys, axes, 2) : linePath(xs, ys, axes);
      paths.forEach((path, i) => change(path, { d: i < paths.length - 1 ? `${d}Z` : d }));
    }
    for (const { node, value, digits } of this.told) say(node, formatNumber(this.numbers(value)[0], digits));
  }

  /**
   * @param {SVGElement} dot
   * @param {number} x
   * @param {number} y
   */
  placeDot(dot, x, y) {
    const { left, right, top, bottom } = this.axes.box;
    const shown = x >= left - 4 && x <= right + 8 && y >= top - 8 && y <= bottom + 8;
    reveal(dot, shown);
    if (shown) shiftDot(dot, x, y);
  }
}

// Bars: a histogram over a number line, or one bar for each of a few named things; they may change with time.

import { change, el, say } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { Axes } from "./axes.js";
import { Panel } from "./panel.js";
import { extent, makeScale } from "./scale.js";
import { haloStyle, svg } from "./svg.js";

/**
 * @typedef {import("./panels.d.ts").Bars} Bars
 */

/**
 * @extends {Panel<Bars>}
 */
export class BarsPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    const area = el("div", { class: "area" });
    this.note = el("div", { class: "note" });
    host.append(area, this.note);
    this.axes = new Axes(area, ctx);
    /** @type {ArrayLike<number>} */
    this.edges = [];
    /** @type {SVGElement[]} */
    this.bars = [];
    /** @type {SVGElement[]} */
    this.texts = [];
  }

  build() {
    const { spec, axes } = this;
    const { data, shape } = this.arrays[spec.heights];
    const count = data.length / (shape.length > 1 ? shape[0] : 1);
    const edges = spec.edges ? this.all(spec.edges) : Float32Array.from({ length: count + 1 }, (_, i) => i - 0.5);
    this.edges = edges;
    const highest = extent([data])[1];
    const above = spec.digits || spec.marks ? 1.16 : 1.06;
    /** @type {import("./scale.js").Range} */
    const yDomain = spec.yDomain ?? [0, (highest > 0 ? highest : 1) * above];
    /** @type {import("./scale.js").Range} */
    const xDomain = [edges[0], edges[count]];
    axes.draw({ ...spec, xDomain: spec.labels ? [NaN, NaN] : xDomain, yDomain }); // no numbers under named bars
    axes.x = makeScale(...xDomain, axes.box.left, axes.box.right);
    this.bars = Array.from({ length: count }, (_, i) => this.bar(i));
    const middle = (/** @type {number} */ i) => axes.x((edges[i] + edges[i + 1]) / 2);
    this.texts = this.bars.flatMap((_, i) => (spec.digits ? [svg("text", { x: middle(i), "text-anchor": "middle" })] : []));
    axes.front.replaceChildren(...this.names());
    axes.live.fill(this.bars, this.texts);
    axes.over.fill([], this.marks());
  }

  /** @param {number} i */
  bar(i) {
    const left = this.axes.x(this.edges[i]);
    const room = this.axes.x(this.edges[i + 1]) - left;
    const gap = this.spec.labels ? 0.12 * room : Math.min(1, 0.1 * room);
    return svg("rect", {
      x: left + gap, width: Math.max(0.5, room - 2 * gap), fill: this.color(this.spec.color),
      onpointerenter: () => this.tell(i), onpointerleave: () => this.tell(null),
    });
  }

  names() {
    const { left, right, bottom } = this.axes.box;
    const letters = Math.floor((right - left) / Math.max(1, this.bars.length) / 7);
    return (this.spec.labels ?? []).map((label, i) => {
      const text = letters < label.length ? `${label.slice(0, Math.max(1, letters - 1))}…` : label;
      const place = { x: this.axes.x(i), y: bottom + 16, "text-anchor": "middle" };
      return svg("text", place, svg("title", {}, label), text);
    });
  }

  /** Dashed lines with a label each, on the side where no other line crosses it, or else in a row of its own. */
  marks() {
    const { axes: { box } } = this;
    const sorted = [...(this.spec.marks ?? [])].sort((a, b) => a.x - b.x);
    const xs = sorted.map((mark) => this.axes.x(mark.x));
    /** @type {number[]} */
    const ends = []; // of each row
    return sorted.flatMap(({ label }, i) => {
      const width = 6.2 * label.length + 6;
      const right = xs[i] + width < Math.min(box.right, xs[i + 1] ?? box.right);
      const left = xs[i] - width > Math.max(box.left, xs[i - 1] ?? box.left);
      const toLeft = !right && (left || xs[i] + width > box.right);
      const from = toLeft ? xs[i] - width : xs[i];
      const free = ends.findIndex((end) => end <= from);
      const row = free < 0 ? ends.length : free;
      ends[row] = from + width;
      return [
        this.axes.upright(xs[i], { stroke: this.color("text"), "stroke-dasharray": "2 4" }),
        this.markLabel(label, xs[i], row, toLeft),
      ];
    });
  }

  /**
   * @param {string} label
   * @param {number} x
   * @param {number} row
   * @param {boolean} toLeft
   */
  markLabel(label, x, row, toLeft) {
    const place = { x: x + (toLeft ? -4 : 4), y: this.axes.box.top + 11 + 14 * row };
    const style = { "text-anchor": toLeft ? "end" : "start", style: haloStyle(this.ctx.colors.background) };
    return svg("text", { ...place, ...style }, label);
  }

  draw() {
    const { spec, axes } = this;
    const values = this.movingOrStill(spec.heights);
    const lit = typeof spec.highlight === "string" ? this.numbers(spec.highlight, this.frame)[0] : spec.highlight;
    const { top, bottom } = axes.box;
    this.bars.forEach((bar, i) => {
      const y = Number.isFinite(values[i]) ? clamp(axes.y(values[i]), top - 4, bottom) : bottom;
      change(bar, { y, height: bottom - y, opacity: lit == null || lit === i ? 0.95 : 0.5 });
      const text = this.texts[i];
      if (!text) return;
      change(text, { y: y - 4 });
      say(text, formatNumber(values[i], spec.digits ?? undefined));
    });
  }

  /**
   * The bar under the pointer in words.
   * @param {number | null} i
   */
  tell(i) {
    if (i === null) return this.note.replaceChildren();
    const { spec, edges } = this;
    const value = formatNumber(this.movingOrStill(spec.heights)[i]);
    const name = spec.labels ? spec.labels[i] : `${formatNumber(edges[i])} to ${formatNumber(edges[i + 1])}`;
    return this.note.replaceChildren(`${name}: ${value}${spec.yLabel ? ` ${spec.yLabel}` : ""}`);
  }
}

// Curves over time or over a swept value, revealed up to the current instant.

import { el, fill } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { AxesPanel, legendItem, lineSign, symbolItem } from "./axespanel.js";
import { extent, pad } from "./scale.js";
import { lastAtOrBefore, nearest } from "./search.js";
import { svg } from "./svg.js";
import { linePath, symbolPath } from "./svgpath.js";
import { laneOf } from "./theme.js";

/**
 * @typedef {import("./panels.d.ts").Curve} Curve
 * @typedef {Curve["series"][number]} Series
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {{ series: Series, xs: Numbers, ys: Numbers, value: HTMLElement | null, dot: SVGElement }} Line
 */

/**
 * A series with a `symbol` is drawn as separate marks of that shape, all of them at once.
 * @extends {AxesPanel<Curve>}
 */
export class CurvePanel extends AxesPanel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    /** @type {Line[]} */
    this.lines = [];
    this.past = svg("rect"); // what shows of the curves
    this.dragTime((x) => nearest(this.all(this.spec.at ?? ""), this.axes.x.invert(x)));
  }

  build() {
    const { spec, axes } = this;
    const [xLog, yLog] = [spec.xScale === "log", spec.yScale === "log"];
    this.lines = spec.series.map((series) => this.line(series));
    this.setLegend(this.lines.filter(({ series }) => series.label).map((line) => this.key(line)));
    const xDomain = spec.xDomain ?? extent(this.lines.map(({ xs }) => xs), xLog);
    const yDomain = spec.yDomain ?? pad(extent(this.lines.map(({ ys }) => ys), yLog), 0.06, yLog);
    axes.draw({ ...spec, xDomain, yDomain, xLog, yLog });
    this.buildCursor();
    this.past = svg("rect", { x: 0, y: 0, width: 0, height: 10000 });
    const reveal = `${axes.id}-reveal`;
    axes.marks.replaceChildren(
      ...(spec.marks ?? []).flatMap((mark) => this.mark(mark)),
      svg("clipPath", { id: reveal }, this.past),
      ...this.lines.flatMap((line) => this.paths(line, `url(#${reveal})`)));
    axes.front.replaceChildren(this.cursor, ...this.lines.filter((line) => hasDot(line)).map(({ dot }) => dot));
  }

  /**
   * A series with the nodes that change with time.
   * @param {Series} series
   * @returns {Line}
   */
  line(series) {
    const style = { fill: this.color(series.color), stroke: this.color("background"), "stroke-width": 1.5 };
    return {
      series, xs: this.all(series.x), ys: this.all(series.y), value: series.label ? el("b") : null,
      dot: svg("circle", { r: 4, ...style, visibility: "hidden" }),
    };
  }

  /**
   * A series in the legend, with its live value.
   * @param {Line} line
   */
  key({ series, value }) {
    const color = this.color(series.color);
    if (series.symbol != null) return symbolItem(color, series.symbol, `${series.label} `, value);
    return legendItem(lineSign(series, color), `${series.label} `, value);
  }

  /** @param {{ x: number, label: string }} mark */
  mark({ x: value, label }) {
    const x = this.axes.x(value);
    return [
      this.axes.upright(x, { stroke: this.color("text"), "stroke-dasharray": "2 4", opacity: 0.5 }),
      svg("text", { x: x + 4, y: this.axes.box.top + 10 }, label),
    ];
  }

  /**
   * A curve: all of it faintly, and what is past of it; without time, all of it.
   * @param {Line} line
   * @param {string} past
   */
  paths({ series, xs, ys }, past) {
    const color = this.color(series.color);
    if (series.symbol != null) {
      const d = symbolPath(xs, ys, this.axes, series.symbol);
      return [svg("path", { fill: "none", stroke: color, "stroke-width": 1.6, d })];
    }
    const dash = laneOf(series.lane).dash;
    const common = { fill: "none", stroke: color, "stroke-linejoin": "round", "stroke-dasharray": dash };
    const style = { ...common, d: linePath(xs, ys, this.axes, series.step), "stroke-width": series.faint ? 1 : 2 };
    const opacity = series.faint ? 0.45 : 1;
    if (!this.spec.at) return [svg("path", { ...style, opacity })];
    return [svg("path", { ...style, opacity: 0.22 }), svg("path", { ...style, opacity, "clip-path": past })];
  }

  /** @param {number} frame */
  draw(frame) {
    if (!this.spec.at) return;
    const at = this.all(this.spec.at)[frame];
    const x = this.axes.x(at);
    fill(this.past, { width: Math.max(0, x + 0.5) });
    fill(this.cursor, { x1: x, x2: x });
    for (const line of this.lines) {
      const i = lastAtOrBefore(line.xs, at);
      if (hasDot(line)) this.placeDot(line, i, x >= this.axes.box.left - 1);
      if (line.value) line.value.textContent = formatNumber(line.ys[i]);
    }
  }

  /**
   * @param {Line} line
   * @param {number} i
   * @param {boolean} begun
   */
  placeDot({ xs, ys, dot }, i, begun) {
    const { x, y, box } = this.axes;
    const shown = begun && Number.isFinite(ys[i]);
    fill(dot, { visibility: shown ? "visible" : "hidden" });
    if (shown) fill(dot, { cx: x(xs[i]), cy: clamp(y(ys[i]), box.top - 4, box.bottom + 4) });
  }
}

/** @param {Line} line */
const hasDot = ({ series }) => !series.faint && series.symbol == null;

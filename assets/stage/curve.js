// Curves over time or over a swept value, revealed up to the current instant.

import { say } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { AxesPanel, legendItem, lineSign, symbolItem } from "./axespanel.js";
import { dotNode, reveal, shiftDot, showUpTo } from "./layer.js";
import { liveNumber } from "./livenumber.js";
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
    this.axes.live.root.classList.add("moved");
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
    axes.marks.replaceChildren(
      ...(spec.marks ?? []).flatMap((mark) => this.mark(mark)),
      ...this.lines.map((line) => this.whole(line)));
    axes.live.fill(spec.at ? this.lines.filter(isLine).map((line) => this.path(line)) : []);
    this.setDots(spec.at ? this.lines.filter(hasDot).map(({ dot }) => dot) : []);
  }

  /**
   * A series with the nodes that change with time.
   * @param {Series} series
   * @returns {Line}
   */
  line(series) {
    const style = { fill: this.color(series.color), stroke: this.color("background"), "stroke-width": 1.5 };
    const [xs, ys] = [this.all(series.x), this.all(series.y)];
    return {
      series, xs, ys, value: series.label && this.spec.at ? liveNumber(ys) : null,
      dot: dotNode(4, style),
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
   * All of a curve: faintly, where it has a past.
   * @param {Line} line
   */
  whole(line) {
    const { series, xs, ys } = line;
    if (isLine(line)) return this.path(line, this.spec.at ? 0.22 : undefined);
    const d = symbolPath(xs, ys, this.axes, series.symbol ?? 0);
    return svg("path", { fill: "none", stroke: this.color(series.color), "stroke-width": 1.6, d });
  }

  /**
   * @param {Line} line
   * @param {number} [opacity]
   */
  path({ series, xs, ys }, opacity = series.faint ? 0.45 : 1) {
    const dash = laneOf(series.lane).dash;
    return svg("path", {
      fill: "none", stroke: this.color(series.color), "stroke-linejoin": "round", "stroke-dasharray": dash,
      d: linePath(xs, ys, this.axes, series.step), "stroke-width": series.faint ? 1 : 2, opacity,
    });
  }

  readable() {
    return this.lines.map(({ series, xs, ys }) => ({ label: series.label, color: this.color(series.color), xs, ys }));
  }

  /** @param {number} frame */
  draw(frame) {
    if (!this.spec.at) return;
    const { axes } = this;
    const at = this.all(this.spec.at)[frame];
    const x = axes.x(at);
    showUpTo(axes.live, axes.size.width, x + 0.5);
    this.placeCursor(x);
    for (const line of this.lines) {
      const i = lastAtOrBefore(line.xs, at);
      if (hasDot(line)) this.placeDot(line, i, x >= axes.box.left - 1);
      if (line.value) say(line.value, formatNumber(line.ys[i]));
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
    reveal(dot, shown);
    if (shown) shiftDot(dot, x(xs[i]), clamp(y(ys[i]), box.top - 4, box.bottom + 4));
  }
}

/** @param {Line} line */
const isLine = ({ series }) => series.symbol == null;

/** @param {Line} line */
const hasDot = (line) => isLine(line) && !line.series.faint;

// Points and the curve a model draws through them, with each point's distance from it.

import { change } from "../shared/dom.js";
import { clamp } from "../shared/numbers.js";
import { AxesPanel, dotSign, legendItem } from "./axespanel.js";
import { extent, pad } from "./scale.js";
import { svg } from "./svg.js";
import { linePath } from "./svgpath.js";

/**
 * @typedef {import("./panels.d.ts").Fit} Fit
 */

/**
 * @extends {AxesPanel<Fit>}
 */
export class FitPanel extends AxesPanel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    /** @type {{ y: string, node: SVGElement }[]} */
    this.curves = [];
    /** @type {SVGElement[]} */
    this.residuals = [];
  }

  build() {
    const { spec, axes } = this;
    const [xs, ys] = this.points();
    this.setLegend(this.keys());
    const xDomain = pad(extent([this.all(spec.grid)]), 0.02);
    axes.draw({ ...spec, xDomain, yDomain: spec.yDomain ?? pad(extent([ys]), 0.25) });
    const distance = { stroke: this.color("loss"), "stroke-width": 1.5, opacity: 0.55 };
    this.residuals = Array.from(spec.residuals ? xs : [], (x) =>
      svg("line", { x1: axes.x(x), x2: axes.x(x), ...distance }));
    this.curves = spec.curves.map((curve) => ({ y: curve.y, node: this.curve(curve) }));
    const dot = { r: 4, fill: this.color("data"), stroke: this.color("background") };
    const dots = Array.from(xs, (x, i) => svg("circle", { cx: axes.x(x), cy: axes.y(ys[i]), ...dot }));
    axes.live.fill([...this.residuals, ...this.curves.map(({ node }) => node)]);
    axes.over.fill(dots);
  }

  points() {
    const [x, y] = this.spec.points;
    return [this.all(x), this.all(y)];
  }

  /** @param {Fit["curves"][number]} curve */
  curve({ color, lane }) {
    const dash = lane === "B" ? "7 4" : null;
    return svg("path", { fill: "none", stroke: this.color(color), "stroke-width": 2.5, "stroke-dasharray": dash });
  }

  keys() {
    const { spec } = this;
    const style = (/** @type {Fit["curves"][number]} */ { lane, color }) =>
      `border-top:3px ${lane === "B" ? "dashed" : "solid"} ${this.color(color)}`;
    const distance = `border-left:2px solid ${this.color("loss")};height:12px;width:2px`;
    return [
      legendItem(dotSign(this.color("data")), spec.pointsLabel),
      ...spec.curves.map((curve) => legendItem(style(curve), curve.label)),
      ...(spec.residuals ? [legendItem(distance, spec.residualsLabel)] : []),
    ];
  }

  readable() {
    const { spec } = this, [xs, ys] = this.points();
    const points = { label: spec.pointsLabel, color: this.color("data"), xs, ys };
    return [points, ...spec.curves.map(({ label, color, y }) =>
      ({ label, color: this.color(color), xs: this.all(spec.grid), ys: this.numbers(y) }))];
  }

  draw() {
    const { spec, axes } = this;
    const grid = this.all(spec.grid);
    for (const { y, node } of this.curves) change(node, { d: linePath(grid, this.numbers(y), axes) });
    if (!spec.residuals) return;
    const [, ys] = this.points();
    const predicted = this.numbers(spec.residuals);
    this.residuals.forEach((line, i) => {
      const y = axes.y(ys[i]);
      change(line, { y1: y, y2: Number.isFinite(predicted[i]) ? clamp(axes.y(predicted[i]), -1e4, 1e4) : y });
    });
  }
}

// Lines that move: each has few or many points of its own at every instant, a number at one of them, and words on
// hover.

import { change, el, pointIn, say } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { AxesPanel, legendItem, lineSign } from "./axespanel.js";
import { extent, pad } from "./scale.js";
import { svg } from "./svg.js";
import { linePath } from "./svgpath.js";
import { laneOf } from "./theme.js";

/**
 * @typedef {import("./panels.d.ts").Lines} Lines
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 *
 * @typedef {object} Group the lines of one entry of the spec
 * @property {Lines["lines"][number]} line
 * @property {SVGElement[]} nodes
 * @property {SVGElement[]} marks each a circle, and maybe a number in it
 * @property {boolean} numbered
 * @property {Numbers[]} xs of each line, at this instant
 * @property {Numbers[]} ys
 */

const MOST_NUMBERS = 20;
const NEAR = 14; // pixels

/**
 * Points whose coordinates are not finite are left out; so are marks. Marks that would hide each other are stacked.
 * @extends {AxesPanel<Lines>}
 */
export class LinesPanel extends AxesPanel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.note = el("div", { class: "note" });
    host.append(this.note);
    /** @type {Group[]} */
    this.groups = [];
    /** @type {{ group: Group, i: number } | null} */
    this.pointed = null;
    this.area.onpointermove = this.area.onpointerdown = (event) => {
      if (!this.spec || this.note.hidden) return;
      const [x, y] = pointIn(event, this.area);
      this.pointed = this.nearestLine(x, y);
      this.redraw();
    };
    this.area.onpointerleave = () => {
      this.pointed = null;
      this.redraw();
    };
  }

  build() {
    const { spec, axes } = this;
    this.pointed = null;
    this.setLegend(this.keys());
    this.note.hidden = !spec.lines.some((line) => line.tell);
    const [xDots, yDots] = (spec.points ?? []).map((name) => this.all(name));
    const xs = [...spec.lines.map((line) => this.all(line.x)), ...(xDots ? [xDots] : [])];
    const ys = [...spec.lines.map((line) => this.all(line.y)), ...(yDots ? [yDots] : [])];
    axes.draw({ ...spec, xDomain: spec.xDomain ?? extent(xs), yDomain: spec.yDomain ?? pad(extent(ys), 0.06) });
    this.groups = spec.lines.map((line) => this.group(line));
    const dots = xDots ? this.scatter(xDots, yDots) : [];
    axes.marks.replaceChildren(...dots);
    axes.live.fill(this.groups.flatMap((group) => group.nodes), this.groups.flatMap((group) => group.marks));
  }

  keys() {
    const { spec } = this;
    const dots = spec.points ? [legendItem(`border-top:6px dotted ${this.color("data")}`, spec.pointsLabel)] : [];
    const named = spec.lines.filter((line) => line.label);
    return [...dots, ...named.map((line) => legendItem(lineSign(line, this.color(line.color)), line.label))];
  }

  /**
   * @param {Lines["lines"][number]} line
   * @returns {Group}
   */
  group(line) {
    const { lines: count } = this.shapeOf(line.y);
    const style = { fill: "none", "stroke-linejoin": "round", "stroke-dasharray": laneOf(line.lane).dash };
    const nodes = Array.from({ length: count }, () => svg("path", style));
    const numbered = Boolean(line.mark) && count <= MOST_NUMBERS;
    const circle = { r: numbered ? 8 : 3, fill: this.color(numbered ? "background" : line.color) };
    const number = (/** @type {number} */ i) => svg("text", { "text-anchor": "middle", y: 4 }, String(i + 1));
    const marks = !line.mark ? [] : nodes.map((_, i) =>
      svg("g", {}, svg("circle", circle), numbered ? number(i) : null));
    return { line, nodes, marks, numbered, xs: [], ys: [] };
  }

  /**
   * @param {Numbers} xs
   * @param {Numbers} ys
   */
  scatter(xs, ys) {
    const { axes } = this;
    const style = { r: xs.length > 60 ? 2 : 4, fill: this.color("data"), opacity: 0.7 };
    return Array.from(xs, (x, i) => svg("circle", { cx: axes.x(x), cy: axes.y(ys[i]), ...style }));
  }

  /**
   * How many lines an array holds, and how many points each of them.
   * @param {string} name
   */
  shapeOf(name) {
    const { shape } = this.arrays[name];
    return { lines: shape.length > 2 ? shape[1] : 1, points: shape[shape.length - 1] };
  }

  /**
   * The coordinates of every line of a group at this instant; several may share one line's.
   * @param {string} name
   * @param {number} count
   */
  coordinates(name, count) {
    const { points, lines } = this.shapeOf(name);
    const data = this.movingOrStill(name);
    return Array.from({ length: count }, (_, i) => {
      const at = lines > 1 ? i : 0;
      return data.subarray(at * points, (at + 1) * points);
    });
  }

  readable() {
    if (!this.note.hidden) return []; // it tells more of the line that is pointed at
    return this.groups.flatMap(({ line, xs, ys }) => xs.map((own, i) =>
      ({ label: line.label, color: this.color(line.color), xs: own, ys: ys[i] })));
  }

  draw() {
    for (const group of this.groups) {
      const { line, nodes } = group;
      group.xs = this.coordinates(line.x, nodes.length);
      group.ys = this.coordinates(line.y, nodes.length);
      const dim = line.dim ? this.numbers(line.dim) : null;
      nodes.forEach((_, i) => this.drawLine(group, i, Boolean(dim?.[i])));
      if (line.mark) this.placeMarks(group, this.numbers(line.mark[0]), this.numbers(line.mark[1]));
    }
    this.tell();
  }

  /**
   * @param {Group} group
   * @param {number} i
   * @param {boolean} dim
   */
  drawLine(group, i, dim) {
    const { line, nodes, marks, xs, ys } = group;
    const lit = this.pointed?.group === group && this.pointed.i === i;
    const stroke = this.color(dim ? "data" : line.color) ?? "";
    change(nodes[i], {
      d: linePath(xs[i], ys[i], this.axes), stroke, "stroke-width": lit ? 4 : line.faint ? 1.3 : 2.5,
      opacity: line.faint && !lit ? 0.75 : 1,
    });
    const circle = marks[i]?.firstElementChild;
    if (circle) change(circle, { stroke, "stroke-width": lit ? 2.5 : 1.2 });
  }

  /**
   * Put each number on its place, or above those that are there already.
   * @param {Group} group
   * @param {Numbers} xs
   * @param {Numbers} ys
   */
  placeMarks({ marks, numbered }, xs, ys) {
    const { left, right, top, bottom } = this.axes.box;
    /** @type {number[][]} */
    const taken = [];
    marks.forEach((mark, i) => {
      const [x, y] = [this.axes.x(xs[i]), this.axes.y(ys[i])];
      const shown = Number.isFinite(x + y) && x >= left - 1 && x <= right + 1 && y >= top - 4 && y <= bottom + 4;
      change(mark, { visibility: shown ? "visible" : "hidden" });
      if (!shown) return;
      let at = y;
      while (numbered && taken.some(([tx, ty]) => Math.abs(tx - x) < 14 && Math.abs(ty - at) < 15)) at -= 16;
      taken.push([x, at]);
      change(mark, { transform: `translate(${x.toFixed(2)} ${at.toFixed(2)})` });
    });
  }

  /** The line at the pointer in words. */
  tell() {
    const { pointed } = this;
    if (!pointed?.group.line.tell) return say(this.note, "");
    const words = pointed.group.line.tell.map((part) => {
      if (typeof part === "string") return part;
      return this.bold(formatNumber(this.numbers(part.value)[pointed.i], part.digits ?? undefined), part.color);
    });
    return this.note.replaceChildren(`${pointed.i + 1}: `, ...words);
  }

  /**
   * The line nearest to a place, among those that can be told about and pass close to it.
   * @param {number} px
   * @param {number} py
   */
  nearestLine(px, py) {
    const { axes } = this;
    let least = NEAR;
    let best = null;
    for (const group of this.groups.filter(({ line }) => line.tell)) {
      group.xs.forEach((xs, i) => {
        for (let k = 1; k < xs.length; k++) {
          const [from, to] = [k - 1, k].map((at) => [axes.x(xs[at]), axes.y(group.ys[i][at])]);
          const away = distance(from, to, [px, py]);
          if (away < least) [least, best] = [away, { group, i }];
        }
      });
    }
    return best;
  }
}

/**
 * How far a point is from the line between two others.
 * @param {number[]} a
 * @param {number[]} b
 * @param {number[]} point
 */
function distance([ax, ay], [bx, by], [px, py]) {
  const [dx, dy] = [bx - ax, by - ay];
  const along = clamp(((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
  return Math.hypot(ax + along * dx - px, ay + along * dy - py);
}

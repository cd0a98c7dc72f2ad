// Rows of named things, a bar and a number for each in every column: one computation, column by column.

import { change, el, fill, pointIn, say } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { Panel } from "./panel.js";
import { makeScale } from "./scale.js";
import { nearest } from "./search.js";
import { haloStyle, svg } from "./svg.js";

/**
 * @typedef {import("./panels.d.ts").Columns} Columns
 * @typedef {Columns["columns"][number]} ColumnSpec
 * @typedef {import("./scale.js").Scale} Scale
 *
 * @typedef {object} BarColumn a column as it is drawn
 * @property {ColumnSpec} own
 * @property {Scale} scale
 * @property {number} left
 * @property {SVGElement[]} bars
 * @property {SVGElement[]} texts
 * @property {SVGElement | null} total
 * @property {SVGElement[]} parts all its nodes
 * @property {boolean} done whether it has been drawn
 */

const COLUMN_GAP = 12;
const BESIDE = 64; // CSS pixels for a number beside its bar
const LEAST_ROW = 9; // a row's height that holds text
const LETTER = 6.4;

/**
 * A column's bars lie in its `domain` and start at 0, or at the end that is nearer to it; or `most` says what a full
 * bar stands for. With `pick` a click on a thing moves time to its frame; the bar of `handle` is dragged.
 * @extends {Panel<Columns>}
 */
export class ColumnsPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.root = svg("svg", { class: "axes", "aria-hidden": "true", style: "flex:none" });
    this.note = el("div", { class: "note", style: "position:sticky;left:0" });
    host.append(this.root, this.note);
    this.box = { left: 0, top: 0, across: 0, down: 0, full: 0, bottom: 0 };
    /** @type {BarColumn[]} */
    this.columns = [];
    this.lit = svg("rect"); // behind the thing of this frame
    this.knob = svg("circle"); // at the end of the bar that can be dragged
    this.held = false;
    this.root.onpointerdown = this.root.onpointermove = (event) => this.drag(event);
    this.root.onpointerup = this.root.onpointercancel = () => {
      this.held = false;
    };
    this.root.onpointerleave = () => this.note.replaceChildren();
  }

  build() {
    const { spec, root } = this;
    root.style.touchAction = spec.handle || spec.pick ? "pan-y" : "";
    this.layOut();
    const { left, full, down } = this.box;
    const columns = spec.columns.map((own, j) => this.column(own, j));
    this.columns = columns;
    this.lit = svg("rect", {
      x: 0, width: full, height: down, rx: 4, fill: this.color("text"), opacity: 0.1, visibility: "hidden",
    });
    this.knob = svg("circle", { r: 6, fill: this.color("background"), "stroke-width": 2.5, visibility: "hidden" });
    const names = (down < LEAST_ROW ? [] : spec.names).map((name, i) =>
      svg("text", { x: left - 8, y: this.middle(i) + 4, "text-anchor": "end" }, name));
    root.replaceChildren(this.lit, ...columns.flatMap((one) => one.parts), ...names, ...this.totalRow(), this.knob);
  }

  layOut() {
    const { spec, host, root } = this;
    const lines = Math.max(...spec.columns.map((column) => titleOf(column).length));
    const totals = spec.columns.some((column) => column.total);
    const [width, height] = [Math.max(host.clientWidth, 60), Math.max(host.clientHeight - 18, 40)];
    const top = 14 * lines + 6;
    const down = Math.min(34, (height - top - (totals ? 24 : 2)) / spec.names.length);
    const words = [...(down < LEAST_ROW ? [] : spec.names), ...(totals ? [spec.totalLabel ?? "sum"] : [])];
    const left = Math.max(0, ...words.map((word) => word.length)) * LETTER + 10;
    const count = spec.columns.length;
    const least = Math.max(...spec.columns.map((column) => (column.digits ? 40 : 12)));
    const across = Math.max((width - left - COLUMN_GAP * (count - 1) - 8) / count, least);
    const full = left + count * (across + COLUMN_GAP);
    this.box = { left, top, across, down, full, bottom: top + down * spec.names.length };
    const shown = Math.max(width, Math.floor(full) - COLUMN_GAP + 8);
    fill(root, { viewBox: `0 0 ${shown} ${height}`, width: shown, height });
    host.style.overflowX = shown > width ? "auto" : "";
  }

  /** @param {number} i */
  middle(i) {
    return this.box.top + (i + 0.5) * this.box.down;
  }

  /**
   * A column's title, zero line, bars and numbers, and how its values become places.
   * @param {ColumnSpec} own
   * @param {number} j
   * @returns {BarColumn}
   */
  column(own, j) {
    const { top, bottom, across, down } = this.box;
    const left = this.box.left + j * (across + COLUMN_GAP);
    const numbered = Boolean(own.digits) && down >= LEAST_ROW;
    const beside = numbered && across >= 104;
    const right = left + across - (beside ? BESIDE : 0);
    const [low, high] = own.domain ?? [0, 1];
    const scale = makeScale(low, high, left, right);
    const zero = scale(clamp(0, low, high));
    const title = titleOf(own).map((line, k) => svg("text", { class: "title", x: left, y: 11 + 14 * k }, line));
    const start = svg("line", { x1: zero, x2: zero, y1: top, y2: bottom, stroke: this.color("border") });
    const bars = this.bars(own, numbered, beside);
    const texts = numbered ? this.texts(beside ? right + 9 : left + 2) : [];
    return { own, scale, left, bars, texts, total: null, done: false, parts: [...title, start, ...bars, ...texts] };
  }

  /**
   * @param {ColumnSpec} own
   * @param {boolean} numbered
   * @param {boolean} beside whether the numbers stand beside the bars, not on them
   */
  bars(own, numbered, beside) {
    const clear = beside || !numbered;
    const color = this.color(own.color);
    const thick = Math.min(20, Math.max(2, this.box.down * (clear ? 0.66 : 0.8)));
    const outline = { stroke: color, "stroke-dasharray": "4 3", "stroke-width": 1.3 };
    const style = {
      height: thick, rx: Math.min(2, thick / 3), fill: color, "fill-opacity": own.lane === "B" ? 0.35 : clear ? 0.95 : 0.5,
      ...(own.lane === "B" && numbered ? outline : {}),
    };
    return this.spec.names.map((_, i) => svg("rect", { y: this.middle(i) - thick / 2, ...style }));
  }

  /** @param {number} x */
  texts(x) {
    const style = haloStyle(this.ctx.colors.background, `2px;opacity:1;font-size:${this.box.down < 13 ? 9 : 12}px`);
    return this.spec.names.map((_, i) => svg("text", { x, y: this.middle(i) + 4, style }, ""));
  }

  totalRow() {
    const { left, across, bottom } = this.box;
    const own = this.columns.filter((one) => one.own.total);
    if (!own.length) return [];
    const y = bottom + 17;
    const line = { y1: bottom + 2, y2: bottom + 2, stroke: this.color("text"), opacity: 0.5 };
    const totals = own.map((one) => {
      const x = one.texts[0]?.getAttribute("x") ?? one.left;
      one.total = svg("text", { x, y, style: "font-weight:600;font-size:12px;opacity:1" });
      return one.total;
    });
    return [
      svg("text", { x: left - 8, y, "text-anchor": "end" }, this.spec.totalLabel ?? "sum"),
      ...own.map((one) => svg("line", { x1: one.left, x2: one.left + across, ...line })),
      ...totals,
    ];
  }

  /** @param {number} frame */
  draw(frame) {
    const { spec, box } = this;
    for (const one of this.columns) {
      const { values, most, total, totalDigits, digits } = one.own;
      const still = this.arrays[values].shape.length === 1 && !most;
      if (!still || !one.done) this.paint(one);
      one.done = true;
      if (one.total && total) {
        say(one.total, formatNumber(this.numbers(total)[0], totalDigits ?? digits ?? undefined));
      }
    }
    if (spec.highlight) {
      const at = this.numbers(spec.highlight, frame)[0];
      change(this.lit, { y: box.top + at * box.down, visibility: "visible" });
    }
    if (spec.handle) this.placeKnob(spec.handle);
  }

  /** @param {BarColumn} column */
  paint({ own, scale, bars, texts }) {
    const values = this.movingOrStill(own.values);
    const most = own.most ? this.numbers(own.most)[0] : 1;
    const [low, high] = scale.domain;
    const from = scale(clamp(0, low, high));
    bars.forEach((bar, i) => {
      const value = values[i] / most;
      const to = Number.isNaN(value) ? from : scale(clamp(value, low, high));
      const width = Math.abs(to - from);
      change(bar, { x: Math.min(from, to), width, "stroke-opacity": width < 1 ? 0 : 1 });
      if (texts.length) say(texts[i], formatNumber(values[i], own.digits ?? undefined));
    });
  }

  /** @param {NonNullable<Columns["handle"]>} handle */
  placeKnob({ column, row }) {
    const { own, scale } = this.columns[column];
    const cx = scale(clamp(this.movingOrStill(own.values)[row], ...scale.domain));
    const visibility = Number.isFinite(cx) ? "visible" : "hidden";
    change(this.knob, { cx, cy: this.middle(row), stroke: this.color(own.color) ?? "", visibility });
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const { spec, root, ctx } = this;
    if (!spec) return;
    const at = this.under(event);
    const { handle } = spec;
    const onHandle = Boolean(handle) && at.j === handle?.column && at.i === handle.row;
    if (event.type === "pointerdown") {
      this.held = onHandle;
      if (this.held || spec.pick) root.setPointerCapture(event.pointerId);
    }
    if (handle && this.held && event.buttons) {
      ctx.seek(nearest(this.all(handle.at), this.columns[handle.column].scale.invert(at.x)));
    } else if (spec.pick && spec.highlight && event.buttons && at.i >= 0) {
      ctx.seek(this.all(spec.highlight).indexOf(at.i));
    }
    root.style.cursor = onHandle || this.held ? "ew-resize" : spec.pick && at.i >= 0 ? "pointer" : "";
    this.tell(at);
  }

  /**
   * What is under the pointer: the column or −1, the thing or −1, and x on the drawing.
   * @param {PointerEvent} event
   */
  under(event) {
    const { top, down, across } = this.box;
    const [x, y] = pointIn(event, this.root);
    const half = COLUMN_GAP / 2;
    const j = this.columns.findIndex(({ left }) => x >= left - half && x < left + across + half);
    const i = Math.floor((y - top) / down);
    return { x, j, i: i >= 0 && i < this.spec.names.length ? i : -1 };
  }

  /** @param {{ i: number, j: number }} at */
  tell({ i, j }) {
    if (i < 0 || j < 0) return this.note.replaceChildren();
    const { own } = this.columns[j];
    const value = formatNumber(this.movingOrStill(own.values)[i], 7);
    return this.note.replaceChildren(`${this.spec.names[i]}, ${titleOf(own).join(" ")}: ${value}`);
  }
}

/**
 * The lines of a column's title.
 * @param {ColumnSpec} column
 */
const titleOf = (column) => (column.title ?? "").split("\n");

// A table of live numbers: its columns appear as time goes on, whole or cell by cell; a cell under the pointer says
// where its number comes from and lights the cells that it was made of.

import { el, say } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { Panel } from "./panel.js";
import { extent } from "./scale.js";

/**
 * @typedef {import("./panels.d.ts").Table} Table
 * @typedef {Table["columns"][number]} Column
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 *
 * @typedef {object} Read how a number is read out: it stands for a word, or has decimals or digits
 * @property {string[] | null} [words]
 * @property {number | null} [decimals]
 * @property {number | null} [digits]
 */

const CELL = "text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums";
const HEAD = `${CELL};font-weight:600;vertical-align:bottom`;
const ROOMY = 9; // columns that have room to spare
const STAYS = "position:sticky;left:0;background:var(--st-background-color)"; // row names, where the table scrolls
const MADE_OF = "inset 0 0 0 1.5px var(--st-text-color)";
const UNDER_TITLE = "font:11px var(--st-code-font, monospace);font-weight:400;white-space:normal";

/**
 * A column appears at the frame `from`; with `each`, one cell a frame from there on. What has just appeared is lit.
 * @extends {Panel<Table>}
 */
export class TablePanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.grid = el("table", { style: "border-collapse:collapse;margin:0 auto;font-size:13px;line-height:1.35" });
    this.scroll = el("div", { style: "overflow:auto;min-height:0;flex:0 1 auto;padding-bottom:4px" }, this.grid);
    this.note = el("div", { class: "note", style: "flex:none;padding-top:2px" });
    host.append(this.scroll, this.note);
    /** @type {HTMLElement[][]} */
    this.cells = [];
    /** @type {HTMLElement[]} */
    this.feet = [];
    /** @type {WeakMap<HTMLElement, string>} how a cell is drawn now */
    this.looks = new WeakMap();
    /** @type {{ r: number, c: number } | null} */
    this.pointed = null;
  }

  /**
   * @param {Table} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    this.pointed = null;
    super.update(spec, arrays);
  }

  build() {
    const { spec, note, grid } = this;
    const inside = `padding:2px ${spec.columns.length > ROOMY ? 5 : 9}px`;
    const edge = `1px solid ${this.color("border")}`;
    const name = (/** @type {string} */ text, more = "") =>
      el("th", { scope: "row", style: `${HEAD};${inside};${STAYS};text-align:left;${more}` }, text);
    this.cells = spec.names.map((_, r) => spec.columns.map((column, c) => this.cell(column, r, c, inside)));
    this.feet = spec.foot ? spec.columns.map((column) => this.foot(column, inside, edge)) : [];
    const corner = el("th", { style: `${HEAD};${inside};${STAYS};text-align:left;border-bottom:${edge}` }, spec.head ?? "");
    const titles = spec.columns.map((column) => this.title(column, inside, edge));
    grid.replaceChildren(
      el("thead", {}, el("tr", {}, corner, ...titles)),
      el("tbody", {}, ...spec.names.map((text, r) => el("tr", {}, name(text), ...this.cells[r]))));
    if (spec.foot) {
      grid.append(el("tfoot", {}, el("tr", {}, name(spec.foot.name, `border-top:${edge}`), ...this.feet)));
    }
    note.hidden = !spec.columns.some((column) => column.tell);
  }

  /**
   * @param {Column} column
   * @param {string} inside
   * @param {string} edge
   */
  title({ title, note, color }, inside, edge) {
    const style = `${HEAD};${inside};border-bottom:${edge};color:${this.color(color) ?? "inherit"}`;
    return el("th", { scope: "col", style }, title, note ? el("div", { style: UNDER_TITLE }, note) : null);
  }

  /**
   * @param {Column} column
   * @param {number} r
   * @param {number} c
   * @param {string} inside
   */
  cell(column, r, c, inside) {
    return el("td", {
      style: `${CELL};${inside};min-width:${this.longest(column)}ch`,
      onpointerenter: () => this.point({ r, c }), onpointerleave: () => this.point(null),
    });
  }

  /**
   * @param {Column} column
   * @param {string} inside
   * @param {string} edge
   */
  foot({ color }, inside, edge) {
    const style = `${CELL};${inside};font-weight:700;border-top:${edge};color:${this.color(color) ?? "inherit"}`;
    return el("td", { style });
  }

  /**
   * Characters that a column needs, so that it does not grow as it fills.
   * @param {Column} column
   */
  longest({ array, words, decimals, digits }) {
    if (words) return Math.max(...words.map((word) => word.length));
    if (decimals == null) return (digits ?? 4) + 2;
    return Math.max(...extent([this.all(array)]).map((value) => value.toFixed(decimals).length));
  }

  /**
   * @param {number} frame
   * @param {number} before
   */
  draw(frame, before) {
    const { spec } = this;
    const moved = frame !== before;
    const marks = spec.marks ? this.numbers(spec.marks) : null;
    const lit = this.madeOf(frame);
    const values = spec.columns.map((column) => this.movingOrStill(column.array));
    this.cells.forEach((line, r) => line.forEach((node, c) => {
      const at = appears(spec.columns[c], r);
      const mark = marks ? marks[r * line.length + c] : 0;
      const [fresh, source] = [at > 0 && at === frame, this.pointed?.r === r && lit.includes(c)];
      const text = at <= frame ? wordsFor(values[c][r], spec.columns[c]) : null;
      this.drawCell(node, text, spec.columns[c].color, { fresh: fresh || mark > 0, source, broken: mark === 2 });
      if (moved && fresh) this.follow(node);
    }));
    this.drawFeet(frame, moved);
    this.tell(frame);
  }

  /**
   * The columns that the cell under the pointer was made of, and its own.
   * @param {number} frame
   */
  madeOf(frame) {
    if (!this.pointed) return [];
    const { r, c } = this.pointed;
    const column = this.spec.columns[c];
    if (appears(column, r) > frame) return [];
    return [c, ...(typeof column.of === "string" ? [this.all(column.of)[r]] : column.of ?? [])];
  }

  /**
   * @param {HTMLElement} node
   * @param {string | null} text none before the cell appears
   * @param {string | undefined} color
   * @param {{ fresh: boolean, source: boolean, broken: boolean }} state
   */
  drawCell(node, text, color, { fresh, source, broken }) {
    say(node, text ?? "·");
    const state = String([text === null, color, fresh, source, broken, this.ctx.dark]);
    if (this.looks.get(node) === state) return;
    this.looks.set(node, state);
    Object.assign(node.style, {
      color: this.color(color) ?? "inherit", opacity: text === null ? 0.3 : 1, fontWeight: fresh ? 700 : 400,
      background: fresh ? this.color("panel") : "", boxShadow: source ? MADE_OF : "",
      textDecoration: broken ? "underline wavy 1px" : "", textUnderlineOffset: "3px",
    });
  }

  /**
   * @param {number} frame
   * @param {boolean} moved
   */
  drawFeet(frame, moved) {
    const { columns, foot: row } = this.spec;
    if (!row) return;
    this.feet.forEach((node, c) => {
      const { foot, decimals, digits } = columns[c];
      const shown = foot && frame >= (row.from ?? 0);
      say(node, shown ? wordsFor(this.movingOrStill(foot)[0], { decimals, digits }) : "");
      node.style.background = node.textContent && frame === row.from ? this.ctx.colors.panel : "";
    });
    const last = this.feet.at(-1);
    if (last && moved && frame > 0 && frame === row.from) this.follow(last);
  }

  /**
   * Where the table is wider than its room, scroll to the cell that has just appeared.
   * @param {HTMLElement} node
   */
  follow(node) {
    const { grid, scroll } = this;
    const beyond = node.offsetLeft + node.offsetWidth - scroll.clientWidth;
    if (grid.offsetWidth > scroll.clientWidth) scroll.scrollLeft = Math.max(0, beyond);
  }

  /**
   * The cell under the pointer in words.
   * @param {number} frame
   */
  tell(frame) {
    const { spec, pointed, note } = this;
    const { r, c } = pointed ?? { r: 0, c: 0 };
    const { tell } = spec.columns[c];
    if (!pointed || !tell || appears(spec.columns[c], r) > frame) return say(note, "\u00a0");
    const words = tell.map((part) => {
      if (typeof part === "string") return part;
      return this.bold(wordsFor(this.movingOrStill(part.value)[r], part), part.color);
    });
    return note.replaceChildren(`${spec.head ?? ""} ${spec.names[r]}: `, ...words);
  }

  /** @param {{ r: number, c: number } | null} at */
  point(at) {
    this.pointed = at;
    this.redraw();
  }

  resize() {} // the browser lays it out
}

/**
 * The frame at which a cell appears.
 * @param {Column} column
 * @param {number} r
 */
const appears = (column, r) => (column.from ?? 0) + (column.each ? r : 0);

/**
 * A number in words, with a minus where it is not rounded to zero.
 * @param {number} value
 * @param {Read} how
 */
export function wordsFor(value, { words, decimals, digits }) {
  if (words) return words[value];
  if (decimals == null || !Number.isFinite(value)) return formatNumber(value, digits ?? 4);
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

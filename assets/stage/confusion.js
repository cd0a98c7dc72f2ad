// A confusion matrix that changes with time: what things are, what they were taken for, and how many of each are right.

import { el, penOf, pointIn, sizeCanvas } from "../shared/dom.js";
import { clamp } from "../shared/numbers.js";
import { offerItems } from "./offers.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("./panels.d.ts").Confusion} Confusion
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {[number, number]} Cell row and column
 * @typedef {CanvasRenderingContext2D} Pen
 */

const BARS = 52; // CSS pixels for the bars beside the rows
/** @type {Record<string, Cell>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * Right ones, on the diagonal, have the metric's colour, wrong ones the loss's. The bars beside the rows are the
 * shares that are right. A click chooses a cell, the arrow keys go on from there; with none chosen all wrong items are
 * offered.
 * @extends {Panel<Confusion>}
 */
export class ConfusionPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    const label = "Confusion matrix: arrow keys choose a cell";
    this.canvas = el("canvas", { tabindex: "0", role: "img", "aria-label": label, style: "flex:none;outline-offset:-2px" });
    this.note = el("div", { class: "note" });
    host.append(this.canvas, this.note);
    this.box = { left: 0, top: 0, side: 0, step: 0, ratio: 1, count: 0, named: false };
    this.counts = new Int32Array();
    /** @type {number[]} how many things of each class there are */
    this.sums = [];
    /** @type {Cell | null} */
    this.cell = null;
    /** @type {Cell | null} */
    this.pointed = null;
    this.listen();
  }

  listen() {
    const { canvas } = this;
    canvas.onpointermove = (event) => {
      if (!this.spec) return;
      this.pointed = this.under(event);
      canvas.style.cursor = this.pointed ? "pointer" : "";
      this.redraw();
    };
    canvas.onpointerleave = () => {
      this.pointed = null;
      this.redraw();
    };
    canvas.onclick = (event) => {
      const at = this.under(event);
      this.cell = at && this.cell && String(at) === String(this.cell) ? null : at;
      this.redraw();
    };
    canvas.onkeydown = (event) => this.key(event);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.spec || !(event.key in MOVES || event.key === "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.cell = null;
    else if (!this.cell) this.cell = [0, 0];
    else {
      const [down, right] = MOVES[event.key], last = this.box.count - 1;
      this.cell = [clamp(this.cell[0] + down, 0, last), clamp(this.cell[1] + right, 0, last)];
    }
    this.redraw();
  }

  /**
   * @param {Confusion} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    if (this.spec && String(this.spec.names) !== String(spec.names)) this.cell = null;
    this.pointed = null;
    super.update(spec, arrays);
  }

  build() {
    const { spec, host } = this;
    const count = spec.names.length;
    const [width, height] = [Math.max(host.clientWidth, 120), Math.max(host.clientHeight - 34, 100)];
    const longest = Math.max(...spec.names.map((name) => name.length));
    const labels = (/** @type {number} */ side) => (side / count >= 9 ? Math.min(5.6 * longest + 8, 110) : 16);
    let side = Math.min(height - 18, width - 16 - BARS);
    side = Math.min(side, width - labels(side) - BARS);
    const ratio = sizeCanvas(this.canvas, width, height);
    this.box = { left: labels(side), top: 2, side, step: side / count, ratio, count, named: side / count >= 9 };
  }

  draw() {
    const { box: { left, top, side, count, ratio }, canvas } = this;
    const said = this.tally();
    const pen = penOf(canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = this.ctx.colors.panel;
    pen.fillRect(left, top, side, side);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) this.paintCell(pen, row, column);
      this.paintBar(pen, row);
    }
    if (this.cell) this.outline(pen, this.cell, 2);
    if (this.pointed) this.outline(pen, this.pointed, 1);
    this.paintNames(pen);
    this.tell();
    if (this.spec.selection && this.spec.items) this.offer(this.spec.selection, this.all(this.spec.items), said);
  }

  /** Count how often each class was taken for each at this frame; what each thing was taken for. */
  tally() {
    const { count } = this.box;
    const said = this.numbers(this.spec.predicted);
    const is = this.all(this.spec.targets);
    this.counts = new Int32Array(count ** 2);
    for (let i = 0; i < is.length; i++) this.counts[is[i] * count + said[i]]++;
    const row = (/** @type {number} */ at) => this.counts.subarray(at * count, (at + 1) * count);
    this.sums = this.spec.names.map((_, at) => row(at).reduce((a, b) => a + b, 0));
    return said;
  }

  /**
   * @param {Pen} pen
   * @param {number} row
   * @param {number} column
   */
  paintCell(pen, row, column) {
    const { left, top, step, count } = this.box;
    const many = this.counts[row * count + column];
    if (!many) return;
    const size = Math.max(step - 0.6, 1);
    pen.globalAlpha = 0.25 + (0.75 * many) / this.sums[row];
    pen.fillStyle = this.ctx.colors[row === column ? "metric" : "loss"];
    pen.fillRect(left + column * step, top + row * step, size, size);
    pen.globalAlpha = 1;
    if (step < 15) return;
    pen.fillStyle = this.ctx.colors[many / this.sums[row] > 0.45 ? "background" : "text"];
    pen.font = `${Math.min(12, step - 3)}px ${this.font()}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(String(many), left + (column + 0.5) * step, top + (row + 0.5) * step);
  }

  /**
   * The share of a row's things that are right.
   * @param {Pen} pen
   * @param {number} row
   */
  paintBar(pen, row) {
    const { left, top, side, step, count } = this.box;
    if (!this.sums[row]) return;
    const [x, y, full, thick] = [left + side + 8, top + row * step, BARS - 12, Math.max(step - 1.4, 1)];
    pen.fillStyle = this.ctx.colors.grid;
    pen.fillRect(x, y, full, thick);
    pen.fillStyle = this.ctx.colors.metric;
    pen.fillRect(x, y, (full * this.counts[row * count + row]) / this.sums[row], thick);
  }

  /**
   * @param {Pen} pen
   * @param {Cell} cell
   * @param {number} width
   */
  outline(pen, [row, column], width) {
    const { left, top, step } = this.box;
    pen.strokeStyle = this.ctx.colors.text;
    pen.lineWidth = width;
    pen.strokeRect(left + column * step - 0.5, top + row * step - 0.5, step, step);
  }

  font() {
    return getComputedStyle(this.host).fontFamily;
  }

  /** @param {Pen} pen */
  paintNames(pen) {
    const { left, top, side, step, named } = this.box;
    pen.fillStyle = this.ctx.colors.text;
    pen.textBaseline = "middle";
    pen.font = `11px ${this.font()}`;
    pen.textAlign = "center";
    pen.fillText("taken for", left + side / 2, top + side + 9);
    pen.fillText("right", left + side + 8 + (BARS - 12) / 2, top + side + 9);
    if (!named) {
      pen.save();
      pen.translate(7, top + side / 2);
      pen.rotate(-Math.PI / 2);
      pen.fillText("what it is", 0, 0);
      pen.restore();
      return;
    }
    pen.textAlign = "right";
    pen.font = `${Math.min(11, step)}px ${this.font()}`;
    this.spec.names.forEach((name, row) => pen.fillText(name, left - 4, top + (row + 0.5) * step, left - 6));
  }

  /** The cell under the pointer, or the chosen one, in words. */
  tell() {
    const { spec, counts, sums, box: { count } } = this;
    const at = this.pointed ?? this.cell;
    if (!at && !this.all(spec.targets).length) return this.note.replaceChildren();
    if (!at) {
      const wrong = sums.reduce((sum, all, i) => sum + all - counts[i * count + i], 0);
      return this.note.replaceChildren(`${wrong} wrong. Choose a cell to see its pictures.`);
    }
    const [row, column] = at;
    const what = row === column ? "recognised" : `taken for ${spec.names[column]}`;
    return this.note.replaceChildren(`${spec.names[row]}, ${what}: ${counts[row * count + column]} of ${sums[row]}`);
  }

  /**
   * Offer the items of the chosen cell, or all wrong ones, to the panels that show them.
   * @param {string} name
   * @param {Numbers} numbers by which other panels know each thing
   * @param {Numbers} said what each was taken for
   */
  offer(name, numbers, said) {
    const { cell } = this;
    const is = this.all(this.spec.targets);
    const items = [];
    for (let i = 0; i < is.length; i++) {
      const inside = cell ? is[i] === cell[0] && said[i] === cell[1] : is[i] !== said[i];
      if (inside && numbers[i] >= 0) items.push(numbers[i]);
    }
    offerItems(this.ctx, name, items);
  }

  /**
   * @param {PointerEvent | MouseEvent} event
   * @returns {Cell | null}
   */
  under(event) {
    const { left, top, step, count } = this.box;
    const [x, y] = pointIn(event, this.canvas);
    const [row, column] = [Math.floor((y - top) / step), Math.floor((x - left) / step)];
    return Math.min(row, column) >= 0 && Math.max(row, column) < count ? [row, column] : null;
  }
}

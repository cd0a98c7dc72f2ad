// A calculation from left to right as boxes, each a tensor in its quantity's colour; a box lights up where numbers
// changed.

import { el, penOf, pointIn, say, sizeCanvas } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { Panel } from "./panel.js";
import { largestTiles } from "./search.js";
import { paintNumbers } from "./texels.js";

/**
 * @typedef {import("./panels.d.ts").Flow} Flow
 * @typedef {import("./panels.d.ts").PictureBox} PictureBox
 * @typedef {import("./panels.d.ts").TilesBox} TilesBox
 * @typedef {import("./panels.d.ts").BarsBox} BarsBox
 * @typedef {import("./panels.d.ts").NumbersBox} NumbersBox
 * @typedef {import("./panels.d.ts").Box & Partial<PictureBox & TilesBox & BarsBox & NumbersBox>} FlowBox
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {CanvasRenderingContext2D} Pen
 * @typedef {{ columns: number, side: number }} FlowGrid
 *
 * @typedef {object} Drawn a box as it is drawn
 * @property {FlowBox} box
 * @property {HTMLElement} node
 * @property {HTMLElement} body
 * @property {HTMLElement} count
 * @property {HTMLCanvasElement | null} canvas
 * @property {Pen | null} pen
 * @property {HTMLElement[]} values of a box of numbers
 * @property {number} width
 * @property {number} height
 * @property {number} ratio
 * @property {FlowGrid} grid
 * @property {string} painted what its canvas shows: the row of its numbers, and the unit under the pointer
 * @property {number | null} changed what it says of how many numbers changed
 */

const UNIT_GAP = 3;
const NARROW_FLOW = 400;

/**
 * Boxes with units read out together: pointing at one shows it in all of them. On a phone the boxes wrap into two
 * lines.
 * @extends {Panel<Flow>}
 */
export class FlowPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.board = el("div", { style: "flex:1;min-height:0;display:flex;align-items:stretch;gap:4px" });
    this.note = el("div", { class: "note" });
    host.append(this.board, this.note);
    this.small = el("canvas"); // pictures one below the other, each number one pixel
    /** @type {Drawn[]} */
    this.boxes = [];
    /** @type {number | null} the unit under the pointer */
    this.pointed = null;
  }

  /**
   * @param {Flow} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    this.pointed = null;
    super.update(spec, arrays);
  }

  build() {
    this.boxes = this.spec.boxes.map((box) => this.box(box));
    const narrow = this.narrow();
    this.board.replaceChildren(...this.boxes.flatMap(({ node }, i) => (i && !narrow ? [flowArrow(), node] : [node])));
    this.board.style.flexWrap = narrow ? "wrap" : "";
    for (const { box, node } of this.boxes) node.style.cssText = this.styleOf(box, narrow);
    for (const drawn of this.boxes) this.sizeBox(drawn);
  }

  narrow() {
    return this.host.clientWidth < NARROW_FLOW;
  }

  /**
   * @param {FlowBox} box
   * @returns {Drawn}
   */
  box(box) {
    const canvas = box.numbers ? null : el("canvas", { "aria-hidden": "true", style: "position:absolute;inset:0" });
    const body = el("div", { style: "position:relative;flex:1;min-height:0;overflow:hidden" }, canvas);
    const count = el("div", { style: "font-size:11px;line-height:14px;min-height:28px;padding-top:3px;font-variant-numeric:tabular-nums" });
    const head = el("div", { style: "font-weight:600;font-size:12px;line-height:1.25;margin-bottom:4px" }, box.title);
    const drawn = {
      box, body, count, canvas, node: el("div", {}, head, body, count), pen: canvas && penOf(canvas),
      values: (box.numbers ?? []).map((number) => this.number(number, body)),
      width: 0, height: 0, ratio: 1, grid: { columns: 1, side: 0 }, painted: "", changed: null,
    };
    if (canvas && this.unitsOf(box)) {
      canvas.onpointermove = canvas.onpointerdown = (event) => this.point(this.unitAt(drawn, event));
      canvas.onpointerleave = () => this.point(null);
    }
    return drawn;
  }

  /**
   * @param {NonNullable<FlowBox["numbers"]>[number]} number
   * @param {HTMLElement} body
   */
  number({ label, color }, body) {
    const style = "display:block;font-size:17px;font-variant-numeric:tabular-nums;";
    const value = el("b", { style: `${style}color:${color ? this.color(color) : "inherit"}` });
    body.append(el("div", { style: "margin-bottom:6px" }, el("span", { style: "font-size:11px" }, label), value));
    return value;
  }

  /** @param {FlowBox} box */
  unitsOf({ tiles, bars }) {
    const name = tiles ?? bars;
    return name ? this.arrays[name].shape[1] : 0;
  }

  /**
   * @param {FlowBox} box
   * @param {boolean} narrow
   */
  styleOf(box, narrow) {
    const wide = narrow ? `flex:0 0 calc(${box.narrow ?? 48}% - 4px);height:calc(50% - 2px)` : `flex:${box.weight ?? 1} 1 0`;
    const edges = `border:1px solid ${this.color("border")};border-top:4px solid ${this.color(box.color)}`;
    return `${wide};box-sizing:border-box;min-width:0;display:flex;flex-direction:column;padding:5px 7px;border-radius:8px;${edges}`;
  }

  /** @param {Drawn} drawn */
  sizeBox(drawn) {
    const { canvas, body, box } = drawn;
    if (!canvas) return;
    const [width, height] = [Math.max(20, body.clientWidth), Math.max(20, body.clientHeight)];
    Object.assign(drawn, { width, height, ratio: sizeCanvas(canvas, width, height) });
    if (!box.tiles) return;
    const sideOf = (/** @type {number} */ columns, /** @type {number} */ rows) =>
      Math.min((width + UNIT_GAP) / columns, (height + UNIT_GAP) / rows) - UNIT_GAP;
    const best = largestTiles(this.unitsOf(box), sideOf, box.columns);
    drawn.grid = { columns: best?.columns ?? 1, side: best?.size ?? 0 };
  }

  draw() {
    for (const drawn of this.boxes) {
      const { box, pen, ratio, width, height } = drawn;
      const painted = `${this.rowShown(box)} ${this.pointed}`;
      if (pen && drawn.painted !== painted) {
        drawn.painted = painted;
        pen.setTransform(ratio, 0, 0, ratio, 0, 0);
        pen.clearRect(0, 0, width, height);
        this.drawBox(drawn, pen);
      }
      box.numbers?.forEach(({ value, digits }, i) => {
        say(drawn.values[i], formatNumber(this.numbers(value)[0], digits ?? undefined));
      });
      this.count(drawn);
    }
    this.tell();
  }

  /**
   * The row that a box shows: the last one, where there are no more.
   * @param {FlowBox} box
   */
  rowShown({ picture, tiles, bars }) {
    const rows = this.arrays[picture ?? tiles ?? bars ?? ""]?.shape[0] ?? 1;
    return Math.min(this.row(), rows - 1);
  }

  /**
   * @param {Drawn} drawn
   * @param {Pen} pen
   */
  drawBox({ box, grid, width, height }, pen) {
    const { picture, tiles, bars } = box;
    if (picture) {
      const shape = this.arrays[picture].shape.slice(1);
      const side = Math.min(width, (height * shape[1]) / shape[0]);
      this.spread(this.numbers(picture), shape, box);
      this.paint(pen, 0, shape, { x: (width - side) / 2, y: (height - side) / 2, side });
    } else if (tiles) this.drawTiles(pen, this.numbers(tiles), this.arrays[tiles].shape.slice(2), box, grid);
    else if (bars) this.drawBars(pen, this.numbers(bars), box, width, height);
  }

  /**
   * Numbers as pictures one below the other, greys or signed ones.
   * @param {Numbers} values
   * @param {number[]} shape rows and columns of a picture
   * @param {FlowBox} box
   */
  spread(values, [, columns], box) {
    const { small, ctx } = this;
    const image = new ImageData(columns, values.length / columns);
    paintNumbers(new Uint32Array(image.data.buffer), values, box.vmax ?? 1, box.tiles ? ctx : null);
    if (small.width !== image.width) small.width = image.width;
    if (small.height !== image.height) small.height = image.height;
    penOf(small).putImageData(image, 0, 0);
  }

  /**
   * One of these pictures in its place.
   * @param {Pen} pen
   * @param {number} which
   * @param {number[]} shape
   * @param {{ x: number, y: number, side: number }} place
   */
  paint(pen, which, [rows, columns], { x, y, side }) {
    pen.imageSmoothingEnabled = side < columns;
    pen.drawImage(this.small, 0, which * rows, columns, rows, x, y, side, (side * rows) / columns);
  }

  /**
   * @param {Pen} pen
   * @param {Numbers} values
   * @param {number[]} shape of a tile
   * @param {FlowBox} box
   * @param {FlowGrid} grid
   */
  drawTiles(pen, values, shape, box, { columns, side }) {
    this.spread(values, shape, box);
    for (let unit = 0; unit < this.unitsOf(box); unit++) {
      const [x, y] = [(unit % columns) * (side + UNIT_GAP), Math.floor(unit / columns) * (side + UNIT_GAP)];
      this.paint(pen, unit, shape, { x, y, side });
      if (unit === this.pointed) this.mark(pen, x, y, side, side);
    }
  }

  /**
   * @param {Pen} pen
   * @param {Numbers} values
   * @param {FlowBox} box
   * @param {number} width
   * @param {number} height
   */
  drawBars(pen, values, box, width, height) {
    const { pointed, ctx: { colors } } = this;
    const [low, high] = box.domain ?? [0, 1];
    const at = (/** @type {number} */ value) => ((clamp(value, low, high) - low) / (high - low || 1)) * (width - 2) + 1;
    const thick = height / values.length;
    pen.fillStyle = colors[box.color];
    values.forEach((value, unit) => {
      pen.globalAlpha = pointed === null || pointed === unit ? 1 : 0.45;
      const [from, to] = [at(Math.min(0, value)), at(Math.max(0, value))];
      if (value) pen.fillRect(from, (unit + 0.14) * thick, Math.max(1, to - from), 0.72 * thick);
      else pen.fillRect(at(0) - 0.5, (unit + 0.3) * thick, 1.5, 0.4 * thick);
    });
    pen.globalAlpha = 0.5;
    pen.fillStyle = colors.text;
    pen.fillRect(at(0) - 0.5, 0, 1, height);
    pen.globalAlpha = 1;
    if (pointed !== null) this.mark(pen, 0.5, pointed * thick, width - 1, thick);
  }

  /**
   * @param {Pen} pen
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   */
  mark(pen, x, y, width, height) {
    pen.strokeStyle = this.ctx.colors.text;
    pen.lineWidth = 1.5;
    pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  }

  /**
   * How many of a box's numbers changed; the box is tinted where any did.
   * @param {Drawn} drawn
   */
  count(drawn) {
    const { box, node, count } = drawn;
    if (!box.changed) return;
    const changed = this.numbers(box.changed)[0];
    if (changed === drawn.changed) return;
    drawn.changed = changed;
    const color = this.color(box.color);
    const [some, all] = [changed, box.of ?? 0].map((n) => n.toLocaleString("en-US"));
    node.style.background = changed > 0 ? `color-mix(in srgb, ${color} 12%, transparent)` : "";
    Object.assign(count.style, { color: changed > 0 ? color : "", fontWeight: changed > 0 ? "600" : "" });
    const said = changed < 0 ? `${all} numbers` : changed ? `${some} of ${all} changed` : `0 of ${all}: still`;
    say(count, said);
  }

  /**
   * @param {Drawn} drawn
   * @param {PointerEvent} event
   */
  unitAt({ box, body, grid, height }, event) {
    const [x, y] = pointIn(event, body);
    const units = this.unitsOf(box);
    const step = grid.side + UNIT_GAP;
    const unit = box.tiles
      ? Math.floor(y / step) * grid.columns + Math.min(grid.columns - 1, Math.floor(x / step))
      : Math.floor((y / height) * units);
    return unit >= 0 && unit < units ? unit : null;
  }

  /** @param {number | null} unit */
  point(unit) {
    if (unit === this.pointed) return;
    this.pointed = unit;
    this.redraw();
  }

  /** The pointed unit's numbers in all boxes. */
  tell() {
    const { pointed } = this;
    if (pointed === null) return say(this.note, "");
    const found = this.boxes.flatMap(({ box: { bars, title } }) =>
      bars ? [` · ${title}: ${formatNumber(this.numbers(bars)[pointed])}`] : []);
    return this.note.replaceChildren(`unit ${pointed}`, ...found);
  }
}

const flowArrow = () => el("div", { style: "align-self:center;opacity:.6", "aria-hidden": "true" }, "→");

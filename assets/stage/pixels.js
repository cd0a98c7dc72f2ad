// Pictures made of numbers: digits in grey, signed weights and gradients on one diverging map centred on zero.

import { el, penOf, pixelRatio, pointIn, say } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { rowData, rowOf } from "../shared/packed.js";
import { GREYS, diverging, lightness } from "./colormap.js";
import { Panel } from "./panel.js";
import { largestTiles } from "./search.js";
import { paintNumbers } from "./texels.js";

/**
 * @typedef {import("./panels.d.ts").Pixels} Pixels
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {CanvasRenderingContext2D} Pen
 * @typedef {(at: number | null) => void} Follower
 */

const OUTLINE = "position:absolute;pointer-events:none;box-shadow:inset 0 0 0 1.5px var(--st-text-color),0 0 0 1.5px var(--st-background-color)";
const TILE_GAP = 6;
const TILE_CAPTION = 16; // CSS pixels

/**
 * Where pixels have less room than `cell` asks for, the panel scrolls. Panels with a `link` read out together.
 * @extends {Panel<Pixels>}
 */
export class PixelsPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.canvas = el("canvas", { "aria-hidden": "true", style: "flex:none" });
    this.note = el("div", { class: "note", style: "position:sticky;left:0" });
    this.boxed = el("div", { style: OUTLINE, hidden: "" });
    this.lit = el("div", { style: OUTLINE, hidden: "" });
    host.append(this.canvas, this.note, this.boxed, this.lit);
    this.small = el("canvas"); // a tile, each number one pixel
    this.fitted = el("canvas"); // the same, averaged to the screen's pixels
    this.image = new ImageData(1, 1);
    this.painted = ""; // what the canvas shows
    this.grid = {
      columns: 1, tiles: 0, height: 0, width: 0, across: 1, down: 1, w: 0, h: 0, left: 0, caption: 0, ratio: 1,
    };
    /** @type {number | null} the index of the number under the pointer */
    this.pointed = null;
    /** @type {Set<Follower>} */
    this.linked = ctx.shared.get("pixels") ?? new Set();
    /** @type {Follower} another panel's pointer is on the number `at` of those that are linked */
    this.follow = (at) => {
      if (this.spec?.link == null) return;
      this.pointed = at === null ? null : at + this.spec.link;
      this.tell();
    };
    ctx.shared.set("pixels", this.linked.add(this.follow));
    this.canvas.onpointermove = this.canvas.onpointerdown = (event) => this.pointAt(event);
    this.canvas.onpointerleave = () => this.spec && this.point(null);
  }

  /**
   * @param {Pixels} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    this.pointed = null;
    super.update(spec, arrays);
  }

  build() {
    const { spec, host } = this;
    const [, tiles, height, width] = this.arrays[spec.array].shape;
    const room = { width: Math.max(host.clientWidth, 40), height: Math.max(host.clientHeight - 18, 12) };
    const caption = spec.tiles ? TILE_CAPTION : 0;
    const { columns, rows, across, down } = this.arrangement(tiles, height, width, room, caption);
    const [w, h] = [width * across, height * down];
    const wide = columns * (w + TILE_GAP) - TILE_GAP;
    const left = Math.max(0, (room.width - wide) / 2);
    this.grid = { columns, tiles, height, width, across, down, w, h, left, caption, ratio: pixelRatio() };
    this.sizeCanvas(Math.max(room.width, Math.floor(wide)), rows * (h + caption + TILE_GAP));
    host.style.overflowX = Math.floor(wide) > room.width ? "auto" : "";
    this.painted = "";
    [this.small.width, this.small.height] = [width, height];
    this.image = penOf(this.small).createImageData(width, height);
  }

  /**
   * How the tiles lie, and how large a number's pixel is.
   * @param {number} tiles
   * @param {number} height
   * @param {number} width
   * @param {{ width: number, height: number }} room
   * @param {number} caption
   */
  arrangement(tiles, height, width, room, caption) {
    const { spec } = this;
    const acrossOf = (/** @type {number} */ columns) => (room.width - (columns - 1) * TILE_GAP) / columns / width;
    const downOf = (/** @type {number} */ rows) =>
      (room.height - rows * caption - (rows - 1) * TILE_GAP) / rows / height;
    const best = largestTiles(tiles, (columns, rows) => Math.min(acrossOf(columns), downOf(rows)), spec.columns);
    const { columns, rows, size } = best ?? { columns: tiles, rows: 1, size: 1 };
    const stretched = best && spec.stretch;
    const [across, down] = stretched ? [acrossOf(columns), downOf(rows)] : [size, size];
    const [leastAcross, leastDown] = spec.cell ?? [0, 0];
    return { columns, rows, across: Math.max(across, leastAcross), down: Math.max(down, leastDown) };
  }

  /**
   * @param {number} width
   * @param {number} height
   */
  sizeCanvas(width, height) {
    const { canvas, grid: { ratio } } = this;
    [canvas.width, canvas.height] = [width * ratio, height * ratio];
    Object.assign(canvas.style, { width: `${width}px`, height: `${canvas.height / ratio}px` });
  }

  /** @param {number} tile */
  place(tile) {
    const { columns, left, w, h, caption } = this.grid;
    const [row, column] = [Math.floor(tile / columns), tile % columns];
    return { x: left + column * (w + TILE_GAP), y: row * (h + caption + TILE_GAP) };
  }

  /**
   * What the strongest colour stands for.
   * @param {Numbers} values
   */
  scaleOf(values) {
    if (this.spec.scale !== "frame") return this.spec.vmax || 1;
    let most = 0;
    for (const v of values) if (Number.isFinite(v) && Math.abs(v) > most) most = Math.abs(v);
    return most || 1;
  }

  /**
   * @param {number} value
   * @param {number} vmax
   */
  colour(value, vmax) {
    if (this.spec.signed) return diverging(value / vmax, this.ctx);
    return GREYS[Math.round(clamp(Number.isFinite(value) ? value / vmax : 0, 0, 1) * 255)];
  }

  /** @param {number} frame */
  draw(frame) {
    const { spec } = this;
    const upTo = spec.upTo ? this.numbers(spec.upTo, frame)[0] : Infinity;
    const row = (/** @type {string} */ name, at = this.row()) => Math.min(at, this.arrays[name].shape[0] - 1);
    const captions = spec.tiles && row(spec.tiles.text, rowOf(spec.tiles, this.arrays, frame));
    const painted = [row(spec.array), upTo, captions].join();
    if (this.painted !== painted) this.drawTiles(upTo);
    this.painted = painted;
    const box = spec.box ? this.numbers(spec.box, frame) : null;
    this.outline(this.boxed, box && box[3] > 0 ? box : null);
    this.tell();
  }

  /** @param {number} upTo so many numbers are shown */
  drawTiles(upTo) {
    const { spec, grid, canvas } = this;
    const values = this.numbers(spec.array);
    const vmax = this.scaleOf(values);
    const size = grid.width * grid.height;
    const pen = penOf(canvas);
    pen.setTransform(grid.ratio, 0, 0, grid.ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingEnabled = false;
    for (let tile = 0; tile < grid.tiles; tile++) {
      const { x, y } = this.place(tile);
      const own = values.subarray(tile * size, (tile + 1) * size);
      this.paint(own, vmax, clamp(upTo - tile * size, 0, size));
      pen.drawImage(this.shrunk(), x, y, grid.w, grid.h);
      if (spec.upTo) this.border(pen, x, y);
      if (spec.text) this.write(pen, own, vmax, x, y);
      if (spec.tiles) this.caption(pen, tile, x, y);
    }
  }

  /**
   * One tile's picture; the numbers from `shown` on stay empty.
   * @param {Numbers} values
   * @param {number} vmax
   * @param {number} shown
   */
  paint(values, vmax, shown) {
    const texels = new Uint32Array(this.image.data.buffer);
    paintNumbers(texels, values, vmax, this.spec.signed ? this.ctx : null);
    texels.fill(0, Math.max(0, Math.ceil(shown)));
    penOf(this.small).putImageData(this.image, 0, 0);
  }

  /** The tile's picture; where its pixels are finer than the screen's, averaged to those. */
  shrunk() {
    const { small, fitted, grid } = this;
    const [width, height] = [Math.round(grid.w * grid.ratio), Math.round(grid.h * grid.ratio)];
    if (width >= small.width && height >= small.height) return small;
    fitted.width = Math.max(1, Math.min(width, small.width));
    fitted.height = Math.max(1, Math.min(height, small.height));
    penOf(fitted).drawImage(small, 0, 0, fitted.width, fitted.height);
    return fitted;
  }

  /**
   * @param {Pen} pen
   * @param {number} x
   * @param {number} y
   */
  border(pen, x, y) {
    pen.strokeStyle = this.ctx.colors.border;
    pen.strokeRect(x + 0.5, y + 0.5, this.grid.w - 1, this.grid.h - 1);
  }

  /**
   * Every number in its pixel, on what its colour leaves readable.
   * @param {Pen} pen
   * @param {Numbers} values
   * @param {number} vmax
   * @param {number} x
   * @param {number} y
   */
  write(pen, values, vmax, x, y) {
    const { grid, spec } = this;
    pen.font = `${Math.min(11, Math.max(7, grid.down - 2))}px ${this.font()}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (let i = 0; i < values.length; i++) {
      const light = lightness(this.colour(values[i], vmax)) > 128;
      pen.fillStyle = light ? "#000000" : values[i] === 0 ? "#8a8f98" : "#ffffff";
      const [row, column] = [Math.floor(i / grid.width), i % grid.width];
      const text = formatNumber(values[i] * (spec.unit ?? 1), spec.text ?? undefined);
      pen.fillText(text, x + (column + 0.5) * grid.across, y + (row + 0.55) * grid.down);
    }
    pen.textBaseline = "alphabetic";
  }

  font() {
    return getComputedStyle(this.host).fontFamily;
  }

  /**
   * @param {Pen} pen
   * @param {number} tile
   * @param {number} x
   * @param {number} y
   */
  caption(pen, tile, x, y) {
    const { arrays, grid, spec: { tiles } } = this;
    if (!tiles) return;
    const row = rowOf(tiles, arrays, this.frame);
    const good = tiles.good ? rowData(arrays[tiles.good], row)[tile] : 1;
    pen.fillStyle = this.ctx.colors[good ? "text" : "loss"];
    pen.font = `${good ? "" : "bold "}11px ${this.font()}`;
    pen.textAlign = "center";
    const text = formatNumber(rowData(arrays[tiles.text], row)[tile], 2) + (good ? "" : " ✗");
    pen.fillText(text, x + grid.w / 2, y + grid.h + 12);
  }

  /**
   * Put an outline around [tile, row, column, height, width]; null takes it away.
   * @param {HTMLElement} node
   * @param {ArrayLike<number> | null} box
   */
  outline(node, box) {
    node.hidden = !box;
    if (!box) return;
    const [tile, row, column, height, width] = Array.from(box);
    const { across, down } = this.grid;
    const { x, y } = this.place(tile);
    Object.assign(node.style, {
      left: `${x + column * across}px`, top: `${y + row * down}px`,
      width: `${width * across}px`, height: `${height * down}px`,
    });
  }

  /** Say the number at the pointer; at rest, the scale of a signed picture. */
  tell() {
    const { spec, grid, pointed } = this;
    const values = this.numbers(spec.array);
    if (pointed === null || pointed >= values.length) {
      this.outline(this.lit, null);
      const most = formatNumber(this.scaleOf(values) * (spec.unit ?? 1));
      say(this.note, spec.signed ? `−${most} … 0 … +${most}` : "");
      return;
    }
    const size = grid.width * grid.height;
    const [row, column] = [Math.floor((pointed % size) / grid.width), pointed % grid.width];
    if (spec.link != null) this.outline(this.lit, [Math.floor(pointed / size), row, column, 1, 1]);
    const [rowName, columnName] = spec.axes ?? ["row", "column"];
    const where = [rowName && `${rowName} ${row}`, columnName && `${columnName} ${column}`].filter(Boolean).join(", ");
    const own = [formatNumber(values[pointed] * (spec.unit ?? 1), 4)];
    const words = spec.hover?.map((part) => this.token(part, pointed)) ?? own;
    this.note.replaceChildren(...(where ? [`${where}: `] : []), ...words);
  }

  /**
   * @param {NonNullable<Pixels["hover"]>[number]} part
   * @param {number} at
   */
  token(part, at) {
    if (typeof part === "string") return part;
    return this.bold(formatNumber(this.numbers(part.value)[at], part.digits ?? undefined), part.color);
  }

  /** @param {PointerEvent} event */
  pointAt(event) {
    const { grid } = this;
    const [px, py] = pointIn(event, this.canvas);
    for (let tile = 0; tile < grid.tiles; tile++) {
      const { x, y } = this.place(tile);
      const [column, row] = [Math.floor((px - x) / grid.across), Math.floor((py - y) / grid.down)];
      if (column < 0 || row < 0 || column >= grid.width || row >= grid.height) continue;
      this.point(tile * grid.width * grid.height + row * grid.width + column);
      return;
    }
  }

  /** @param {number | null} index */
  point(index) {
    this.pointed = index;
    this.tell();
    const { link } = this.spec;
    if (link == null) return;
    const at = index === null || index < link ? null : index - link;
    for (const other of this.linked) if (other !== this.follow) other(at);
  }

  destroy() {
    this.linked.delete(this.follow);
  }
}

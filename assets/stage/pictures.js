// Photographs and drawings side by side, in colour, each with its caption; the browser decodes them.

import { el, penOf, sizeCanvas } from "../shared/dom.js";
import { filesOf } from "../shared/packed.js";
import { offeredItems } from "./offers.js";
import { Panel } from "./panel.js";
import { largestTiles } from "./search.js";

/**
 * @typedef {import("./panels.d.ts").Pictures} Pictures
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 *
 * @typedef {object} PictureTile
 * @property {HTMLElement} node
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} space around the canvas
 * @property {HTMLElement} words
 */

const PICTURE_GAP = 8;
const CAPTION_LINE = 16; // CSS pixels
const LEAST_SIDE = 40;
const WORDS = "font-size:11.5px;text-align:center;white-space:pre-line;overflow:hidden;overflow-wrap:anywhere;font-variant-numeric:tabular-nums";

/**
 * A click or Enter on a picture shows it as large as the panel; another one, or Escape, goes back. New pictures are
 * decoded first and then take the old ones' place at once; `data-shown` of the panel then counts up.
 * @extends {Panel<Pictures>}
 */
export class PicturesPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    const style = `display:grid;gap:${PICTURE_GAP}px;justify-content:center;align-content:start;flex:1;min-height:0`;
    this.grid = el("div", { style });
    host.append(this.grid);
    /** @type {(ImageBitmap | null)[]} null where one cannot be decoded */
    this.files = [];
    /** @type {PictureTile[]} */
    this.tiles = [];
    this.side = 0; // of a tile
    this.turn = 0; // of decoding: only the last one counts
    this.decoding = false;
    /** @type {number | null} the tile whose picture is as large as the panel */
    this.large = null;
    /** Another panel offers other pictures: all of them are shown again. */
    this.follow = () => {
      this.large = null;
      this.rebuild();
    };
  }

  /**
   * @param {Pictures} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    this.unfollow();
    this.spec = spec;
    this.arrays = arrays;
    this.large = null;
    if (spec.chosen) offeredItems(this.ctx, spec.chosen).followers.add(this.follow);
    this.decode();
  }

  unfollow() {
    if (this.spec?.chosen) offeredItems(this.ctx, this.spec.chosen).followers.delete(this.follow);
  }

  async decode() {
    const { arrays, spec } = this;
    const mine = ++this.turn;
    this.decoding = true;
    const files = filesOf(arrays[spec.pictures], arrays[spec.ends]);
    const fresh = await Promise.all(files.map((file) => createImageBitmap(new Blob([file])).catch(() => null)));
    if (mine !== this.turn) {
      fresh.forEach((bitmap) => bitmap?.close());
      return;
    }
    this.closeFiles();
    this.files = fresh;
    this.decoding = false;
    this.build();
    this.redraw();
    this.host.dataset.shown = String(Number(this.host.dataset.shown ?? 0) + 1);
  }

  closeFiles() {
    this.files.forEach((bitmap) => bitmap?.close());
  }

  rebuild() {
    if (this.files.length && !this.decoding) super.rebuild();
  }

  /** The pictures that another panel offers; null where none is followed. */
  offered() {
    const { chosen, most } = this.spec;
    return chosen ? (offeredItems(this.ctx, chosen).items ?? []).slice(0, most ?? 12) : null;
  }

  count() {
    const { show } = this.spec;
    return this.offered()?.length ?? (show ? this.arrays[show].shape[1] : this.files.length);
  }

  captionHeight() {
    const { captions, said } = this.spec;
    const lines = Math.max(0, ...(captions ?? []).map((text) => text.split("\n").length)) + (said ? 2 : 0);
    return lines * CAPTION_LINE;
  }

  build() {
    const { host, spec, grid } = this;
    const count = this.large === null ? this.count() : 1;
    const [width, height] = [Math.max(host.clientWidth, 60), Math.max(host.clientHeight, 60)];
    const words = this.captionHeight(), below = words ? words + 3 : 0;
    const sideOf = (/** @type {number} */ columns, /** @type {number} */ rows) => Math.min(
      (width - (columns - 1) * PICTURE_GAP) / columns,
      ((height - (rows - 1) * PICTURE_GAP) / rows - below) * (spec.wide ?? 1));
    const best = largestTiles(count, sideOf, this.large === null ? spec.columns : 1) ?? { size: 0, columns: 1 };
    this.side = Math.max(LEAST_SIDE, Math.floor(best.size));
    grid.style.gridTemplateColumns = `repeat(${best.columns}, ${this.side}px)`;
    grid.style.overflowY = best.size < LEAST_SIDE ? "auto" : "";
    while (this.tiles.length < count) this.tiles.push(this.tile(this.tiles.length));
    this.tiles.length = count;
    grid.replaceChildren(...this.tiles.map(({ node }) => node));
  }

  /**
   * @param {number} at
   * @returns {PictureTile}
   */
  tile(at) {
    const canvas = el("canvas", { "aria-hidden": "true", style: "display:block;margin:auto;border-radius:4px" });
    const space = el("div", { style: "display:grid;place-items:center" }, canvas);
    const words = el("div", { style: WORDS });
    const style = "cursor:zoom-in;border-radius:6px;min-width:0";
    const node = el("div", { tabindex: "0", role: "button", style }, space, words);
    node.onclick = () => this.enlarge(at);
    node.onkeydown = (event) => {
      if (event.key !== "Enter" && !(event.key === "Escape" && this.large !== null)) return;
      event.preventDefault();
      event.stopPropagation();
      this.enlarge(at);
    };
    return { node, canvas, space, words };
  }

  /**
   * Show the picture of a tile as large as the panel, or all of them again.
   * @param {number} at
   */
  enlarge(at) {
    this.large = this.large === null ? at : null;
    this.tiles = [];
    this.build();
    this.redraw();
    this.tiles[0]?.node.focus({ preventScroll: true });
  }

  draw() {
    const { spec, files, large } = this;
    if (this.decoding || !files.length) return;
    if (spec.chosen && large === null && this.tiles.length !== this.count()) this.build();
    const shown = this.offered() ?? (spec.show ? this.numbers(spec.show) : null);
    const wide = spec.wide ?? 1;
    const most = Math.max(...files.map((bitmap) => (bitmap ? Math.max(bitmap.width, bitmap.height * wide) : 1)));
    this.tiles.forEach((tile, at) => {
      const place = large ?? at;
      this.paintTile(tile, shown ? shown[place] : place, most);
    });
  }

  /**
   * @param {PictureTile} tile
   * @param {number} index of its picture
   * @param {number} most the largest picture's size
   */
  paintTile(tile, index, most) {
    const bitmap = this.files[index];
    const mark = this.color(this.spec.marks?.[index]);
    this.write(tile, index, mark);
    tile.node.style.visibility = index >= 0 && index < this.files.length ? "" : "hidden";
    tile.space.style.height = `${this.down()}px`;
    tile.canvas.style.boxShadow = mark ? `0 0 0 2px ${mark}` : "";
    if (bitmap) this.paint(tile.canvas, bitmap, index, most);
  }

  /** The height of a tile without its words. */
  down() {
    return Math.floor(this.side / (this.spec.wide ?? 1));
  }

  /**
   * @param {PictureTile} tile
   * @param {number} index
   * @param {string | undefined} mark
   */
  write({ node, words }, index, mark) {
    const { spec } = this;
    const said = spec.said ? `\n${spec.words?.[this.numbers(spec.said)[index]] ?? ""}` : "";
    const text = (spec.captions?.[index] ?? "") + said;
    words.textContent = this.files[index] ? text : `${text}\n(cannot be shown)`;
    Object.assign(words.style, {
      height: `${this.captionHeight()}px`, color: mark ?? "", fontWeight: mark ? "600" : "",
    });
    node.setAttribute("aria-label", (text || `picture ${index + 1}`).replaceAll("\n", ", "));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ImageBitmap} bitmap
   * @param {number} index
   * @param {number} most
   */
  paint(canvas, bitmap, index, most) {
    const { spec } = this;
    const scale = spec.same ? this.side / most : Math.min(this.side / bitmap.width, this.down() / bitmap.height);
    const [width, height] = [bitmap.width, bitmap.height].map((size) => Math.max(1, Math.round(size * scale)));
    const ratio = sizeCanvas(canvas, width, height);
    const pen = penOf(canvas);
    pen.imageSmoothingEnabled = !spec.exact || scale < 1;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    if (spec.boxes) this.outline(canvas, this.numbers(spec.boxes, index), ratio);
  }

  /**
   * Outline a part of a picture, given as shares of it.
   * @param {HTMLCanvasElement} canvas
   * @param {Numbers} part
   * @param {number} ratio
   */
  outline(canvas, [top, left, height, width], ratio) {
    if (!(height > 0 && width > 0)) return;
    const pen = penOf(canvas), { background, activations } = this.ctx.colors;
    for (const { colour, thick } of [{ colour: background, thick: 4 }, { colour: activations, thick: 2 }]) {
      pen.strokeStyle = colour;
      pen.lineWidth = thick * ratio;
      pen.strokeRect(left * canvas.width, top * canvas.height, width * canvas.width, height * canvas.height);
    }
  }

  destroy() {
    this.unfollow();
    this.turn++;
    this.closeFiles();
  }
}

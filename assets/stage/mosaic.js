// A canvas in pieces: where a part of it is painted anew, the browser takes over no more than the pieces it lies on.

import { el, pixelRatio } from "../shared/dom.js";
import { fitCanvas } from "./layers.js";
import { cut } from "./stale.js";

/**
 * @typedef {import("./stale.js").Box} Box
 * @typedef {CanvasRenderingContext2D} Pen
 * @typedef {{ canvas: HTMLCanvasElement, box: Box, pen: Pen }} Piece
 */

const SIDE = 128; // CSS pixels of a piece: whole ones of the screen, also where a page is enlarged by quarters

export class Mosaic {
  constructor() {
    this.node = el("div", { class: "mosaic" });
    /** @type {Piece[]} */
    this.pieces = [];
    this.size = "";
  }

  /**
   * @param {number} width CSS pixels
   * @param {number} height
   */
  fit(width, height) {
    const size = `${width} ${height} ${pixelRatio()}`;
    if (size === this.size) return;
    this.size = size;
    this.pieces = [];
    for (let top = 0; top < height; top += SIDE) {
      for (let left = 0; left < width; left += SIDE) this.pieces.push(this.piece(left, top, width, height));
    }
    this.node.replaceChildren(...this.pieces.map(({ canvas }) => canvas));
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} width
   * @param {number} height
   * @returns {Piece}
   */
  piece(left, top, width, height) {
    const [right, bottom] = [Math.min(width, left + SIDE), Math.min(height, top + SIDE)];
    const style = `left:${left}px;top:${top}px;width:${right - left}px;height:${bottom - top}px`;
    const canvas = el("canvas", { "aria-hidden": "true", style });
    const pen = fitCanvas(canvas, right - left, bottom - top);
    pen.translate(-left, -top);
    return { canvas, box: [left, top, right, bottom], pen };
  }

  /**
   * Clear a part, and paint it piece by piece.
   * @param {Box} part
   * @param {(pen: Pen, box: Box) => void} draw is told the box that the pen is cut to
   */
  paint(part, draw) {
    const ratio = pixelRatio();
    for (const { box, pen } of this.pieces) {
      const own = cut(part, box, ratio);
      if (!own) continue;
      const [left, top, right, bottom] = own;
      pen.save();
      pen.beginPath();
      pen.rect(left, top, right - left, bottom - top);
      pen.clip();
      pen.clearRect(left, top, right - left, bottom - top);
      draw(pen, own);
      pen.restore();
    }
  }
}

// A canvas in pieces: where a part of it has changed, no more is painted anew than the pieces on which it lies.

import { el, pixelRatio } from "../shared/dom.js";
import { fitCanvas } from "./layers.js";
import { overlap } from "./stale.js";

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
   * Paint those pieces anew on which one of these parts lies, each as it would be if all of them were.
   * @param {Box[]} parts
   * @param {(pen: Pen, box: Box) => void} draw is told what of the picture the piece shows
   */
  paint(parts, draw) {
    for (const { box, pen } of this.pieces) {
      if (!parts.some((part) => overlap(part, box))) continue;
      const [left, top, right, bottom] = box;
      pen.clearRect(left, top, right - left, bottom - top);
      draw(pen, box);
    }
  }
}

// Where pictures come from: their borders, outlined on the original that they show a part of.

import { el, penOf, pixelRatio } from "../shared/dom.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("./panels.d.ts").Outlines} Outlines
 */

const LABEL_LINE = 16; // CSS pixels

/**
 * The dot is the picture's upper left corner: mirrored pictures have it on the right, turned ones turn it along.
 * @extends {Panel<Outlines>}
 */
export class OutlinesPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.canvas = el("canvas", { "aria-hidden": "true", style: "display:block;margin:0 auto" });
    this.words = el("div", { style: "font-size:12px;white-space:pre-line;padding-top:6px;font-variant-numeric:tabular-nums" });
    host.append(this.canvas, this.words);
    /** @type {ImageBitmap | null} */
    this.bitmap = null;
    this.turn = 0; // of decoding: only the last one counts
  }

  /**
   * @param {Outlines} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    super.update(spec, arrays);
    this.decode();
  }

  async decode() {
    const mine = ++this.turn;
    const file = new Blob([this.arrays[this.spec.pictures].data]);
    const fresh = await createImageBitmap(file).catch(() => null);
    if (mine !== this.turn) {
      fresh?.close();
      return;
    }
    this.bitmap?.close();
    this.bitmap = fresh;
    this.redraw();
  }

  /** @param {number} frame */
  draw(frame) {
    const { spec, canvas, bitmap } = this;
    if (!bitmap) return;
    const lit = this.all(spec.lit)[frame];
    const unit = this.layOut();
    this.words.textContent = spec.labels[lit] ?? "";
    const pen = penOf(canvas);
    const margin = spec.margin ?? 0.2;
    const scale = canvas.width / (1 + 2 * margin);
    pen.setTransform(scale, 0, 0, scale, margin * scale, margin * scale);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, 1, 1);
    const count = this.arrays[spec.outlines].shape[0];
    for (let i = 0; i < count; i++) if (i !== lit) this.outline(pen, i, unit / scale, false);
    if (lit >= 0) this.outline(pen, lit, unit / scale, true);
  }

  /** Make the canvas as large as there is room beside the words; its own pixels a CSS pixel. */
  layOut() {
    const { canvas, host } = this;
    const lines = Math.max(0, ...this.spec.labels.map((text) => text.split("\n").length));
    const side = Math.max(60, Math.min(host.clientWidth, host.clientHeight - lines * LABEL_LINE - 6));
    const ratio = pixelRatio();
    canvas.width = canvas.height = Math.round(side * ratio);
    canvas.style.width = canvas.style.height = `${side}px`;
    return ratio;
  }

  /**
   * One border, a light line on a dark one so that it shows on any picture.
   * @param {CanvasRenderingContext2D} pen
   * @param {number} at
   * @param {number} unit a CSS pixel
   * @param {boolean} strong
   */
  outline(pen, at, unit, strong) {
    const { background, activations } = this.ctx.colors;
    const places = this.numbers(this.spec.outlines, at);
    pen.beginPath();
    for (let i = 0; i < places.length; i += 2) pen.lineTo(places[i], places[i + 1]);
    pen.closePath();
    const strokes = strong
      ? [{ colour: background, thick: 5, opacity: 1 }, { colour: activations, thick: 2.5, opacity: 1 }]
      : [{ colour: "#000000", thick: 2, opacity: 0.35 }, { colour: "#ffffff", thick: 1, opacity: 0.75 }];
    for (const { colour, thick, opacity } of strokes) {
      Object.assign(pen, { strokeStyle: colour, lineWidth: thick * unit, globalAlpha: opacity, lineJoin: "round" });
      pen.stroke();
    }
    pen.globalAlpha = 1;
    if (!strong) return;
    pen.beginPath();
    pen.arc(places[0], places[1], 5 * unit, 0, 2 * Math.PI);
    Object.assign(pen, { fillStyle: activations, strokeStyle: background, lineWidth: 2 * unit });
    pen.fill();
    pen.stroke();
  }
}

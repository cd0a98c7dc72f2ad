// The ball at the head of a path: a small picture that is moved, and painted only where it looks different.

import { el, pixelRatio } from "../shared/dom.js";
import { reveal, shiftTo } from "./layer.js";
import { fitCanvas } from "./layers.js";
import { drawBall } from "./path.js";

const SIDE_OF_BALL = 24; // CSS pixels of the picture

export class Ball {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.canvas = host.appendChild(el("canvas", { class: "moved", "aria-hidden": "true" }));
    Object.assign(this.canvas.style, { width: `${SIDE_OF_BALL}px`, height: `${SIDE_OF_BALL}px` });
    this.look = "";
  }

  hide() {
    reveal(this.canvas, false);
  }

  /**
   * @param {[number, number]} place
   * @param {import("./path.js").PathStyle} style
   * @param {boolean} hollow
   * @param {boolean} dim
   */
  show([x, y], style, hollow, dim) {
    const { colour, halo, lane } = style, middle = SIDE_OF_BALL / 2;
    const look = [colour, halo, lane, hollow, dim, pixelRatio()].join();
    if (look !== this.look) {
      const pen = fitCanvas(this.canvas, SIDE_OF_BALL, SIDE_OF_BALL);
      drawBall(pen, middle, middle, style, hollow, dim);
    }
    this.look = look;
    reveal(this.canvas, true);
    shiftTo(this.canvas, x - middle, y - middle);
  }
}

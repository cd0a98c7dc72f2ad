// A field of signed numbers over the plane that changes with time, with points of two classes and straight lines on it.

import { el, penOf, pointIn, say, sizeCanvas } from "../shared/dom.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { cssColour, diverging } from "./colormap.js";
import { marchingSquares } from "./contours.js";
import { Panel } from "./panel.js";
import { makeScale, niceTicks } from "./scale.js";
import { svg } from "./svg.js";

/**
 * @typedef {import("./panels.d.ts").Heat} Heat
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {CanvasRenderingContext2D} Pen
 */

/**
 * z goes from low to high y, x along its rows; the outermost numbers lie on the domains' ends.
 * @extends {Panel<Heat>}
 */
export class HeatPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.legend = el("div", { class: "legend", style: "padding-left:0" });
    this.canvas = el("canvas", { "aria-hidden": "true", style: "flex:none" });
    this.note = el("div", { class: "note" });
    host.append(this.legend, this.canvas, this.note);
    this.small = el("canvas"); // each number one pixel
    this.image = new ImageData(1, 1);
    this.box = { left: 0, top: 6, side: 0, ratio: 1, nx: 0, ny: 0 };
    this.x = makeScale(0, 1, 0, 1);
    this.y = makeScale(0, 1, 0, 1);
    /** @type {number[][]} the colours from the lowest number to the highest */
    this.table = [];
    /** @type {[number, number] | null} */
    this.pointed = null;
    this.canvas.onpointermove = this.canvas.onpointerdown = (event) => this.point(event);
    this.canvas.onpointerleave = () => {
      this.pointed = null;
      this.redraw();
    };
  }

  /**
   * @param {Heat} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    this.pointed = null;
    super.update(spec, arrays);
  }

  build() {
    const { spec, host, legend } = this;
    const [, ny, nx] = this.arrays[spec.z].shape;
    const labels = spec.points?.labels ?? [];
    legend.replaceChildren(...labels.map((label, group) => el("span", { class: "item" }, this.swatch(group), ` ${label}`)));
    const width = Math.max(host.clientWidth, 80);
    const height = Math.max(host.clientHeight - legend.offsetHeight - 18, 80);
    const side = Math.min(width - 40, height - 34);
    const ratio = sizeCanvas(this.canvas, width, height);
    const box = { left: (width - side) / 2 + 14, top: 6, side, ratio, nx, ny };
    this.box = box;
    this.x = makeScale(...spec.xDomain, box.left, box.left + side);
    this.y = makeScale(...spec.yDomain, box.top + side, box.top);
    [this.small.width, this.small.height] = [nx, ny];
    this.image = penOf(this.small).createImageData(nx, ny);
    this.table = Array.from({ length: 256 }, (_, i) => diverging((i - 128) / 127, this.ctx));
  }

  /** @param {number} group */
  colourOf(group) {
    return cssColour(diverging(group ? 0.85 : -0.85, this.ctx));
  }

  /** @param {number} group */
  swatch(group) {
    const style = { fill: this.colourOf(group), stroke: this.color("text"), "stroke-width": 1.2 };
    const shape = svg("path", { d: pointPath(7, 7, group), ...style });
    return svg("svg", { width: 14, height: 14, style: "vertical-align:-2px" }, shape);
  }

  draw() {
    const { spec, canvas, small, box: { left, top, side, ratio, nx, ny } } = this;
    const values = this.numbers(spec.z);
    const pen = penOf(canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    this.paint(values);
    pen.save();
    pen.beginPath();
    pen.rect(left, top, side, side);
    pen.clip();
    const [dx, dy] = [side / (nx - 1), side / (ny - 1)]; // cells have the numbers in their middles
    pen.drawImage(small, left - dx / 2, top - dy / 2, side + dx, side + dy);
    if (spec.segments) this.drawSegments(pen, this.numbers(spec.segments));
    if (spec.level) this.drawLevel(pen, values);
    if (spec.points) this.drawPoints(pen, spec.points);
    pen.restore();
    this.drawAxes(pen);
    this.tell(values);
  }

  /** @param {Numbers} values */
  paint(values) {
    const { image, table, spec: { vmax }, box: { nx, ny } } = this;
    const pixels = image.data;
    for (let j = 0, k = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const value = values[(ny - 1 - j) * nx + i];
        const rgb = table[Number.isFinite(value) ? 128 + Math.round(127 * clamp(value / vmax, -1, 1)) : 128];
        pixels[k++] = rgb[0];
        pixels[k++] = rgb[1];
        pixels[k++] = rgb[2];
        pixels[k++] = 255;
      }
    }
    penOf(this.small).putImageData(image, 0, 0);
  }

  /**
   * @param {Pen} pen
   * @param {Numbers} ends
   */
  drawSegments(pen, ends) {
    pen.strokeStyle = this.ctx.colors.text;
    pen.lineWidth = 0.9;
    pen.globalAlpha = 0.5;
    pen.beginPath();
    for (let i = 0; i + 3 < ends.length; i += 4) {
      if (!Number.isFinite(ends[i] + ends[i + 1] + ends[i + 2] + ends[i + 3])) continue;
      pen.moveTo(this.x(ends[i]), this.y(ends[i + 1]));
      pen.lineTo(this.x(ends[i + 2]), this.y(ends[i + 3]));
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  /**
   * The line between the two signs.
   * @param {Pen} pen
   * @param {Numbers} values
   */
  drawLevel(pen, values) {
    const { left, top, side, nx, ny } = this.box;
    pen.strokeStyle = this.ctx.colors.text;
    pen.lineWidth = 2.4;
    pen.beginPath();
    for (const line of marchingSquares({ nx, ny, t: values }, 0)) {
      line.forEach(([column, row], i) => {
        const [x, y] = [left + (column / (nx - 1)) * side, top + side * (1 - row / (ny - 1))];
        if (i) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      });
    }
    pen.stroke();
  }

  /**
   * @param {Pen} pen
   * @param {NonNullable<Heat["points"]>} points
   */
  drawPoints(pen, { x, y, group }) {
    const [xs, ys, groups] = [this.all(x), this.all(y), this.all(group)];
    pen.lineWidth = 1.1;
    pen.strokeStyle = this.ctx.colors.background;
    for (let i = 0; i < xs.length; i++) {
      const path = new Path2D(pointPath(this.x(xs[i]), this.y(ys[i]), groups[i]));
      pen.fillStyle = this.colourOf(groups[i]);
      pen.fill(path);
      pen.stroke(path);
    }
  }

  /** @param {Pen} pen */
  drawAxes(pen) {
    const { spec, x, y, box: { left, top, side } } = this;
    pen.strokeStyle = this.ctx.colors.border;
    pen.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
    pen.fillStyle = this.ctx.colors.text;
    pen.font = `11px ${getComputedStyle(this.host).fontFamily}`;
    pen.textAlign = "center";
    for (const v of niceTicks(...spec.xDomain, 5)) pen.fillText(formatNumber(v), x(v), top + side + 13);
    if (spec.xLabel) pen.fillText(spec.xLabel, left + side / 2, top + side + 26);
    pen.textAlign = "right";
    for (const v of niceTicks(...spec.yDomain, 5)) pen.fillText(formatNumber(v), left - 5, y(v) + 4);
    if (spec.yLabel) pen.fillText(spec.yLabel, left - 24, top + side / 2 + 4);
  }

  /**
   * The number under the pointer in words.
   * @param {Numbers} values
   */
  tell(values) {
    if (!this.pointed) return say(this.note, "");
    const { spec, pointed: [x, y], box: { nx, ny } } = this;
    const [i, j] = [cellAt(x, spec.xDomain, nx), cellAt(y, spec.yDomain, ny)];
    const value = formatNumber(values[j * nx + i] * (spec.unit ?? 1), 2);
    return this.note.replaceChildren(`(${formatNumber(x, 2)}, ${formatNumber(y, 2)}): ${spec.tell ?? ""} ${value}`);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!this.spec) return;
    const { left, top, side } = this.box;
    const [x, y] = pointIn(event, this.canvas);
    const inside = x >= left && y >= top && x <= left + side && y <= top + side;
    this.pointed = inside ? [this.x.invert(x), this.y.invert(y)] : null;
    this.redraw();
  }
}

/**
 * Which of n numbers along an axis is nearest to a place on it.
 * @param {number} at
 * @param {import("./scale.js").Range} range
 * @param {number} n
 */
const cellAt = (at, [low, high], n) => Math.round(((at - low) / (high - low)) * (n - 1));

/**
 * A disc for class 0, a square for class 1, so that they differ in more than colour.
 * @param {number} x
 * @param {number} y
 * @param {number} group
 */
function pointPath(x, y, group) {
  if (group) return `M${x - 3.2} ${y - 3.2}h6.4v6.4h-6.4z`;
  return `M${x - 3.6} ${y}a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0`;
}

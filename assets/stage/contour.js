// A loss surface from above: heat map, labelled iso-lines and the recorded paths.

import { pointIn } from "../shared/dom.js";
import { clamp } from "../shared/numbers.js";
import { colormap, colormapTexels, cssColour, isoLineColour, lightness } from "./colormap.js";
import { marchingSquares, stepLines } from "./contours.js";
import { heightAt, nearestPoint } from "./field.js";
import { drawText, fitCanvas } from "./layers.js";
import { LossPanel } from "./losspanel.js";
import { WHOLE_PATH, strokeTrace } from "./path.js";
import { niceTicks, tickTexts } from "./scale.js";
import { currentPoint, reached, tracePath } from "./trace.js";

/**
 * @typedef {CanvasRenderingContext2D} Pen
 * @typedef {{ x: number, y: number, text: string, t: number, angle: number }} LevelLabel
 */

/** @type {import("./scale.js").Range[]} */
const CONTOUR_BOX = [[0, 1], [0, 1], [-Infinity, Infinity]];

/** The 2-D panel: loss over a plane of parameters as a contour map. */
export class ContourPanel extends LossPanel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx, "Contour map", 1);
    this.base = this.layers[0];
    this.plot = { left: 0, top: 0, w: 0, h: 0 };
    this.painted = false;
    this.bar = false; // whether there is room for the colour bar
    /** @type {{ values: number[], texts: string[] }} */
    this.xTicks = { values: [], texts: [] };
    this.yTicks = this.xTicks;
    /** @type {string[]} */
    this.levelTexts = [];
    this.map = colormap(ctx.sequential);
    this.family = "sans-serif";
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"])) {
      this.live.addEventListener(type, (event) => this.hover(event));
    }
    this.live.addEventListener("pointerleave", () => this.share(null));
  }

  /** @param {"orbit" | "hover"} what */
  viewed(what) {
    if (what === "hover" && this.painted) this.paintLive();
  }

  build() {
    this.width = this.host.clientWidth;
    this.height = this.host.clientHeight;
    if (!(this.width > 0 && this.height > 0)) return;
    this.paintBase();
    this.painted = true;
    this.paintLive();
  }

  rebuild() {
    if (this.field) this.build();
  }

  /**
   * @param {number} frame
   * @param {number} before
   */
  draw(frame, before) {
    if (frame !== before && this.painted) this.paintSince(before);
  }

  /**
   * Room for tick texts on the left and below, for the colour bar on the right.
   * @param {Pen} g
   */
  layOut(g) {
    const { field, width, height } = this;
    const [x0, x1, y0, y1] = field.extent;
    const widest = (/** @type {string[]} */ texts) => Math.max(...texts.map((text) => g.measureText(text).width), 8);
    this.xTicks = ticksWithin(x0, x1, width / 75);
    this.yTicks = ticksWithin(y0, y1, height / 52);
    this.levelTexts = tickTexts(field.levels.map((level) => level.value));
    this.bar = width >= 420;
    const left = 26 + widest(this.yTicks.texts), right = this.bar ? 34 + widest(this.levelTexts) : 12;
    this.plot = { left, top: 12, w: Math.max(20, width - left - right), h: Math.max(20, height - 12 - 42) };
  }

  /**
   * @param {number[]} point
   * @returns {[number, number]}
   */
  place([u, v]) {
    const { left, top, w, h } = this.plot;
    return [left + u * w, top + (1 - v) * h];
  }

  paintBase() {
    const g = fitCanvas(this.base, this.width, this.height);
    this.family = getComputedStyle(this.host).fontFamily || "sans-serif";
    g.font = `12px ${this.family}`;
    this.layOut(g);
    this.map = colormap(this.ctx.sequential);
    this.paintHeat(g);
    this.paintLevels(g);
    this.paintAxes(g);
    if (this.bar) this.paintBar(g);
    const seen = () => false;
    this.tracePaths((points) => tracePath(points, CONTOUR_BOX.slice(0, 2), 4, (point) => this.place(point), seen));
    for (const { trace, style } of this.traces) strokeTrace(g, trace, trace.x.length, { ...style, ...WHOLE_PATH });
  }

  /** @param {Pen} g */
  paintHeat(g) {
    const { field, plot } = this;
    const w = field.terraces ? field.grid.nx : Math.min(520, Math.ceil(plot.w));
    const h = field.terraces ? field.grid.ny : Math.min(400, Math.ceil(plot.h));
    const sheet = Object.assign(document.createElement("canvas"), { width: w, height: h });
    sheet.getContext("2d")?.putImageData(this.heatPicture(w, h), 0, 0);
    g.fillStyle = this.ctx.colors.panel;
    g.fillRect(plot.left, plot.top, plot.w, plot.h);
    g.imageSmoothingEnabled = !field.terraces;
    g.imageSmoothingQuality = "high";
    g.drawImage(sheet, plot.left, plot.top, plot.w, plot.h);
  }

  /**
   * The heights in colour; holes stay clear.
   * @param {number} w
   * @param {number} h
   */
  heatPicture(w, h) {
    const picture = new ImageData(w, h), pixels = new Uint32Array(picture.data.buffer);
    const texels = new Uint32Array(colormapTexels(this.map, 512).buffer);
    for (let j = 0; j < h; j++) {
      for (let i = 0; i < w; i++) {
        const t = heightAt(this.field, (i + 0.5) / w, 1 - (j + 0.5) / h);
        if (!Number.isNaN(t)) pixels[j * w + i] = texels[Math.round(511 * clamp(t, 0, 1))];
      }
    }
    return picture;
  }

  /** @param {Pen} g */
  paintLevels(g) {
    const { field } = this, { nx, ny } = field.grid;
    const [cx, cy] = field.terraces ? [nx, ny] : [nx - 1, ny - 1];
    const find = field.terraces ? stepLines : marchingSquares;
    /** @type {LevelLabel[]} */
    const labels = [];
    field.levels.forEach(({ t }, k) => {
      const lines = find(field.grid, t).map((line) => line.map(([i, j]) => this.place([i / cx, j / cy])));
      g.beginPath();
      for (const line of lines) line.forEach(([x, y], i) => (i ? g.lineTo(x, y) : g.moveTo(x, y)));
      g.lineWidth = 1.1;
      g.strokeStyle = cssColour(isoLineColour(this.map(t)), 0.9);
      g.stroke();
      const label = field.terraces ? null : this.labelOf(g, lines, this.levelTexts[k], t, labels);
      if (label) labels.push(label);
    });
    for (const label of labels) this.paintLabel(g, label);
  }

  /**
   * A place for the level's text on its longest line, away from the labels so far; none if the line is short.
   * @param {Pen} g
   * @param {[number, number][][]} lines
   * @param {string} text
   * @param {number} t
   * @param {LevelLabel[]} taken
   * @returns {LevelLabel | null}
   */
  labelOf(g, lines, text, t, taken) {
    const line = longestOf(lines);
    const { left, top, w, h } = this.plot, size = g.measureText(text).width;
    if (!line || lengthOf(line) < 3.2 * size) return null;
    for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
      const at = Math.round(share * (line.length - 1)), [x, y] = line[at];
      const [ax, ay] = line[Math.max(0, at - 3)], [bx, by] = line[Math.min(line.length - 1, at + 3)];
      const inside = x > left + size / 2 && x < left + w - size / 2 && y > top + 9 && y < top + h - 9;
      if (!inside || taken.some((o) => Math.hypot(o.x - x, o.y - y) < 44)) continue;
      const angle = Math.atan2(by - ay, bx - ax);
      return { x, y, text, t, angle: Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle };
    }
    return null;
  }

  /**
   * @param {Pen} g
   * @param {LevelLabel} label
   */
  paintLabel(g, { x, y, text, t, angle }) {
    const under = this.map(t);
    g.save();
    g.translate(x, y);
    g.rotate(angle);
    g.font = `11px ${this.family}`;
    g.textAlign = "center";
    g.textBaseline = "middle";
    drawText(g, text, 0, 0, lightness(under) > 110 ? "#10141a" : "#ffffff", cssColour(under, 0.95));
    g.restore();
  }

  /** @param {Pen} g */
  paintAxes(g) {
    const { plot, field, spec, xTicks, yTicks, ctx: { colors } } = this, [x0, x1, y0, y1] = field.extent;
    const at = (/** @type {number} */ tick, /** @type {number} */ low, /** @type {number} */ high) =>
      (tick - low) / (high - low);
    const under = plot.top + plot.h + 6;
    g.strokeStyle = colors.border;
    g.lineWidth = 1;
    g.strokeRect(plot.left - 0.5, plot.top - 0.5, plot.w + 1, plot.h + 1);
    g.fillStyle = colors.text;
    g.font = `12px ${this.family}`;
    g.textAlign = "center";
    g.textBaseline = "top";
    xTicks.values.forEach((tick, i) => g.fillText(xTicks.texts[i], this.place([at(tick, x0, x1), 0])[0], under));
    g.textAlign = "right";
    g.textBaseline = "middle";
    const beside = plot.left - 6;
    yTicks.values.forEach((tick, i) => g.fillText(yTicks.texts[i], beside, this.place([0, at(tick, y0, y1)])[1]));
    g.font = `600 12px ${this.family}`;
    g.textAlign = "center";
    g.textBaseline = "bottom";
    g.fillText(spec.xLabel ?? "", plot.left + plot.w / 2, this.height - 4, plot.w);
    g.save();
    g.translate(16, plot.top + plot.h / 2);
    g.rotate(-Math.PI / 2);
    g.fillText(spec.yLabel ?? "", 0, 0, plot.h);
    g.restore();
  }

  /**
   * The colour bar: its ticks are the levels of the lines.
   * @param {Pen} g
   */
  paintBar(g) {
    const { plot, field, ctx: { colors } } = this, x = plot.left + plot.w + 14;
    for (let row = 0; row < plot.h; row++) {
      g.fillStyle = cssColour(this.map(1 - row / plot.h));
      g.fillRect(x, plot.top + row, 10, Math.min(1.5, plot.h - row));
    }
    g.strokeStyle = colors.border;
    g.lineWidth = 1;
    g.strokeRect(x - 0.5, plot.top - 0.5, 11, plot.h + 1);
    g.font = `11px ${this.family}`;
    g.textAlign = "left";
    g.textBaseline = "middle";
    let above = Infinity;
    field.levels.forEach(({ t }, i) => {
      const y = plot.top + (1 - t) * plot.h;
      g.fillStyle = cssColour(isoLineColour(this.map(t)));
      g.fillRect(x, y - 0.5, 10, 1);
      if (above - y < 13) return;
      g.fillStyle = colors.text;
      g.fillText(this.levelTexts[i], x + 15, y);
      above = y;
    });
  }

  /**
   * @param {import("./losspanel.js").TracedPath} one
   * @returns {{ place: [number, number], hollow: boolean, dim: boolean } | null}
   */
  ballOf({ points, at }) {
    const now = currentPoint(points, at(this.frame), CONTOUR_BOX);
    return now && { place: this.place(now.point), hollow: now.outside, dim: false };
  }

  /**
   * @param {Pen} g
   * @param {import("./stale.js").Box} box
   */
  paintMoving(g, box) {
    for (const { trace, style, at } of this.traces) strokeTrace(g, trace, reached(trace, at(this.frame)), style, box);
    for (const { points, style } of this.traces) {
      const first = currentPoint(points, 0, CONTOUR_BOX);
      if (first && !first.outside) this.paintStart(g, this.place(first.point), style, box);
    }
    this.paintCross(g);
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (!this.painted) return;
    const { left, top, w, h } = this.plot, [x, y] = pointIn(event, this.live);
    this.share(nearestPoint(this.field, (x - left) / w, 1 - (y - top) / h));
  }
}

/**
 * The ticks of an axis that may run either way, about so many, with their texts.
 * @param {number} a
 * @param {number} b
 * @param {number} count
 */
function ticksWithin(a, b, count) {
  const values = niceTicks(Math.min(a, b), Math.max(a, b), clamp(count, 3, 8));
  return { values, texts: tickTexts(values) };
}

/**
 * The line of the most points, the first of several; null where there is none.
 * @param {[number, number][][]} lines
 */
function longestOf(lines) {
  /** @type {[number, number][] | null} */
  let longest = null;
  for (const line of lines) if (!longest || line.length > longest.length) longest = line;
  return longest;
}

/** @param {[number, number][]} line */
function lengthOf(line) {
  return line.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - line[i][0], y - line[i][1]), 0);
}

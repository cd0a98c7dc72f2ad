// What stands around a loss surface: the back walls with the z grid, the floor's edge, and the axes with their texts.

import { clamp } from "../shared/numbers.js";
import { SURFACE_BOX, placeOf } from "./camera.js";
import { cssColour } from "./colormap.js";
import { drawText } from "./layers.js";
import { isoLevels, niceTicks, tickTexts } from "./scale.js";

/**
 * @typedef {CanvasRenderingContext2D} Pen
 * @typedef {{ t: number, text: string }} Tick at a place in 0..1
 *
 * @typedef {object} Shown
 * @property {import("./field.js").Field} field
 * @property {import("./losspanel.js").LossSpec} spec
 * @property {import("./camera.js").Camera} camera
 * @property {Record<string, string>} colors
 * @property {string} family
 * @property {number} width
 * @property {number} height
 * @property {boolean} fromAbove whether the height axis is a point
 */

const BOTTOM = SURFACE_BOX[2][0];

export class SurfaceAxes {
  /** @param {Shown} shown */
  constructor(shown) {
    const { field, spec, camera, colors } = shown;
    this.shown = shown;
    this.colors = colors;
    this.halo = cssColour(colors.background, 0.85);
    this.back = camera.eye.slice(0, 2).map((value) => (value > 0 ? -1 : 1)); // the corner behind the surface
    const few = shown.width < 420 ? 3 : 5;
    const [x0, x1, y0, y1] = field.extent;
    const heights = field.isLog ? isoLevels(...field.range, few, "log") : niceTicks(...field.range, few - 1);
    this.x = { ticks: floorTicks(x0, x1, few), label: spec.xLabel ?? "" };
    this.y = { ticks: floorTicks(y0, y1, few), label: spec.yLabel ?? "" };
    this.z = { ticks: placedTicks(heights, field.toHeight), label: spec.zLabel ?? "" };
  }

  /** @param {number[]} point of the unit cube */
  place(point) {
    return placeOf(this.shown.camera, point);
  }

  /**
   * Begin a line through points whose x and y are from -1 to 1.
   * @param {Pen} g
   * @param {number[][]} corners
   */
  line(g, corners) {
    g.beginPath();
    corners.forEach(([x, y, t], i) => {
      const [px, py] = this.place([(x + 1) / 2, (y + 1) / 2, t]);
      if (i) g.lineTo(px, py);
      else g.moveTo(px, py);
    });
  }

  /**
   * All that stands behind the surface.
   * @param {Pen} g
   */
  paintWalls(g) {
    const { colors, back: [bx, by] } = this;
    g.fillStyle = cssColour(colors.panel, 0.55);
    for (const [a, b] of [[[bx, -by], [bx, by]], [[-bx, by], [bx, by]]]) {
      this.line(g, [[...a, BOTTOM], [...b, BOTTOM], [...b, 1], [...a, 1]]);
      g.fill();
    }
    g.strokeStyle = colors.grid;
    g.lineWidth = 1;
    const edge = (/** @type {number[][]} */ ...corners) => {
      this.line(g, corners);
      g.stroke();
    };
    for (const { t } of this.z.ticks) edge([bx, -by, t], [bx, by, t], [-bx, by, t]);
    edge([bx, -by, BOTTOM], [bx, -by, 1], [bx, by, 1], [-bx, by, 1], [-bx, by, BOTTOM]);
    edge([bx, by, BOTTOM], [bx, by, 1]);
    edge([-1, -1, BOTTOM], [1, -1, BOTTOM], [1, 1, BOTTOM], [-1, 1, BOTTOM], [-1, -1, BOTTOM]);
  }

  /**
   * The axes, on the sides that are nearer to the eye.
   * @param {Pen} g
   */
  paintTexts(g) {
    const [bx, by] = this.back;
    this.paintFloorAxis(g, this.x, (t) => [t, -by < 0 ? 0 : 1, BOTTOM], [0, -by]);
    this.paintFloorAxis(g, this.y, (t) => [-bx < 0 ? 0 : 1, t, BOTTOM], [-bx, 0]);
    const corners = [[bx, -by], [-bx, by]].map(([x, y]) => [(x + 1) / 2, (y + 1) / 2]);
    const [a, b] = corners.map((corner) => this.place([...corner, 0])[0]);
    this.paintHeightAxis(g, a < b ? corners[0] : corners[1]);
  }

  /**
   * Ticks and name of a floor axis, set off to the outside of the floor.
   * @param {Pen} g
   * @param {{ ticks: Tick[], label: string }} axis
   * @param {(t: number) => number[]} edge
   * @param {number[]} outward
   */
  paintFloorAxis(g, { ticks, label }, edge, outward) {
    const { colors, halo, shown: { width, height, family } } = this;
    const middle = this.place(edge(0.5)), away = this.direction(edge(0.5), outward);
    const align = Math.abs(away[0]) < 0.35 ? "center" : away[0] > 0 ? "left" : "right";
    g.textAlign = align;
    g.textBaseline = "middle";
    g.font = `11px ${family}`;
    for (const { text, t } of ticks) {
      const [x, y] = this.place(edge(t));
      drawText(g, text, x + 8 * away[0], y + 9 * away[1] + 1, colors.text, halo);
    }
    g.font = `600 12px ${family}`;
    const reach = 15 + 16 * Math.abs(away[0]), wide = g.measureText(label).width;
    const before = { center: wide / 2, left: 0, right: wide }[align], after = wide - before;
    const x = clamp(middle[0] + reach * away[0], before + 2, Math.max(before + 2, width - after - 2));
    drawText(g, label, x, clamp(middle[1] + 26 * away[1], 8, height - 8), colors.text, halo);
  }

  /**
   * Which way on the screen leads out of the floor.
   * @param {number[]} from
   * @param {number[]} outward
   */
  direction([u, v, t], outward) {
    const from = this.place([u, v, t]), out = this.place([u + 0.1 * outward[0], v + 0.1 * outward[1], t]);
    const [dx, dy] = [out[0] - from[0], out[1] - from[1]];
    const length = Math.hypot(dx, dy) || 1;
    return [dx / length, dy / length];
  }

  /**
   * @param {Pen} g
   * @param {number[]} corner
   */
  paintHeightAxis(g, corner) {
    const { colors, halo, z: { ticks, label }, shown: { width, family, fromAbove } } = this;
    g.textAlign = "right";
    g.textBaseline = "middle";
    g.font = `11px ${family}`;
    let above = fromAbove ? -Infinity : Infinity;
    for (const { text, t } of ticks) {
      const [x, y] = this.place([...corner, t]);
      if (above - y < 12) continue;
      drawText(g, text, Math.max(x - 6, g.measureText(text).width + 2), y, colors.text, halo);
      above = y;
    }
    const [x, y] = this.place([...corner, 1]);
    g.font = `600 12px ${family}`;
    g.textAlign = "left";
    const size = g.measureText(label).width;
    const left = clamp(x - size + 4, 2, Math.max(2, width - size - 2));
    drawText(g, label, left, Math.max(9, y - 13), colors.text, halo);
  }
}

/**
 * @param {number[]} values
 * @param {(value: number) => number} place
 * @returns {Tick[]}
 */
function placedTicks(values, place) {
  const texts = tickTexts(values);
  return values.map((value, i) => ({ text: texts[i], t: place(value) }));
}

/**
 * About so many ticks of a floor axis, which may run either way.
 * @param {number} a
 * @param {number} b
 * @param {number} few
 */
const floorTicks = (a, b, few) =>
  placedTicks(niceTicks(Math.min(a, b), Math.max(a, b), few), (value) => (value - a) / (b - a));

// What the 2-D and the 3-D panel of a loss surface have in common.

import { el, say } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { rowOf } from "../shared/packed.js";
import { Ball } from "./ball.js";
import { lossField, nearestPoint, unitPoints } from "./field.js";
import { Mosaic } from "./mosaic.js";
import { Panel } from "./panel.js";
import { REACH, drawCross, drawStart, pathStyle } from "./path.js";
import { boxAround, overlap, placesBetween } from "./stale.js";
import { laneOf } from "./theme.js";
import { dashTrace, reached } from "./trace.js";

/**
 * @typedef {import("./panels.d.ts").Surface | import("./panels.d.ts").Contour} LossSpec
 * @typedef {import("./panels.d.ts").Path} Path
 * @typedef {import("./field.js").Field} Field
 * @typedef {import("./camera.js").Orbit} Orbit
 * @typedef {import("./stale.js").Box} Box
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {CanvasRenderingContext2D} Pen
 *
 * @typedef {object} LossPath
 * @property {Path} path
 * @property {Float64Array} points in the unit cube
 * @property {(frame: number) => number} at the step that it has reached
 *
 * @typedef {LossPath & { trace: Trace, style: import("./path.js").PathStyle }} TracedPath
 *
 * @typedef {object} SharedView what panels of one camera group share
 * @property {Orbit | null} orbit null before the first look
 * @property {number[] | null} hover x and y of the point under the pointer
 * @property {Set<(what: "orbit" | "hover") => void>} listeners
 */

const READOUT = "position:absolute;display:none;right:6px;top:4px;padding:2px 8px;border-radius:6px;font-size:12px;font-variant-numeric:tabular-nums;pointer-events:none;max-width:80%";

/**
 * Layers of canvas, data, the camera group, and the point under the pointer.
 * @extends {Panel<LossSpec>}
 */
export class LossPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   * @param {string} look what the picture is called
   * @param {number} count of layers that stand still; above them lies one that changes with time
   */
  constructor(host, ctx, look, count) {
    super(host, ctx);
    this.look = look;
    this.layers = Array.from({ length: count }, () => {
      const layer = el("canvas", { style: "position:absolute;inset:0;width:100%;height:100%;will-change:transform" });
      return host.appendChild(layer);
    });
    this.mosaic = new Mosaic();
    this.live = host.appendChild(this.mosaic.node);
    this.live.setAttribute("role", "img");
    this.above = host.appendChild(el("div"));
    /** @type {Ball[]} of the paths, in their order */
    this.balls = [];
    this.readout = host.appendChild(el("div", { style: READOUT }));
    /** @type {Field} none before the first update */
    this.field = /** @type {any} */ (null);
    /** @type {LossPath[]} */
    this.paths = [];
    /** @type {TracedPath[]} */
    this.traces = [];
    this.readoutLook = "";
    this.width = 0;
    this.height = 0;
    /** @type {string | undefined} */
    this.group = undefined;
    this.view = sharedView(ctx);
    this.onView = (/** @type {"orbit" | "hover"} */ what) => this.viewed(what);
  }

  /**
   * Something that the group shares has changed.
   * @param {"orbit" | "hover"} _what
   */
  viewed(_what) {}

  /**
   * Where a point of the unit cube is on the screen.
   * @param {number[]} _point
   * @returns {[number, number]}
   */
  place(_point) {
    return [0, 0];
  }

  /**
   * Take new data; the camera and the frame stay.
   * @param {LossSpec} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    const known = this.field !== null && this.group === spec.camera;
    this.spec = spec;
    this.arrays = arrays;
    this.field = lossField(spec, arrays);
    this.paths = (spec.paths ?? []).map((path) => ({
      path, points: unitPoints(this.field, arrays[path.points].data), at: (frame) => rowOf(path, arrays, frame),
    }));
    this.live.setAttribute("aria-label", `${this.look} of ${spec.zLabel} over ${spec.xLabel} and ${spec.yLabel}`);
    if (!known) this.join(spec.camera);
    this.build();
  }

  /**
   * Join a camera group; the camera stays, unless the group has one.
   * @param {string | undefined} group
   */
  join(group) {
    const view = sharedView(this.ctx, group);
    view.orbit ??= this.view.orbit;
    this.view.listeners.delete(this.onView);
    this.view = view;
    this.group = group;
    view.listeners.add(this.onView);
  }

  /**
   * How the paths are drawn, and their vertices as `trace` gives them.
   * @param {(points: Float64Array) => Trace} trace
   */
  tracePaths(trace) {
    this.traces = this.paths.map((one) => {
      const style = pathStyle(one.path, this.ctx, this.width);
      return { ...one, style, trace: dashTrace(trace(one.points), style.dash) };
    });
  }

  /**
   * Tell the group which grid point [column, row] the pointer is on, or null.
   * @param {number[] | null} at
   */
  share(at) {
    const hover = at && [this.field.x[at[0]], this.field.y[at[1]]];
    if (String(this.view.hover) === String(hover)) return;
    this.view.hover = hover;
    for (const listener of this.view.listeners) listener("hover");
  }

  /** Paint the layer that changes with time, and what is written in the corner. */
  paintLive() {
    this.mosaic.fit(this.width, this.height);
    this.mosaic.paint([[0, 0, this.width, this.height]], (g, box) => this.paintMoving(g, box));
    while (this.balls.length < this.traces.length) this.balls.push(new Ball(this.above));
    this.showBalls();
    this.tell();
  }

  /**
   * Paint what differs from another frame.
   * @param {number} before
   */
  paintSince(before) {
    const stale = this.traces.flatMap((one) => this.staleBoxes(one, one.at(before), one.at(this.frame)));
    this.mosaic.paint(stale, (g, box) => this.paintMoving(g, box));
    this.showBalls();
  }

  /** Put the balls where their paths are now. */
  showBalls() {
    this.balls.forEach((ball, i) => {
      const one = this.traces[i], now = one && this.ballOf(one);
      if (now) ball.show(now.place, one.style, now.hollow, now.dim);
      else ball.hide();
    });
  }

  /**
   * Where a path's ball is, and whether it lies outside the picture or behind the surface; null where there is none.
   * @param {TracedPath} _one
   * @returns {{ place: [number, number], hollow: boolean, dim: boolean } | null}
   */
  ballOf(_one) {
    return null;
  }

  /**
   * What of a path's picture differs between two steps, without its ball.
   * @param {TracedPath} one
   * @param {number} before
   * @param {number} now
   */
  staleBoxes(one, before, now) {
    if (before === now) return [];
    const { trace } = one;
    const line = placesBetween(trace, reached(trace, before), reached(trace, now));
    const parts = [line, this.dropPlaces(one, before), this.dropPlaces(one, now)];
    return parts.map((places) => boxAround(places, REACH)).filter((box) => box !== null);
  }

  /**
   * What belongs to a path's ball at a step, besides the ball.
   * @param {TracedPath} _one
   * @param {number} _step
   * @returns {number[][]}
   */
  dropPlaces(_one, _step) {
    return [];
  }

  /**
   * Mark where a path starts, where that is seen in a box.
   * @param {Pen} g
   * @param {[number, number]} place
   * @param {import("./path.js").PathStyle} style
   * @param {Box} box
   */
  paintStart(g, place, style, box) {
    const around = boxAround([place], REACH);
    if (around && overlap(around, box)) drawStart(g, ...place, style);
  }

  /**
   * Paint the paths up to the current frame, and the mark under the pointer.
   * @param {Pen} _g
   * @param {Box} _box what of the picture is seen
   */
  paintMoving(_g, _box) {}

  /** The group's grid point: its place among those of the grid, x, y and z; null where there is none. */
  pointed() {
    const { view: { hover }, field } = this;
    const at = hover && nearestPoint(field, ...field.toUnit(hover[0], hover[1]));
    return at && { x: field.x[at[0]], y: field.y[at[1]], z: field.z[at[1] * field.nx + at[0]] };
  }

  /** Write the values of the group's grid point into the corner; else the corner names the paths. */
  tell() {
    const { spec } = this, at = this.pointed();
    const words = at && [`${spec.xLabel} ${formatNumber(at.x)}`, `${spec.yLabel} ${formatNumber(at.y)}`, `${spec.zLabel} ${formatNumber(at.z)}`];
    this.note(words ? words.join("  ·  ") : this.legend());
  }

  /**
   * Mark the group's grid point.
   * @param {Pen} g
   */
  paintCross(g) {
    const { field } = this, at = this.pointed();
    if (!at) return;
    const [px, py] = this.place([...field.toUnit(at.x, at.y), field.toHeight(at.z) || 0]);
    drawCross(g, px, py, this.ctx);
  }

  /** Names of the paths, where there are several with names of their own. */
  legend() {
    const names = this.paths.map(({ path }) => path.label);
    if (names.length < 2 || !names.every(Boolean) || new Set(names).size < names.length) return "";
    const line = (/** @type {LossPath} */ { path: { lane, label } }) => `${lane ?? ""} ${laneOf(lane).sign} ${label}`;
    return this.paths.map(line).sort().join("\u2003");
  }

  /** @param {string} text */
  note(text) {
    const { colors } = this.ctx;
    say(this.readout, text);
    const look = `display:${text ? "block" : "none"};color:${colors.text};background:${colors.panel};border:1px solid ${colors.border}`;
    if (this.readoutLook === look) return;
    this.readoutLook = look;
    this.readout.style.cssText = `${READOUT};${look}`;
  }

  destroy() {
    this.view.listeners.delete(this.onView);
    for (const element of [...this.layers, this.live, this.above, this.readout]) element.remove();
  }
}

/**
 * What the panels of a camera group share; a panel without a group has a view of its own.
 * @param {import("./panel.js").Context} ctx
 * @param {string} [group]
 * @returns {SharedView}
 */
function sharedView(ctx, group) {
  const view = ctx.shared.get(`view:${group}`) ?? { orbit: null, hover: null, listeners: new Set() };
  if (group) ctx.shared.set(`view:${group}`, view);
  return view;
}

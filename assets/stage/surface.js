// A loss surface in three dimensions (WebGL2, no library) with the recorded paths running down it.
// The surface is drawn only when data, camera or theme change; paths, axes and texts are canvas layers above it, so a
// replayed frame costs one polyline.

import { el, penOf, pixelRatio, pointIn } from "../shared/dom.js";
import { HOME_ORBIT, SURFACE_BOX, orbitCamera, placeOf } from "./camera.js";
import { colormap, colormapTexels, rgbOfHex } from "./colormap.js";
import { ContourPanel } from "./contour.js";
import { heightAt } from "./field.js";
import { fitCanvas, softwareGraphics } from "./layers.js";
import { LossPanel } from "./losspanel.js";
import { smoothMesh, terraceMesh } from "./mesh.js";
import { OrbitPointer } from "./orbitpointer.js";
import { WHOLE_PATH, addTrace, strokeTrace } from "./path.js";
import { isHidden, pointUnder } from "./sight.js";
import { SurfaceAxes } from "./surfaceaxes.js";
import { SurfaceGL } from "./surfacegl.js";
import { currentPoint, reached, tracePath } from "./trace.js";

/**
 * @typedef {import("./camera.js").Camera} Camera
 * @typedef {import("./losspanel.js").TracedPath} TracedPath
 * @typedef {import("./path.js").PathStyle} PathStyle
 * @typedef {CanvasRenderingContext2D} Pen
 */

const FLOOR = SURFACE_BOX[2][0];
const ON_SURFACE = 0.02; // of the height, that a ball may be off the surface

/** The 3-D panel. */
export class SurfacePanel extends LossPanel {
  /**
   * The surface, or where there is no WebGL2 a contour map in its place.
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   * @returns {LossPanel}
   */
  static create(host, ctx) {
    try {
      return new SurfacePanel(host, ctx);
    } catch (error) {
      console.warn(error instanceof Error ? error.message : error);
      host.replaceChildren();
      return new FlatSurfacePanel(host, ctx);
    }
  }

  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx, "Surface", 3);
    this.walls = this.layers[0];
    this.solid = this.layers[1];
    this.ink = this.layers[2];
    this.pending = 0; // the animation frame that paints anew
    /** @type {ReturnType<typeof setTimeout> | undefined} paints finer once things rest */
    this.finer = undefined;
    this.painted = 0; // when
    /** @type {Camera | null} none before the first painting */
    this.camera = null;
    this.gl = new SurfaceGL(this.solid);
    this.solid.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.solid.addEventListener("webglcontextrestored", () => this.restore());
    this.pointer = new OrbitPointer(this.live, {
      orbit: () => this.view.orbit,
      turn: (orbit) => this.turn(orbit),
      hover: (event) => this.hover(event),
      leave: () => this.share(null),
    });
  }

  /** @param {"orbit" | "hover"} what */
  viewed(what) {
    if (what === "orbit") this.invalidate();
    else if (this.camera) this.paintLive();
  }

  build() {
    this.view.orbit ??= { ...HOME_ORBIT };
    this.upload();
    this.invalidate();
  }

  upload() {
    if (this.gl.lost) return;
    this.gl.setMesh(this.field.terraces ? terraceMesh(this.field.grid) : smoothMesh(this.field.grid));
    this.gl.setRamp(colormapTexels(colormap(this.ctx.sequential)));
  }

  /** After the graphics card was lost. */
  restore() {
    this.gl.restore();
    this.theme();
  }

  /**
   * @param {number} frame
   * @param {number} before
   */
  draw(frame, before) {
    if (frame !== before && this.camera && !this.pending) this.paintSince(before);
  }

  resize() {
    this.invalidate();
  }

  theme() {
    if (this.field) this.upload();
    this.invalidate();
  }

  keepable() {
    if (this.camera) this.paint();
  }

  destroy() {
    cancelAnimationFrame(this.pending);
    clearTimeout(this.finer);
    this.gl.free();
    super.destroy();
  }

  /** Everything is drawn anew in the next animation frame. */
  invalidate() {
    if (this.pending || !this.field) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.width = this.host.clientWidth;
      this.height = this.host.clientHeight;
      if (this.width > 0 && this.height > 0) this.paint();
    });
  }

  /** Pixels a CSS pixel: two at rest; without a graphics card one while things move, and finer once they rest. */
  detail() {
    if (!softwareGraphics()) return pixelRatio();
    const hurried = performance.now() - this.painted < 350;
    clearTimeout(this.finer);
    if (hurried) this.finer = setTimeout(() => this.invalidate(), 400);
    return hurried ? 1 : 2;
  }

  paint() {
    const { width, height, ctx, field } = this, small = width < 420;
    const margin = { side: small ? 30 : 44, top: 16, bottom: small ? 26 : 30 };
    const orbit = this.view.orbit ?? HOME_ORBIT;
    const camera = orbitCamera(orbit, width, height, margin);
    this.camera = camera;
    const fade = rgbOfHex(ctx.colors.background);
    const detail = this.detail();
    if (!this.gl.lost) this.gl.paint(camera, field.levels, fade, width, height, detail);
    const axes = new SurfaceAxes({
      field, spec: this.spec, camera, colors: ctx.colors, width, height, fromAbove: orbit.elevation > 1.35,
      family: getComputedStyle(this.host).fontFamily || "sans-serif",
    });
    const hidden = (/** @type {number[]} */ point) => isHidden(field, camera.eye, point);
    this.tracePaths((points) => tracePath(points, SURFACE_BOX, 0.025, (point) => this.place(point), hidden));
    this.paintWalls(axes);
    this.paintInk(axes);
    this.flatten(detail > 1 && softwareGraphics());
    this.paintLive();
    this.painted = performance.now();
  }

  /**
   * @param {number[]} point
   * @returns {[number, number]}
   */
  place(point) {
    return this.camera ? placeOf(this.camera, point) : [0, 0];
  }

  /**
   * The back walls behind the surface, and the shadows of the paths on the floor.
   * @param {SurfaceAxes} axes
   */
  paintWalls(axes) {
    const g = fitCanvas(this.walls, this.width, this.height);
    axes.paintWalls(g);
    for (const one of this.traces) if (one.path.shadow) this.paintShadow(g, one);
  }

  /**
   * @param {Pen} g
   * @param {TracedPath} path
   */
  paintShadow(g, { points, style }) {
    const flat = (/** @type {number[]} */ [u, v]) => this.place([u, v, FLOOR]);
    const shadow = tracePath(points, SURFACE_BOX.slice(0, 2), 0.1, flat, () => false);
    addTrace(g, shadow, shadow.x.length, 0);
    g.globalAlpha = 0.35;
    g.lineWidth = 2;
    g.strokeStyle = this.ctx.colors.text;
    g.setLineDash(style.dash);
    g.stroke();
    g.setLineDash([]);
    g.globalAlpha = 1;
  }

  /**
   * Axis texts, and the whole of each path faintly: all that changes only with the camera.
   * @param {SurfaceAxes} axes
   */
  paintInk(axes) {
    const g = fitCanvas(this.ink, this.width, this.height);
    for (const { trace, style } of this.traces) strokeTrace(g, trace, trace.x.length, { ...style, ...WHOLE_PATH });
    axes.paintTexts(g);
  }

  /**
   * Put all that stands still on one layer: without a graphics card, each layer costs time at every frame.
   * @param {boolean} still
   */
  flatten(still) {
    const { walls, solid, ink, width, height } = this;
    for (const layer of [solid, ink]) layer.style.visibility = still ? "hidden" : "";
    if (!still) return;
    const g = penOf(walls);
    for (const layer of [solid, ink]) g.drawImage(layer, 0, 0, width, height);
  }

  /**
   * @param {TracedPath} one
   * @returns {{ place: [number, number], hollow: boolean, dim: boolean } | null}
   */
  ballOf({ points, at }) {
    const { camera, field } = this, now = currentPoint(points, at(this.frame), SURFACE_BOX);
    if (!now || !camera) return null;
    return { place: this.place(now.point), hollow: now.outside, dim: isHidden(field, camera.eye, now.point) };
  }

  /**
   * The line from a ball down to the floor, where the ball is off the surface.
   * @param {TracedPath} one
   * @param {number} step
   */
  dropPlaces({ points }, step) {
    const now = currentPoint(points, step, SURFACE_BOX);
    if (!now) return [];
    const [u, v, t] = now.point, below = heightAt(this.field, u, v);
    if (Math.abs(t - below) < ON_SURFACE) return [];
    const under = Number.isFinite(below) ? [[u, v, below]] : [];
    return [now.point, [u, v, FLOOR], ...under].map((point) => this.place(point));
  }

  /**
   * @param {Pen} g
   * @param {import("./stale.js").Box} box
   */
  paintMoving(g, box) {
    for (const { trace, style, at } of this.traces) strokeTrace(g, trace, reached(trace, at(this.frame)), style, box);
    for (const one of this.traces) this.paintMarks(g, one, box);
    this.paintCross(g);
  }

  /**
   * @param {Pen} g
   * @param {TracedPath} one
   * @param {import("./stale.js").Box} box
   */
  paintMarks(g, { points, at, style }, box) {
    const first = currentPoint(points, 0, SURFACE_BOX), now = currentPoint(points, at(this.frame), SURFACE_BOX);
    if (first && !first.outside) this.paintStart(g, this.place(first.point), style, box);
    if (!now) return;
    const [u, v, t] = now.point, below = heightAt(this.field, u, v);
    if (!(Math.abs(t - below) < ON_SURFACE)) this.paintDrop(g, now.point, below, style);
  }

  /**
   * A dotted line from a ball that is off the surface down to the floor, with marks on the surface and the floor.
   * @param {Pen} g
   * @param {number[]} point
   * @param {number} below height of the surface there
   * @param {PathStyle} style
   */
  paintDrop(g, point, below, style) {
    const [u, v] = point;
    const [ball, floor] = [this.place(point), this.place([u, v, FLOOR])];
    const strokes = [
      { colour: style.halo, width: 3, dash: [], alpha: 0.5 },
      { colour: style.colour, width: 1.4, dash: [2, 3], alpha: 0.95 },
    ];
    for (const { colour, width, dash, alpha } of strokes) {
      g.beginPath();
      g.moveTo(...ball);
      g.lineTo(...floor);
      g.setLineDash(dash);
      g.lineWidth = width;
      g.strokeStyle = colour;
      g.globalAlpha = alpha;
      g.stroke();
    }
    g.setLineDash([]);
    g.globalAlpha = 1;
    for (const [x, y] of [floor, Number.isFinite(below) ? this.place([u, v, below]) : floor]) {
      g.beginPath();
      g.ellipse(x, y, 4, 2, 0, 0, 2 * Math.PI);
      g.fillStyle = style.colour;
      g.fill();
    }
  }

  /** @param {import("./camera.js").Orbit} orbit */
  turn(orbit) {
    this.view.orbit = orbit;
    for (const listener of this.view.listeners) listener("orbit");
  }

  /** @param {PointerEvent} event */
  hover(event) {
    if (this.camera) this.share(pointUnder(this.field, this.camera, pointIn(event, this.live)));
  }
}

/** The contour map in place of the surface, with one line that says why. */
class FlatSurfacePanel extends ContourPanel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    const room = el("div", { style: "position:absolute;inset:0 0 18px 0" });
    const low = "position:absolute;inset:auto 0 0 0;font-size:12px;line-height:18px;text-align:center";
    const note = el("div", { style: low }, "This browser offers no WebGL2: the same surface as a contour map.");
    host.append(room, note);
    super(room, ctx);
    this.around = [room, note];
  }

  destroy() {
    super.destroy();
    for (const node of this.around) node.remove();
  }
}

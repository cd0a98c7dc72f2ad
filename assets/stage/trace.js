// A recorded path on the screen, as vertices: cut to the picture, parted where the surface hides it.

import { clamp } from "../shared/numbers.js";

/**
 * @typedef {import("./scale.js").Range} Range
 * @typedef {(point: number[]) => number[]} Project places a point of the unit cube on the screen
 *
 * @typedef {object} Trace
 * @property {number[]} x
 * @property {number[]} y
 * @property {number[]} join 0 starts a stroke, 1 continues it
 * @property {number[]} hidden 1 where the piece up to the vertex lies behind the surface
 * @property {Uint32Array} end how many vertices are reached at each frame
 */

/**
 * The part [from, to] in 0..1 of the segment p → q inside a box [[low, high], …], or null (Liang–Barsky).
 * @param {ArrayLike<number>} p
 * @param {ArrayLike<number>} q
 * @param {Range[]} box
 */
export function clipSegment(p, q, box) {
  let from = 0, to = 1;
  for (let k = 0; k < box.length; k++) {
    const along = q[k] - p[k];
    const [near, far] = along < 0 ? [box[k][1], box[k][0]] : box[k];
    if (!Number.isFinite(along) || (along === 0 && (p[k] < near || p[k] > far))) return null;
    if (along !== 0) [from, to] = [Math.max(from, (near - p[k]) / along), Math.min(to, (far - p[k]) / along)];
  }
  return from <= to ? [from, to] : null;
}

/**
 * A path on the screen, in pieces that are at most `step` long in the unit cube.
 * @param {Float64Array} points (frames, 3)
 * @param {Range[]} box what it is cut to, in two or three dimensions
 * @param {number} step
 * @param {Project} project
 * @param {(point: number[]) => boolean} isHidden
 * @returns {Trace}
 */
export function tracePath(points, box, step, project, isHidden) {
  const frames = points.length / 3, dims = box.length;
  const pen = new TracePen(frames, project, isHidden);
  let connected = false;
  for (let i = 1; i < frames; i++) {
    const p = points.subarray(3 * i - 3, 3 * i), q = points.subarray(3 * i, 3 * i + 3);
    const part = clipSegment(p.subarray(0, dims), q.subarray(0, dims), box);
    if (part) {
      const a = between(p, q, part[0]), b = between(p, q, part[1]);
      const length = Math.hypot(b[0] - a[0], b[1] - a[1], dims > 2 ? b[2] - a[2] : 0);
      const count = clamp(Math.ceil(length / step), 1, 200);
      if (!connected || part[0] > 0) pen.start(a);
      for (let k = 1; k <= count; k++) pen.line(between(a, b, k / count), between(a, b, (k - 0.5) / count));
    }
    connected = part !== null && part[1] === 1;
    pen.trace.end[i] = pen.trace.x.length;
  }
  return pen.trace;
}

/**
 * The point at a share of the way from p to q.
 * @param {ArrayLike<number>} p
 * @param {ArrayLike<number>} q
 * @param {number} f
 */
const between = (p, q, f) => [0, 1, 2].map((k) => p[k] + f * (q[k] - p[k]));

/** Puts vertices into a trace. */
class TracePen {
  /**
   * @param {number} frames
   * @param {Project} project
   * @param {(point: number[]) => boolean} isHidden
   */
  constructor(frames, project, isHidden) {
    this.project = project;
    this.isHidden = isHidden;
    /** @type {Trace} */
    this.trace = { x: [], y: [], join: [], hidden: [], end: new Uint32Array(frames) };
  }

  /** @param {number[]} point */
  start(point) {
    this.put(this.project(point), 0, 0);
  }

  /**
   * A piece up to a point, left out where it is shorter than can be seen.
   * @param {number[]} point
   * @param {number[]} middle of the piece, which tells whether it is hidden
   */
  line(point, middle) {
    const { x, y, hidden } = this.trace, last = x.length - 1;
    const [sx, sy] = this.project(point);
    const behind = this.isHidden(middle) ? 1 : 0;
    if (behind === hidden[last] && Math.hypot(sx - x[last], sy - y[last]) < 0.6) return;
    this.put([sx, sy], 1, behind);
  }

  /**
   * @param {number[]} place
   * @param {number} join
   * @param {number} hidden
   */
  put([x, y], join, hidden) {
    this.trace.x.push(x);
    this.trace.y.push(y);
    this.trace.join.push(join);
    this.trace.hidden.push(hidden);
  }
}

/**
 * A trace with its dashes as strokes of their own, which have their places whatever part of it is drawn.
 * @param {Trace} trace
 * @param {number[]} dash lengths of a dash and of a gap; none: the trace as it is
 * @returns {Trace}
 */
export function dashTrace(trace, dash) {
  if (!dash.length) return trace;
  const dashes = new DashPen(dash);
  const counts = [0];
  for (let i = 0; i < trace.x.length; i++) {
    const piece = trace.join[i] === 1;
    if (!piece || trace.hidden[i] !== trace.hidden[i - 1]) dashes.begin();
    if (piece) dashes.line([trace.x[i - 1], trace.y[i - 1]], [trace.x[i], trace.y[i]], trace.hidden[i]);
    counts.push(dashes.trace.x.length);
  }
  dashes.trace.end = trace.end.map((end) => counts[end]);
  return dashes.trace;
}

/** Puts dashes into a trace. */
class DashPen {
  /** @param {number[]} dash */
  constructor(dash) {
    this.dash = dash;
    /** @type {Trace} */
    this.trace = { x: [], y: [], join: [], hidden: [], end: new Uint32Array() };
    this.part = 0; // of the pattern: dash or gap
    this.left = dash[0]; // of that part
    this.down = false; // whether a dash goes on from the last vertex
  }

  /** A new stroke, with a dash at first. */
  begin() {
    this.part = 1;
    this.turn();
  }

  /**
   * @param {number[]} p
   * @param {number[]} q
   * @param {number} hidden
   */
  line(p, q, hidden) {
    const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
    for (let from = 0; from < length;) {
      const to = Math.min(length, from + this.left);
      if (this.part === 0) {
        if (!this.down) this.put(p, q, from / length, 0, hidden);
        this.put(p, q, to / length, 1, hidden);
        this.down = true;
      }
      this.left -= to - from;
      if (to < length || this.left <= 0) this.turn();
      from = to;
    }
  }

  turn() {
    this.part = 1 - this.part;
    this.left = this.dash[this.part];
    this.down = false;
  }

  /**
   * @param {number[]} p
   * @param {number[]} q
   * @param {number} f the share of the way
   * @param {number} join
   * @param {number} hidden
   */
  put(p, q, f, join, hidden) {
    this.trace.x.push(p[0] + f * (q[0] - p[0]));
    this.trace.y.push(p[1] + f * (q[1] - p[1]));
    this.trace.join.push(join);
    this.trace.hidden.push(hidden);
  }
}

/**
 * How many vertices of a trace are reached at a frame.
 * @param {Trace} trace
 * @param {number} frame
 */
export const reached = (trace, frame) => trace.end[Math.min(frame, trace.end.length - 1)] ?? 0;

/**
 * The last finite point up to a frame, held inside the box, and whether it had to be held; null if there is none.
 * @param {Float64Array} points
 * @param {number} frame
 * @param {Range[]} box
 */
export function currentPoint(points, frame, box) {
  const now = Math.min(frame, points.length / 3 - 1);
  let i = now;
  while (i >= 0 && !Number.isFinite(points[3 * i] + points[3 * i + 1] + points[3 * i + 2])) i--;
  if (i < 0) return null;
  const point = [0, 1, 2].map((k) => clamp(points[3 * i + k], ...box[k]));
  return { point, outside: i < now || [0, 1].some((k) => Math.abs(points[3 * i + k] - point[k]) > 1e-6) };
}

// The loss surface as vertices and triangles.

import { clamp } from "../shared/numbers.js";
import { SURFACE_HEIGHT } from "./camera.js";

/**
 * @typedef {import("./contours.js").Grid} Grid
 * @typedef {{ vertices: Float32Array, triangles: Uint32Array }} Mesh a vertex is x, y, t and its normal: six numbers
 */

/**
 * The smooth surface; cells with a hole are left out.
 * @param {Grid} grid
 * @returns {Mesh}
 */
export function smoothMesh({ nx, ny, t }) {
  const vertices = new Float32Array(6 * nx * ny);
  const triangles = [];
  const at = (/** @type {number} */ i, /** @type {number} */ j) => t[clamp(j, 0, ny - 1) * nx + clamp(i, 0, nx - 1)];
  for (let j = 0, k = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, k += 6) {
      const here = at(i, j);
      const sx = slope(at(i - 1, j), here, at(i + 1, j), 2 / (nx - 1));
      const sy = slope(at(i, j - 1), here, at(i, j + 1), 2 / (ny - 1));
      const size = Math.hypot(sx, sy, 1);
      vertices.set([(2 * i) / (nx - 1) - 1, (2 * j) / (ny - 1) - 1, here, -sx / size, -sy / size, 1 / size], k);
      const a = j * nx + i;
      if (i === nx - 1 || j === ny - 1 || Number.isNaN(here + t[a + 1] + t[a + nx] + t[a + nx + 1])) continue;
      const rising = Math.abs(here - t[a + nx + 1]) < Math.abs(t[a + 1] - t[a + nx]); // the flatter diagonal
      if (rising) triangles.push(a, a + 1, a + nx + 1, a, a + nx + 1, a + nx);
      else triangles.push(a, a + 1, a + nx, a + 1, a + nx + 1, a + nx);
    }
  }
  return { vertices, triangles: new Uint32Array(triangles) };
}

/**
 * The surface's slope between two neighbours, or on the one side that there is.
 * @param {number} before
 * @param {number} here
 * @param {number} after
 * @param {number} step
 */
function slope(before, here, after, step) {
  const [a, b] = [Number.isNaN(before) ? here : before, Number.isNaN(after) ? here : after];
  return ((b - a) * SURFACE_HEIGHT) / (step * (Number(a !== here) + Number(b !== here) || 2));
}

/**
 * Flat cells with upright walls between cells of different height.
 * @param {Grid} grid
 * @returns {Mesh}
 */
export function terraceMesh({ nx, ny, t }) {
  const terraces = new Terraces();
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const [x0, x1, y0, y1] = [(2 * i) / nx - 1, (2 * i + 2) / nx - 1, (2 * j) / ny - 1, (2 * j + 2) / ny - 1];
      const here = t[j * nx + i];
      const top = [[x0, y0, here], [x1, y0, here], [x1, y1, here], [x0, y1, here]];
      if (!Number.isNaN(here)) terraces.quad(top, [0, 0, 1]);
      if (i + 1 < nx) terraces.wall([x1, y0], [x1, y1], here, t[j * nx + i + 1], [1, 0, 0]);
      if (j + 1 < ny) terraces.wall([x1, y1], [x0, y1], here, t[(j + 1) * nx + i], [0, 1, 0]);
    }
  }
  return { vertices: new Float32Array(terraces.vertices), triangles: new Uint32Array(terraces.triangles) };
}

/** Collects rectangles. */
class Terraces {
  constructor() {
    /** @type {number[]} */
    this.vertices = [];
    /** @type {number[]} */
    this.triangles = [];
  }

  /**
   * @param {number[][]} corners
   * @param {number[]} normal
   */
  quad(corners, normal) {
    const first = this.vertices.length / 6;
    for (const corner of corners) this.vertices.push(...corner, ...normal);
    this.triangles.push(first, first + 1, first + 2, first, first + 2, first + 3);
  }

  /**
   * A wall over the edge from p to q, between a cell and the next one; none where they are equally high.
   * @param {number[]} p
   * @param {number[]} q
   * @param {number} here
   * @param {number} next
   * @param {number[]} normal towards the next cell
   */
  wall(p, q, here, next, normal) {
    if (Number.isNaN(here + next) || here === next) return;
    const [a, b] = here > next ? [p, q] : [q, p], low = Math.min(here, next), high = Math.max(here, next);
    const corners = [[...a, low], [...b, low], [...b, high], [...a, high]];
    this.quad(corners, here > next ? normal : normal.map((v) => -v));
  }
}

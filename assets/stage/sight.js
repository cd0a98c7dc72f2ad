// What the eye sees of the surface, found by walking over the height field.

import { SURFACE_HEIGHT } from "./camera.js";
import { heightAt, nearestPoint } from "./field.js";

/**
 * @typedef {import("./field.js").Field} Field
 * @typedef {import("./camera.js").Camera} Camera
 */

const STEPS = 56; // on the way to the eye
const SLACK = 0.012; // so that a point on the surface does not hide itself

/**
 * Whether the surface stands between a point of the unit cube and the eye.
 * @param {Field} field
 * @param {number[]} eye
 * @param {number[]} point
 */
export function isHidden(field, eye, [u, v, t]) {
  const to = [(eye[0] + 1) / 2 - u, (eye[1] + 1) / 2 - v, eye[2] / SURFACE_HEIGHT - t];
  const sides = [u, v].map((at, k) => (to[k] > 0 ? 1 - at : at) / Math.abs(to[k] || 1e-9));
  const reach = Math.min(1, ...sides, to[2] > 0 ? Math.max(0, 1 - t) / to[2] : 1);
  for (let k = 0; k <= STEPS; k++) {
    const s = (reach * k) / STEPS;
    if (heightAt(field, u + s * to[0], v + s * to[1]) > t + s * to[2] + SLACK) return true;
  }
  return false;
}

/**
 * The grid point [column, row] of the surface that shows at a place of the picture; null where there is none.
 * @param {Field} field
 * @param {Camera} camera
 * @param {number[]} place
 */
export function pointUnder(field, { basis: [right, up, forward], eye, pixels, centre }, [px, py]) {
  const [a, b] = [(px - centre[0]) / pixels, (centre[1] - py) / pixels];
  const ray = forward.map((f, k) => f + a * right[k] + b * up[k]);
  for (let s = 5; s < 10.5; s += 0.01) {
    const [x, y, z] = eye.map((e, k) => e + s * ray[k]), u = (x + 1) / 2, v = (y + 1) / 2;
    if (heightAt(field, u, v) * SURFACE_HEIGHT >= z) return nearestPoint(field, u, v);
  }
  return null;
}

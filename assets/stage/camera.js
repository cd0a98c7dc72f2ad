// The camera of the 3-D panel, and the box that it looks at.

/**
 * @typedef {import("./scale.js").Range} Range
 * @typedef {{ azimuth: number, elevation: number, zoom: number }} Orbit
 *
 * @typedef {object} Camera
 * @property {number[][]} basis right, up and forward
 * @property {number[]} eye
 * @property {number} pixels CSS pixels of a unit at distance 1
 * @property {number[]} centre of the picture, in CSS pixels
 * @property {(x: number, y: number, z: number) => [number, number]} project
 * @property {Float32Array} matrix the same projection into clip space
 */

export const SURFACE_HEIGHT = 0.85; // of the surface, where the floor is 2 × 2
export const SURFACE_FLOOR = -0.26;
/** @type {Range[]} of (u, v, t): paths are cut to it */
export const SURFACE_BOX = [[0, 1], [0, 1], [SURFACE_FLOOR / SURFACE_HEIGHT, 1.2]];
export const HOME_ORBIT = { azimuth: 0.55, elevation: 0.66, zoom: 1 };

const MIDDLE = (SURFACE_HEIGHT + SURFACE_FLOOR) / 2;
const RADIUS = 1.3; // of what the picture must hold at any azimuth
const DISTANCE = 7.5;

/**
 * @param {number[]} a
 * @param {number[]} b
 */
const dot3 = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/**
 * A perspective camera that orbits the box; fitted so that the box fills w×h CSS pixels at any azimuth.
 * @param {Orbit} orbit
 * @param {number} w
 * @param {number} h
 * @param {{ side: number, top: number, bottom: number }} margin
 * @returns {Camera}
 */
export function orbitCamera({ azimuth, elevation, zoom }, w, h, margin) {
  const [sa, ca, se, ce] = [Math.sin(azimuth), Math.cos(azimuth), Math.sin(elevation), Math.cos(elevation)];
  const basis = [[ca, sa, 0], [-sa * se, ca * se, ce], [-sa * ce, ca * ce, -se]];
  const [halfW, halfH] = [w / 2 - margin.side, (h - margin.top - margin.bottom) / 2];
  const { side, low, high } = spread(se, ce);
  const pixels = Math.min(halfW / side, (2 * halfH) / (high - low)) * zoom;
  const eye = basis[2].map((f, k) => -DISTANCE * f + (k === 2 ? MIDDLE : 0));
  const centre = [w / 2, margin.top + halfH + (pixels * (high + low)) / 2];
  /** @type {Camera["project"]} */
  const project = (x, y, z) => {
    const d = [x - eye[0], y - eye[1], z - eye[2]], depth = dot3(d, basis[2]);
    return [centre[0] + (pixels * dot3(d, basis[0])) / depth, centre[1] - (pixels * dot3(d, basis[1])) / depth];
  };
  return { basis, eye, pixels, centre, project, matrix: cameraMatrix(basis, eye, pixels, centre, w, h) };
}

/**
 * Where a point (u, v, t) of the unit cube is on the screen.
 * @param {Camera} camera
 * @param {number[]} point
 */
export const placeOf = (camera, [u, v, t]) => camera.project(2 * u - 1, 2 * v - 1, t * SURFACE_HEIGHT);

/**
 * How far the box reaches on the screen, in units at distance 1, while it turns: to a side, down and up.
 * @param {number} se sine of the elevation
 * @param {number} ce its cosine
 */
function spread(se, ce) {
  let [side, low, high] = [0, Infinity, -Infinity];
  for (let k = 0; k < 24; k++) {
    const angle = (k * Math.PI) / 12, x = RADIUS * Math.cos(angle), depth = RADIUS * Math.sin(angle);
    for (const z of [SURFACE_FLOOR - MIDDLE, SURFACE_HEIGHT - MIDDLE]) {
      const far = DISTANCE + depth * ce - z * se, y = (depth * se + z * ce) / far;
      [side, low, high] = [Math.max(side, Math.abs(x) / far), Math.min(low, y), Math.max(high, y)];
    }
  }
  return { side, low, high };
}

/**
 * The projection as a column-major clip-space matrix.
 * @param {number[][]} basis
 * @param {number[]} eye
 * @param {number} pixels
 * @param {number[]} centre
 * @param {number} w
 * @param {number} h
 */
function cameraMatrix([right, up, forward], eye, pixels, centre, w, h) {
  const near = 3, far = 14;
  const row = (/** @type {number[]} */ axis) => [...axis, -dot3(axis, eye)];
  const [r, u, f] = [row(right), row(up), row(forward)];
  const [sx, sy] = [(2 * pixels) / w, (2 * pixels) / h];
  const [ox, oy] = [(2 * centre[0]) / w - 1, 1 - (2 * centre[1]) / h];
  const a = (far + near) / (far - near), b = (-2 * far * near) / (far - near);
  const rows = [
    r.map((v, k) => sx * v + ox * f[k]),
    u.map((v, k) => sy * v + oy * f[k]),
    f.map((v, k) => a * v + (k === 3 ? b : 0)),
    f,
  ];
  return new Float32Array(16).map((_, i) => rows[i % 4][i >> 2]);
}

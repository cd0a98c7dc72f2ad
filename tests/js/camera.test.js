// The camera: where things are on the screen, and that the matrix agrees.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HOME_ORBIT, SURFACE_FLOOR, SURFACE_HEIGHT, orbitCamera, placeOf } from "../../assets/stage/camera.js";
import { assertNear } from "./near.js";

const MARGIN = { side: 40, top: 20, bottom: 30 };
const camera = (orbit = {}) => orbitCamera({ ...HOME_ORBIT, ...orbit }, 600, 400, MARGIN);
const CORNERS = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [SURFACE_FLOOR, SURFACE_HEIGHT].map((z) => [x, y, z])));

test("the axis of turning stands upright in the middle", () => {
  for (const z of [SURFACE_FLOOR, 0, SURFACE_HEIGHT]) assertNear([camera().project(0, 0, z)[0]], [300]);
});

test("seen from the front, right is right and high is high", () => {
  const { project } = camera({ azimuth: 0, elevation: 0.1 });
  assert.ok(project(0.5, 0, 0)[0] > 300);
  assert.ok(project(0, 0, 0.5)[1] < project(0, 0, 0)[1]);
});

test("what is nearer is larger", () => {
  const { project } = camera({ azimuth: 0 });
  const wide = (y) => project(1, y, 0)[0] - project(-1, y, 0)[0];
  assert.ok(wide(-1) > wide(1));
});

test("the box fits, whichever way it is turned", () => {
  for (let azimuth = 0; azimuth < 6.3; azimuth += 0.4) {
    for (const [x, y, z] of CORNERS) {
      const [px, py] = camera({ azimuth }).project(x * 0.9, y * 0.9, z);
      assert.ok(px > 0 && px < 600 && py > 0 && py < 400, `${[px, py]} at ${azimuth}`);
    }
  }
});

test("a zoom of two doubles distances from the middle", () => {
  const [near, far] = [camera(), camera({ zoom: 2 })];
  assertNear([far.project(0.3, 0.2, 0)[0] - 300], [2 * (near.project(0.3, 0.2, 0)[0] - 300)]);
});

test("the matrix puts every corner where `project` puts it", () => {
  const { matrix, project } = camera({ azimuth: 1, elevation: 0.9 });
  for (const [x, y, z] of CORNERS) {
    const row = (i) => matrix[i] * x + matrix[4 + i] * y + matrix[8 + i] * z + matrix[12 + i];
    const [sx, sy] = [row(0) / row(3), row(1) / row(3)];
    assertNear([((sx + 1) / 2) * 600, ((1 - sy) / 2) * 400], project(x, y, z), 1e-3);
  }
});

test("the matrix sorts by depth, and nothing of the box is cut off", () => {
  const { matrix, eye } = camera();
  const row = (i, [x, y, z]) => matrix[i] * x + matrix[4 + i] * y + matrix[8 + i] * z + matrix[12 + i];
  const depths = CORNERS.map((corner) => row(2, corner) / row(3, corner));
  assert.ok(depths.every((depth) => depth > -1 && depth < 1), String(depths));
  const [nearest, farthest] = [Math.min(...depths), Math.max(...depths)].map((depth) => CORNERS[depths.indexOf(depth)]);
  const away = (corner) => Math.hypot(...corner.map((value, k) => value - eye[k]));
  assert.ok(away(nearest) < away(farthest));
});

test("depth is −1 three units before the eye, and 1 at fourteen", () => {
  const { matrix, eye, basis } = camera();
  const depth = (far) => {
    const [x, y, z] = eye.map((e, k) => e + far * basis[2][k]);
    const row = (i) => matrix[i] * x + matrix[4 + i] * y + matrix[8 + i] * z + matrix[12 + i];
    return row(2) / row(3);
  };
  assertNear([depth(3), depth(14)], [-1, 1], 1e-4);
});

test("the unit cube is the box", () => {
  const one = camera();
  assert.deepEqual(placeOf(one, [0.5, 0.5, 0]), one.project(0, 0, 0));
  assert.deepEqual(placeOf(one, [1, 0, 1]), one.project(1, -1, SURFACE_HEIGHT));
});

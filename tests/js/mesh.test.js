// The surface as triangles.

import assert from "node:assert/strict";
import { test } from "node:test";

import { SURFACE_HEIGHT } from "../../assets/stage/camera.js";
import { smoothMesh, terraceMesh } from "../../assets/stage/mesh.js";
import { assertNear } from "./near.js";

test("a flat cell is two triangles, and its normals point up", () => {
  const { vertices, triangles } = smoothMesh({ nx: 2, ny: 2, t: [0.5, 0.5, 0.5, 0.5] });
  assert.equal(triangles.length, 6);
  assertNear(vertices.slice(0, 6), [-1, -1, 0.5, 0, 0, 1]);
  assertNear(vertices.slice(18, 24), [1, 1, 0.5, 0, 0, 1]);
});

test("on a slope the normal leans against it", () => {
  const { vertices } = smoothMesh({ nx: 2, ny: 2, t: [0, 1, 0, 1] }); // up by SURFACE_HEIGHT over a width of 2
  const slope = SURFACE_HEIGHT / 2, size = Math.hypot(slope, 1);
  assertNear(vertices.slice(3, 6), [-slope / size, 0, 1 / size], 1e-6);
});

test("cells with a hole are left out", () => {
  assert.equal(smoothMesh({ nx: 3, ny: 2, t: [0, 0, 0, 0, 0, NaN] }).triangles.length, 6);
});

test("the flatter diagonal parts a cell", () => {
  const { triangles } = smoothMesh({ nx: 2, ny: 2, t: [0, 1, 5, 0] });
  assert.deepEqual([...triangles], [0, 1, 3, 0, 3, 2]); // along 0 to 3, which are equally high
});

test("two terraces have a wall between them", () => {
  const { vertices, triangles } = terraceMesh({ nx: 2, ny: 1, t: [0, 1] });
  assert.equal(vertices.length, 3 * 4 * 6);
  assert.equal(triangles.length, 3 * 6);
  const wall = Array.from({ length: 4 }, (_, k) => [...vertices.slice(6 * (4 + k), 6 * (4 + k) + 6)]);
  assert.ok(wall.every(([x]) => x === 0));
  assert.deepEqual(wall.map(([, , t]) => t), [0, 0, 1, 1]);
  assert.deepEqual(wall[0].slice(3), [-1, -0, -0]); // towards the lower one
});

test("equal terraces and holes need no wall", () => {
  assert.equal(terraceMesh({ nx: 2, ny: 1, t: [1, 1] }).triangles.length, 2 * 6);
  assert.equal(terraceMesh({ nx: 2, ny: 1, t: [1, NaN] }).triangles.length, 6);
});

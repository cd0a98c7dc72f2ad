// The value under the pointer.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nearestPointOf } from "../../assets/stage/reading.js";

const scales = { x: (value) => 10 * value, y: (value) => 100 - value };
const rising = { label: "a", xs: [0, 1, 2], ys: [0, 10, 20] };
const falling = { label: "b", xs: [0, 1, 2], ys: [80, NaN, 60] };

test("the nearest point of all curves, with its place on the screen", () => {
  const found = nearestPointOf([rising, falling], scales, 12, 88);
  assert.deepEqual([found.curve.label, found.i, found.x, found.y], ["a", 1, 10, 90]);
  assert.deepEqual(nearestPointOf([rising, falling], scales, 18, 45).curve, falling);
});

test("nothing where no point is near, and never a point without a number", () => {
  assert.equal(nearestPointOf([rising], scales, 200, 200), null);
  assert.equal(nearestPointOf([falling], scales, 10, 100 - 0), null);
  assert.equal(nearestPointOf([], scales, 0, 0), null);
});

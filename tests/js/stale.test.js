// What of a picture of paths must be painted anew: checked against painting all of it, on a grid of points.

import assert from "node:assert/strict";
import { test } from "node:test";

import { boxAround, overlap, placesBetween, touches } from "../../assets/stage/stale.js";

const TRACE = { x: [0, 10, 10, 40], y: [0, 0, 20, 20], join: [0, 1, 1, 1], hidden: [0, 0, 0, 0], end: [0, 2, 3, 4] };

test("a box lies around its places, with a margin", () => {
  assert.deepEqual(boxAround([[3, 9], [5, 2], [4, 4]], 1), [2, 1, 6, 10]);
  assert.equal(boxAround([], 1), null);
});

test("forward and back, the same pieces differ, from the last vertex that both have", () => {
  assert.deepEqual(placesBetween(TRACE, 2, 4), [[10, 0], [10, 20], [40, 20]]);
  assert.deepEqual(placesBetween(TRACE, 4, 2), placesBetween(TRACE, 2, 4));
  assert.deepEqual(placesBetween(TRACE, 0, 2), [[0, 0], [10, 0]]);
  assert.deepEqual(placesBetween(TRACE, 3, 3), []);
});

test("boxes that only touch have no part in common", () => {
  assert.equal(overlap([0, 0, 128, 128], [100, 100, 130, 130]), true);
  assert.equal(overlap([0, 0, 128, 128], [128, 0, 256, 128]), false);
  assert.equal(overlap([0, 0, 128, 128], [4, 130, 9, 140]), false);
  assert.equal(overlap([50, 50, 60, 60], [0, 0, 128, 128]), true);
});

test("a piece that a brush would bring into a box touches it, and no other", () => {
  const near = (i, box, reach) => touches(TRACE, i, box, reach);
  assert.equal(near(1, [4, 1, 6, 3], 2), true);
  assert.equal(near(1, [4, 3, 6, 5], 2), false);
  assert.equal(near(3, [20, 10, 30, 30], 1), true);
  assert.equal(near(2, [20, 10, 30, 30], 1), false);
});

test("the pieces that are painted in the stale box are all those that differ there", () => {
  const reach = 3;
  const covered = (upto, x, y) => TRACE.x.some((_, i) => i > 0 && i < upto && away(i, x, y) < reach);
  for (const [before, now] of [[2, 3], [3, 4], [4, 2], [1, 4]]) {
    const [left, top, right, bottom] = boxAround(placesBetween(TRACE, before, now), reach);
    for (let x = -5; x < 50; x++) {
      for (let y = -5; y < 30; y++) {
        if (covered(before, x, y) === covered(now, x, y)) continue;
        assert.ok(x >= left && x <= right && y >= top && y <= bottom, `${x} ${y} differs outside`);
      }
    }
  }
});

/** How far a point is from the straight piece that ends at vertex i; all pieces lie along an axis. */
function away(i, x, y) {
  const [xs, ys] = [[TRACE.x[i - 1], TRACE.x[i]], [TRACE.y[i - 1], TRACE.y[i]]];
  const beyond = (at, ends) => Math.max(Math.min(...ends) - at, 0, at - Math.max(...ends));
  return Math.hypot(beyond(x, xs), beyond(y, ys));
}

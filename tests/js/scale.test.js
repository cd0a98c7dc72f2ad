// Ranges, scales, ticks and levels.

import assert from "node:assert/strict";
import { test } from "node:test";

import { axisTicks, extent, isoLevels, makeScale, niceTicks, pad, tickTexts } from "../../assets/stage/scale.js";
import { assertNear } from "./near.js";

test("a linear scale goes from end to end, and back", () => {
  const scale = makeScale(10, 20, 100, 0);
  assert.deepEqual([10, 15, 20, 25].map(scale), [100, 50, 0, -50]);
  assert.equal(scale.invert(50), 15);
  assert.deepEqual(scale.domain, [10, 20]);
});

test("on a logarithmic scale equal factors are equally far apart", () => {
  const scale = makeScale(1, 10000, 0, 400, true);
  assertNear([1, 10, 100, 10000].map(scale), [0, 100, 200, 400]);
  assertNear([scale.invert(300)], [1000]);
});

test("a range of one value has a scale all the same", () => {
  assert.equal(makeScale(3, 3, 0, 10)(3), 0);
});

test("the extent is over all finite values; only positive ones count for a logarithm", () => {
  assert.deepEqual(extent([[3, NaN, -1], new Float32Array([8, Infinity])]), [-1, 8]);
  assert.deepEqual(extent([[3, 0, -1, 8]], true), [3, 8]);
  assert.deepEqual(extent([[NaN], []]), [0, 1]);
});

test("padding is a share of the range, of the value where there is no range, or a factor", () => {
  assertNear(pad([0, 10], 0.1), [-1, 11]);
  assertNear(pad([4, 4], 0.5), [2, 6]);
  assertNear(pad([0, 0]), [-1, 1]);
  assertNear(pad([1, 100], 0.5, true), [0.1, 1000]);
});

test("ticks are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual(niceTicks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(niceTicks(-1, 1, 4), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(niceTicks(0.03, 0.31, 3), [0.1, 0.2, 0.3]);
  assert.deepEqual(niceTicks(5, 5, 4), [5]);
  assert.deepEqual(niceTicks(NaN, NaN, 4), []);
});

test("a logarithmic axis has powers of ten, fewer where there is no room", () => {
  assertNear(axisTicks(1, 1000, 4, true), [1, 10, 100, 1000]);
  assertNear(axisTicks(1, 1000, 2, true), [1, 100]);
  assert.deepEqual(axisTicks(2, 8, 3, true), [2, 4, 6, 8]); // less than a decade
});

test("levels lie strictly within", () => {
  assert.deepEqual(isoLevels(0, 10, 5), [2, 4, 6, 8]);
  assertNear(isoLevels(0.5, 600, 4, "log"), [1, 10, 100]);
  assertNear(isoLevels(1, 100, 9, "log"), [2, 5, 10, 20, 50]);
});

test("tick texts differ from each other", () => {
  assert.deepEqual(tickTexts([-0.5, 0, 0.5]), ["−0.5", "0", "0.5"]);
  assert.deepEqual(tickTexts([1000.1, 1000.2]), ["1000.1", "1000.2"]); // both would be 1,000
});

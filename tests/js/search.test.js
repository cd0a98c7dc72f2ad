// Places in lists, and arrangements of tiles.

import assert from "node:assert/strict";
import { test } from "node:test";

import { largestTiles, lastAtOrBefore, nearest } from "../../assets/stage/search.js";

test("the nearest value, the first of two that are equally near", () => {
  assert.equal(nearest([0, 10, 20], 14), 1);
  assert.equal(nearest([0, 10, 20], 15), 1);
  assert.equal(nearest([30, 20, 10], -5), 2);
});

test("the last value that is not beyond, and the first one where all are", () => {
  const xs = [0, 1, 1, 4];
  assert.deepEqual([-1, 0, 0.9, 1, 3, 99].map((x) => lastAtOrBefore(xs, x)), [0, 0, 0, 2, 2, 3]);
  assert.equal(lastAtOrBefore([0, 0.1, 0.2], 0.3 - 0.1), 2); // rounding does not matter
});

test("six tiles in a room of 30 by 20 are largest in two rows", () => {
  const size = (columns, rows) => Math.min(30 / columns, 20 / rows);
  assert.deepEqual(largestTiles(6, size), { columns: 3, rows: 2, size: 10 });
  assert.deepEqual(largestTiles(6, size, 2), { columns: 2, rows: 3, size: 20 / 3 });
});

test("no room, no tiles, and no such number of columns give nothing", () => {
  assert.equal(largestTiles(3, () => -1), null);
  assert.equal(largestTiles(0, () => 1), null);
  assert.equal(largestTiles(3, () => 1, 5), null);
});

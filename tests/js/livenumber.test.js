// The room that a number in words is given.

import assert from "node:assert/strict";
import { test } from "node:test";

import { roomFor } from "../../assets/stage/livenumber.js";

test("a number has room for its longest text", () => {
  assert.equal(roomFor([1, 0.5, 0.0434]), "0.0434".length);
  assert.equal(roomFor([3, -2]), "−2".length);
  assert.equal(roomFor([0.123456], 5), "0.12346".length);
  assert.equal(roomFor([]), 0);
});

test("in a long list, the lowest and the highest count wherever they are", () => {
  const values = Array.from({ length: 10_001 }, () => 1);
  values[777] = 12_345;
  assert.equal(roomFor(values), "12,345".length);
  values[778] = -0.000123;
  assert.equal(roomFor(values), "−0.000123".length);
});

// Numbers as a table says them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { wordsFor } from "../../assets/stage/table.js";

test("a number stands for a word, has decimals, or digits", () => {
  assert.equal(wordsFor(1, { words: ["cat", "dog"] }), "dog");
  assert.equal(wordsFor(2.5, { decimals: 3 }), "2.500");
  assert.equal(wordsFor(0.123456, { digits: 2 }), "0.12");
  assert.equal(wordsFor(0.123456, {}), "0.1235");
});

test("what is rounded to zero has no sign", () => {
  assert.equal(wordsFor(-0.0004, { decimals: 2 }), "0.00");
  assert.equal(wordsFor(-0.04, { decimals: 2 }), "−0.04");
});

test("what is not finite says so", () => {
  assert.equal(wordsFor(NaN, { decimals: 2 }), "NaN");
  assert.equal(wordsFor(-Infinity, { decimals: 2 }), "−∞");
});

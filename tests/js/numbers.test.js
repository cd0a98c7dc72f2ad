// Numbers as text.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clamp, formatNumber } from "../../assets/shared/numbers.js";

test("a number has as many significant digits as asked for, and no zeros behind them", () => {
  assert.equal(formatNumber(0.0434), "0.0434");
  assert.equal(formatNumber(0.04338), "0.0434");
  assert.equal(formatNumber(0.5), "0.5");
  assert.equal(formatNumber(12.96, 2), "13");
  assert.equal(formatNumber(Math.PI, 7), "3.141593");
  assert.equal(formatNumber(1e-4), "0.0001");
});

test("thousands are whole and parted by commas", () => {
  assert.equal(formatNumber(1000), "1,000");
  assert.equal(formatNumber(1234.4), "1,234");
  assert.equal(formatNumber(999999), "999,999");
});

test("what is very large or very small has an exponent, and two digits fewer behind the point", () => {
  assert.equal(formatNumber(1e6), "1.0e6");
  assert.equal(formatNumber(2.64e-8), "2.6e−8");
  assert.equal(formatNumber(0.0000999, 4), "9.99e−5");
  assert.equal(formatNumber(4e7, 1), "4e7");
});

test("a minus is a minus, not a hyphen", () => {
  assert.equal(formatNumber(-0.25), "−0.25");
  assert.equal(formatNumber(-1234), "−1,234");
});

test("what is no finite number says so", () => {
  assert.equal(formatNumber(NaN), "NaN");
  assert.equal(formatNumber(Infinity), "∞");
  assert.equal(formatNumber(-Infinity), "−∞");
  assert.equal(formatNumber(-0), "0");
});

test("a value is kept within bounds", () => {
  assert.deepEqual([-1, 0, 0.5, 1, 7].map((value) => clamp(value, 0, 1)), [0, 0, 0.5, 1, 1]);
});

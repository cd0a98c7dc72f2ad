// Points as SVG paths.

import assert from "node:assert/strict";
import { test } from "node:test";

import { dotsPath, SYMBOLS, linePath, symbolPath } from "../../assets/stage/svgpath.js";

const plot = { x: (v) => 10 * v, y: (v) => 100 - v, box: { left: 0, right: 100 } };

test("a line goes through its points, and breaks where one is missing", () => {
  assert.equal(linePath([0, 1, 2], [10, 20, 30], plot), "M0.00 90.00L10.00 80.00L20.00 70.00");
  assert.equal(linePath([0, 1, 2, 3], [10, NaN, 30, 40], plot), "M0.00 90.00M20.00 70.00L30.00 60.00");
});

test("a step keeps a value until the next one", () => {
  assert.equal(linePath([0, 1], [10, 20], plot, true), "M0.00 90.00L10.00 90.00L10.00 80.00");
});

test("what is far out of sight is held where it can be drawn", () => {
  assert.equal(linePath([0, 1], [0, -1e9], plot), "M0.00 100.00L10.00 100000.00");
});

test("a long line keeps the lowest and the highest of each column of pixels", () => {
  const xs = Array.from({ length: 1001 }, (_, i) => i / 1000); // 1001 points on 11 columns
  const ys = xs.map((_, i) => (i === 500 ? 80 : i === 501 ? -30 : 50));
  const path = linePath(xs, ys, plot);
  assert.ok(path.length < 300);
  assert.ok(path.includes("L5.00 20.00L5.00 130.00"));
});

test("marks stand at the finite points, and those of another shape are larger", () => {
  assert.equal(symbolPath([1, 2], [10, NaN], plot, 1), "M5.3 85.3h9.4v9.4h-9.4z");
  assert.equal(symbolPath([1], [10], plot, 0), SYMBOLS[0].at(10, 90, 3));
});

test("dots are discs around the finite places", () => {
  const plot = { x: (v) => v, y: (v) => v, box: { left: 0, right: 10 } };
  assert.equal(dotsPath([5], [6], plot, 2), "M3.00 6.00a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z");
  assert.equal(dotsPath([5, 1], [NaN, NaN], plot, 2), "");
  assert.equal(dotsPath([1, 2, 3], [1, NaN, 3], plot, 1).match(/M/g)?.length, 2);
});

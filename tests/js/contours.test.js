// Lines of equal height on grids that are small enough to draw by hand.

import assert from "node:assert/strict";
import { test } from "node:test";

import { marchingSquares, stepLines } from "../../assets/stage/contours.js";

/** A grid from its rows. */
const grid = (...rows) => ({ nx: rows[0].length, ny: rows.length, t: rows.flat() });

/** The lines, each from its smaller end on, in order: which way a line runs does not matter. */
function sorted(lines) {
  const forward = (line) => (String(line[0]) > String(line[line.length - 1]) ? [...line].reverse() : line);
  return lines.map(forward).sort();
}

test("a slope is crossed by one upright line", () => {
  const lines = marchingSquares(grid([0, 1, 2], [0, 1, 2], [0, 1, 2]), 0.25);
  assert.deepEqual(sorted(lines), [[[0.25, 0], [0.25, 1], [0.25, 2]]]);
});

test("a peak has a ring around it", () => {
  const lines = marchingSquares(grid([0, 0, 0], [0, 1, 0], [0, 0, 0]), 0.5);
  assert.equal(lines.length, 1);
  const [ring] = lines;
  assert.deepEqual(ring[0], ring.at(-1));
  assert.deepEqual(new Set(ring.map(String)), new Set(["1,0.5", "1.5,1", "1,1.5", "0.5,1"]));
});

test("at a saddle the mean height tells which corners belong together", () => {
  const saddle = grid([1, 0], [0, 1]); // its mean is 0.5
  assert.deepEqual(sorted(marchingSquares(saddle, 0.4)), [[[0, 0.6], [0.4, 1]], [[0.6, 0], [1, 0.4]]]);
  assert.deepEqual(sorted(marchingSquares(saddle, 0.6)), [[[0, 0.4], [0.4, 0]], [[0.6, 1], [1, 0.6]]]);
});

test("cells with a hole have no line", () => {
  assert.deepEqual(marchingSquares(grid([0, 1], [0, NaN]), 0.5), []);
  assert.deepEqual(sorted(marchingSquares(grid([0, 1], [0, 1], [0, NaN]), 0.5)), [[[0.5, 0], [0.5, 1]]]);
});

test("a level that nothing crosses has no line", () => {
  assert.deepEqual(marchingSquares(grid([0, 1], [1, 0]), 2), []);
});

test("between flat cells the line runs along their edges", () => {
  assert.deepEqual(stepLines(grid([0, 1], [0, 0]), 0.5), [[[1, 0], [1, 1]], [[1, 1], [2, 1]]]);
});

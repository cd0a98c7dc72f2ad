// Paths cut to a box and laid out on a screen of 100 pixels.

import assert from "node:assert/strict";
import { test } from "node:test";

import { clipSegment, currentPoint, dashTrace, reached, tracePath } from "../../assets/stage/trace.js";
import { assertNear } from "./near.js";

const SQUARE = [[0, 1], [0, 1]];
const CUBE = [...SQUARE, [0, 1]];
const flat = ([u, v]) => [100 * u, 100 * v];
const seen = () => false;

test("a segment is cut to the part inside", () => {
  assertNear(clipSegment([-1, 0.5], [2, 0.5], SQUARE), [1 / 3, 2 / 3]);
  assert.deepEqual(clipSegment([0.2, 0.2], [0.8, 0.9], SQUARE), [0, 1]);
  assert.equal(clipSegment([-1, 2], [2, 2], SQUARE), null);
  assert.equal(clipSegment([-1, 0], [0, 3], SQUARE), null);
  assert.equal(clipSegment([0, 0], [NaN, 1], SQUARE), null);
});

test("a path has a vertex a step, and counts those that each frame has reached", () => {
  const points = new Float64Array([0, 0, 0, 1, 0, 0, 1, 0.5, 0]);
  const trace = tracePath(points, SQUARE, 0.5, flat, seen);
  assert.deepEqual(trace.x, [0, 50, 100, 100]);
  assert.deepEqual(trace.y, [0, 0, 0, 50]);
  assert.deepEqual(trace.join, [0, 1, 1, 1]);
  assert.deepEqual([...trace.end], [0, 3, 4]);
  assert.deepEqual([0, 1, 9].map((frame) => reached(trace, frame)), [0, 3, 4]);
});

test("where a path leaves the box and comes back, a new stroke begins", () => {
  const points = new Float64Array([0.5, 0.5, 0, 1.5, 0.5, 0, 0.5, 0.5, 0]);
  const trace = tracePath(points, SQUARE, 1, flat, seen);
  assert.deepEqual(trace.join, [0, 1, 0, 1]);
  assert.deepEqual(trace.x, [50, 100, 100, 50]);
});

test("pieces behind the surface are told apart", () => {
  const points = new Float64Array([0, 0, 0, 1, 0, 0]);
  const trace = tracePath(points, CUBE, 0.5, flat, ([u]) => u > 0.5);
  assert.deepEqual(trace.hidden, [0, 0, 1]);
});

test("the current point is the last finite one, held inside the box", () => {
  const points = new Float64Array([0.1, 0.2, 0.3, 2, 0.5, 0.5, NaN, 0, 0]);
  assert.deepEqual(currentPoint(points, 0, CUBE), { point: [0.1, 0.2, 0.3], outside: false });
  assert.deepEqual(currentPoint(points, 1, CUBE), { point: [1, 0.5, 0.5], outside: true });
  assert.deepEqual(currentPoint(points, 7, CUBE), { point: [1, 0.5, 0.5], outside: true });
  assert.equal(currentPoint(new Float64Array([NaN, 0, 0]), 0, CUBE), null);
});

test("dashes are strokes of their own, and go on around corners", () => {
  const trace = { x: [0, 10, 10], y: [0, 0, 10], join: [0, 1, 1], hidden: [0, 0, 0], end: Uint32Array.of(0, 2, 3) };
  const dashed = dashTrace(trace, [6, 2]);
  assert.deepEqual(dashed.x, [0, 6, 8, 10, 10, 10, 10]);
  assert.deepEqual(dashed.y, [0, 0, 0, 0, 4, 6, 10]);
  assert.deepEqual(dashed.join, [0, 1, 0, 1, 1, 0, 1]);
  assert.deepEqual(dashed.hidden, [0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual([...dashed.end], [0, 4, 7]);
  assert.equal(dashTrace(trace, []), trace);
});

test("where a path goes behind the surface, and where it begins again, its dashes begin again", () => {
  const trace = { x: [0, 4, 8, 20, 24], y: [0, 0, 0, 0, 0], join: [0, 1, 1, 0, 1], hidden: [0, 0, 1, 0, 0], end: [5] };
  const dashed = dashTrace(trace, [3, 9]);
  assert.deepEqual(dashed.x, [0, 3, 4, 7, 20, 23]);
  assert.deepEqual(dashed.join, [0, 1, 0, 1, 0, 1]);
  assert.deepEqual(dashed.hidden, [0, 0, 1, 1, 0, 0]);
});

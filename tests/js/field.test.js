// A loss surface on its unit cube.

import assert from "node:assert/strict";
import { test } from "node:test";

import { heightAt, heightScale, lossField, nearestPoint, refineGrid, unitPoints } from "../../assets/stage/field.js";
import { assertNear } from "./near.js";

const array = (values, shape = [values.length]) => ({ data: new Float32Array(values), shape });
const labels = { xLabel: "x", yLabel: "y", zLabel: "loss" };
const arrays = {
  x: array([0, 1, 2]), y: array([10, 20]), z: array([0, 2, 4, 1, 3, 5], [2, 3]),
  path: array([0, 10, 0, 2, 20, 5], [2, 3]),
};
const spec = { kind: "contour", x: "x", y: "y", z: "z", ...labels };

test("a plane stays a plane when it is refined, with its own numbers where they were", () => {
  const { nx, ny, t } = refineGrid([0, 1, 2, 10, 11, 12], 3, 2);
  assert.deepEqual([nx, ny], [13, 7]); // six steps an entry
  assertNear([t[0], t[3], t[6], t[12], t[6 * 13], t[3 * 13 + 6]], [0, 0.5, 1, 2, 10, 6], 1e-6);
});

test("a fine grid is left as it is, and holes stay holes", () => {
  const values = Float32Array.from({ length: 97 * 2 }, (_, i) => (i === 5 ? NaN : i));
  const refined = refineGrid(values, 97, 2);
  assert.deepEqual(refined.t, values);
});

test("a logarithm takes zero and below for the smallest positive value", () => {
  const { apply, invert } = heightScale([0.01, -3, 0, 100], true);
  assertNear([0.01, 100, 0, -3].map(apply), [-2, 2, -2, -2]);
  assert.ok(Number.isNaN(apply(Infinity)));
  assertNear([invert(2)], [100]);
});

test("data are placed on the unit square, heights between the lowest and the highest", () => {
  const field = lossField(spec, arrays);
  assert.deepEqual(field.range, [0, 5]);
  assert.deepEqual(field.extent, [0, 2, 10, 20]);
  assert.deepEqual(field.toUnit(1, 15), [0.5, 0.5]);
  assertNear([field.toHeight(2.5)], [0.5]);
  assertNear([heightAt(field, 0.5, 0.5), heightAt(field, 0, 0), heightAt(field, 1, 1)], [0.5, 0, 1], 1e-6);
  assert.ok(Number.isNaN(heightAt(field, 1.01, 0.5)));
  assert.deepEqual(nearestPoint(field, 0.6, 0.9), [1, 1]);
  assert.equal(nearestPoint(field, -0.1, 0), null);
});

test("levels have their heights", () => {
  const { levels } = lossField({ ...spec, levels: 5 }, arrays);
  assert.deepEqual(levels.map(({ value }) => value), [1, 2, 3, 4]);
  assertNear(levels.map(({ t }) => t), [0.2, 0.4, 0.6, 0.8]);
});

test("flat cells reach half a cell beyond their points", () => {
  const field = lossField({ ...spec, terraces: true }, arrays);
  assert.deepEqual(field.extent, [-0.5, 2.5, 5, 25]);
  assertNear([heightAt(field, 0.1, 0.1), heightAt(field, 0.34, 0.1), heightAt(field, 0.99, 0.99)], [0, 0.4, 1], 1e-6);
});

test("a path over the surface widens what is shown, by half of it at most", () => {
  const high = { ...arrays, path: array([1, 15, 100, 1, 15, 6], [2, 3]) };
  const field = lossField({ ...spec, paths: [{ points: "path", color: "loss" }] }, high);
  assert.deepEqual(field.range, [0, 7.5]);
  assertNear(unitPoints(field, arrays.path.data), [0, 0, 0, 1, 1, 5 / 7.5], 1e-6);
});

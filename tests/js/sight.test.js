// What the eye sees of a surface: a floor with a wall in the middle.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HOME_ORBIT, orbitCamera, placeOf } from "../../assets/stage/camera.js";
import { lossField } from "../../assets/stage/field.js";
import { isHidden, pointUnder } from "../../assets/stage/sight.js";

const array = (values) => ({ data: new Float32Array(values), shape: [values.length] });
const places = Array.from({ length: 21 }, (_, i) => i);
const wall = places.flatMap((j) => places.map(() => (j === 10 ? 1 : 0)));
const spec = { kind: "surface", x: "x", y: "y", z: "z", xLabel: "x", yLabel: "y", zLabel: "z", terraces: true };
const field = lossField(spec, { x: array(places), y: array(places), z: array(wall) });
const front = orbitCamera({ ...HOME_ORBIT, azimuth: 0, elevation: 0.2 }, 600, 400, { side: 40, top: 20, bottom: 30 });

test("what stands before the wall shows, what stands behind it does not", () => {
  assert.equal(isHidden(field, front.eye, [0.5, 0.3, 0.1]), false);
  assert.equal(isHidden(field, front.eye, [0.5, 0.7, 0.1]), true);
});

test("what floats above the wall shows, and what lies under the floor does not", () => {
  assert.equal(isHidden(field, front.eye, [0.5, 0.7, 1.1]), false);
  assert.equal(isHidden(field, front.eye, [0.5, 0.3, -0.2]), true);
});

test("a place of the picture is a place of the surface, the nearest one of a line of sight", () => {
  assert.deepEqual(pointUnder(field, front, placeOf(front, [0.5, 0.25, 0])), [10, 5]);
  assert.deepEqual(pointUnder(field, front, placeOf(front, [0.5, 0.75, 0])), [10, 10]); // the wall hides it
});

test("beside the surface there is nothing", () => {
  assert.equal(pointUnder(field, front, [2, 2]), null);
});

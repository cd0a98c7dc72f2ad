// Numbers painted as texels, against the colours of each number one by one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { diverging } from "../../assets/stage/colormap.js";
import { paintNumbers } from "../../assets/stage/texels.js";

const THEME = { divergingStops: ["#2166ac", "#ffffff", "#b2182b"], colors: { background: "#ffffff" } };

/** The bytes of an image with these numbers. */
function painted(values, vmax, theme) {
  const texels = new Uint32Array(values.length);
  paintNumbers(texels, Float32Array.from(values), vmax, theme);
  return Array.from({ length: values.length }, (_, i) => [...new Uint8Array(texels.buffer, 4 * i, 4)]);
}

test("greys go from black at 0 to white at the largest, and no further", () => {
  const grey = (level) => [level, level, level, 255];
  assert.deepEqual(painted([0, 51, 255, 300, -4, NaN], 255, null), [0, 51, 255, 255, 0, 0].map(grey));
  assert.deepEqual(painted([0.5], 1, null), [grey(128)]);
});

test("signed numbers have the colours of the theme's diverging map", () => {
  const values = [-2, -1, -0.25, 0, 0.75, 1, NaN];
  const expected = values.map((value) => [...Uint8ClampedArray.from(diverging(value, THEME)), 255]);
  assert.deepEqual(painted(values, 1, THEME), expected);
  assert.deepEqual(painted([4], 4, THEME), painted([1], 1, THEME));
});

test("another theme has other colours", () => {
  const other = { ...THEME, divergingStops: ["#000000", "#ffffff", "#00ff00"] };
  assert.deepEqual(painted([1, -1], 1, other), [[0, 255, 0, 255], [0, 0, 0, 255]]);
});

// Colours and maps of colours.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  colormap, colormapTexels, cssColour, diverging, isoLineColour, lightness, oklabOfRgb, rgbOfHex, rgbOfOklab,
} from "../../assets/stage/colormap.js";
import { assertNear } from "./near.js";

test("hex digits are bytes", () => {
  assert.deepEqual(rgbOfHex("#102030"), [16, 32, 48]);
  assert.deepEqual(rgbOfHex("#f0a"), [255, 0, 170]);
  assert.equal(cssColour("#102030", 0.5), "rgba(16, 32, 48, 0.5)");
  assert.equal(cssColour([15.6, 32.2, 48]), "rgba(16, 32, 48, 1)");
});

test("Oklab has white at 1 and black at 0, and red where Ottosson's article has it", () => {
  assertNear(oklabOfRgb([255, 255, 255]), [1, 0, 0], 1e-4);
  assertNear(oklabOfRgb([0, 0, 0]), [0, 0, 0]);
  assertNear(oklabOfRgb([255, 0, 0]), [0.628, 0.2249, 0.1258], 1e-3);
});

test("Oklab goes back", () => {
  for (const rgb of [[10, 200, 90], [255, 128, 0], [3, 3, 3]]) assertNear(rgbOfOklab(oklabOfRgb(rgb)), rgb, 0.01);
});

test("a map has its stops at equal distances, and ends where they end", () => {
  const map = colormap(["#000000", "#ff0000", "#ffffff"]);
  assertNear(map(0), [0, 0, 0], 0.01);
  assertNear(map(0.5), [255, 0, 0], 0.01);
  assertNear(map(1), [255, 255, 255], 0.01);
  assert.deepEqual(map(7), map(1));
  assert.deepEqual(map(NaN), map(0));
});

test("half way between two greys is a grey that looks half as light", () => {
  const [r, g, b] = colormap(["#000000", "#ffffff"])(0.5); // L = 0.5 is linear light 0.125, which is 99 of 255
  assertNear([r, g, b], [99, 99, 99], 0.5);
});

test("texels are bytes, none of them transparent", () => {
  const texels = colormapTexels(colormap(["#000000", "#ffffff"]), 3);
  assert.deepEqual([...texels], [0, 0, 0, 255, 99, 99, 99, 255, 255, 255, 255, 255]);
});

test("signed numbers have the middle colour at zero, the background where the middle is missing", () => {
  const odd = { divergingStops: ["#0000ff", "#888888", "#ff0000"], colors: { background: "#ffffff" } };
  assertNear(diverging(0, odd), [136, 136, 136], 0.01);
  assertNear(diverging(-1, odd), [0, 0, 255], 0.01);
  assertNear(diverging(9, odd), [255, 0, 0], 0.01);
  const even = { divergingStops: ["#0000ff", "#ff0000"], colors: { background: "#ffffff" } };
  assertNear(diverging(0, even), [255, 255, 255], 0.01);
});

test("an iso-line is darker on a light colour and lighter on a dark one", () => {
  assertNear(isoLineColour([200, 200, 200]), [96, 96, 96], 1e-6);
  assertNear(isoLineColour([15, 15, 15]), [135, 135, 135], 1e-6);
  assertNear([lightness([255, 255, 255])], [255], 1e-9);
});

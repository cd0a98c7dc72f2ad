// How light a colour is, and how lanes are told apart.

import assert from "node:assert/strict";
import { test } from "node:test";

import { laneOf, luminance } from "../../assets/stage/theme.js";
import { assertNear } from "./near.js";

test("white is light and black is not; green is lighter than blue", () => {
  assertNear(["#ffffff", "#000000", "#00ff00", "#0000ff"].map(luminance), [1, 0, 0.7152, 0.0722]);
});

test("a lane alone is solid, others are dashed and dotted", () => {
  assert.deepEqual([undefined, "A", "B", "C"].map((lane) => laneOf(lane).border), ["solid", "solid", "dashed", "dotted"]);
  assert.equal(laneOf(null).dash, null);
});

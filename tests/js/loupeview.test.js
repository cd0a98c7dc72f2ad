// The loupe's view: a picture of 200 by 100 pixels in a room of 400 by 400.

import assert from "node:assert/strict";
import { test } from "node:test";

import { LoupeView } from "../../assets/stage/loupeview.js";
import { assertNear } from "./near.js";

function opened(panes = 1) {
  const view = new LoupeView();
  Object.assign(view, { size: [200, 100], room: [400, 400], panes, centre: [100, 50] });
  return view;
}

test("at first all of the picture shows, in the middle", () => {
  const view = opened();
  assert.equal(view.scale, 2);
  assert.equal(view.enlarged, false);
  assert.deepEqual(view.place(), [0, 100]);
  assert.deepEqual(view.edges(), [0, 400]);
  assert.equal(view.cut(0.25), 100);
});

test("two panes share the room, and a place in either is one of the picture", () => {
  const view = opened(2);
  assert.deepEqual([view.pane, view.second], [197, 203]);
  assertNear(view.under([197 / 2, 200]), [100, 50]);
  assertNear(view.under([203 + 197 / 2, 200]), [100, 50]);
});

test("a place that is zoomed around stays where it is", () => {
  const view = opened();
  const place = view.under([120, 220]);
  view.zoomBy(3, place);
  assert.equal(view.scale, 6);
  assertNear(view.under([120, 220]), place);
});

test("zoom goes from all of it to forty screen pixels a pixel", () => {
  const view = opened();
  view.zoomBy(1000, [100, 50]);
  assert.equal(view.scale, 40);
  view.zoomBy(1e-6, [100, 50]);
  assert.equal(view.scale, 2);
});

test("the picture leaves no room that it could fill", () => {
  const view = opened();
  view.zoomBy(5, [0, 0]); // 2000 by 1000 screen pixels
  view.centre = [-50, 500];
  assert.deepEqual(view.place(), [0, 400 - 1000]);
});

test("pixels are inside the picture", () => {
  const view = opened();
  assert.deepEqual(view.pixel([199.9, 0]), [199, 0]);
  assert.equal(view.pixel([200, 0]), null);
  assert.equal(view.pixel([5, -0.1]), null);
});

test("walking ends at the edge, and the view follows", () => {
  const view = opened();
  assert.deepEqual(view.walk([195, 50], [10, 0]), [199, 50]);
  view.zoomBy(20, [100, 50]); // 10 by 10 pixels show
  view.centre = [100, 50];
  view.walk([104, 50], [10, 0]);
  assert.deepEqual(view.centre, [114.5 - 4, 50]);
});

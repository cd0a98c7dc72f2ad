// What all kinds of panels share, and that there is one for each kind that Python declares.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { KINDS } from "../../assets/stage/kinds.js";
import { Panel } from "../../assets/stage/panel.js";

/** Notes what is asked of it. */
class Noting extends Panel {
  said = [];

  build() {
    this.said.push("build");
  }

  draw(frame, before) {
    this.said.push([frame, before]);
  }
}

const arrays = {
  still: { data: new Float32Array([5, 6]), shape: [2] },
  moving: { data: new Float32Array([1, 2, 3, 4]), shape: [2, 2] },
  rows: { data: new Int32Array([1, 1, 0]), shape: [3] },
};

test("nothing is drawn before there are data", () => {
  const panel = new Noting(null, {});
  panel.resize();
  panel.theme();
  panel.redraw();
  assert.deepEqual(panel.said, []);
});

test("new data are laid out, and time starts anew", () => {
  const panel = new Noting(null, {});
  panel.update({}, arrays);
  panel.show(2);
  panel.show(1);
  panel.update({}, arrays);
  panel.show(1);
  assert.deepEqual(panel.said, ["build", [2, 0], [1, 2], "build", [1, 0]]);
});

test("another size or theme lays it out and shows the same frame", () => {
  const panel = new Noting(null, {});
  panel.update({}, arrays);
  panel.show(2);
  panel.said = [];
  panel.resize();
  panel.theme();
  assert.deepEqual(panel.said, ["build", [2, 2], "build", [2, 2]]);
});

test("numbers are those of the frame's row", () => {
  const panel = new Noting(null, { colors: { loss: "#ff0000" } });
  panel.update({ rows: "rows" }, arrays);
  panel.show(2);
  assert.deepEqual([...panel.numbers("moving")], [1, 2]);
  assert.deepEqual([...panel.numbers("moving", 1)], [3, 4]);
  assert.deepEqual([...panel.movingOrStill("still")], [5, 6]);
  assert.deepEqual([...panel.movingOrStill("moving")], [1, 2]);
  assert.equal(panel.color("loss"), "#ff0000");
  assert.equal(panel.color(), undefined);
});

test("there is a panel for each kind that Python declares", () => {
  const declared = readFileSync(new URL("../../assets/stage/panels.d.ts", import.meta.url), "utf-8");
  const kinds = [...declared.matchAll(/^ {2}kind: "(\w+)";$/gm)].map(([, kind]) => kind);
  assert.deepEqual(Object.keys(KINDS), kinds.sort());
  for (const kind of Object.values(KINDS)) assert.ok(kind.prototype instanceof Panel);
});

// A component is shown until its last call is taken back, in whatever order Streamlit does that.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Mounts } from "../../assets/shared/mounts.js";

/** What is shown, and what was done with it. */
const fixture = () => {
  const mount = { name: "mount" };
  const parent = /** @type {any} */ ({ querySelector: () => mount });
  const done = /** @type {string[]} */ ([]);
  const mounts = new Mounts();
  const show = (name = "") => mounts.show(
    parent,
    (place) => { done.push(`make in ${/** @type {any} */ (place).name}`); return { destroy: () => done.push("destroy") }; },
    () => done.push(`change ${name}`),
  );
  return { done, show };
};

test("a first call that is taken back after the second leaves what the second shows", () => {
  const { done, show } = fixture();
  const first = show("1");
  const second = show("2");
  first();
  assert.deepEqual(done, ["make in mount", "change 1", "change 2"]);
  second();
  assert.deepEqual(done.slice(3), ["destroy"]);
});

test("taken back before it is shown again, it is made anew", () => {
  const { done, show } = fixture();
  show("1")();
  const second = show("2");
  assert.deepEqual(done, ["make in mount", "change 1", "destroy", "make in mount", "change 2"]);
  second();
  assert.deepEqual(done.slice(5), ["destroy"]);
});

// The gallery's marks, and a page as Python packs it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Filters } from "../../assets/gallery/filters.js";
import { DELETE, KEEP, NONE, altOf, markWords, marksOf, shortProbability } from "../../assets/gallery/page.js";

const BREEDS = ["beagle", "pug", "boxer"];
const item = { name: "pug_1.jpg", label: 0, said: 2, truth: 1 };

test("a log is replayed step by step", () => {
  assert.deepEqual([...marksOf([[3, KEEP], [4, 1], [3, DELETE]])], [[3, DELETE], [4, 1]]);
  assert.deepEqual([...marksOf([[3, KEEP, 4, 1], [3, NONE, 4, NONE]])], []);
});

test("a mark is told in words, with the truth where the label is wrong", () => {
  assert.deepEqual(markWords(item, undefined, BREEDS), []);
  assert.deepEqual(markWords(item, KEEP, BREEDS), ["✓ keep", "truly pug"]);
  assert.deepEqual(markWords({ ...item, truth: 0 }, DELETE, BREEDS), ["✕ delete"]);
  assert.deepEqual(markWords({ ...item, truth: 0 }, 2, BREEDS), ["→ boxer"]);
  assert.equal(altOf(item, BREEDS), "pug_1.jpg, labelled beagle, taken for boxer");
});

test("probabilities have two digits, or as many as they need", () => {
  assert.deepEqual([1, 0.5, 0.0995, 0.0994, 0.001, 0.0009, 3e-7].map(shortProbability),
    ["1.00", "0.50", "0.10", "0.099", "0.001", "9e-4", "3e-7"]);
});

test("a choice of a filter is a change of the view", () => {
  const filters = Object.assign(Object.create(Filters.prototype), { pairs: [[0, 1, 7], [2, 0, 3]] });
  assert.deepEqual(filters.changeOf("actual", "2"), { actual: 2 });
  assert.deepEqual(filters.changeOf("show", "marked"), { show: "marked" });
  assert.deepEqual(filters.changeOf("cell", "1"), { actual: 2, predicted: 0 });
  assert.deepEqual(filters.changeOf("cell", "-1"), { actual: -1, predicted: -1 });
});

// Unpacking what Python packs, from a buffer that is written here byte by byte.

import assert from "node:assert/strict";
import { test } from "node:test";

import { filesOf, rowData, rowOf, unpack } from "../../assets/shared/packed.js";

const START = 256; // where the arrays begin

/** A packed scene of three arrays, `shift` bytes into a larger buffer. */
function packed(shift = 0) {
  const arrays = {
    loss: { type: "float32", shape: [3, 2], offset: START },
    step: { type: "int32", shape: [2], offset: START + 24 },
    bytes: { type: "uint8", shape: [5], offset: START + 32 },
  };
  const bytes = new Uint8Array(shift + START + 40).fill(255, 0, shift);
  const view = new DataView(bytes.buffer, shift);
  view.setUint32(0, START - 4, true);
  const text = JSON.stringify({ key: "é", frames: 3, arrays });
  bytes.set(new TextEncoder().encode(text.padEnd(START - 5)), shift + 4);
  [0.5, -1, 2, 1.5, NaN, 8].forEach((value, i) => view.setFloat32(START + 4 * i, value, true));
  [7, -7].forEach((value, i) => view.setInt32(START + 24 + 4 * i, value, true));
  [1, 2, 3, 4, 255].forEach((value, i) => view.setUint8(START + 32 + i, value));
  return bytes.subarray(shift);
}

test("header and arrays come out as they went in", () => {
  const { header, arrays } = unpack(packed());
  assert.equal(header.key, "é");
  assert.equal(header.frames, 3);
  assert.deepEqual(arrays.loss, { data: new Float32Array([0.5, -1, 2, 1.5, NaN, 8]), shape: [3, 2] });
  assert.deepEqual(arrays.step, { data: new Int32Array([7, -7]), shape: [2] });
  assert.deepEqual(arrays.bytes, { data: new Uint8Array([1, 2, 3, 4, 255]), shape: [5] });
});

test("it does not matter where in a buffer the bytes lie", () => {
  assert.deepEqual(unpack(packed(3)), unpack(packed()));
});

test("a row is one of the first axis; beyond the last one it stays", () => {
  const { loss } = unpack(packed()).arrays;
  assert.deepEqual([...rowData(loss, 1)], [2, 1.5]);
  assert.deepEqual([...rowData(loss, 2)], [NaN, 8]);
  assert.deepEqual([...rowData(loss, 9)], [NaN, 8]);
});

test("a frame shows its own row, or the one that `rows` tells", () => {
  const { arrays } = unpack(packed());
  assert.equal(rowOf({}, arrays, 1), 1);
  assert.equal(rowOf({ rows: "step" }, arrays, 0), 7);
});

test("files lie one behind the other", () => {
  const bytes = { data: new Uint8Array([10, 11, 12, 20, 30, 31]), shape: [6] };
  const ends = { data: new Int32Array([3, 4, 6]), shape: [3] };
  assert.deepEqual(filesOf(bytes, ends).map((file) => [...file]), [[10, 11, 12], [20], [30, 31]]);
});

// Comparing lists of numbers that were computed in another way.

import assert from "node:assert/strict";

/**
 * All numbers of `actual` are as far as `within` from those of `expected`.
 * @param {Iterable<number>} actual
 * @param {number[]} expected
 * @param {number} [within]
 */
export function assertNear(actual, expected, within = 1e-9) {
  const values = Array.from(actual);
  assert.equal(values.length, expected.length, `${values} has another length than ${expected}`);
  values.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= within, `${value} is not ${expected[i]} (at ${i} of ${values})`);
  });
}

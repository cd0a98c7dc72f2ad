// Places in lists of numbers, and arrangements of tiles.

/**
 * Index of the value nearest to `x`.
 * @param {ArrayLike<number>} values
 * @param {number} x
 */
export function nearest(values, x) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] - x) < Math.abs(values[best] - x)) best = i;
  return best;
}

/**
 * Index of the last of the ascending `xs` that is not beyond `x`.
 * @param {ArrayLike<number>} xs
 * @param {number} x
 */
export function lastAtOrBefore(xs, x) {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (xs[middle] <= x + 1e-9) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The arrangement of `count` tiles in rows that makes them largest; null where they have no room in any.
 * @param {number} count
 * @param {(columns: number, rows: number) => number} sizeOf a tile's size in an arrangement
 * @param {number | null} [columns] where they are given
 */
export function largestTiles(count, sizeOf, columns) {
  let best = null;
  for (let across = 1; across <= count; across++) {
    if (columns && across !== columns) continue;
    const rows = Math.ceil(count / across);
    const size = sizeOf(across, rows);
    if (size > 0 && (!best || size > best.size)) best = { columns: across, rows, size };
  }
  return best;
}

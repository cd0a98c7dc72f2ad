// What core/stage/scene.py packed: a JSON header and raw arrays behind it.

/**
 * @typedef {Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>} WideNumbers
 * @typedef {WideNumbers | Uint8Array<ArrayBuffer> | Int8Array<ArrayBuffer>} Numbers
 * @typedef {{ data: Numbers, shape: number[] }} Unpacked one array: all its numbers, row by row, and its shape
 * @typedef {Record<string, Unpacked>} Arrays
 */

const ARRAY_TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, int8: Int8Array };

/**
 * @param {Uint8Array} bytes
 * @returns {{ header: any, arrays: Arrays }}
 */
export function unpack(bytes) {
  const [from, to] = [bytes.byteOffset, bytes.byteOffset + bytes.byteLength];
  const buffer = /** @type {ArrayBuffer} */ (bytes.buffer.slice(from, to));
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  /** @type {Arrays} */
  const arrays = {};
  for (const [name, { type, shape, offset }] of Object.entries(header.arrays)) {
    const size = shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    arrays[name] = { data: new ARRAY_TYPES[/** @type {keyof ARRAY_TYPES} */ (type)](buffer, offset, size), shape };
  }
  return { header, arrays };
}

/**
 * The row of its arrays that `spec` shows at a frame: the frame's own, or the one that a `rows` array names.
 * @param {{ rows?: string | null }} spec
 * @param {Arrays} arrays
 * @param {number} frame
 */
export function rowOf(spec, arrays, frame) {
  return spec.rows ? arrays[spec.rows].data[frame] : frame;
}

/**
 * One row of an array, whatever its shape behind the first axis; where there are no more rows, the last one.
 * @param {Unpacked} array
 * @param {number} row
 */
export function rowData(array, row) {
  const size = array.data.length / array.shape[0];
  const at = Math.min(row, array.shape[0] - 1);
  return array.data.subarray(at * size, (at + 1) * size);
}

/**
 * The files of an array that holds them one behind the other; `ends` tells where each ends.
 * @param {Unpacked} array
 * @param {Unpacked} ends
 */
export function filesOf(array, ends) {
  return Array.from(ends.data, (end, i) => array.data.subarray(i ? ends.data[i - 1] : 0, end));
}

// Numbers as the texels of an image, each a 32-bit number: many of them are painted at every frame.

import { clamp } from "../shared/numbers.js";
import { GREYS, divergingColours } from "./colormap.js";

/**
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {import("./colormap.js").Rgb} Rgb
 */

/** @type {WeakMap<Rgb[], Uint32Array>} */
const known = new WeakMap();

/**
 * Opaque texels of these colours.
 * @param {Rgb[]} colours
 */
export function texelsOf(colours) {
  const found = known.get(colours);
  if (found) return found;
  const bytes = new Uint8ClampedArray(4 * colours.length);
  colours.forEach((rgb, i) => bytes.set([...rgb, 255], 4 * i));
  const texels = new Uint32Array(bytes.buffer);
  known.set(colours, texels);
  return texels;
}

/**
 * Paint numbers into an image: in grey from 0 to vmax, or with a theme as signed ones from -vmax to vmax; what is not
 * a number counts as 0.
 * @param {Uint32Array} texels of the image, at least as many as there are numbers
 * @param {Numbers} values
 * @param {number} vmax
 * @param {Parameters<typeof divergingColours>[0] | null} theme
 */
export function paintNumbers(texels, values, vmax, theme) {
  const table = texelsOf(theme ? divergingColours(theme) : GREYS);
  const zero = theme ? (table.length - 1) / 2 : 0;
  const reach = table.length - 1 - zero;
  for (let i = 0; i < values.length; i++) {
    texels[i] = table[Math.round(zero + reach * clamp(values[i] / vmax || 0, theme ? -1 : 0, 1))];
  }
}

// Colours: perceptual maps through stops, signed numbers on a diverging one, lines that show on a map.

import { clamp } from "../shared/numbers.js";

/**
 * @typedef {number[]} Rgb red, green and blue, each in 0..255
 * @typedef {(t: number) => Rgb} ColourMap
 */

/** The grey of each byte. */
export const GREYS = Array.from({ length: 256 }, (_, level) => [level, level, level]);

/**
 * "#rrggbb" (or "#rgb") as [r, g, b].
 * @param {string} hex
 * @returns {Rgb}
 */
export function rgbOfHex(hex) {
  const digits = hex.length === 4 ? hex.slice(1).replace(/./g, "$&$&") : hex.slice(1, 7);
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

/**
 * CSS text of a colour with an opacity.
 * @param {string | Rgb} colour
 * @param {number} [alpha]
 */
export function cssColour(colour, alpha = 1) {
  const [r, g, b] = typeof colour === "string" ? rgbOfHex(colour) : colour;
  return `rgba(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)}, ${alpha})`;
}

/**
 * How light a colour is to the eye, in 0..255.
 * @param {Rgb} rgb
 */
export const lightness = ([r, g, b]) => 0.299 * r + 0.587 * g + 0.114 * b;

/** @param {number} byte */
const linearOfByte = (byte) => (byte <= 10.31475 ? byte / 3294.6 : ((byte / 255 + 0.055) / 1.055) ** 2.4);

/** @param {number} c */
const byteOfLinear = (c) => 255 * clamp(c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055, 0, 1);

/**
 * Oklab coordinates [L, a, b] of an sRGB colour (Ottosson 2020).
 * @param {Rgb} rgb
 */
export function oklabOfRgb(rgb) {
  const [r, g, b] = rgb.map(linearOfByte);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/**
 * The sRGB colour of Oklab coordinates.
 * @param {number[]} lab
 * @returns {Rgb}
 */
export function rgbOfOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(byteOfLinear);
}

/**
 * A map of t in 0..1 through equally spaced stops, interpolated in Oklab; NaN counts as 0.
 * @param {string[]} hexStops
 * @returns {ColourMap}
 */
export function colormap(hexStops) {
  const stops = hexStops.map((hex) => oklabOfRgb(rgbOfHex(hex)));
  const last = stops.length - 1;
  return (t) => {
    const at = clamp(t || 0, 0, 1) * last;
    const low = stops[Math.floor(at)];
    const high = stops[Math.min(last, Math.floor(at) + 1)];
    return rgbOfOklab(low.map((value, k) => value + (at - Math.floor(at)) * (high[k] - value)));
  };
}

/**
 * `size` RGBA texels of a map: for textures and images.
 * @param {ColourMap} map
 * @param {number} [size]
 */
export function colormapTexels(map, size = 256) {
  const texels = new Uint8Array(4 * size);
  for (let i = 0; i < size; i++) texels.set([...map(i / (size - 1)).map(Math.round), 255], 4 * i);
  return texels;
}

/** @type {WeakMap<string[], Rgb[]>} */
const divergingTables = new WeakMap();

/**
 * The theme's diverging map, from -1 to 1.
 * @param {{ divergingStops: string[], colors: Record<string, string> }} theme
 * @returns {Rgb[]}
 */
export function divergingColours({ divergingStops: stops, colors }) {
  let table = divergingTables.get(stops);
  if (!table) {
    const half = stops.length / 2;
    const zero = stops.length % 2 ? [] : [colors.background]; // two middle colours: what lies between is nothing
    const map = colormap([...stops.slice(0, Math.ceil(half)), ...zero, ...stops.slice(Math.ceil(half))]);
    table = Array.from({ length: 511 }, (_, i) => map(i / 510));
    divergingTables.set(stops, table);
  }
  return table;
}

/**
 * The colour of a signed number t in -1..1 on the theme's diverging map.
 * @param {number} t
 * @param {Parameters<typeof divergingColours>[0]} theme
 * @returns {Rgb}
 */
export const diverging = (t, theme) => divergingColours(theme)[Math.round(255 + 255 * clamp(t || 0, -1, 1))];

/**
 * Colour of an iso-line: the map's colour moved away in lightness, so that the line shows on it.
 * @param {Rgb} rgb
 */
export function isoLineColour(rgb) {
  const light = lightness(rgb) / 255;
  return rgb.map((c) => (light > 0.36 ? 0.48 * c : c + 0.5 * (255 - c)));
}

// Colours and scales shared by every panel: perceptual colour maps, nice ticks, levels of equal loss.

/** "#rrggbb" (or "#rgb") as [r, g, b] in 0..255. */
function rgbOfHex(hex) {
  const digits = hex.length === 4 ? hex.slice(1).replace(/./g, "$&$&") : hex.slice(1, 7);
  return [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

/** CSS text of an [r, g, b] or hex colour with an opacity. */
function cssColour(colour, alpha = 1) {
  const [r, g, b] = typeof colour === "string" ? rgbOfHex(colour) : colour;
  return `rgba(${Math.round(r)}, ${Math.round(g)}, ${Math.round(b)}, ${alpha})`;
}

const linearOfByte = (byte) => (byte <= 10.31475 ? byte / 3294.6 : ((byte / 255 + 0.055) / 1.055) ** 2.4);
const byteOfLinear = (c) => 255 * clamp(c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055, 0, 1);

/** Oklab coordinates [L, a, b] of an sRGB colour (Ottosson 2020). */
function oklabOfRgb(rgb) {
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

/** sRGB colour [r, g, b] in 0..255 of Oklab coordinates. */
function rgbOfOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(byteOfLinear);
}

/** A map t in 0..1 → [r, g, b] in 0..255 through equally spaced stops, interpolated in Oklab; NaN counts as 0. */
function colormap(hexStops) {
  const stops = hexStops.map((hex) => oklabOfRgb(rgbOfHex(hex)));
  const last = stops.length - 1;
  return (t) => {
    const at = clamp(t || 0, 0, 1) * last;
    const low = stops[Math.floor(at)];
    const high = stops[Math.min(last, Math.floor(at) + 1)];
    return rgbOfOklab(low.map((value, k) => value + (at - Math.floor(at)) * (high[k] - value)));
  };
}

/** `size` RGBA texels (Uint8Array) of a map made by `colormap`: for textures and images. */
function colormapTexels(map, size = 256) {
  const texels = new Uint8Array(4 * size);
  for (let i = 0; i < size; i++) texels.set([...map(i / (size - 1)).map(Math.round), 255], 4 * i);
  return texels;
}

const divergingTables = new WeakMap();

/** Colour [r, g, b] of a signed number t in -1..1 on the theme's diverging map, ctx.divergingStops. */
function diverging(t, ctx) {
  const stops = ctx.divergingStops;
  if (!divergingTables.has(stops)) {
    const half = stops.length / 2;
    const zero = stops.length % 2 ? [] : [ctx.colors.background]; // two middle colours: what lies between is nothing
    const map = colormap([...stops.slice(0, Math.ceil(half)), ...zero, ...stops.slice(Math.ceil(half))]);
    divergingTables.set(stops, Array.from({ length: 511 }, (_, i) => map(i / 510)));
  }
  return divergingTables.get(stops)[Math.round(255 + 255 * clamp(t || 0, -1, 1))];
}

/** Colour of an iso-line: the map's colour moved away in lightness, so that the line shows on it. */
function isoLineColour(rgb) {
  const light = (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / 255;
  return rgb.map((c) => (light > 0.36 ? 0.48 * c : c + 0.5 * (255 - c)));
}

/** The round numbers 1, 2 or 5 times a power of ten that cut [min, max] into about n parts; the ticks within it. */
function niceTicks(min, max, n) {
  if (!(max > min)) return Number.isFinite(min) ? [min] : [];
  const rough = (max - min) / Math.max(1, n);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.85) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** About n nice levels strictly inside (min, max), in the units of the data; on "log", min must be positive. */
function isoLevels(min, max, n, scale) {
  const inside = (level) => level > min && level < max;
  const decades = scale === "log" ? Math.log10(max / min) : 0;
  if (!(decades > 1)) return niceTicks(min, max, n).filter(inside);
  const mantissas = decades * 3 <= n * 1.4 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.round(decades / n));
  const levels = [];
  for (let power = Math.floor(Math.log10(min)); power <= Math.log10(max); power++) {
    if (power % stride === 0) levels.push(...mantissas.map((m) => m * 10 ** power));
  }
  return levels.filter(inside);
}

// Colours from the theme, and how the lanes of a comparison are told apart.

/**
 * @typedef {object} Theme
 * @property {Record<string, string>} colors of the quantities, and of text, background, panel, border and grid
 * @property {string[]} sequential stops of the map for sizes
 * @property {string[]} divergingStops stops of the map for signed numbers
 * @property {boolean} dark
 */

/** @type {Record<string, string>} */
const QUANTITIES = {
  loss: "red", metric: "blue", parameters: "green", gradient: "violet", activations: "orange", data: "gray",
};

/** @type {Record<string, { dash: string | null, border: string, sign: string }>} */
const LANES = {
  B: { dash: "6 4", border: "dashed", sign: "┅" },
  C: { dash: "2 3", border: "dotted", sign: "┈" },
};
const SOLID = { dash: null, border: "solid", sign: "━" };

/**
 * How a lane is drawn: B is dashed, C dotted; A, like a line alone, is solid.
 * @param {string | null} [name]
 */
export const laneOf = (name) => LANES[name ?? ""] ?? SOLID;

/**
 * Read the theme's colours from the CSS variables that Streamlit (or an exported page) sets.
 * @param {Element} element
 * @returns {Theme}
 */
export function themeOf(element) {
  const style = getComputedStyle(element);
  const get = (/** @type {string} */ name, /** @type {string} */ otherwise) =>
    style.getPropertyValue(name).trim() || otherwise;
  const stops = (/** @type {string} */ name, /** @type {string} */ otherwise) =>
    get(name, otherwise).split(",").map((stop) => stop.trim());
  const border = get("--st-border-color", "#d5d9e0");
  const background = get("--st-background-color", "#ffffff");
  const quantities = Object.entries(QUANTITIES).map(([quantity, name]) => [
    quantity, get(`--st-${name}-text-color`, "#888888"),
  ]);
  return {
    colors: {
      ...Object.fromEntries(quantities),
      text: get("--st-text-color", "#222222"),
      background,
      panel: get("--st-secondary-background-color", "#f3f4f6"),
      border,
      grid: border,
    },
    sequential: stops("--st-chart-sequential-colors", "#0a2342,#fbf3e0"),
    divergingStops: stops("--st-chart-diverging-colors", "#2166ac,#ffffff,#b2182b"),
    dark: luminance(background) < 0.4,
  };
}

/**
 * How light a colour "#rrggbb" is, from 0 to 1.
 * @param {string} hex
 */
export function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// The stage's common ground: unpacking frames, numbers as text, colours from the theme, small DOM helpers.
// The files of this folder are joined into one module (core/app/stage.py lists their order).

const PANELS = {}; // kind -> (host, ctx) => { update, draw, resize, theme, destroy }; each panel's file adds its own

const QUANTITIES = { loss: "red", metric: "blue", parameters: "green", gradient: "violet", activations: "orange", data: "gray" };

/** How the lanes of a comparison are told apart: B is dashed, C dotted; A, like a line alone, is solid. */
const LANES = { B: { dash: "6 4", border: "dashed", sign: "┅" }, C: { dash: "2 3", border: "dotted", sign: "┈" } };
const laneOf = (name) => LANES[name] ?? { dash: null, border: "solid", sign: "━" };

const ARRAY_TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, int8: Int8Array };

/** Read what core/stage/scene.py packed: a JSON header and raw arrays behind it. */
function unpack(bytes) {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const arrays = {};
  for (const [name, { type, shape, offset }] of Object.entries(header.arrays)) {
    const size = shape.reduce((a, b) => a * b, 1);
    arrays[name] = { data: new ARRAY_TYPES[type](buffer, offset, size), shape };
  }
  return { header, arrays };
}

/** A number in few characters, without trailing noise: 0.0434, 1,234, 2.6e-8, NaN. */
function formatNumber(value, digits = 3) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return "0";
  let text;
  if (size >= 1e6 || size < 1e-4) text = value.toExponential(Math.max(0, digits - 2)).replace("e+", "e");
  else if (size >= 1000) text = Math.round(value).toLocaleString("en-US");
  else text = String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

/** The theme's colours, read from the CSS variables that Streamlit (or an exported page) sets. */
function readColors(element, into) {
  const style = getComputedStyle(element);
  const get = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const colors = into.colors;
  for (const [quantity, name] of Object.entries(QUANTITIES)) colors[quantity] = get(`--st-${name}-text-color`, "#888888");
  colors.text = get("--st-text-color", "#222222");
  colors.background = get("--st-background-color", "#ffffff");
  colors.panel = get("--st-secondary-background-color", "#f3f4f6");
  colors.border = colors.grid = get("--st-border-color", "#d5d9e0");
  into.sequential = get("--st-chart-sequential-colors", "#0a2342,#fbf3e0").split(",").map((c) => c.trim());
  into.divergingStops = get("--st-chart-diverging-colors", "#2166ac,#ffffff,#b2182b").split(",").map((c) => c.trim());
  into.dark = luminance(colors.background) < 0.4;
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Create an HTML element with attributes and children; text goes in as text, never as markup. */
function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Where a pointer is within a node, in the node's own pixels, however much the page is enlarged. */
function pointIn(event, node) {
  const { left, top } = node.getBoundingClientRect();
  const zoom = node.currentCSSZoom ?? 1;
  return [(event.clientX - left) / zoom, (event.clientY - top) / zoom];
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/** The row of an array that a stage frame shows: its own, or the one a `rows` array names. */
function rowOf(spec, arrays, frame) {
  return spec.rows ? arrays[spec.rows].data[frame] : frame;
}

/** One row of an array, whatever its shape behind the first axis; a static array (`rows` of 1) repeats. */
function rowData(array, row) {
  const size = array.data.length / array.shape[0];
  const at = Math.min(row, array.shape[0] - 1);
  return array.data.subarray(at * size, (at + 1) * size);
}

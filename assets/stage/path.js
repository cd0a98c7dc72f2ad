// Recorded paths drawn on a canvas: their lines, balls and starts.

import { cssColour, lightness, rgbOfHex } from "./colormap.js";
import { touches } from "./stale.js";

/**
 * @typedef {import("./panel.js").Context} Context
 * @typedef {import("./trace.js").Trace} Trace
 * @typedef {CanvasRenderingContext2D} Pen
 *
 * @typedef {object} PathStyle
 * @property {string} colour
 * @property {string} halo
 * @property {number} haloAlpha
 * @property {number} width
 * @property {number[]} dash
 * @property {number} alpha
 * @property {string} [lane]
 */

/** @type {Record<string, number[]>} */
const DASHES = { B: [6, 5], C: [0.1, 7.5] };

const HALO = 2.6; // CSS pixels that a halo is wider than its line
/** How far lines and marks reach from their middles, CSS pixels at most. */
export const REACH = 6;

/** How the whole path shows faintly from the start. */
export const WHOLE_PATH = { width: 1.2, alpha: 0.55, haloAlpha: 0.5 };

/**
 * What stands off any background.
 * @param {Context} ctx
 */
export const haloOf = (ctx) => (ctx.dark ? "#05070b" : "#ffffff");

/**
 * How a path is drawn: its meaning's colour, lane B dashed, C dotted, thinner in a small picture.
 * @param {{ color: string, lane?: string }} path
 * @param {Context} ctx
 * @param {number} width
 * @returns {PathStyle}
 */
export function pathStyle({ color, lane }, ctx, width) {
  return {
    colour: ctx.colors[color] ?? ctx.colors.text, halo: haloOf(ctx), haloAlpha: 0.85,
    width: width < 420 ? 2.2 : 2.8, dash: DASHES[lane ?? ""] ?? [], alpha: 1, lane,
  };
}

/**
 * Add the vertices up to `upto` whose piece is (not) hidden to the canvas's current path.
 * @param {Pen} g
 * @param {Trace} trace
 * @param {number} upto
 * @param {number} hidden
 * @param {(i: number) => boolean} [wanted] whether the piece that ends at a vertex is
 */
export function addTrace(g, trace, upto, hidden, wanted = () => true) {
  let open = false;
  g.beginPath();
  for (let i = 0; i < upto; i++) {
    if (trace.join[i] && trace.hidden[i] === hidden && wanted(i)) {
      if (!open) g.moveTo(trace.x[i - 1], trace.y[i - 1]);
      g.lineTo(trace.x[i], trace.y[i]);
      open = true;
    } else open = false;
  }
}

/**
 * Stroke a trace, whose dashes are strokes of their own, up to a vertex: on a halo that stands off any background; thin
 * and pale where it is hidden.
 * @param {Pen} g
 * @param {Trace} trace
 * @param {number} upto
 * @param {PathStyle} style
 * @param {import("./stale.js").Box} [box] what is seen: pieces outside are left out
 */
export function strokeTrace(g, trace, upto, style, box) {
  const stroke = (/** @type {string} */ colour, /** @type {number} */ width, /** @type {number} */ alpha) => {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.globalAlpha = alpha * style.alpha;
    g.stroke();
  };
  g.lineJoin = g.lineCap = "round";
  for (const [hidden, width, pale] of [[1, 0.6 * style.width, 0.5], [0, style.width, 1]]) {
    const wanted = box && ((/** @type {number} */ i) => touches(trace, i, box, style.width + HALO));
    addTrace(g, trace, upto, hidden, wanted);
    stroke(style.halo, width + HALO, pale * style.haloAlpha);
    stroke(style.colour, width, pale ** 0.5);
  }
  g.globalAlpha = 1;
}

/**
 * A ball of the path: shaded, with its lane's letter; a hollow ring when the point lies outside the picture.
 * @param {Pen} g
 * @param {number} x
 * @param {number} y
 * @param {PathStyle} style
 * @param {boolean} hollow
 * @param {boolean} [dim]
 */
export function drawBall(g, x, y, style, hollow, dim = false) {
  const radius = style.lane ? 7 : 6;
  g.globalAlpha = dim ? 0.55 : 1;
  disc(g, x, y, radius, hollow ? cssColour(style.halo, 0.6) : shading(g, x, y, radius, style));
  g.lineWidth = 1.8;
  g.strokeStyle = hollow ? style.colour : style.halo;
  g.stroke();
  if (style.lane) {
    g.font = "700 9px system-ui, sans-serif";
    g.textAlign = "center";
    g.textBaseline = "middle";
    const letter = lightness(rgbOfHex(style.colour)) > 140 ? "#111111" : "#ffffff";
    g.fillStyle = hollow ? style.colour : letter;
    g.fillText(style.lane, x, y + 0.5);
  }
  g.globalAlpha = 1;
}

/**
 * The fill of a ball that is lit from the upper left.
 * @param {Pen} g
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {PathStyle} style
 */
function shading(g, x, y, radius, style) {
  const glow = g.createRadialGradient(x - radius * 0.35, y - radius * 0.4, radius * 0.1, x, y, radius * 1.05);
  const base = rgbOfHex(style.colour);
  glow.addColorStop(0, cssColour(base.map((c) => c + (style.lane ? 0.25 : 0.6) * (255 - c))));
  glow.addColorStop(0.55, cssColour(base));
  glow.addColorStop(1, cssColour(base.map((c) => 0.72 * c)));
  return glow;
}

/**
 * @param {Pen} g
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string | CanvasGradient} paint
 */
function disc(g, x, y, radius, paint) {
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  g.fillStyle = paint;
  g.fill();
}

/**
 * The small open circle where a path starts.
 * @param {Pen} g
 * @param {number} x
 * @param {number} y
 * @param {PathStyle} style
 */
export function drawStart(g, x, y, style) {
  disc(g, x, y, 3.6, style.halo);
  g.lineWidth = 2;
  g.strokeStyle = style.colour;
  g.stroke();
}

/**
 * The mark at the grid point under the pointer.
 * @param {Pen} g
 * @param {number} x
 * @param {number} y
 * @param {Context} ctx
 */
export function drawCross(g, x, y, ctx) {
  for (const { colour, width } of [{ colour: haloOf(ctx), width: 3.5 }, { colour: ctx.colors.text, width: 1.5 }]) {
    g.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      g.moveTo(x + 3 * dx, y + 3 * dy);
      g.lineTo(x + 9 * dx, y + 9 * dy);
    }
    g.lineWidth = width;
    g.strokeStyle = colour;
    g.stroke();
  }
}

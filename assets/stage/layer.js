// What moves with time, apart from what stands still: then a frame paints only what has changed.

import { el } from "../shared/dom.js";
import { svg } from "./svg.js";

/** A sheet of SVG over a plot. With `moves`, the browser keeps it apart from all that lies below it. */
export class Layer {
  /**
   * @param {HTMLElement} host
   * @param {string} clip the reference of what `marks` are cut to
   * @param {boolean} moves
   */
  constructor(host, clip, moves) {
    this.marks = svg("g", { "clip-path": clip });
    this.front = svg("g");
    this.root = svg("svg", { class: "axes", "aria-hidden": "true" }, this.marks, this.front);
    this.node = el("div", { class: moves ? "layer apart" : "layer" }, this.root);
    host.append(this.node);
  }

  /**
   * @param {(Element | null)[]} marks
   * @param {(Element | null)[]} [front]
   */
  fill(marks, front = []) {
    this.marks.replaceChildren(...marks.filter((node) => node !== null));
    this.front.replaceChildren(...front.filter((node) => node !== null));
    this.node.hidden = !marks.length && !front.length;
  }
}

/** @type {WeakMap<HTMLElement | SVGElement, string>} where moved nodes are */
const placed = new WeakMap();

/**
 * Move a node, which has the class "moved", to the whole pixels of the screen nearest to a place.
 * @param {HTMLElement | SVGElement} node
 * @param {number} x CSS pixels
 * @param {number} y
 */
export const shiftTo = (node, x, y) => move(node, onScreen(x), onScreen(y));

const DOT = 14; // CSS pixels of the square that a dot lies in

/**
 * A disc that is moved by `shiftDot`.
 * @param {number} r
 * @param {import("../shared/dom.js").Attributes} style
 */
export function dotNode(r, style) {
  const box = { class: "moved", width: DOT, height: DOT, viewBox: `${-DOT / 2} ${-DOT / 2} ${DOT} ${DOT}` };
  return svg("svg", { ...box, style: "visibility:hidden" }, svg("circle", { r, ...style }));
}

/**
 * @param {SVGElement} dot
 * @param {number} x of its middle
 * @param {number} y
 */
export const shiftDot = (dot, x, y) => shiftTo(dot, x - DOT / 2, y - DOT / 2);

/**
 * Show a layer from its left edge up to a place: the layer is moved there, and its picture back to where it was, so
 * that nothing is painted anew.
 * @param {Layer} layer
 * @param {number} width of the layer
 * @param {number} x
 */
export function showUpTo({ node, root }, width, x) {
  const away = onScreen(width - Math.min(width, Math.max(0, x)));
  move(node, -away, 0);
  move(root, away, 0);
}

/** @param {number} place */
function onScreen(place) {
  const ratio = globalThis.devicePixelRatio || 1;
  return Math.round(place * ratio) / ratio;
}

/**
 * @param {HTMLElement | SVGElement} node
 * @param {number} x
 * @param {number} y
 */
function move(node, x, y) {
  const place = `translate(${x}px, ${y}px)`;
  if (placed.get(node) === place) return;
  placed.set(node, place);
  node.style.transform = place;
}

/**
 * Show a node, or hide it where it has no place.
 * @param {HTMLElement | SVGElement} node
 * @param {boolean} shown
 */
export function reveal(node, shown) {
  const visibility = shown ? "" : "hidden";
  if (node.style.visibility !== visibility) node.style.visibility = visibility;
}

// Nodes of SVG.

import { fill } from "../shared/dom.js";

/**
 * Create an SVG element with attributes and children.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {import("../shared/dom.js").Attributes} [attributes]
 * @param {...import("../shared/dom.js").Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * The style of a text that stands out against whatever lies behind it.
 * @param {string} background
 * @param {string} [more]
 */
export const haloStyle = (background, more = "3px;opacity:1") => `paint-order:stroke;stroke:${background};stroke-width:${more}`;

// Small helpers for the nodes of a page.

/**
 * @typedef {Record<string, any>} Attributes a name that starts with "on" is a property; null leaves one out
 * @typedef {Node | string | null | undefined} Child
 */

/**
 * Create an HTML element with attributes and children; text goes in as text, never as markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Give a node these attributes and these children more.
 * @template {Element} Kind
 * @param {Kind} node
 * @param {Attributes} attributes
 * @param {Child[]} [children]
 * @returns {Kind}
 */
export function fill(node, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) Object.assign(node, { [name]: value });
    else node.setAttribute(name, value);
  }
  for (const child of children) if (child !== null && child !== undefined) node.append(child);
  return node;
}

/**
 * Give a node these attributes where it has others: what is there already costs nothing.
 * @param {Element} node
 * @param {Record<string, string | number>} attributes
 */
export function change(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/**
 * Let a node say this, if it says something else.
 * @param {Element} node with text only
 * @param {string} text
 */
export function say(node, text) {
  if (node.textContent === text) return;
  if (text && node.firstChild instanceof Text) node.firstChild.data = text;
  else node.textContent = text;
}

/**
 * Where a pointer is within a node, in the node's own pixels, however much the page is enlarged.
 * @param {{ clientX: number, clientY: number }} event
 * @param {Element} node
 */
export function pointIn(event, node) {
  const { left, top } = node.getBoundingClientRect();
  const zoom = node.currentCSSZoom ?? 1;
  return [(event.clientX - left) / zoom, (event.clientY - top) / zoom];
}

/** The screen's pixels a CSS pixel that canvases are drawn with. */
export const pixelRatio = () => Math.min(window.devicePixelRatio || 1, 2);

/**
 * Give a canvas this size in CSS pixels; returns its own pixels a CSS pixel.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function sizeCanvas(canvas, width, height) {
  const ratio = pixelRatio();
  [canvas.width, canvas.height] = [width * ratio, height * ratio];
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  return ratio;
}

/**
 * The pen of a canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [options]
 */
export function penOf(canvas, options) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", options));
}

// A picture of a part of the page as it is now: SVG that holds the nodes themselves, and PNG painted from that.

import { el } from "./dom.js";

/**
 * @typedef {{ title: string, lines: string[] }} Words what stands above the picture, and below it in small print
 */

const PNG_SCALE = 2; // pixels of a PNG a CSS pixel
const PADDING = 16;
const OUTSIDE = ".bar, .tip, .tools, script, style, [hidden]"; // what is no part of the picture
const SVG = "http://www.w3.org/2000/svg";

/**
 * The SVG of a node as it is now, on the page's own colours, with words around it.
 * @param {HTMLElement} node
 * @param {Words} words
 * @returns {Promise<{ text: string, width: number, height: number }>}
 */
export async function svgOf(node, words) {
  const copy = await copyOf(node);
  const css = cssAround(node);
  const sheet = el("div", { style: `${variables(node, css)};${ownStyle(node)};padding:${PADDING}px` },
    el("style", {}, css), el("div", { style: "font-weight:600;font-size:15px;margin-bottom:8px" }, words.title), copy,
    ...words.lines.map((line) => el("div", { style: "font-size:10px;opacity:0.75;overflow-wrap:anywhere" }, line)));
  const width = Math.ceil(node.offsetWidth) + 2 * PADDING;
  const height = heightOf(node, sheet, width);
  sheet.setAttribute("xmlns", "http://www.w3.org/1999/xhtml");
  const inside = new XMLSerializer().serializeToString(sheet);
  const size = `width="${width}" height="${height}"`;
  const text = `<svg xmlns="${SVG}" ${size} viewBox="0 0 ${width} ${height}"><foreignObject ${size}>${inside}</foreignObject></svg>`;
  return { text, width, height };
}

/**
 * The PNG of such an SVG.
 * @param {{ text: string, width: number, height: number }} svg
 * @returns {Promise<Blob>}
 */
export async function pngOf({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = el("canvas", { width: PNG_SCALE * width, height: PNG_SCALE * height });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The picture is too large to be saved."))));
  });
}

/**
 * Let the browser save a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

/** What the page tells of itself: its title, the settings in its address, and the address. */
export function wordsOfPage() {
  const { protocol, search, href } = document.location;
  const settings = [...new URLSearchParams(search)].map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  const lines = [settings.join(" · "), protocol.startsWith("http") ? href : ""];
  return { title: document.title, lines: lines.filter(Boolean) };
}

/**
 * A copy that stands by itself: canvases and pictures carry their pixels.
 * @param {HTMLElement} node
 */
async function copyOf(node) {
  const copy = /** @type {HTMLElement} */ (node.cloneNode(true));
  const [canvases, images] = ["canvas", "img"].map((tag) => [...node.querySelectorAll(tag)]);
  const copies = ["canvas", "img"].map((tag) => [...copy.querySelectorAll(tag)]);
  canvases.forEach((canvas, i) => copies[0][i].replaceWith(still(/** @type {HTMLCanvasElement} */ (canvas))));
  await Promise.all(images.map(async (image, i) => {
    copies[1][i].setAttribute("src", await dataUrl(/** @type {HTMLImageElement} */ (image).currentSrc));
  }));
  for (const part of copy.querySelectorAll(OUTSIDE)) part.remove();
  copy.style.zoom = "1";
  return copy;
}

/**
 * A canvas as an image of the same look.
 * @param {HTMLCanvasElement} canvas
 */
function still(canvas) {
  const image = el("img", { src: canvas.toDataURL(), style: canvas.getAttribute("style"), class: canvas.className, alt: "" });
  const { width, height, display, position } = getComputedStyle(canvas);
  Object.assign(image.style, { width, height, display, position });
  return image;
}

/**
 * @param {string} address
 * @returns {Promise<string>}
 */
async function dataUrl(address) {
  if (!address.startsWith("blob:")) return address;
  const blob = await (await fetch(address)).blob();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

/**
 * The rules that the node is drawn by.
 * @param {HTMLElement} node
 */
function cssAround(node) {
  const root = /** @type {Document | ShadowRoot} */ (node.getRootNode());
  const sheets = [...root.styleSheets, ...root.adoptedStyleSheets];
  return sheets.flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join("\n");
}

/**
 * The values of all variables that these rules and the node's own styles name.
 * @param {HTMLElement} node
 * @param {string} css
 */
function variables(node, css) {
  const style = getComputedStyle(node);
  const names = new Set(`${css} ${node.innerHTML}`.match(/--[a-zA-Z][\w-]*/g));
  return [...names].map((name) => `${name}:${style.getPropertyValue(name)}`).join(";");
}

/**
 * What the node inherits from the page.
 * @param {HTMLElement} node
 */
function ownStyle(node) {
  const { color, font } = getComputedStyle(node);
  return `box-sizing:border-box;width:100%;background:${getComputedStyle(node).getPropertyValue("--st-background-color")};color:${color};font:${font}`;
}

/**
 * How high the sheet is when it is laid out at that width.
 * @param {HTMLElement} node beside which it is measured, unseen
 * @param {HTMLElement} sheet
 * @param {number} width
 */
function heightOf(node, sheet, width) {
  const room = el("div", { style: `position:absolute;visibility:hidden;width:${width}px;left:0;top:0` }, sheet);
  const place = /** @type {HTMLElement} */ (node.parentElement);
  place.append(room);
  const height = Math.ceil(sheet.getBoundingClientRect().height / (sheet.currentCSSZoom ?? 1));
  sheet.remove();
  room.remove();
  return height;
}

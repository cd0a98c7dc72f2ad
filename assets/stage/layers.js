// Layers of canvas over each other, and text on them.

import { pixelRatio } from "../shared/dom.js";

/** @type {boolean | null} unknown until it is asked for */
let graphicsAreSoftware = null;

/** Whether this browser draws WebGL on the processor: then canvases stay there too, and turning is drawn coarsely. */
export function softwareGraphics() {
  graphicsAreSoftware ??= findSoftwareGraphics();
  return graphicsAreSoftware;
}

function findSoftwareGraphics() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return true;
  const names = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = names ? gl.getParameter(names.UNMASKED_RENDERER_WEBGL) : "";
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(renderer);
}

/**
 * Fit a canvas to w×h CSS pixels and return its pen, on a cleared canvas.
 * @param {HTMLCanvasElement} canvas
 * @param {number} w
 * @param {number} h
 */
export function fitCanvas(canvas, w, h) {
  const ratio = pixelRatio();
  const [width, height] = [Math.max(1, Math.round(w * ratio)), Math.max(1, Math.round(h * ratio))];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const options = { willReadFrequently: softwareGraphics() };
  const g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", options));
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, w, h);
  return g;
}

/**
 * Draw text with a halo of the background.
 * @param {CanvasRenderingContext2D} g
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 * @param {string} halo
 */
export function drawText(g, text, x, y, colour, halo) {
  g.lineJoin = "round";
  g.lineWidth = 3;
  g.strokeStyle = halo;
  g.strokeText(text, x, y);
  g.fillStyle = colour;
  g.fillText(text, x, y);
}

// Buttons with a picture in place of words.

import { el } from "../shared/dom.js";
import { svg } from "./svg.js";

export const ICONS = {
  rewind: "M6 5v14M20 5 9 12l11 7z",
  back: "M17 5v14M14 5 4 12l10 7z",
  play: "M7 4.5 20 12 7 19.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  forward: "M7 5v14M10 5l10 7-10 7z",
  whole: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

/**
 * @param {keyof ICONS | "png" | "svg"} icon its picture, or what is written on it
 * @param {string} label
 * @param {() => void} action
 */
export function iconButton(icon, label, action) {
  const drawn = icon in ICONS ? ICONS[/** @type {keyof ICONS} */ (icon)] : null;
  const hollow = icon === "whole" ? { fill: "none" } : {};
  const face = drawn
    ? svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: drawn, ...hollow }))
    : icon.toUpperCase();
  return el("button", { type: "button", "aria-label": label, title: label, onclick: () => action() }, face);
}

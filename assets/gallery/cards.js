// What is shown of a picture: its words, its mark, and the buttons that mark it.

import { el } from "../shared/dom.js";
import { DELETE, KEEP, markWords, shortProbability } from "./page.js";

/**
 * @typedef {import("./page.js").Item} Item
 * @typedef {Record<"keep" | "remove" | "relabel", HTMLButtonElement> & { node: HTMLElement }} Tools
 * @typedef {{ item: Item, image: HTMLImageElement, words: HTMLElement, mark: HTMLElement, buttons: Tools }} Told
 *
 * @typedef {object} Marking
 * @property {() => void} keep
 * @property {() => void} remove
 * @property {() => void} relabel
 */

/**
 * A picture with all that is said of it, still empty.
 * @param {Item} item
 * @param {HTMLImageElement} image
 * @param {Tools} buttons
 * @returns {Told}
 */
export const toldOf = (item, image, buttons) =>
  ({ item, image, buttons, words: el("div", { class: "words" }), mark: el("div", { class: "mark" }) });

/**
 * The buttons that mark a picture.
 * @param {Marking} marking
 * @param {boolean} [words] whether they say what they do
 * @returns {Tools}
 */
export function toolsOf({ keep, remove, relabel }, words = false) {
  const buttons = {
    keep: toolButton("✓", "Keep", keep, words),
    remove: toolButton("✕", "Delete", remove, words),
    relabel: toolButton("→", "Relabel", relabel, words),
  };
  return { ...buttons, node: el("div", { class: "tools" }, buttons.keep, buttons.remove, buttons.relabel) };
}

/**
 * @param {string} sign
 * @param {string} word its first letter is the key that does the same
 * @param {() => void} does
 * @param {boolean} words
 */
function toolButton(sign, word, does, words) {
  const label = `${word} (${word[0]})`;
  const names = words ? {} : { tabindex: "-1", title: label, "aria-label": label };
  return el("button", { type: "button", ...names, onclick: () => does() }, words ? `${sign} ${word}` : sign);
}

/**
 * Label, prediction and loss.
 * @param {Item} item
 * @param {string[]} breeds
 * @param {string} [label] before the label
 * @param {string} [said] before the prediction
 */
export function wordsOf(item, breeds, label = "", said = "→ ") {
  const amount = (/** @type {number} */ p) => el("b", {}, shortProbability(p));
  return [
    el("div", { class: "label" }, el("span", {}, label + breeds[item.label]), amount(item.q)),
    el("div", { class: "prediction" }, el("span", {}, said + breeds[item.said]), amount(item.p)),
    el("div", { class: "loss" }, el("span", {}, "loss"), el("b", {}, item.loss.toFixed(2))),
  ];
}

/**
 * Show what a picture is marked as.
 * @param {Told} told
 * @param {number | undefined} action
 * @param {string[]} breeds
 */
export function showMark({ item, mark, buttons }, action, breeds) {
  mark.replaceChildren(...markWords(item, action, breeds).map((text) => el("div", { title: text }, text)));
  buttons.keep.setAttribute("aria-pressed", String(action === KEEP));
  buttons.remove.setAttribute("aria-pressed", String(action === DELETE));
  buttons.relabel.setAttribute("aria-pressed", String(action !== undefined && action >= 0));
}

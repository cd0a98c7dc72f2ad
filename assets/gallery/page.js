// What the gallery shares with Python: a page as it is packed, its marks, actions and filters by their numbers and
// names.

import { filesOf, unpack } from "../shared/packed.js";

/**
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {number[]} MarkStep index, action, index, action, ...: what one step marked
 *
 * @typedef {object} Item a picture of the page
 * @property {number} i its index in the set
 * @property {string} name
 * @property {number} label the breed that it is labelled as
 * @property {number} said the breed that it was taken for
 * @property {number} truth the breed that it shows
 * @property {number} loss
 * @property {number} p probability of what was said
 * @property {number} q probability of its label
 * @property {string} part of the set
 *
 * @typedef {object} GalleryView
 * @property {number} page
 * @property {number} actual
 * @property {number} predicted
 * @property {string} show
 * @property {string} order
 * @property {number | null} [zoom]
 *
 * @typedef {object} GalleryPage
 * @property {string} key
 * @property {Numbers[]} files the pictures' files, and maybe a large one
 * @property {number} epoch
 * @property {MarkStep[]} log
 * @property {number} most steps that a log may have
 * @property {string[]} breeds
 * @property {[number, number, number][]} pairs label, prediction and how often
 * @property {GalleryView} view
 * @property {number} pages
 * @property {number} total
 * @property {number} first
 * @property {Item[]} items
 * @property {number | null} large index of the picture whose large file is the last one
 */

export const NONE = -1; // actions as in core/exhibits/top_losses/cleaning.py; from 0 on an action is a breed
export const KEEP = -2;
export const DELETE = -3;
export const ANY = -1; // of a filter
export const SHOWN = { all: "all", contradicted: "contradicted by the head", marked: "marked so far" };
export const ORDERS = { high: "highest loss first", low: "lowest loss first" };

/**
 * A page as Python packed it.
 * @param {Uint8Array | ArrayBuffer} data
 * @returns {GalleryPage}
 */
export function unpackPage(data) {
  const { header, arrays } = unpack(data instanceof Uint8Array ? data : new Uint8Array(data));
  return { key: header.key, ...header.gallery, files: filesOf(arrays.pictures, arrays.pictures_ends) };
}

/**
 * What is marked after all steps of a log: a picture's index → its action.
 * @param {MarkStep[]} log
 */
export function marksOf(log) {
  /** @type {Map<number, number>} */
  const marks = new Map();
  for (const step of log) {
    for (let i = 0; i < step.length; i += 2) {
      if (step[i + 1] === NONE) marks.delete(step[i]);
      else marks.set(step[i], step[i + 1]);
    }
  }
  return marks;
}

/**
 * A probability in few characters.
 * @param {number} p
 */
export const shortProbability = (p) => (p >= 0.0995 ? p.toFixed(2) : p >= 0.001 ? p.toFixed(3) : p.toExponential(0));

/**
 * What was marked, and what is known of the label: told once it is marked.
 * @param {Item} item
 * @param {number | undefined} action
 * @param {string[]} breeds
 */
export function markWords(item, action, breeds) {
  if (action === undefined) return [];
  const text = action === KEEP ? "✓ keep" : action === DELETE ? "✕ delete" : `→ ${breeds[action]}`;
  return item.truth === item.label ? [text] : [text, `truly ${breeds[item.truth]}`];
}

/**
 * A picture in words.
 * @param {Item} item
 * @param {string[]} breeds
 */
export const altOf = (item, breeds) => `${item.name}, labelled ${breeds[item.label]}, taken for ${breeds[item.said]}`;

// The filters above the gallery: which pictures it shows, and in what order.

import { el } from "../shared/dom.js";
import { ANY, ORDERS, SHOWN } from "./page.js";

/**
 * @typedef {import("./page.js").GalleryPage} GalleryPage
 * @typedef {import("./page.js").GalleryView} GalleryView
 * @typedef {"actual" | "predicted" | "cell" | "show" | "order"} FilterName
 */

/** @type {[FilterName, string][]} */
const FILTERS = [
  ["actual", "Labelled"], ["predicted", "Taken for"], ["cell", "Confused"], ["show", "Show"], ["order", "Order"],
];

export class Filters {
  /** @param {(change: Partial<GalleryView>) => void} changed */
  constructor(changed) {
    this.changed = changed;
    /** @type {GalleryPage["pairs"]} */
    this.pairs = [];
    /** @type {Map<FilterName, HTMLSelectElement>} */
    this.selects = new Map();
    this.root = el("div", { class: "filters" }, ...FILTERS.map(([name, label]) => this.field(name, label)));
  }

  /**
   * @param {FilterName} name
   * @param {string} label
   */
  field(name, label) {
    const select = el("select", { "aria-label": label });
    select.onchange = () => this.changed(this.changeOf(name, select.value));
    this.selects.set(name, select);
    return el("label", { class: "filter" }, el("span", {}, label), select);
  }

  /**
   * What a choice changes of the view.
   * @param {FilterName} name
   * @param {string} value
   * @returns {Partial<GalleryView>}
   */
  changeOf(name, value) {
    if (name === "show" || name === "order") return { [name]: value };
    if (name !== "cell") return { [name]: Number(value) };
    const [actual, predicted] = value === String(ANY) ? [ANY, ANY] : this.pairs[Number(value)];
    return { actual, predicted };
  }

  /** @param {GalleryPage} page */
  show({ breeds, pairs, view }) {
    this.pairs = pairs;
    const any = numbered(["any breed", ...breeds]);
    const cells = numbered(["any pair", ...pairs.map(([a, p, n]) => `${breeds[a]} → ${breeds[p]} (${n})`)]);
    this.fill("actual", any, view.actual);
    this.fill("predicted", any, view.predicted);
    this.fill("cell", cells, pairs.findIndex(([a, p]) => a === view.actual && p === view.predicted));
    this.fill("show", Object.entries(SHOWN), view.show);
    this.fill("order", Object.entries(ORDERS), view.order);
  }

  /**
   * @param {FilterName} name
   * @param {[string, string][]} options value and text of each
   * @param {string | number} value
   */
  fill(name, options, value) {
    const select = /** @type {HTMLSelectElement} */ (this.selects.get(name));
    const words = JSON.stringify(options);
    if (select.dataset.words !== words) select.replaceChildren(...options.map(([key, text]) => el("option", { value: key }, text)));
    select.dataset.words = words;
    select.value = String(value);
  }
}

/**
 * Options with their numbers; the first one stands for any.
 * @param {string[]} texts
 * @returns {[string, string][]}
 */
const numbered = (texts) => texts.map((text, i) => [String(i + ANY), text]);

// Pictures by loss, a page at a time, to keep, delete or relabel, by mouse, finger or keys. The browser holds the log
// of marks and sends it after every step; Python sends a page's pictures, and a log only where this one is to be
// replaced.

import { el } from "../shared/dom.js";
import { Mounts } from "../shared/mounts.js";
import { showMark, toldOf, toolsOf, wordsOf } from "./cards.js";
import { Chooser } from "./chooser.js";
import { Filters } from "./filters.js";
import { DELETE, KEEP, NONE, altOf, markWords, marksOf, shortProbability, unpackPage } from "./page.js";

/**
 * @typedef {import("./page.js").Item} Item
 * @typedef {import("./page.js").GalleryPage} GalleryPage
 * @typedef {import("./page.js").GalleryView} GalleryView
 * @typedef {import("./page.js").MarkStep} MarkStep
 * @typedef {import("./cards.js").Told} Told
 * @typedef {import("../shared/packed.js").Numbers} Numbers
 * @typedef {Told & { node: HTMLElement }} Card
 *
 * @typedef {object} Component what Streamlit hands over
 * @property {Uint8Array} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: any) => void} setStateValue
 */

/** @type {Mounts<Gallery>} */
const GALLERIES = new Mounts();
const KEYS = "Keys: arrows move, Page Up and Down turn pages, K keeps, D deletes, R relabels, U undoes, Enter enlarges.";

class Gallery {
  /** @param {HTMLElement} mount */
  constructor(mount) {
    this.mount = mount;
    this.at = 0; // the card that keys act on
    /** @type {GalleryPage} none before the first update */
    this.page = /** @type {any} */ (null);
    /** @type {number | null} */
    this.epoch = null;
    /** @type {MarkStep[]} */
    this.log = [];
    /** @type {Map<number, number>} */
    this.marks = new Map();
    /** @type {Card[]} */
    this.cards = [];
    /** @type {string[]} */
    this.urls = [];
    this.refocus = false; // whether the next page takes the focus
    /** @type {GalleryView | null} what was asked for and has not come yet */
    this.wanted = null;
    /** @type {Told | null} the picture that is enlarged */
    this.zoomed = null;
    /** @type {{ index: number, file: Numbers } | null} */
    this.large = null;
    /** @type {string | undefined} */
    this.largeUrl = undefined;
    this.sendMarks = (/** @type {{ epoch: number | null, log: MarkStep[] }} */ _marks) => {};
    this.sendView = (/** @type {GalleryView} */ _view) => {};

    this.filters = new Filters((change) => {
      this.at = 0;
      this.ask({ ...change, page: 0 });
    });
    this.back = button("‹", () => this.turn(-1), { "aria-label": "Previous page" });
    this.on = button("›", () => this.turn(1), { "aria-label": "Next page" });
    this.place = el("span", { class: "place" });
    this.undoButton = button("Undo", () => this.undo());
    this.said = el("span", { class: "said", role: "status" });
    const pager = el("div", { class: "pager" }, this.back, this.place, this.on, this.undoButton, this.said);
    this.grid = el("div", { class: "grid", role: "group", "aria-label": `Pictures by loss. ${KEYS}` });
    this.grid.onkeydown = (event) => this.pressed(event);
    this.chooser = new Chooser();
    this.viewer = el("dialog", { class: "viewer", "aria-label": "Picture, enlarged" });
    this.viewer.onclose = () => this.cards[this.at]?.node.focus({ preventScroll: true });
    this.viewer.onkeydown = (event) => this.pressed(event);
    const keys = el("div", { class: "keys" }, KEYS);
    mount.replaceChildren(this.filters.root, pager, this.grid, keys, this.chooser.dialog, this.viewer);
  }

  /**
   * What Python sent: a page, and sometimes a log that takes the place of this one.
   * @param {Uint8Array | ArrayBuffer} data
   */
  update(data) {
    const page = unpackPage(data);
    if (page.epoch !== this.epoch) {
      this.epoch = page.epoch;
      this.log = page.log.map((step) => [...step]);
      this.marks = marksOf(this.log);
    }
    const shown = this.page?.items;
    if (page.key === this.page?.key) return;
    this.page = page;
    const same = page.items.length === shown?.length && page.items.every((item, i) => item.i === shown[i].i);
    const last = page.files[page.files.length - 1];
    if (page.large !== null) this.large = { index: page.large, file: last };
    this.filters.show(page);
    if (!same) this.layCards();
    else page.items.forEach((item, i) => Object.assign(this.cards[i], { item }));
    this.refresh();
    this.enlarge();
    this.mount.dataset.shown = page.key;
  }

  /**
   * Another page or filter, or a large picture: Python sends it.
   * @param {Partial<GalleryView>} change
   */
  ask(change) {
    this.wanted = { ...(this.wanted ?? this.page.view), ...change };
    this.sendView(this.wanted);
  }

  /**
   * @param {number} by pages
   * @param {number} [at] the card that keys act on then
   */
  turn(by, at = 0) {
    const page = this.page.view.page + by;
    if (page < 0 || page >= this.page.pages) return;
    this.at = at;
    this.refocus = this.hasFocus();
    this.ask({ page });
  }

  hasFocus() {
    const root = /** @type {Document | ShadowRoot} */ (this.mount.getRootNode());
    return this.grid.contains(root.activeElement);
  }

  /** New cards for a new page. */
  layCards() {
    const focus = this.refocus || this.hasFocus();
    const old = this.urls;
    this.urls = this.page.items.map((_, i) => URL.createObjectURL(webp(this.page.files[i])));
    this.at = Math.max(0, Math.min(this.at, this.page.items.length - 1));
    this.cards = this.page.items.map((item, i) => this.card(item, i));
    this.grid.replaceChildren(...this.cards.map((card) => card.node));
    if (!this.cards.length) this.grid.append(el("p", { class: "empty" }, "No picture is like that: choose other filters."));
    old.forEach((url) => URL.revokeObjectURL(url));
    if (focus) this.cards[this.at]?.node.focus({ preventScroll: true });
    this.refocus = false;
  }

  /**
   * @param {Item} item
   * @param {number} i
   * @returns {Card}
   */
  card(item, i) {
    const image = el("img", { src: this.urls[i], alt: altOf(item, this.page.breeds), draggable: "false" });
    image.onclick = () => this.zoom(i);
    const told = toldOf(item, image, toolsOf(this.marking(() => i)));
    const parts = [el("div", { class: "picture" }, image), told.words, told.mark, told.buttons.node];
    return { ...told, node: el("div", { class: "card", role: "group", tabindex: "-1" }, ...parts) };
  }

  /**
   * What marks the card whose place `which` gives.
   * @param {() => number} which
   */
  marking(which) {
    return {
      keep: () => this.toggle(which(), KEEP),
      remove: () => this.toggle(which(), DELETE),
      relabel: () => this.choose(which()),
    };
  }

  /** @param {Told} told */
  showMark(told) {
    showMark(told, this.marks.get(told.item.i), this.page.breeds);
  }

  /** @param {Item} item */
  markText(item) {
    return markWords(item, this.marks.get(item.i), this.page.breeds).join(", ");
  }

  refresh() {
    const { page } = this;
    if (!page) return;
    this.cards.forEach((card, i) => this.refreshCard(card, i));
    const last = page.first + page.items.length;
    this.place.textContent = page.total ? `${(page.first + 1).toLocaleString("en")}–${last.toLocaleString("en")} of ${page.total.toLocaleString("en")}` : "none";
    this.back.disabled = page.view.page <= 0;
    this.on.disabled = page.view.page >= page.pages - 1;
    this.undoButton.disabled = !this.log.length;
    this.showLarge();
  }

  /**
   * @param {Card} card
   * @param {number} i
   */
  refreshCard(card, i) {
    const { first, total, breeds } = this.page;
    const { item, node, words } = card;
    words.replaceChildren(...wordsOf(item, breeds));
    this.showMark(card);
    node.dataset.mark = actionName(this.marks.get(item.i));
    node.tabIndex = i === this.at ? 0 : -1;
    const marked = this.markText(item);
    const sizes = `with probability ${shortProbability(item.p)}, its label ${shortProbability(item.q)}, loss ${item.loss.toFixed(2)}`;
    const label = `${first + i + 1} of ${total}: ${altOf(item, breeds)} ${sizes}, ${item.part}`;
    node.setAttribute("aria-label", marked ? `${label}. Marked: ${marked}` : label);
  }

  /**
   * @param {number} place
   * @param {boolean} [focus]
   */
  move(place, focus = true) {
    if (!this.cards[place]) return;
    this.cards[this.at]?.node.setAttribute("tabindex", "-1");
    this.at = place;
    this.cards[place].node.setAttribute("tabindex", "0");
    if (focus && !this.viewer.open) this.cards[place].node.focus();
    if (this.viewer.open) this.zoom(place);
  }

  columns() {
    const tops = this.cards.map((card) => card.node.offsetTop);
    return Math.max(1, tops.filter((top) => top === tops[0]).length);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const i = this.at;
    if (event.ctrlKey || event.metaKey || event.altKey || !this.cards[i]) return;
    const end = this.cards.length - 1;
    const columns = this.columns();
    /** @type {Record<string, () => void>} */
    const actions = {
      ArrowLeft: () => (i > 0 ? this.move(i - 1) : this.turn(-1, Infinity)),
      ArrowRight: () => (i < end ? this.move(i + 1) : this.turn(1)),
      ArrowUp: () => this.move(i - columns),
      ArrowDown: () => this.move(i + columns),
      Home: () => this.move(0),
      End: () => this.move(end),
      PageUp: () => this.turn(-1),
      PageDown: () => this.turn(1),
      k: () => this.toggle(i, KEEP),
      d: () => this.toggle(i, DELETE),
      r: () => this.choose(i),
      u: () => this.undo(),
      Enter: () => (this.viewer.open ? this.viewer.close() : this.zoom(i)),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || (event.key === "Enter" && event.target instanceof HTMLButtonElement)) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /**
   * @param {number} i
   * @param {number} action
   */
  toggle(i, action) {
    const { item } = this.cards[i];
    this.step(item, this.marks.get(item.i) === action ? NONE : action);
  }

  /**
   * @param {Item} item
   * @param {number} action
   */
  step(item, action) {
    if (this.log.length >= this.page.most) {
      this.said.textContent = "The log of marks is full: export it, then clear it.";
      return;
    }
    this.log.push([item.i, action]);
    this.changed(`${item.name}: ${action === NONE ? "no mark" : ""}`, item);
  }

  undo() {
    const step = this.log.pop();
    if (!step) return;
    this.changed(step.length > 2 ? `Undone: ${step.length / 2} marks` : "Undone");
  }

  /**
   * @param {string} text
   * @param {Item | null} [item]
   */
  changed(text, item = null) {
    this.marks = marksOf(this.log);
    this.refresh();
    this.said.textContent = `${text}${item ? this.markText(item) : ""} (${this.marks.size} marked)`;
    this.sendMarks({ epoch: this.epoch, log: this.log.map((step) => [...step]) });
  }

  /**
   * Have another label chosen for a card.
   * @param {number} i
   */
  choose(i) {
    const { item } = this.cards[i];
    this.chooser.ask(item, this.page.breeds, this.marks.get(item.i), (breed) => this.step(item, breed));
  }

  /**
   * Show a card's picture enlarged.
   * @param {number} i
   */
  zoom(i) {
    this.at = i;
    const { item } = this.cards[i];
    const told = toldOf(item, el("img", { alt: altOf(item, this.page.breeds) }), toolsOf(this.marking(() => this.at), true));
    const close = el("button", { type: "button", onclick: () => this.viewer.close() }, "Close");
    told.buttons.node.append(close);
    const name = el("div", { class: "name" }, `${item.name} (${item.part})`);
    this.viewer.replaceChildren(name, told.image, told.words, told.mark, told.buttons.node);
    this.zoomed = told;
    if (!this.viewer.open) this.viewer.showModal();
    close.focus();
    told.image.src = this.urls[i];
    this.showLarge();
    this.enlarge();
    if (this.large?.index !== item.i) this.ask({ zoom: item.i });
  }

  /** The large picture takes the small one's place once it is there. */
  enlarge() {
    const { zoomed, large, viewer } = this;
    if (!viewer.open || !zoomed || !large || large.index !== zoomed.item.i || zoomed.image.dataset.large) return;
    if (this.largeUrl) URL.revokeObjectURL(this.largeUrl);
    this.largeUrl = URL.createObjectURL(webp(large.file));
    zoomed.image.src = this.largeUrl;
    zoomed.image.dataset.large = "yes";
  }

  showLarge() {
    if (!this.viewer.open || !this.zoomed) return;
    this.zoomed.words.replaceChildren(...wordsOf(this.zoomed.item, this.page.breeds, "labelled ", "taken for "));
    this.showMark(this.zoomed);
  }

  destroy() {
    for (const url of [...this.urls, this.largeUrl]) if (url) URL.revokeObjectURL(url);
  }
}

/** @param {Numbers} file */
const webp = (file) => new Blob([file], { type: "image/webp" });

/**
 * @param {string} text
 * @param {() => void} does
 * @param {import("../shared/dom.js").Attributes} [more]
 */
const button = (text, does, more = {}) => el("button", { type: "button", onclick: does, ...more }, text);

/**
 * An action as the style sheet knows it.
 * @param {number | undefined} action
 */
const actionName = (action) =>
  action === undefined ? "" : action === KEEP ? "keep" : action === DELETE ? "delete" : "relabel";

/**
 * Streamlit calls this at mount and at every change of the data or the theme.
 * @param {Component} component
 */
export function mountGallery({ data, parentElement, setStateValue }) {
  return GALLERIES.show(parentElement, (mount) => new Gallery(mount), (gallery) => {
    gallery.sendMarks = (marks) => setStateValue("marks", marks);
    gallery.sendView = (view) => setStateValue("view", view);
    gallery.update(data);
    gallery.wanted = null;
  });
}

// What every panel does: it takes data, lays itself out, and shows a frame; each kind says how.

import { el } from "../shared/dom.js";
import { rowData, rowOf } from "../shared/packed.js";

/**
 * @typedef {import("../shared/packed.js").Arrays} Arrays
 *
 * @typedef {object} Surroundings
 * @property {boolean} reducedMotion whether the system asks for less motion
 * @property {Map<string, any>} shared what panels of one stage tell each other
 * @property {(frame: number) => void} seek moves time
 *
 * @typedef {import("./theme.js").Theme & Surroundings} Context what a stage gives its panels
 * @typedef {import("./panels.d.ts").Panel} AnySpec
 */

/**
 * The base of all kinds. A kind says in `build` how it is laid out for its spec, arrays, size and theme, and in `draw`
 * how it shows a frame; it overrides the rest only where it differs.
 * @template {AnySpec} Spec
 */
export class Panel {
  /**
   * @param {HTMLElement} host
   * @param {Context} ctx
   */
  constructor(host, ctx) {
    this.host = host;
    this.ctx = ctx;
    /** @type {Spec} none before the first update */
    this.spec = /** @type {any} */ (null);
    /** @type {Arrays} */
    this.arrays = {};
    this.frame = 0;
  }

  /**
   * A panel of this kind.
   * @param {HTMLElement} host
   * @param {Context} ctx
   * @returns {Panel<any>}
   */
  static create(host, ctx) {
    return new this(host, ctx);
  }

  /** Lay the panel out. */
  build() {}

  /**
   * Show a frame; `before` is the one that was shown before it.
   * @param {number} _frame
   * @param {number} _before
   */
  draw(_frame, _before) {}

  /**
   * Take other data; the stage shows a frame of them next.
   * @param {Spec} spec
   * @param {Arrays} arrays
   */
  update(spec, arrays) {
    this.spec = spec;
    this.arrays = arrays;
    this.frame = 0;
    this.build();
  }

  /** @param {number} frame */
  show(frame) {
    const before = this.frame;
    this.frame = frame;
    this.draw(frame, before);
  }

  /** Show the same frame again. */
  redraw() {
    if (this.spec) this.draw(this.frame, this.frame);
  }

  rebuild() {
    if (!this.spec) return;
    this.build();
    this.redraw();
  }

  resize() {
    this.rebuild();
  }

  theme() {
    this.rebuild();
  }

  destroy() {}

  /** Before a picture is saved: paint at once what the browser does not keep. */
  keepable() {}

  /** The row that this frame shows, of all arrays that have rows. */
  row() {
    return rowOf(/** @type {import("./panels.d.ts").MovingPanel} */ (this.spec), this.arrays, this.frame);
  }

  /**
   * All numbers of an array.
   * @param {string} name
   */
  all(name) {
    return this.arrays[name].data;
  }

  /**
   * The numbers of one row of an array: of the one that this frame shows, or of another.
   * @param {string} name
   * @param {number} [row]
   */
  numbers(name, row = this.row()) {
    return rowData(this.arrays[name], row);
  }

  /**
   * The numbers of this frame, of an array that may be one list that is the same in all of them.
   * @param {string} name
   */
  movingOrStill(name) {
    return this.arrays[name].shape.length > 1 ? this.numbers(name) : this.all(name);
  }

  /**
   * The theme's colour of a quantity; none where none is named.
   * @param {string | null} [quantity]
   * @returns {string | undefined}
   */
  color(quantity) {
    return this.ctx.colors[quantity ?? ""];
  }

  /**
   * A number in bold, in the colour of its quantity.
   * @param {string} text
   * @param {string | null} [quantity]
   */
  bold(text, quantity) {
    return el("b", { style: quantity ? `color:${this.color(quantity)}` : null }, text);
  }
}

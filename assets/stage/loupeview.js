// Where pictures of one size stand under the loupe: how large they are, and which part of them shows.

import { clamp } from "../shared/numbers.js";

const PANE_GAP = 6; // CSS pixels between two pictures side by side
const MOST_ZOOM = 40; // CSS pixels a pixel

/** One or two panes that show the same part of their pictures. */
export class LoupeView {
  constructor() {
    this.size = [1, 1]; // of the pictures, in their pixels
    this.room = [1, 1]; // CSS pixels
    this.panes = 1;
    /** @type {number | null} CSS pixels a pixel; null shows all of a picture */
    this.zoom = null;
    this.centre = [0, 0]; // the place of the pictures that is in the middle of a pane
  }

  /** The width of a pane. */
  get pane() {
    return (this.room[0] - (this.panes - 1) * PANE_GAP) / this.panes;
  }

  /** Where the second pane begins. */
  get second() {
    return this.pane + PANE_GAP;
  }

  /** The scale that shows all of a picture. */
  get least() {
    return Math.min(this.pane / this.size[0], this.room[1] / this.size[1]);
  }

  get scale() {
    return Math.max(this.least, this.zoom ?? 0);
  }

  get enlarged() {
    return this.scale > this.least * 1.01;
  }

  /** Left and top edge of the picture in a pane; the centre is held so that it leaves no room that it could fill. */
  place() {
    const { scale, size } = this;
    const room = [this.pane, this.room[1]];
    this.centre = this.centre.map((c, k) => {
      const half = room[k] / 2 / scale;
      return half * 2 >= size[k] ? size[k] / 2 : clamp(c, half, size[k] - half);
    });
    return this.centre.map((c, k) => room[k] / 2 - c * scale);
  }

  /** From where to where the picture reaches across the room. */
  edges() {
    const [left] = this.place();
    return [Math.max(0, left), Math.min(this.room[0], left + this.size[0] * this.scale)];
  }

  /**
   * Where a divider stands across the room.
   * @param {number} split as a share of the picture
   */
  cut(split) {
    const [from, to] = this.edges();
    return from + split * (to - from);
  }

  /**
   * Zoom around a place of the picture that stays where it is.
   * @param {number} factor
   * @param {number[]} place
   */
  zoomBy(factor, [x, y]) {
    const before = this.scale;
    this.zoom = clamp(before * factor, this.least, MOST_ZOOM);
    const share = before / this.scale;
    this.centre = [x - (x - this.centre[0]) * share, y - (y - this.centre[1]) * share];
  }

  /**
   * Where a place of the room is on the picture, in its pixels.
   * @param {number[]} place
   */
  under([x, y]) {
    const [left, top] = this.place();
    const across = this.panes > 1 && x >= this.second ? x - this.second : x;
    return [(across - left) / this.scale, (y - top) / this.scale];
  }

  /**
   * The pixel at a place of the picture; null outside.
   * @param {number[]} place
   */
  pixel([x, y]) {
    const [w, h] = this.size;
    return x >= 0 && y >= 0 && x < w && y < h ? [Math.floor(x), Math.floor(y)] : null;
  }

  /**
   * The pixel so many steps from another one, and the view moved so that it shows.
   * @param {number[]} from
   * @param {number[]} steps
   */
  walk(from, steps) {
    const at = from.map((value, k) => clamp(value + steps[k], 0, this.size[k] - 1));
    const half = [this.pane, this.room[1]].map((room) => room / 2 / this.scale - 1);
    this.centre = this.centre.map((c, k) => clamp(c, at[k] + 0.5 - half[k], at[k] + 0.5 + half[k]));
    return at;
  }
}

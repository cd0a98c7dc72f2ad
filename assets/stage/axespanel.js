// What panels with two axes have in common: a legend above the plot, the plot, and time that follows a drag over it.

import { el, pointIn } from "../shared/dom.js";
import { Axes } from "./axes.js";
import { shiftTo } from "./layer.js";
import { Panel } from "./panel.js";
import { Reading, nearestPointOf } from "./reading.js";
import { SYMBOLS } from "./svgpath.js";
import { laneOf } from "./theme.js";

/**
 * @typedef {import("./panel.js").Context} Context
 * @typedef {import("../shared/dom.js").Child} Child
 * @typedef {import("./panel.js").AnySpec & { at?: string, xLabel?: string | null, yLabel?: string | null }} TimedSpec
 */

/**
 * @template {TimedSpec} Spec
 * @extends {Panel<Spec>}
 */
export class AxesPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.legend = el("div", { class: "legend" });
    this.area = el("div", { class: "area" });
    host.append(this.legend, this.area);
    this.axes = new Axes(this.area, ctx);
    this.cursor = el("div", { class: "moved", hidden: "" }); // the line at the present instant
    this.dots = el("div");
    this.area.append(this.cursor, this.dots);
    this.reading = new Reading(this.area);
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"])) {
      this.area.addEventListener(type, (event) => this.read(event));
    }
    this.area.addEventListener("pointerleave", () => this.reading.show(null, {}));
  }

  /**
   * The curves of which single points can be read, as they are now.
   * @returns {import("./reading.js").Readable[]}
   */
  readable() {
    return [];
  }

  /**
   * Tell the point under the pointer: at a tap, or while no button is pressed, which moves time.
   * @param {PointerEvent} event
   */
  read(event) {
    if (!this.spec) return;
    const meant = event.type === "pointerdown" ? event.pointerType === "touch" : !event.buttons;
    const [x, y] = pointIn(event, this.area);
    this.reading.show(meant ? nearestPointOf(this.readable(), this.axes, x, y) : null, this.spec);
  }

  /**
   * @param {Spec} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    this.reading.show(null, {});
    super.update(spec, arrays);
  }

  rebuild() {
    this.reading.show(null, {});
    super.rebuild();
  }

  /** @param {SVGElement[]} dots that move by themselves */
  setDots(dots) {
    this.dots.replaceChildren(...dots);
  }

  /**
   * Fill the legend: before the axes are laid out, which take the room that it leaves.
   * @param {HTMLElement[]} items
   */
  setLegend(items) {
    this.legend.replaceChildren(...items);
    this.legend.hidden = !items.length;
  }

  /**
   * Dragging over the plot moves time to the frame that `frameAt` tells for a place across it.
   * @param {(x: number) => number} frameAt
   */
  dragTime(frameAt) {
    this.area.onpointerdown = this.area.onpointermove = (event) => {
      if (!this.spec?.at || (event.type === "pointermove" && !event.buttons)) return;
      if (event.type === "pointerdown") this.area.setPointerCapture(event.pointerId);
      this.ctx.seek(frameAt(pointIn(event, this.area)[0]));
    };
  }

  /** Lay out the cursor; where there is none, the plot is not dragged either. */
  buildCursor() {
    const { spec, axes: { box }, area, cursor } = this;
    area.style.cursor = spec.at ? "ew-resize" : "";
    area.style.touchAction = spec.at ? "pan-y" : "";
    cursor.hidden = !spec.at;
    Object.assign(cursor.style, {
      width: "1px", height: `${box.bottom - box.top}px`, opacity: "0.35", background: this.color("text"),
    });
  }

  /** @param {number} x */
  placeCursor(x) {
    shiftTo(this.cursor, x - 0.5, this.axes.box.top);
  }
}

/**
 * An entry of a legend: a sign of this style, and words.
 * @param {string} style
 * @param {...Child} words
 */
export const legendItem = (style, ...words) => el("span", { class: "item" }, el("i", { class: "key", style }), ...words);

/**
 * The entry of marks of one shape.
 * @param {string | undefined} color
 * @param {number} symbol
 * @param {...Child} words
 */
export function symbolItem(color, symbol, ...words) {
  const style = `color:${color};text-align:center;font-style:normal`;
  return el("span", { class: "item" }, el("i", { class: "key", style }, SYMBOLS[symbol].text), ...words);
}

/**
 * The style of a line's sign.
 * @param {{ faint?: boolean | null, lane?: string | null }} line
 * @param {string | undefined} color
 */
export const lineSign = ({ faint, lane }, color) => `border-top:${faint ? 1 : 3}px ${laneOf(lane).border} ${color}`;

/**
 * The style of a dot's sign.
 * @param {string | undefined} color
 */
export const dotSign = (color) => `border-top:8px dotted ${color};width:8px`;

// The controls above the loupe: how its pictures are compared, and how large they are.

import { el } from "../shared/dom.js";

/**
 * @typedef {NonNullable<import("./panels.d.ts").Loupe["mode"]>} LoupeMode
 *
 * @typedef {object} LoupeActions
 * @property {(mode: LoupeMode) => void} choose
 * @property {(gain: number) => void} setGain
 * @property {() => void} flip
 * @property {() => void} toggleBlinking
 * @property {(factor: number) => void} zoomBy
 * @property {() => void} fitAll
 */

/** @type {Record<LoupeMode, string>} */
const MODE_TEXTS = { slider: "Divider", blink: "Blink", difference: "Difference", both: "Both" };
/** In the order of the keys 1 to 4. */
export const LOUPE_MODES = /** @type {LoupeMode[]} */ (Object.keys(MODE_TEXTS));
const GAINS = [1, 2, 4, 8, 16];

export class LoupeBar {
  /**
   * @param {LoupeActions} actions
   * @param {number} gain
   */
  constructor(actions, gain) {
    this.modes = LOUPE_MODES.map((mode, i) =>
      button(MODE_TEXTS[mode], `${MODE_TEXTS[mode]} (${i + 1})`, () => actions.choose(mode)));
    this.gains = el("select", { "aria-label": "Gain of the difference" }, ...GAINS.map((g) => el("option", { value: g }, `×${g}`)));
    this.gains.onchange = () => actions.setGain(Number(this.gains.value));
    this.gains.value = String(gain);
    this.swap = button("⇄", "Swap the pictures (b)", actions.flip);
    this.run = button("❚❚", "Stop blinking", actions.toggleBlinking);
    const zoom = [
      button("−", "Zoom out (−)", () => actions.zoomBy(1 / 1.5)), button("+", "Zoom in (+)", () => actions.zoomBy(1.5)),
      button("All", "Show all of it (0)", actions.fitAll),
    ];
    this.root = el("div", { class: "loupebar" },
      el("span", { role: "group", "aria-label": "Comparison", class: "choices" }, ...this.modes),
      this.gains, this.swap, this.run, el("span", { class: "choices zoom" }, ...zoom));
  }

  /**
   * The controls of a mode.
   * @param {LoupeMode} mode
   */
  show(mode) {
    this.modes.forEach((node, i) => node.setAttribute("aria-pressed", String(LOUPE_MODES[i] === mode)));
    this.gains.hidden = mode !== "difference";
    this.swap.hidden = this.run.hidden = mode !== "blink";
  }

  /** @param {boolean} on */
  showBlinking(on) {
    const label = on ? "Stop blinking" : "Blink by itself";
    this.run.textContent = on ? "❚❚" : "▶";
    this.run.setAttribute("aria-label", label);
    this.run.title = label;
  }
}

/**
 * @param {string} text
 * @param {string} label
 * @param {() => void} action
 */
const button = (text, label, action) =>
  el("button", { type: "button", "aria-label": label, title: label, onclick: () => action() }, text);

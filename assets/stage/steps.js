// The steps of the algorithm as a list: the running one lit, with its line of code, shapes and numbers.

import { el, say } from "../shared/dom.js";
import { formatNumber } from "../shared/numbers.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("./panels.d.ts").Steps} Steps
 * @typedef {Steps["steps"][number]} Step
 * @typedef {NonNullable<Step["formula"]>[number]} Token
 * @typedef {{ node: HTMLElement, value: string, at: number, digits: number }} Live a number that changes with time
 */

/**
 * @extends {Panel<Steps>}
 */
export class StepsPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.list = el("ol", { class: "steps" });
    host.append(this.list);
    /** @type {Live[]} */
    this.live = [];
  }

  build() {
    this.live = [];
    this.list.replaceChildren(...this.spec.steps.map((step) => this.step(step)));
  }

  /** @param {Step} step */
  step({ name, code, shapes, formula }) {
    return el("li", {},
      el("span", { class: "name" }, name),
      code ? el("code", {}, code) : null,
      shapes ? el("span", { class: "shapes" }, shapes) : null,
      el("span", { class: "formula" }, ...(formula ?? []).map((part) => this.token(part))));
  }

  /** @param {Token} part */
  token(part) {
    if (typeof part === "string") return part;
    const style = part.color ? `color:${this.color(part.color)}` : null;
    if (!("value" in part)) return el("span", { style }, part.text);
    const node = el("b", { style });
    this.live.push({ node, value: part.value, at: part.at ?? 0, digits: part.digits ?? 3 });
    return node;
  }

  /** @param {number} frame */
  draw(frame) {
    const active = this.all(this.spec.active)[frame];
    Array.from(this.list.children, (item, i) => item.classList.toggle("active", i === active));
    for (const { node, value, at, digits } of this.live) {
      say(node, formatNumber(this.numbers(value)[at], digits));
    }
  }

  resize() {} // the browser lays it out
}

// A pipeline: what is done one after the other, in groups; each step says what it gives, and where it ended stands out.

import { el } from "../shared/dom.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("./panels.d.ts").Pipeline} Pipeline
 * @typedef {Pipeline["groups"][number]} PipelineGroup
 * @typedef {PipelineGroup["lanes"][number][number]} PipelineStep
 */

/** @type {Record<string, { edge: string, sign: string, says?: string }>} */
const STATES = {
  done: { edge: "solid", sign: "" },
  failed: { edge: "double", sign: "✗ ", says: "failed" },
  "not reached": { edge: "dashed", sign: "", says: "not reached" },
};
const CODE = "font:11px/1.25 var(--st-code-font, monospace);overflow-wrap:anywhere";

/**
 * Lanes of a group lie one below the other. What comes later than the lit step is drawn faint until then. A click on a
 * step, or Enter, moves time to it.
 * @extends {Panel<Pipeline>}
 */
export class PipelinePanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    const style = "display:flex;flex-wrap:wrap;gap:6px;align-content:flex-start;flex:1;min-height:0;overflow:auto";
    this.board = el("div", { style, tabindex: "-1" });
    host.append(this.board);
    /** @type {{ node: HTMLElement, step: PipelineStep }[]} */
    this.steps = [];
    /** @type {WeakMap<HTMLElement, string>} the styles that steps have now */
    this.looks = new WeakMap();
  }

  build() {
    this.steps = [];
    this.board.replaceChildren(...this.spec.groups.map((group) => this.group(group)));
  }

  /** @param {PipelineGroup} group */
  group({ title, note, weight, lanes }) {
    const frame = `border:1px solid ${this.color("border")};border-radius:8px;padding:3px 6px 5px;min-width:0`;
    return el("div", { style: `flex:${weight ?? 1} 1 auto;${frame}` },
      el("div", { style: "font-size:11px;line-height:16px;margin-bottom:2px" },
        el("code", { style: "font-weight:600" }, title), note ? ` ${note}` : ""),
      ...lanes.map((lane, i) => this.lane(lane, i)));
  }

  /**
   * @param {PipelineStep[]} lane
   * @param {number} i
   */
  lane(lane, i) {
    const style = `list-style:none;margin:${i ? 4 : 0}px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:2px;align-items:stretch`;
    return el("ol", { style }, ...lane.flatMap((step, j) => (j ? [stepArrow(), this.step(step)] : [this.step(step)])));
  }

  /** @param {PipelineStep} step */
  step(step) {
    const { sign, says } = STATES[step.state];
    const node = el("div", { tabindex: "0", role: "button" },
      el("b", { style: "display:block;font-size:11.5px;line-height:1.25;overflow-wrap:anywhere" }, `${step.at + 1} ${sign}${step.name}`),
      el("span", { style: CODE }, says ?? step.gives));
    node.onclick = () => this.ctx.seek(step.at);
    node.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.ctx.seek(step.at);
    };
    this.steps.push({ node, step });
    return el("li", { style: "flex:1 1 auto;max-width:210px;display:flex" }, node);
  }

  /** @param {number} frame */
  draw(frame) {
    const active = this.all(this.spec.active)[frame];
    for (const { node, step } of this.steps) {
      const lit = step.at === active;
      const style = this.styleOf(step, lit, step.at <= active);
      if (this.looks.get(node) !== style) node.style.cssText = style;
      this.looks.set(node, style);
      if (lit) this.follow(node);
      if (lit) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
    }
  }

  /**
   * @param {PipelineStep} step
   * @param {boolean} lit
   * @param {boolean} begun
   */
  styleOf({ state, color: quantity }, lit, begun) {
    const { edge } = STATES[state];
    const color = this.color(quantity) ?? this.color("text");
    const failed = state === "failed";
    return "flex:1;min-width:0;cursor:pointer;padding:1px 5px;border-radius:6px;"
      + `border:${failed ? 3 : 1}px ${edge} ${this.color(failed ? "text" : "border")};border-top:4px ${edge} ${color};`
      + `opacity:${begun ? 1 : 0.72};background:${lit ? `color-mix(in srgb, ${color} 20%, transparent)` : "transparent"};`
      + `box-shadow:${lit ? `0 0 0 2px ${color}` : "none"}`;
  }

  /**
   * Where there is no room for all groups, scroll to the step that is lit.
   * @param {HTMLElement} node
   */
  follow(node) {
    const [box, room] = [node.getBoundingClientRect(), this.board.getBoundingClientRect()];
    if (box.top < room.top || box.bottom > room.bottom) this.board.scrollTop += box.top - room.top - room.height / 3;
  }

  resize() {} // the browser lays it out
}

const stepArrow = () => el("li", { "aria-hidden": "true", style: "align-self:center;opacity:0.7" }, "→");

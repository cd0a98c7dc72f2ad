// Text as a computer prints it: lines of code with their answers, or names with the part that matters marked.

import { el, say } from "../shared/dom.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("./panels.d.ts").Text} TextSpec
 * @typedef {TextSpec["lines"][number]} TextLine
 */

const WRAPS = "white-space:pre-wrap;overflow-wrap:anywhere";

/**
 * `code` is what was asked, in bold, with a `note` beside it in plain letters; below is the answer, its line breaks
 * kept.
 * @extends {Panel<TextSpec>}
 */
export class TextPanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.list = el("ol");
    const style = "flex:1;min-height:0;overflow:auto;padding:0 4px";
    this.scroll = el("div", { tabindex: "0", role: "region", style }, this.list);
    host.append(this.scroll);
    /** @type {{ said: HTMLElement, answers: string[] }[]} */
    this.moving = [];
  }

  build() {
    const { spec, list } = this;
    this.moving = [];
    const beside = (spec.columns ?? 1) > 1;
    const columns = beside ? `columns:${spec.columns} ${spec.least ?? 200}px;column-gap:18px` : "";
    list.style.cssText = `list-style:none;margin:0;padding:0;font:12px/1.45 var(--st-code-font, monospace);${columns}`;
    this.scroll.setAttribute("aria-label", spec.title ?? "text");
    list.replaceChildren(...spec.lines.map((line) => this.line(line)));
  }

  /** @param {TextLine} line */
  line({ code, answer, answers, parts, note, color }) {
    const style = `${WRAPS}${color ? `;color:${this.color(color)}` : ""}`;
    const said = el("span", { style }, ...(parts ?? [answer ?? ""]).map((part) => this.token(part)));
    if (answers) this.moving.push({ said, answers });
    return el("li", { style: "break-inside:avoid;padding:1px 0" },
      code ? el("b", { style: WRAPS }, code) : null,
      note ? el("span", { style: "font-family:var(--st-font, sans-serif);font-size:11.5px" }, `  ${note}`) : null,
      code || note ? el("br") : null,
      said);
  }

  /** @param {NonNullable<TextLine["parts"]>[number]} part */
  token(part) {
    if (typeof part === "string") return part;
    const color = this.color(part.color) ?? "inherit";
    const ground = `background:color-mix(in srgb, ${color} 18%, transparent);border-radius:3px;font-weight:700;`;
    const style = `color:${part.faint || part.mark ? "inherit" : color};opacity:${part.faint ? 0.72 : 1}`;
    return el("span", { style: part.mark ? ground + style : style }, part.words);
  }

  draw() {
    const row = this.row();
    for (const { said, answers } of this.moving) say(said, answers[Math.min(row, answers.length - 1)]);
  }

  resize() {} // the browser lays it out
}

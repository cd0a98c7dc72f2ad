// The list of breeds to choose a new label from.

import { el } from "../shared/dom.js";

/** @typedef {import("./page.js").Item} Item */

export class Chooser {
  constructor() {
    this.dialog = el("dialog", { class: "chooser", "aria-label": "New label" });
    this.dialog.onclick = (event) => event.target === this.dialog && this.dialog.close();
  }

  /**
   * Ask for the label of a picture; the breed that it was taken for comes first.
   * @param {Item} item
   * @param {string[]} breeds
   * @param {number | undefined} action what it is marked as
   * @param {(breed: number) => void} chosen
   */
  ask(item, breeds, action, chosen) {
    const first = item.said === item.label ? [] : [item.said];
    const others = breeds.map((_, at) => at).filter((at) => at !== item.label && !first.includes(at));
    const options = [...first, ...others];
    const select = el("select", { size: "8", "aria-label": `New label of ${item.name}` });
    select.append(...options.map((at) => el("option", { value: String(at) }, breeds[at] + (at === first[0] ? " (the prediction)" : ""))));
    select.value = String(action !== undefined && action >= 0 ? action : options[0]);
    const done = () => {
      this.dialog.close();
      if (select.value !== "") chosen(Number(select.value));
    };
    select.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key !== "Enter") return;
      event.preventDefault();
      done();
    };
    select.ondblclick = done;
    const relabel = el("button", { type: "button", onclick: done }, "Relabel");
    const cancel = el("button", { type: "button", onclick: () => this.dialog.close() }, "Cancel");
    const question = el("p", {}, `${item.name} is labelled ${breeds[item.label]}. It shows:`);
    this.dialog.replaceChildren(question, select, el("div", { class: "row" }, relabel, cancel));
    this.dialog.showModal();
    select.focus();
  }
}

// What can be done with the picture as a whole: shown on the full screen, saved as PNG or SVG.

import { el } from "../shared/dom.js";
import { pngOf, save, svgOf, wordsOfPage } from "../shared/snapshot.js";
import { iconButton } from "./iconbutton.js";

const NAME = /[^a-z0-9]+/g; // what a file's name does not hold

export class Tools {
  /**
   * @param {HTMLElement} root the picture
   * @param {() => void} ready paints what a browser does not keep
   */
  constructor(root, ready) {
    this.picture = root;
    this.ready = ready;
    this.failed = el("span", { role: "alert" });
    const whole = document.fullscreenEnabled ? [iconButton("whole", "Full screen", () => this.fill())] : [];
    this.root = el("div", { class: "tools" }, this.failed, ...whole,
      iconButton("png", "Save this picture as PNG", () => this.keep("png")),
      iconButton("svg", "Save this picture as SVG", () => this.keep("svg")));
  }

  /** Whether the picture fills the screen. */
  get filling() {
    const root = /** @type {Document | ShadowRoot} */ (this.picture.getRootNode());
    return root.fullscreenElement === this.picture;
  }

  /** Fill the screen, or go back. */
  async fill() {
    await (this.filling ? document.exitFullscreen() : this.picture.requestFullscreen());
  }

  /** @param {"png" | "svg"} kind */
  async keep(kind) {
    try {
      this.ready();
      const words = wordsOfPage();
      const svg = await svgOf(this.picture, words);
      const blob = kind === "png" ? await pngOf(svg) : new Blob([svg.text], { type: "image/svg+xml" });
      const name = words.title.toLowerCase().replace(NAME, "-").replace(/^-|-$/g, "");
      save(blob, `${name || "picture"}.${kind}`);
      this.failed.textContent = "";
    } catch (error) {
      this.failed.textContent = "This browser cannot save the picture.";
      console.warn(error);
    }
  }
}

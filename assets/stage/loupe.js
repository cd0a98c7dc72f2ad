// Two pictures of the same size under one loupe: a divider to drag, blinking, their difference, or both side by side,
// down to single pixels. Both are moved and enlarged together, and both pixels under the pointer are read out.

import { el, fill, penOf, pointIn, sizeCanvas } from "../shared/dom.js";
import { clamp } from "../shared/numbers.js";
import { filesOf } from "../shared/packed.js";
import { LOUPE_MODES, LoupeBar } from "./loupebar.js";
import { LoupePainter } from "./loupepainter.js";
import { LoupeView } from "./loupeview.js";
import { Panel } from "./panel.js";

/**
 * @typedef {import("./panels.d.ts").Loupe} Loupe
 * @typedef {import("./loupebar.js").LoupeMode} LoupeMode
 */

const BLINK = 600; // ms that each picture is shown
const FIRST_GAIN = 4;
/** @type {Record<string, number[]>} */
const WALKS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, number>} */
const SLIDES = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 };
const DIVIDER = {
  tabindex: "0", role: "slider", "aria-label": "Divider", "aria-valuemin": 0, "aria-valuemax": 100,
  "aria-orientation": "horizontal", class: "divider", style: "display:none", // until it has a place
};

/**
 * Keys on the picture: arrows move the pixel that is read out (with Shift by ten), + and − zoom, 0 shows all, b swaps
 * the pictures, 1 to 4 choose the mode. The divider is a slider of its own. A wheel zooms once the picture has the
 * focus, or with Ctrl; two fingers do so at any time. Mode and zoom stay when new pictures come; `data-shown` then
 * counts up.
 * @extends {Panel<Loupe>}
 */
export class LoupePanel extends Panel {
  /**
   * @param {HTMLElement} host
   * @param {import("./panel.js").Context} ctx
   */
  constructor(host, ctx) {
    super(host, ctx);
    this.view = new LoupeView();
    /** @type {ImageBitmap[]} */
    this.bitmaps = [];
    /** @type {ImageData[]} */
    this.pixels = [];
    /** @type {HTMLCanvasElement | null} what differs, once it is looked at */
    this.mixed = null;
    /** @type {LoupeMode | null} */
    this.mode = null;
    this.gain = FIRST_GAIN;
    this.split = 0.5; // where the divider is, as a share of the picture
    this.ratio = 1; // pixels of the canvas a CSS pixel
    this.side = 0; // which picture shows while they blink
    this.turn = 0; // of decoding: only the last one counts
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    /** @type {number[] | null} the pixel that is read out */
    this.at = null;
    /** @type {Map<number, number[]>} */
    this.fingers = new Map();
    /** @type {{ centre: number[], from: number[] } | null} where a drag began */
    this.held = null;

    this.bar = new LoupeBar(this.actions(), FIRST_GAIN);
    this.canvas = el("canvas", { tabindex: "0", role: "img", style: "display:block;border-radius:6px;cursor:crosshair" });
    this.divider = el("div", DIVIDER);
    const style = "position:relative;flex:1;min-height:0;overflow:hidden;display:grid;place-items:center";
    this.area = el("div", { style }, this.canvas, this.divider);
    this.note = el("div", { class: "note", "aria-live": "polite", style: "min-height:34px" });
    host.append(this.bar.root, this.area, this.note);
    this.listenToPicture();
    this.listenToDivider();
  }

  /** What the controls do. */
  actions() {
    return {
      choose: (/** @type {LoupeMode} */ mode) => this.choose(mode),
      setGain: (/** @type {number} */ gain) => {
        this.gain = gain;
        this.mixed = null;
        this.paint();
      },
      flip: () => this.flip(),
      toggleBlinking: () => this.blink(!this.timer),
      zoomBy: (/** @type {number} */ factor) => this.zoomBy(factor),
      fitAll: () => this.fitAll(),
    };
  }

  /**
   * @param {Loupe} spec
   * @param {import("./panel.js").Arrays} arrays
   */
  update(spec, arrays) {
    this.spec = spec;
    this.arrays = arrays;
    const [one, other] = spec.names;
    const help = "Arrow keys read out pixels, plus and minus zoom.";
    this.canvas.setAttribute("aria-label", `${one} and ${other}, ${spec.title ?? "compared"}. ${help}`);
    this.decode();
    if (!this.mode) this.choose(spec.mode ?? "slider");
  }

  async decode() {
    const { arrays, spec, view } = this;
    const mine = ++this.turn;
    const files = filesOf(arrays[spec.pictures], arrays[spec.ends]);
    const options = /** @type {const} */ ({ colorSpaceConversion: "none", premultiplyAlpha: "none" });
    const fresh = await Promise.all(files.map((file) => createImageBitmap(new Blob([file]), options)));
    if (mine !== this.turn) {
      fresh.forEach((bitmap) => bitmap.close());
      return;
    }
    if (this.bitmaps.length) this.at = null;
    this.bitmaps.forEach((bitmap) => bitmap.close());
    this.bitmaps = fresh;
    this.pixels = fresh.map(pixelsOf);
    this.mixed = null;
    view.size = [fresh[0].width, fresh[0].height];
    view.centre = view.size.map((n) => n / 2);
    this.layOut();
    this.host.dataset.shown = String(Number(this.host.dataset.shown ?? 0) + 1);
  }

  /** Make the canvas wide enough to look around, but not as wide as the whole panel. */
  layOut() {
    if (!this.bitmaps.length) return;
    const { view, area } = this;
    const [width, height] = [Math.max(area.clientWidth, 60), Math.max(area.clientHeight, 60)];
    const across = Math.min(width, Math.max(1.6, view.panes) * height * (view.size[0] / view.size[1]));
    view.room = [Math.floor(across), height];
    this.ratio = sizeCanvas(this.canvas, view.room[0], height);
    this.paint();
  }

  rebuild() {
    this.layOut();
  }

  /** What differs, channel by channel, times the gain. */
  difference() {
    if (this.mixed) return this.mixed;
    const [width, height] = this.view.size;
    const [a, b] = this.pixels.map((image) => image.data);
    const image = new ImageData(width, height);
    for (let i = 0; i < a.length; i++) image.data[i] = i % 4 === 3 ? 255 : Math.abs(a[i] - b[i]) * this.gain;
    this.mixed = el("canvas", { width, height });
    penOf(this.mixed).putImageData(image, 0, 0);
    return this.mixed;
  }

  paint() {
    if (!this.bitmaps.length) return;
    const { view, canvas, mode, bitmaps, side, spec: { names } } = this;
    const painter = new LoupePainter(penOf(canvas), view, this.at, this.ctx.colors);
    painter.clear(this.ratio);
    if (mode === "slider") painter.slider(bitmaps, names, this.split);
    else if (mode === "both") painter.both(bitmaps, names);
    else if (mode === "blink") painter.one(bitmaps[side], names[side]);
    else painter.one(this.difference(), `difference ×${this.gain}`);
    this.placeDivider();
    canvas.style.touchAction = this.divider.style.touchAction = view.enlarged ? "none" : "pan-y";
    Object.assign(this.host.dataset, { mode, zoom: view.scale.toFixed(3), side: String(this.side) });
    this.tell();
  }

  placeDivider() {
    const { divider, split, view, area } = this;
    const percent = Math.round(split * 100);
    divider.style.display = this.mode === "slider" ? "" : "none";
    divider.style.left = `${(area.clientWidth - view.room[0]) / 2 + view.cut(split) - 11}px`;
    fill(divider, { "aria-valuenow": percent, "aria-valuetext": `${percent}% ${this.spec.names[0]}` });
  }

  /** Both pixels in numbers. */
  tell() {
    const { at, note, view, spec: { names } } = this;
    if (!at) {
      note.replaceChildren(`${view.scale.toFixed(1)} screen pixels a pixel. Point at a pixel, or use the arrow keys.`);
      return;
    }
    const [x, y] = at;
    const start = 4 * (y * view.size[0] + x);
    const [one, other] = this.pixels.map(({ data }) => Array.from(data.subarray(start, start + 3)));
    const apart = one.map((value, c) => Math.abs(value - other[c]));
    note.replaceChildren(`pixel ${x}, ${y} · ${names[0]} `, el("b", {}, one.join(" ")), ` · ${names[1]} `,
      el("b", {}, other.join(" ")), ` · difference ${apart.join(" ")}`);
  }

  /** @param {LoupeMode} mode */
  choose(mode) {
    this.mode = mode;
    this.view.panes = mode === "both" ? 2 : 1;
    this.bar.show(mode);
    this.blink(mode === "blink" && !this.ctx.reducedMotion);
    this.layOut();
  }

  /**
   * Start or stop the blinking; where the system asks for less motion it starts only on request.
   * @param {boolean} on
   */
  blink(on) {
    clearInterval(this.timer);
    this.timer = on ? setInterval(() => (this.host.isConnected ? this.flip() : this.blink(false)), BLINK) : undefined;
    this.bar.showBlinking(on);
  }

  flip() {
    this.side = 1 - this.side;
    this.paint();
  }

  /**
   * Zoom around a place of the picture: around the pixel that is read out, or the middle.
   * @param {number} factor
   * @param {number[]} [place]
   */
  zoomBy(factor, place = this.at ?? this.view.centre) {
    this.view.zoomBy(factor, place);
    this.paint();
  }

  fitAll() {
    this.view.zoom = null;
    this.paint();
  }

  /**
   * Where an event is on the picture, in its pixels.
   * @param {{ clientX: number, clientY: number }} event
   */
  under(event) {
    return this.view.under(pointIn(event, this.canvas));
  }

  listenToPicture() {
    const { canvas, area, view } = this;
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
      this.held = { centre: [...view.centre], from: [event.clientX, event.clientY] };
    };
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      this.fingers.delete(event.pointerId);
      this.held = null;
    };
    canvas.onpointerleave = () => {
      if (this.fingers.size) return;
      this.at = null;
      this.paint();
    };
    canvas.ondblclick = (event) => (view.enlarged ? this.fitAll() : this.zoomBy(8 / view.scale, this.under(event)));
    canvas.onkeydown = (event) => this.key(event);
    area.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.bitmaps.length) return;
    const { fingers, held, view } = this;
    const here = [event.clientX, event.clientY];
    const before = this.spread();
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, here);
    if (fingers.size === 2) {
      const [a, b] = fingers.values();
      const middle = this.under({ clientX: (a[0] + b[0]) / 2, clientY: (a[1] + b[1]) / 2 });
      this.zoomBy(this.spread() / before, middle);
      return;
    }
    if (held && fingers.size === 1) view.centre = held.centre.map((c, k) => c - (here[k] - held.from[k]) / view.scale);
    this.at = view.pixel(this.under(event));
    this.paint();
  }

  /** How far two fingers are apart. */
  spread() {
    const [a, b] = this.fingers.values();
    return b ? Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])) : 1;
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    const root = /** @type {Document | ShadowRoot} */ (this.area.getRootNode());
    if (!event.ctrlKey && !event.metaKey && !this.area.contains(root.activeElement)) return;
    event.preventDefault();
    this.zoomBy(Math.exp(-clamp(event.deltaY, -120, 120) / 300), this.under(event));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = WALKS[event.key];
    const number = "1234".indexOf(event.key);
    if (arrow) this.walk(arrow.map((step) => step * (event.shiftKey ? 10 : 1)));
    else if (event.key === "+" || event.key === "=") this.zoomBy(1.5);
    else if (event.key === "-") this.zoomBy(1 / 1.5);
    else if (event.key === "0") this.fitAll();
    else if (event.key === "b") this.flip();
    else if (number >= 0) this.choose(LOUPE_MODES[number]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Move the pixel that is read out, and the view with it when it leaves.
   * @param {number[]} steps
   */
  walk(steps) {
    const { view } = this;
    this.at = view.walk(this.at ?? view.centre.map(Math.floor), steps);
    this.paint();
  }

  listenToDivider() {
    const { divider, canvas, view } = this;
    divider.onpointerdown = (event) => {
      divider.setPointerCapture(event.pointerId);
      divider.dataset.held = "";
    };
    divider.onpointermove = (event) => {
      if (!("held" in divider.dataset)) return;
      const [from, to] = view.edges();
      this.slide((pointIn(event, canvas)[0] - from) / (to - from));
    };
    divider.onpointerup = divider.onpointercancel = () => delete divider.dataset.held;
    divider.onkeydown = (event) => {
      const by = SLIDES[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      this.slide(this.split + by);
    };
  }

  /** @param {number} split */
  slide(split) {
    this.split = clamp(split, 0, 1);
    this.paint();
  }

  destroy() {
    this.turn++;
    this.blink(false);
    this.bitmaps.forEach((bitmap) => bitmap.close());
  }
}

/** @param {ImageBitmap} bitmap */
function pixelsOf(bitmap) {
  const room = el("canvas", { width: bitmap.width, height: bitmap.height });
  const pen = penOf(room, { willReadFrequently: true });
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height);
}

// A square to draw a digit on. It keeps strokes, as whole numbers on a paper of fixed size, and sends them to Python
// when one ends, is undone or cleared: never while the pen moves. What Python makes of them is no business of this
// file.

import { el, penOf, pixelRatio } from "../shared/dom.js";
import { Mounts } from "../shared/mounts.js";
import { clamp } from "../shared/numbers.js";

/**
 * @typedef {number[]} Stroke x, y, x, y, ...
 * @typedef {(strokes: Stroke[]) => void} Send
 * @typedef {{ strokes: Stroke[], paper: number, pen: number, most: [number, number] }} DrawingData
 *
 * @typedef {object} Component what Streamlit hands over
 * @property {DrawingData} data
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: any) => void} setStateValue
 */

/** @type {Mounts<Drawing>} */
const CANVASES = new Mounts();
const STEP = 40; // how far an arrow key moves the pen, on a paper of 1000
const FINE = 10; // with Shift
const NEAR = 6; // nearer points are left out
/** @type {Record<string, number[]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP = "Keys: arrows move the pen, Shift makes it fine, Space puts it down or lifts it, Backspace undoes, Delete clears.";

class Drawing {
  /**
   * @param {HTMLElement} mount
   * @param {DrawingData} data
   * @param {Send} send
   */
  constructor(mount, data, send) {
    this.paper = data.paper;
    this.width = data.pen;
    this.most = data.most;
    this.send = send;
    this.strokes = data.strokes.map((stroke) => [...stroke]);
    /** @type {Stroke | null} the stroke being drawn */
    this.open = null;
    /** @type {number | null} the one pointer that draws it */
    this.pointer = null;
    this.at = [data.paper / 2, data.paper / 4]; // the pen, when keys move it
    this.keyed = false; // whether the keys' pen is shown
    this.canvas = el("canvas", {
      tabindex: "0", role: "application", "aria-roledescription": "drawing canvas",
      "aria-label": `Draw a 3 or a 7 here with mouse, finger or pen. ${HELP}`,
    });
    this.hint = el("div", { class: "hint", "aria-hidden": "true" }, "Draw a 3 or a 7");
    this.undoButton = el("button", { type: "button", onclick: () => this.undo() }, "Undo");
    this.clearButton = el("button", { type: "button", onclick: () => this.clear() }, "Clear");
    this.said = el("span", { class: "said", role: "status" });
    const tools = el("div", { class: "tools" }, this.undoButton, this.clearButton, this.said);
    mount.replaceChildren(el("div", { class: "paper" }, this.canvas, this.hint), tools, el("div", { class: "keys" }, HELP));
    this.listen();
    this.watch = new ResizeObserver(() => this.paint());
    this.watch.observe(this.canvas);
    this.refresh();
  }

  listen() {
    const { canvas } = this;
    canvas.onpointerdown = (event) => this.press(event);
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = (event) => {
      if (event.pointerId === this.pointer) this.lift();
    };
    canvas.onkeydown = (event) => this.key(event);
    canvas.onblur = () => {
      if (this.pointer === null) this.lift();
      this.keyed = false;
      this.paint();
    };
  }

  /**
   * Where a pointer is, on the paper.
   * @param {PointerEvent} event
   */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const on = (/** @type {number} */ value, /** @type {number} */ from, /** @type {number} */ size) =>
      clamp(Math.round(((value - from) / size) * this.paper), 0, this.paper);
    return [on(event.clientX, box.left, box.width), on(event.clientY, box.top, box.height)];
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (this.pointer !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    this.lift();
    this.keyed = false;
    if (!this.begin(this.place(event))) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (event.pointerId !== this.pointer) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.extend(this.place(each));
    this.paint();
  }

  points() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  }

  /**
   * Put the pen down; false where the drawing is full.
   * @param {number[]} at
   */
  begin(at) {
    if (this.strokes.length >= this.most[0] || this.points() >= this.most[1]) {
      this.said.textContent = "The canvas takes no more: undo or clear.";
      return false;
    }
    this.open = [...at];
    this.strokes.push(this.open);
    this.hint.hidden = true;
    this.paint();
    return true;
  }

  /**
   * Draw on to a place.
   * @param {number[]} place
   */
  extend([x, y]) {
    if (!this.open) return;
    const [lastX, lastY] = this.open.slice(-2);
    if (Math.hypot(x - lastX, y - lastY) >= NEAR && this.points() < this.most[1]) this.open.push(x, y);
  }

  /** The end of a stroke: now it is sent. */
  lift() {
    this.pointer = null;
    if (!this.open) return;
    this.open = null;
    this.changed();
  }

  undo() {
    this.open = this.pointer = null;
    if (this.strokes.pop()) this.changed();
  }

  clear() {
    this.open = this.pointer = null;
    if (!this.strokes.length) return;
    this.strokes = [];
    this.changed();
  }

  changed() {
    this.refresh();
    this.send(this.strokes.map((stroke) => [...stroke]));
  }

  refresh() {
    const count = this.strokes.length;
    this.said.textContent = count ? `${count} stroke${count > 1 ? "s" : ""}` : "";
    this.undoButton.disabled = this.clearButton.disabled = !count;
    this.hint.hidden = count > 0;
    this.paint();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const actions = { " ": () => this.toggle(), Backspace: () => this.undo(), Delete: () => this.clear() };
    const direction = KEYS[event.key];
    const action = direction ? () => this.step(direction, event.shiftKey ? FINE : STEP) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this.keyed = true;
    action();
    this.paint();
  }

  /**
   * @param {number[]} direction
   * @param {number} length
   */
  step(direction, length) {
    this.at = this.at.map((value, i) => clamp(value + direction[i] * length, 0, this.paper));
    this.extend(this.at);
  }

  toggle() {
    if (this.open) this.lift();
    else if (this.begin(this.at)) this.said.textContent = "Pen down: move with the arrows, Space lifts it";
  }

  paint() {
    const size = Math.round(this.canvas.clientWidth * pixelRatio());
    if (!size) return;
    if (this.canvas.width !== size) this.canvas.width = this.canvas.height = size;
    const pen = penOf(this.canvas, { willReadFrequently: true }); // in memory: some GPUs keep showing what was cleared
    const scale = this.canvas.width / this.paper;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, this.paper, this.paper);
    Object.assign(pen, { lineCap: "round", lineJoin: "round", lineWidth: this.width * this.paper, strokeStyle: "#fff" });
    for (const stroke of this.strokes) {
      pen.beginPath();
      pen.moveTo(stroke[0], stroke[1]);
      for (let i = 0; i < stroke.length; i += 2) pen.lineTo(stroke[i], stroke[i + 1]);
      pen.stroke();
    }
    if (this.keyed) this.paintCursor(pen);
  }

  /**
   * The keys' pen: a ring, full while it is down.
   * @param {CanvasRenderingContext2D} pen
   */
  paintCursor(pen) {
    for (const { width, colour } of [{ width: 14, colour: "#000" }, { width: 7, colour: this.open ? "#ffb000" : "#5bb8f0" }]) {
      pen.beginPath();
      pen.arc(this.at[0], this.at[1], (this.width * this.paper) / 2, 0, 2 * Math.PI);
      Object.assign(pen, { lineWidth: width, strokeStyle: colour });
      pen.stroke();
    }
  }

  destroy() {
    this.watch.disconnect();
  }
}

/**
 * Streamlit calls this at mount and at every change of the data or the theme; the strokes given count at mount alone.
 * @param {Component} component
 */
export function mountCanvas({ data, parentElement, setStateValue }) {
  /** @type {Send} */
  const send = (strokes) => setStateValue("strokes", strokes);
  return CANVASES.show(parentElement, (mount) => new Drawing(mount, data, send), (drawing) => {
    drawing.send = send;
  });
}

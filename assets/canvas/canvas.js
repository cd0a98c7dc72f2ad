// A square to draw a digit on. It keeps strokes, as whole numbers on a paper of fixed size, and sends them to Python when
// one ends, is undone or cleared: never while the pen moves. What Python makes of them is no business of this file.

const CANVASES = new WeakMap();
const STEP = 40; // how far an arrow key moves the pen, on a paper of 1000
const FINE = 10; // with Shift
const NEAR = 6; // nearer points are left out
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HELP = "Keys: arrows move the pen, Shift makes it fine, Space puts it down or lifts it, Backspace undoes, Delete clears.";

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

class Drawing {
  constructor(mount, data, send) {
    Object.assign(this, { paper: data.paper, width: data.pen, most: data.most, send });
    this.strokes = data.strokes.map((stroke) => [...stroke]);
    this.open = null; // the stroke being drawn
    this.pointer = null; // the one pointer that draws it
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
    canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = (event) => event.pointerId === this.pointer && this.lift();
    canvas.onkeydown = (event) => this.key(event);
    canvas.onblur = () => {
      if (this.pointer === null) this.lift();
      this.keyed = false;
      this.paint();
    };
  }

  /** Where a pointer is, on the paper. */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const on = (value, from, size) => clamp(Math.round(((value - from) / size) * this.paper), 0, this.paper);
    return [on(event.clientX, box.left, box.width), on(event.clientY, box.top, box.height)];
  }

  press(event) {
    if (this.pointer !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    this.lift();
    this.keyed = false;
    if (!this.begin(this.place(event))) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) this.extend(this.place(each));
    this.paint();
  }

  points() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  }

  /** Put the pen down; false where the drawing is full. */
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

  extend([x, y]) {
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

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = { " ": () => this.toggle(), Backspace: () => this.undo(), Delete: () => this.clear() };
    const action = KEYS[event.key] ? () => this.step(KEYS[event.key], event.shiftKey ? FINE : STEP) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this.keyed = true;
    action();
    this.paint();
  }

  step(direction, length) {
    this.at = this.at.map((value, i) => clamp(value + direction[i] * length, 0, this.paper));
    if (this.open) this.extend(this.at);
  }

  toggle() {
    if (this.open) this.lift();
    else if (this.begin(this.at)) this.said.textContent = "Pen down: move with the arrows, Space lifts it";
  }

  paint() {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const size = this.canvas.clientWidth;
    if (!size) return;
    if (this.canvas.width !== Math.round(size * ratio)) this.canvas.width = this.canvas.height = Math.round(size * ratio);
    const pen = this.canvas.getContext("2d", { willReadFrequently: true }); // in memory: some GPUs keep showing what was cleared
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

  /** The keys' pen: a ring, full while it is down. */
  paintCursor(pen) {
    for (const [width, colour] of [[14, "#000"], [7, this.open ? "#ffb000" : "#5bb8f0"]]) {
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

/** Streamlit calls this at mount and at every change of the data or the theme; the strokes given count at mount alone. */
export default function ({ data, parentElement, setStateValue }) {
  const send = (strokes) => setStateValue("strokes", strokes);
  const known = CANVASES.get(parentElement);
  if (known) known.send = send;
  else CANVASES.set(parentElement, new Drawing(parentElement.querySelector(".mount"), data, send));
  return () => {
    CANVASES.get(parentElement)?.destroy();
    CANVASES.delete(parentElement);
  };
}

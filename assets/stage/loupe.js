// Two pictures of the same size under one loupe: a divider to drag, blinking, their difference, or both side by side,
// down to single pixels. Both are moved and enlarged together, and both pixels under the pointer are read out.

const LOUPE_MODES = { slider: "Divider", blink: "Blink", difference: "Difference", both: "Both" };
const GAINS = [1, 2, 4, 8, 16];
const MOST_ZOOM = 40; // CSS pixels a pixel
const BLINK = 600; // ms that each picture is shown

/**
 * spec: { title, pictures: name of uint8 (two files, one behind the other), ends: name of (2) where each ends,
 *         names: [left, right], mode: "slider" | "blink" | "difference" | "both" at first }
 * Keys on the picture: arrows move the pixel that is read out (with Shift by ten), + and − zoom, 0 shows all, b swaps the
 * pictures, 1 to 4 choose the mode. The divider is a slider of its own. A wheel zooms once the picture has the focus, or
 * with Ctrl; two fingers do so at any time. Mode and place stay when new pictures come; `data-shown` then counts up.
 */
PANELS.loupe = (host, ctx) => {
  const canvas = el("canvas", { tabindex: "0", role: "img", style: "display:block;border-radius:6px;cursor:crosshair" });
  const divider = el("div", { tabindex: "0", role: "slider", "aria-label": "Divider", "aria-valuemin": 0, "aria-valuemax": 100, "aria-orientation": "horizontal", class: "divider" });
  const area = el("div", { style: "position:relative;flex:1;min-height:0;overflow:hidden;display:grid;place-items:center" }, canvas, divider);
  const button = (text, label, action) => el("button", { type: "button", "aria-label": label, title: label, onclick: action }, text);
  const modes = Object.fromEntries(Object.entries(LOUPE_MODES).map(([name, text], i) => [name, button(text, `${text} (${i + 1})`, () => choose(name))]));
  const gains = el("select", { "aria-label": "Gain of the difference", onchange: () => { gain = Number(gains.value); mixed = null; draw(); } },
    ...GAINS.map((g) => el("option", { value: g }, `×${g}`)));
  const swap = button("⇄", "Swap the pictures (b)", () => flip());
  const run = button("❚❚", "Stop blinking", () => blink(!timer));
  const bar = el("div", { class: "loupebar" }, el("span", { role: "group", "aria-label": "Comparison", class: "choices" }, ...Object.values(modes)), gains, swap, run,
    el("span", { class: "choices zoom" }, button("−", "Zoom out (−)", () => zoomBy(1 / 1.5)), button("+", "Zoom in (+)", () => zoomBy(1.5)), button("All", "Show all of it (0)", () => fitAll())));
  const note = el("div", { class: "note", "aria-live": "polite", style: "min-height:34px" });
  host.append(bar, area, note);

  let spec, bitmaps = [], pixels = [], mode, gain = 4, split = 0.5, turn = 0, timer = null, side = 0, mixed = null;
  let zoom = null, centre = [0, 0], at = null, fingers = new Map(), held = null, box = { width: 1, height: 1, ratio: 1 };
  gains.value = String(gain);

  const size = () => [bitmaps[0]?.width ?? 1, bitmaps[0]?.height ?? 1];
  const panes = () => (mode === "both" ? 2 : 1);
  const paneWidth = () => (box.width - (panes() - 1) * 6) / panes();
  const least = () => Math.min(paneWidth() / size()[0], box.height / size()[1]);
  const scale = () => Math.max(least(), zoom ?? 0);

  async function decode(arrays) {
    const mine = ++turn;
    const { data } = arrays[spec.pictures];
    const ends = arrays[spec.ends].data;
    const options = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
    const fresh = await Promise.all([0, 1].map((i) => createImageBitmap(new Blob([data.subarray(i ? ends[i - 1] : 0, ends[i])]), options)));
    if (mine !== turn) return fresh.forEach((bitmap) => bitmap.close());
    bitmaps.forEach((bitmap) => bitmap.close());
    const other = bitmaps.length && (bitmaps[0].width !== fresh[0].width || bitmaps[0].height !== fresh[0].height);
    const first = !bitmaps.length || other;
    bitmaps = fresh;
    pixels = bitmaps.map(read);
    mixed = null;
    if (first) centre = size().map((n) => n / 2);
    if (other) at = null;
    layout();
    host.dataset.shown = String(Number(host.dataset.shown ?? 0) + 1);
  }

  function read(bitmap) {
    const room = el("canvas", { width: bitmap.width, height: bitmap.height });
    const pen = room.getContext("2d", { willReadFrequently: true });
    pen.drawImage(bitmap, 0, 0);
    return pen.getImageData(0, 0, bitmap.width, bitmap.height);
  }

  /** What differs, channel by channel, times the gain; made when it is first looked at. */
  function difference() {
    if (mixed) return mixed;
    const [a, b] = pixels.map((image) => image.data);
    mixed = el("canvas", { width: size()[0], height: size()[1] });
    const image = new ImageData(...size());
    for (let i = 0; i < a.length; i++) image.data[i] = i % 4 === 3 ? 255 : Math.abs(a[i] - b[i]) * gain;
    mixed.getContext("2d").putImageData(image, 0, 0);
    return mixed;
  }

  function layout() {
    if (!bitmaps.length) return;
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [width, height] = [Math.max(area.clientWidth, 60), Math.max(area.clientHeight, 60)];
    const [w, h] = size();
    const across = Math.min(width, Math.max(1.6, panes()) * height * (w / h)); // wide enough to look around, not the whole panel
    box = { width: Math.floor(across), height, ratio };
    [canvas.width, canvas.height] = [box.width * ratio, height * ratio];
    Object.assign(canvas.style, { width: `${box.width}px`, height: `${height}px` });
    draw();
  }

  /** The picture's place in a pane: its left and top edge, in CSS pixels of the pane. */
  function place() {
    const s = scale();
    const room = [paneWidth(), box.height];
    centre = centre.map((c, k) => {
      const half = room[k] / 2 / s;
      return half * 2 >= size()[k] ? size()[k] / 2 : clamp(c, half, size()[k] - half);
    });
    return centre.map((c, k) => room[k] / 2 - c * s);
  }

  function draw() {
    if (!bitmaps.length) return;
    const pen = canvas.getContext("2d");
    const { width, height, ratio } = box;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = ctx.colors.panel;
    pen.fillRect(0, 0, width, height);
    const [left, top] = place();
    const s = scale();
    const pane = paneWidth();
    pen.imageSmoothingEnabled = s * ratio < 1;
    const put = (image, from, to, shift = 0) => {
      pen.save();
      pen.beginPath();
      pen.rect(from, 0, to - from, height);
      pen.clip();
      pen.drawImage(image, left + shift, top, size()[0] * s, size()[1] * s);
      if (at) outline(pen, left + shift + at[0] * s, top + at[1] * s, s);
      pen.restore();
    };
    const edges = [Math.max(0, left), Math.min(width, left + size()[0] * s)];
    const cut = edges[0] + split * (edges[1] - edges[0]);
    if (mode === "slider") {
      put(bitmaps[0], 0, cut);
      put(bitmaps[1], cut, width);
      name(pen, spec.names[0], edges[0] + 6, "left");
      name(pen, spec.names[1], edges[1] - 6, "right");
    } else if (mode === "both") {
      put(bitmaps[0], 0, pane);
      put(bitmaps[1], pane + 6, width, pane + 6);
      name(pen, spec.names[0], Math.max(0, left) + 6, "left");
      name(pen, spec.names[1], pane + 6 + Math.max(0, left) + 6, "left");
    } else {
      put(mode === "blink" ? bitmaps[side] : difference(), 0, width);
      name(pen, mode === "blink" ? spec.names[side] : `difference ×${gain}`, edges[0] + 6, "left");
    }
    divider.style.display = mode === "slider" ? "" : "none";
    divider.style.left = `${(area.clientWidth - width) / 2 + cut - 11}px`;
    fill(divider, { "aria-valuenow": Math.round(split * 100), "aria-valuetext": `${Math.round(split * 100)}% ${spec.names[0]}` }, []);
    canvas.style.touchAction = divider.style.touchAction = s > least() * 1.01 ? "none" : "pan-y";
    Object.assign(host.dataset, { mode, zoom: s.toFixed(3), side: String(side) });
    tell();
  }

  function outline(pen, x, y, s) {
    if (s < 3) return;
    for (const [colour, thick] of [[ctx.colors.background, 3], [ctx.colors.activations, 1.5]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = thick;
      pen.strokeRect(x, y, s, s);
    }
  }

  function name(pen, text, x, align) {
    pen.font = "600 11.5px sans-serif";
    const wide = pen.measureText(text).width + 10;
    const left = align === "right" ? x - wide : x;
    pen.fillStyle = ctx.colors.background;
    pen.globalAlpha = 0.85;
    pen.fillRect(left, 6, wide, 20);
    pen.globalAlpha = 1;
    pen.fillStyle = ctx.colors.text;
    pen.fillText(text, left + 5, 20);
  }

  /** Both pixels in numbers. */
  function tell() {
    const [x, y] = at ?? [-1, -1];
    if (!at) return note.replaceChildren(`${scale().toFixed(1)} screen pixels a pixel. Point at a pixel, or use the arrow keys.`);
    const start = 4 * (y * size()[0] + x);
    const values = pixels.map(({ data }) => Array.from(data.subarray(start, start + 3)));
    const apart = values[0].map((value, c) => Math.abs(value - values[1][c]));
    return note.replaceChildren(`pixel ${x}, ${y} · ${spec.names[0]} `, el("b", {}, values[0].join(" ")), ` · ${spec.names[1]} `,
      el("b", {}, values[1].join(" ")), ` · difference ${apart.join(" ")}`);
  }

  function choose(next) {
    mode = next;
    for (const [each, node] of Object.entries(modes)) node.setAttribute("aria-pressed", String(each === mode));
    gains.hidden = mode !== "difference";
    swap.hidden = run.hidden = mode !== "blink";
    blink(mode === "blink" && !ctx.reducedMotion);
    layout();
  }

  /** Start or stop the blinking; where the system asks for less motion it starts only on request. */
  function blink(on) {
    clearInterval(timer);
    timer = on ? setInterval(() => (host.isConnected ? flip() : blink(false)), BLINK) : null;
    run.textContent = on ? "❚❚" : "▶";
    run.setAttribute("aria-label", on ? "Stop blinking" : "Blink by itself");
    run.title = run.getAttribute("aria-label");
  }

  function flip() {
    side = 1 - side;
    draw();
  }

  /** Zoom around a place of the picture that stays where it is. */
  function zoomBy(factor, [x, y] = at ?? centre) {
    const before = scale();
    zoom = clamp(before * factor, least(), MOST_ZOOM);
    const share = before / scale();
    centre = [x - (x - centre[0]) * share, y - (y - centre[1]) * share];
    draw();
  }

  function fitAll() {
    zoom = null;
    draw();
  }

  /** Where an event is on the picture, in its pixels. */
  function under(event) {
    const [x, y] = pointIn(event, canvas);
    const pane = paneWidth() + 6;
    const [left, top] = place();
    return [((panes() > 1 && x >= pane ? x - pane : x) - left) / scale(), (y - top) / scale()];
  }

  function point([x, y]) {
    const [w, h] = size();
    at = x >= 0 && y >= 0 && x < w && y < h ? [Math.floor(x), Math.floor(y)] : null;
  }

  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    held = { centre: [...centre], from: [event.clientX, event.clientY] };
  };
  canvas.onpointermove = (event) => {
    if (!bitmaps.length) return;
    const before = spread();
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (fingers.size === 2) {
      const [a, b] = fingers.values();
      zoomBy(spread() / before, under({ clientX: (a[0] + b[0]) / 2, clientY: (a[1] + b[1]) / 2 }));
      return;
    }
    if (held && fingers.size === 1) centre = [0, 1].map((k) => held.centre[k] - ([event.clientX, event.clientY][k] - held.from[k]) / scale());
    point(under(event));
    draw();
  };
  const spread = () => {
    const [a, b] = fingers.values();
    return b ? Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])) : 1;
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    fingers.delete(event.pointerId);
    held = null;
  };
  canvas.onpointerleave = () => {
    if (fingers.size) return;
    at = null;
    if (bitmaps.length) draw();
  };
  canvas.ondblclick = (event) => (scale() > least() * 1.01 ? fitAll() : zoomBy(8 / scale(), under(event)));
  area.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && !area.contains(area.getRootNode().activeElement)) return;
    event.preventDefault();
    zoomBy(Math.exp(-clamp(event.deltaY, -120, 120) / 300), under(event));
  }, { passive: false });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    const number = "1234".indexOf(event.key);
    if (arrow) walk(arrow, event.shiftKey ? 10 : 1);
    else if (event.key === "+" || event.key === "=") zoomBy(1.5);
    else if (event.key === "-") zoomBy(1 / 1.5);
    else if (event.key === "0") fitAll();
    else if (event.key === "b") flip();
    else if (number >= 0) choose(Object.keys(LOUPE_MODES)[number]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Move the pixel that is read out, and the view with it when it leaves. */
  function walk([dx, dy], by) {
    at ??= centre.map(Math.floor);
    at = [clamp(at[0] + dx * by, 0, size()[0] - 1), clamp(at[1] + dy * by, 0, size()[1] - 1)];
    const half = [paneWidth() / 2 / scale() - 1, box.height / 2 / scale() - 1];
    centre = centre.map((c, k) => clamp(c, at[k] + 0.5 - half[k], at[k] + 0.5 + half[k]));
    draw();
  }

  divider.onpointerdown = (event) => {
    divider.setPointerCapture(event.pointerId);
    divider.dataset.held = "";
  };
  divider.onpointermove = (event) => {
    if (!("held" in divider.dataset)) return;
    const [left] = place();
    const edges = [Math.max(0, left), Math.min(box.width, left + size()[0] * scale())];
    split = clamp((pointIn(event, canvas)[0] - edges[0]) / (edges[1] - edges[0]), 0, 1);
    draw();
  };
  divider.onpointerup = divider.onpointercancel = () => delete divider.dataset.held;
  divider.onkeydown = (event) => {
    const by = { ArrowLeft: -0.02, ArrowRight: 0.02, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    split = clamp(split + by, 0, 1);
    draw();
  };

  return {
    update(newSpec, arrays) {
      spec = newSpec;
      canvas.setAttribute("aria-label", `${spec.names[0]} and ${spec.names[1]}, ${spec.title ?? "compared"}. Arrow keys read out pixels, plus and minus zoom.`);
      decode(arrays);
      if (!mode) choose(spec.mode ?? "slider");
    },
    draw() {},
    resize: layout,
    theme: layout,
    destroy() {
      turn++;
      blink(false);
      bitmaps.forEach((bitmap) => bitmap.close());
    },
  };
};

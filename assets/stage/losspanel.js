// What the 2-D and the 3-D panel of a loss surface have in common.

/** Draws text with a halo of the background. */
function drawText(g, text, x, y, colour, halo) {
  g.lineJoin = "round";
  g.lineWidth = 3;
  g.strokeStyle = halo;
  g.strokeText(text, x, y);
  g.fillStyle = colour;
  g.fillText(text, x, y);
}

/** Texts of ticks by ctx.format; with more digits where that would make two of them the same. */
function tickTexts(ticks, ctx) {
  for (const text of [ctx.format, (v) => String(v), (v) => v.toPrecision(7), (v) => v.toPrecision(12)]) {
    const texts = ticks.map((tick) => text(tick));
    if (new Set(texts).size === texts.length) return texts.map((t) => t.replace(/^-/, "\u2212"));
  }
  return ticks.map(String);
}

let graphicsAreSoftware = null;

/** Whether this browser draws WebGL on the processor: then canvases stay there too, and turning is drawn coarsely. */
function softwareGraphics() {
  if (graphicsAreSoftware === null) {
    const gl = document.createElement("canvas").getContext("webgl2");
    const names = gl?.getExtension("WEBGL_debug_renderer_info");
    const renderer = names ? gl.getParameter(names.UNMASKED_RENDERER_WEBGL) : "";
    graphicsAreSoftware = !gl || /swiftshader|llvmpipe|software|basic render/i.test(renderer);
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  }
  return graphicsAreSoftware;
}

/** Fits a canvas to w×h CSS px, at most two device pixels each, and returns its context, cleared. */
function fitCanvas(canvas, w, h) {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = [Math.max(1, Math.round(w * ratio)), Math.max(1, Math.round(h * ratio))];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const g = canvas.getContext("2d", { willReadFrequently: softwareGraphics() });
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, w, h);
  return g;
}

/** What panels of one camera group share: orbit, zoom, the point under the pointer, and who wants to know. */
function sharedView(ctx, name) {
  const view = ctx.shared.get(`view:${name}`) ?? { orbit: null, hover: null, listeners: new Set() };
  if (name) ctx.shared.set(`view:${name}`, view);
  return view;
}

/** What the 2-D and the 3-D panel have in common: layers, data, the camera group, the point under the pointer. */
class LossPanel {
  constructor(host, ctx, layers) {
    Object.assign(this, { host, ctx, frame: 0, field: null, view: null });
    const add = (tag, style) => host.appendChild(el(tag, { style: `position:absolute;${style}` }));
    for (const name of layers) this[name] = add("canvas", "inset:0;width:100%;height:100%");
    this.live.setAttribute("role", "img");
    this.readout = add("div", "display:none;right:6px;top:4px;padding:2px 8px;border-radius:6px;font-size:12px;" +
      "font-variant-numeric:tabular-nums;pointer-events:none;max-width:80%");
    this.elements = [...layers.map((name) => this[name]), this.readout];
  }

  /** Takes new data; the camera and the frame stay. */
  take(spec, arrays, look) {
    this.spec = spec;
    this.field = lossField(spec, arrays);
    this.paths = (spec.paths ?? []).map((path) => ({
      path, points: unitPoints(this.field, arrays[path.points].data), at: (frame) => rowOf(path, arrays, frame),
    }));
    this.live.setAttribute("aria-label", `${look} of ${spec.zLabel} over ${spec.xLabel} and ${spec.yLabel}`);
    if (this.view && this.group === spec.camera) return;
    const view = sharedView(this.ctx, spec.camera);
    view.orbit ??= this.view?.orbit ?? null;
    this.view?.listeners.delete(this.onView);
    Object.assign(this, { view, group: spec.camera });
    view.listeners.add(this.onView);
  }

  /** Tells the group which grid point [x, y] the pointer is on, or null. */
  share(at) {
    const hover = at && [this.field.x[at[0]], this.field.y[at[1]]];
    if (!this.view || String(this.view.hover) === String(hover)) return;
    this.view.hover = hover;
    for (const listener of this.view.listeners) listener("hover");
  }

  /** Marks the group's grid point and writes its values into the corner; else the corner names the paths. */
  paintHover(g) {
    const { view: { hover }, field, spec, ctx: { format } } = this;
    const at = hover && nearestPoint(field, ...field.toUnit(...hover));
    if (!at) return this.note(this.legend());
    const x = field.x[at[0]], y = field.y[at[1]], z = field.z[at[1] * field.nx + at[0]];
    const values = [[spec.xLabel, x], [spec.yLabel, y], [spec.zLabel, z]];
    this.note(values.map(([label, value]) => `${label} ${format(value)}`).join("  ·  "));
    drawCross(g, ...this.place([...field.toUnit(x, y), field.toHeight(z) || 0]), this.ctx);
  }

  /** Names of the paths, where there are several with names of their own. */
  legend() {
    const names = this.paths.map(({ path }) => path.label);
    if (names.length < 2 || !names.every(Boolean) || new Set(names).size < names.length) return "";
    const line = ({ path: { lane, label } }) => `${lane ?? ""} ${laneOf(lane).sign} ${label}`;
    return this.paths.map(line).sort().join("\u2003");
  }

  note(text) {
    const { style } = this.readout, { colors } = this.ctx;
    if (this.readout.textContent !== text) this.readout.textContent = text;
    style.display = text ? "block" : "none";
    Object.assign(style, { color: colors.text, background: colors.panel, border: `1px solid ${colors.border}` });
  }

  destroy() {
    this.view?.listeners.delete(this.onView);
    for (const element of this.elements) element.remove();
  }
}

/** The mark at the grid point under the pointer. */
function drawCross(g, x, y, ctx) {
  for (const [colour, width] of [[ctx.dark ? "#05070b" : "#ffffff", 3.5], [ctx.colors.text, 1.5]]) {
    g.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      g.moveTo(x + 3 * dx, y + 3 * dy);
      g.lineTo(x + 9 * dx, y + 9 * dy);
    }
    g.lineWidth = width;
    g.strokeStyle = colour;
    g.stroke();
  }
}

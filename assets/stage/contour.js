// A loss surface from above: heat map, labelled iso-lines and the recorded paths.
// `lossField`, `tracePath` and their neighbours also serve the 3-D panel of surface.js, so both show the same levels.

/** Fills NaN-aware cubic values between the n entries of a line: `factor` new steps an entry, exact at the entries. */
function refineLine(read, n, factor, write) {
  for (let i = 0; i < n; i++) {
    write(i * factor, read(i));
    if (i === n - 1) return;
    const b = read(i), c = read(i + 1);
    const before = i > 0 ? read(i - 1) : NaN, after = i + 2 < n ? read(i + 2) : NaN;
    const a = Number.isNaN(before) ? 2 * b - c : before, d = Number.isNaN(after) ? 2 * c - b : after;
    for (let k = 1; k < factor; k++) {
      const f = k / factor;
      write(i * factor + k, b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a))));
    }
  }
}

/** A Catmull-Rom refinement of a (ny, nx) grid to about 100 columns, so that lines and light are smooth. */
function refineGrid(values, nx, ny) {
  const factor = clamp(Math.round(96 / Math.max(nx - 1, ny - 1, 1)), 1, 6);
  if (factor === 1) return { nx, ny, t: Float32Array.from(values) };
  const fx = (nx - 1) * factor + 1, fy = (ny - 1) * factor + 1;
  const rows = new Float64Array(fx * ny), t = new Float32Array(fx * fy);
  for (let j = 0; j < ny; j++) {
    refineLine((i) => values[j * nx + i], nx, factor, (i, value) => (rows[j * fx + i] = value));
  }
  for (let i = 0; i < fx; i++) {
    refineLine((j) => rows[j * fx + i], ny, factor, (j, value) => (t[j * fx + i] = value));
  }
  return { nx: fx, ny: fy, t };
}

/** log10 for "log" (zero and below count as the smallest positive value), else the identity; not finite gives NaN. */
function heightScale(values, isLog) {
  if (!isLog) return { apply: (v) => (Number.isFinite(v) ? v : NaN), invert: (v) => v };
  let least = Infinity, most = 0;
  for (const value of values) {
    if (value > 0 && value < least) least = value;
    if (value > most && Number.isFinite(value)) most = value;
  }
  const floor = Math.max(Number.isFinite(least) ? least : 1, most * 1e-12);
  return { apply: (v) => (Number.isFinite(v) ? Math.log10(Math.max(v, floor)) : NaN), invert: (v) => 10 ** v };
}

/** The range shown: the surface's, widened by path points over it by half at most; a flat surface gets room around. */
function shownRange(heights, pathHeights) {
  const [least, most] = extent([heights]), [lowest, highest] = extent([heights, pathHeights]);
  const room = (most - least) / 2, low = Math.max(lowest, least - room), high = Math.min(highest, most + room);
  if (high - low > 2e-7 * Math.max(Math.abs(low), Math.abs(high))) return [low, high];
  const around = Math.abs(low) / 2 || 0.5;
  return [low - around, high + around];
}

/** First and last place of an axis; flat cells reach half a cell beyond their points. */
function axisReach(axis, terraces) {
  const first = axis[0], last = axis[axis.length - 1];
  const half = terraces ? (last - first) / Math.max(1, axis.length - 1) / 2 : 0;
  return last === first ? [first - 0.5, first + 0.5] : [first - half, last + half];
}

/**
 * What both panels draw: heights 0..1 on a refined grid, levels, extents, and maps from data to the unit cube
 * (u, v, t). z has shape (ny, nx), x (nx), y (ny); points of the paths are (F, 3).
 */
function lossField(spec, arrays) {
  const x = arrays[spec.x].data, y = arrays[spec.y].data, z = arrays[spec.z].data;
  const nx = x.length, ny = y.length, isLog = spec.zScale === "log";
  const [x0, x1] = axisReach(x, spec.terraces), [y0, y1] = axisReach(y, spec.terraces);
  const toUnit = (px, py) => [(px - x0) / (x1 - x0), (py - y0) / (y1 - y0)];
  const scale = heightScale(z, isLog);
  const heights = Float64Array.from(z, scale.apply);
  const over = [];
  for (const path of spec.paths ?? []) {
    const points = arrays[path.points].data;
    for (let i = 0; i < points.length; i += 3) {
      const [u, v] = toUnit(points[i], points[i + 1]);
      if (u >= 0 && u <= 1 && v >= 0 && v <= 1) over.push(scale.apply(points[i + 2]));
    }
  }
  const [low, high] = shownRange(heights, over);
  const toHeight = (value) => (scale.apply(value) - low) / (high - low);
  const unit = heights.map((h) => (h - low) / (high - low));
  const grid = spec.terraces ? { nx, ny, t: Float32Array.from(unit) } : refineGrid(unit, nx, ny);
  const range = [scale.invert(low), scale.invert(high)];
  const levels = isoLevels(...range, spec.levels ?? 12, spec.zScale).slice(0, 32);
  return {
    x, y, z, nx, ny, grid, range, toUnit, toHeight, isLog, terraces: Boolean(spec.terraces), extent: [x0, x1, y0, y1],
    levels: levels.map((value) => ({ value, t: toHeight(value) })),
  };
}

/** Height 0..1 over the point (u, v) of the unit square: bilinear, or the flat step there; NaN in holes and outside. */
function heightAt(field, u, v) {
  const { nx, ny, t } = field.grid;
  if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return NaN;
  if (field.terraces) return t[Math.min(ny - 1, Math.floor(v * ny)) * nx + Math.min(nx - 1, Math.floor(u * nx))];
  const a = u * (nx - 1), b = v * (ny - 1);
  const i = Math.min(nx - 2, Math.floor(a)), j = Math.min(ny - 2, Math.floor(b));
  const f = a - i, g = b - j, at = j * nx + i;
  return (1 - g) * ((1 - f) * t[at] + f * t[at + 1]) + g * ((1 - f) * t[at + nx] + f * t[at + nx + 1]);
}

/** The grid point [column, row] nearest to (u, v), or null outside the square. */
function nearestPoint(field, u, v) {
  if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) return null;
  const pick = (w, n) => (field.terraces ? Math.min(n - 1, Math.floor(w * n)) : Math.round(w * (n - 1)));
  return [pick(u, field.nx), pick(v, field.ny)];
}

/** The recorded points (F, 3) of a path in the unit cube: Float64Array of u, v, t. */
function unitPoints(field, points) {
  const unit = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [u, v] = field.toUnit(points[i], points[i + 1]);
    unit.set([u, v, field.toHeight(points[i + 2])], i);
  }
  return unit;
}

/** The part [from, to] in 0..1 of the segment p → q inside a box [[low, high], …], or null (Liang–Barsky). */
function clipSegment(p, q, box) {
  let from = 0, to = 1;
  for (let k = 0; k < box.length; k++) {
    const along = q[k] - p[k];
    const [near, far] = along < 0 ? [box[k][1], box[k][0]] : box[k];
    if (!Number.isFinite(along) || (along === 0 && (p[k] < near || p[k] > far))) return null;
    if (along !== 0) [from, to] = [Math.max(from, (near - p[k]) / along), Math.min(to, (far - p[k]) / along)];
  }
  return from <= to ? [from, to] : null;
}

/**
 * A path on the screen: vertices x, y; `join` 0 starts a stroke, 1 continues it; `hidden` pieces lie behind the
 * surface; `end[frame]` counts the vertices reached at that frame. Pieces are at most `step` long in the unit cube.
 */
function tracePath(points, box, step, project, isHidden) {
  const frames = points.length / 3, dims = box.length;
  const trace = { x: [], y: [], join: [], hidden: [], end: new Uint32Array(frames) };
  const at = (p, q, f) => [0, 1, 2].map((k) => p[k] + f * (q[k] - p[k]));
  const push = (point, join, middle) => {
    const [sx, sy] = project(point), n = trace.x.length;
    const hidden = join && isHidden(middle) ? 1 : 0;
    if (join && hidden === trace.hidden[n - 1] && Math.hypot(sx - trace.x[n - 1], sy - trace.y[n - 1]) < 0.6) return;
    trace.x.push(sx), trace.y.push(sy), trace.join.push(join), trace.hidden.push(hidden);
  };
  let connected = false;
  for (let i = 1; i < frames; i++) {
    const p = points.subarray(3 * i - 3, 3 * i), q = points.subarray(3 * i, 3 * i + 3);
    const part = clipSegment(p.subarray(0, dims), q.subarray(0, dims), box);
    if (part) {
      const a = at(p, q, part[0]), b = at(p, q, part[1]);
      const count = clamp(Math.ceil(Math.hypot(b[0] - a[0], b[1] - a[1], dims > 2 ? b[2] - a[2] : 0) / step), 1, 200);
      if (!connected || part[0] > 0) push(a, 0);
      for (let k = 1; k <= count; k++) push(at(a, b, k / count), 1, at(a, b, (k - 0.5) / count));
    }
    connected = Boolean(part) && part[1] === 1;
    trace.end[i] = trace.x.length;
  }
  return trace;
}

/** How many vertices of a trace are reached at a frame. */
const reached = (trace, frame) => trace.end[Math.min(frame, trace.end.length - 1)] ?? 0;

/** Adds the vertices up to `upto` whose piece is (not) hidden to the canvas's current path. */
function addTrace(g, trace, upto, hidden) {
  let open = false;
  g.beginPath();
  for (let i = 0; i < upto; i++) {
    if (trace.join[i] && trace.hidden[i] === hidden) {
      if (!open) g.moveTo(trace.x[i - 1], trace.y[i - 1]);
      g.lineTo(trace.x[i], trace.y[i]);
      open = true;
    } else open = false;
  }
}

/** Strokes a trace up to a vertex: on a halo that stands off any background; thin and pale where it is hidden. */
function strokeTrace(g, trace, upto, style) {
  const stroke = (colour, width, alpha, dash) => {
    g.strokeStyle = colour;
    g.lineWidth = width;
    g.globalAlpha = alpha * style.alpha;
    g.setLineDash(dash);
    g.stroke();
  };
  g.lineJoin = g.lineCap = "round";
  for (const [hidden, width, pale] of [[1, 0.6 * style.width, 0.5], [0, style.width, 1]]) {
    addTrace(g, trace, upto, hidden);
    stroke(style.halo, width + 2.6, pale * style.haloAlpha, []);
    stroke(style.colour, width, pale ** 0.5, style.dash);
  }
  g.setLineDash([]);
  g.globalAlpha = 1;
}

/** How a path is drawn: its meaning's colour, lane B dashed, thinner in a small picture. */
function pathStyle(path, ctx, width) {
  return {
    colour: ctx.colors[path.color] ?? ctx.colors.text, halo: ctx.dark ? "#05070b" : "#ffffff", haloAlpha: 0.85,
    width: width < 420 ? 2.2 : 2.8, dash: path.lane === "B" ? [6, 5] : [], alpha: 1, lane: path.lane,
  };
}

/** How the whole path shows faintly from the start. */
const WHOLE_PATH = { width: 1.2, alpha: 0.55, haloAlpha: 0.5 };

/** A ball of the path: shaded, with its lane's letter; a hollow ring when the point lies outside the picture. */
function drawBall(g, x, y, style, hollow, dim) {
  const radius = style.lane ? 7 : 6;
  g.globalAlpha = dim ? 0.55 : 1;
  g.beginPath();
  g.arc(x, y, radius, 0, 2 * Math.PI);
  const glow = g.createRadialGradient(x - radius * 0.35, y - radius * 0.4, radius * 0.1, x, y, radius * 1.05);
  const base = rgbOfHex(style.colour);
  glow.addColorStop(0, cssColour(base.map((c) => c + (style.lane ? 0.25 : 0.6) * (255 - c))));
  glow.addColorStop(0.55, cssColour(base));
  glow.addColorStop(1, cssColour(base.map((c) => 0.72 * c)));
  g.fillStyle = hollow ? cssColour(style.halo, 0.6) : glow;
  g.fill();
  g.lineWidth = 1.8;
  g.strokeStyle = hollow ? style.colour : style.halo;
  g.stroke();
  if (style.lane) {
    g.font = "700 9px system-ui, sans-serif";
    g.textAlign = "center";
    g.textBaseline = "middle";
    const light = 0.299 * base[0] + 0.587 * base[1] + 0.114 * base[2] > 140;
    g.fillStyle = hollow ? style.colour : light ? "#111111" : "#ffffff";
    g.fillText(style.lane, x, y + 0.5);
  }
  g.globalAlpha = 1;
}

/** The small open circle where a path starts. */
function drawStart(g, x, y, style) {
  g.beginPath();
  g.arc(x, y, 3.6, 0, 2 * Math.PI);
  g.fillStyle = style.halo;
  g.fill();
  g.lineWidth = 2;
  g.strokeStyle = style.colour;
  g.stroke();
}

/** The last finite point up to a frame, held inside the box, and whether it had to be held; null if there is none. */
function currentPoint(points, frame, box) {
  const now = Math.min(frame, points.length / 3 - 1);
  let i = now;
  while (i >= 0 && !Number.isFinite(points[3 * i] + points[3 * i + 1] + points[3 * i + 2])) i--;
  if (i < 0) return null;
  const point = [0, 1, 2].map((k) => clamp(points[3 * i + k], ...box[k]));
  return { point, outside: i < now || [0, 1].some((k) => Math.abs(points[3 * i + k] - point[k]) > 1e-6) };
}

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
    const line = ({ path: { lane, label } }) => `${lane ?? ""} ${lane === "B" ? "┅" : "━"} ${label}`;
    return this.paths.map(line).join("\u2003");
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

/** Polylines (arrays of [column, row] in grid units) where the grid crosses a level: marching squares, chained. */
function marchingSquares({ nx, ny, t }, level) {
  const links = new Map(), places = new Map();
  const link = (a, b) => {
    for (const [p, q] of [[a, b], [b, a]]) links.has(p) ? links.get(p).push(q) : links.set(p, [q]);
  };
  const cross = (i, j, down) => {
    const key = 2 * (j * nx + i) + down, a = t[j * nx + i], b = t[down ? (j + 1) * nx + i : j * nx + i + 1];
    const f = (level - a) / (b - a);
    if (!places.has(key)) places.set(key, down ? [i, j + f] : [i + f, j]);
    return key;
  };
  for (let j = 0; j < ny - 1; j++) {
    for (let i = 0; i < nx - 1; i++) {
      const at = j * nx + i, a = t[at], b = t[at + 1], c = t[at + nx + 1], d = t[at + nx], sum = a + b + c + d;
      const code = (a > level) + 2 * (b > level) + 4 * (c > level) + 8 * (d > level);
      if (code === 0 || code === 15 || Number.isNaN(sum)) continue;
      const edges = [];
      if ((a > level) !== (b > level)) edges.push(cross(i, j, 0));
      if ((b > level) !== (c > level)) edges.push(cross(i + 1, j, 1));
      if ((c > level) !== (d > level)) edges.push(cross(i, j + 1, 0));
      if ((d > level) !== (a > level)) edges.push(cross(i, j, 1));
      const saddle = edges.length === 4, acrossJoined = (sum > 4 * level) === (a > level);
      link(edges[0], edges[saddle && !acrossJoined ? 3 : 1]);
      if (saddle) link(edges[2], edges[acrossJoined ? 3 : 1]);
    }
  }
  return chainLinks(links, places);
}

/** Follows the links from edge to edge: open lines first, then rings. */
function chainLinks(links, places) {
  const lines = [];
  const follow = (start) => {
    const line = [places.get(start)];
    for (let at = start; links.get(at)?.length; ) {
      const next = links.get(at).pop();
      const back = links.get(next);
      back.splice(back.indexOf(at), 1);
      line.push(places.get(next));
      at = next;
    }
    if (line.length > 1) lines.push(line);
  };
  for (const [key, ends] of links) if (ends.length === 1) follow(key);
  for (const key of links.keys()) follow(key);
  return lines;
}

/** Lines along the edges of flat cells whose heights lie on two sides of a level, in units of cells. */
function stepLines({ nx, ny, t }, level) {
  const lines = [], apart = (a, b) => (a > level && b <= level) || (b > level && a <= level);
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const here = t[j * nx + i];
      if (i + 1 < nx && apart(here, t[j * nx + i + 1])) lines.push([[i + 1, j], [i + 1, j + 1]]);
      if (j + 1 < ny && apart(here, t[(j + 1) * nx + i])) lines.push([[i, j + 1], [i + 1, j + 1]]);
    }
  }
  return lines;
}

const CONTOUR_BOX = [[0, 1], [0, 1], [-Infinity, Infinity]];

/** The 2-D panel: loss over a plane of parameters as a contour map. */
class ContourPanel extends LossPanel {
  constructor(host, ctx) {
    super(host, ctx, ["base", "live"]);
    for (const type of ["pointermove", "pointerdown"]) this.live.addEventListener(type, (event) => this.hover(event));
    this.live.addEventListener("pointerleave", () => this.share(null));
    this.onView = (what) => what === "hover" && this.plot && this.paintLive();
  }

  update(spec, arrays) {
    this.take(spec, arrays, "Contour map");
    this.resize();
  }

  draw(frame) {
    if (frame === this.frame) return;
    this.frame = frame;
    if (this.plot) this.paintLive();
  }

  resize() {
    this.width = this.host.clientWidth;
    this.height = this.host.clientHeight;
    if (this.field && this.width > 0 && this.height > 0) this.paintBase(), this.paintLive();
  }

  theme() {
    this.resize();
  }

  /** The plot's rectangle: room for tick texts on the left and below, for the colour bar on the right. */
  layout(g) {
    const { field, ctx, width, height } = this;
    const [x0, x1, y0, y1] = field.extent, sort = (a, b) => [Math.min(a, b), Math.max(a, b)];
    const ticks = (a, b, px) => niceTicks(...sort(a, b), clamp(px, 3, 8));
    this.ticks = { x: ticks(x0, x1, width / 75), y: ticks(y0, y1, height / 52) };
    this.texts = { x: tickTexts(this.ticks.x, ctx), y: tickTexts(this.ticks.y, ctx) };
    this.bar = width >= 420;
    const widest = (texts) => Math.max(...texts.map((text) => g.measureText(text).width), 8);
    this.levelTexts = tickTexts(field.levels.map((level) => level.value), ctx);
    const left = 26 + widest(this.texts.y), right = this.bar ? 34 + widest(this.levelTexts) : 12;
    this.plot = { left, top: 12, w: Math.max(20, width - left - right), h: Math.max(20, height - 12 - 42) };
    this.place = ([u, v]) => [this.plot.left + u * this.plot.w, this.plot.top + (1 - v) * this.plot.h];
  }

  paintBase() {
    const g = fitCanvas(this.base, this.width, this.height);
    this.family = getComputedStyle(this.host).fontFamily || "sans-serif";
    g.font = `12px ${this.family}`;
    this.layout(g);
    this.map = colormap(this.ctx.sequential);
    this.paintHeat(g);
    this.paintLevels(g);
    this.paintAxes(g);
    if (this.bar) this.paintBar(g);
    this.traces = this.paths.map(({ path, points, at }) => ({
      points, at, style: pathStyle(path, this.ctx, this.width),
      trace: tracePath(points, CONTOUR_BOX.slice(0, 2), 4, this.place, () => false),
    }));
    for (const { trace, style } of this.traces) strokeTrace(g, trace, trace.x.length, { ...style, ...WHOLE_PATH });
  }

  paintHeat(g) {
    const { field, plot } = this, { nx, ny } = field.grid;
    const w = field.terraces ? nx : Math.min(520, Math.ceil(plot.w));
    const h = field.terraces ? ny : Math.min(400, Math.ceil(plot.h));
    const picture = new ImageData(w, h), pixels = new Uint32Array(picture.data.buffer);
    const texels = new Uint32Array(colormapTexels(this.map, 512).buffer);
    for (let j = 0; j < h; j++) {
      for (let i = 0; i < w; i++) {
        const t = heightAt(field, (i + 0.5) / w, 1 - (j + 0.5) / h);
        if (t === t) pixels[j * w + i] = texels[Math.round(511 * clamp(t, 0, 1))];
      }
    }
    const sheet = Object.assign(document.createElement("canvas"), { width: w, height: h });
    sheet.getContext("2d").putImageData(picture, 0, 0);
    g.fillStyle = this.ctx.colors.panel;
    g.fillRect(plot.left, plot.top, plot.w, plot.h);
    g.imageSmoothingEnabled = !field.terraces;
    g.imageSmoothingQuality = "high";
    g.drawImage(sheet, plot.left, plot.top, plot.w, plot.h);
  }

  paintLevels(g) {
    const { field } = this, { nx, ny } = field.grid;
    const [cx, cy] = field.terraces ? [nx, ny] : [nx - 1, ny - 1];
    const labels = [];
    field.levels.forEach(({ t }, k) => {
      const find = field.terraces ? stepLines : marchingSquares;
      const lines = find(field.grid, t).map((line) => line.map(([i, j]) => this.place([i / cx, j / cy])));
      g.beginPath();
      for (const line of lines) line.forEach(([x, y], i) => (i ? g.lineTo(x, y) : g.moveTo(x, y)));
      g.lineWidth = 1.1;
      g.strokeStyle = cssColour(isoLineColour(this.map(t)), 0.9);
      g.stroke();
      if (!field.terraces) labels.push(...this.labelOf(g, lines, this.levelTexts[k], t, labels));
    });
    for (const label of labels) this.paintLabel(g, label);
  }

  /** A place for the level's text on its longest line, away from the labels so far; none if the line is short. */
  labelOf(g, lines, text, t, taken) {
    const line = lines.reduce((a, b) => (b.length > (a?.length ?? 0) ? b : a), null);
    if (!line) return [];
    const { left, top, w, h } = this.plot, size = g.measureText(text).width;
    const length = line.slice(1).reduce((sum, p, i) => sum + Math.hypot(p[0] - line[i][0], p[1] - line[i][1]), 0);
    if (length < 3.2 * size) return [];
    for (const share of [0.5, 0.35, 0.65, 0.2, 0.8]) {
      const at = Math.round(share * (line.length - 1)), [x, y] = line[at];
      const [ax, ay] = line[Math.max(0, at - 3)], [bx, by] = line[Math.min(line.length - 1, at + 3)];
      const inside = x > left + size / 2 && x < left + w - size / 2 && y > top + 9 && y < top + h - 9;
      if (!inside || taken.some((o) => Math.hypot(o.x - x, o.y - y) < 44)) continue;
      const angle = Math.atan2(by - ay, bx - ax);
      return [{ x, y, text, t, angle: Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle }];
    }
    return [];
  }

  paintLabel(g, { x, y, text, t, angle }) {
    const under = this.map(t), bright = 0.299 * under[0] + 0.587 * under[1] + 0.114 * under[2] > 110;
    g.save();
    g.translate(x, y);
    g.rotate(angle);
    g.font = `11px ${this.family}`;
    g.textAlign = "center";
    g.textBaseline = "middle";
    drawText(g, text, 0, 0, bright ? "#10141a" : "#ffffff", cssColour(under, 0.95));
    g.restore();
  }

  paintAxes(g) {
    const { plot, field, ctx: { colors }, spec } = this, [x0, x1, y0, y1] = field.extent;
    g.strokeStyle = colors.border;
    g.lineWidth = 1;
    g.strokeRect(plot.left - 0.5, plot.top - 0.5, plot.w + 1, plot.h + 1);
    g.fillStyle = colors.text;
    g.font = `12px ${this.family}`;
    g.textAlign = "center";
    g.textBaseline = "top";
    const at = (tick, low, high) => (tick - low) / (high - low);
    const under = plot.top + plot.h + 6;
    this.ticks.x.forEach((tick, i) => g.fillText(this.texts.x[i], this.place([at(tick, x0, x1), 0])[0], under));
    g.textAlign = "right";
    g.textBaseline = "middle";
    this.ticks.y.forEach((tick, i) => g.fillText(this.texts.y[i], plot.left - 6, this.place([0, at(tick, y0, y1)])[1]));
    g.font = `600 12px ${this.family}`;
    g.textAlign = "center";
    g.textBaseline = "bottom";
    g.fillText(spec.xLabel ?? "", plot.left + plot.w / 2, this.height - 4, plot.w);
    g.save();
    g.translate(16, plot.top + plot.h / 2);
    g.rotate(-Math.PI / 2);
    g.fillText(spec.yLabel ?? "", 0, 0, plot.h);
    g.restore();
  }

  /** The colour bar: its ticks are the levels of the lines. */
  paintBar(g) {
    const { plot, field, ctx: { colors } } = this, x = plot.left + plot.w + 14;
    for (let row = 0; row < plot.h; row++) {
      g.fillStyle = cssColour(this.map(1 - row / plot.h));
      g.fillRect(x, plot.top + row, 10, Math.min(1.5, plot.h - row));
    }
    g.strokeStyle = colors.border;
    g.lineWidth = 1;
    g.strokeRect(x - 0.5, plot.top - 0.5, 11, plot.h + 1);
    g.font = `11px ${this.family}`;
    g.textAlign = "left";
    g.textBaseline = "middle";
    let above = Infinity;
    field.levels.forEach(({ t }, i) => {
      const y = plot.top + (1 - t) * plot.h;
      g.fillStyle = cssColour(isoLineColour(this.map(t)));
      g.fillRect(x, y - 0.5, 10, 1);
      if (above - y < 13) return;
      g.fillStyle = colors.text;
      g.fillText(this.levelTexts[i], x + 15, y);
      above = y;
    });
  }

  paintLive() {
    const g = fitCanvas(this.live, this.width, this.height);
    for (const { trace, style, at } of this.traces) strokeTrace(g, trace, reached(trace, at(this.frame)), style);
    for (const { style, points, at } of this.traces) {
      const first = currentPoint(points, 0, CONTOUR_BOX), now = currentPoint(points, at(this.frame), CONTOUR_BOX);
      if (first && !first.outside) drawStart(g, ...this.place(first.point), style);
      if (now) drawBall(g, ...this.place(now.point), style, now.outside);
    }
    this.paintHover(g);
  }

  hover(event) {
    if (!this.plot) return;
    const { left, top, w, h } = this.plot, box = this.live.getBoundingClientRect();
    const u = (event.clientX - box.left - left) / w, v = 1 - (event.clientY - box.top - top) / h;
    this.share(nearestPoint(this.field, u, v));
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

PANELS.contour = (host, ctx) => new ContourPanel(host, ctx);

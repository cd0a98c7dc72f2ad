// A plotting area in SVG with two axes: shared by every panel that draws lines.

/** Scale from a domain to pixels, linear or logarithmic; `invert` goes back. */
function makeScale(low, high, from, to, log = false) {
  const f = log ? (v) => Math.log10(Math.max(v, 1e-300)) : (v) => v;
  const a = f(low);
  const span = f(high) - a || 1;
  const scale = (v) => from + ((f(v) - a) / span) * (to - from);
  scale.invert = (p) => {
    const v = a + ((p - from) / (to - from)) * span;
    return log ? 10 ** v : v;
  };
  scale.domain = [low, high];
  return scale;
}

/** Smallest and largest finite value over several arrays; [0, 1] where there is none. */
function extent(lists, log = false) {
  let low = Infinity;
  let high = -Infinity;
  for (const list of lists)
    for (const v of list)
      if (Number.isFinite(v) && (!log || v > 0)) {
        if (v < low) low = v;
        if (v > high) high = v;
      }
  return low <= high ? [low, high] : [0, 1];
}

/** Ticks for a scale: nice round values, or powers of ten on a logarithmic one. */
function axisTicks(low, high, count, log) {
  if (!log) return niceTicks(low, high, count);
  const [a, b] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (b - a < 1) return niceTicks(low, high, count).filter((v) => v > 0);
  const every = Math.ceil((b - a + 1) / count);
  return Array.from({ length: b - a + 1 }, (_, i) => 10 ** (a + i)).filter((_, i) => i % every === 0);
}

/** An SVG plot with grid, ticks and axis titles. `draw(options)` lays it out; marks go into `plot.marks`. */
class Axes {
  constructor(host, ctx) {
    this.ctx = ctx;
    this.root = svg("svg", { class: "axes", "aria-hidden": "true" });
    this.grid = svg("g", { class: "grid" });
    this.clip = svg("rect");
    this.id = `clip-${Axes.count++}`;
    this.marks = svg("g", { "clip-path": `url(#${this.id})` });
    this.front = svg("g");
    this.root.append(svg("defs", {}, svg("clipPath", { id: this.id }, this.clip)), this.grid, this.marks, this.front);
    host.append(this.root);
    this.host = host;
  }

  /** Lay out the axes for data ranges `xDomain`, `yDomain`; sets `this.x` and `this.y`, the scales. */
  draw({ xDomain, yDomain, xLabel, yLabel, xLog, yLog, top = 8 }) {
    const { colors, format } = this.ctx;
    const width = Math.max(this.host.clientWidth, 60);
    const height = Math.max(this.host.clientHeight, 60);
    const box = { left: 46, right: width - 12, top, bottom: height - (xLabel ? 36 : 22) };
    const yTicks = axisTicks(...yDomain, Math.max(2, Math.floor((box.bottom - box.top) / 38)), yLog);
    const longest = Math.max(...yTicks.map((v) => format(v).length), 0);
    box.left = Math.max(box.left, (yLabel ? 26 : 12) + 5.6 * longest);
    this.box = box;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.root.setAttribute("width", width);
    this.root.setAttribute("height", height);
    this.x = makeScale(...xDomain, box.left, box.right, xLog);
    this.y = makeScale(...yDomain, box.bottom, box.top, yLog);
    fill(this.clip, { x: box.left - 1, y: box.top - 4, width: box.right - box.left + 6, height: box.bottom - box.top + 8 }, []);
    const parts = [];
    for (const v of yTicks) {
      const y = this.y(v);
      parts.push(svg("line", { x1: box.left, x2: box.right, y1: y, y2: y, stroke: colors.grid, "stroke-width": 1, opacity: 0.6 }));
      parts.push(svg("text", { x: box.left - 6, y: y + 3.5, "text-anchor": "end" }, format(v)));
    }
    for (const v of axisTicks(...xDomain, Math.max(2, Math.floor((box.right - box.left) / 70)), xLog)) {
      const x = this.x(v);
      parts.push(svg("line", { x1: x, x2: x, y1: box.bottom, y2: box.bottom + 4, stroke: colors.border }));
      parts.push(svg("text", { x, y: box.bottom + 16, "text-anchor": "middle" }, format(v)));
    }
    parts.push(svg("line", { x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom, stroke: colors.border }));
    if (xLabel) parts.push(svg("text", { class: "title", x: (box.left + box.right) / 2, y: height - 3, "text-anchor": "middle" }, xLabel));
    if (yLabel) parts.push(svg("text", { class: "title", transform: `translate(11 ${(box.top + box.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" }, yLabel));
    this.grid.replaceChildren(...parts);
  }
}
Axes.count = 0;

/** Widen a range by a share on both sides, so that marks do not touch the frame. */
function pad([low, high], share = 0.05, log = false) {
  if (log) return [low / (high / low || 10) ** share, high * (high / low || 10) ** share];
  const room = (high - low) * share || Math.abs(high) * share || 1;
  return [low - room, high + room];
}

/** SVG path through points; breaks at values that are not finite. Long lines keep the extremes of each pixel column. */
function linePath(xs, ys, axes, step = false) {
  const columns = new Map();
  const many = xs.length > 3 * (axes.box.right - axes.box.left);
  const parts = [];
  let pen = false;
  const put = (x, y) => {
    parts.push(`${pen ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`);
    pen = true;
  };
  if (many) {
    for (let i = 0; i < xs.length; i++) {
      if (!Number.isFinite(ys[i])) continue;
      const x = Math.round(axes.x(xs[i]));
      const y = axes.y(ys[i]);
      const column = columns.get(x);
      if (!column) columns.set(x, [y, y]);
      else if (y < column[0]) column[0] = y;
      else if (y > column[1]) column[1] = y;
    }
    for (const [x, [low, high]] of columns) {
      put(x, low);
      if (high > low) put(x, high);
    }
    return parts.join("");
  }
  let last = 0;
  for (let i = 0; i < xs.length; i++) {
    if (!Number.isFinite(ys[i])) {
      pen = false;
      continue;
    }
    const x = axes.x(xs[i]);
    const y = clamp(axes.y(ys[i]), -1e5, 1e5);
    if (step && pen) put(x, last);
    put(x, y);
    last = y;
  }
  return parts.join("");
}

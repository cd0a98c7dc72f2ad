// A recorded path on the screen: cut to the picture, parted where the surface hides it, stroked up to a frame.

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
    stroke(style.halo, width + 2.6, pale * style.haloAlpha, style.dash);
    stroke(style.colour, width, pale ** 0.5, style.dash);
  }
  g.setLineDash([]);
  g.globalAlpha = 1;
}

/** How a path is drawn: its meaning's colour, lane B dashed, C dotted, thinner in a small picture. */
function pathStyle(path, ctx, width) {
  return {
    colour: ctx.colors[path.color] ?? ctx.colors.text, halo: ctx.dark ? "#05070b" : "#ffffff", haloAlpha: 0.85,
    width: width < 420 ? 2.2 : 2.8, dash: { B: [6, 5], C: [0.1, 7.5] }[path.lane] ?? [], alpha: 1, lane: path.lane,
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

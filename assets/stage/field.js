// A loss surface as both panels draw it: heights 0..1 on a refined grid, the iso-levels, and the lines along them.

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

// A loss surface in three dimensions (WebGL2, no library) with the recorded paths running down it.
// The surface is drawn only when data, camera or theme change; paths, axes and texts are canvas layers above it, so a
// replayed frame costs one polyline. What the surface hides is found by walking the height field towards the eye.

/** The 3-D panel; see the head of this file. */
class SurfacePanel extends LossPanel {
  constructor(host, ctx) {
    super(host, ctx, ["walls", "solid", "ink", "live"]);
    Object.assign(this, { pending: 0, finer: 0, painted: 0, pointers: new Map(), pressed: false });
    this.gl = new SurfaceGL(this.solid);
    Object.assign(this.live.style, { touchAction: "pan-y", cursor: "grab" });
    this.onView = (what) => (what === "orbit" ? this.invalidate() : this.camera && this.paintLive());
    this.listen();
  }

  listen() {
    const on = (target, type, action, options) => target.addEventListener(type, action, options);
    on(this.live, "pointerdown", (event) => this.press(event));
    on(this.live, "pointermove", (event) => this.move(event));
    for (const type of ["pointerup", "pointercancel"]) on(this.live, type, (event) => this.release(event));
    on(this.live, "pointerleave", () => this.leave());
    on(this.live, "wheel", (event) => this.wheel(event), { passive: false });
    on(this.live, "dblclick", () => this.turn({ ...HOME_ORBIT }));
    on(this.solid, "webglcontextlost", (event) => event.preventDefault());
    on(this.solid, "webglcontextrestored", () => this.restore());
  }

  update(spec, arrays) {
    this.take(spec, arrays, "Surface");
    this.view.orbit ??= { ...HOME_ORBIT };
    this.upload();
    this.invalidate();
  }

  upload() {
    if (this.gl.gl.isContextLost()) return;
    this.gl.setMesh(this.field.terraces ? terraceMesh(this.field.grid) : smoothMesh(this.field.grid));
    this.gl.setRamp(colormapTexels(colormap(this.ctx.sequential)));
  }

  restore() {
    this.gl.build();
    if (this.field) this.upload(), this.invalidate();
  }

  draw(frame) {
    if (frame === this.frame) return;
    this.frame = frame;
    if (this.camera && !this.pending) this.paintLive();
  }

  resize() {
    this.invalidate();
  }

  theme() {
    if (this.field) this.upload();
    this.invalidate();
  }

  destroy() {
    cancelAnimationFrame(this.pending);
    clearTimeout(this.finer);
    this.gl.free();
    super.destroy();
  }

  /** Everything is drawn anew in the next animation frame. */
  invalidate() {
    if (this.pending || !this.field) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.width = this.host.clientWidth;
      this.height = this.host.clientHeight;
      if (this.width > 0 && this.height > 0) this.paint();
    });
  }

  /** Pixels a CSS pixel: two at rest; without a graphics card one while things move, and finer once they rest. */
  detail() {
    if (!softwareGraphics()) return Math.min(2, window.devicePixelRatio || 1);
    const hurried = performance.now() - this.painted < 350;
    clearTimeout(this.finer);
    if (hurried) this.finer = setTimeout(() => this.invalidate(), 400);
    return hurried ? 1 : 2;
  }

  paint() {
    const { width, height, ctx } = this, small = width < 420;
    const margin = { side: small ? 30 : 44, top: 16, bottom: small ? 26 : 30 };
    this.camera = orbitCamera(this.view.orbit, width, height, margin);
    const fade = rgbOfHex(ctx.colors.background);
    if (!this.gl.gl.isContextLost()) this.gl.paint(this.camera, this.field.levels, fade, width, height, this.detail());
    this.traces = this.paths.map((path) => this.trace(path));
    this.paintWalls();
    this.paintInk();
    this.paintLive();
    this.painted = performance.now();
  }

  /** Screen place of a point of the unit cube. */
  place([u, v, t]) {
    return this.camera.project(2 * u - 1, 2 * v - 1, t * SURFACE_HEIGHT);
  }

  /** Whether the surface stands between a point of the unit cube and the eye. */
  isHidden([u, v, t]) {
    const { field, camera: { eye } } = this, steps = 56, slack = 0.012;
    const to = [(eye[0] + 1) / 2 - u, (eye[1] + 1) / 2 - v, eye[2] / SURFACE_HEIGHT - t];
    const reach = Math.min(1, ...[0, 1].map((k) => (to[k] > 0 ? 1 - [u, v][k] : [u, v][k]) / Math.abs(to[k] || 1e-9)),
      to[2] > 0 ? Math.max(0, 1 - t) / to[2] : 1);
    for (let k = 0; k <= steps; k++) {
      const s = (reach * k) / steps;
      if (heightAt(field, u + s * to[0], v + s * to[1]) > t + s * to[2] + slack) return true;
    }
    return false;
  }

  trace({ path, points, at }) {
    const style = pathStyle(path, this.ctx, this.width), place = (p) => this.place(p);
    const trace = tracePath(points, SURFACE_BOX, 0.025, place, (p) => this.isHidden(p));
    const flat = ([u, v]) => this.place([u, v, SURFACE_BOX[2][0]]);
    const shadow = path.shadow ? tracePath(points, SURFACE_BOX.slice(0, 2), 0.1, flat, () => false) : null;
    return { points, at, style, trace, shadow };
  }

  /** The back walls with the z grid, behind the surface. */
  paintWalls() {
    const g = fitCanvas(this.walls, this.width, this.height), { colors } = this.ctx;
    const [bx, by] = this.backCorner(), bottom = SURFACE_BOX[2][0];
    const line = (...corners) => {
      g.beginPath();
      corners.forEach(([x, y, t], i) => g[i ? "lineTo" : "moveTo"](...this.place([(x + 1) / 2, (y + 1) / 2, t])));
    };
    this.ticks = this.axisTicks();
    for (const [a, b] of [[[bx, -by], [bx, by]], [[-bx, by], [bx, by]]]) {
      line([...a, bottom], [...b, bottom], [...b, 1], [...a, 1]);
      g.fillStyle = cssColour(colors.panel, 0.55);
      g.fill();
    }
    g.strokeStyle = colors.grid;
    g.lineWidth = 1;
    for (const { t } of this.ticks.z) line([bx, -by, t], [bx, by, t], [-bx, by, t]), g.stroke();
    line([bx, -by, bottom], [bx, -by, 1], [bx, by, 1], [-bx, by, 1], [-bx, by, bottom]);
    g.stroke();
    line([bx, by, bottom], [bx, by, 1]);
    g.stroke();
    line([-1, -1, bottom], [1, -1, bottom], [1, 1, bottom], [-1, 1, bottom], [-1, -1, bottom]);
    g.stroke();
    for (const { shadow, style } of this.traces) if (shadow) this.strokeShadow(g, shadow, style);
  }

  backCorner() {
    return this.camera.eye.slice(0, 2).map((value) => (value > 0 ? -1 : 1));
  }

  /** Ticks of the three axes as { t: place in 0..1, text }. */
  axisTicks() {
    const { field, ctx, spec } = this, [x0, x1, y0, y1] = field.extent, few = this.width < 420 ? 3 : 5;
    const ticks = (values, place) => tickTexts(values, ctx).map((text, i) => ({ text, t: place(values[i]) }));
    const along = (a, b) => ticks(niceTicks(Math.min(a, b), Math.max(a, b), few), (v) => (v - a) / (b - a));
    const heights = field.isLog ? isoLevels(...field.range, few, "log") : niceTicks(...field.range, few - 1);
    const labels = [spec.xLabel, spec.yLabel, spec.zLabel].map((label) => label ?? "");
    return { x: along(x0, x1), y: along(y0, y1), z: ticks(heights, field.toHeight), labels };
  }

  /** Axis texts, and the whole of each path faintly: all that changes only with the camera. */
  paintInk() {
    const g = fitCanvas(this.ink, this.width, this.height);
    for (const { trace, style } of this.traces) {
      strokeTrace(g, trace, trace.x.length, { ...style, ...WHOLE_PATH });
    }
    this.family = getComputedStyle(this.host).fontFamily || "sans-serif";
    const [bx, by] = this.backCorner(), bottom = SURFACE_BOX[2][0], { labels } = this.ticks;
    this.paintAxis(g, this.ticks.x, labels[0], (t) => [t, -by < 0 ? 0 : 1, bottom], [0, -by]);
    this.paintAxis(g, this.ticks.y, labels[1], (t) => [-bx < 0 ? 0 : 1, t, bottom], [-bx, 0]);
    const corners = [[bx, -by], [-bx, by]].map(([x, y]) => [(x + 1) / 2, (y + 1) / 2]);
    const [a, b] = corners.map((c) => this.place([...c, 0])[0]);
    this.paintHeightAxis(g, a < b ? corners[0] : corners[1], labels[2]);
  }

  strokeShadow(g, shadow, style) {
    addTrace(g, shadow, shadow.x.length, 0);
    g.globalAlpha = 0.35;
    g.lineWidth = 2;
    g.strokeStyle = this.ctx.colors.text;
    g.setLineDash(style.dash);
    g.stroke();
    g.setLineDash([]);
    g.globalAlpha = 1;
  }

  /** Ticks and name of a floor axis, set off to the outside of the floor. */
  paintAxis(g, ticks, label, edge, outward) {
    const { colors } = this.ctx, middle = this.place(edge(0.5));
    const [u, v, t] = edge(0.5), out = this.place([u + 0.1 * outward[0], v + 0.1 * outward[1], t]);
    const length = Math.hypot(out[0] - middle[0], out[1] - middle[1]) || 1;
    const away = [(out[0] - middle[0]) / length, (out[1] - middle[1]) / length];
    g.textAlign = Math.abs(away[0]) < 0.35 ? "center" : away[0] > 0 ? "left" : "right";
    g.textBaseline = "middle";
    g.font = `11px ${this.family}`;
    const halo = cssColour(colors.background, 0.85);
    for (const { text, t: at } of ticks) {
      const [x, y] = this.place(edge(at));
      drawText(g, text, x + 8 * away[0], y + 9 * away[1] + 1, colors.text, halo);
    }
    g.font = `600 12px ${this.family}`;
    const reach = 15 + 16 * Math.abs(away[0]), half = g.measureText(label).width;
    const span = g.textAlign === "center" ? [half / 2, half / 2] : g.textAlign === "left" ? [0, half] : [half, 0];
    const x = clamp(middle[0] + reach * away[0], span[0] + 2, Math.max(span[0] + 2, this.width - span[1] - 2));
    drawText(g, label, x, clamp(middle[1] + 26 * away[1], 8, this.height - 8), colors.text, halo);
  }

  paintHeightAxis(g, corner, label) {
    const { colors } = this.ctx, halo = cssColour(colors.background, 0.85);
    g.textAlign = "right";
    g.textBaseline = "middle";
    g.font = `11px ${this.family}`;
    let above = this.view.orbit.elevation > 1.35 ? -Infinity : Infinity; // seen from above, the axis is a point
    for (const { text, t } of this.ticks.z) {
      const [x, y] = this.place([...corner, t]);
      if (above - y < 12) continue;
      drawText(g, text, Math.max(x - 6, g.measureText(text).width + 2), y, colors.text, halo);
      above = y;
    }
    const [x, y] = this.place([...corner, 1]);
    g.font = `600 12px ${this.family}`;
    g.textAlign = "left";
    const size = g.measureText(label).width;
    const left = clamp(x - size + 4, 2, Math.max(2, this.width - size - 2));
    drawText(g, label, left, Math.max(9, y - 13), colors.text, halo);
  }

  /** The paths up to the current frame, their balls, and the mark under the pointer. */
  paintLive() {
    const g = fitCanvas(this.live, this.width, this.height);
    for (const { trace, style, at } of this.traces) strokeTrace(g, trace, reached(trace, at(this.frame)), style);
    for (const { style, points, at } of this.traces) this.paintBalls(g, points, at(this.frame), style);
    this.paintHover(g);
  }

  paintBalls(g, points, frame, style) {
    const first = currentPoint(points, 0, SURFACE_BOX), now = currentPoint(points, frame, SURFACE_BOX);
    if (!now) return;
    if (first && !first.outside) drawStart(g, ...this.place(first.point), style);
    const [u, v, t] = now.point, below = heightAt(this.field, u, v);
    const [x, y] = this.place(now.point);
    if (!(Math.abs(t - below) < 0.02)) this.paintDrop(g, now.point, below, [x, y], style);
    drawBall(g, x, y, style, now.outside, this.isHidden(now.point));
  }

  /** A dotted line from a ball that is off the surface down to the floor, with marks on the surface and the floor. */
  paintDrop(g, [u, v], below, [x, y], style) {
    const [fx, fy] = this.place([u, v, SURFACE_BOX[2][0]]);
    for (const [colour, width, dash] of [[style.halo, 3, []], [style.colour, 1.4, [2, 3]]]) {
      g.beginPath();
      g.moveTo(x, y);
      g.lineTo(fx, fy);
      g.setLineDash(dash);
      g.lineWidth = width;
      g.strokeStyle = colour;
      g.globalAlpha = dash.length ? 0.95 : 0.5;
      g.stroke();
    }
    g.setLineDash([]);
    g.globalAlpha = 1;
    for (const [px, py] of [[fx, fy], Number.isFinite(below) ? this.place([u, v, below]) : [fx, fy]]) {
      g.beginPath();
      g.ellipse(px, py, 4, 2, 0, 0, 2 * Math.PI);
      g.fillStyle = style.colour;
      g.fill();
    }
  }

  // ---- pointer ----

  turn(orbit) {
    this.view.orbit = orbit;
    for (const listener of this.view.listeners) listener("orbit");
  }

  press(event) {
    if (!this.view || event.button > 0) return;
    this.pressed = true;
    this.live.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    this.live.style.cursor = "grabbing";
    if (event.pointerType === "touch") this.hover(event);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.hover(event);
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    const [dx, dy] = [event.clientX - before[0], event.clientY - before[1]];
    const { azimuth, elevation, zoom } = this.view.orbit;
    const gap = (place) => Math.hypot(place[0] - others[0][0], place[1] - others[0][1]) || 1;
    const grown = others.length ? gap([event.clientX, event.clientY]) / gap(before) : 1;
    const share = 1 / (1 + others.length), tilt = event.pointerType === "touch" && !others.length ? 0 : dy;
    this.turn({
      azimuth: azimuth - share * dx * 0.008,
      elevation: clamp(elevation + share * tilt * 0.008, 0.06, 1.55),
      zoom: clamp(zoom * grown, 0.6, 5),
    });
  }

  release(event) {
    this.pointers.delete(event.pointerId);
    if (!this.pointers.size) this.live.style.cursor = "grab";
  }

  leave() {
    if (this.pointers.size) return;
    this.pressed = false;
    this.share(null);
  }

  /** The wheel zooms only after a press on the panel or with ctrl (a trackpad's pinch): else the page scrolls. */
  wheel(event) {
    if (!this.view || !(this.pressed || event.ctrlKey)) return;
    event.preventDefault();
    const step = event.deltaY * (event.deltaMode ? 16 : 1), pinch = event.ctrlKey && Math.abs(step) < 40;
    const zoom = clamp(this.view.orbit.zoom * Math.exp(-step * (pinch ? 0.01 : 0.0015)), 0.6, 5);
    this.turn({ ...this.view.orbit, zoom });
  }

  /** Finds the surface under the pointer by walking along its ray. */
  hover(event) {
    if (!this.camera) return;
    const [px, py] = pointIn(event, this.live), { basis: [right, up, forward], eye, pixels, centre } = this.camera;
    const [a, b] = [(px - centre[0]) / pixels, (centre[1] - py) / pixels];
    const ray = forward.map((f, k) => f + a * right[k] + b * up[k]);
    for (let s = 5; s < 10.5; s += 0.01) {
      const [x, y, z] = eye.map((e, k) => e + s * ray[k]), u = (x + 1) / 2, v = (y + 1) / 2;
      if (!(heightAt(this.field, u, v) * SURFACE_HEIGHT >= z)) continue;
      return this.share(nearestPoint(this.field, u, v));
    }
    this.share(null);
  }
}

/** The contour map in place of the surface, with one line that says why. */
function flatSurface(host, ctx) {
  const room = el("div", { style: "position:absolute;inset:0 0 18px 0" });
  const low = "position:absolute;inset:auto 0 0 0;font-size:12px;line-height:18px;text-align:center";
  const note = el("div", { style: low }, "This browser offers no WebGL2: the same surface as a contour map.");
  host.append(room, note);
  const panel = PANELS.contour(room, ctx), destroy = panel.destroy.bind(panel);
  panel.destroy = () => (destroy(), room.remove(), note.remove());
  return panel;
}

PANELS.surface = (host, ctx) => {
  try {
    return new SurfacePanel(host, ctx);
  } catch (error) {
    console.warn(error.message);
    host.replaceChildren();
    return flatSurface(host, ctx);
  }
};

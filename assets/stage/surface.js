// A loss surface in three dimensions (WebGL2, no library) with the recorded paths running down it.
// The surface is drawn only when data, camera or theme change; paths, axes and texts are canvas layers above it, so a
// replayed frame costs one polyline. What the surface hides is found by walking the height field towards the eye.

const SURFACE_HEIGHT = 0.85; // of the surface, where the floor is 2 × 2
const SURFACE_FLOOR = -0.26;
const SURFACE_BOX = [[0, 1], [0, 1], [SURFACE_FLOOR / SURFACE_HEIGHT, 1.2]]; // of (u, v, t): paths are cut to it
const HOME_ORBIT = { azimuth: 0.55, elevation: 0.66, zoom: 1 };

const SURFACE_VERTEX = `#version 300 es
layout(location = 0) in vec3 place;
layout(location = 1) in vec3 slope;
uniform mat4 camera;
uniform float height, ground;
uniform bool lying;
out float value;
out vec3 normal, world;
void main() {
  value = place.z;
  normal = slope;
  world = vec3(place.xy, lying ? ground : place.z * height);
  gl_Position = camera * vec4(world, 1.0);
}`;

const SURFACE_FRAGMENT = `#version 300 es
precision highp float;
in float value;
in vec3 normal, world;
uniform sampler2D ramp;
uniform float levels[32];
uniform int count;
uniform float ratio;
uniform vec3 eye, light, fade;
uniform bool lying;
out vec4 paint;

vec3 isoLine(vec3 c) {
  bool bright = dot(c, vec3(0.299, 0.587, 0.114)) > 0.36;
  return bright ? 0.48 * c : c + 0.5 * (1.0 - c);
}

float nearLevel() {
  float width = fwidth(value), near = 1e3, second = 1e3;
  for (int i = 0; i < count; i++) {
    float d = abs(value - levels[i]);
    second = min(second, max(d, near));
    near = min(near, d);
  }
  if (width < 1e-6) return 0.0;
  float sparse = smoothstep(2.0, 6.0, (near + second) / (width * ratio));
  return (1.0 - smoothstep(-0.4, 0.4, near / width - 0.62 * ratio)) * sparse;
}

void main() {
  vec3 colour = texture(ramp, vec2(value, 0.5)).rgb;
  colour = mix(colour, isoLine(colour), 0.85 * nearLevel());
  if (lying) {
    paint = vec4(colour, 1.0) * 0.36;
    return;
  }
  vec3 n = normalize(gl_FrontFacing ? normal : -normal), toEye = normalize(eye - world);
  float wrapped = 0.5 + 0.5 * dot(n, light);
  float shade = 0.66 + 0.40 * wrapped * wrapped + 0.06 * n.z;
  float gloss = pow(max(dot(n, normalize(light + toEye)), 0.0), 36.0);
  colour = gl_FrontFacing ? colour * shade + 0.09 * gloss * (1.0 - colour) : mix(colour, fade, 0.22) * (0.72 * shade);
  paint = vec4(min(colour, 1.0), 1.0);
}`;

// ---- camera ----

const dot3 = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** A perspective camera that orbits the box; fitted so that the box fills w×h CSS px at any azimuth. */
function orbitCamera({ azimuth, elevation, zoom }, w, h, margin) {
  const [sa, ca, se, ce] = [Math.sin(azimuth), Math.cos(azimuth), Math.sin(elevation), Math.cos(elevation)];
  const basis = [[ca, sa, 0], [-sa * se, ca * se, ce], [-sa * ce, ca * ce, -se]];
  const middle = (SURFACE_HEIGHT + SURFACE_FLOOR) / 2, radius = 1.3;
  const [halfW, halfH] = [w / 2 - margin.side, (h - margin.top - margin.bottom) / 2];
  const spread = (distance) => {
    let [side, low, high] = [0, Infinity, -Infinity];
    for (let k = 0; k < 24; k++) {
      const angle = (k * Math.PI) / 12, x = radius * Math.cos(angle), depth = radius * Math.sin(angle);
      for (const z of [SURFACE_FLOOR - middle, SURFACE_HEIGHT - middle]) {
        const far = distance + depth * ce - z * se, y = (depth * se + z * ce) / far;
        [side, low, high] = [Math.max(side, Math.abs(x) / far), Math.min(low, y), Math.max(high, y)];
      }
    }
    return { side, low, high };
  };
  const distance = 7.5;
  const { side, low, high } = spread(distance);
  const pixels = Math.min(halfW / side, (2 * halfH) / (high - low)) * zoom;
  const eye = basis[2].map((f, k) => -distance * f + (k === 2 ? middle : 0));
  const centre = [w / 2, margin.top + halfH + (pixels * (high + low)) / 2];
  const project = (x, y, z) => {
    const d = [x - eye[0], y - eye[1], z - eye[2]], depth = dot3(d, basis[2]);
    return [centre[0] + (pixels * dot3(d, basis[0])) / depth, centre[1] - (pixels * dot3(d, basis[1])) / depth];
  };
  return { basis, eye, pixels, centre, project, matrix: cameraMatrix(basis, eye, pixels, centre, w, h) };
}

/** The same projection as a column-major clip-space matrix. */
function cameraMatrix([right, up, forward], eye, pixels, centre, w, h) {
  const near = 3, far = 14, row = (axis) => [...axis, -dot3(axis, eye)];
  const [r, u, f] = [row(right), row(up), row(forward)];
  const [sx, sy] = [(2 * pixels) / w, (2 * pixels) / h];
  const [ox, oy] = [(2 * centre[0]) / w - 1, 1 - (2 * centre[1]) / h];
  const a = (far + near) / (far - near), b = (-2 * far * near) / (far - near);
  const rows = [
    r.map((v, k) => sx * v + ox * f[k]),
    u.map((v, k) => sy * v + oy * f[k]),
    f.map((v, k) => a * v + (k === 3 ? b : 0)),
    f,
  ];
  return new Float32Array(16).map((_, i) => rows[i % 4][i >> 2]);
}

// ---- mesh ----

/** Vertices (x, y, t, normal: 6 floats) and triangles of the smooth surface; cells with a hole are left out. */
function smoothMesh({ nx, ny, t }) {
  const vertices = new Float32Array(6 * nx * ny), triangles = [];
  const at = (i, j) => t[clamp(j, 0, ny - 1) * nx + clamp(i, 0, nx - 1)];
  const slope = (before, here, after, step) => {
    const [a, b] = [Number.isNaN(before) ? here : before, Number.isNaN(after) ? here : after];
    return ((b - a) * SURFACE_HEIGHT) / (step * ((a !== here) + (b !== here) || 2));
  };
  for (let j = 0, k = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++, k += 6) {
      const here = at(i, j);
      const sx = slope(at(i - 1, j), here, at(i + 1, j), 2 / (nx - 1));
      const sy = slope(at(i, j - 1), here, at(i, j + 1), 2 / (ny - 1));
      const size = Math.hypot(sx, sy, 1);
      vertices.set([(2 * i) / (nx - 1) - 1, (2 * j) / (ny - 1) - 1, here, -sx / size, -sy / size, 1 / size], k);
      const a = j * nx + i;
      if (i === nx - 1 || j === ny - 1 || Number.isNaN(here + t[a + 1] + t[a + nx] + t[a + nx + 1])) continue;
      const rising = Math.abs(here - t[a + nx + 1]) < Math.abs(t[a + 1] - t[a + nx]); // the flatter diagonal
      if (rising) triangles.push(a, a + 1, a + nx + 1, a, a + nx + 1, a + nx);
      else triangles.push(a, a + 1, a + nx, a + 1, a + nx + 1, a + nx);
    }
  }
  return { vertices, triangles: new Uint32Array(triangles) };
}

/** The mesh of flat cells with upright walls between cells of different height. */
function terraceMesh({ nx, ny, t }) {
  const vertices = [], triangles = [];
  const quad = (corners, normal) => {
    const first = vertices.length / 6;
    for (const corner of corners) vertices.push(...corner, ...normal);
    triangles.push(first, first + 1, first + 2, first, first + 2, first + 3);
  };
  const wall = (p, q, here, next, normal) => {
    if (Number.isNaN(here + next) || here === next) return;
    const [a, b] = here > next ? [p, q] : [q, p], low = Math.min(here, next), high = Math.max(here, next);
    quad([[...a, low], [...b, low], [...b, high], [...a, high]], here > next ? normal : normal.map((v) => -v));
  };
  for (let j = 0; j < ny; j++) {
    for (let i = 0; i < nx; i++) {
      const [x0, x1, y0, y1] = [(2 * i) / nx - 1, (2 * i + 2) / nx - 1, (2 * j) / ny - 1, (2 * j + 2) / ny - 1];
      const here = t[j * nx + i];
      if (!Number.isNaN(here)) quad([[x0, y0, here], [x1, y0, here], [x1, y1, here], [x0, y1, here]], [0, 0, 1]);
      if (i + 1 < nx) wall([x1, y0], [x1, y1], here, t[j * nx + i + 1], [1, 0, 0]);
      if (j + 1 < ny) wall([x1, y1], [x0, y1], here, t[(j + 1) * nx + i], [0, 1, 0]);
    }
  }
  return { vertices: new Float32Array(vertices), triangles: new Uint32Array(triangles) };
}

// ---- WebGL ----

/** The GL side of the panel: one program, one mesh, one colour ramp. Throws where WebGL2 is not to be had. */
class SurfaceGL {
  constructor(canvas) {
    this.canvas = canvas;
    this.gl = canvas.getContext("webgl2", { antialias: !softwareGraphics(), alpha: true, premultipliedAlpha: true });
    if (!this.gl) throw new Error("This browser offers no WebGL2.");
    this.build();
  }

  build() {
    const { gl } = this, program = gl.createProgram();
    for (const [type, text] of [[gl.VERTEX_SHADER, SURFACE_VERTEX], [gl.FRAGMENT_SHADER, SURFACE_FRAGMENT]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    const linked = gl.getProgramParameter(program, gl.LINK_STATUS) || gl.isContextLost();
    if (!linked) throw new Error(gl.getProgramInfoLog(program));
    this.program = program;
    this.at = new Proxy({}, { get: (known, name) => (known[name] ??= gl.getUniformLocation(program, name)) });
    this.vertices = gl.createBuffer();
    this.triangles = gl.createBuffer();
    this.array = gl.createVertexArray();
    this.ramp = gl.createTexture();
    gl.bindVertexArray(this.array);
    gl.bindBuffer(gl.ARRAY_BUFFER, this.vertices);
    for (const k of [0, 1]) {
      gl.enableVertexAttribArray(k);
      gl.vertexAttribPointer(k, 3, gl.FLOAT, false, 24, 12 * k);
    }
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, this.triangles);
    gl.enable(gl.DEPTH_TEST);
    gl.clearColor(0, 0, 0, 0);
  }

  setMesh({ vertices, triangles }) {
    const { gl } = this;
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    this.count = triangles.length;
  }

  setRamp(texels) {
    const { gl } = this;
    gl.bindTexture(gl.TEXTURE_2D, this.ramp);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, texels.length / 4, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  }

  /** Draws the floor and the surface; `fade` is the colour (0..255) that the floor and the underside lean to. */
  paint(camera, levels, fade, w, h, ratio) {
    const { gl, at, canvas } = this;
    const [width, height] = [Math.max(1, Math.round(w * ratio)), Math.max(1, Math.round(h * ratio))];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(at.camera, false, camera.matrix);
    gl.uniform1f(at.height, SURFACE_HEIGHT);
    gl.uniform1f(at.ground, SURFACE_FLOOR);
    if (levels.length) gl.uniform1fv(at.levels, levels.map((level) => level.t));
    gl.uniform1i(at.count, levels.length);
    gl.uniform1f(at.ratio, ratio);
    gl.uniform3fv(at.fade, fade.map((c) => c / 255));
    gl.uniform3fv(at.eye, camera.eye);
    const [right, , forward] = camera.basis;
    const light = [0, 1, 2].map((k) => -0.55 * right[k] - 0.3 * forward[k] + (k === 2 ? 0.95 : 0));
    gl.uniform3fv(at.light, light.map((v) => v / Math.hypot(...light)));
    for (const lying of [1, 0]) {
      gl.uniform1i(at.lying, lying);
      gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_INT, 0);
    }
  }

  free() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

// ---- the panel ----

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
      drawText(g, text, x - 6, y, colors.text, halo);
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
    const box = this.live.getBoundingClientRect(), { basis: [right, up, forward], eye, pixels, centre } = this.camera;
    const [a, b] = [(event.clientX - box.left - centre[0]) / pixels, (centre[1] - event.clientY + box.top) / pixels];
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

// The WebGL2 side of the 3-D panel: shaders, camera, mesh.

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

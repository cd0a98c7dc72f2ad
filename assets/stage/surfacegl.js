// The loss surface drawn by WebGL2: one program, one mesh, one ramp of colours.

import { SURFACE_FLOOR, SURFACE_HEIGHT } from "./camera.js";
import { softwareGraphics } from "./layers.js";

const VERTEX = `#version 300 es
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

const FRAGMENT = `#version 300 es
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

/**
 * @typedef {import("./camera.js").Camera} Camera
 * @typedef {import("./mesh.js").Mesh} Mesh
 */

/** Draws the surface on a canvas. Throws where WebGL2 is not to be had. */
export class SurfaceGL {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    const gl = canvas.getContext("webgl2", { antialias: !softwareGraphics(), alpha: true, premultipliedAlpha: true });
    if (!gl) throw new Error("This browser offers no WebGL2.");
    this.gl = gl;
    this.count = 0; // of the mesh's corners
    this.program = linkedProgram(gl);
    this.ramp = gl.createTexture();
    /** @type {Map<string, WebGLUniformLocation | null>} */
    this.places = new Map();
    this.prepare();
  }

  /** Everything anew, after the graphics card was lost. */
  restore() {
    this.program = linkedProgram(this.gl);
    this.ramp = this.gl.createTexture();
    this.places.clear();
    this.prepare();
  }

  prepare() {
    const { gl } = this;
    gl.bindVertexArray(gl.createVertexArray());
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    for (const k of [0, 1]) {
      gl.enableVertexAttribArray(k);
      gl.vertexAttribPointer(k, 3, gl.FLOAT, false, 24, 12 * k);
    }
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.enable(gl.DEPTH_TEST);
    gl.clearColor(0, 0, 0, 0);
  }

  get lost() {
    return this.gl.isContextLost();
  }

  /** @param {Mesh} mesh */
  setMesh({ vertices, triangles }) {
    const { gl } = this;
    gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
    this.count = triangles.length;
  }

  /** @param {Uint8Array} texels */
  setRamp(texels) {
    const { gl } = this;
    gl.bindTexture(gl.TEXTURE_2D, this.ramp);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, texels.length / 4, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
  }

  /**
   * Where a uniform of the program is kept.
   * @param {string} name
   */
  at(name) {
    const known = this.places.get(name);
    if (known !== undefined) return known;
    const place = this.gl.getUniformLocation(this.program, name);
    this.places.set(name, place);
    return place;
  }

  /**
   * Draw the floor and the surface; `fade` is the colour (0..255) that the floor and the underside lean to.
   * @param {Camera} camera
   * @param {{ t: number }[]} levels
   * @param {number[]} fade
   * @param {number} w
   * @param {number} h
   * @param {number} ratio
   */
  paint(camera, levels, fade, w, h, ratio) {
    const { gl, canvas } = this;
    const [width, height] = [Math.max(1, Math.round(w * ratio)), Math.max(1, Math.round(h * ratio))];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    gl.viewport(0, 0, width, height);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    gl.useProgram(this.program);
    gl.uniformMatrix4fv(this.at("camera"), false, camera.matrix);
    gl.uniform1f(this.at("height"), SURFACE_HEIGHT);
    gl.uniform1f(this.at("ground"), SURFACE_FLOOR);
    if (levels.length) gl.uniform1fv(this.at("levels"), levels.map((level) => level.t));
    gl.uniform1i(this.at("count"), levels.length);
    gl.uniform1f(this.at("ratio"), ratio);
    gl.uniform3fv(this.at("fade"), fade.map((c) => c / 255));
    gl.uniform3fv(this.at("eye"), camera.eye);
    gl.uniform3fv(this.at("light"), lightOf(camera));
    for (const lying of [1, 0]) {
      gl.uniform1i(this.at("lying"), lying);
      gl.drawElements(gl.TRIANGLES, this.count, gl.UNSIGNED_INT, 0);
    }
  }

  free() {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

/**
 * The direction of the light, which comes from behind the camera's left shoulder.
 * @param {Camera} camera
 */
function lightOf({ basis: [right, , forward] }) {
  const light = [0, 1, 2].map((k) => -0.55 * right[k] - 0.3 * forward[k] + (k === 2 ? 0.95 : 0));
  return light.map((v) => v / Math.hypot(...light));
}

/** @param {WebGL2RenderingContext} gl */
function linkedProgram(gl) {
  const program = gl.createProgram();
  for (const [type, text] of /** @type {const} */ ([[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(type));
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  const linked = gl.getProgramParameter(program, gl.LINK_STATUS) || gl.isContextLost();
  if (!linked) throw new Error(gl.getProgramInfoLog(program) ?? "The surface's program does not link.");
  return program;
}

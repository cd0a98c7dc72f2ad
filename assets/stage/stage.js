// The stage: panels that show one recorded run on one shared time, with the controls to replay it.

import { el } from "../shared/dom.js";
import { Mounts } from "../shared/mounts.js";
import { clamp, formatNumber } from "../shared/numbers.js";
import { unpack } from "../shared/packed.js";
import { KINDS } from "./kinds.js";
import { PlayBar } from "./playbar.js";
import { themeOf } from "./theme.js";
import { Tools } from "./tools.js";

/**
 * @typedef {import("./panels.d.ts").Header} Header
 * @typedef {import("./panels.d.ts").AnyPanel} AnyPanel
 * @typedef {{ panel: import("./panel.js").Panel<any>, host: HTMLElement }} Mounted
 */

/** @type {Mounts<Stage>} */
const STAGES = new Mounts();
/** @type {Set<Stage>} in the order of mounting: the first one answers keys that are pressed nowhere in particular */
const OPEN = new Set();
const NARROW = 620;
const ROW = 30; // pixels of a row besides its panels: captions and gaps
const EDGE = 16; // pixels around a picture that fills the screen
const NARROW_HEIGHT = 300; // that a panel has at most, if it does not say otherwise

class Stage {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.bar = new PlayBar({
      seek: (frame) => this.seek(frame), step: (by) => this.seek(this.frame + by), toggle: () => this.toggle(),
    });
    this.board = el("div", { class: "board" });
    this.root = el("div", { class: "stage", tabindex: "0", role: "group" });
    this.tools = new Tools(this.root, () => this.mounted.forEach(({ panel }) => panel.keepable()));
    this.foot = el("div", { class: "foot" }, this.bar.root, this.tools.root);
    this.root.append(this.board, this.foot);
    this.motion = matchMedia("(prefers-reduced-motion: reduce)");
    /** @type {import("./panel.js").Context} */
    this.ctx = {
      ...themeOf(this.root), reducedMotion: this.motion.matches, shared: new Map(), seek: (frame) => this.seek(frame),
    };
    /** @type {Header} none before the first update */
    this.header = /** @type {any} */ (null);
    /** @type {import("./panel.js").Arrays} */
    this.arrays = {};
    /** @type {Uint8Array | null} */
    this.data = null;
    this.kinds = ""; // of the panels that are mounted, with their weights and titles
    /** @type {Mounted[]} */
    this.mounted = [];
    this.frame = 0;
    this.width = 0;
    this.playing = false;
    parent.append(this.root);
    this.listen();
  }

  listen() {
    OPEN.add(this);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.anywhere = (/** @type {KeyboardEvent} */ event) => {
      const [first] = OPEN;
      if (event.target === document.body && first === this) this.key(event);
    };
    document.addEventListener("keydown", this.anywhere);
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(this.root);
    this.root.addEventListener("fullscreenchange", () => this.refit());
  }

  get last() {
    return this.header.frames - 1;
  }

  /** What each panel shows, in the order of the panels. */
  get specs() {
    return this.header.rows.flatMap((row) => row.panels);
  }

  /**
   * Take a scene; the camera and the place in time stay where the person left them.
   * @param {Uint8Array} bytes
   */
  update(bytes) {
    this.data = bytes;
    const { header, arrays } = unpack(bytes);
    if (header.key === this.header?.key) return;
    const first = !this.header;
    const share = this.header?.still ? 1 : first ? 0 : this.frame / Math.max(1, this.last);
    this.header = header;
    this.arrays = arrays;
    this.root.setAttribute("aria-label", header.alt);
    this.bar.setFrames(header.frames);
    Object.assign(this.ctx, themeOf(this.root), { reducedMotion: this.motion.matches });
    this.build();
    this.size();
    this.specs.forEach((spec, i) => this.mounted[i].panel.update(spec, arrays));
    this.show(Math.round(share * this.last));
    if (first && header.frames > 1) this.begin();
    Object.assign(this.root.dataset, { key: header.key, painted: String(performance.now()) });
  }

  /** At the very first: play, or where less motion is asked for, show the end. */
  begin() {
    if (this.motion.matches) this.show(this.last);
    else if (this.header.autoplay) this.play();
  }

  /** Mount the panels, unless the same kinds of them are there. */
  build() {
    const { rows } = this.header;
    const kinds = JSON.stringify(rows.map((row) => row.panels.map(({ kind, weight, title }) => [kind, weight, title])));
    if (kinds === this.kinds) return;
    this.kinds = kinds;
    for (const { panel } of this.mounted) panel.destroy();
    this.mounted = [];
    const nodes = rows.map((row) => el("div", { class: "row" }, ...row.panels.map((spec) => this.mount(spec))));
    this.board.replaceChildren(...nodes);
  }

  /** @param {AnyPanel} spec */
  mount({ kind, weight, title }) {
    const host = el("div", { class: `host ${kind}` });
    this.mounted.push({ host, panel: KINDS[kind].create(host, this.ctx) });
    return el("figure", { style: `flex:${weight ?? 1} 1 0` }, title ? el("figcaption", {}, title) : null, host);
  }

  /** Heights of the panels; on a narrow screen those of a row stand one below the other. */
  size() {
    const narrow = this.root.clientWidth < NARROW;
    this.root.classList.toggle("narrow", narrow);
    const heights = this.header.rows.flatMap(({ height, panels }) => panels.map(({ narrowHeight }) => {
      const own = narrowHeight ?? Math.min(height, NARROW_HEIGHT);
      return narrow ? own : height;
    }));
    const grown = this.grown();
    heights.forEach((height, i) => {
      this.mounted[i].host.style.height = height === "auto" ? "auto" : `${grown * height}px`;
    });
  }

  /** By how much the panels are higher where the picture fills the screen. */
  grown() {
    if (!this.tools.filling) return 1;
    const heights = this.header.rows.map(({ height }) => height);
    const own = heights.reduce((sum, height) => sum + height, 0);
    const free = this.root.clientHeight - this.foot.offsetHeight - ROW * heights.length - 2 * EDGE;
    return own ? Math.max(1, free / own) : 1;
  }

  /** The screen was filled, or left. */
  refit() {
    this.width = 0;
    this.resized();
  }

  resized() {
    const width = this.root.clientWidth;
    if (!this.header || !width || width === this.width) return;
    this.width = width;
    this.size();
    for (const { panel } of this.mounted) panel.resize();
  }

  retheme() {
    Object.assign(this.ctx, themeOf(this.root));
    for (const { panel } of this.mounted) panel.theme();
    this.show(this.frame);
  }

  /** @param {number} frame */
  show(frame) {
    this.frame = clamp(frame, 0, this.last);
    this.bar.show(this.frame, this.timeLabel());
    for (const { panel } of this.mounted) panel.show(this.frame);
    this.root.dataset.frame = String(this.frame);
  }

  timeLabel() {
    const { time } = this.header;
    if (!time) return "";
    if (time.labels) return time.labels[this.frame];
    const at = this.arrays[time.at ?? ""].data[this.frame];
    const epoch = time.perEpoch ? ` · epoch ${(at / time.perEpoch).toFixed(1)}` : "";
    return `${time.unit} ${formatNumber(at, 4)} of ${formatNumber(time.total ?? NaN, 4)}${epoch}`;
  }

  /** @param {number} frame */
  seek(frame) {
    this.pause();
    this.show(frame);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.frame >= this.last) this.show(0);
    this.playing = true;
    this.bar.showPlaying(true);
    /** @type {number | null} */
    let clock = null;
    let place = this.frame;
    const tick = (/** @type {number} */ now) => {
      if (!this.playing || !this.root.isConnected) return;
      if (clock !== null) place += ((now - clock) / 1000) * this.bar.speed * (this.last / this.header.seconds);
      clock = now;
      if (Math.floor(place) !== this.frame) this.show(Math.floor(place));
      if (this.frame >= this.last) this.pause();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    this.playing = false;
    this.bar.showPlaying(false);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const inList = event.target instanceof HTMLSelectElement;
    if (inList || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const actions = {
      " ": () => this.toggle(),
      ArrowRight: () => this.seek(this.frame + 1),
      ArrowLeft: () => this.seek(this.frame - 1),
      Home: () => this.seek(0),
      End: () => this.seek(this.last),
    };
    const action = actions[event.key];
    if (!action || this.header.frames < 2) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  destroy() {
    this.playing = false;
    this.watch?.disconnect();
    if (this.anywhere) document.removeEventListener("keydown", this.anywhere);
    OPEN.delete(this);
    for (const { panel } of this.mounted) panel.destroy();
    this.root.remove();
  }
}

/**
 * Show `data`, a packed scene, below `parentElement`; called again at every change of the data or the theme.
 * @param {{ data: Uint8Array | null, parentElement: HTMLElement }} component
 */
export function mountStage({ data, parentElement }) {
  return STAGES.show(parentElement, (mount) => new Stage(mount), (stage) => {
    if (data && data !== stage.data) stage.update(data);
    else if (stage.header) stage.retheme();
  });
}

// The stage: panels that show one recorded run on one shared time, with the controls to replay it.

const STAGES = new WeakMap();
const OPEN = new Set(); // in the order of mounting: the first one answers keys that are pressed nowhere in particular
const firstStage = () => OPEN.values().next().value?.root;
const ICONS = {
  rewind: "M6 5v14M20 5 9 12l11 7z",
  back: "M17 5v14M14 5 4 12l10 7z",
  play: "M7 4.5 20 12 7 19.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  forward: "M7 5v14M10 5l10 7-10 7z",
};
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const NARROW = 620;

class Stage {
  constructor(parent) {
    this.root = el("div", { class: "stage", tabindex: "0", role: "group" });
    this.board = el("div", { class: "board" });
    this.ctx = { colors: {}, sequential: [], shared: new Map(), format: formatNumber, dark: false, seek: (frame) => this.seek(frame) };
    this.panels = [];
    this.frame = 0;
    this.speed = 1;
    this.playing = false;
    this.makeBar();
    this.root.append(this.board, this.bar);
    parent.append(this.root);
    OPEN.add(this);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.anywhere = (event) => event.target === document.body && this.root === firstStage() && this.key(event);
    document.addEventListener("keydown", this.anywhere);
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(this.root);
    this.motion = matchMedia("(prefers-reduced-motion: reduce)");
  }

  makeBar() {
    const button = (icon, label, action) =>
      el("button", { type: "button", "aria-label": label, title: label, onclick: action },
        svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[icon] })));
    this.playButton = button("play", "Play (space)", () => this.toggle());
    this.scrub = el("input", { type: "range", min: 0, value: 0, step: 1, "aria-label": "Time", oninput: () => this.seek(Number(this.scrub.value)) });
    this.label = el("output", { class: "time" });
    this.speedPick = el("select", { "aria-label": "Speed", title: "Speed", onchange: () => { this.speed = Number(this.speedPick.value); } },
      ...SPEEDS.map((s) => el("option", s === 1 ? { value: s, selected: "" } : { value: s }, `${s}×`)));
    this.bar = el("div", { class: "bar" },
      button("rewind", "Back to the start (Home)", () => this.seek(0)),
      button("back", "One step back (left arrow)", () => this.seek(this.frame - 1)),
      this.playButton,
      button("forward", "One step forward (right arrow)", () => this.seek(this.frame + 1)),
      this.scrub, this.speedPick, this.label);
  }

  /** Take a scene; the camera and the place in time stay where the person left them. */
  update(bytes) {
    const { header, arrays } = unpack(bytes);
    if (header.key === this.header?.key) return;
    const first = !this.header;
    const share = first ? 0 : this.frame / Math.max(1, this.last);
    const kinds = JSON.stringify(header.rows.map((row) => row.panels.map((panel) => [panel.kind, panel.weight, panel.title])));
    this.header = header;
    this.arrays = arrays;
    this.last = header.frames - 1;
    this.root.setAttribute("aria-label", header.alt);
    this.bar.hidden = header.frames < 2;
    this.scrub.max = this.last;
    readColors(this.root, this.ctx);
    this.ctx.reducedMotion = this.motion.matches;
    if (kinds !== this.kinds) this.build(kinds);
    this.size();
    for (const { panel, spec } of this.each()) panel.update(spec, arrays);
    this.show(first ? 0 : Math.round(share * this.last));
    if (first && header.frames > 1) {
      if (this.motion.matches) this.show(this.last);
      else if (header.autoplay) this.play();
    }
    this.root.dataset.key = header.key;
    this.root.dataset.painted = String(performance.now());
  }

  build(kinds) {
    this.kinds = kinds;
    for (const panel of this.panels) panel.destroy();
    this.panels = [];
    this.rows = this.header.rows.map((row) => {
      const node = el("div", { class: "row" });
      for (const spec of row.panels) {
        const host = el("div", { class: `host ${spec.kind}` });
        node.append(el("figure", { style: `flex:${spec.weight ?? 1} 1 0` }, spec.title ? el("figcaption", {}, spec.title) : null, host));
        this.panels.push(PANELS[spec.kind](host, this.ctx));
      }
      return node;
    });
    this.board.replaceChildren(...this.rows);
  }

  *each() {
    let i = 0;
    for (const row of this.header.rows) for (const spec of row.panels) yield { panel: this.panels[i++], spec };
  }

  /** Heights of the rows; on a narrow screen the panels of a row stand one below the other. */
  size() {
    const narrow = this.root.clientWidth < NARROW;
    this.root.classList.toggle("narrow", narrow);
    this.header.rows.forEach((row, i) => {
      [...this.rows[i].children].forEach((figure, j) => {
        const own = row.panels[j].narrowHeight ?? Math.min(row.height, 300);
        figure.lastChild.style.height = own === "auto" && narrow ? "auto" : `${narrow ? own : row.height}px`;
      });
    });
  }

  resized() {
    const width = this.root.clientWidth;
    if (!this.header || !width || width === this.width) return;
    this.width = width;
    this.size();
    for (const { panel } of this.each()) panel.resize();
  }

  retheme() {
    readColors(this.root, this.ctx);
    for (const { panel } of this.each()) panel.theme();
    this.show(this.frame);
  }

  show(frame) {
    this.frame = clamp(frame, 0, this.last);
    this.scrub.value = this.frame;
    const label = this.timeLabel();
    this.label.textContent = label;
    this.scrub.setAttribute("aria-valuetext", label);
    for (const { panel } of this.each()) panel.draw(this.frame);
    this.root.dataset.frame = String(this.frame);
  }

  timeLabel() {
    const { time } = this.header;
    if (!time) return "";
    if (time.labels) return time.labels[this.frame];
    const at = this.arrays[time.at].data[this.frame];
    const epoch = time.perEpoch ? ` · epoch ${(at / time.perEpoch).toFixed(1)}` : "";
    return `${time.unit} ${formatNumber(at, 4)} of ${formatNumber(time.total, 4)}${epoch}`;
  }

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
    this.icon("pause", "Pause (space)");
    let clock = null;
    let place = this.frame;
    const tick = (now) => {
      if (!this.playing || !this.root.isConnected) return;
      if (clock !== null) place += ((now - clock) / 1000) * this.speed * (this.last / this.header.seconds);
      clock = now;
      if (Math.floor(place) !== this.frame) this.show(Math.floor(place));
      if (this.frame >= this.last) this.pause();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    this.playing = false;
    this.icon("play", "Play (space)");
  }

  icon(name, label) {
    this.playButton.querySelector("path").setAttribute("d", ICONS[name]);
    this.playButton.setAttribute("aria-label", label);
    this.playButton.title = label;
  }

  key(event) {
    if (event.target.tagName === "SELECT" || event.ctrlKey || event.metaKey || event.altKey) return;
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
    this.watch.disconnect();
    document.removeEventListener("keydown", this.anywhere);
    OPEN.delete(this);
    for (const panel of this.panels) panel.destroy();
    this.root.remove();
  }
}

/** Show `data`, a packed scene, below `parentElement`; called again at every change of the data or the theme. */
function mountStage({ data, parentElement }) {
  let entry = STAGES.get(parentElement);
  if (!entry) {
    const mount = parentElement.querySelector(".mount");
    entry = { stage: new Stage(mount), data: null };
    STAGES.set(parentElement, entry);
  }
  if (data && data !== entry.data) {
    entry.data = data;
    entry.stage.update(data);
  } else if (entry.stage.header) entry.stage.retheme();
  return () => {
    entry.stage.destroy();
    STAGES.delete(parentElement);
  };
}

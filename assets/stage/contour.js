// A loss surface from above: heat map, labelled iso-lines and the recorded paths.

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
    const { left, top, w, h } = this.plot, [x, y] = pointIn(event, this.live);
    const u = (x - left) / w, v = 1 - (y - top) / h;
    this.share(nearestPoint(this.field, u, v));
  }
}

PANELS.contour = (host, ctx) => new ContourPanel(host, ctx);

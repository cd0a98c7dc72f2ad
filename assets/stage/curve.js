// Curves over time or over a swept value, revealed up to the current instant.

/**
 * spec: { title, xLabel, yLabel, xScale, yScale, xDomain, yDomain, at: name of each frame's x,
 *         series: [{ x, y, label, color, lane, faint, step, symbol }], marks: [{ x, label }] }
 * A series with a `symbol` (0 to 3) is drawn as separate marks of that shape, all of them at once.
 */
PANELS.curve = (host, ctx) => {
  const legend = el("div", { class: "legend" });
  const area = el("div", { class: "area" });
  host.append(legend, area);
  const axes = new Axes(area, ctx);
  let spec, arrays, lines, cursor, drawn = 0;

  function build() {
    const logX = spec.xScale === "log";
    const logY = spec.yScale === "log";
    const xs = spec.series.map((s) => arrays[s.x].data);
    const ys = spec.series.map((s) => arrays[s.y].data);
    const xDomain = spec.xDomain ?? extent(xs, logX);
    const yDomain = spec.yDomain ?? pad(extent(ys, logY), 0.06, logY);
    const values = spec.series.map((series) => (series.label ? el("b") : null));
    legend.replaceChildren(...spec.series.map((series, i) => key(series, values[i])).filter(Boolean));
    legend.hidden = !legend.childElementCount; // before the axes, which take the room that it leaves
    axes.draw({ ...spec, xDomain, yDomain, xLog: logX, yLog: logY });
    axes.marks.replaceChildren();
    axes.front.replaceChildren();
    const { box } = axes;
    for (const mark of spec.marks ?? []) {
      const x = axes.x(mark.x);
      axes.marks.append(
        svg("line", { x1: x, x2: x, y1: box.top, y2: box.bottom, stroke: ctx.colors.text, "stroke-dasharray": "2 4", opacity: 0.5 }),
        svg("text", { x: x + 4, y: box.top + 10 }, mark.label));
    }
    const reveal = `${axes.id}-reveal`;
    const past = svg("rect", { x: 0, y: 0, width: 0, height: 10000 });
    axes.marks.append(svg("clipPath", { id: reveal }, past));
    lines = spec.series.map((series, i) => {
      const color = ctx.colors[series.color];
      const common = { fill: "none", stroke: color, "stroke-linejoin": "round", "stroke-dasharray": laneOf(series.lane).dash };
      const d = linePath(xs[i], ys[i], axes, series.step);
      const width = series.faint ? 1 : 2;
      if (series.symbol !== undefined) {
        axes.marks.append(svg("path", { fill: "none", stroke: color, "stroke-width": 1.6, d: symbolPath(xs[i], ys[i], axes, series.symbol) }));
        return { xs: xs[i], ys: ys[i], value: values[i], dot: null };
      }
      axes.marks.append(svg("path", { ...common, d, "stroke-width": width, opacity: 0.22 }));
      if (spec.at) axes.marks.append(svg("path", { ...common, d, "stroke-width": width, opacity: series.faint ? 0.45 : 1, "clip-path": `url(#${reveal})` }));
      else axes.marks.lastChild.setAttribute("opacity", series.faint ? 0.45 : 1);
      const dot = svg("circle", { r: 4, fill: color, stroke: ctx.colors.background, "stroke-width": 1.5, visibility: "hidden" });
      if (!series.faint) axes.front.append(dot);
      return { xs: xs[i], ys: ys[i], value: values[i], dot };
    });
    cursor = svg("line", { y1: box.top, y2: box.bottom, stroke: ctx.colors.text, "stroke-width": 1, opacity: spec.at ? 0.35 : 0 });
    axes.front.prepend(cursor);
    lines.past = past;
  }

  /** A series' line in the legend, with the node of its live value; null where it has no label. */
  function key(series, value) {
    if (!series.label) return null;
    const color = ctx.colors[series.color];
    const sign = series.symbol === undefined
      ? el("i", { class: "key", style: `border-top:${series.faint ? 1 : 3}px ${laneOf(series.lane).border} ${color}` })
      : el("i", { class: "key", style: `color:${color};text-align:center;font-style:normal` }, SYMBOLS[series.symbol].text);
    return el("span", { class: "item" }, sign, `${series.label} `, value);
  }

  function draw(frame) {
    drawn = frame;
    if (!spec.at) return;
    const at = arrays[spec.at].data[frame];
    const x = axes.x(at);
    lines.past.setAttribute("width", Math.max(0, x + 0.5));
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    for (const line of lines) {
      const i = lastAtOrBefore(line.xs, at);
      const value = line.ys[i];
      const shown = Number.isFinite(value) && x >= axes.box.left - 1;
      line.dot?.setAttribute("visibility", shown ? "visible" : "hidden");
      if (shown && line.dot) {
        line.dot.setAttribute("cx", axes.x(line.xs[i]));
        line.dot.setAttribute("cy", clamp(axes.y(value), axes.box.top - 4, axes.box.bottom + 4));
      }
      if (line.value) line.value.textContent = formatNumber(value);
    }
  }

  /** Dragging over the plot moves time to the place under the pointer. */
  function drag(event) {
    if (!spec?.at || (event.type === "pointermove" && !event.buttons)) return;
    if (event.type === "pointerdown") area.setPointerCapture(event.pointerId);
    const x = axes.x.invert(pointIn(event, area)[0]);
    ctx.seek(nearest(arrays[spec.at].data, x));
  }
  area.onpointerdown = area.onpointermove = drag;

  const again = () => {
    if (!spec) return;
    build();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays] = [newSpec, newArrays];
      drawn = 0;
      area.style.cursor = spec.at ? "ew-resize" : "";
      area.style.touchAction = spec.at ? "pan-y" : "";
      build();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

/** Index of the value nearest to `x`. */
function nearest(values, x) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i] - x) < Math.abs(values[best] - x)) best = i;
  return best;
}

const SYMBOLS = [
  { text: "○", at: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0` },
  { text: "□", at: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z` },
  { text: "△", at: (x, y, r) => `M${x} ${y - r}l${r} ${2 * r}h${-2 * r}z` },
  { text: "◇", at: (x, y, r) => `M${x} ${y - r}l${r} ${r}l${-r} ${r}l${-r} ${-r}z` },
];

/** Marks of one shape at every finite point; each shape a little larger, so that equal values nest instead of hiding. */
function symbolPath(xs, ys, axes, symbol) {
  const parts = [];
  for (let i = 0; i < xs.length; i++)
    if (Number.isFinite(ys[i])) parts.push(SYMBOLS[symbol].at(axes.x(xs[i]), axes.y(ys[i]), 3 + 1.7 * symbol));
  return parts.join("");
}

/** Index of the last of the ascending `xs` that is not beyond `x`. */
function lastAtOrBefore(xs, x) {
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (xs[middle] <= x + 1e-9) low = middle;
    else high = middle - 1;
  }
  return low;
}

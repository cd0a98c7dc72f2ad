// Bars: a histogram over a number line, or one bar for each of a few named things; they may change with time.

/**
 * spec: { title, xLabel, yLabel, edges: name of (bars + 1) numbers | labels: [text],
 *         heights: name of (bars) or (frames, bars), rows, color, yDomain, digits: significant digits written above each bar,
 *         highlight: name of each frame's bar, or one bar's index, marks: [{ x, label }] on the number line }
 */
PANELS.bars = (host, ctx) => {
  const area = el("div", { class: "area" });
  const note = el("div", { class: "note" });
  host.append(area, note);
  const axes = new Axes(area, ctx);
  let spec, arrays, heights, edges, bars, texts, drawn = 0;

  const frames = () => (arrays[spec.heights].shape.length > 1 ? heights.shape[0] : 1);

  function build() {
    heights = arrays[spec.heights];
    const count = heights.data.length / frames();
    edges = spec.edges ? arrays[spec.edges].data : Float32Array.from({ length: count + 1 }, (_, i) => i - 0.5);
    const xDomain = [edges[0], edges[count]];
    const highest = extent([heights.data])[1];
    const yDomain = spec.yDomain ?? [0, (highest > 0 ? highest : 1) * (spec.digits || spec.marks ? 1.16 : 1.06)];
    axes.draw({ ...spec, xDomain: spec.labels ? [NaN, NaN] : xDomain, yDomain }); // no numbers under named bars
    axes.x = makeScale(...xDomain, axes.box.left, axes.box.right);
    bars = Array.from({ length: count }, (_, i) => {
      const room = axes.x(edges[i + 1]) - axes.x(edges[i]);
      const gap = spec.labels ? 0.12 * room : Math.min(1, 0.1 * room);
      return svg("rect", { x: axes.x(edges[i]) + gap, width: Math.max(0.5, room - 2 * gap), fill: ctx.colors[spec.color], onpointerenter: () => tell(i), onpointerleave: () => tell(null) });
    });
    texts = spec.digits ? bars.map((_, i) => svg("text", { x: axes.x((edges[i] + edges[i + 1]) / 2), "text-anchor": "middle" })) : [];
    axes.marks.replaceChildren(...bars);
    axes.front.replaceChildren(...texts, ...names(), ...marks());
  }

  function names() {
    const room = (axes.box.right - axes.box.left) / Math.max(1, bars.length);
    return (spec.labels ?? []).map((label, i) => {
      const text = room < 7 * label.length ? `${label.slice(0, Math.max(1, Math.floor(room / 7) - 1))}…` : label;
      return svg("text", { x: axes.x(i), y: axes.box.bottom + 16, "text-anchor": "middle" }, svg("title", {}, label), text);
    });
  }

  /** Dashed lines with a label each, on the side where no other line crosses it, or else in a row of its own. */
  function marks() {
    const { left, right, top, bottom } = axes.box;
    const sorted = [...(spec.marks ?? [])].sort((a, b) => a.x - b.x);
    const xs = sorted.map((mark) => axes.x(mark.x));
    const ends = [];
    return sorted.flatMap(({ label }, i) => {
      const width = 6.2 * label.length + 6;
      const fits = { right: xs[i] + width < Math.min(right, xs[i + 1] ?? right), left: xs[i] - width > Math.max(left, xs[i - 1] ?? left) };
      const toLeft = !fits.right && (fits.left || xs[i] + width > right);
      const from = toLeft ? xs[i] - width : xs[i];
      let row = ends.findIndex((end) => end <= from);
      if (row < 0) row = ends.length;
      ends[row] = from + width;
      const halo = `paint-order:stroke;stroke:${ctx.colors.background};stroke-width:3px;opacity:1`;
      return [
        svg("line", { x1: xs[i], x2: xs[i], y1: top, y2: bottom, stroke: ctx.colors.text, "stroke-dasharray": "2 4" }),
        svg("text", { x: xs[i] + (toLeft ? -4 : 4), y: top + 11 + 14 * row, "text-anchor": toLeft ? "end" : "start", style: halo }, label),
      ];
    });
  }

  function draw(frame) {
    drawn = frame;
    const values = frames() > 1 ? rowData(heights, rowOf(spec, arrays, frame)) : heights.data;
    const lit = typeof spec.highlight === "string" ? rowData(arrays[spec.highlight], frame)[0] : spec.highlight;
    const { top, bottom } = axes.box;
    bars.forEach((bar, i) => {
      const y = Number.isFinite(values[i]) ? clamp(axes.y(values[i]), top - 4, bottom) : bottom;
      bar.setAttribute("y", y);
      bar.setAttribute("height", bottom - y);
      bar.setAttribute("opacity", lit === undefined || lit === i ? 0.95 : 0.5);
      if (!texts.length) return;
      texts[i].setAttribute("y", y - 4);
      texts[i].textContent = formatNumber(values[i], spec.digits);
    });
  }

  /** The bar under the pointer in words. */
  function tell(i) {
    if (i === null) return note.replaceChildren();
    const values = frames() > 1 ? rowData(heights, rowOf(spec, arrays, drawn)) : heights.data;
    const name = spec.labels ? spec.labels[i] : `${formatNumber(edges[i])} to ${formatNumber(edges[i + 1])}`;
    return note.replaceChildren(`${name}: ${formatNumber(values[i])}${spec.yLabel ? ` ${spec.yLabel}` : ""}`);
  }

  const again = () => {
    if (!spec) return;
    build();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays] = [newSpec, newArrays];
      drawn = 0;
      build();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

// Curves that stand still, and over them lines and points that move with time: a tangent, a secant, a dragged point.

/**
 * spec: { title, xLabel, yLabel, xScale, yScale, xDomain, yDomain, rows, at: name of each frame's x, by which it is dragged,
 *         curves: [{ x, y, label, color, lane, faint, step, symbol, value }], as in curve.js,
 *         moving: [{ x, y: names of (frames, points) or (points), label, color, lane, faint, dots, fill, value, digits }],
 *         marks: [{ x, label }], names: [{ y, label }] }
 * A moving thing is the line through its points; with `dots` the points alone, with `fill` also the area they enclose.
 * `value` names one number a frame, shown beside the label; without x and y there is nothing else of it.
 * `names` stand at the left edge, in place of numbers.
 */
PANELS.plot = (host, ctx) => {
  const legend = el("div", { class: "legend" });
  const area = el("div", { class: "area" });
  host.append(legend, area);
  const axes = new Axes(area, ctx);
  let spec, arrays, moving, told, cursor, drawn = 0;

  function build() {
    const [logX, logY] = [spec.xScale === "log", spec.yScale === "log"];
    const curves = (spec.curves ?? []).map(numbered);
    const all = [...curves, ...(spec.moving ?? [])].filter((one) => one.x);
    const values = (axis) => all.map((one) => arrays[one[axis]].data);
    const xDomain = spec.xDomain ?? extent(values("x"), logX);
    const yDomain = spec.yDomain ?? pad(extent(values("y"), logY), 0.06, logY);
    moving = (spec.moving ?? []).map((one) => ({ ...numbered(one), node: svg("g", { opacity: one.faint ? 0.55 : 1 }) }));
    told = [...curves, ...moving].filter((one) => one.text);
    legend.replaceChildren(...[...curves, ...moving].filter((one) => one.label).map(key));
    legend.hidden = !legend.childElementCount; // before the axes, which take the room that it leaves
    axes.draw({ ...spec, xDomain, yDomain: spec.names ? [NaN, NaN] : yDomain, xLog: logX, yLog: logY }); // names or numbers
    const { box } = axes;
    axes.y = makeScale(...yDomain, box.bottom, box.top, logY);
    cursor = svg("line", { y1: box.top, y2: box.bottom, stroke: ctx.colors.text, "stroke-width": 1, opacity: spec.at ? 0.35 : 0 });
    const marks = (spec.marks ?? []).map(mark);
    axes.marks.replaceChildren(...marks.map(([line]) => line), ...curves.map(still), ...moving.map((one) => one.node));
    const names = (spec.names ?? []).map(({ y, label }) => svg("text", { x: box.left - 6, y: axes.y(y) + 3.5, "text-anchor": "end" }, label));
    axes.front.replaceChildren(cursor, ...names, ...marks.map(([, label]) => label));
  }

  const numbered = (one) => ({ ...one, text: one.value ? el("b") : null });

  /** A dashed line with its label, which stands on the side that has room. */
  function mark({ x: value, label }, i) {
    const { box } = axes;
    const x = axes.x(value);
    const left = x + 4 + 6.2 * label.length > box.right;
    const halo = `paint-order:stroke;stroke:${ctx.colors.background};stroke-width:3px;opacity:1`;
    return [
      svg("line", { x1: x, x2: x, y1: box.top, y2: box.bottom, stroke: ctx.colors.text, "stroke-dasharray": "2 4", opacity: 0.5 }),
      svg("text", { x: left ? x - 4 : x + 4, y: box.top + 10 + 13 * (i % 2), "text-anchor": left ? "end" : "start", style: halo }, label),
    ];
  }

  const style = (one) => ({
    fill: "none", stroke: ctx.colors[one.color], "stroke-width": one.faint ? 1.2 : 2.2, "stroke-linejoin": "round",
    "stroke-dasharray": laneOf(one.lane).dash,
  });

  function still(curve) {
    const [xs, ys] = [arrays[curve.x].data, arrays[curve.y].data];
    if (curve.symbol !== undefined) return svg("path", { ...style(curve), "stroke-width": 1.3, opacity: curve.faint ? 0.45 : 0.9, d: symbolPath(xs, ys, axes, curve.symbol) });
    return svg("path", { ...style(curve), opacity: curve.faint ? 0.6 : 1, d: linePath(xs, ys, axes, curve.step) });
  }

  function key(one) {
    const color = ctx.colors[one.color];
    const dot = one.dots || !one.x;
    const sign = one.symbol === undefined
      ? el("i", { class: "key", style: dot ? `border-top:8px dotted ${color};width:8px` : `border-top:${one.faint ? 1 : 3}px ${laneOf(one.lane).border} ${color}` })
      : el("i", { class: "key", style: `color:${color};text-align:center;font-style:normal` }, SYMBOLS[one.symbol].text);
    return el("span", { class: "item" }, sign, `${one.label} `, one.text ?? null);
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    if (spec.at) fill(cursor, { x1: axes.x(arrays[spec.at].data[frame]), x2: axes.x(arrays[spec.at].data[frame]) }, []);
    for (const one of moving.filter(({ x }) => x)) {
      const [xs, ys] = [one.x, one.y].map((name) => at(arrays[name], row));
      one.node.replaceChildren(...(one.dots ? dots(one, xs, ys) : line(one, xs, ys)));
    }
    for (const one of told) one.text.textContent = formatNumber(rowData(arrays[one.value], row)[0], one.digits ?? 4);
  }

  /** A frame's points; an array without frames is the same in all of them. */
  const at = (array, row) => (array.shape.length > 1 ? rowData(array, row) : array.data);

  function dots(one, xs, ys) {
    const many = xs.length > 60;
    return Array.from(xs, (x, i) => [axes.x(x), axes.y(ys[i])])
      .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
      .map(([cx, cy]) => svg("circle", { cx, cy, r: many ? 2 : 4.5, fill: ctx.colors[one.color], stroke: many ? null : ctx.colors.background, "stroke-width": 1.5 }));
  }

  function line(one, xs, ys) {
    const d = linePath(xs, ys, axes);
    const inside = one.fill ? [svg("path", { d: `${d}Z`, fill: ctx.colors[one.color], opacity: 0.14 })] : [];
    return [...inside, svg("path", { ...style(one), d })];
  }

  /** Dragging over the plot moves time to the frame whose x is under the pointer. */
  function drag(event) {
    if (!spec?.at || (event.type === "pointermove" && !event.buttons)) return;
    if (event.type === "pointerdown") area.setPointerCapture(event.pointerId);
    const [pointer] = pointIn(event, area);
    ctx.seek(nearest(Array.from(arrays[spec.at].data, (value) => axes.x(value)), pointer));
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

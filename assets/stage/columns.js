// Rows of named things, a bar and a number for each in every column: one computation, column by column.

/**
 * spec: { title, rows, names: [text], columns: [{ title, values: name of (frames, things) or (things), domain: [low, high],
 *         most: name of (frames), color, lane, digits, total: name of (frames), totalDigits }],
 *         totalLabel, highlight: name of each frame's thing, pick, handle: { column, row, at: name of (frames) } }
 * A column's bars lie in its `domain` and start at 0, or at the end that is nearer to it; or `most` says what a full bar
 * stands for. A `title` may have several lines. Lane B is outlined with dashes. Without `digits` there are no numbers.
 * With `pick` a click on a thing moves time to its frame; the bar of `handle` is dragged, `at` are its values.
 */
PANELS.columns = (host, ctx) => {
  const root = svg("svg", { class: "axes", "aria-hidden": "true", style: "flex:none" });
  const note = el("div", { class: "note", style: "position:sticky;left:0" });
  host.append(root, note);
  const [GAP, BESIDE, LEAST] = [12, 64, 9]; // between columns; for a number beside its bar; a row's height that holds text
  let spec, arrays, box, columns, lit, knob, drawn = 0, held = false;

  function layout() {
    const lines = Math.max(...spec.columns.map((column) => titleOf(column).length));
    const totals = spec.columns.some((column) => column.total);
    const [width, height] = [Math.max(host.clientWidth, 60), Math.max(host.clientHeight - 18, 40)];
    const top = 14 * lines + 6;
    const down = Math.min(34, (height - top - (totals ? 24 : 2)) / spec.names.length);
    const words = [...(down < LEAST ? [] : spec.names), ...(totals ? [spec.totalLabel ?? "sum"] : [])];
    const left = Math.max(0, ...words.map((word) => word.length)) * 6.4 + 10;
    const count = spec.columns.length;
    const least = Math.max(...spec.columns.map((column) => (column.digits ? 40 : 12)));
    const across = Math.max((width - left - GAP * (count - 1) - 8) / count, least);
    box = { left, top, across, down, full: left + count * (across + GAP), bottom: top + down * spec.names.length };
    const shown = Math.max(width, Math.floor(box.full) - GAP + 8);
    fill(root, { viewBox: `0 0 ${shown} ${height}`, width: shown, height }, []);
    host.style.overflowX = shown > width ? "auto" : "";
  }

  const titleOf = (column) => (column.title ?? "").split("\n");
  const leftOf = (j) => box.left + j * (box.across + GAP);

  function build() {
    layout();
    columns = spec.columns.map(column);
    lit = svg("rect", { x: 0, width: box.full, height: box.down, rx: 4, fill: ctx.colors.text, opacity: 0.1, visibility: "hidden" });
    const names = box.down < LEAST ? [] : spec.names.map((name, i) => svg("text", { x: box.left - 8, y: middle(i) + 4, "text-anchor": "end" }, name));
    knob = svg("circle", { r: 6, fill: ctx.colors.background, "stroke-width": 2.5, visibility: "hidden" });
    root.replaceChildren(lit, ...columns.flatMap((one) => one.parts), ...names, ...totalRow(), knob);
  }

  const middle = (i) => box.top + (i + 0.5) * box.down;

  /** A column's title, zero line, bars and numbers, and how its values become places. */
  function column(own, j) {
    const left = leftOf(j);
    const numbered = Boolean(own.digits) && box.down >= LEAST;
    const beside = numbered && box.across >= 104;
    const right = left + box.across - (beside ? BESIDE : 0);
    const [low, high] = own.domain ?? [0, 1];
    const scale = makeScale(low, high, left, right);
    const thick = Math.min(20, Math.max(2, box.down * (beside || !numbered ? 0.66 : 0.8)));
    const title = titleOf(own).map((line, k) => svg("text", { class: "title", x: left, y: 11 + 14 * k }, line));
    const dashed = own.lane === "B" && numbered ? { stroke: ctx.colors[own.color], "stroke-dasharray": "4 3", "stroke-width": 1.3 } : {};
    const bars = spec.names.map((_, i) => svg("rect", { y: middle(i) - thick / 2, height: thick, rx: Math.min(2, thick / 3), fill: ctx.colors[own.color], "fill-opacity": own.lane === "B" ? 0.35 : beside || !numbered ? 0.95 : 0.5, ...dashed }));
    const halo = `paint-order:stroke;stroke:${ctx.colors.background};stroke-width:2px;opacity:1;font-size:${box.down < 13 ? 9 : 12}px`;
    const texts = numbered ? spec.names.map((_, i) => svg("text", { x: beside ? right + 9 : left + 2, y: middle(i) + 4, style: halo }, "")) : [];
    const zero = svg("line", { x1: scale(clamp(0, low, high)), x2: scale(clamp(0, low, high)), y1: box.top, y2: box.bottom, stroke: ctx.colors.border });
    return { own, scale, left, right, bars, texts, done: false, parts: [...title, zero, ...bars, ...texts] };
  }

  function totalRow() {
    const own = columns.filter((one) => one.own.total);
    if (!own.length) return [];
    const y = box.bottom + 17;
    for (const one of own) one.total = svg("text", { x: one.texts[0]?.getAttribute("x") ?? one.left, y, style: "font-weight:600;font-size:12px;opacity:1" });
    return [
      svg("text", { x: box.left - 8, y, "text-anchor": "end" }, spec.totalLabel ?? "sum"),
      ...own.map((one) => svg("line", { x1: one.left, x2: one.left + box.across, y1: box.bottom + 2, y2: box.bottom + 2, stroke: ctx.colors.text, opacity: 0.5 })),
      ...own.map((one) => one.total),
    ];
  }

  function valuesOf(own) {
    const array = arrays[own.values];
    return array.shape.length > 1 ? rowData(array, rowOf(spec, arrays, drawn)) : array.data;
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    for (const one of columns) {
      const still = arrays[one.own.values].shape.length === 1 && !one.own.most;
      if (!(still && one.done)) paint(one, row);
      one.done = true;
      if (one.total) one.total.textContent = formatNumber(rowData(arrays[one.own.total], row)[0], one.own.totalDigits ?? one.own.digits);
    }
    if (spec.highlight) fill(lit, { y: box.top + rowData(arrays[spec.highlight], frame)[0] * box.down, visibility: "visible" }, []);
    if (spec.handle) place();
  }

  function paint({ own, scale, bars, texts }, row) {
    const values = valuesOf(own);
    const most = own.most ? rowData(arrays[own.most], row)[0] : 1;
    const [low, high] = scale.domain;
    const from = scale(clamp(0, low, high));
    bars.forEach((bar, i) => {
      const value = values[i] / (own.most ? most : 1);
      const to = Number.isNaN(value) ? from : scale(clamp(value, low, high));
      fill(bar, { x: Math.min(from, to), width: Math.abs(to - from), "stroke-opacity": Math.abs(to - from) < 1 ? 0 : 1 }, []);
      if (texts.length) texts[i].textContent = formatNumber(values[i], own.digits);
    });
  }

  /** The knob at the end of the bar that can be dragged. */
  function place() {
    const { column, row: thing } = spec.handle;
    const { own, scale } = columns[column];
    const value = valuesOf(own)[thing];
    const cx = scale(clamp(value, ...scale.domain));
    fill(knob, { cx, cy: middle(thing), stroke: ctx.colors[own.color], visibility: Number.isFinite(cx) ? "visible" : "hidden" }, []);
  }

  /** What is under the pointer: the column or −1, the thing or −1, and x on the drawing. */
  function under(event) {
    const [x, y] = pointIn(event, root);
    const j = columns.findIndex((one) => x >= one.left - GAP / 2 && x < one.left + box.across + GAP / 2);
    const i = Math.floor((y - box.top) / box.down);
    return { x, j, i: i >= 0 && i < spec.names.length ? i : -1 };
  }

  function tell({ i, j }) {
    if (i < 0 || j < 0) return note.replaceChildren();
    const { own } = columns[j];
    return note.replaceChildren(`${spec.names[i]}, ${titleOf(own).join(" ")}: ${formatNumber(valuesOf(own)[i], 7)}`);
  }

  root.onpointerdown = root.onpointermove = (event) => {
    if (!spec) return;
    const at = under(event);
    if (event.type === "pointerdown") {
      held = Boolean(spec.handle) && at.j === spec.handle.column && at.i === spec.handle.row;
      if (held || spec.pick) root.setPointerCapture(event.pointerId);
    }
    if (held && event.buttons) ctx.seek(nearest(arrays[spec.handle.at].data, columns[spec.handle.column].scale.invert(at.x)));
    else if (spec.pick && event.buttons && at.i >= 0) ctx.seek(arrays[spec.highlight].data.indexOf(at.i));
    const handle = spec.handle && at.j === spec.handle.column && at.i === spec.handle.row;
    root.style.cursor = handle || held ? "ew-resize" : spec.pick && at.i >= 0 ? "pointer" : "";
    tell(at);
  };
  root.onpointerup = root.onpointercancel = () => {
    held = false;
  };
  root.onpointerleave = () => note.replaceChildren();

  const again = () => {
    if (!spec) return;
    build();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays] = [newSpec, newArrays];
      drawn = 0;
      root.style.touchAction = spec.handle || spec.pick ? "pan-y" : "";
      build();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

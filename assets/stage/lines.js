// Lines that move: each has few or many points of its own at every instant, a number at one of them, and words on hover.

/**
 * spec: { title, xLabel, yLabel, xDomain, yDomain, rows, points: [x name, y name], pointsLabel,
 *         lines: [{ x, y, color, lane, faint, label, mark: [x name, y name], dim, tell: [token] }] }
 * x and y name arrays: (points) for one line that never moves, (frames, points) for one that does, (frames, lines, points)
 * for several; points whose coordinates are not finite are left out. `mark` names two arrays (frames, lines), the x and y
 * of a place on each line that carries its number, from 1; not finite: nowhere. Marks that would hide each other are stacked.
 * `dim` names (frames, lines), 1 where a line is drawn in grey. `tell` says what to read out of the line at the pointer:
 * tokens are text, or { value: name of (frames, lines), color, digits }.
 */
PANELS.lines = (host, ctx) => {
  const legend = el("div", { class: "legend" });
  const area = el("div", { class: "area" });
  const note = el("div", { class: "note" });
  host.append(legend, area, note);
  const axes = new Axes(area, ctx);
  const MOST_NUMBERS = 20;
  let spec, arrays, groups, pointed = null, drawn = 0;

  /** How many lines an array holds, and how many points each of them. */
  function shapeOf(name) {
    const { shape } = arrays[name];
    return { lines: shape.length > 2 ? shape[1] : 1, points: shape[shape.length - 1] };
  }

  /** The coordinates of every line of a group at this instant. */
  function coordinates(name, row, lines) {
    const array = arrays[name];
    const { points, lines: own } = shapeOf(name);
    const data = array.shape.length === 1 ? array.data : rowData(array, row);
    return Array.from({ length: lines }, (_, i) => data.subarray((own > 1 ? i : 0) * points, ((own > 1 ? i : 0) + 1) * points));
  }

  function build() {
    const of = (axis) => [...spec.lines.map((line) => arrays[line[axis]].data), ...(spec.points ? [arrays[spec.points[axis === "x" ? 0 : 1]].data] : [])];
    axes.draw({ ...spec, xDomain: spec.xDomain ?? extent(of("x")), yDomain: spec.yDomain ?? pad(extent(of("y")), 0.06) });
    groups = spec.lines.map((line) => {
      const count = shapeOf(line.y).lines;
      const style = { fill: "none", "stroke-linejoin": "round", "stroke-dasharray": laneOf(line.lane).dash };
      const nodes = Array.from({ length: count }, () => svg("path", style));
      const numbered = line.mark && count <= MOST_NUMBERS;
      const marks = !line.mark ? [] : nodes.map((_, i) => svg("g", {},
        svg("circle", { r: numbered ? 8 : 3, fill: numbered ? ctx.colors.background : ctx.colors[line.color] }),
        numbered ? svg("text", { "text-anchor": "middle", y: 4 }, String(i + 1)) : null));
      return { line, count, nodes, marks, numbered };
    });
    const dots = spec.points ? scatter() : [];
    axes.marks.replaceChildren(...dots, ...groups.flatMap((group) => group.nodes));
    axes.front.replaceChildren(...groups.flatMap((group) => group.marks));
    const key = (style, text) => el("span", { class: "item" }, el("i", { class: "key", style }), text);
    legend.replaceChildren(
      ...(spec.points ? [key(`border-top:6px dotted ${ctx.colors.data}`, spec.pointsLabel)] : []),
      ...spec.lines.filter((line) => line.label).map((line) => key(`border-top:${line.faint ? 1 : 3}px ${laneOf(line.lane).border} ${ctx.colors[line.color]}`, line.label)));
    legend.hidden = !legend.childElementCount;
    note.hidden = !spec.lines.some((line) => line.tell);
  }

  function scatter() {
    const [xs, ys] = spec.points.map((name) => arrays[name].data);
    const r = xs.length > 60 ? 2 : 4;
    return [...xs].map((x, i) => svg("circle", { cx: axes.x(x), cy: axes.y(ys[i]), r, fill: ctx.colors.data, opacity: 0.7 }));
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    for (const group of groups) {
      const { line, count, nodes, marks } = group;
      group.xs = coordinates(line.x, row, count);
      group.ys = coordinates(line.y, row, count);
      const dim = line.dim ? rowData(arrays[line.dim], row) : null;
      nodes.forEach((node, i) => {
        const lit = pointed?.group === group && pointed.i === i;
        const color = dim?.[i] ? ctx.colors.data : ctx.colors[line.color];
        node.setAttribute("d", linePath(group.xs[i], group.ys[i], axes));
        node.setAttribute("stroke", color);
        node.setAttribute("stroke-width", lit ? 4 : line.faint ? 1.3 : 2.5);
        node.setAttribute("opacity", line.faint && !lit ? 0.75 : 1);
        if (marks.length) marks[i].firstChild.setAttribute("stroke", color);
        if (marks.length) marks[i].firstChild.setAttribute("stroke-width", lit ? 2.5 : 1.2);
      });
      if (marks.length) placeMarks(group, ...line.mark.map((name) => rowData(arrays[name], row)));
    }
    tell(row);
  }

  /** Puts each number on its place, or above those that are there already. */
  function placeMarks({ marks, numbered }, xs, ys) {
    const { left, right, top, bottom } = axes.box;
    const taken = [];
    marks.forEach((mark, i) => {
      const [x, y] = [axes.x(xs[i]), axes.y(ys[i])];
      const shown = Number.isFinite(x + y) && x >= left - 1 && x <= right + 1 && y >= top - 4 && y <= bottom + 4;
      mark.setAttribute("visibility", shown ? "visible" : "hidden");
      if (!shown) return;
      let at = y;
      while (numbered && taken.some(([tx, ty]) => Math.abs(tx - x) < 14 && Math.abs(ty - at) < 15)) at -= 16;
      taken.push([x, at]);
      mark.setAttribute("transform", `translate(${x.toFixed(2)} ${at.toFixed(2)})`);
    });
  }

  /** The line at the pointer in words. */
  function tell(row) {
    if (!pointed?.group.line.tell) return note.replaceChildren();
    const { group, i } = pointed;
    return note.replaceChildren(`${i + 1}: `, ...group.line.tell.map((part) =>
      typeof part === "string" ? part : el("b", { style: part.color ? `color:${ctx.colors[part.color]}` : null }, formatNumber(rowData(arrays[part.value], row)[i], part.digits))));
  }

  /** The line nearest to the pointer, among those that can be told about and pass within 14 pixels of it. */
  function nearestLine(px, py) {
    let best = { away: 14 };
    for (const group of groups) {
      if (!group.line.tell) continue;
      group.xs.forEach((xs, i) => {
        for (let k = 1; k < xs.length; k++) {
          const away = distance([axes.x(xs[k - 1]), axes.y(group.ys[i][k - 1])], [axes.x(xs[k]), axes.y(group.ys[i][k])], [px, py]);
          if (away < best.away) best = { away, group, i };
        }
      });
    }
    return best.group ? best : null;
  }

  function distance([ax, ay], [bx, by], [px, py]) {
    const [dx, dy] = [bx - ax, by - ay];
    const along = clamp(((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
    return Math.hypot(ax + along * dx - px, ay + along * dy - py);
  }

  area.onpointermove = area.onpointerdown = (event) => {
    if (!spec || note.hidden) return;
    pointed = nearestLine(...pointIn(event, area));
    draw(drawn);
  };
  area.onpointerleave = () => {
    pointed = null;
    if (spec) draw(drawn);
  };

  const again = () => {
    if (!spec) return;
    pointed = null;
    build();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays, pointed] = [newSpec, newArrays, null];
      drawn = 0;
      build();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

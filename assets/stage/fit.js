// Points and the curve a model draws through them, with each point's distance from it.

/**
 * spec: { xLabel, yLabel, points: [x name, y name], grid: x name, rows,
 *         curves: [{ y: name of (frames, grid), color, lane, label }], residuals: name of (frames, points), yDomain }
 */
PANELS.fit = (host, ctx) => {
  const legend = el("div", { class: "legend" });
  const area = el("div", { class: "area" });
  host.append(legend, area);
  const axes = new Axes(area, ctx);
  let spec, arrays, curves, residuals, drawn = 0;

  function build() {
    const [xs, ys] = spec.points.map((name) => arrays[name].data);
    const gx = arrays[spec.grid].data;
    axes.draw({ ...spec, xDomain: pad(extent([gx]), 0.02), yDomain: spec.yDomain ?? pad(extent([ys]), 0.25) });
    axes.front.replaceChildren();
    residuals = [...xs].map((x) => svg("line", { x1: axes.x(x), x2: axes.x(x), stroke: ctx.colors.loss, "stroke-width": 1.5, opacity: 0.55 }));
    curves = spec.curves.map((curve) => ({
      ...curve,
      node: svg("path", { fill: "none", stroke: ctx.colors[curve.color], "stroke-width": 2.5, "stroke-dasharray": curve.lane === "B" ? "7 4" : null }),
    }));
    const dots = [...xs].map((x, i) => svg("circle", { cx: axes.x(x), cy: axes.y(ys[i]), r: 4, fill: ctx.colors.data, stroke: ctx.colors.background }));
    axes.marks.replaceChildren(...(spec.residuals ? residuals : []), ...curves.map((curve) => curve.node), ...dots);
    const item = (style, text) => el("span", { class: "item" }, el("i", { class: "key", style }), text);
    legend.replaceChildren(
      item(`border-top:8px dotted ${ctx.colors.data};width:8px`, spec.pointsLabel),
      ...spec.curves.map((c) => item(`border-top:3px ${c.lane === "B" ? "dashed" : "solid"} ${ctx.colors[c.color]}`, c.label)),
      ...(spec.residuals ? [item(`border-left:2px solid ${ctx.colors.loss};height:12px;width:2px`, spec.residualsLabel)] : []));
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    const gx = arrays[spec.grid].data;
    for (const curve of curves) curve.node.setAttribute("d", linePath(gx, rowData(arrays[curve.y], row), axes));
    if (!spec.residuals) return;
    const [, ys] = spec.points.map((name) => arrays[name].data);
    const predicted = rowData(arrays[spec.residuals], row);
    residuals.forEach((line, i) => {
      const y = Number.isFinite(predicted[i]) ? clamp(axes.y(predicted[i]), -1e4, 1e4) : axes.y(ys[i]);
      line.setAttribute("y1", axes.y(ys[i]));
      line.setAttribute("y2", y);
    });
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

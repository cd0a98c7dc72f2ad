// A field of signed numbers over the plane that changes with time, with points of two classes and straight lines on it.

/**
 * spec: { title, xLabel, yLabel, z: name of (frames, ny, nx), rows, vmax, unit, tell: text, xDomain, yDomain,
 *         points: { x, y, group: name of (n) 0 or 1, labels: [text, text] }, segments: name of (frames, lines, 4), level }
 * z goes from low to high y, x along its rows; the outermost numbers lie on the domains' ends. `unit` is what one of them
 * stands for, where they are packed as small integers. Segments are x, y, x, y. `level` draws the line along which z is 0.
 */
PANELS.heat = (host, ctx) => {
  const legend = el("div", { class: "legend", style: "padding-left:0" });
  const canvas = el("canvas", { "aria-hidden": "true", style: "flex:none" });
  const note = el("div", { class: "note" });
  host.append(legend, canvas, note);
  const small = document.createElement("canvas");
  let spec, arrays, box, image, table, pointed = null, drawn = 0;

  function layout() {
    const [, ny, nx] = arrays[spec.z].shape;
    legend.replaceChildren(...(spec.points?.labels ?? []).map((label, group) =>
      el("span", { class: "item" }, swatch(group), ` ${label}`)));
    const room = { width: Math.max(host.clientWidth, 80), height: Math.max(host.clientHeight - legend.offsetHeight - 18, 80) };
    const side = Math.min(room.width - 40, room.height - 34);
    box = { left: (room.width - side) / 2 + 14, top: 6, side };
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    [canvas.width, canvas.height] = [room.width * ratio, room.height * ratio];
    Object.assign(canvas.style, { width: `${room.width}px`, height: `${room.height}px` });
    box.ratio = ratio;
    box.x = makeScale(...spec.xDomain, box.left, box.left + side);
    box.y = makeScale(...spec.yDomain, box.top + side, box.top);
    [small.width, small.height] = [nx, ny];
    image = small.getContext("2d").createImageData(nx, ny);
    table = Array.from({ length: 256 }, (_, i) => diverging((i - 128) / 127, ctx));
  }

  const colourOf = (group) => cssColour(diverging(group ? 0.85 : -0.85, ctx));

  function swatch(group) {
    const shape = svg("path", { d: pointPath(7, 7, group), fill: colourOf(group), stroke: ctx.colors.text, "stroke-width": 1.2 });
    return svg("svg", { width: 14, height: 14, style: "vertical-align:-2px" }, shape);
  }

  /** A disc for class 0, a square for class 1, so that they differ in more than colour. */
  const pointPath = (x, y, group) => (group ? `M${x - 3.2} ${y - 3.2}h6.4v6.4h-6.4z` : `M${x - 3.6} ${y}a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0`);

  function paint(values) {
    const [, ny, nx] = arrays[spec.z].shape;
    for (let j = 0, k = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) {
        const value = values[(ny - 1 - j) * nx + i];
        const rgb = table[Number.isFinite(value) ? 128 + Math.round(127 * clamp(value / spec.vmax, -1, 1)) : 128];
        image.data[k++] = rgb[0];
        image.data[k++] = rgb[1];
        image.data[k++] = rgb[2];
        image.data[k++] = 255;
      }
    }
    small.getContext("2d").putImageData(image, 0, 0);
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    const values = rowData(arrays[spec.z], row);
    const [, ny, nx] = arrays[spec.z].shape;
    const pen = canvas.getContext("2d");
    pen.setTransform(box.ratio, 0, 0, box.ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    paint(values);
    pen.save();
    pen.beginPath();
    pen.rect(box.left, box.top, box.side, box.side);
    pen.clip();
    const [dx, dy] = [box.side / (nx - 1), box.side / (ny - 1)]; // cells have the numbers in their middles
    pen.drawImage(small, box.left - dx / 2, box.top - dy / 2, box.side + dx, box.side + dy);
    if (spec.segments) drawSegments(pen, rowData(arrays[spec.segments], row));
    if (spec.level) drawLevel(pen, values, nx, ny);
    if (spec.points) drawPoints(pen);
    pen.restore();
    drawAxes(pen);
    tell(values, nx, ny);
  }

  function drawSegments(pen, ends) {
    pen.strokeStyle = ctx.colors.text;
    pen.lineWidth = 0.9;
    pen.globalAlpha = 0.5;
    pen.beginPath();
    for (let i = 0; i + 3 < ends.length; i += 4) {
      if (!Number.isFinite(ends[i] + ends[i + 1] + ends[i + 2] + ends[i + 3])) continue;
      pen.moveTo(box.x(ends[i]), box.y(ends[i + 1]));
      pen.lineTo(box.x(ends[i + 2]), box.y(ends[i + 3]));
    }
    pen.stroke();
    pen.globalAlpha = 1;
  }

  /** The line between the two signs, in pieces from marching squares (field.js). */
  function drawLevel(pen, values, nx, ny) {
    const place = (at) => [box.left + (at[0] / (nx - 1)) * box.side, box.top + box.side * (1 - at[1] / (ny - 1))];
    pen.strokeStyle = ctx.colors.text;
    pen.lineWidth = 2.4;
    pen.beginPath();
    for (const line of marchingSquares({ nx, ny, t: values }, 0)) {
      line.forEach((at, i) => (i ? pen.lineTo(...place(at)) : pen.moveTo(...place(at))));
    }
    pen.stroke();
  }

  function drawPoints(pen) {
    const [xs, ys, groups] = ["x", "y", "group"].map((name) => arrays[spec.points[name]].data);
    pen.lineWidth = 1.1;
    pen.strokeStyle = ctx.colors.background;
    for (let i = 0; i < xs.length; i++) {
      const path = new Path2D(pointPath(box.x(xs[i]), box.y(ys[i]), groups[i]));
      pen.fillStyle = colourOf(groups[i]);
      pen.fill(path);
      pen.stroke(path);
    }
  }

  function drawAxes(pen) {
    const bottom = box.top + box.side;
    pen.strokeStyle = ctx.colors.border;
    pen.strokeRect(box.left + 0.5, box.top + 0.5, box.side - 1, box.side - 1);
    pen.fillStyle = ctx.colors.text;
    pen.font = `11px ${getComputedStyle(host).fontFamily}`;
    pen.textAlign = "center";
    for (const v of niceTicks(...spec.xDomain, 5)) pen.fillText(formatNumber(v), box.x(v), bottom + 13);
    if (spec.xLabel) pen.fillText(spec.xLabel, box.left + box.side / 2, bottom + 26);
    pen.textAlign = "right";
    for (const v of niceTicks(...spec.yDomain, 5)) pen.fillText(formatNumber(v), box.left - 5, box.y(v) + 4);
    if (spec.yLabel) pen.fillText(spec.yLabel, box.left - 24, box.top + box.side / 2 + 4);
  }

  /** The number under the pointer in words. */
  function tell(values, nx, ny) {
    if (!pointed) return note.replaceChildren();
    const [x, y] = pointed;
    const share = (at, [low, high]) => (at - low) / (high - low);
    const [i, j] = [Math.round(share(x, spec.xDomain) * (nx - 1)), Math.round(share(y, spec.yDomain) * (ny - 1))];
    const value = formatNumber(values[j * nx + i] * (spec.unit ?? 1), 2);
    return note.replaceChildren(`(${formatNumber(x, 2)}, ${formatNumber(y, 2)}): ${spec.tell ?? ""} ${value}`);
  }

  canvas.onpointermove = canvas.onpointerdown = (event) => {
    if (!spec) return;
    const [x, y] = pointIn(event, canvas);
    const [px, py] = [x - box.left, y - box.top];
    const inside = px >= 0 && py >= 0 && px <= box.side && py <= box.side;
    pointed = inside ? [box.x.invert(px + box.left), box.y.invert(py + box.top)] : null;
    draw(drawn);
  };
  canvas.onpointerleave = () => {
    pointed = null;
    if (spec) draw(drawn);
  };

  const again = () => {
    if (!spec) return;
    layout();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays, pointed] = [newSpec, newArrays, null];
      drawn = 0;
      layout();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

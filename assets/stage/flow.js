// A calculation from left to right as boxes, each a tensor in its quantity's colour; a box lights up where numbers changed.

/**
 * spec: { rows, boxes: [{ title, color, weight, narrow: percent of a phone's width, changed: name of (frames), of,
 *         then one of
 *           picture: name of (frames, height, width), vmax
 *           tiles: name of (frames, units, height, width), vmax, unit, columns
 *           bars: name of (frames, units), domain
 *           numbers: [{ label, value: name of (frames), digits, color }] }] }
 * `changed` counts the numbers of a box that differ from the frame before, -1 where there is none; the box has `of`
 * numbers. Boxes with units read out together: pointing at one shows it in all of them. `vmax` is in the array's own
 * numbers, each of which stands for `unit`. On a phone the boxes wrap into two lines.
 */
PANELS.flow = (host, ctx) => {
  const board = el("div", { style: "flex:1;min-height:0;display:flex;align-items:stretch;gap:4px" });
  const note = el("div", { class: "note" });
  host.append(board, note);
  const small = document.createElement("canvas");
  let spec, arrays, boxes = [], pointed = null, drawn = 0;

  function build() {
    boxes = spec.boxes.map((box) => {
      const canvas = box.numbers ? null : el("canvas", { "aria-hidden": "true", style: "position:absolute;inset:0" });
      const body = el("div", { style: "position:relative;flex:1;min-height:0;overflow:hidden" }, canvas);
      const count = el("div", { style: "font-size:11px;line-height:14px;min-height:28px;padding-top:3px;font-variant-numeric:tabular-nums" });
      const head = el("div", { style: "font-weight:600;font-size:12px;line-height:1.25;margin-bottom:4px" }, box.title);
      const node = el("div", {}, head, body, count);
      const one = { box, node, body, canvas, count, pen: canvas?.getContext("2d") };
      if (box.numbers) one.values = box.numbers.map((number) => row(number, body));
      if (unitsOf(box)) {
        canvas.onpointermove = canvas.onpointerdown = (event) => point(unitAt(one, event));
        canvas.onpointerleave = () => point(null);
      }
      return one;
    });
    const arrow = () => el("div", { style: "align-self:center;opacity:.6", "aria-hidden": "true" }, "→");
    board.replaceChildren(...boxes.flatMap(({ node }, i) => (i && !narrow() ? [arrow(), node] : [node])));
    layout();
  }

  function row({ label, color }, body) {
    const value = el("b", { style: `display:block;font-size:17px;font-variant-numeric:tabular-nums;color:${color ? ctx.colors[color] : "inherit"}` });
    body.append(el("div", { style: "margin-bottom:6px" }, el("span", { style: "font-size:11px" }, label), value));
    return value;
  }

  const narrow = () => host.clientWidth < 400;
  const unitsOf = (box) => (box.tiles ? arrays[box.tiles].shape[1] : box.bars ? arrays[box.bars].shape[1] : 0);

  function layout() {
    board.style.flexWrap = narrow() ? "wrap" : "";
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    for (const { box, node } of boxes) {
      const wide = narrow() ? `flex:0 0 calc(${box.narrow ?? 48}% - 4px);height:calc(50% - 2px)` : `flex:${box.weight ?? 1} 1 0`;
      node.style = `${wide};box-sizing:border-box;min-width:0;display:flex;flex-direction:column;padding:5px 7px;border-radius:8px;border:1px solid ${ctx.colors.border};border-top:4px solid ${ctx.colors[box.color]}`;
    }
    for (const one of boxes) {
      if (!one.canvas) continue;
      const [width, height] = [Math.max(20, one.body.clientWidth), Math.max(20, one.body.clientHeight)];
      [one.canvas.width, one.canvas.height] = [width * ratio, height * ratio];
      Object.assign(one.canvas.style, { width: `${width}px`, height: `${height}px` });
      Object.assign(one, { width, height, ratio, grid: one.box.tiles ? gridOf(one.box, width, height) : null });
    }
  }

  /** The arrangement of the tiles that makes them largest. */
  function gridOf(box, width, height) {
    const units = unitsOf(box);
    let best = { side: 0 };
    for (let columns = 1; columns <= units; columns++) {
      if (box.columns && columns !== box.columns) continue;
      const rows = Math.ceil(units / columns);
      const side = Math.min((width + 3) / columns, (height + 3) / rows) - 3;
      if (side > best.side) best = { side, columns };
    }
    return best;
  }

  function paint(values, [height, width], box, pen, x, y, side) {
    [small.width, small.height] = [width, height];
    const image = small.getContext("2d").createImageData(width, height);
    for (let i = 0, k = 0; i < values.length; i++) {
      const share = values[i] / box.vmax;
      const rgb = box.tiles ? diverging(share, ctx) : GREYS[Math.round(clamp(share || 0, 0, 1) * 255)];
      image.data.set([rgb[0], rgb[1], rgb[2], 255], k);
      k += 4;
    }
    small.getContext("2d").putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = side < width;
    pen.drawImage(small, x, y, side, (side * height) / width);
  }

  const tileAt = ({ side, columns }, unit) => [(unit % columns) * (side + 3), Math.floor(unit / columns) * (side + 3)];

  function drawTiles({ box, pen, grid }, values) {
    const shape = arrays[box.tiles].shape.slice(2);
    const size = shape[0] * shape[1];
    for (let unit = 0; unit < unitsOf(box); unit++) {
      const [x, y] = tileAt(grid, unit);
      paint(values.subarray(unit * size, (unit + 1) * size), shape, box, pen, x, y, grid.side);
      if (unit === pointed) mark(pen, x, y, grid.side, grid.side);
    }
  }

  function drawBars({ box, pen, width, height }, values) {
    const [low, high] = box.domain;
    const at = (value) => ((clamp(value, low, high) - low) / (high - low || 1)) * (width - 2) + 1;
    const thick = height / values.length;
    values.forEach((value, unit) => {
      pen.fillStyle = ctx.colors[box.color];
      pen.globalAlpha = pointed === null || pointed === unit ? 1 : 0.45;
      const [from, to] = [at(Math.min(0, value)), at(Math.max(0, value))];
      if (value) pen.fillRect(from, (unit + 0.14) * thick, Math.max(1, to - from), 0.72 * thick);
      else pen.fillRect(at(0) - 0.5, (unit + 0.3) * thick, 1.5, 0.4 * thick);
    });
    pen.globalAlpha = 0.5;
    pen.fillStyle = ctx.colors.text;
    pen.fillRect(at(0) - 0.5, 0, 1, height);
    pen.globalAlpha = 1;
    if (pointed !== null) mark(pen, 0.5, pointed * thick, width - 1, thick);
  }

  function mark(pen, x, y, width, height) {
    pen.strokeStyle = ctx.colors.text;
    pen.lineWidth = 1.5;
    pen.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  }

  function draw(frame) {
    drawn = frame;
    const at = rowOf(spec, arrays, frame);
    for (const one of boxes) {
      const { box, pen } = one;
      if (pen) {
        pen.setTransform(one.ratio, 0, 0, one.ratio, 0, 0);
        pen.clearRect(0, 0, one.width, one.height);
      }
      if (box.picture) {
        const shape = arrays[box.picture].shape.slice(1);
        const side = Math.min(one.width, (one.height * shape[1]) / shape[0]);
        paint(rowData(arrays[box.picture], at), shape, box, pen, (one.width - side) / 2, (one.height - side) / 2, side);
      } else if (box.tiles) drawTiles(one, rowData(arrays[box.tiles], at));
      else if (box.bars) drawBars(one, rowData(arrays[box.bars], at));
      else box.numbers.forEach((number, i) => (one.values[i].textContent = formatNumber(rowData(arrays[number.value], at)[0], number.digits)));
      count(one, at);
    }
    tell();
  }

  /** How many of a box's numbers changed; the box is tinted where any did. */
  function count({ box, node, count: line }, at) {
    if (!box.changed) return;
    const changed = rowData(arrays[box.changed], at)[0];
    const text = (n) => n.toLocaleString("en-US");
    node.style.background = changed > 0 ? `color-mix(in srgb, ${ctx.colors[box.color]} 12%, transparent)` : "";
    line.style.color = changed > 0 ? ctx.colors[box.color] : "";
    line.style.fontWeight = changed > 0 ? "600" : "";
    line.textContent = changed < 0 ? `${text(box.of)} numbers` : changed ? `${text(changed)} of ${text(box.of)} changed` : `0 of ${text(box.of)}: still`;
  }

  function unitAt({ box, body, grid, height }, event) {
    const [x, y] = pointIn(event, body);
    const units = unitsOf(box);
    const unit = grid
      ? Math.floor(y / (grid.side + 3)) * grid.columns + Math.min(grid.columns - 1, Math.floor(x / (grid.side + 3)))
      : Math.floor((y / height) * units);
    return unit >= 0 && unit < units ? unit : null;
  }

  function point(unit) {
    if (unit === pointed) return;
    pointed = unit;
    draw(drawn);
  }

  /** The pointed unit's numbers in all boxes. */
  function tell() {
    if (pointed === null) return note.replaceChildren("");
    const at = rowOf(spec, arrays, drawn);
    const found = boxes.filter(({ box }) => box.bars).map(({ box }) => [box.title, formatNumber(rowData(arrays[box.bars], at)[pointed])]);
    note.replaceChildren(`unit ${pointed}`, ...found.map(([title, value]) => ` · ${title}: ${value}`));
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
      pointed = null;
      build();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

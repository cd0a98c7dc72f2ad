// Pictures made of numbers: digits in grey, signed weights and gradients on one diverging map centred on zero.

/**
 * spec: { title, array: name of (frames, tiles, height, width), rows, signed, vmax, scale: "fixed" | "frame",
 *         columns, tiles: { text: name of (frames, tiles), good: name of (frames, tiles) uint8 }, unit }
 * `unit` is what one of the array's numbers stands for, where they are packed as small integers.
 */
PANELS.pixels = (host, ctx) => {
  const canvas = el("canvas", { "aria-hidden": "true" });
  const note = el("div", { class: "note" });
  host.append(canvas, note);
  const small = document.createElement("canvas");
  let spec, arrays, grid, drawn = 0, image;

  function layout() {
    const [, tiles, height, width] = arrays[spec.array].shape;
    const room = { width: Math.max(host.clientWidth, 40), height: Math.max(host.clientHeight - 18, 40) };
    const caption = spec.tiles ? 16 : 0;
    let best = null;
    for (let columns = 1; columns <= tiles; columns++) {
      if (spec.columns && columns !== spec.columns) continue;
      const rows = Math.ceil(tiles / columns);
      const cell = Math.min((room.width - (columns - 1) * 6) / columns / width, ((room.height - rows * caption - (rows - 1) * 6) / rows) / height);
      if (cell > 0 && (!best || cell > best.cell)) best = { columns, rows, cell };
    }
    best = best ?? { columns: tiles, rows: 1, cell: 1 };
    grid = { ...best, tiles, height, width, caption, w: width * best.cell, h: height * best.cell };
    grid.left = Math.max(0, (room.width - grid.columns * (grid.w + 6) + 6) / 2);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = room.width * ratio;
    canvas.height = (grid.rows * (grid.h + caption + 6)) * ratio;
    canvas.style.width = `${room.width}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    grid.ratio = ratio;
    [small.width, small.height] = [width, height];
    image = small.getContext("2d").createImageData(width, height);
  }

  const place = (tile) => ({
    x: grid.left + (tile % grid.columns) * (grid.w + 6),
    y: Math.floor(tile / grid.columns) * (grid.h + grid.caption + 6),
  });

  function scaleOf(values) {
    if (spec.scale !== "frame") return spec.vmax || 1;
    let most = 0;
    for (const v of values) if (Number.isFinite(v) && Math.abs(v) > most) most = Math.abs(v);
    return most || 1;
  }

  function paint(values, vmax) {
    const pixels = image.data;
    for (let i = 0; i < values.length; i++) {
      const [r, g, b] = spec.signed ? diverging(values[i] / vmax, ctx) : grey(values[i] / vmax);
      pixels.set([r, g, b, 255], i * 4);
    }
    small.getContext("2d").putImageData(image, 0, 0);
  }

  function grey(value) {
    const level = Math.round(clamp(Number.isFinite(value) ? value : 0, 0, 1) * 255);
    return [level, level, level];
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    const values = rowData(arrays[spec.array], row);
    const vmax = scaleOf(values);
    const pen = canvas.getContext("2d");
    pen.setTransform(grid.ratio, 0, 0, grid.ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingEnabled = false;
    const size = grid.width * grid.height;
    for (let tile = 0; tile < grid.tiles; tile++) {
      const { x, y } = place(tile);
      paint(values.subarray(tile * size, (tile + 1) * size), vmax);
      pen.drawImage(small, x, y, grid.w, grid.h);
      if (spec.tiles) caption(pen, frame, tile, x, y);
    }
    const most = formatNumber(vmax * (spec.unit ?? 1));
    note.textContent = spec.signed ? `−${most} … 0 … +${most}` : "";
  }

  function caption(pen, frame, tile, x, y) {
    const at = rowOf(spec.tiles, arrays, frame);
    const good = spec.tiles.good ? rowData(arrays[spec.tiles.good], at)[tile] : 1;
    pen.fillStyle = good ? ctx.colors.text : ctx.colors.loss;
    pen.font = `${good ? "" : "bold "}11px ${getComputedStyle(host).fontFamily}`;
    pen.textAlign = "center";
    pen.fillText(formatNumber(rowData(arrays[spec.tiles.text], at)[tile], 2) + (good ? "" : " ✗"), x + grid.w / 2, y + grid.h + 12);
  }

  canvas.onpointermove = (event) => {
    const box = canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    for (let tile = 0; tile < grid.tiles; tile++) {
      const { x, y } = place(tile);
      const [column, row] = [Math.floor((px - x) / grid.cell), Math.floor((py - y) / grid.cell)];
      if (column < 0 || row < 0 || column >= grid.width || row >= grid.height) continue;
      const index = tile * grid.width * grid.height + row * grid.width + column;
      const value = rowData(arrays[spec.array], rowOf(spec, arrays, drawn))[index];
      note.textContent = `row ${row}, column ${column}: ${formatNumber(value * (spec.unit ?? 1), 4)}`;
      return;
    }
  };
  canvas.onpointerleave = () => spec && draw(drawn);

  const again = () => {
    if (!spec) return;
    layout();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays] = [newSpec, newArrays];
      drawn = 0;
      layout();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

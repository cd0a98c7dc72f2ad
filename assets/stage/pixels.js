// Pictures made of numbers: digits in grey, signed weights and gradients on one diverging map centred on zero.

const GREYS = Array.from({ length: 256 }, (_, level) => [level, level, level]);
const OUTLINE = "position:absolute;pointer-events:none;box-shadow:inset 0 0 0 1.5px var(--st-text-color),0 0 0 1.5px var(--st-background-color)";

/**
 * spec: { title, array: name of (frames, tiles, height, width), rows, signed, vmax, scale: "fixed" | "frame",
 *         columns, tiles: { text: name of (frames, tiles), good: name of (frames, tiles) uint8 }, unit,
 *         stretch, cell: [width, height], text, upTo: name of (frames), box: name of (frames or 1, 5),
 *         hover: [token], axes: [row's name, column's name], link }
 * `unit` is what one of the array's numbers stands for, where they are packed as small integers.
 * `stretch` fills the panel instead of keeping pixels square. `cell` is their least size, in CSS pixels: where there is
 * less room, the panel scrolls. `text`, a number of digits, writes every number into its pixel. Of every frame the
 * first `upTo` numbers are shown, the rest is still empty; `box` outlines a tile's rectangle: tile, row, column, height,
 * width.
 * `hover` says what to read out at the pointer, after the place: tokens are text, or { value: name of an array with one
 * number a pixel (its rows as this panel's, or one for all frames), color, digits }; without it, the pixel's own number.
 * Panels with a `link`, the index of the first number that stands for what the others' do, read out together.
 */
PANELS.pixels = (host, ctx) => {
  const canvas = el("canvas", { "aria-hidden": "true", style: "flex:none" });
  const note = el("div", { class: "note", style: "position:sticky;left:0" });
  const [frame, lit] = [el("div", { style: OUTLINE, hidden: "" }), el("div", { style: OUTLINE, hidden: "" })];
  host.append(canvas, note, frame, lit);
  const [small, fitted] = [document.createElement("canvas"), document.createElement("canvas")];
  const linked = ctx.shared.get("pixels") ?? new Set();
  ctx.shared.set("pixels", linked.add(follow));
  let spec, arrays, grid, drawn = 0, image, pointed = null;

  function layout() {
    const [, tiles, height, width] = arrays[spec.array].shape;
    const room = { width: Math.max(host.clientWidth, 40), height: Math.max(host.clientHeight - 18, 12) };
    const caption = spec.tiles ? 16 : 0;
    let best = null;
    for (let columns = 1; columns <= tiles; columns++) {
      if (spec.columns && columns !== spec.columns) continue;
      const rows = Math.ceil(tiles / columns);
      const across = (room.width - (columns - 1) * 6) / columns / width;
      const down = (room.height - rows * caption - (rows - 1) * 6) / rows / height;
      const cell = Math.min(across, down);
      if (cell > 0 && (!best || cell > best.cell)) best = { columns, rows, cell, across: spec.stretch ? across : cell, down: spec.stretch ? down : cell };
    }
    best = best ?? { columns: tiles, rows: 1, across: 1, down: 1 };
    if (spec.cell) [best.across, best.down] = [Math.max(best.across, spec.cell[0]), Math.max(best.down, spec.cell[1])];
    grid = { ...best, tiles, height, width, caption, w: width * best.across, h: height * best.down };
    const wide = grid.columns * (grid.w + 6) - 6;
    grid.left = Math.max(0, (room.width - wide) / 2);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const full = Math.max(room.width, Math.floor(wide));
    canvas.width = full * ratio;
    canvas.height = (grid.rows * (grid.h + caption + 6)) * ratio;
    canvas.style.width = `${full}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    host.style.overflowX = full > room.width ? "auto" : "";
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

  function colour(value, vmax) {
    if (spec.signed) return diverging(value / vmax, ctx);
    return GREYS[Math.round(clamp(Number.isFinite(value) ? value / vmax : 0, 0, 1) * 255)];
  }

  /** One tile's picture; the numbers from `shown` on stay empty. */
  function paint(values, vmax, shown) {
    const pixels = image.data;
    for (let i = 0, k = 0; i < values.length; i++) {
      const rgb = colour(values[i], vmax);
      pixels[k++] = rgb[0];
      pixels[k++] = rgb[1];
      pixels[k++] = rgb[2];
      pixels[k++] = i < shown ? 255 : 0;
    }
    small.getContext("2d").putImageData(image, 0, 0);
  }

  function draw(frameNumber) {
    drawn = frameNumber;
    const values = rowData(arrays[spec.array], rowOf(spec, arrays, drawn));
    const vmax = scaleOf(values);
    const pen = canvas.getContext("2d");
    pen.setTransform(grid.ratio, 0, 0, grid.ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingEnabled = false;
    const size = grid.width * grid.height;
    for (let tile = 0; tile < grid.tiles; tile++) {
      const { x, y } = place(tile);
      const own = values.subarray(tile * size, (tile + 1) * size);
      const shown = spec.upTo ? clamp(rowData(arrays[spec.upTo], drawn)[0] - tile * size, 0, size) : size;
      paint(own, vmax, shown);
      pen.drawImage(shrunk(), x, y, grid.w, grid.h);
      if (spec.upTo) border(pen, x, y);
      if (spec.text) write(pen, own, vmax, x, y);
      if (spec.tiles) caption(pen, drawn, tile, x, y);
    }
    const box = spec.box && rowData(arrays[spec.box], drawn);
    outline(frame, box && box[3] > 0 ? box : null);
    tell();
  }

  /** The tile's picture; where its pixels are finer than the screen's, averaged to those. */
  function shrunk() {
    const [width, height] = [Math.round(grid.w * grid.ratio), Math.round(grid.h * grid.ratio)];
    if (width >= small.width && height >= small.height) return small;
    [fitted.width, fitted.height] = [Math.max(1, Math.min(width, small.width)), Math.max(1, Math.min(height, small.height))];
    fitted.getContext("2d").drawImage(small, 0, 0, fitted.width, fitted.height);
    return fitted;
  }

  function border(pen, x, y) {
    pen.strokeStyle = ctx.colors.border;
    pen.strokeRect(x + 0.5, y + 0.5, grid.w - 1, grid.h - 1);
  }

  /** Every number in its pixel, on what its colour leaves readable. */
  function write(pen, values, vmax, x, y) {
    pen.font = `${Math.min(11, Math.max(7, grid.down - 2))}px ${getComputedStyle(host).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (let i = 0; i < values.length; i++) {
      const [r, g, b] = colour(values[i], vmax);
      const light = 0.299 * r + 0.587 * g + 0.114 * b > 128;
      pen.fillStyle = light ? "#000000" : values[i] === 0 ? "#8a8f98" : "#ffffff";
      const [row, column] = [Math.floor(i / grid.width), i % grid.width];
      pen.fillText(formatNumber(values[i] * (spec.unit ?? 1), spec.text), x + (column + 0.5) * grid.across, y + (row + 0.55) * grid.down);
    }
    pen.textBaseline = "alphabetic";
  }

  function caption(pen, frameNumber, tile, x, y) {
    const at = rowOf(spec.tiles, arrays, frameNumber);
    const good = spec.tiles.good ? rowData(arrays[spec.tiles.good], at)[tile] : 1;
    pen.fillStyle = good ? ctx.colors.text : ctx.colors.loss;
    pen.font = `${good ? "" : "bold "}11px ${getComputedStyle(host).fontFamily}`;
    pen.textAlign = "center";
    pen.fillText(formatNumber(rowData(arrays[spec.tiles.text], at)[tile], 2) + (good ? "" : " ✗"), x + grid.w / 2, y + grid.h + 12);
  }

  /** Put an outline around [tile, row, column, height, width]; null takes it away. */
  function outline(node, box) {
    node.hidden = !box;
    if (!box) return;
    const [tile, row, column, height, width] = box;
    const { x, y } = place(tile);
    Object.assign(node.style, {
      left: `${x + column * grid.across}px`, top: `${y + row * grid.down}px`,
      width: `${width * grid.across}px`, height: `${height * grid.down}px`,
    });
  }

  /** Say the number at the pointer; at rest, the scale of a signed picture. */
  function tell() {
    const values = rowData(arrays[spec.array], rowOf(spec, arrays, drawn));
    const size = grid.width * grid.height;
    if (pointed === null || pointed >= values.length) {
      outline(lit, null);
      const most = formatNumber(scaleOf(values) * (spec.unit ?? 1));
      note.textContent = spec.signed ? `−${most} … 0 … +${most}` : "";
      return;
    }
    const [row, column] = [Math.floor((pointed % size) / grid.width), pointed % grid.width];
    if (spec.link !== undefined) outline(lit, [Math.floor(pointed / size), row, column, 1, 1]);
    const [rowName, columnName] = spec.axes ?? ["row", "column"];
    const where = [rowName && `${rowName} ${row}`, columnName && `${columnName} ${column}`].filter(Boolean).join(", ");
    const own = [formatNumber(values[pointed] * (spec.unit ?? 1), 4)];
    note.replaceChildren(...(where ? [`${where}: `] : []), ...(spec.hover?.map(token) ?? own));
  }

  function token(part) {
    if (typeof part === "string") return part;
    const value = rowData(arrays[part.value], rowOf(spec, arrays, drawn))[pointed];
    return el("b", { style: part.color ? `color:${ctx.colors[part.color]}` : null }, formatNumber(value, part.digits));
  }

  function point(index) {
    pointed = index;
    tell();
    if (spec.link === undefined) return;
    const at = index === null || index < spec.link ? null : index - spec.link;
    for (const other of linked) if (other !== follow) other(at);
  }

  /** Another panel's pointer is on the number `at` of those that are linked. */
  function follow(at) {
    if (spec?.link === undefined) return;
    pointed = at === null ? null : at + spec.link;
    tell();
  }

  canvas.onpointermove = canvas.onpointerdown = (event) => {
    const [px, py] = pointIn(event, canvas);
    for (let tile = 0; tile < grid.tiles; tile++) {
      const { x, y } = place(tile);
      const [column, row] = [Math.floor((px - x) / grid.across), Math.floor((py - y) / grid.down)];
      if (column < 0 || row < 0 || column >= grid.width || row >= grid.height) continue;
      return point(tile * grid.width * grid.height + row * grid.width + column);
    }
  };
  canvas.onpointerleave = () => spec && point(null);

  const again = () => {
    if (!spec) return;
    layout();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays] = [newSpec, newArrays];
      drawn = 0;
      pointed = null;
      layout();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {
      linked.delete(follow);
    },
  };
};

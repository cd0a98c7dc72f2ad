// Photographs and drawings side by side, in colour, each with its caption; the browser decodes them.

const GAP = 8;
const LINE = 16; // CSS pixels of a line of a caption

/**
 * spec: { title, pictures: name of uint8 (their bytes, one file behind the other), ends: name of (pictures) where each
 *         ends, show: name of (frames, tiles) which picture a tile shows (−1: none) | left out: all of them, rows, columns,
 *         chosen: the name under which another panel offers pictures (confusion.js): the first `most` of them are shown,
 *         said: name of (frames, pictures) an index into `words`, written below the caption (together three lines),
 *         captions: [text] a picture ("\n" parts lines), marks: [quantity or ""] a picture, its caption's and frame's colour,
 *         boxes: name of (pictures, 4) top, left, height, width as shares of the picture, outlined on it,
 *         exact: true to keep pixels square and hard when they are enlarged, same: true to give all tiles one scale,
 *         wide: the tile's width by its height, 1 by default }
 * A click or Enter on a picture shows it as large as the panel; another one, or Escape, goes back. New pictures are
 * decoded first and then take the old ones' place at once; `data-shown` of the panel then counts up.
 */
PANELS.pictures = (host, ctx) => {
  const grid = el("div", { style: `display:grid;gap:${GAP}px;justify-content:center;align-content:start;flex:1;min-height:0` });
  host.append(grid);
  let spec, arrays, files = [], tiles = [], drawn = 0, turn = 0, decoding = false, large = null;

  async function decode() {
    const mine = ++turn;
    decoding = true;
    const { data } = arrays[spec.pictures];
    const ends = arrays[spec.ends].data;
    const parts = Array.from(ends, (end, i) => data.subarray(i ? ends[i - 1] : 0, end));
    const fresh = await Promise.all(parts.map((part) => createImageBitmap(new Blob([part])).catch(() => null)));
    if (mine !== turn) return fresh.forEach((bitmap) => bitmap?.close());
    files.forEach((bitmap) => bitmap?.close());
    files = fresh;
    decoding = false;
    layout();
    draw(drawn);
    host.dataset.shown = String(Number(host.dataset.shown ?? 0) + 1);
  }

  const offered = () => (spec.chosen ? (offeredItems(ctx, spec.chosen).items ?? []).slice(0, spec.most ?? 12) : null);
  const count = () => (spec.chosen ? offered().length : spec.show ? arrays[spec.show].shape[1] : files.length);
  const lines = () => Math.max(0, ...(spec.captions ?? []).map((text) => text.split("\n").length)) + (spec.said ? 2 : 0);

  function layout() {
    const number = large === null ? count() : 1;
    const [width, height] = [Math.max(host.clientWidth, 60), Math.max(host.clientHeight, 60)];
    const below = lines() * LINE + (lines() ? 3 : 0);
    let best = { side: 0, columns: 1 };
    for (let columns = 1; columns <= number; columns++) {
      if (large === null && spec.columns && columns !== spec.columns) continue;
      const rows = Math.ceil(number / columns);
      const side = Math.min((width - (columns - 1) * GAP) / columns, ((height - (rows - 1) * GAP) / rows - below) * (spec.wide ?? 1));
      if (side > best.side) best = { side, columns };
    }
    const across = Math.max(40, Math.floor(best.side));
    grid.style.gridTemplateColumns = `repeat(${best.columns}, ${across}px)`;
    grid.style.overflowY = best.side < 40 ? "auto" : "";
    while (tiles.length < number) tiles.push(tile(tiles.length));
    tiles.length = number;
    for (const each of tiles) Object.assign(each, { across, down: Math.floor(across / (spec.wide ?? 1)) });
    grid.replaceChildren(...tiles.map((each) => each.node));
  }

  function tile(at) {
    const canvas = el("canvas", { "aria-hidden": "true", style: "display:block;margin:auto;border-radius:4px" });
    const space = el("div", { style: "display:grid;place-items:center" }, canvas);
    const words = el("div", { style: "font-size:11.5px;text-align:center;white-space:pre-line;overflow:hidden;overflow-wrap:anywhere;font-variant-numeric:tabular-nums" });
    const node = el("div", { tabindex: "0", role: "button", style: "cursor:zoom-in;border-radius:6px;min-width:0" }, space, words);
    node.onclick = () => enlarge(at);
    node.onkeydown = (event) => {
      if (event.key !== "Enter" && !(event.key === "Escape" && large !== null)) return;
      event.preventDefault();
      event.stopPropagation();
      enlarge(at);
    };
    return { node, canvas, space, words };
  }

  /** Show the picture of a tile as large as the panel, or all of them again. */
  function enlarge(at) {
    large = large === null ? at : null;
    tiles = [];
    layout();
    draw(drawn);
    tiles[0]?.node.focus({ preventScroll: true });
  }

  function draw(frame) {
    drawn = frame;
    if (!files.length) return;
    if (spec.chosen && large === null && tiles.length !== count()) layout();
    const shown = offered() ?? (spec.show ? rowData(arrays[spec.show], rowOf(spec, arrays, frame)) : null);
    const most = Math.max(...files.map((bitmap) => (bitmap ? Math.max(bitmap.width, bitmap.height * (spec.wide ?? 1)) : 1)));
    tiles.forEach((each, at) => {
      const place = large ?? at;
      paint(each, shown ? shown[place] : place, most);
    });
  }

  function paint({ node, canvas, space, words, across, down }, index, most) {
    const bitmap = files[index];
    node.style.visibility = index >= 0 && index < files.length ? "" : "hidden";
    space.style.height = `${down}px`;
    const said = spec.said ? `\n${spec.words[rowData(arrays[spec.said], rowOf(spec, arrays, drawn))[index]] ?? ""}` : "";
    const text = (spec.captions?.[index] ?? "") + said;
    const mark = spec.marks?.[index];
    words.textContent = bitmap ? text : `${text}\n(cannot be shown)`;
    words.style.height = `${lines() * LINE}px`;
    words.style.color = mark ? ctx.colors[mark] : "";
    words.style.fontWeight = mark ? "600" : "";
    node.setAttribute("aria-label", (text || `picture ${index + 1}`).replaceAll("\n", ", "));
    canvas.style.boxShadow = mark ? `0 0 0 2px ${ctx.colors[mark]}` : "";
    if (!bitmap) return;
    const scale = spec.same ? across / most : Math.min(across / bitmap.width, down / bitmap.height);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [width, height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
    [canvas.width, canvas.height] = [width * ratio, height * ratio];
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    const pen = canvas.getContext("2d");
    pen.imageSmoothingEnabled = !spec.exact || scale < 1;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    if (spec.boxes) outline(pen, rowData(arrays[spec.boxes], index), canvas, ratio);
  }

  function outline(pen, [top, left, height, width], canvas, ratio) {
    if (!(height > 0 && width > 0)) return;
    const box = [left * canvas.width, top * canvas.height, width * canvas.width, height * canvas.height];
    for (const [colour, thick] of [[ctx.colors.background, 4], [ctx.colors.activations, 2]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = thick * ratio;
      pen.strokeRect(...box);
    }
  }

  /** Another panel offers other pictures: all of them are shown again. */
  function follow() {
    large = null;
    again();
  }

  const again = () => {
    if (!files.length || decoding) return;
    layout();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      if (spec?.chosen) offeredItems(ctx, spec.chosen).followers.delete(follow);
      [spec, arrays] = [newSpec, newArrays];
      if (spec.chosen) offeredItems(ctx, spec.chosen).followers.add(follow);
      large = null;
      decode();
    },
    draw(frame) {
      drawn = frame;
      if (!decoding) draw(frame);
    },
    resize: again,
    theme: again,
    destroy() {
      if (spec?.chosen) offeredItems(ctx, spec.chosen).followers.delete(follow);
      turn++;
      files.forEach((bitmap) => bitmap?.close());
    },
  };
};

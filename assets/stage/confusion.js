// A confusion matrix that changes with time: what things are, what they were taken for, and how many of each are right.

/**
 * spec: { title, names: [each class's text], targets: name of (things) what each is, predicted: name of (frames, things)
 *         what each was taken for, rows, items: name of (things) the number by which other panels know each thing (−1: they do not),
 *         selection: the name under which a chosen cell's items are offered to other panels (pictures.js: `chosen`) }
 * Right ones, on the diagonal, have the metric's colour, wrong ones the loss's. The bars beside the rows are the shares
 * that are right. A click chooses a cell, the arrow keys go on from there; with none chosen all wrong items are offered.
 */
PANELS.confusion = (host, ctx) => {
  const canvas = el("canvas", { tabindex: "0", role: "img", "aria-label": "Confusion matrix: arrow keys choose a cell", style: "flex:none;outline-offset:-2px" });
  const note = el("div", { class: "note" });
  host.append(canvas, note);
  let spec, arrays, box, counts, cell = null, pointed = null, drawn = 0;

  function layout() {
    const count = spec.names.length;
    const room = { width: Math.max(host.clientWidth, 120), height: Math.max(host.clientHeight - 34, 100) };
    const longest = Math.max(...spec.names.map((name) => name.length));
    const labels = (side) => (side / count >= 9 ? Math.min(5.6 * longest + 8, 110) : 16);
    const bars = 52;
    let side = Math.min(room.height - 18, room.width - 16 - bars);
    side = Math.min(side, room.width - labels(side) - bars);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    [canvas.width, canvas.height] = [room.width * ratio, room.height * ratio];
    Object.assign(canvas.style, { width: `${room.width}px`, height: `${room.height}px` });
    box = { left: labels(side), top: 2, side, step: side / count, bars, ratio, count, named: side / count >= 9 };
  }

  /** How often each class was taken for each at this frame. */
  function tally(frame) {
    const said = rowData(arrays[spec.predicted], rowOf(spec, arrays, frame));
    const is = arrays[spec.targets].data;
    counts = new Int32Array(box.count ** 2);
    for (let i = 0; i < is.length; i++) counts[is[i] * box.count + said[i]]++;
    return said;
  }

  /** Offer the items of the chosen cell, or all wrong ones, to the panels that show them. */
  function offer(said) {
    const is = arrays[spec.targets].data;
    const inside = cell ? (i) => is[i] === cell[0] && said[i] === cell[1] : (i) => is[i] !== said[i];
    const items = [];
    for (let i = 0; i < is.length; i++) if (inside(i) && arrays[spec.items].data[i] >= 0) items.push(arrays[spec.items].data[i]);
    offerItems(ctx, spec.selection, items);
  }

  function draw(frame) {
    drawn = frame;
    const said = tally(frame);
    const pen = canvas.getContext("2d");
    pen.setTransform(box.ratio, 0, 0, box.ratio, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const { left, top, side, step, count } = box;
    const sums = spec.names.map((_, row) => counts.slice(row * count, (row + 1) * count).reduce((a, b) => a + b, 0));
    pen.fillStyle = ctx.colors.panel;
    pen.fillRect(left, top, side, side);
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        const many = counts[row * count + column];
        if (!many) continue;
        pen.globalAlpha = 0.25 + (0.75 * many) / sums[row];
        pen.fillStyle = ctx.colors[row === column ? "metric" : "loss"];
        pen.fillRect(left + column * step, top + row * step, Math.max(step - 0.6, 1), Math.max(step - 0.6, 1));
        pen.globalAlpha = 1;
        if (step >= 15) number(pen, many, left + (column + 0.5) * step, top + (row + 0.5) * step, many / sums[row] > 0.45);
      }
      bar(pen, row, sums[row]);
    }
    if (cell) outline(pen, cell, 2);
    if (pointed) outline(pen, pointed, 1);
    names(pen);
    tell(sums);
    if (spec.selection) offer(said);
  }

  function number(pen, many, x, y, strong) {
    pen.fillStyle = strong ? ctx.colors.background : ctx.colors.text;
    pen.font = `${Math.min(12, box.step - 3)}px ${getComputedStyle(host).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(many, x, y);
  }

  /** The share of a row's things that are right. */
  function bar(pen, row, sum) {
    const { left, top, side, step, bars, count } = box;
    if (!sum) return;
    pen.fillStyle = ctx.colors.grid;
    pen.fillRect(left + side + 8, top + row * step, bars - 12, Math.max(step - 1.4, 1));
    pen.fillStyle = ctx.colors.metric;
    pen.fillRect(left + side + 8, top + row * step, ((bars - 12) * counts[row * count + row]) / sum, Math.max(step - 1.4, 1));
  }

  function outline(pen, [row, column], width) {
    pen.strokeStyle = ctx.colors.text;
    pen.lineWidth = width;
    pen.strokeRect(box.left + column * box.step - 0.5, box.top + row * box.step - 0.5, box.step, box.step);
  }

  function names(pen) {
    pen.fillStyle = ctx.colors.text;
    pen.textBaseline = "middle";
    pen.font = `11px ${getComputedStyle(host).fontFamily}`;
    pen.textAlign = "center";
    pen.fillText("taken for", box.left + box.side / 2, box.top + box.side + 9);
    pen.fillText("right", box.left + box.side + 8 + (box.bars - 12) / 2, box.top + box.side + 9);
    if (!box.named) {
      pen.save();
      pen.translate(7, box.top + box.side / 2);
      pen.rotate(-Math.PI / 2);
      pen.fillText("what it is", 0, 0);
      pen.restore();
      return;
    }
    pen.textAlign = "right";
    pen.font = `${Math.min(11, box.step)}px ${getComputedStyle(host).fontFamily}`;
    spec.names.forEach((name, row) => pen.fillText(name, box.left - 4, box.top + (row + 0.5) * box.step, box.left - 6));
  }

  /** The cell under the pointer, or the chosen one, in words. */
  function tell(sums) {
    const at = pointed ?? cell;
    if (!at && !arrays[spec.targets].data.length) return note.replaceChildren();
    if (!at) {
      const wrong = sums.reduce((a, b) => a + b, 0) - spec.names.reduce((sum, _, i) => sum + counts[i * box.count + i], 0);
      return note.replaceChildren(`${wrong} wrong. Choose a cell to see its pictures.`);
    }
    const [row, column] = at;
    const many = counts[row * box.count + column];
    const what = row === column ? "recognised" : `taken for ${spec.names[column]}`;
    return note.replaceChildren(`${spec.names[row]}, ${what}: ${many} of ${sums[row]}`);
  }

  function under(event) {
    const [x, y] = pointIn(event, canvas);
    const [row, column] = [Math.floor((y - box.top) / box.step), Math.floor((x - box.left) / box.step)];
    const inside = Math.min(row, column) >= 0 && Math.max(row, column) < box.count;
    return inside ? [row, column] : null;
  }

  canvas.onpointermove = (event) => {
    if (!spec) return;
    pointed = under(event);
    canvas.style.cursor = pointed ? "pointer" : "";
    draw(drawn);
  };
  canvas.onpointerleave = () => {
    pointed = null;
    if (spec) draw(drawn);
  };
  canvas.onclick = (event) => {
    const at = under(event);
    cell = at && cell && at[0] === cell[0] && at[1] === cell[1] ? null : at;
    draw(drawn);
  };
  canvas.onkeydown = (event) => {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!spec || !(event.key in moves || event.key === "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    const [down, right] = moves[event.key] ?? [0, 0];
    cell = event.key === "Escape" ? null : cell ? [clamp(cell[0] + down, 0, box.count - 1), clamp(cell[1] + right, 0, box.count - 1)] : [0, 0];
    draw(drawn);
  };

  const again = () => {
    if (!spec) return;
    layout();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      if (spec && String(spec.names) !== String(newSpec.names)) cell = null;
      [spec, arrays, pointed] = [newSpec, newArrays, null];
      layout();
    },
    draw,
    resize: again,
    theme: again,
    destroy() {},
  };
};

/** Offer `items` under a name to whichever panels of this stage follow it. */
function offerItems(ctx, name, items) {
  const offered = offeredItems(ctx, name);
  if (offered.items?.length === items.length && items.every((item, i) => item === offered.items[i])) return;
  offered.items = items;
  for (const follow of offered.followers) follow();
}

/** What is offered under a name: its items (null at first), and the functions that follow it. */
function offeredItems(ctx, name) {
  const key = `items:${name}`;
  if (!ctx.shared.has(key)) ctx.shared.set(key, { items: null, followers: new Set() });
  return ctx.shared.get(key);
}

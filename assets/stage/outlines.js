// Where pictures come from: their borders, outlined on the original that they show a part of.

/**
 * spec: { title, pictures, ends: the original, as in `pictures`, outlines: name of (n, points, 2) x and y as shares of the
 *         original's width and height, from the upper left corner clockwise, lit: name of each frame's outline,
 *         labels: [text] each outline's words ("\n" parts lines), shown while it is lit, margin: how much of its side is
 *         shown around the original, 0.2 by default }
 * The dot is the picture's upper left corner: mirrored pictures have it on the right, turned ones turn it along.
 */
PANELS.outlines = (host, ctx) => {
  const LINE = 16; // CSS pixels of a line of words
  const canvas = el("canvas", { "aria-hidden": "true", style: "display:block;margin:0 auto" });
  const words = el("div", { style: "font-size:12px;white-space:pre-line;padding-top:6px;font-variant-numeric:tabular-nums" });
  host.append(canvas, words);
  let spec, arrays, bitmap = null, drawn = 0, turn = 0;

  async function decode() {
    const mine = ++turn;
    const fresh = await createImageBitmap(new Blob([arrays[spec.pictures].data])).catch(() => null);
    if (mine !== turn) return fresh?.close();
    bitmap?.close();
    bitmap = fresh;
    draw(drawn);
  }

  function draw(frame) {
    drawn = frame;
    if (!bitmap) return;
    const lit = arrays[spec.lit].data[frame];
    const lines = Math.max(0, ...spec.labels.map((text) => text.split("\n").length));
    const side = Math.max(60, Math.min(host.clientWidth, host.clientHeight - lines * LINE - 6));
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    canvas.width = canvas.height = Math.round(side * ratio);
    canvas.style.width = canvas.style.height = `${side}px`;
    words.textContent = spec.labels[lit] ?? "";
    const pen = canvas.getContext("2d");
    const margin = spec.margin ?? 0.2;
    const scale = canvas.width / (1 + 2 * margin);
    pen.setTransform(scale, 0, 0, scale, margin * scale, margin * scale);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, 1, 1);
    const count = arrays[spec.outlines].shape[0];
    for (let i = 0; i < count; i++) if (i !== lit) outline(pen, i, ratio / scale, false);
    if (lit >= 0) outline(pen, lit, ratio / scale, true);
  }

  /** One border, a light line on a dark one so that it shows on any picture; `unit` is a CSS pixel. */
  function outline(pen, at, unit, strong) {
    const places = rowData(arrays[spec.outlines], at);
    pen.beginPath();
    for (let i = 0; i < places.length; i += 2) pen.lineTo(places[i], places[i + 1]);
    pen.closePath();
    const strokes = strong ? [[ctx.colors.background, 5, 1], [ctx.colors.activations, 2.5, 1]] : [["#000000", 2, 0.35], ["#ffffff", 1, 0.75]];
    for (const [colour, thick, opacity] of strokes) {
      Object.assign(pen, { strokeStyle: colour, lineWidth: thick * unit, globalAlpha: opacity, lineJoin: "round" });
      pen.stroke();
    }
    pen.globalAlpha = 1;
    if (!strong) return;
    pen.beginPath();
    pen.arc(places[0], places[1], 5 * unit, 0, 2 * Math.PI);
    Object.assign(pen, { fillStyle: ctx.colors.activations, strokeStyle: ctx.colors.background, lineWidth: 2 * unit });
    pen.fill();
    pen.stroke();
  }

  return {
    update(newSpec, newArrays) {
      [spec, arrays] = [newSpec, newArrays];
      decode();
    },
    draw,
    resize: () => draw(drawn),
    theme: () => draw(drawn),
    destroy() {
      turn++;
      bitmap?.close();
    },
  };
};

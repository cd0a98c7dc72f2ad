// Text as a computer prints it: lines of code with their answers, or names with the part that matters marked.

/**
 * spec: { title, rows, columns: how many beside each other, least: CSS pixels that a column needs,
 *         lines: [{ code, answer | answers: [one a frame] | parts: [token], note, color }] }
 * `code` is what was asked, in bold, with a `note` beside it in plain letters; below is the answer, its line breaks kept.
 * A token is text, or { words, color: a quantity, mark: true to stand on its colour, faint: true }.
 */
PANELS.text = (host, ctx) => {
  const list = el("ol");
  const scroll = el("div", { tabindex: "0", role: "region", style: "flex:1;min-height:0;overflow:auto;padding:0 4px" }, list);
  host.append(scroll);
  let spec, arrays, moving = [], drawn = 0;

  function token(part) {
    if (typeof part === "string") return document.createTextNode(part);
    const color = ctx.colors[part.color] ?? "inherit";
    const under = part.mark ? `background:color-mix(in srgb, ${color} 18%, transparent);border-radius:3px;font-weight:700;` : "";
    return el("span", { style: `${under}color:${part.faint || part.mark ? "inherit" : color};opacity:${part.faint ? 0.72 : 1}` }, part.words);
  }

  function line({ code, answer, answers, parts, note, color }) {
    const said = el("span", { style: `white-space:pre-wrap;overflow-wrap:anywhere${color ? `;color:${ctx.colors[color]}` : ""}` }, ...(parts ?? [answer ?? ""]).map(token));
    if (answers) moving.push({ said, answers });
    return el("li", { style: "break-inside:avoid;padding:1px 0" },
      code ? el("b", { style: "white-space:pre-wrap;overflow-wrap:anywhere" }, code) : null,
      note ? el("span", { style: "font-family:var(--st-font, sans-serif);font-size:11.5px" }, `  ${note}`) : null,
      code || note ? el("br") : null,
      said);
  }

  function build() {
    moving = [];
    const columns = spec.columns > 1 ? `columns:${spec.columns} ${spec.least ?? 200}px;column-gap:18px` : "";
    list.style = `list-style:none;margin:0;padding:0;font:12px/1.45 var(--st-code-font, monospace);${columns}`;
    scroll.setAttribute("aria-label", spec.title ?? "text");
    list.replaceChildren(...spec.lines.map(line));
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    for (const { said, answers } of moving) said.textContent = answers[Math.min(row, answers.length - 1)];
  }

  const again = () => {
    if (!spec) return;
    build();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays, drawn] = [newSpec, newArrays, 0];
      build();
    },
    draw,
    resize() {},
    theme: again,
    destroy() {},
  };
};

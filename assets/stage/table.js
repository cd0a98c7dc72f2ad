// A table of live numbers: its columns appear as time goes on, whole or cell by cell; a cell under the pointer says where
// its number comes from and lights the cells that it was made of.

const CELL = "text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums";
const HEAD = `${CELL};font-weight:600;vertical-align:bottom`;
const ROOMY = 9; // columns that have room to spare
const STAYS = "position:sticky;left:0;background:var(--st-background-color)"; // row names, where the table scrolls
const MADE_OF = "inset 0 0 0 1.5px var(--st-text-color)";

/**
 * spec: { title, rows, head: text, names: [each row's text],
 *         columns: [{ title, note, array: name of (rows) or (frames, rows), words: [text], decimals, digits, color, from, each,
 *                     of: [column] | name of (rows), tell: [token], foot: name of (1) or (frames) }],
 *         foot: { name, from }, marks: name of (frames, rows, columns) }
 * A column appears at the frame `from`; with `each`, one cell a frame from there on. What has just appeared is lit. Its
 * numbers have `decimals` places or `digits` significant digits, or stand for the `words` (what no float32 holds, such as
 * 1e-320, comes as words). `of` are the columns that a cell was made of, in its row; an array says one for each row.
 * `tell` says what to read out at the pointer: tokens are text, or { value: an array like a column's, words, decimals,
 * digits, color }. `foot` is a last row. `marks` are 1 where a cell is lit, 2 where its number is broken.
 */
PANELS.table = (host, ctx) => {
  const grid = el("table", { style: "border-collapse:collapse;margin:0 auto;font-size:13px;line-height:1.35" });
  const scroll = el("div", { style: "overflow:auto;min-height:0;flex:0 1 auto;padding-bottom:4px" }, grid);
  const note = el("div", { class: "note", style: "flex:none;padding-top:2px" });
  host.append(scroll, note);
  let spec, arrays, cells, feet, pointed = null, drawn = 0;

  function build() {
    const inside = `padding:2px ${spec.columns.length > ROOMY ? 5 : 9}px`;
    const edge = `1px solid ${ctx.colors.border}`;
    const title = ({ title, note: under, color }) =>
      el("th", { scope: "col", style: `${HEAD};${inside};border-bottom:${edge};color:${ctx.colors[color] ?? "inherit"}` }, title,
        under ? el("div", { style: "font:11px var(--st-code-font, monospace);font-weight:400;white-space:normal" }, under) : null);
    const cell = (r, c) => el("td", { style: `${CELL};${inside};min-width:${longest(spec.columns[c])}ch`, onpointerenter: () => point(r, c), onpointerleave: () => point(null) });
    cells = spec.names.map((_, r) => spec.columns.map((_, c) => cell(r, c)));
    feet = spec.foot ? spec.columns.map((column) => el("td", { style: `${CELL};${inside};font-weight:700;border-top:${edge};color:${ctx.colors[column.color] ?? "inherit"}` })) : [];
    const name = (text, more = "") => el("th", { scope: "row", style: `${HEAD};${inside};${STAYS};text-align:left;${more}` }, text);
    grid.replaceChildren(
      el("thead", {}, el("tr", {}, el("th", { style: `${HEAD};${inside};${STAYS};text-align:left;border-bottom:${edge}` }, spec.head ?? ""), ...spec.columns.map(title))),
      el("tbody", {}, ...spec.names.map((text, r) => el("tr", {}, name(text), ...cells[r]))),
      ...(spec.foot ? [el("tfoot", {}, el("tr", {}, name(spec.foot.name, `border-top:${edge}`), ...feet))] : []));
    note.hidden = !spec.columns.some((column) => column.tell);
  }

  /** Characters that a column needs, so that it does not grow as it fills. */
  function longest({ array, words, decimals, digits }) {
    if (words) return Math.max(...words.map((word) => word.length));
    if (decimals === undefined) return (digits ?? 4) + 2;
    return Math.max(...extent([arrays[array].data]).map((value) => value.toFixed(decimals).length));
  }

  const appears = (column, r) => (column.from ?? 0) + (column.each ? r : 0);

  /** What stands in row `r` of something with an `array` or `value`, in words. */
  function read(one, row, r) {
    const array = arrays[one.array ?? one.value];
    const value = array.shape.length > 1 ? rowData(array, row)[r] : array.data[r];
    if (one.words) return one.words[value];
    if (one.decimals === undefined || !Number.isFinite(value)) return formatNumber(value, one.digits ?? 4);
    const text = value.toFixed(one.decimals);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
  }

  /** The columns that the cell under the pointer was made of. */
  function sources() {
    const { of } = spec.columns[pointed.c];
    return typeof of === "string" ? [arrays[of].data[pointed.r]] : of ?? [];
  }

  function draw(frame) {
    const moved = frame !== drawn;
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    const marks = spec.marks ? rowData(arrays[spec.marks], row) : null;
    const told = pointed && appears(spec.columns[pointed.c], pointed.r) <= frame;
    const from = told ? sources() : [];
    cells.forEach((line, r) => line.forEach((node, c) => {
      const column = spec.columns[c];
      const [at, mark] = [appears(column, r), marks?.[r * line.length + c]];
      const fresh = (at > 0 && at === frame) || mark;
      node.textContent = at <= frame ? read(column, row, r) : "·";
      const source = told && pointed.r === r && (pointed.c === c || from.includes(c));
      Object.assign(node.style, {
        color: ctx.colors[column.color] ?? "inherit", opacity: at <= frame ? 1 : 0.3, fontWeight: fresh ? 700 : 400,
        background: fresh ? ctx.colors.panel : "", boxShadow: source ? MADE_OF : "",
        textDecoration: mark === 2 ? "underline wavy 1px" : "", textUnderlineOffset: "3px",
      });
      if (moved && at > 0 && at === frame) follow(node);
    }));
    feet.forEach((node, c) => {
      const { foot, decimals, digits } = spec.columns[c];
      node.textContent = foot && frame >= (spec.foot.from ?? 0) ? read({ array: foot, decimals, digits }, row, 0) : "";
      node.style.background = node.textContent && frame === spec.foot.from ? ctx.colors.panel : "";
    });
    if (moved && frame > 0 && frame === spec.foot?.from) follow(feet.at(-1));
    tell(row, frame);
  }

  /** Where the table is wider than its room, scroll to the cell that has just appeared. */
  function follow(node) {
    const beyond = node.offsetLeft + node.offsetWidth - scroll.clientWidth;
    if (grid.offsetWidth > scroll.clientWidth) scroll.scrollLeft = Math.max(0, beyond);
  }

  /** The cell under the pointer in words. */
  function tell(row, frame) {
    const column = pointed && spec.columns[pointed.c];
    if (!column?.tell || appears(column, pointed.r) > frame) return note.replaceChildren("\u00a0");
    return note.replaceChildren(`${spec.head ?? ""} ${spec.names[pointed.r]}: `, ...column.tell.map((part) =>
      typeof part === "string" ? part : el("b", { style: part.color ? `color:${ctx.colors[part.color]}` : null }, read(part, row, pointed.r))));
  }

  function point(r, c) {
    pointed = r === null ? null : { r, c };
    if (spec) draw(drawn);
  }

  const again = () => {
    if (!spec) return;
    build();
    draw(drawn);
  };
  return {
    update(newSpec, newArrays) {
      [spec, arrays, pointed, drawn] = [newSpec, newArrays, null, 0];
      build();
    },
    draw,
    resize() {},
    theme: again,
    destroy() {},
  };
};

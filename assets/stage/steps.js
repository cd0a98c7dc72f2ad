// The steps of the algorithm as a list: the running one lit, with its line of code, shapes and numbers.

/**
 * spec: { rows, active: name of (frames) int, steps: [{ name, code, shapes, formula: [token] }] }
 * A token is text, or { value: name of an array (rows or rows × k), at: k, color, digits }, a number that lives.
 */
PANELS.steps = (host, ctx) => {
  const list = el("ol", { class: "steps" });
  host.append(list);
  let spec, arrays, items, drawn = 0;

  function token(part) {
    if (typeof part === "string") return { node: document.createTextNode(part) };
    const node = el(part.value ? "b" : "span", { style: part.color ? `color:${ctx.colors[part.color]}` : null });
    if (!part.value) node.textContent = part.text;
    return { node, part };
  }

  function build() {
    items = spec.steps.map((step) => {
      const tokens = (step.formula ?? []).map(token);
      const node = el("li", {},
        el("span", { class: "name" }, step.name),
        step.code ? el("code", {}, step.code) : null,
        step.shapes ? el("span", { class: "shapes" }, step.shapes) : null,
        el("span", { class: "formula" }, ...tokens.map((t) => t.node)));
      return { node, live: tokens.filter((t) => t.part?.value) };
    });
    list.replaceChildren(...items.map((item) => item.node));
  }

  function draw(frame) {
    drawn = frame;
    const row = rowOf(spec, arrays, frame);
    const active = arrays[spec.active].data[frame];
    items.forEach((item, i) => {
      item.node.classList.toggle("active", i === active);
      for (const { node, part } of item.live) node.textContent = formatNumber(rowData(arrays[part.value], row)[part.at ?? 0], part.digits ?? 3);
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
    resize() {},
    theme: again,
    destroy() {},
  };
};

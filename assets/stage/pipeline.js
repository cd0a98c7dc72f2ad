// A pipeline: what is done one after the other, in groups; each step says what it gives, and where it ended stands out.

/**
 * spec: { title, active: name of (frames), groups: [{ title, note, weight, lanes: [[step]] }] }
 * step: { at: its frame, from 0, and its number, from 1; name, gives: text, color: a quantity, state: "done" | "failed" | "not reached" }
 * Lanes of a group lie one below the other: things that happen to different parts of the same item. `active` tells the
 * step of each frame, which is lit; what comes later is drawn faint until then. A click on a step, or Enter, moves time to it.
 */
PANELS.pipeline = (host, ctx) => {
  const board = el("div", { style: "display:flex;flex-wrap:wrap;gap:6px;align-content:flex-start;flex:1;min-height:0;overflow:auto", tabindex: "-1" });
  host.append(board);
  const EDGES = { done: "solid", failed: "double", "not reached": "dashed" };
  const SIGNS = { failed: "✗ ", done: "", "not reached": "" };
  let spec, arrays, steps = [], drawn = 0;

  function step(one) {
    const gives = one.state === "not reached" ? "not reached" : one.state === "failed" ? "failed" : one.gives;
    const node = el("div", { tabindex: "0", role: "button" },
      el("b", { style: "display:block;font-size:11.5px;line-height:1.25;overflow-wrap:anywhere" }, `${one.at + 1} ${SIGNS[one.state]}${one.name}`),
      el("span", { style: "font:11px/1.25 var(--st-code-font, monospace);overflow-wrap:anywhere" }, gives));
    const go = () => ctx.seek(one.at);
    node.onclick = go;
    node.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      go();
    };
    steps.push({ node, one });
    return el("li", { style: "flex:1 1 auto;max-width:210px;display:flex" }, node);
  }

  const arrow = () => el("li", { "aria-hidden": "true", style: "align-self:center;opacity:0.7" }, "→");

  function build() {
    steps = [];
    board.replaceChildren(...spec.groups.map(({ title, note, weight, lanes }) =>
      el("div", { style: `flex:${weight ?? 1} 1 auto;border:1px solid ${ctx.colors.border};border-radius:8px;padding:3px 6px 5px;min-width:0` },
        el("div", { style: "font-size:11px;line-height:16px;margin-bottom:2px" }, el("code", { style: "font-weight:600" }, title), note ? ` ${note}` : ""),
        ...lanes.map((lane, i) =>
          el("ol", { style: `list-style:none;margin:${i ? 4 : 0}px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:2px;align-items:stretch` },
            ...lane.flatMap((one, j) => (j ? [arrow(), step(one)] : [step(one)])))))));
  }

  function draw(frame) {
    drawn = frame;
    const active = arrays[spec.active].data[frame];
    for (const { node, one } of steps) {
      const lit = one.at === active;
      const color = ctx.colors[one.color] ?? ctx.colors.text;
      const edge = `${one.state === "failed" ? 3 : 1}px ${EDGES[one.state]} ${one.state === "failed" ? ctx.colors.text : ctx.colors.border}`;
      node.style = `flex:1;min-width:0;cursor:pointer;padding:1px 5px;border-radius:6px;border:${edge};border-top:4px ${EDGES[one.state]} ${color};opacity:${one.at <= active ? 1 : 0.72};background:${lit ? `color-mix(in srgb, ${color} 20%, transparent)` : "transparent"};box-shadow:${lit ? `0 0 0 2px ${color}` : "none"}`;
      if (lit) follow(node);
      if (lit) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
    }
  }

  /** Where there is no room for all groups, scroll to the step that is lit. */
  function follow(node) {
    const [box, room] = [node.getBoundingClientRect(), board.getBoundingClientRect()];
    if (box.top < room.top || box.bottom > room.bottom) board.scrollTop += box.top - room.top - room.height / 3;
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

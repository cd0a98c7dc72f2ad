// Pictures by loss, a page at a time, to keep, delete or relabel, by mouse, finger or keys. The browser holds the log of
// marks and sends it after every step; Python sends a page's pictures, and a log only where this one is to be replaced.
// page.js comes before it.

const GALLERIES = new WeakMap();
const KEYS = "Keys: arrows move, Page Up and Down turn pages, K keeps, D deletes, R relabels, U undoes, Enter enlarges.";

class Gallery {
  constructor(mount) {
    Object.assign(this, { mount, at: 0, key: null, epoch: null, cards: [], urls: [], marks: new Map(), log: [], wanted: null });
    this.build();
  }

  build() {
    const filter = (name, label) => {
      const select = el("select", { "aria-label": label, onchange: () => this.filtered(name, select.value) });
      return [select, el("label", { class: "filter" }, el("span", {}, label), select)];
    };
    const labels = { actual: "Labelled", predicted: "Taken for", cell: "Confused", show: "Show", order: "Order" };
    this.filters = {};
    const fields = Object.entries(labels).map(([name, label]) => {
      const [select, field] = filter(name, label);
      this.filters[name] = select;
      return field;
    });
    const button = (text, does, more = {}) => el("button", { type: "button", onclick: does, ...more }, text);
    this.back = button("‹", () => this.turn(-1), { "aria-label": "Previous page" });
    this.on = button("›", () => this.turn(1), { "aria-label": "Next page" });
    this.place = el("span", { class: "place" });
    this.undoButton = button("Undo", () => this.undo());
    this.said = el("span", { class: "said", role: "status" });
    this.grid = el("div", { class: "grid", role: "group", "aria-label": `Pictures by loss. ${KEYS}` });
    this.grid.onkeydown = (event) => this.pressed(event, this.at);
    this.grid.onfocusin = (event) => this.focused(event.target);
    this.chooser = el("dialog", { class: "chooser", "aria-label": "New label" });
    this.viewer = el("dialog", { class: "viewer", "aria-label": "Picture, enlarged" });
    this.viewer.onclose = () => this.cards[this.at]?.node.focus({ preventScroll: true });
    this.viewer.onkeydown = (event) => this.pressed(event, this.at);
    const pager = el("div", { class: "pager" }, this.back, this.place, this.on, this.undoButton, this.said);
    this.mount.replaceChildren(el("div", { class: "filters" }, ...fields), pager, this.grid,
      el("div", { class: "keys" }, KEYS), this.chooser, this.viewer);
  }

  /** What Python sent: a page, and sometimes a log that takes the place of this one. */
  update(data) {
    const page = unpack(data);
    if (page.epoch !== this.epoch) {
      this.epoch = page.epoch;
      this.log = page.log.map((step) => [...step]);
      this.replay();
    }
    if (page.key === this.key) return;
    const same = this.page && page.items.length === this.page.items.length && page.items.every((item, i) => item.i === this.page.items[i].i);
    [this.key, this.page] = [page.key, page];
    if (page.large !== null) this.large = { index: page.large, file: page.files.at(-1) };
    this.fillFilters();
    if (!same) this.lay();
    else page.items.forEach((item, i) => Object.assign(this.cards[i], { item }));
    this.refresh();
    this.enlarge();
    this.mount.dataset.shown = page.key;
  }

  fillFilters() {
    const { breeds, pairs, view } = this.page;
    const option = (value, text) => el("option", { value: String(value) }, text);
    const fill = (name, options, value) => {
      const select = this.filters[name];
      const words = JSON.stringify(options);
      if (select.dataset.words !== words) select.replaceChildren(...options.map(([key, text]) => option(key, text)));
      select.dataset.words = words;
      select.value = String(value);
    };
    const any = [[ANY, "any breed"], ...breeds.map((name, i) => [i, name])];
    fill("actual", any, view.actual);
    fill("predicted", any, view.predicted);
    const cell = pairs.findIndex(([a, p]) => a === view.actual && p === view.predicted);
    fill("cell", [[ANY, "any pair"], ...pairs.map(([a, p, n], i) => [i, `${breeds[a]} → ${breeds[p]} (${n})`])], cell);
    fill("show", Object.entries(SHOWN), view.show);
    fill("order", Object.entries(ORDERS), view.order);
  }

  filtered(name, value) {
    const change = { [name]: Number(value) };
    if (name === "show" || name === "order") change[name] = value;
    if (name === "cell") {
      const [actual, predicted] = value === String(ANY) ? [ANY, ANY] : this.page.pairs[value];
      Object.assign(change, { actual, predicted });
      delete change.cell;
    }
    this.at = 0;
    this.ask({ ...change, page: 0 });
  }

  /** Another page or filter, or a large picture: Python sends it. */
  ask(change) {
    this.wanted = { ...(this.wanted ?? this.page.view), ...change };
    this.sendView(this.wanted);
  }

  turn(by, at = 0) {
    const page = this.page.view.page + by;
    if (page < 0 || page >= this.page.pages) return;
    this.at = at;
    this.refocus = this.hasFocus();
    this.ask({ page });
  }

  hasFocus() {
    return this.grid.contains(this.mount.getRootNode().activeElement);
  }

  /** New cards for a new page. */
  lay() {
    const focus = this.refocus || this.hasFocus();
    const old = this.urls;
    this.urls = this.page.items.map((_, i) => URL.createObjectURL(new Blob([this.page.files[i]], { type: "image/webp" })));
    this.at = Math.max(0, Math.min(this.at, this.page.items.length - 1));
    this.cards = this.page.items.map((item, i) => this.card(item, i));
    this.grid.replaceChildren(...this.cards.map((card) => card.node));
    if (!this.cards.length) this.grid.append(el("p", { class: "empty" }, "No picture is like that: choose other filters."));
    old.forEach((url) => URL.revokeObjectURL(url));
    if (focus) this.cards[this.at]?.node.focus({ preventScroll: true });
    this.refocus = false;
  }

  card(item, i) {
    const image = el("img", { src: this.urls[i], alt: this.alt(item), draggable: "false" });
    image.onclick = () => this.zoom(i);
    const words = el("div", { class: "words" });
    const mark = el("div", { class: "mark" });
    const buttons = this.tools(() => i);
    const node = el("div", { class: "card", role: "group", tabindex: "-1" }, el("div", { class: "picture" }, image), words, mark, buttons.node);
    return { node, image, words, mark, buttons, item };
  }

  /** Keep, delete, relabel, for the card whose place `which` gives. */
  tools(which, words = false) {
    const make = (sign, word, does) => {
      const label = `${word} (${word[0]})`;
      const names = words ? {} : { tabindex: "-1", title: label, "aria-label": label };
      return el("button", { type: "button", ...names, onclick: () => does(which()) }, words ? `${sign} ${word}` : sign);
    };
    const keep = make("✓", "Keep", (i) => this.toggle(i, KEEP));
    const remove = make("✕", "Delete", (i) => this.toggle(i, DELETE));
    const relabel = make("→", "Relabel", (i) => this.choose(i));
    return { keep, remove, relabel, node: el("div", { class: "tools" }, keep, remove, relabel) };
  }

  alt(item) {
    const { breeds } = this.page;
    return `${item.name}, labelled ${breeds[item.label]}, taken for ${breeds[item.said]}`;
  }

  line(kind, ...parts) {
    return el("div", { class: kind }, ...parts);
  }

  words(item, label = "", said = "→ ") {
    const { breeds } = this.page;
    const amount = (p) => el("b", {}, short(p));
    return [
      this.line("label", el("span", {}, label + breeds[item.label]), amount(item.q)),
      this.line("prediction", el("span", {}, said + breeds[item.said]), amount(item.p)),
      this.line("loss", el("span", {}, "loss"), el("b", {}, item.loss.toFixed(2))),
    ];
  }

  /** What was marked, and what is known of the label: told once it is marked. */
  markWords(item) {
    const action = this.marks.get(item.i);
    if (action === undefined) return [];
    const text = action === KEEP ? "✓ keep" : action === DELETE ? "✕ delete" : `→ ${this.page.breeds[action]}`;
    return item.truth === item.label ? [text] : [text, `truly ${this.page.breeds[item.truth]}`];
  }

  markText(item) {
    return this.markWords(item).join(", ");
  }

  showMark(node, item) {
    node.replaceChildren(...this.markWords(item).map((text) => el("div", { title: text }, text)));
  }

  refresh() {
    const { page } = this;
    if (!page) return;
    this.cards.forEach((card, i) => {
      const action = this.marks.get(card.item.i);
      const text = this.markText(card.item);
      card.words.replaceChildren(...this.words(card.item));
      this.showMark(card.mark, card.item);
      card.node.dataset.mark = action === undefined ? "" : action === KEEP ? "keep" : action === DELETE ? "delete" : "relabel";
      card.node.tabIndex = i === this.at ? 0 : -1;
      this.press(card.buttons, action);
      const number = page.first + i + 1;
      card.node.setAttribute("aria-label", `${number} of ${page.total}: ${this.alt(card.item)} with probability ${short(card.item.p)}, `
        + `its label ${short(card.item.q)}, loss ${card.item.loss.toFixed(2)}, ${card.item.part}${text ? `. Marked: ${text}` : ""}`);
    });
    const last = page.first + page.items.length;
    this.place.textContent = page.total ? `${(page.first + 1).toLocaleString("en")}–${last.toLocaleString("en")} of ${page.total.toLocaleString("en")}` : "none";
    this.back.disabled = page.view.page <= 0;
    this.on.disabled = page.view.page >= page.pages - 1;
    this.undoButton.disabled = !this.log.length;
    this.showLarge();
  }

  press(buttons, action) {
    buttons.keep.setAttribute("aria-pressed", String(action === KEEP));
    buttons.remove.setAttribute("aria-pressed", String(action === DELETE));
    buttons.relabel.setAttribute("aria-pressed", String(action >= 0));
  }

  focused(target) {
    const place = this.cards.findIndex((card) => card.node.contains(target));
    if (place >= 0) this.move(place, false);
  }

  move(place, focus = true) {
    if (!this.cards[place]) return;
    this.cards[this.at]?.node.setAttribute("tabindex", "-1");
    this.at = place;
    this.cards[place].node.setAttribute("tabindex", "0");
    if (focus && !this.viewer.open) this.cards[place].node.focus();
    if (this.viewer.open) this.zoom(place);
  }

  columns() {
    const tops = this.cards.map((card) => card.node.offsetTop);
    return Math.max(1, tops.filter((top) => top === tops[0]).length);
  }

  pressed(event, i) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.cards[i]) return;
    const onButton = event.target.tagName === "BUTTON";
    const end = this.cards.length - 1;
    const columns = this.columns();
    const actions = {
      ArrowLeft: () => (i > 0 ? this.move(i - 1) : this.turn(-1, Infinity)),
      ArrowRight: () => (i < end ? this.move(i + 1) : this.turn(1)),
      ArrowUp: () => this.move(i - columns),
      ArrowDown: () => this.move(i + columns),
      Home: () => this.move(0),
      End: () => this.move(end),
      PageUp: () => this.turn(-1),
      PageDown: () => this.turn(1),
      k: () => this.toggle(i, KEEP),
      d: () => this.toggle(i, DELETE),
      r: () => this.choose(i),
      u: () => this.undo(),
      Enter: onButton ? null : () => (this.viewer.open ? this.viewer.close() : this.zoom(i)),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  toggle(i, action) {
    const { item } = this.cards[i];
    this.step(item, this.marks.get(item.i) === action ? NONE : action);
  }

  step(item, action) {
    if (this.log.length >= this.page.most) {
      this.said.textContent = "The log of marks is full: export it, then clear it.";
      return;
    }
    this.log.push([item.i, action]);
    this.changed(`${item.name}: ${action === NONE ? "no mark" : ""}`, item);
  }

  undo() {
    const step = this.log.pop();
    if (!step) return;
    this.changed(step.length > 2 ? `Undone: ${step.length / 2} marks` : "Undone");
  }

  changed(text, item = null) {
    this.replay();
    this.refresh();
    this.said.textContent = `${text}${item ? this.markText(item) : ""} (${this.marks.size} marked)`;
    this.sendMarks({ epoch: this.epoch, log: this.log.map((step) => [...step]) });
  }

  replay() {
    this.marks = new Map();
    for (const step of this.log) {
      for (let i = 0; i < step.length; i += 2) {
        if (step[i + 1] === NONE) this.marks.delete(step[i]);
        else this.marks.set(step[i], step[i + 1]);
      }
    }
  }

  /** A list of breeds, the prediction first. */
  choose(i) {
    const { item } = this.cards[i];
    const { breeds } = this.page;
    const first = item.said === item.label ? [] : [item.said];
    const others = breeds.map((_, at) => at).filter((at) => at !== item.label && !first.includes(at));
    const options = [...first, ...others].map((at, n) => el("option", { value: String(at) }, breeds[at] + (first.length && !n ? " (the prediction)" : "")));
    const select = el("select", { size: "8", "aria-label": `New label of ${item.name}` }, ...options);
    const current = this.marks.get(item.i);
    select.value = String(current >= 0 ? current : [...first, ...others][0]);
    const done = () => {
      this.chooser.close();
      if (select.value !== "") this.step(item, Number(select.value));
    };
    select.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Enter") {
        event.preventDefault();
        done();
      }
    };
    select.ondblclick = done;
    const button = (text, does) => el("button", { type: "button", onclick: does }, text);
    const row = el("div", { class: "row" }, button("Relabel", done), button("Cancel", () => this.chooser.close()));
    this.chooser.replaceChildren(el("p", {}, `${item.name} is labelled ${breeds[item.label]}. It shows:`), select, row);
    this.chooser.onclick = (event) => event.target === this.chooser && this.chooser.close();
    this.chooser.showModal();
    select.focus();
  }

  zoom(i) {
    this.at = i;
    const { item } = this.cards[i];
    const image = el("img", { alt: this.alt(item) });
    const words = el("div", { class: "words" });
    const mark = el("div", { class: "mark" });
    const buttons = this.tools(() => this.at, true);
    const close = el("button", { type: "button", onclick: () => this.viewer.close() }, "Close");
    buttons.node.append(close);
    this.viewer.replaceChildren(el("div", { class: "name" }, `${item.name} (${item.part})`), image, words, mark, buttons.node);
    this.zoomed = { item, image, words, mark, buttons };
    if (!this.viewer.open) this.viewer.showModal();
    close.focus();
    image.src = this.urls[i];
    this.showLarge();
    this.enlarge();
    if (this.large?.index !== item.i) this.ask({ zoom: item.i });
  }

  /** The large picture takes the small one's place once it is there. */
  enlarge() {
    if (!this.viewer.open || this.large?.index !== this.zoomed.item.i || this.zoomed.done) return;
    if (this.largeUrl) URL.revokeObjectURL(this.largeUrl);
    this.largeUrl = URL.createObjectURL(new Blob([this.large.file], { type: "image/webp" }));
    this.zoomed.image.src = this.largeUrl;
    this.zoomed.image.dataset.large = "yes";
    this.zoomed.done = true;
  }

  showLarge() {
    if (!this.viewer.open) return;
    const { item, words, mark, buttons } = this.zoomed;
    words.replaceChildren(...this.words(item, "labelled ", "taken for "));
    this.showMark(mark, item);
    this.press(buttons, this.marks.get(item.i));
  }

  destroy() {
    [...this.urls, this.largeUrl].forEach((url) => url && URL.revokeObjectURL(url));
  }
}

/** Streamlit calls this at mount and at every change of the data or the theme. */
export default function ({ data, parentElement, setStateValue }) {
  let gallery = GALLERIES.get(parentElement);
  if (!gallery) GALLERIES.set(parentElement, (gallery = new Gallery(parentElement.querySelector(".mount"))));
  gallery.sendMarks = (marks) => setStateValue("marks", marks);
  gallery.sendView = (view) => setStateValue("view", view);
  gallery.update(data);
  gallery.wanted = null;
  return () => {
    GALLERIES.get(parentElement)?.destroy();
    GALLERIES.delete(parentElement);
  };
}

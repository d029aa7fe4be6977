// The legend above a project's charts: which colour is which value, and how many runs of it are drawn. A press hides or shows them.
(function (/** @type {Site} */ site) {
  "use strict";

  const MOST = 12;
  const KINDS = { color: site.t("legend.color"), style: site.t("legend.style"), both: site.t("legend.both"), group: site.t("legend.group"), run: site.t("legend.run") };
  const SVG = "http://www.w3.org/2000/svg";
  const { make, button } = site.popover, { store } = site, legend = site.legendEntries;
  /** Entries by the key of their element. @type {Map<string, LegendEntry>} */
  const entries = new Map();
  /** Rows that show all of their entries. @type {Set<string>} */
  const unfolded = new Set();
  /** What was hidden before the press that may be the first of two. */
  let beforePress = /** @type {Set<string> | null} */ (null);
  let drawn = "", isWaiting = false;
  /** The element, once there is one. @type {HTMLElement | null} */
  let box = null;
  /** The chart that fills the screen, where the legend is meanwhile, and the runs that it has drawn there. @type {Panel | null} */
  let full = null;
  /** @type {Set<string>} */
  const met = new Set();
  /** Where it stands above all charts. @type {HTMLElement | null} */
  let home = null;

  const page = () => /** @type {PageData} */ (site.current);
  const ids = (/** @type {LegendEntry} */ entry) => entry.positions.map((at) => page().runs[at].id);

  /** What is told by colours and strokes, and the groups. @returns {LegendRow[]} */
  function rows() {
    const passing = store.get("filter") ? site.choice.passing(page().runs) : page().runs.map((_, at) => at);
    const column = site.colouring.column(), looks = /** @type {Looks} */ (page().colors);
    /** @type {LegendRow[]} */
    const found = [];
    // What tells no group apart is in no chart, and what alone makes the groups is told by them.
    if (column && looks && !isGrouping(column) && (!site.grouping.active() || site.colouring.ofGroups(site.grouping.every()))) found.push({ kind: "color", title: legend.title(column), entries: legend.ofValues(column.values || [], passing, looks), over: site.colouring.measure(column.values || []) });
    styleRow(found, column, new Set(passing));
    if (site.grouping.active()) {
      const among = new Set(passing);
      const leaves = site.grouping.every().map((leaf) => ({ id: leaf.path, label: leaf.label, color: leaf.color, ...styleOf(leaf.positions), positions: leaf.positions.filter((at) => among.has(at)) }));
      found.push({ kind: "group", title: site.grouping.by().map((one) => one.label).join(", "), entries: leaves, over: null });
    }
    if (full && !found.some((row) => row.kind !== "style")) runRow(found, full, passing);
    for (const row of found) row.entries = row.entries.filter((one) => one.positions.length || one.colors);
    return found;
  }

  /** Where each run has a colour of its own the table tells whose it is, which a chart that fills the screen has not beside it. @param {LegendRow[]} found @param {Panel} panel @param {number[]} passing */
  function runRow(found, panel, passing) {
    // Those that come back are entries before their lines are drawn.
    for (const curve of panel.curves) met.add(curve.run);
    const entries = passing.flatMap((at) => {
      const run = page().runs[at];
      return met.has(run.id) ? [{ id: run.id, label: run.name, isRun: true, color: site.colouring.of(run), ...styleOf([at]), positions: [at] }] : [];
    });
    if (entries.length > 1) found.unshift({ kind: "run", title: "", entries, over: null });
  }

  /** Whether groups are this column's values. @param {ColumnData} column */
  function isGrouping(column) {
    const by = site.grouping.by();
    return by.length === 1 && by[0].key === column.key;
  }

  /** The style that all of these have. @param {number[]} positions */
  function styleOf(positions) {
    const all = new Set(site.styling?.styles() ? positions.map((at) => site.styling?.at(at) ?? -1) : []), [mark] = all;
    return all.size === 1 && mark >= 0 ? { dash: mark, mark } : {};
  }

  /** Strokes have a row of their own, or that of the colours where both tell the same. @param {LegendRow[]} found @param {ColumnData | null} colored @param {Set<number>} passing */
  function styleRow(found, colored, passing) {
    const column = site.styling?.column(), styles = site.styling?.styles(), [row] = found;
    if (!column || !styles || isGrouping(column)) return;
    if (row && column === colored && !row.over) {
      for (const entry of row.entries) Object.assign(entry, styleOf(entry.positions));
      row.kind = "both";
      return;
    }
    const entries = styles.entries.map(({ id, label, positions }, mark) => ({ id, label, color: "currentColor", dash: mark, mark, positions: positions.filter((at) => passing.has(at)) }));
    found.push({ kind: "style", title: legend.title(column), entries, over: null });
  }

  /** @param {LegendRow} row @param {LegendEntry} entry */
  const keyOf = (row, entry) => `${row.kind} ${entry.id}`;

  /** @param {LegendRow} row @param {LegendEntry} entry */
  function chip(row, entry) {
    const element = /** @type {HTMLButtonElement} */ (make("button", "legend-chip", sign(entry), make("bdi", "", entry.label), ...(entry.isRun ? [] : [make("small")])));
    element.type = "button";
    element.dataset.entry = keyOf(row, entry);
    return element;
  }

  /** @param {LegendEntry} entry */
  function sign(entry) {
    if (entry.mark !== undefined) return stroke(entry);
    const dot = make("i", "dot");
    dot.style.color = entry.color;
    return dot;
  }

  /** A piece of the line with its mark. @param {LegendEntry} entry */
  function stroke({ color, dash, mark }) {
    const svg = document.createElementNS(SVG, "svg"), pen = { d: "", moveTo(/** @type {number} */ x, /** @type {number} */ y) { pen.d += `M${x} ${y}`; }, lineTo(/** @type {number} */ x, /** @type {number} */ y) { pen.d += `L${x} ${y}`; }, closePath() { pen.d += "Z"; }, arc(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ r) { pen.d += `A${r} ${r} 0 1 1 ${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}`; } };
    site.markers?.trace(pen, mark || 0, 17, 6);
    for (const [key, value] of [["viewBox", "0 0 34 12"], ["class", "legend-stroke"], ["aria-hidden", "true"]]) svg.setAttribute(key, value);
    for (const [d, name, value] of [["M0 6H34", "stroke-dasharray", site.series.dashes(dash).join(" ")], [pen.d, "class", "legend-mark"]]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", d);
      path.setAttribute(name, value);
      svg.append(path);
    }
    svg.style.color = color;
    return svg;
  }

  /** The ramp: its parts side by side, those without runs among them. @param {LegendRow} row @param {LegendEntry[]} parts @param {Measure} over */
  function ramp(row, parts, over) {
    const [low, high] = legend.ends(over);
    return make("span", "legend-ramp", make("span", "", low), make("span", "legend-parts", ...parts.map((entry) => {
      const bar = make("i");
      bar.style.background = `linear-gradient(90deg, ${(entry.colors || []).join(", ")})`;
      const element = /** @type {HTMLButtonElement} */ (make(entry.positions.length ? "button" : "span", "legend-part", bar));
      if (!entry.positions.length) return element;
      element.type = "button";
      element.dataset.entry = keyOf(row, entry);
      return element;
    })), make("span", "", high), ...(over.isLog ? [make("span", "dim", site.t("charts.log"))] : []));
  }

  /** @param {LegendRow} row @param {number} number */
  function line(row, number) {
    const among = site.press.usual(), here = new Set(page().runs.flatMap((run, at) => (among.has(run.id) ? [at] : []))), isWhole = unfolded.has(row.kind);
    const shown = isWhole ? row.entries : legend.first(row.entries, MOST, here), left = row.entries.length - shown.length;
    const parts = shown.filter((one) => one.colors), head = button("", () => site.looks.open(head), "legend-head");
    head.append(make("span", "", KINDS[row.kind]), " ", make("bdi", "", row.title));
    head.id = `legend-${number}`;
    head.setAttribute("aria-haspopup", "dialog");
    const fold = button(left ? site.t("legend.more", { n: left }) : site.t("legend.fewer"), () => {
      if (unfolded.delete(row.kind)) site.legendFind.forget(row.kind);
      else unfolded.add(row.kind);
      draw();
    }, "legend-fold");
    fold.setAttribute("aria-expanded", String(isWhole));
    fold.dataset.entry = `${row.kind} fold`;
    const list = make("div", "legend-entries", ...(row.over && parts.length ? [ramp(row, parts, row.over)] : []), ...shown.filter((one) => !one.colors).map((one) => chip(row, one)), ...(left ? [fold] : []));
    const made = make("div", `legend-row${isWhole ? " whole" : ""}`, ...(isWhole ? [make("div", "legend-side", head, site.legendFind.field(row.kind, list))] : [head]), list, ...(isWhole ? [fold] : []));
    made.setAttribute("role", "group");
    made.setAttribute("aria-labelledby", head.id);
    return made;
  }

  /** Elements anew where entries are others; the focus stays where it was. */
  function draw() {
    isWaiting = false;
    const place = box, all = site.current ? rows() : [];
    if (!place) return;
    entries.clear();
    for (const row of all) for (const entry of row.entries) entries.set(keyOf(row, entry), entry);
    const now = JSON.stringify([all.map((row) => [row.kind, row.title, row.over, unfolded.has(row.kind), row.entries.map((one) => [one.id, one.label, one.color, one.mark, one.positions.length > 0])])]);
    if (now !== drawn) {
      const focus = place.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.entry : undefined;
      const reset = button(site.t("legend.reset"), () => reopen(), "legend-fold legend-reset");
      reset.title = site.t("legend.reset_hint");
      place.replaceChildren(...all.map(line), ...(all.length ? [reset] : []));
      if (focus) /** @type {HTMLElement | null} */ ([.../** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-entry]"))].find((one) => one.dataset.entry === focus) || null)?.focus();
      drawn = now;
    }
    place.hidden = !all.length;
    mark(place);
  }

  /** How much of each entry is drawn now. @param {HTMLElement} place */
  function mark(place) {
    const hidden = /** @type {Set<string>} */ (store.get("hidden"));
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll("[data-entry]"))) {
      const entry = entries.get(element.dataset.entry || "");
      if (!entry) continue;
      const all = ids(entry), count = all.filter((id) => !hidden.has(id)).length, words = site.t("legend.drawn", { drawn: count, n: all.length });
      element.setAttribute("aria-pressed", site.press.pressed(all, hidden));
      element.setAttribute("aria-label", `${entry.label}: ${words}`);
      element.title = `${entry.label}: ${words}\n${count ? site.t("legend.hide_hint") : site.t("legend.show_hint")}`;
      const small = element.querySelector("small");
      if (small) small.textContent = count && count < all.length ? `${count}/${all.length}` : String(all.length);
    }
    const reset = /** @type {HTMLElement | null} */ (place.querySelector(".legend-reset"));
    if (reset) reset.hidden = site.state.isKept("hidden");
  }

  /** The runs that the page drew as it came. */
  function reopen() {
    site.press.reopen();
    /** @type {HTMLElement | null | undefined} */ (box?.querySelector(".legend-head"))?.focus();
  }

  /** @param {string} key @param {boolean} isAlone @param {boolean} isWhole */
  function press(key, isAlone, isWhole) {
    const entry = entries.get(key);
    if (entry) site.press.on(key, ids(entry), isAlone, isWhole);
  }

  /** All that an entry stands for, as charts and the table know it. @param {string | undefined} key */
  function lit(key) {
    const entry = entries.get(key || "");
    if (!entry) return null;
    const among = new Set(entry.positions), groups = site.grouping.active() ? site.grouping.every().filter((leaf) => leaf.positions.some((at) => among.has(at))) : [];
    return new Set([...ids(entry), ...groups.map((leaf) => `group:${leaf.path}`)]);
  }

  /** @param {Event} event */
  const keyAt = (event) => /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-entry]"))?.dataset.entry;

  /** @param {HTMLElement} place */
  function listen(place) {
    place.addEventListener("click", (event) => {
      const key = keyAt(event);
      if (!key || !entries.has(key)) return;
      // The second press of two takes back what the first one did.
      if (event.detail === 2 && beforePress) store.set("hidden", beforePress);
      else beforePress = store.get("hidden");
      press(key, event.altKey || event.detail === 2, event.shiftKey);
    });
    place.addEventListener("keydown", (event) => {
      const key = keyAt(event);
      if (!key || !event.altKey || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      press(key, true, false);
    });
    for (const name of ["pointerover", "focusin"]) place.addEventListener(name, (event) => store.set("highlight", lit(keyAt(event))));
    for (const name of ["pointerleave", "focusout"]) place.addEventListener(name, () => store.set("highlight", null));
    const pane = /** @type {HTMLElement} */ (place.parentElement);
    new ResizeObserver(() => pane.style.setProperty("--legend", `${place.offsetHeight}px`)).observe(place);
  }

  function schedule() {
    if (!isWaiting) requestAnimationFrame(draw);
    isWaiting = true;
  }

  function start() {
    if (box) return;
    box = document.querySelector("[data-run-legend]");
    if (!box) return;
    listen(box);
    for (const key of ["hidden", "unseen"]) store.on(key, schedule);
    document.addEventListener("runpress:colors", schedule);
    draw();
    // Strokes came with this script: lines that are drawn already have none.
    if (store.get("style")) document.dispatchEvent(new Event("runpress:colors"));
  }

  /** Into the chart that fills the screen, and back above all charts. @param {Panel | null} panel */
  function into(panel) {
    start();
    if (!box || full === panel) return;
    home = home || box.parentElement;
    full = panel;
    // Another chart may not have them all; what is hidden nobody knows of.
    for (const id of met) if (!panel || !store.get("hidden").has(id)) met.delete(id);
    if (panel) panel.plot.before(box);
    else home?.prepend(box);
    draw();
  }

  /** A chart has other lines. @param {Panel} panel */
  const curves = (panel) => { if (panel === full) schedule(); };

  site.runLegend = { start, into, curves };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

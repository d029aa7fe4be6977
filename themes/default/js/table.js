// The run table brought to life: order, filter, eyes, and only the rows in view as elements.
(function (/** @type {Site} */ site) {
  "use strict";

  const SPARE = 12;

  /** @param {PageData} page */
  function start(page) {
    const table = /** @type {HTMLTableElement | null} */ (document.querySelector("table.runs"));
    if (!table || !page.columns) return;
    const scroller = /** @type {HTMLElement} */ (table.closest(".scroller"));
    const body = table.tBodies[0], { runs } = page, columns = page.columns, { store } = site;
    const gaps = [gap(columns.length + 1), gap(columns.length + 1)];
    /** @type {Map<number, HTMLTableRowElement>} */
    const built = new Map();
    let shown = runs.map((_, at) => at), matching = new Set(shown), height = 30;
    let window_ = [-1, -1], waiting = false, filter = site.filter.parse("", columns, runs);

    /** @param {number} at */
    function row(at) {
      const known = built.get(at) || site.rows.build(runs[at], at, columns, store.get("hidden").has(runs[at].id));
      built.set(at, known);
      return known;
    }

    function paint() {
      waiting = false;
      const first = Math.max(0, Math.floor(scroller.scrollTop / height) - SPARE);
      const last = Math.min(shown.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + SPARE);
      if (first === window_[0] && last === window_[1]) return;
      window_ = [first, last];
      const wanted = shown.slice(first, last).map((at, offset) => {
        const element = row(at);
        element.setAttribute("aria-rowindex", String(first + offset + 2));
        return element;
      });
      settle(body, [gaps[0], ...wanted, gaps[1]]);
      for (const [element, rows] of /** @type {[HTMLElement, number][]} */ ([[gaps[0], first], [gaps[1], shown.length - last]])) {
        const cell = /** @type {HTMLElement} */ (element.firstElementChild);
        cell.style.height = `${rows * height}px`;
        element.hidden = rows === 0;
      }
      if (wanted.length && wanted[0].offsetHeight && Math.abs(wanted[0].offsetHeight - height) > 0.5) {
        height = wanted[0].offsetHeight;
        window_ = [-1, -1];
        paint();
      }
      document.dispatchEvent(new Event("runpress:rows"));
    }

    function later() {
      if (!waiting) requestAnimationFrame(paint);
      waiting = true;
    }

    function arrange() {
      const now = Date.now() / 1000;
      const text = store.get("filter"), found = site.filter.parse(text, columns, runs);
      // While an expression is being typed, the last one that made sense stays.
      if (!found.problem && !found.waits) filter = found;
      if (found.waits) fetchExpressions();
      const passing = site.filter.passing(filter, runs, columns, now);
      matching = new Set(passing);
      shown = site.order.sorted(passing, store.get("sort"), columns, runs, now);
      say(text, found.problem, shown.length === 0);
      table?.setAttribute("aria-rowcount", String(shown.length + 1));
      window_ = [-1, -1];
      paint();
      count();
    }

    /** The expression language comes with the first filter that is written in it. */
    function fetchExpressions() {
      site.load.later().then(() => {
        if (!site.expressions) throw new Error("it holds something else");
        arrange();
      }).catch(() => {
        const message = "Only words can be searched for: a part of this site could not be loaded.";
        say(store.get("filter"), { message, start: 0, end: 0, hint: "" }, false);
      });
    }

    /** What charts leave out: hidden runs, and those the filter does not let through. */
    function count() {
      const hidden = store.get("hidden");
      const isFiltered = matching.size < runs.length;
      store.set("unseen", !isFiltered ? hidden : new Set(runs.filter((run, at) => !matching.has(at) || hidden.has(run.id)).map((run) => run.id)));
      const drawn = runs.filter((run, at) => matching.has(at) && !hidden.has(run.id)).length;
      const total = document.querySelector("[data-shown]"), note = document.querySelector("[data-drawn]");
      const all = `${runs.length.toLocaleString("en")} run${runs.length === 1 ? "" : "s"}`;
      if (total) total.textContent = !isFiltered ? all : `${matching.size.toLocaleString("en")} of ${all}`;
      if (note) note.textContent = `${drawn.toLocaleString("en")} drawn`;
    }

    function marks() {
      const hidden = store.get("hidden");
      for (const [at, element] of built) site.rows.mark(element, runs[at], hidden.has(runs[at].id));
      count();
    }

    /** @param {string} id @param {boolean} alone */
    function toggle(id, alone) {
      const hidden = new Set(store.get("hidden"));
      const others = runs.filter((run) => run.id !== id);
      if (alone) {
        const isAlone = !hidden.has(id) && others.every((run) => hidden.has(run.id));
        store.set("hidden", new Set(isAlone ? [] : others.map((run) => run.id)));
        return;
      }
      if (!hidden.delete(id)) hidden.add(id);
      store.set("hidden", hidden);
    }

    function toggleAll() {
      const ids = runs.filter((_, at) => matching.has(at)).map((run) => run.id);
      const hidden = new Set(store.get("hidden"));
      const anyHidden = ids.some((id) => hidden.has(id));
      for (const id of ids) {
        if (anyHidden) hidden.delete(id);
        else hidden.add(id);
      }
      store.set("hidden", hidden);
    }

    body.addEventListener("click", (event) => {
      const eye = /** @type {Element} */ (event.target).closest(".eye");
      if (eye) toggle(runs[position(eye)].id, event.altKey);
    });
    body.addEventListener("mouseover", (event) => {
      const over = /** @type {Element} */ (event.target).closest("tr");
      store.set("highlight", over && over.dataset.run ? runs[Number(over.dataset.run)].id : null);
    });
    body.addEventListener("mouseleave", () => store.set("highlight", null));
    store.on("highlight", (id) => {
      for (const [at, element] of built) element.classList.toggle("lit", runs[at].id === id);
    });
    scroller.addEventListener("scroll", later, { passive: true });
    new ResizeObserver(later).observe(scroller);
    store.on("hidden", marks);
    store.on("filter", arrange);
    store.on("sort", arrange);
    document.addEventListener("runpress:renewed", () => {
      built.clear();
      arrange();
    });
    site.header.start(table, columns, toggleAll);
    site.grid.start(table, {
      count: () => shown.length,
      index: (element) => shown.indexOf(position(element)),
      row(index) {
        const top = index * height, head = table.tHead ? table.tHead.offsetHeight : 0;
        if (top < scroller.scrollTop) scroller.scrollTop = top;
        if (top + height > scroller.scrollTop + scroller.clientHeight - head) {
          scroller.scrollTop = top + height - scroller.clientHeight + head;
        }
        paint();
        return row(shown[index]);
      },
      toggle: (index, alone) => toggle(runs[shown[index]].id, alone),
    });
    built.clear();
    arrange();
  }

  /** @param {Element} element */
  const position = (element) => Number(/** @type {HTMLElement} */ (element.closest("tr")).dataset.run);

  /** @param {number} span */
  function gap(span) {
    const row = document.createElement("tr"), cell = document.createElement("td");
    row.className = "gap";
    row.setAttribute("aria-hidden", "true");
    cell.colSpan = span;
    row.append(cell);
    return row;
  }

  /** Brings the body to these rows with as few moves as there are, so that focus stays. @param {HTMLElement} body @param {HTMLElement[]} wanted */
  function settle(body, wanted) {
    const keep = new Set(wanted);
    for (const child of [...body.children]) if (!keep.has(/** @type {HTMLElement} */ (child))) child.remove();
    let at = /** @type {Element | null} */ (body.firstElementChild);
    for (const element of wanted) {
      if (element === at) at = at.nextElementSibling;
      else body.insertBefore(element, at);
    }
  }

  /** What the filter does not understand and where, or that nothing passes it. @param {string} text @param {FilterProblem | null} problem @param {boolean} isEmpty */
  function say(text, problem, isEmpty) {
    const note = document.querySelector(".filter-note"), field = document.querySelector(".field.filter");
    if (field) field.classList.toggle("wrong", problem !== null);
    if (!note) return;
    note.textContent = problem ? [problem.message, problem.hint].filter(Boolean).join(" ") : isEmpty ? "No run passes this filter." : "";
    if (!problem || problem.end <= problem.start) return;
    const place = document.createElement("code"), mark = document.createElement("mark");
    // At the end of the text there is nothing to mark but the place itself.
    mark.textContent = text.slice(problem.start, problem.end) || "\u00a0";
    place.append(text.slice(0, problem.start), mark, text.slice(problem.end));
    note.append(place);
  }

  site.ready(start);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

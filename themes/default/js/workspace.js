// The workspace around the table: the width of its pane, and counts by state that filter.
(function (/** @type {Site} */ site) {
  "use strict";

  const KEY = "runpress.pane";
  const LEAST = 20, MOST = 80;

  /** @param {HTMLElement} splitter */
  function startSplitter(splitter) {
    const root = document.documentElement;
    /** @param {number} share @param {boolean} keep */
    function set(share, keep) {
      const value = Math.round(Math.max(LEAST, Math.min(MOST, share)) * 10) / 10;
      root.style.setProperty("--pane", `${value}%`);
      splitter.setAttribute("aria-valuenow", String(Math.round(value)));
      if (!keep) return;
      try {
        localStorage.setItem(KEY, String(value));
      } catch {
        // The width then lasts as long as the page.
      }
    }
    try {
      const kept = Number(localStorage.getItem(KEY));
      if (kept) set(kept, false);
    } catch {
      // Without storage the theme's own width applies.
    }
    /** @param {PointerEvent} event */
    const drag = (event) => set((100 * event.clientX) / window.innerWidth, false);
    splitter.addEventListener("pointerdown", (event) => {
      splitter.setPointerCapture(event.pointerId);
      splitter.classList.add("held");
      splitter.addEventListener("pointermove", drag);
      event.preventDefault();
    });
    splitter.addEventListener("pointerup", (event) => {
      splitter.classList.remove("held");
      splitter.removeEventListener("pointermove", drag);
      set((100 * event.clientX) / window.innerWidth, true);
    });
    splitter.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowLeft" ? -2 : event.key === "ArrowRight" ? 2 : 0;
      if (step) set(Number(splitter.getAttribute("aria-valuenow")) + step, true);
    });
  }

  /** How many of these runs are in each state. @param {PageData} page @param {number[]} positions */
  function tally(page, positions) {
    const now = Date.now() / 1000;
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const at of positions) {
      const word = site.live.word(page.runs[at], now);
      counts.set(word, (counts.get(word) || 0) + 1);
    }
    return counts;
  }

  /** Of what passes the rest of the filter, so that each number is how many runs a press leaves; nothing new while the filter makes no sense. @param {PageData} page @param {HTMLElement} box */
  function recount(page, box) {
    const passing = site.choice.through(page.runs, site.choice.stateless(site.choice.inForce ?? site.store.get("filter")));
    // A page may be opened with a filter that makes none: then there are no numbers yet.
    if (!passing && box.textContent) return;
    const counts = tally(page, passing || page.runs.map((_, at) => at));
    for (const button of box.querySelectorAll("button")) {
      const word = button.className.replace("state ", "");
      button.textContent = `${(counts.get(word) || 0).toLocaleString("en")} ${site.t("state." + word)}`;
    }
  }

  /** @param {PageData} page @param {HTMLElement} box */
  function startCounts(page, box) {
    const counts = tally(page, page.runs.map((_, at) => at));
    const order = ["running", "stalled", "finished", "stopped", "failed", "lost"];
    const buttons = order.filter((word) => counts.has(word)).map((word) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = `state ${word}`;
      button.title = site.t("table.only_state", { state: site.t("state." + word) });
      const term = `state:${word}`;
      button.addEventListener("click", () => {
        const filter = String(site.store.get("filter")), rest = site.choice.stateless(filter);
        site.store.set("filter", site.choice.words(filter).includes(term) ? rest : `${rest} ${term}`.trim());
      });
      button.dataset.term = term;
      return button;
    });
    box.replaceChildren(...buttons);
    recount(page, box);
    showPressed(box);
  }

  /** @param {HTMLElement} box */
  function showPressed(box) {
    const words = site.choice.words(String(site.store.get("filter")));
    for (const button of box.querySelectorAll("button")) button.setAttribute("aria-pressed", String(words.includes(button.dataset.term || "")));
  }

  site.ready((page) => {
    const splitter = /** @type {HTMLElement | null} */ (document.querySelector(".splitter"));
    const counts = /** @type {HTMLElement | null} */ (document.querySelector("[data-counts]"));
    if (splitter) startSplitter(splitter);
    if (!counts || page.kind !== "project") return;
    startCounts(page, counts);
    const field = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-store=filter]"));
    // Names to choose from come with the language, when somebody is about to type.
    field?.addEventListener("focus", () => {
      Promise.all([site.load.later(), site.columns.open()]).then(() => site.suggest && site.suggest.attach(field, page)).catch(() => {});
    }, { once: true });
    site.store.on("filter", () => showPressed(counts));
    // After the table has asked for what the filter needs.
    site.store.on("unseen", () => recount(page, counts));
    document.addEventListener("runpress:renewed", () => startCounts(page, counts));
  });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

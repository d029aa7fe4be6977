// The words that depend on now: how long ago, and whether a run without an end is running, stalled or lost.
(function (/** @type {Site} */ site) {
  "use strict";

  const UNITS = /** @type {[number, string][]} */ ([
    [60, "minute"], [3600, "hour"], [86400, "day"], [2629800, "month"], [31557600, "year"],
  ]);
  const EVERY = 20000;

  /**
   * How long ago, in one unit: "just now", "5 min ago", "3 days ago".
   * @param {number} seconds
   */
  function age(seconds) {
    if (seconds < 45) return site.t("age.now");
    let unit = UNITS[0];
    for (const one of UNITS) if (seconds >= one[0] * 0.95) unit = one;
    const count = Math.max(1, Math.round(seconds / unit[0]));
    return site.t("age." + unit[1], { n: count });
  }

  /**
   * The state in a word. A run without an end is stalled after three missed heartbeats (a minute at least),
   * lost after ten (five minutes at least).
   * @param {{state?: string, heard?: number, beat?: number}} run @param {number} now seconds since 1970
   */
  function word(run, now) {
    if (run.state !== "open") return run.state || "";
    const silent = now - (run.heard || 0), beat = run.beat || 0;
    if (silent > Math.max(300, 10 * beat)) return "lost";
    return silent > Math.max(60, 3 * beat) ? "stalled" : "running";
  }

  /**
   * How many runs without an end are in each state.
   * @param {string} open as `heard/beat heard/beat …` @param {number} lost known to be so @param {number} now
   */
  function tally(open, lost, now) {
    /** @type {{[word: string]: number}} */
    const found = { running: 0, stalled: 0, lost };
    for (const one of open.split(" ").filter(Boolean)) {
      const [heard, beat] = one.split("/").map(Number);
      found[word({ state: "open", heard, beat }, now)]++;
    }
    return found;
  }

  /** The same in words; states without runs are left out. @param {string} open @param {number} lost @param {number} now */
  function counts(open, lost, now) {
    const found = Object.entries(tally(open, lost, now)).filter(([, count]) => count);
    return found.map(([name, count]) => `${count.toLocaleString("en")} ${site.t("state." + name)}`);
  }

  /** The one part "3 open" becomes a part for each state. @param {HTMLElement} element @param {number} now */
  function divide(element, now) {
    while (element.nextElementSibling && element.nextElementSibling.hasAttribute("data-part")) element.nextElementSibling.remove();
    const open = element.dataset.open || "", lost = Number(element.dataset.lost);
    const [first, ...others] = counts(open, lost, now);
    if (first) element.textContent = first;
    element.after(...others.map((text) => {
      const part = document.createElement("span");
      part.dataset.part = "";
      part.textContent = text;
      return part;
    }));
    divideBar(element, tally(open, lost, now));
  }

  /** In the bar above the words, too, the lost ones are no running ones. @param {Element} words @param {{[word: string]: number}} found */
  function divideBar(words, found) {
    const bar = words.closest("article")?.querySelector(".statebar"), open = bar?.querySelector("rect.open");
    if (!bar || !open) return;
    const former = bar.querySelector("rect.lost");
    const share = Number(open.getAttribute("width")) + Number(former?.getAttribute("width") ?? 0);
    const gone = share * found.lost / Math.max(1, found.running + found.stalled + found.lost);
    former?.remove();
    open.setAttribute("width", String(share - gone));
    const rest = /** @type {Element} */ (open.cloneNode());
    rest.setAttribute("class", "lost");
    rest.setAttribute("x", String(Number(open.getAttribute("x")) + share - gone));
    rest.setAttribute("width", String(gone));
    open.after(rest);
  }

  function refresh() {
    const now = Date.now() / 1000;
    for (const element of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll("time[data-ago]"))) {
      if (!element.title) element.title = element.textContent || "";
      element.textContent = age(now - Date.parse(element.dateTime) / 1000);
    }
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-heard]"))) {
      const heard = Number(element.dataset.heard);
      const found = word({ state: "open", heard, beat: Number(element.dataset.beat) }, now);
      if (!element.title) element.title = (element.textContent || "").replace(/\s+/g, " ").trim();
      const since = found === "running" || !element.closest(".head") ? "" : `, ${site.t("heard.at", { when: age(now - heard) })}`;
      element.className = `state ${found}`;
      element.textContent = site.t("state." + found) + since;
    }
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-open]"))) divide(element, now);
  }

  /** Whether the page was loaded anew to show what could not be shown in place. */
  function isReloaded() {
    try {
      return sessionStorage.getItem("runpress.reload") !== null;
    } catch {
      return false;
    }
  }

  site.live = { word, age, tally, counts };
  if (typeof document === "undefined") return;
  refresh();
  window.setInterval(refresh, EVERY);
  document.addEventListener("runpress:rows", refresh);
  // What renews a page of live runs is of no use to the others.
  site.ready((page) => { if (page.live || isReloaded()) site.load.later().catch(() => {}); });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

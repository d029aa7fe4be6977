// The shareable part of the store in the page's address, behind the #; the theme in local storage.
(function (/** @type {Site} */ site) {
  "use strict";

  const SHARED = ["hidden", "x", "yscale", "smoothing", "smoother", "zoom", "zoomtime", "filter", "sort", "columns", "group", "pins", "pinned",
    "color", "base", "centre", "band"];
  /** Lists of names by the word they have in the address. */
  const LISTS = /** @type {[string, string][]} */ ([["c", "columns"], ["g", "group"], ["left", "pins"], ["pin", "pinned"]]);
  const CENTRES = ["mean", "median"], BANDS = ["sd", "sem", "bootstrap", "quartiles", "minmax", "none"];
  const SMOOTHERS = ["time", "ema", "gaussian", "mean"];
  const X_MODES = ["step", "relative", "wall"];
  const Y_SCALES = ["linear", "log", "symlog"];
  const THEMES = ["auto", "light", "dark"];
  const THEME_KEY = "runpress.theme";
  const WRITE_DELAY = 150;

  /** @param {string | null} text @returns {Span | null} */
  function range(text) {
    const parts = (text || "").split("~").map(Number);
    return parts.length === 2 && parts.every(Number.isFinite) && parts[0] < parts[1] ? [parts[0], parts[1]] : null;
  }

  /** @param {string | null} text @returns {string[]} */
  const names = (text) => (text || "").split(",").filter(Boolean).map(decodeURIComponent);

  /** @param {string | null} text */
  function sortKeys(text) {
    return (text || "").split(",").filter(Boolean).map((part) => {
      const at = part.lastIndexOf(":");
      const key = decodeURIComponent(at < 0 ? part : part.slice(0, at));
      return { key, dir: part.slice(at + 1) === "desc" ? "desc" : "asc" };
    });
  }

  /**
   * The address text of a state: only what differs from the defaults.
   * @param {any} state @param {Set<string> | null} drawn ids drawn by default; null means all
   */
  function encode(state, drawn) {
    /** @type {[string, string][]} */
    const parts = [];
    /** @param {string} key @param {unknown} value */
    const add = (key, value) => { if (value) parts.push([key, String(value)]); };
    const base = state.defaults || {};
    add("x", state.x !== (base.x || "step") && state.x);
    add("y", state.yscale !== (base.yscale || "linear") && state.yscale);
    if (state.smoothing !== (base.smoothing || 0)) parts.push(["s", String(state.smoothing)]);
    add("sk", state.smoother !== "time" && state.smoother);
    add("z", state.zoom && state.zoom.join("~"));
    add("zt", state.zoomtime && state.zoomtime.join("~"));
    add("q", state.filter);
    add("sort", (state.sort || []).map((/** @type {any} */ one) => `${encodeURIComponent(one.key)}:${one.dir}`).join(","));
    for (const [word, key] of LISTS) add(word, [...(state[key] || [])].map(encodeURIComponent).join(","));
    add("color", state.color);
    add("base", state.base);
    add("line", state.centre !== "mean" && state.centre);
    add("band", state.band !== "sd" && state.band);
    const shown = drawn ? state.ids.filter((/** @type {string} */ id) => !state.hidden.has(id) && !drawn.has(id)) : [];
    const hidden = [...state.hidden].filter((id) => !drawn || drawn.has(id));
    add("hide", hidden.join(","));
    add("show", shown.join(","));
    return new URLSearchParams(parts).toString();
  }

  /**
   * The state an address asks for; whatever makes no sense falls back to the default.
   * @param {string} text @param {any} base defaults @param {string[] | null} drawn @param {string[]} ids
   */
  function decode(text, base, drawn, ids) {
    const asked = new URLSearchParams(text.replace(/^#/, ""));
    const x = asked.get("x") || "", y = asked.get("y") || "", s = asked.get("s");
    const weight = s === null || s === "" ? NaN : Number(s);
    const hide = new Set((asked.get("hide") || "").split(","));
    const show = new Set((asked.get("show") || "").split(","));
    const usual = drawn && new Set(drawn);
    return {
      x: X_MODES.includes(x) ? x : base.x || "step",
      yscale: Y_SCALES.includes(y) ? y : base.yscale || "linear",
      smoothing: weight >= 0 && weight <= 0.999 ? weight : base.smoothing || 0,
      smoother: SMOOTHERS.includes(asked.get("sk") || "") ? asked.get("sk") : "time",
      zoom: range(asked.get("z")),
      zoomtime: range(asked.get("zt")),
      filter: asked.get("q") || "",
      sort: sortKeys(asked.get("sort")),
      columns: asked.get("c") ? names(asked.get("c")) : null,
      group: names(asked.get("g")),
      pins: names(asked.get("left")),
      pinned: new Set(names(asked.get("pin")).filter((id) => ids.includes(id))),
      color: asked.get("color") || "",
      base: asked.get("base") || "",
      centre: CENTRES.includes(asked.get("line") || "") ? asked.get("line") : "mean",
      band: BANDS.includes(asked.get("band") || "") ? asked.get("band") : "sd",
      hidden: new Set(ids.filter((id) => hide.has(id) || (usual && !usual.has(id) && !show.has(id)))),
    };
  }

  /** @returns {string} */
  function storedTheme() {
    try {
      const theme = localStorage.getItem(THEME_KEY) || "auto";
      return THEMES.includes(theme) ? theme : "auto";
    } catch {
      return "auto";  // Storage may be forbidden on file:// or by the browser's settings.
    }
  }

  /** @param {string} theme */
  function keepTheme(theme) {
    try {
      localStorage.setItem(THEME_KEY, theme);
    } catch {
      // The choice then lasts as long as the page.
    }
  }

  /** @param {PageData} page */
  function start(page) {
    const { store } = site;
    const ids = page.runs.map((run) => run.id);
    const drawn = page.drawn || null;
    const base = page.defaults || {};
    const usual = drawn && new Set(drawn);
    let timer = 0;
    const read = () => {
      // "#console" or "#L12" is a place on the page, not a state.
      if (location.hash && !location.hash.includes("=")) return;
      /** @type {{[key: string]: any}} */
      const state = decode(location.hash, base, drawn, ids);
      for (const key of ["x", ...SHARED.filter((one) => one !== "x")]) store.set(key, state[key]);
    };
    const write = () => {
      /** @type {any} */
      const state = { ids, defaults: base };
      for (const key of SHARED) state[key] = store.get(key);
      const text = encode(state, usual);
      if (text === location.hash.replace(/^#/, "")) return;
      try {
        history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
      } catch {
        // Some viewers embed pages without a usable address.
      }
    };
    read();
    for (const key of SHARED) {
      store.on(key, () => {
        clearTimeout(timer);
        timer = window.setTimeout(write, WRITE_DELAY);
      });
    }
    window.addEventListener("hashchange", read);
  }

  site.state = { encode, decode, start };
  if (typeof document === "undefined") return;
  site.store.set("theme", storedTheme());
  site.store.on("theme", keepTheme);
  site.ready(start);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

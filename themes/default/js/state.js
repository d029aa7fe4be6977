// The shareable part of the store in the page's address, behind the #; the theme in local storage.
(function (/** @type {Site} */ site) {
  "use strict";

  const SMOOTHERS = ["time", "ema", "gaussian", "mean"];
  const X_MODES = ["step", "relative", "wall"], Y_SCALES = ["linear", "log", "symlog"];
  const CENTRES = ["mean", "median"], BANDS = ["sd", "sem", "bootstrap", "quartiles", "minmax", "none"];
  const THEMES = ["auto", "light", "dark"];
  const THEME_KEY = "runpress.theme";
  const WRITE_DELAY = 150;

  /** How a value is written in the address, and read; undefined where the text makes no sense. @typedef {{ write(value: any): string, read(text: string): any }} Form */

  /** @param {string[]} known @returns {Form} */
  const oneOf = (known) => ({ write: String, read: (text) => (known.includes(text) ? text : undefined) });

  /** @type {Form} */
  const TEXT = { write: (value) => value || "", read: (text) => text };
  /** @type {Form} */
  const LIST = {
    write: (value) => [...(value || [])].map(encodeURIComponent).join(","),
    read: (text) => text.split(",").filter(Boolean).map(decoded),
  };
  /** @type {Form} */
  const SPAN = {
    write: (value) => (value ? value.join("~") : ""),
    read(text) {
      const parts = text.split("~").map(Number);
      return parts.length === 2 && parts.every(Number.isFinite) && parts[0] < parts[1] ? parts : undefined;
    },
  };
  /** @type {Form} */
  const SORT = {
    write: (value) => (value || []).map((/** @type {SortKey} */ one) => `${encodeURIComponent(one.key)}:${one.dir}`).join(","),
    read: (text) => text.split(",").filter(Boolean).map((part) => {
      const at = part.lastIndexOf(":");
      return { key: decoded(at < 0 ? part : part.slice(0, at)), dir: part.slice(at + 1) === "desc" ? "desc" : "asc" };
    }),
  };
  /** @type {Form} */
  const WEIGHT = { write: String, read: (text) => (text !== "" && Number(text) >= 0 && Number(text) <= 0.999 ? Number(text) : undefined) };

  /** @type {Form} */
  const FLAG = { write: (value) => (value ? "1" : ""), read: (text) => text === "1" };
  /** By chart: `val%2Floss:0~2`; an end that is left out is that of the values. @type {Form} */
  const RANGES = {
    write: (value) => Object.entries(value || {}).map(([key, ends]) => `${encodeURIComponent(key)}:${ends.map((/** @type {number | null} */ end) => end ?? "").join("~")}`).join(","),
    read(text) {
      const found = text.split(",").flatMap((part) => {
        const at = part.lastIndexOf(":"), ends = part.slice(at + 1).split("~").map((end) => (end === "" ? null : Number(end)));
        const isFine = at > 0 && ends.length === 2 && ends.every((end) => end === null || Number.isFinite(end));
        return isFine ? [[decoded(part.slice(0, at)), ends]] : [];
      });
      return found.length || !text ? Object.fromEntries(found) : undefined;
    },
  };
  /** Names by names: `val%2Floss:Results`. @type {Form} */
  const NAMES = {
    write: (value) => Object.entries(value || {}).map((pair) => pair.map(encodeURIComponent).join(":")).join(","),
    read: (text) => Object.fromEntries(text.split(",").map((pair) => pair.split(":").map(decoded)).filter((pair) => pair.length === 2 && pair[1])),
  };
  /** Or `metric:epoch`: any that the page has. @type {Form} */
  const X_AXIS = { write: String, read: (text) => (X_MODES.includes(text) || /^metric:./.test(text) ? text : undefined) };

  /** @param {string} text */
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;  // Somebody wrote "100%" by hand.
    }
  }

  /** Everything an address can carry: its name in the store, its word in the address, its form, what it usually is. @type {[string, string, Form, any][]} */
  const PARTS = [
    ["x", "x", X_AXIS, "step"], ["yscale", "y", oneOf(Y_SCALES), "linear"], ["smoothing", "s", WEIGHT, 0],
    ["smoother", "sk", oneOf(SMOOTHERS), "time"],
    ["clip", "clip", FLAG, false], ["annotations", "marks", FLAG, true], ["yranges", "yr", RANGES, {}],
    ["zoom", "z", SPAN, null], ["zoomtime", "zt", SPAN, null],
    ["filter", "q", TEXT, ""], ["sort", "sort", SORT, []], ["columns", "c", LIST, null], ["group", "g", LIST, []],
    ["pins", "left", LIST, []], ["pinned", "pin", LIST, []], ["color", "color", TEXT, ""], ["style", "style", TEXT, ""], ["base", "base", TEXT, ""],
    ["centre", "line", oneOf(CENTRES), "mean"], ["band", "band", oneOf(BANDS), "sd"],
    ["added", "plot", LIST, []], ["folded", "fold", LIST, []], ["order", "order", LIST, []], ["away", "away", LIST, []],
    ["placed", "in", NAMES, {}], ["titles", "named", NAMES, {}], ["ranks", "secs", LIST, []],
  ];
  const SHARED = ["hidden", ...PARTS.map(([key]) => key)];

  /** What a key is on a page as it comes. @param {any} base the page's defaults @param {string} key @param {any} usual */
  const defaultOf = (base, key, usual) => (base && base[key] !== undefined ? base[key] : usual);

  /** A value as the store keeps it. @param {string} key @param {any} value @param {string[]} ids */
  function kept(key, value, ids) {
    if (key === "pinned") return new Set(value.filter((/** @type {string} */ id) => ids.includes(id)));
    return key === "columns" && !(value && value.length) ? null : value;
  }

  /**
   * The address text of a state: only what differs from the defaults.
   * @param {any} state @param {Set<string> | null} drawn ids drawn by default; null means all
   */
  function encode(state, drawn) {
    /** @type {[string, string][]} */
    const parts = [];
    for (const [key, word, form, usual] of PARTS) {
      const text = form.write(state[key] ?? defaultOf(state.defaults, key, usual));
      if (text !== form.write(defaultOf(state.defaults, key, usual))) parts.push([word, text]);
    }
    const hidden = [...state.hidden].filter((id) => !drawn || drawn.has(id));
    const shown = drawn ? state.ids.filter((/** @type {string} */ id) => !state.hidden.has(id) && !drawn.has(id)) : [];
    if (hidden.length) parts.push(["hide", hidden.join(",")]);
    if (shown.length) parts.push(["show", shown.join(",")]);
    return new URLSearchParams(parts).toString();
  }

  /**
   * The state an address asks for; whatever makes no sense falls back to the default.
   * @param {string} text @param {any} base defaults @param {string[] | null} drawn @param {string[]} ids
   */
  function decode(text, base, drawn, ids) {
    const asked = new URLSearchParams(text.replace(/^#/, ""));
    /** @type {{[key: string]: any}} */
    const state = {};
    for (const [key, word, form, usual] of PARTS) {
      const found = asked.get(word), value = found === null ? undefined : form.read(found);
      state[key] = kept(key, value === undefined ? defaultOf(base, key, usual) : value, ids);
    }
    const hide = new Set((asked.get("hide") || "").split(","));
    const show = new Set((asked.get("show") || "").split(","));
    const among = drawn && new Set(drawn);
    state.hidden = new Set(ids.filter((id) => hide.has(id) || (among && !among.has(id) && !show.has(id))));
    return state;
  }

  /** The page's defaults, with the sections that are folded as it comes. @param {PageData} page */
  const defaultsOf = (page) => ({ folded: (page.sections || []).filter(([, , isOpen]) => !isOpen).map(([title]) => title), ...page.defaults });

  /** Whether anything but the zoom is not as the page comes. */
  function isChanged() {
    const page = /** @type {PageData} */ (site.current);
    return encode({ ...current(page), zoom: null, zoomtime: null }, page.drawn ? new Set(page.drawn) : null) !== "";
  }

  /** @param {PageData} page */
  function current(page) {
    /** @type {any} */
    const state = { ids: page.runs.map((run) => run.id), defaults: defaultsOf(page) };
    for (const key of SHARED) state[key] = site.store.get(key);
    // Runs that the filter chose are no choice of the reader's: the filter says it all.
    if (page.drawn && state.hidden === site.store.get("followed")) {
      const drawn = new Set(page.drawn);
      state.hidden = new Set(state.ids.filter((/** @type {string} */ id) => !drawn.has(id)));
    }
    return state;
  }

  /** Whether a key is as the page came. @param {string} key */
  function isKept(key) {
    const page = /** @type {PageData} */ (site.current), drawn = page.drawn || page.runs.map((run) => run.id);
    const hidden = site.store.get("hidden"), part = PARTS.find((one) => one[0] === key);
    if (!part) return hidden === site.store.get("followed") || drawn.length + hidden.size === page.runs.length && !drawn.some((id) => hidden.has(id));
    const usual = defaultOf(defaultsOf(page), key, part[3]);
    return part[2].write(site.store.get(key) ?? usual) === part[2].write(usual);
  }

  /** Everything but the zoom as the page came. */
  function reset() {
    const page = /** @type {PageData} */ (site.current), state = decode("", defaultsOf(page), page.drawn || null, page.runs.map((run) => run.id));
    for (const key of SHARED) if (!key.startsWith("zoom")) site.store.set(key, state[key]);
  }

  /** What a chart is drawn with: its own where readers have left the page's as it came. @param {ChartSpec} spec @param {"x" | "yscale" | "smoothing"} key */
  function of(spec, key) {
    const page = site.current, value = site.store.get(key);
    const own = spec.own && spec.own[key];
    const usual = PARTS.find((part) => part[0] === key);
    return own === undefined || value !== defaultOf(page && page.defaults, key, usual && usual[3]) ? value : own;
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
    const { store } = site, base = defaultsOf(page);
    let timer = 0;
    const read = () => {
      // "#console" or "#L12" is a place on the page, not a state.
      if (location.hash && !location.hash.includes("=")) return;
      const state = decode(location.hash, base, page.drawn || null, page.runs.map((run) => run.id));
      for (const key of ["x", ...SHARED.filter((one) => one !== "x")]) store.set(key, state[key]);
    };
    const write = () => {
      const text = encode(current(page), page.drawn ? new Set(page.drawn) : null);
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

  site.state = { encode, decode, start, isChanged, isKept, current: () => current(/** @type {PageData} */ (site.current)), reset, of, SHARED };
  if (typeof document === "undefined") return;
  site.store.set("theme", storedTheme());
  site.store.on("theme", keepTheme);
  site.ready(start);
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

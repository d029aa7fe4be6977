// What the reader has chosen, in one place; everything that shows it listens here.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {Map<string, any>} */
  const values = new Map(Object.entries({
    hidden: new Set(), highlight: null, x: "step", yscale: "linear", smoothing: 0, smoother: "time", clip: false, annotations: true, yranges: {}, zoom: null, zoomtime: null, zoommetric: null,
    hover: null, filter: "", sort: [], theme: "auto", columns: null, group: [], color: "", style: "", pins: [], pinned: new Set(),
    selected: new Set(), open: new Set(), base: "", centre: "mean", band: "sd", folded: [], order: [], away: [],
  }));
  /** @type {Map<string, Set<(value: any, key: string) => void>>} */
  const listeners = new Map();

  site.store = {
    get: (key) => values.get(key),
    set(key, value) {
      if (Object.is(values.get(key), value)) return;
      const former = values.get(key);
      values.set(key, value);
      // A range of steps means nothing in seconds.
      if (key === "x" && former !== undefined) site.store.set("zoom", null);
      for (const run of [...(listeners.get(key) || [])]) run(value, key);
    },
    on(key, run) {
      const known = listeners.get(key) || new Set();
      listeners.set(key, known.add(run));
      return () => void known.delete(run);
    },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

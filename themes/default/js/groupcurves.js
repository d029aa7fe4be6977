// Groups in charts: one line for the centre of a group's runs at each x, a band for their spread, n where it changes.
(function (/** @type {Site} */ site) {
  "use strict";

  /** A group is looked at in no more places than these; with resamples at each, in no more than those. */
  const MOST = 2000, MOST_SAMPLED = 320;
  /** The groups drawn last, by panel, and what they were made of. @type {WeakMap<Panel, { key: string, all: Leaf[], members: Curve[], made: Curve[] }>} */
  const kept = new WeakMap();

  /** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
  function isSame(a, b) {
    if (a === b) return true;
    if (a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
    return true;
  }

  /** Where a group is looked at: every x at which one of its runs has a value; of very many as many as may be, with each run's first and last. @param {Curve[]} members @param {number} [most] */
  function grid(members, most = MOST) {
    const [first] = members;
    if (members.every((one) => isSame(one.x, first.x))) return first.x;
    const all = new Float64Array(members.reduce((sum, { x }) => sum + x.length, 0));
    let size = 0;
    for (const { x } of members) {
      all.set(x, size);
      size += x.length;
    }
    all.sort();
    const places = all.filter((x, at) => !at || x !== all[at - 1]);
    if (places.length <= most) return places;
    const ends = new Set(members.flatMap(({ x }) => [x[0], x[x.length - 1]])), every = Math.ceil(places.length / most);
    return places.filter((x, at) => at % every === 0 || ends.has(x));
  }

  /** From where to where the buckets reach whose middles are places; a place itself where there is none. @param {Curve[]} members @param {Float64Array} places */
  function spans(members, places) {
    if (!members.some((one) => one.buckets)) return undefined;
    const from = places.slice(), to = places.slice();
    for (const { x, buckets } of members) {
      if (!buckets) continue;
      for (let at = 0, place = 0; at < x.length && place < places.length; place++) {
        while (at < x.length && x[at] < places[place]) at++;
        if (x[at] !== places[place]) continue;
        from[place] = Math.min(from[place], buckets.x0[at]);
        to[place] = Math.max(to[place], buckets.x1[at]);
      }
    }
    return { from, to };
  }

  /** The line in two: where all runs take part, and where some do not, neighbours included; undefined where all do. @param {Float64Array} y @param {Uint32Array} n @param {number} all */
  function parts(y, n, all) {
    if (n.every((count) => count === all)) return undefined;
    const isShort = (/** @type {number} */ at) => at >= 0 && at < n.length && n[at] < all;
    return {
      full: y.map((value, at) => (n[at] === all ? value : NaN)),
      some: y.map((value, at) => (isShort(at - 1) || isShort(at) || isShort(at + 1) ? value : NaN)),
    };
  }

  /** What of its runs the line of a group keeps. @param {Leaf & { color: string }} leaf @param {Curve[]} members */
  function looks(leaf, members) {
    const [first] = members, isAlike = (/** @type {"dash" | "mark"} */ key) => members.every((one) => one[key] === first[key]), key = `group:${leaf.path}`;
    return { dash: isAlike("dash") ? first.dash : 0, mark: isAlike("mark") ? first.mark : -1, key, run: key, name: leaf.name, color: leaf.color, row: undefined, members };
  }

  /** The values of a curve at rising places: itself, or between its neighbours; NaN before its start and after its end. @param {Curve} curve @param {Float64Array} places */
  function at(curve, places) {
    const { x } = curve, y = curve.smooth || curve.y;
    if (places === x) return y;
    const found = new Float64Array(places.length).fill(NaN);
    let right = 0;
    for (let place = 0; place < places.length; place++) {
      const wanted = places[place];
      while (right < x.length && x[right] < wanted) right++;
      if (right === x.length) break;
      if (x[right] === wanted) found[place] = y[right];
      else if (right > 0) found[place] = y[right - 1] + ((y[right] - y[right - 1]) * (wanted - x[right - 1])) / (x[right] - x[right - 1]);
    }
    return found;
  }

  /** A single run is drawn as it would be without groups, with its extremes. @param {Leaf & { color: string }} leaf @param {Curve[]} members @param {Centre} centre @param {Band} band @returns {Curve} */
  function curve(leaf, members, centre, band) {
    if (members.length === 1) return { ...members[0], ...looks(leaf, members) };
    const x = grid(members, band === "bootstrap" ? MOST_SAMPLED : MOST), values = members.map((one) => at(one, x)), size = x.length;
    const y = new Float64Array(size), lo = new Float64Array(size), hi = new Float64Array(size), n = new Uint32Array(size);
    const here = new Array(members.length);
    for (let place = 0; place < size; place++) {
      for (let one = 0; one < values.length; one++) here[one] = values[one][place];
      const found = site.stats.band(here, centre, band);
      y[place] = found.middle;
      lo[place] = found.low;
      hi[place] = found.high;
      n[place] = found.n;
    }
    return {
      ...members[0], ...looks(leaf, members), smooth: null, lead: undefined, spans: spans(members, x), parts: parts(y, n, members.length),
      x, y, sorted: true, width: 1, points: size, marks: members.flatMap((one) => one.marks),
      buckets: { x0: x, x1: x, lo, hi, n, bad: new Uint32Array(size), last: y },
    };
  }

  /**
   * The curves of a chart as those of the groups that are drawn; curves that go back and forth in x stay out.
   * @param {Panel} panel @param {Curve[]} curves of runs @param {PageData} page @returns {Curve[]}
   */
  function of(panel, curves, page) {
    const { store } = site, centre = store.get("centre"), band = store.get("band");
    const key = [centre, band, site.state.of(panel.spec, "smoothing"), store.get("smoother"), store.get("group").join("\n")].join(" ");
    // The values of a column may have come since: groups are others then, of the same runs.
    const known = kept.get(panel), all = site.grouping.every();
    if (known && known.key === key && known.all === all && isSame(/** @type {any} */ (known.members), /** @type {any} */ (curves))) return known.made;
    const run = site.shown.of(page).place;
    /** @type {Map<number | undefined, Curve[]>} */
    const by = new Map();
    for (const one of curves) {
      if (!one.sorted || !one.x.length) continue;
      const place = run.get(one.run), list = by.get(place);
      if (list) list.push(one);
      else by.set(place, [one]);
    }
    const metrics = new Set(curves.map((one) => one.metric));
    const made = site.grouping.drawn().flatMap((leaf) => [...metrics].flatMap((metric) => {
      const members = leaf.positions.flatMap((place) => (by.get(place) || []).filter((one) => one.metric === metric));
      if (!members.length) return [];
      const made = curve(leaf, members, centre, band);
      return [{ ...made, metric, ...(metrics.size > 1 ? { key: `${made.key} ${metric}`, name: `${leaf.name} · ${metric}` } : {}) }];
    }));
    kept.set(panel, { key, all, members: [...curves], made });
    return made;
  }

  /** Whether a chart draws groups now. @param {Panel} panel @param {PageData} page */
  const active = (panel, page) => Boolean(site.grouping) && page.runs.length > 1 && site.grouping.active();

  site.groupCurves = { of, active, grid, at, curve };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

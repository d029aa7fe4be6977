// One chart's drawing: from its series and what the reader has chosen to domains, axes, lines and words.
(function (/** @type {Site} */ site) {
  "use strict";

  const HEIGHT = 196, TICK_ROOM = { x: 68, y: 38 }, MOST_TICKS = 9;
  const SIZES = new Set(["bytes", "B/s"]);

  /** @param {number} length @param {number} room */
  const ticksIn = (length, room) => Math.min(MOST_TICKS, Math.max(2, Math.floor(length / room)));

  /** Entries of the runs that this page shows, by the lowest rank only where several runs are compared. @param {Panel} panel @param {PageData} page */
  function chosenEntries(panel, page) {
    if (page.runs.length <= 1) return panel.entries;
    /** @type {Map<string, Entry>} */
    const lowest = new Map();
    for (const entry of panel.entries) {
      const key = `${entry.run} ${entry.metric}`;
      const known = lowest.get(key);
      if (!known || entry.rank < known.rank) lowest.set(key, entry);
    }
    return [...lowest.values()];
  }

  /** @param {CurveLooks} one @param {CurveLooks} other */
  function isAlike(one, other) {
    for (const name in other) if (one[/** @type {keyof CurveLooks} */ (name)] !== other[/** @type {keyof CurveLooks} */ (name)]) return false;
    return true;
  }

  /** A series as a curve that looks so: the one it was before, with its bands, its points and its smoothing, where nothing differs. @param {Panel} panel @param {Entry} entry @param {CurveLooks} looks */
  function curveOf(panel, entry, looks) {
    const known = panel.made.get(entry), isKnown = known && known.xmode === panel.xmode;
    if (isKnown && isAlike(known.looks, looks)) return known.curve;
    const curve = Object.assign(isKnown ? { ...known.curve } : site.series.curve(entry, panel.xmode), looks);
    if (entry.derived) curve.marks = [];  // That an expression has no number somewhere is no fault of the run.
    panel.made.set(entry, { curve, xmode: panel.xmode, looks });
    return curve;
  }

  /** Of the runs that are drawn; a chart that somebody put together knows the others too, for its legend. @param {Panel} panel @param {PageData} page */
  function curves(panel, page) {
    site.xmetric.settle(panel, page);
    const { place, hidden } = site.shown.of(page), isSeen = (/** @type {string} */ run) => place.has(run) && Boolean(panel.spec.added || !hidden.has(run));
    const had = chosenEntries(panel, page).filter((entry) => isSeen(entry.run) && Object.values(entry.cols)[0].length);
    const own = panel.spec.added ? site.plots.entries(panel.spec, had, page) : had;
    const entries = site.xmetric.join(panel, own);
    const order = (/** @type {Entry} */ entry) => /** @type {number} */ (place.get(entry.run));
    entries.sort((a, b) => order(a) - order(b) || (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : a.rank - b.rank));
    // The lines of a chart that somebody put together are told apart by dashes where colours tell runs.
    const metrics = panel.spec.added ? [...new Set(own.map((entry) => entry.metric))] : [];
    const means = own.flatMap((entry) => (entry.derived && entry.derived > 1 ? [entry.derived] : []));
    if (means.length) panel.lacking = [panel.lacking, site.t("plot.of_means", { n: Math.max(...means) })].filter(Boolean).join(" · ");
    const solo = new Set(entries.map((entry) => entry.run)).size <= 1 && entries.length > 1;
    const palette = (site.parts.templates && site.parts.templates.palette) || [];
    panel.curves = entries.map((entry, at) => {
      const run = page.runs[order(entry)], mark = solo || !site.styling ? -1 : site.styling.at(order(entry));
      return curveOf(panel, entry, {
        unit: panel.spec.unit || "", row: run,
        name: solo ? part(panel, entries, entry) : metrics.length > 1 ? `${run.name} · ${entry.metric}` : run.name,
        // Where strokes tell metrics, marks alone tell the value that styles lines.
        dash: solo ? 0 : metrics.length > 1 ? metrics.indexOf(entry.metric) : Math.max(0, mark), mark,
        color: solo && palette.length && !panel.spec.bold ? palette[at % palette.length] : site.colouring.of(run),
      });
    });
    site.legend.draw(panel);
    site.runLegend?.curves(panel);
  }

  /** What tells this series from the run's others. @param {Panel} panel @param {Entry[]} entries @param {Entry} entry */
  function part(panel, entries, entry) {
    const ranks = new Set(entries.map((one) => one.rank)).size > 1;
    const metrics = new Set(entries.map((one) => one.metric)).size > 1;
    const device = /^([a-z]+\d+)\//.exec(entry.metric);
    const label = (panel.spec.labels || [])[(panel.spec.metrics || []).indexOf(entry.metric)];
    return [metrics ? label || (device ? device[1] : entry.metric) : "", ranks ? site.t("chart.rank", { rank: String(entry.rank) }) : ""].filter(Boolean).join(" ");
  }

  /** @param {Panel} panel @param {number} weight */
  function smoothed(panel, weight) {
    const kind = site.store.get("smoother"), key = `${kind} ${weight}`;
    for (const curve of panel.visible) {
      if (curve.smoothed === key) continue;
      curve.smooth = site.smooth.of(curve, kind, weight);
      curve.smoothed = key;
    }
  }

  /** The size of a chart's plot. @param {Panel} panel */
  const roomOf = ({ plot }) => ({ width: plot.clientWidth || 320, height: plot.clientHeight || HEIGHT });

  /** @param {Panel} panel @param {{width: number, height: number}} [room] of its plot */
  async function draw(panel, room = roomOf(panel)) {
    const page = /** @type {PageData} */ (site.current);
    if (panel.dirty === "curves" || !panel.curves.length) curves(panel, page);
    panel.dirty = "";
    const { hidden } = site.shown.of(page);
    panel.whole = panel.curves.filter((curve) => !hidden.has(curve.run) && !panel.muted.has(curve.key) && !panel.muted.has(`metric ${curve.metric}`));
    const zoom = site.zoom.get(panel);
    panel.trouble = "";
    panel.visible = panel.whole.map((curve) => site.detail.of(panel, curve, zoom, room.width));
    smoothed(panel, site.state.of(panel.spec, "smoothing"));
    if (site.groupCurves && site.groupCurves.active(panel, page)) panel.visible = site.groupCurves.of(panel, panel.visible, page);
    const { frame, x, y } = layout(panel, room);
    await site.axes.draw(panel, frame, x, y);
    if (panel.state !== "live") return;
    rescale(frame);
    Object.assign(panel, { frame, ticks: { x, y } });
    site.layer.draw(panel);
    site.layer.over(panel, null, site.store.get("highlight"));
    caption(panel, page, hidden);
    site.panels.complain(panel, panel.trouble);
    site.tools.update(panel);
    if (site.datatable) site.datatable.update(panel);
  }

  /** A chart's place in a picture of this size. @param {Panel} panel @param {{width: number, height: number}} outer @returns {{frame: Frame, x: Ticks, y: Ticks}} */
  function layout(panel, outer) {
    const kind = /** @type {YScale} */ (site.state.of(panel.spec, "yscale"));
    const xDomain = site.zoom.get(panel) || site.domain.x(site.series.xExtent(panel.whole), panel.xmode !== "wall");
    const extent = site.series.yExtent(panel.visible, xDomain, kind === "log");
    panel.hiddenByLog = extent.hidden;
    const yDomain = site.yrange.domain(panel, xDomain, extent.range, kind);
    panel.isLost = !extent.range && panel.visible.length > 0;
    // An axis from 0 to 1 would be made up where nothing has a place on it.
    const numbers = panel.isLost && !site.yrange.typed(panel.spec) ? { values: [], labels: [] } : site.ticks[kind](yDomain[0], yDomain[1], ticksIn(outer.height, TICK_ROOM.y));
    const y = SIZES.has(panel.spec.unit || "") ? site.ticks.bytes(numbers) : numbers;
    const room = site.axes.margins(y.labels);
    const width = Math.max(40, outer.width - room.left - room.right);
    const height = Math.max(40, outer.height - room.top - room.bottom);
    const count = ticksIn(width, TICK_ROOM.x);
    const marks = { step: site.ticks.linear, metric: site.ticks.linear, relative: site.ticks.time, wall: site.ticks.wall }[panel.xmode];
    const frame = { left: room.left, top: room.top, width, height, outer, key: "",
      x: site.scale.make("linear", xDomain, [0, 1]), y: site.scale.make(kind, yDomain, [0, 1]) };
    return { frame, x: marks(xDomain[0], xDomain[1], count), y };
  }

  /** Scales in pixels of the layer, now that Vega has said where the plot is. @param {Frame} frame */
  function rescale(frame) {
    const { x, y, left, top, width, height } = frame;
    frame.x = site.scale.make("linear", x.domain, [left, left + width]);
    frame.y = site.scale.make(y.kind, y.domain, [top + height, top]);
    frame.key = [x.domain, y.kind, y.domain, left, top, width, height].join();
  }

  /** @param {Panel} panel @param {PageData} page @param {Set<string>} hidden */
  function caption(panel, page, hidden) {
    const groups = panel.visible.some(site.series.isMany) ? panel.visible.length : 0, own = panel.visible.flatMap((curve) => curve.members || [curve]);
    const drawn = new Set(own.map((curve) => curve.run));
    const known = new Set(panel.curves.map((curve) => curve.run));
    const logged = new Set(panel.entries.map((entry) => entry.run));
    const missing = site.shown.of(page).places.map((at) => page.runs[at]).filter((run) => !known.has(run.id) && !logged.has(run.id)).map((run) => run.name);
    const { text, more } = site.caption.text({
      drawn: own.map((curve) => counted(panel, curve, page)), groups: groups ? site.aggregate.words(groups) : "", means: site.caption.means(panel.visible), runs: drawn.size, chosen: page.runs.length - hidden.size,
      known: page.runs.length, hiddenByLog: panel.hiddenByLog, isLost: panel.isLost, missing, lacking: panel.lacking,
      outside: site.yrange.words(panel),
    });
    const unit = panel.spec.unit ? `${panel.spec.unit} · ` : "";
    const over = panel.xmode === "metric" ? site.t("caption.over", { metric: panel.xname }) : "";
    const all = [text, over, more].filter(Boolean).join(" · ");
    // Written only when it differs: each writing makes the next chart's size a new layout.
    if (panel.words === unit + all) return;
    panel.words = unit + all;
    const sub = /** @type {HTMLElement | null} */ (panel.figure.querySelector(".sub"));
    if (sub) {
      sub.textContent = unit + text;
      sub.title = unit + all;
    }
    panel.over.setAttribute("aria-label", site.t("chart.label", { title: panel.spec.title, what: all }));
  }

  /** @param {Panel} panel @param {Curve} curve @param {PageData} page @returns {Drawn} */
  function counted(panel, curve, page) {
    const { row: run } = curve;
    const held = run && run.held !== undefined && page.held ? page.held[run.held] : "";
    return { width: curve.width, values: curve.x.length, points: curve.points, whole: !curve.lead, more: Boolean(run && run.tiles), held };
  }

  site.drawing = { roomOf, draw, layout, rescale };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

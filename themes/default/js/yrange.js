// The range of a chart's y axis: all that is drawn, without the outliers, or what the reader has typed.
(function (/** @type {Site} */ site) {
  "use strict";

  /** What is kept where outliers are left out, as parts of the values drawn. */
  const PARTS = [0.01, 0.99];

  /** What a typed range belongs to: the same chart after the page was built anew. @param {ChartSpec} spec */
  const key = (spec) => spec.added || (spec.metrics ? spec.title : spec.metric);

  /** @param {ChartSpec} spec @returns {[number | null, number | null] | null} */
  const typed = (spec) => site.store.get("yranges")[key(spec)] || null;

  /** Calls with every value drawn in a window of x: lines, and the extremes around them. @param {Curve[]} curves @param {Span} range @param {(value: number) => void} visit */
  function each(curves, range, visit) {
    for (const curve of curves) {
      const { x, buckets } = curve, y = curve.smooth || curve.y;
      const [from, to] = site.series.window(curve, range[0], range[1]);
      const shown = buckets && !curve.smooth ? [y, buckets.lo, buckets.hi] : [y];
      for (let at = from; at < to; at++) {
        if (x[at] < range[0] || x[at] > range[1]) continue;
        for (const values of shown) if (Number.isFinite(values[at])) visit(values[at]);
      }
    }
  }

  /** The values that stand at the given parts of all, in order of size. @param {number[]} values @returns {Span | null} */
  function middle(values) {
    if (!values.length) return null;
    const sorted = Float64Array.from(values).sort();
    // Inclusive quantiles by linear interpolation (Hyndman and Fan 1996, type 7), as in the table and the bands.
    const [low, high] = PARTS.map((part) => {
      const place = part * (sorted.length - 1), at = Math.floor(place);
      return sorted[at] + (sorted[Math.min(at + 1, sorted.length - 1)] - sorted[at]) * (place - at);
    });
    return [low, high];
  }

  /**
   * The extent to show, and the domain where the reader has set its ends.
   * @param {Panel} panel @param {Span} range @param {Span | null} extent @param {YScale} kind
   * @returns {Span} the domain
   */
  function domain(panel, range, extent, kind) {
    const isLog = kind === "log", own = typed(panel.spec);
    let shown = extent;
    panel.clipped = false;
    if (site.store.get("clip") && extent) {
      /** @type {number[]} */
      const values = [];
      each(panel.visible, range, (value) => { if (!isLog || value > 0) values.push(value); });
      const kept = middle(values);
      panel.clipped = kept !== null;
      shown = kept || extent;
    }
    const found = site.domain.y(isLog ? shown : site.domain.based(panel.spec, shown), kind);
    return own ? within(own, found, isLog, panel) : found;
  }

  /** @param {[number | null, number | null]} own @param {Span} found @param {boolean} isLog @param {Panel} panel @returns {Span} */
  function within(own, found, isLog, panel) {
    const ends = own.map((end) => (end === null || (isLog && end <= 0) ? null : end));
    const low = ends[0] === null ? found[0] : ends[0], high = ends[1] === null ? found[1] : ends[1];
    panel.clipped = true;
    if (low < high) return [low, high];
    // Only one end is typed and the values lie beyond it.
    const room = Math.abs(ends[0] === null ? high : low) || 1;
    if (ends[0] === null) return isLog ? [high / 10, high] : [high - room, high];
    return isLog ? [low, low * 10] : [low, low + room];
  }

  /** How many of the values drawn the axis leaves out, and of how many; nothing where it shows all. @param {Panel} panel */
  function words(panel) {
    const { frame, clipped } = panel;
    if (!frame || !clipped) return "";
    const [low, high] = frame.y.domain;
    let count = 0, all = 0;
    each(panel.visible, frame.x.domain, (value) => {
      all++;
      if (value < low || value > high) count++;
    });
    const whole = all.toLocaleString("en");
    return count ? site.t("caption.outside", { count: count.toLocaleString("en"), all: whole }) : site.t("caption.none_outside", { all: whole });
  }

  /** @param {ChartSpec} spec @param {[number | null, number | null] | null} ends */
  function set(spec, ends) {
    const { [key(spec)]: _, ...others } = site.store.get("yranges");
    site.store.set("yranges", ends && (ends[0] !== null || ends[1] !== null) ? { ...others, [key(spec)]: ends } : others);
  }

  site.yrange = { key, typed, domain, words, set, middle };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

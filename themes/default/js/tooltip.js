// What the pointer reads: one row per series at this x, sorted by value, the nearest line marked.
(function (/** @type {Site} */ site) {
  "use strict";

  const GAP = 14;
  /** @type {{[unit: string]: string}} */
  const BYTES = { bytes: "B", "B/s": "B/s" };

  /** Bytes in thousands, everything else in significant digits. @param {number} value @param {string} unit */
  function measure(value, unit) {
    const bytes = BYTES[unit];
    if (!bytes || !Number.isFinite(value)) return site.format.measure(value);
    return site.ticks.number(value, Math.abs(value) / 1e4).replace(/[kMGT]?$/, (suffix) => ` ${suffix}${bytes}`);
  }

  /**
   * A row for every curve that has a point within reach of x, or points on both sides of it.
   * @param {Curve[]} curves @param {number} x
   * @param {(curve: Curve, index: number) => number} pixel the point's height on the screen
   * @param {number | null} top the pointer's height @param {number} reach in x units
   * @returns {Tip[]} from the highest value to the lowest, values that are not finite last
   */
  function rows(curves, x, pixel, top, reach) {
    /** @type {Tip[]} */
    const found = [];
    for (const curve of curves) {
      const index = site.series.nearest(curve, x);
      if (index < 0) continue;
      const { buckets } = curve;
      const [from, to] = buckets ? [buckets.x0[index], buckets.x1[index]] : [curve.x[index], curve.x[index]];
      if ((x < from - reach || x > to + reach) && !covers(curve, x)) continue;
      const value = curve.smooth ? curve.smooth[index] : curve.y[index];
      const place = pixel(curve, index);
      found.push({
        key: curve.key, run: curve.run, name: curve.name, color: curve.color, value, index,
        text: measure(value, curve.unit), range: range(curve, index), count: count(curve, index), at: curve.x[index],
        distance: top === null || !Number.isFinite(place) ? Infinity : Math.abs(place - top),
      });
    }
    const nearest = closest(found);
    for (const row of found) {
      // The crosshair snaps to the nearest line's point; values from elsewhere say where they are from.
      if (nearest && Math.abs(row.at - nearest.at) > reach) row.range = [site.t("tip.at", { x: site.ticks.number(row.at) }), row.count].filter(Boolean).join(", ");
    }
    return found.sort((a, b) => order(b.value) - order(a.value) || (a.name < b.name ? -1 : 1));
  }

  /** Whether the series goes on past x in both directions. @param {Curve} curve @param {number} x */
  function covers(curve, x) {
    const { x: places, sorted } = curve;
    if (sorted) return places[0] <= x && x <= places[places.length - 1];
    return places.some((place) => place <= x) && places.some((place) => place >= x);
  }

  /** @param {number} value */
  const order = (value) => (Number.isNaN(value) ? -Infinity : value);

  /** How many of a group's runs take part. @param {Curve} curve @param {number} index */
  function count({ buckets, members }, index) {
    if (!members) return "";
    const all = members.length, n = buckets && all > 1 ? buckets.n[index] : 1;
    return n < all ? site.t("tip.some", { n, all }) : site.t("tip.every", { n });
  }

  /** The bucket's extremes, or the raw value behind a smoothed one; of a group its band and how many runs take part. @param {Curve} curve @param {number} index */
  function range(curve, index) {
    const { buckets } = curve;
    const ends = () => (buckets ? site.t("tip.range", { low: measure(buckets.lo[index], curve.unit), high: measure(buckets.hi[index], curve.unit) }) : "");
    const runs = count(curve, index);
    if (buckets && site.series.isMany(curve)) return [buckets.lo[index] === buckets.hi[index] ? "" : ends(), runs].filter(Boolean).join(", ");
    if (buckets) {
      const lost = buckets.bad[index] ? site.t("tip.lost", { n: buckets.bad[index] }) : "";
      return [buckets.n[index] ? ends() : "", lost, runs].filter(Boolean).join(", ");
    }
    return [curve.smooth ? site.t("tip.raw", { value: measure(curve.y[index], curve.unit) }) : "", runs].filter(Boolean).join(", ");
  }

  /** At most `limit` rows, with the nearest always among them. @param {Tip[]} all @param {number} limit */
  function pick(all, limit) {
    if (all.length <= limit) return all;
    const nearest = closest(all);
    const at = all.indexOf(/** @type {Tip} */ (nearest));
    const start = Math.min(Math.max(0, at - (limit >> 1)), all.length - limit);
    return all.slice(start, start + limit);
  }

  /** @param {Tip[]} all @returns {Tip | null} */
  function closest(all) {
    return all.reduce((/** @type {Tip | null} */ best, one) => (!best || one.distance < best.distance ? one : best), null);
  }

  /** @param {XMode} xmode @param {number} x */
  function place(xmode, x) {
    if (xmode === "step" || xmode === "metric") return site.format.exact(Number(x.toPrecision(12)));
    if (xmode === "relative") return site.format.duration(x);
    return site.dates.moment(x, "second")?.text ?? site.format.exact(x);
  }

  /** Where the values stand: "step 620", or for a bucket "mean, min to max of steps 640 to 703". @param {{ xmode: XMode, xname: string }} panel @param {number} x @param {Curve | null} curve @param {number} index */
  function head({ xmode, xname }, x, curve, index) {
    const buckets = curve && curve.buckets, spans = curve && curve.spans;
    if (spans && spans.from[index] < spans.to[index]) {
      return site.t("tip.span." + xmode, { from: place(xmode, spans.from[index]), to: place(xmode, spans.to[index]), metric: xname });
    }
    if (!buckets || site.series.isMany(curve)) return site.t("tip.place." + xmode, { x: place(xmode, curve ? curve.x[index] : x), metric: xname });
    return site.t("tip.bucket." + xmode, { from: place(xmode, buckets.x0[index]), to: place(xmode, buckets.x1[index]), metric: xname });
  }

  /** @type {HTMLElement | null} */
  let tip = null;

  /** @param {string} tag @param {string} name @param {string} [text] */
  function make(tag, name, text) {
    const element = document.createElement(tag);
    element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  /** @param {Tip[]} shown @param {string} title @param {number} more @param {string} nearest */
  function render(shown, title, more, nearest) {
    if (!tip) {
      tip = make("div", "tip");
      tip.setAttribute("aria-hidden", "true");
      Object.assign(tip.style, { position: "fixed", left: "0", top: "0", pointerEvents: "none", zIndex: "30" });
      document.body.append(tip);
    }
    // In full screen only descendants of that element are shown.
    const home = document.fullscreenElement || document.body;
    if (tip.parentElement !== home) home.append(tip);
    const list = shown.map((row) => {
      const line = make("div", row.key === nearest ? "tip-row near" : "tip-row");
      const dot = make("i", "dot");
      dot.style.background = row.color;
      line.append(dot, make("span", "tip-name", row.name), make("b", "tip-value", row.text));
      if (row.range) line.append(make("span", "tip-range", row.range));
      return line;
    });
    tip.replaceChildren(make("div", "tip-head", title), ...list);
    if (more > 0) tip.append(make("div", "tip-more", site.t("count.more", { n: more })));
    tip.style.display = "";
    return tip;
  }

  /** What else is to be said, below the rows. @param {string[]} lines */
  function note(lines) {
    if (tip) tip.append(...lines.map((line) => make("div", "tip-more", line)));
  }

  /** Beside the pointer, inside the window. @param {number} left @param {number} top */
  function put(left, top) {
    if (!tip) return;
    const { offsetWidth: width, offsetHeight: height } = tip;
    const x = left + GAP + width > innerWidth ? left - GAP - width : left + GAP;
    const y = Math.min(top + GAP, innerHeight - height - 8);
    tip.style.transform = `translate(${Math.max(8, Math.round(x))}px, ${Math.max(8, Math.round(y))}px)`;
  }

  site.tooltip = {
    rows, pick, head, render, note, place: put,
    hide() { if (tip) tip.style.display = "none"; },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

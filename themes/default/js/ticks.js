// Where an axis is marked and what stands there: numbers, powers of ten, durations, clock times.
(function (/** @type {Site} */ site) {
  "use strict";

  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  const SPANS = [1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY];
  const SUFFIXES = /** @type {[number, string][]} */ ([[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]);
  const MOST = 200, CLOSEST = 0.8;

  /** The smallest 1, 2 or 5 × 10ⁿ that gives `count` intervals or hardly more. @param {number} span @param {number} count */
  function niceStep(span, count) {
    const rough = span / Math.max(1, count) * CLOSEST;
    const power = 10 ** Math.floor(Math.log10(rough));
    const factor = [1, 2, 5, 10].find((one) => one * power >= rough * 0.9999) || 10;
    return factor * power;
  }

  /** @param {number} lo @param {number} hi @param {number} step @returns {number[]} */
  function multiples(lo, hi, step) {
    const values = [];
    const first = Math.ceil(lo / step - 1e-9), last = Math.floor(hi / step + 1e-9);
    for (let at = first; at <= last && values.length < MOST; at++) values.push(clean(at, step));
    return values;
  }

  /** at × step without the dust of binary fractions. @param {number} at @param {number} step */
  function clean(at, step) {
    return Number((at * step).toPrecision(12)) || 0;
  }

  /** @param {string} text */
  const trimmed = (text) => text.replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");

  /** A number short enough for an axis. @param {number} value @param {number} [step] distance to the next label */
  function number(value, step) {
    const size = Math.abs(value);
    const sign = value < 0 ? "−" : "";
    if (value === 0) return "0";
    if (size >= 1e15 || size < 1e-4) {
      const digits = step ? Math.min(12, Math.max(0, Math.floor(Math.log10(size)) - Math.floor(Math.log10(step)))) : 3;
      return sign + trimmed(size.toExponential(digits)).replace("e+", "e");
    }
    const [unit, suffix] = SUFFIXES.find(([least]) => size >= least) || [1, ""];
    const digits = step ? Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9)) : 4;
    return sign + trimmed((size / unit).toFixed(Math.min(12, digits))) + suffix;
  }

  /** @param {number} lo @param {number} hi @param {number} count @returns {Ticks} */
  function linear(lo, hi, count) {
    const step = niceStep(hi - lo, count);
    if (!(step > 0) || !Number.isFinite(step)) return { values: [lo, hi], labels: [number(lo), number(hi)] };
    const values = multiples(lo, hi, step);
    return { values, labels: values.map((value) => number(value, step)) };
  }

  /** The same with the units of sizes: 12 MB, 1.5 GB. @param {Ticks} ticks @returns {Ticks} */
  function bytes({ values, labels }) {
    const named = labels.map((label) => (label === "0" ? label : /e/.test(label) ? `${label} B` : label.replace(/[kMGT]?$/, " $&B")));
    return { values, labels: named };
  }

  /** @param {number} lo @param {number} hi @param {number} count @returns {Ticks} */
  function log(lo, hi, count) {
    const low = Math.log10(lo), high = Math.log10(hi);
    if (high - low < 0.7) return linear(lo, hi, count);
    const factors = high - low < 2 && count >= 4 ? [1, 2, 5] : [1];
    const stride = Math.max(1, Math.ceil((high - low) / count));
    const values = [];
    for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
      if (((power % stride) + stride) % stride) continue;
      for (const factor of factors) {
        const value = Number(`${factor}e${power}`);
        if (value >= lo * (1 - 1e-9) && value <= hi * (1 + 1e-9)) values.push(value);
      }
    }
    return values.length > 1 ? { values, labels: values.map((value) => number(value)) } : linear(lo, hi, count);
  }

  /** @param {number} lo @param {number} hi @param {number} count @returns {Ticks} */
  function symlog(lo, hi, count) {
    const size = Math.max(Math.abs(lo), Math.abs(hi));
    if (size <= 10) return linear(lo, hi, count);
    const scale = site.scale.make("symlog", [lo, hi], [0, 1]);
    const gap = 0.8 / Math.max(1, count);
    const powers = Array.from({ length: Math.floor(Math.log10(size)) + 1 }, (_, power) => 10 ** power);
    const values = [0].filter((zero) => lo <= zero && zero <= hi);
    for (const sign of [1, -1]) {
      // From the outside in: the largest magnitude matters most.
      for (const power of powers.slice().reverse()) {
        const value = sign * power;
        const place = scale.map(value);
        if (value < lo || value > hi || values.some((other) => Math.abs(scale.map(other) - place) < gap)) continue;
        values.push(value);
      }
    }
    values.sort((a, b) => a - b);
    return { values, labels: values.map((value) => number(value)) };
  }

  /** Seconds since a run's start, in the units people say. @param {number} seconds */
  function duration(seconds) {
    const sign = seconds < 0 ? "−" : "";
    const size = Math.abs(seconds);
    if (size === 0) return "0";
    if (size < 1) return `${sign}${trimmed((size * 1000).toFixed(3))} ms`;
    if (size < 120 && size % MINUTE) return `${sign}${trimmed(size.toFixed(3))} s`;
    const whole = Math.round(size);
    /** @type {[number, string][]} */
    const units = [[Math.floor(whole / DAY), "d"], [Math.floor(whole % DAY / HOUR), "h"],
      [Math.floor(whole % HOUR / MINUTE), "m"], [whole % MINUTE, "s"]];
    return sign + units.filter(([amount]) => amount).slice(0, 2).map(([amount, unit]) => `${amount} ${unit}`).join(" ");
  }

  /** @param {number} span @param {number} count */
  function timeStep(span, count) {
    const rough = span / Math.max(1, count) * CLOSEST;
    if (rough < 1) return niceStep(span, count);
    return SPANS.find((one) => one >= rough) || niceStep(span / DAY, count) * DAY;
  }

  /** @param {number} lo @param {number} hi @param {number} count @returns {Ticks} */
  function time(lo, hi, count) {
    const values = multiples(lo, hi, timeStep(hi - lo, count));
    return { values, labels: values.map(duration) };
  }

  /** Clock times of the site's zone; the first label, and each first of a day, is the date. @param {number} lo @param {number} hi @param {number} count @returns {Ticks} */
  function wall(lo, hi, count) {
    const step = timeStep(hi - lo, count);
    const shift = site.dates.ahead(lo);
    // After the clocks have changed, midnight is an hour earlier or later.
    const values = [...new Set(multiples(lo + shift, hi + site.dates.ahead(hi), step).map((value) => value - site.dates.ahead(value - shift)))];
    let day = "";
    const labels = values.map((value) => {
      const date = site.dates.day(value);
      const isNew = date !== day;
      day = date;
      if (step >= DAY || (isNew && hi - lo > DAY / 2)) return date;
      return site.dates.clock(value, step < MINUTE);
    });
    return { values, labels };
  }

  site.ticks = { linear, log, symlog, bytes, time, wall, number, duration };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

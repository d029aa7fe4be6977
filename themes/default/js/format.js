// How numbers and durations read; sitegen/pages/formatting.py mirrors this, and both are tested by one table.
(function (site) {
  "use strict";

  const DIGITS = 4;
  const SMALL = 0.1;
  const MISSING = "–";

  /** @param {number} value */
  function nonFinite(value) {
    return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  }

  /** @param {number} value */
  function grouped(value) {
    const [whole, part] = String(value).split(".");
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (part ? "." + part : "");
  }

  /** @param {number} value */
  function exponent(value) {
    const [digits, power] = value.toExponential(DIGITS - 1).split("e");
    const short = digits.replace(/\.?0+$/, "");
    return short + "e" + power.replace("+", "");
  }

  /**
   * A measured value in four significant digits: 0.9430, 12.50, 41,200, 1.234e-5; but 0.03 as it is.
   * @param {number | null | undefined} value
   */
  function measure(value) {
    if (value === null || value === undefined) return MISSING;
    if (!Number.isFinite(value)) return nonFinite(value);
    const size = Math.abs(value);
    if (value === 0) return "0";
    if (size < 1e15 && Number.isInteger(value)) return size < 1e9 ? grouped(value) : exponent(value);
    if (size < 1e-4 || size >= 1e9) return exponent(value);
    if (size >= 10 ** (DIGITS - 1)) return grouped(Math.sign(value) * Math.round(size));
    if (size < SMALL && exact(size).replace(/^[0.]+/, "").length < DIGITS) return exact(value);
    return value.toFixed(DIGITS - 1 - Math.floor(Number(size.toExponential(20).split("e")[1])));
  }

  /**
   * The shortest text that reads back as the same number.
   * @param {number} value
   */
  function exact(value) {
    if (!Number.isFinite(value)) return nonFinite(value);
    const size = Math.abs(value);
    if (size >= 1e16 || (size < 1e-4 && size > 0)) {
      return value.toExponential().replace("e+", "e");
    }
    return String(value === 0 ? 0 : value);
  }

  /**
   * `exact` where that is short, else six significant digits of it.
   * @param {number} value
   */
  function brief(value) {
    const whole = exact(value);
    return whole.length <= 9 || !Number.isFinite(value) ? whole : exact(Number(value.toPrecision(6)));
  }

  /** @param {number} value */
  const two = (value) => String(value).padStart(2, "0");

  /**
   * A length of time in its two largest units.
   * @param {number | null | undefined} seconds
   */
  function duration(seconds) {
    if (seconds === null || seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return MISSING;
    if (seconds < 0.9995) return Math.round(seconds * 1000) + " ms";
    if (seconds < 9.95) return seconds.toFixed(1) + " s";
    const whole = Math.round(seconds);
    if (whole < 60) return whole + " s";
    if (whole < 3600) return Math.floor(whole / 60) + " m " + two(whole % 60) + " s";
    if (whole < 86400) return Math.floor(whole / 3600) + " h " + two(Math.floor((whole % 3600) / 60)) + " m";
    return Math.floor(whole / 86400) + " d " + Math.floor((whole % 86400) / 3600) + " h";
  }

  site.format = { measure, exact, brief, duration, MISSING };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

// Data to pixels exactly as Vega's scales do, without asking the view for every point.
(function (/** @type {Site} */ site) {
  "use strict";

  const NEAR_ZERO = 0.25, FEW_BYTES = 10;

  /** Vega's symlog with its constant of 1. @param {number} value */
  const symlog = (value) => Math.sign(value) * Math.log1p(Math.abs(value));
  /** @param {number} value */
  const symexp = (value) => Math.sign(value) * Math.expm1(Math.abs(value));
  /** @param {number} value */
  const same = (value) => value;

  /** @type {{[kind: string]: [(value: number) => number, (value: number) => number]}} */
  const TRANSFORMS = { linear: [same, same], log: [Math.log, Math.exp], symlog: [symlog, symexp] };

  /** @param {YScale} kind @param {Span} domain @param {Span} range @returns {Scale} */
  function make(kind, domain, range) {
    const [forward, back] = TRANSFORMS[kind];
    const from = forward(domain[0]);
    const span = forward(domain[1]) - from || 1;
    const width = range[1] - range[0];
    return {
      kind, domain, range,
      map: kind === "linear"
        ? (value) => range[0] + ((value - from) / span) * width
        : (value) => range[0] + ((forward(value) - from) / span) * width,
      invert: (position) => back(from + ((position - range[0]) / (width || 1)) * span),
    };
  }

  /** The x domain that shows this extent, also when it is a single point; from zero if it begins near it. @param {Span | null} extent @param {boolean} [fromZero] @returns {Span} */
  function xDomain(extent, fromZero) {
    if (!extent) return [0, 1];
    const [lo, hi] = extent;
    if (fromZero && lo > 0 && lo < hi * NEAR_ZERO) return [0, hi];
    if (lo < hi) return [lo, hi];
    const room = Math.abs(lo) * 1e-3 + 0.5;
    return [lo - room, lo + room];
  }

  /** The y domain with a little air; never across zero only for the air's sake. @param {Span | null} extent @param {YScale} kind @returns {Span} */
  function yDomain(extent, kind) {
    if (!extent) return kind === "log" ? [0.1, 1] : [0, 1];
    const [lo, hi] = extent;
    if (kind === "log") {
      const air = lo < hi ? (hi / lo) ** 0.04 : 2;
      return finite([lo / air, hi * air], Number.MIN_VALUE);
    }
    const [forward, back] = TRANSFORMS[kind];
    const a = forward(lo), b = forward(hi);
    const room = a < b ? (b - a) * 0.05 : Math.abs(a) * 0.1 || 1;
    const low = lo >= 0 && a - room < 0 ? 0 : back(a - room);
    const high = hi <= 0 && b + room > 0 ? 0 : back(b + room);
    return finite(low < high ? [low, high] : [low, back(b + room)], -Number.MAX_VALUE);
  }

  /** A machine's percentage is read against nothing at all, so its axis begins there. Bytes have no parts: where there are none or hardly any, the axis has a few. @param {ChartSpec} spec @param {Span | null} range @returns {Span | null} */
  function based({ family, unit = "" }, range) {
    const isShare = family === "system" && unit.startsWith("%");
    if (range && range[0] >= 0 && range[1] < FEW_BYTES && /^(bytes|B\/s)$/.test(unit)) return [0, FEW_BYTES];
    return isShare && range ? [Math.min(0, range[0]), range[1]] : range;
  }

  /** @param {Span} range @param {number} least @returns {Span} */
  function finite(range, least) {
    return [Math.max(range[0], least), Math.min(range[1], Number.MAX_VALUE)];
  }

  site.scale = { make };
  site.domain = { x: xDomain, y: yDomain, based };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

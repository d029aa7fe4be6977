// Which rows of a series a window of x touches, how fine they are wanted, and tiles put together to a series.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Rows [from, to) of the series whose buckets a window of x touches, one bucket more on each side. @param {Curve} curve in buckets @param {Span} range @returns {Span} */
  function rows(curve, range) {
    const { x0, x1 } = /** @type {NonNullable<Curve["buckets"]>} */ (curve.buckets);
    let first = x0.length, last = -1;
    for (let at = 0; at < x0.length; at++) {
      // A line also crosses the window between two buckets that both lie outside.
      const next = at + 1 < x0.length ? x0[at + 1] : x1[at];
      if (Math.max(x0[at], x1[at], next) < range[0] || Math.min(x0[at], x1[at], next) > range[1]) continue;
      if (at < first) first = at;
      last = at;
    }
    if (last < 0) return [0, 0];
    return [Math.max(0, first - 1) * curve.width, Math.min(curve.points, (last + 2) * curve.width)];
  }

  /**
   * The level that shows so many rows in so many pixels without wasting one: the coarsest with a bucket for
   * each pixel, else the points. Null where the buckets at hand are fine enough.
   * @param {number} width points per bucket at hand @param {TileLevel[]} levels the coarsest first @param {Span} rows @param {number} pixels
   * @returns {TileLevel | null}
   */
  function choose(width, levels, rows, pixels) {
    const count = rows[1] - rows[0];
    if (!levels.length || count <= 0 || count / width >= pixels) return null;
    return levels.find((level) => count / level.width >= pixels) || levels[levels.length - 1];
  }

  /** The tiles [first, last] that hold these rows. @param {TileIndex} index @param {TileLevel} level @param {Span} rows @returns {Span} */
  function tiles(index, level, rows) {
    const size = level.width * index.buckets;
    return [Math.floor(rows[0] / size), Math.min(level.files.length, Math.ceil(rows[1] / size)) - 1];
  }

  /** Columns of neighbouring tiles as those of one series. @param {{[name: string]: Numbers}[]} parts @returns {{[name: string]: Numbers}} */
  function joined(parts) {
    if (parts.length === 1) return parts[0];
    /** @type {{[name: string]: Numbers}} */
    const all = {};
    for (const name of new Set(parts.flatMap((part) => Object.keys(part)))) {
      const pieces = parts.map((part) => part[name] || missing(part, name));
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      // A tile may hold float64 where its neighbour's magnitudes fit float32.
      const wide = pieces.find((piece) => piece.BYTES_PER_ELEMENT === 8) || pieces[0];
      const out = new (/** @type {any} */ (wide.constructor))(length);
      let at = 0;
      for (const piece of pieces) {
        out.set(piece, at);
        at += piece.length;
      }
      all[name] = out;
    }
    return all;
  }

  /** Only tiles with values that are not finite say where those are. @param {{[name: string]: Numbers}} part @param {string} name */
  function missing(part, name) {
    const { length } = part.bad;
    return name === "bad_kinds" ? new Uint32Array(length) : new Float64Array(length).fill(NaN);
  }

  site.levels = { rows, choose, tiles, joined };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

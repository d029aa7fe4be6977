// The legend of a picture that is taken of a chart: values where those colour or style its lines, else names.
(function (/** @type {Site} */ site) {
  "use strict";

  /** How many colours of a ramp are told. */
  const SAMPLES = 5;

  /** Colours along a ramp, each with the number that has it. @param {Measure} over @param {string[]} ramp @returns {PictureName[]} */
  function samples(over, ramp) {
    return Array.from({ length: SAMPLES }, (_, at) => {
      const part = at / (SAMPLES - 1), value = over.isLog ? over.low * (over.high / over.low) ** part : over.low + (over.high - over.low) * part;
      return { name: site.legendEntries.rough(value), color: ramp[Math.round(part * (ramp.length - 1))] };
    });
  }

  /** What colours stand for in this chart. @param {ColumnData} column @param {number[]} drawn positions of its runs @param {boolean} isStyled @returns {PictureName[]} */
  function colored(column, drawn, isStyled) {
    const values = column.values || [], looks = /** @type {Looks} */ (site.current?.colors), over = site.colouring.measure(values);
    const single = site.legendEntries.ofValues(values, drawn, looks).filter((one) => !one.colors && one.positions.length);
    return [...(over ? samples(over, looks.ramp) : []), ...single.map(({ label, color, positions }) => ({ name: label, color, ...(isStyled ? style(site.styling?.at(positions[0]) ?? -1) : {}) }))];
  }

  /** @param {number} mark */
  const style = (mark) => (mark >= 0 ? { dash: mark, mark } : {});

  /** Null where lines have names of their own: groups, several metrics, one run. @param {Panel} panel @returns {PictureName[] | null} */
  function names(panel) {
    const { visible } = panel, page = /** @type {PageData} */ (site.current);
    const color = page.kind === "project" ? site.colouring.column() : null, by = page.kind === "project" ? site.styling?.column() : null;
    if ((!color && !by) || visible.some((curve) => curve.members) || new Set(visible.map((curve) => curve.metric)).size > 1) return null;
    const { place } = site.shown.of(page), drawn = [...new Set(visible.map((curve) => place.get(curve.run)))].filter((at) => at !== undefined);
    const isBoth = Boolean(color && color === by && !site.colouring.measure(color.values || [])), among = new Set(drawn);
    const entries = by && !isBoth ? site.styling?.styles()?.entries || [] : [];
    const strokes = entries.map((one, mark) => ({ name: one.label, color: site.tokens.get().ink, ...style(mark), isDrawn: one.positions.some((at) => among.has(at)) }));
    return [
      ...(color ? [{ name: `${site.legendEntries.title(color)}:`, color: "" }, ...colored(color, drawn, isBoth)] : []),
      ...(by && strokes.length ? [{ name: `${site.legendEntries.title(by)}:`, color: "" }, ...strokes.filter((one) => one.isDrawn)] : []),
    ];
  }

  site.pictureLegend = { names };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

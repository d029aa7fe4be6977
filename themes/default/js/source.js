// A chart as its source: a Vega-Lite specification with the data inside, and Python that draws it by Altair.
(function (/** @type {Site} */ site) {
  "use strict";

  const BAND = 0.16, FAINT = 0.25, SOME = 0.6, WIDTH = 640, HEIGHT = 320, MOST_NAMES = 60;
  const CLOCK = "utcyearmonthdatehoursminutesseconds";
  /** In parts: the name of a format, which nothing is loaded from. */
  const SCHEMA = ["https:", "", "vega.github.io", "schema", "vega-lite", "v6.json"].join("/");

  /** @param {number} value */
  const finite = (value) => (Number.isFinite(value) ? value : null);

  /** Vega takes no empty list for a line without gaps. @param {Curve} curve */
  const dashOf = (curve) => (curve.dash ? site.series.dashes(curve.dash) : [1, 0]);

  /** @param {Curve} curve */
  const hasMark = (curve) => (curve.mark ?? -1) >= 0;

  /** The shape of each line's marks, the points that bear them, and their size as Vega has it: that of a square around them, and of half an edge. @param {Panel} panel */
  function marksOf({ visible, frame }) {
    const marked = visible.filter(hasMark), { markers } = site;
    if (!markers || !marked.length) return null;
    const { y } = /** @type {Frame} */ (frame), { size, borne } = markers.spread(marked, /** @type {Frame} */ (frame));
    // Those in view are drawn whole, also at its edge.
    const inView = (/** @type {Curve} */ curve) => borne[marked.indexOf(curve)].filter((at) => (curve.smooth || curve.y)[at] >= y.domain[0] && (curve.smooth || curve.y)[at] <= y.domain[1]);
    return {
      size: Math.round((2 * size + 1) ** 2), shapes: visible.map((curve) => markers.named(Math.max(0, curve.mark ?? 0))),
      places: visible.map((curve) => new Set(hasMark(curve) ? inView(curve) : [])),
    };
  }

  /** What the marks of a date axis say; nothing of its own where it has days. @param {number} seconds */
  const clockOf = (seconds) => (seconds < 600 ? "%H:%M:%S" : seconds < 86400 ? "%H:%M" : "");

  /** An expression of Vega for the milliseconds that clocks are ahead at a time, each date's own. @param {{ from: number, ahead: number }[]} shifts @param {string} time */
  function aheadOf(shifts, time) {
    const parts = shifts.map(({ ahead }, at) => (shifts[at + 1] ? `${time} < ${1000 * shifts[at + 1].from} ? ${1000 * ahead} : ` : String(1000 * ahead)));
    return parts.length > 1 ? `(${parts.join("")})` : parts[0];
  }

  /** How a chart is drawn, in a few words that both sources need. @param {Panel} panel */
  function traits(panel) {
    const { visible } = panel, frame = /** @type {Frame} */ (panel.frame);
    const isTime = panel.xmode === "wall", x = site.drawn.xColumn(panel), shifts = isTime ? site.dates.shifts(frame.x.domain[0], frame.x.domain[1]) : [];
    const unit = panel.spec.unit ? ` (${panel.spec.unit})` : "";
    return {
      names: site.drawn.labels(panel), colors: visible.map((curve) => curve.color), dashes: visible.map((curve) => dashOf(curve)), hasDash: visible.some((curve) => curve.dash), marks: marksOf(panel), isTime, kind: frame.y.kind,
      hasBand: visible.some((curve) => curve.buckets), isSmooth: visible.some((curve) => curve.smooth),
      // A group's line has no raw one, and is thin and faint where some of its runs do not take part.
      isMixed: visible.some((curve) => curve.smooth) && visible.some((curve) => !curve.smooth), sizes: visible.some((curve) => curve.parts) ? visible.map((curve) => (curve.parts ? (curve.members || []).length : 0)) : null,
      x: { ...x, title: panel.xmode === "relative" ? site.t("drawn.seconds") : isTime ? site.t("drawn.date_in", { zone: [...new Set(shifts.map(({ ahead }) => site.dates.called(ahead)))].join("/") }) : x.title }, xName: x.title, y: panel.spec.title + unit,
      // Vega knows two zones, its reader's and UTC: the site's clocks are told as if they were those of UTC.
      ahead: (/** @type {string} */ time) => aheadOf(shifts, time), format: isTime ? clockOf(frame.x.domain[1] - frame.x.domain[0]) : "", xDomain: frame.x.domain.map((value) => (isTime ? (value + site.dates.ahead(value)) * 1000 : value)), yDomain: [...frame.y.domain],
    };
  }

  /** The rows of the data, with synthetic names. @param {Panel} panel @param {ReturnType<typeof traits>} traits */
  function rows(panel, { names, marks, isTime, hasBand, isSmooth, sizes }) {
    return panel.visible.flatMap((curve, line) => Array.from(curve.x, (x, at) => {
      const { buckets, smooth, parts } = curve;
      /** @type {{[name: string]: string | number | null}} */
      const row = { line: names[line], x: isTime ? x * 1000 : x, y: finite((smooth || curve.y)[at]) };
      if (isSmooth) row.raw = smooth ? finite(curve.y[at]) : null;
      if (sizes) Object.assign(row, { full: parts ? finite(parts.full[at]) : row.y, some: parts ? finite(parts.some[at]) : null });
      if (hasBand) Object.assign(row, buckets ? { low: finite(buckets.lo[at]), high: finite(buckets.hi[at]), n: curve.members && !site.series.isMany(curve) ? 1 : buckets.n[at] } : { low: row.y, high: row.y, n: 1 });
      if (marks?.places[line].has(at)) row.mark = 1;
      if (buckets ? buckets.bad[at] : !Number.isFinite(curve.y[at])) row.bad = 1;
      return row;
    }));
  }

  /** The Vega-Lite specification of what a chart shows now. @param {Panel} panel */
  function vegalite(panel) {
    const told = traits(panel), values = rows(panel, told), { names, colors } = told;
    const x = { field: told.isTime ? "clock" : "x", type: told.isTime ? "temporal" : "quantitative", title: told.x.title, scale: { domain: told.xDomain, nice: false, ...(told.isTime ? { type: "utc" } : { zero: false }) }, ...(told.format ? { axis: { format: told.format } } : {}) };
    const y = (/** @type {string} */ field) => ({ field, type: "quantitative", title: told.y, scale: { type: told.kind, domain: told.yDomain, nice: false, zero: false } });
    const legend = names.length > 1 && names.length <= MOST_NAMES ? { title: null, orient: "bottom", columns: 4, ...(told.marks ? { symbolStrokeWidth: 0 } : { symbolType: "stroke", symbolStrokeWidth: 2 }), symbolOpacity: 1, symbolLimit: MOST_NAMES } : null;
    const color = { field: "line", type: "nominal", sort: null, scale: { domain: names, range: colors }, legend };
    // An entry is a piece of a line, or its mark: dashes around that would only fray it.
    const stroke = { color, ...(told.hasDash ? { strokeDash: { field: "line", type: "nominal", sort: null, scale: { domain: names, range: told.dashes }, legend: told.marks ? null : legend } } : {}) };
    const { marks } = told, shape = marks && { field: "line", type: "nominal", sort: null, scale: { domain: names, range: marks.shapes }, legend };
    const tooltip = [{ field: "line", type: "nominal" }, { field: x.field, type: x.type, title: told.x.title, ...(told.isTime ? { timeUnit: CLOCK } : {}) }, { field: "y", type: "quantitative", format: ".6~g" },
      ...(told.hasBand ? ["low", "high", "n"].map((field) => ({ field, type: "quantitative" })) : [])];
    const line = { type: "line", clip: true, invalid: "break-paths-show-domains" };
    const layers = [
      ...(told.hasBand ? [{ mark: { type: "area", clip: true, opacity: BAND }, encoding: { x, y: y("low"), y2: { field: "high" }, color } }] : []),
      ...(told.isSmooth ? [{ mark: { ...line, strokeWidth: 1, opacity: FAINT }, encoding: { x, y: y("raw"), ...stroke } }] : []),
      ...(told.sizes ? [{ mark: { ...line, strokeWidth: 1, opacity: SOME }, encoding: { x, y: y("some"), ...stroke, tooltip } }] : []),
      { mark: { ...line, strokeWidth: 1.5 }, encoding: { x, y: y(told.sizes ? "full" : "y"), ...stroke, tooltip } },
      ...(marks ? [{ transform: [{ filter: "datum.mark === 1" }], mark: { type: "point", filled: true, opacity: 1, size: marks.size, stroke: "white", strokeWidth: 1 }, encoding: { x, y: y("y"), color, shape } }] : []),
      ...(values.some((row) => row.bad) ? [{ transform: [{ filter: "datum.bad === 1" }], mark: { type: "tick", orient: "vertical", size: 7, thickness: 1.5, clip: true }, encoding: { x, y: { value: "height" }, color } }] : []),
    ];
    return {
      $schema: SCHEMA, title: { text: panel.spec.title, anchor: "start" }, description: panel.words, width: WIDTH, height: HEIGHT,
      data: { values }, ...(told.isTime ? { transform: [{ calculate: `datum.x + ${told.ahead("datum.x")}`, as: "clock" }] } : {}), layer: layers, config: { view: { stroke: null }, axis: { domain: false, ticks: false }, axisX: { grid: false } },
    };
  }

  /** A literal of Python. @param {unknown} value @returns {string} */
  const literal = (value) => (value === true ? "True" : value === false ? "False" : Array.isArray(value) ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value));

  /** A text that may stand between three quotes. @param {string} text */
  const told = (text) => text.replace(/["\\]/g, "'").replace(/[\u0000-\u001f]/g, " ");

  /** Whether run logs alone give this chart: sitegen.chart draws the lines of runs over steps or seconds. @param {Panel} panel */
  function isPlain(panel) {
    const { spec, visible } = panel, frame = /** @type {Frame} */ (panel.frame);
    return spec.family === "metric" && !spec.added && !spec.bold && !spec.metrics && frame.y.kind !== "symlog" && (panel.xmode === "step" || panel.xmode === "relative")
      && visible.length > 0 && visible.every((curve) => !curve.members && !curve.smooth && !curve.dash && !hasMark(curve) && curve.metric === spec.metric && curve.row?.color === curve.color)
      && new Set(visible.map((curve) => curve.run)).size === visible.length;
  }

  /** @param {Panel} panel @param {PageData} page */
  function ofLogs(panel, page) {
    const { visible, spec } = panel, frame = /** @type {Frame} */ (panel.frame);
    const runs = visible.map((curve) => `    ${literal(curve.run)},  # ${curve.name.replace(/[\u0000-\u001f\u2028\u2029]/g, " ")}`).join("\n");
    return `"""${told(spec.title)}, drawn from the run logs."""

import sitegen

RUNLOGS = "runlogs"  # the folder that holds your run logs
RUNS = [
${runs}
]

frames = sitegen.load(RUNLOGS${page.name && page.kind === "project" ? `, project=${literal(page.name)}` : ""})
chart = sitegen.chart(frames, ${literal(spec.metric)}, runs=RUNS, x=${literal(panel.xmode === "step" ? "step" : "time")}, log_y=${literal(frame.y.kind === "log")})
chart.save(${literal(`${site.exports.stem(panel)}.html`)})
`;
  }

  /** @param {Panel} panel */
  function ofCsv(panel) {
    const { names, colors, dashes, hasDash, marks, hasBand, isSmooth, isMixed, sizes, isTime, kind, x, xName, y, ahead, format } = traits(panel);
    const [first] = site.drawn.columns(panel), at = site.drawn.columns(panel).find((column) => column.title === (isTime ? xName : x.title) && column.kind === x.kind);
    const written = (/** @type {number} */ value) => (isTime ? new Date(value * 1000).toISOString() : value);
    const columns = ["value", ...(isSmooth ? ["smoothed"] : []), ...(hasBand ? ["low", "high"] : [])];
    const drawn = isMixed ? "drawn" : isSmooth ? "smoothed" : "value";
    const raw = isSmooth ? `faint = base.mark_line(strokeWidth=1, opacity=${FAINT}, invalid="break-paths-show-domains").encode(x=x, y=y(${literal(isMixed ? "raw" : "value")}), color=color${hasDash ? ", strokeDash=dash" : ""})\n` : "";
    const some = sizes ? `some = base.mark_line(strokeWidth=1, opacity=${SOME}, invalid="break-paths-show-domains").encode(x=x, y=y("some"), color=color${hasDash ? ", strokeDash=dash" : ""})\n` : "";
    const band = hasBand ? `band = base.mark_area(opacity=${BAND}).encode(x=x, y=y("low"), y2="high", color=color)\n` : "";
    const points = marks ? `points = alt.Chart(alt.InlineData(values=[row for row in values if row["x"] in MARKS[row["line"]][1]]))
points = points${isTime ? ".transform_calculate(**clock)" : ""}.mark_point(filled=True, opacity=1, size=${marks.size}, stroke="white", strokeWidth=1).encode(
    x=x, y=y(${literal(drawn)}), color=color, shape=shape
)
` : "";
    const layers = [...(hasBand ? ["band"] : []), ...(isSmooth ? ["faint"] : []), ...(sizes ? ["some"] : []), "lines", ...(marks ? ["points"] : [])];
    return `"""${told(panel.spec.title)}, drawn from the CSV file of the same chart."""

import altair as alt
import polars as pl

COLORS = {
${names.map((name, place) => `    ${literal(csvName(name))}: ${literal(colors[place])},`).join("\n")}
}
${sizes ? `# How many runs each group has.
SIZES = {
${names.map((name, place) => `    ${literal(csvName(name))}: ${sizes[place]},`).join("\n")}
}
` : ""}${marks ? `# Of each line the shape of its marks, and where on the x axis they stand.
MARKS = {
${names.map((name, place) => `    ${literal(csvName(name))}: (${literal(marks.shapes[place])}, ${literal([...marks.places[place]].map((one) => written(panel.visible[place].x[one])))}),`).join("\n")}
}
` : ""}
rows = pl.read_csv(${literal(`${site.exports.stem(panel)}.csv`)}, infer_schema_length=None, schema_overrides={${literal(first.key)}: pl.String})
rows = rows.rename({${literal(first.key)}: "line"${at && at.key !== "x" ? `, ${literal(at.key)}: "x"` : ""}})
numbers = [pl.col(name).cast(pl.Float64) for name in ${literal(columns)}]
# What is not finite has no place in a chart: the line is broken there.
rows = rows.with_columns(pl.when(one.is_finite()).then(one) for one in numbers)
${isMixed ? `# Groups have no raw line: their runs are smoothed.
rows = rows.with_columns(
    drawn=pl.coalesce("smoothed", "value"), raw=pl.when(pl.col("smoothed").is_not_null()).then("value")
)
` : ""}${sizes ? `# Where not all runs of a group take part, and up to there, its line is thin and faint.
rows = rows.with_columns(short=pl.col("n") < pl.col("line").replace_strict(SIZES))
near = [pl.col("short").shift(by, fill_value=False).over("line") for by in (-1, 0, 1)]
rows = rows.with_columns(
    full=pl.when(~pl.col("short")).then(${literal(drawn)}), some=pl.when(pl.any_horizontal(near)).then(${literal(drawn)})
)
` : ""}values = rows.to_dicts()
${isTime ? `# The clocks of the site, told as if they were those of UTC.
clock = {"clock": "time(datum.x) + ${ahead("time(datum.x)")}"}
` : ""}base = alt.Chart(alt.InlineData(values=values))${isTime ? ".transform_calculate(**clock)" : ""}
x = alt.X("${isTime ? "clock:T" : "x:Q"}", title=${literal(x.title)}, scale=alt.Scale(nice=False, ${isTime ? "type=\"utc\"" : "zero=False"})${format ? `, axis=alt.Axis(format=${literal(format)})` : ""})
legend = alt.Legend(symbolOpacity=1, ${marks ? "symbolStrokeWidth=0" : `symbolType="stroke", symbolStrokeWidth=2`})
color = alt.Color(
    "line:N",
    title=None,
    sort=None,
    scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())),
    legend=legend,
)
${hasDash ? `dash = alt.StrokeDash(
    "line:N",
    title=None,
    sort=None,
    scale=alt.Scale(domain=list(COLORS), range=${literal(dashes)}),
    legend=${marks ? "None" : "legend"},
)
` : ""}${marks ? `shape = alt.Shape(
    "line:N",
    title=None,
    sort=None,
    scale=alt.Scale(domain=list(COLORS), range=[shape for shape, _ in MARKS.values()]),
    legend=legend,
)
` : ""}

def y(field):
    return alt.Y(f"{field}:Q", title=${literal(y)}, scale=alt.Scale(type=${literal(kind)}, zero=False))


${band}${raw}${some}lines = base.mark_line(strokeWidth=1.5, invalid="break-paths-show-domains").encode(
    x=x, y=y(${literal(sizes ? "full" : drawn)}), color=color${hasDash ? ", strokeDash=dash" : ""}
)
${points}chart = alt.layer(${layers.join(", ")}).properties(width=${WIDTH}, height=${HEIGHT})
chart.save(${literal(`${site.exports.stem(panel)}.html`)})
`;
  }

  /** A name as the CSV file has it. @param {string} name */
  const csvName = (name) => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);

  /** Python that draws this chart, and whether it reads its CSV file. @param {Panel} panel @param {PageData} page */
  const python = (panel, page) => (isPlain(panel) ? { text: ofLogs(panel, page), needsCsv: false } : { text: ofCsv(panel), needsCsv: true });

  site.source = { vegalite, python };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

// The words of the expression language as data; collector/expressions/words.py has the same tables.
(function (/** @type {Site} */ site) {
  "use strict";

  const LIMITS = { text: 10000, nesting: 50, depth: 150, window: 10000 };

  /** Name, form, least and most arguments, kind, help. @type {[string, string, number, number, string, string][]} */
  const TABLE = [
    ["last", "last(m)", 1, 1, "history", "The last value, the same as the bare name; it may be NaN."],
    ["first", "first(m)", 1, 1, "history", "The first finite value."],
    ["min", "min(m)", 1, 99, "history", "The smallest finite value; min(a, b) the smallest of values."],
    ["max", "max(m)", 1, 99, "history", "The largest finite value; max(a, b) the largest of values."],
    ["mean", "mean(m)", 1, 1, "history", "The mean of all finite values."],
    ["argmin", "argmin(m)", 1, 1, "history", "The step of the smallest value."],
    ["argmax", "argmax(m)", 1, 1, "history", "The step of the largest value."],
    ["at", "at(m, step)", 2, 2, "history", "The value at a step, or the last one before it."],
    ["count", "count(m)", 1, 1, "history", "How many values were logged, NaN and infinities too."],
    ["count_nan", "count_nan(m)", 1, 1, "history", "How many values were NaN."],
    ["since", "since(m)", 1, 1, "history", "Seconds since it was last logged: until now, or the run's end."],
    ["ema", "ema(m, weight)", 2, 2, "curve", "Exponential moving average, debiased; 0 ≤ weight < 1."],
    ["rolling", "rolling(m, n)", 2, 2, "curve", "Mean of the last n finite values; missing before there are n."],
    ["diff", "diff(m)", 1, 1, "curve", "Change from the finite value before."],
    ["cummin", "cummin(m)", 1, 1, "curve", "Smallest value so far."],
    ["cummax", "cummax(m)", 1, 1, "curve", "Largest value so far."],
    ["abs", "abs(x)", 1, 1, "value", "Without its sign."],
    ["sqrt", "sqrt(x)", 1, 1, "value", "Square root; NaN below 0."],
    ["exp", "exp(x)", 1, 1, "value", "e to the power of x."],
    ["log", "log(x)", 1, 1, "value", "Natural logarithm; -inf at 0, NaN below."],
    ["log10", "log10(x)", 1, 1, "value", "Logarithm to base 10."],
    ["floor", "floor(x)", 1, 1, "value", "The next whole number below."],
    ["ceil", "ceil(x)", 1, 1, "value", "The next whole number above."],
    ["clip", "clip(x, low, high)", 3, 3, "value", "x, but not below low nor above high."],
    ["if", "if(c, a, b)", 3, 3, "value", "a where c is true, b where it is false, else missing."],
    ["default", "default(x, y)", 2, 2, "value", "x, or y where x is missing."],
    ["has", "has(x)", 1, 1, "value", "Whether x is not missing; never missing itself."],
    ["isnan", "isnan(x)", 1, 1, "value", "Whether x is NaN."],
    ["isfinite", "isfinite(x)", 1, 1, "value", "Whether x is neither NaN nor infinite."],
    ["tag", "tag(\"paper\")", 1, 1, "text", "Whether the run has this tag."],
    ["date", "date(\"2026-05-01\")", 1, 1, "text", "A moment for `created`: a day or 2026-05-01T12:30."],
    ["stalled", "stalled(10m)", 1, 1, "number", "Whether nothing was logged for so long, until now or the run's end."],
  ];
  const FUNCTIONS = new Map(TABLE.map(([name, form, least, most, kind, help]) => [name, { name, form, least, most, kind, help }]));

  const PROPERTIES = {
    name: "Name of the run.",
    id: "Its id, the name of its folder.",
    project: "Its project.",
    group: "Its group.",
    job_type: "What it does: train, eval.",
    state: "running, stalled, finished, failed, stopped or lost.",
    tags: "Its tags: `\"paper\" in tags`.",
    notes: "Its notes.",
    user: "Who started it.",
    host: "Machine of its lowest rank.",
    alerts: "How many alerts it has, warnings and errors.",
    attempt: "Number of its last start, from 1.",
    created: "When it was first started, in seconds since 1970.",
    age: "Seconds since then, up to now.",
    duration: "Seconds it ran for.",
    step: "The last step; in a chart, the step of each point.",
    time: "Seconds from the start to the last row; in a chart, to each point.",
    silence: "Seconds since the last row, up to now or the run's end.",
  };

  const CONSTANTS = {
    true: "true", True: "true", false: "false", False: "false", null: "null", none: "null",
    None: "null", nan: "nan", NaN: "nan", inf: "inf", Infinity: "inf",
  };
  const OPERATOR_WORDS = { and: "and", AND: "and", or: "or", OR: "or", not: "not", NOT: "not", in: "in", IN: "in" };
  /** Other ways to write an operator. */
  const SIGNS = { "&&": "and", "||": "or", "!": "not", "=": "==" };

  const PREFIXES = { "cfg.": "config", "config.": "config", "summary.": "summary", "system.": "system" };
  const PREFIX_OF = { config: "cfg.", summary: "summary.", system: "system." };
  /** Seconds of each unit. */
  const UNITS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

  const words = { LIMITS, FUNCTIONS, PROPERTIES, CONSTANTS, OPERATOR_WORDS, SIGNS, PREFIXES, PREFIX_OF, UNITS };
  site.expressions = /** @type {any} */ ({ words });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

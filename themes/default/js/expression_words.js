// The words of the expression language as data; collector/expressions/words.py has the same tables, with the help texts in English.
(function (/** @type {Site} */ site) {
  "use strict";

  const LIMITS = { text: 10000, nesting: 50, depth: 150, window: 10000 };

  /** Name, form, least and most arguments, kind. @type {[string, string, number, number, string][]} */
  const TABLE = [
    ["last", "last(m)", 1, 1, "history"],
    ["first", "first(m)", 1, 1, "history"],
    ["min", "min(m)", 1, 99, "history"],
    ["max", "max(m)", 1, 99, "history"],
    ["mean", "mean(m)", 1, 1, "history"],
    ["argmin", "argmin(m)", 1, 1, "history"],
    ["argmax", "argmax(m)", 1, 1, "history"],
    ["at", "at(m, step)", 2, 2, "history"],
    ["count", "count(m)", 1, 1, "history"],
    ["count_nan", "count_nan(m)", 1, 1, "history"],
    ["since", "since(m)", 1, 1, "history"],
    ["ema", "ema(m, weight)", 2, 2, "curve"],
    ["rolling", "rolling(m, n)", 2, 2, "curve"],
    ["diff", "diff(m)", 1, 1, "curve"],
    ["cummin", "cummin(m)", 1, 1, "curve"],
    ["cummax", "cummax(m)", 1, 1, "curve"],
    ["abs", "abs(x)", 1, 1, "value"],
    ["sqrt", "sqrt(x)", 1, 1, "value"],
    ["exp", "exp(x)", 1, 1, "value"],
    ["log", "log(x)", 1, 1, "value"],
    ["log10", "log10(x)", 1, 1, "value"],
    ["floor", "floor(x)", 1, 1, "value"],
    ["ceil", "ceil(x)", 1, 1, "value"],
    ["clip", "clip(x, low, high)", 3, 3, "value"],
    ["if", "if(c, a, b)", 3, 3, "value"],
    ["default", "default(x, y)", 2, 2, "value"],
    ["has", "has(x)", 1, 1, "value"],
    ["isnan", "isnan(x)", 1, 1, "value"],
    ["isfinite", "isfinite(x)", 1, 1, "value"],
    ["tag", "tag(\"paper\")", 1, 1, "text"],
    ["date", "date(\"2026-05-01\")", 1, 1, "text"],
    ["stalled", "stalled(10m)", 1, 1, "number"],
  ];
  const FUNCTIONS = new Map(TABLE.map(([name, form, least, most, kind]) => [name, { name, form, least, most, kind, help: site.t("word.function." + name) }]));

  const NAMES = [
    "name", "id", "project", "group", "job_type", "state", "tags", "notes", "user",
    "host", "alerts", "attempt", "created", "age", "duration", "step", "time", "silence",
  ];
  const PROPERTIES = Object.fromEntries(NAMES.map((name) => [name, site.t("word.property." + name)]));

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

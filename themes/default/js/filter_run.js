// What the run table knows of a run, in the form in which the expression language asks for it.
(function (/** @type {Site} */ site) {
  "use strict";

  const STATISTIC = /\.(last|min|max|mean|first)$/;
  /** @type {{[value: string]: number}} */
  const NUMBERS = { NaN, Infinity, "-Infinity": -Infinity };
  /** @type {{[called: string]: string}} */
  const SAME = { cummin: "min", cummax: "max" };
  /** What the catalogue calls a statistic. @type {{[called: string]: string}} */
  const CALLED = { argmin: "min_step", argmax: "max_step" };

  /** @param {ColumnData} column */
  const isMetric = (column) => column.group === "metric" && column.note !== "set";

  /** @param {ColumnData} column */
  const metricOf = (column) => column.key.replace(STATISTIC, "");

  /** A setting's own name. @param {ColumnData} column */
  const bare = (column) => column.key.replace(/^cfg\./, "");

  /** The names that the columns give. @param {ColumnData[]} columns @param {RunRow[]} runs @returns {KnownNames} */
  function known(columns, runs) {
    const names = site.expressions.nothing();
    for (const column of columns) {
      if (!column.values || column.kind === "spark") continue;
      if (isMetric(column)) names.metrics.add(metricOf(column)).add(column.key).add(column.label);
      else if (column.group === "metric") names.summary.add(column.key);
      else if (column.group === "config") names.config.add(bare(column)).add(column.label);
    }
    for (const run of runs) for (const tag of run.tags || []) names.tags.add(tag);
    if (site.columns) site.columns.names(names);
    return names;
  }

  /** The column of a name in the catalogue, whether its values are here or not. @param {string} name @param {string} kind @param {string} wanted */
  function offered(name, kind, wanted) {
    if (!site.columns) return null;
    return site.columns.find(`${name}.${CALLED[wanted] || wanted}`) || (kind === "config" || kind === "metric" ? site.columns.find(`cfg.${name}`) : null);
  }

  /**
   * The column of a name. A metric alone is its last value; where the table has another statistic only, that.
   * @param {NameNode} name @param {string} called @param {ColumnData[]} columns
   */
  function column({ kind, name }, called, columns) {
    const wanted = SAME[called] || called || "last";
    const has = (/** @type {ColumnData} */ one) => one.values && one.kind !== "spark";
    const named = (/** @type {ColumnData} */ one) => bare(one) === name || one.label === name;
    const exact = columns.find((one) => has(one) && isMetric(one) && one.key === `${name}.${wanted}`);
    const shown = columns.find((one) => has(one) && isMetric(one) && (metricOf(one) === name || named(one)));
    const set = columns.find((one) => has(one) && one.group === "metric" && one.note === "set" && one.key === name);
    const setting = columns.find((one) => has(one) && one.group === "config" && named(one));
    const other = exact ? null : offered(name, kind, wanted);
    if (called) return exact || other || (shown && shown.key.endsWith(`.${wanted}`) ? shown : null);
    const own = other && other.group === "metric" ? other : null;
    if (kind === "metric") return exact || own || shown || set || setting || other;
    return (kind === "summary" ? set || exact || own || shown : kind === "config" ? setting || other : null) || null;
  }

  /** @param {CellValue} value @returns {ExprValue} */
  const plain = (value) => (typeof value === "string" && value in NUMBERS ? NUMBERS[value] : value);

  /**
   * A way from a name to its values, one column looked up once.
   * @param {ColumnData[]} columns @param {RunRow[]} runs @param {number} now
   */
  function environments(columns, runs, now) {
    /** By the node of the tree, which is the same for every run. @type {Map<NameNode, CellValue[]>} */
    const found = new Map();
    let at = 0;
    /** @param {NameNode} name @param {string} called */
    function cell(name, called) {
      let values = found.get(name);
      if (!values) {
        values = column(name, called, columns)?.values || [];
        found.set(name, values);
      }
      return plain(values[at] ?? null);
    }
    /** @type {RunEnvironment} */
    const environment = {
      value: (name) => (name.kind === "property" ? property(runs[at], at, name.name, columns, now) : cell(name, "")),
      history: (called, name) => cell(name, called),
    };
    /** The environment of a run, until another one is asked for. @param {number} of */
    return (of) => {
      at = of;
      return environment;
    };
  }

  /** @param {RunRow} run @param {number} at @param {string} name @param {ColumnData[]} columns @param {number} now @returns {ExprValue} */
  function property(run, at, name, columns, now) {
    switch (name) {
      case "name": return run.name;
      case "id": return run.id;
      case "state": return site.live.word(run, now);
      case "group": return run.group || null;
      case "tags": return run.tags || [];
      case "created": return run.started ?? null;
      case "age": return run.started ? now - run.started : null;
      default: {
        const shown = columns.find((one) => one.key === name && one.group === "run") || fact(name);
        // A table without the column has no run with an alert.
        return (shown && shown.values ? shown.values[at] : null) ?? (name === "alerts" ? 0 : null);
      }
    }
  }

  /** A fact of runs that the catalogue has. @param {string} name */
  const fact = (name) => (site.columns ? site.columns.find(name === "attempt" ? "attempts" : name) : null);

  /** The columns that an expression needs and that are not here yet. @param {ExprNode} node @param {ColumnData[]} columns @returns {string[]} */
  function needs(node, columns) {
    const { words, isOfHistory, children } = site.expressions;
    const keys = new Set(children(node).flatMap((one) => needs(one, columns)));
    const function_ = node.type === "call" ? words.FUNCTIONS.get(node.function) : null;
    const first = node.type === "call" ? node.arguments[0] : null;
    const asks = node.type === "call" && function_ && first && first.type === "name" && isOfHistory(function_, node.arguments.length);
    const found = asks ? column(/** @type {NameNode} */ (first), node.function, columns)
      : node.type !== "name" ? null : node.kind === "property" ? fact(node.name) : column(node, "", columns);
    if (found && !found.values && !["state", "time"].includes(found.kind)) keys.add(found.key);
    return [...keys];
  }

  /** What an expression asks of a metric's history that no column has, or "". @param {ExprNode} node @param {ColumnData[]} columns @returns {string} */
  function unknown(node, columns) {
    const { words, isOfHistory, children, format } = site.expressions;
    if (node.type === "call") {
      const function_ = words.FUNCTIONS.get(node.function), first = node.arguments[0];
      const asks = function_ && isOfHistory(function_, node.arguments.length) && first.type === "name";
      if (asks && !column(first, node.function, columns)) return format(node);
    }
    return children(node).map((one) => unknown(one, columns)).find(Boolean) || "";
  }

  site.filterRun = { known, environments, unknown, needs };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

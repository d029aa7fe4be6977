// The lines of the run table, from top to bottom: pinned runs, then groups with what is unfolded, or runs in order.
(function (/** @type {Site} */ site) {
  "use strict";

  /**
   * Groups in the order asked for: by the centre of a column, else by the values they share.
   * @param {Group[]} groups @param {SortKey[]} keys @param {Arrangement} how @returns {Group[]}
   */
  function ordered(groups, keys, how) {
    const by = keys.map(({ key, dir }) => ({ column: how.columns.find((one) => one.key === key), sign: dir === "desc" ? -1 : 1 }))
      .filter(({ column }) => column && column.values);
    if (!by.length) return groups;
    const rows = groups.map((group) => ({ group, keys: by.map(({ column }) => site.aggregate.key(/** @type {ColumnData} */ (column), group.positions, how.centre)) }));
    return rows.sort((one, other) => {
      for (const [at, { sign }] of by.entries()) {
        const a = one.keys[at], b = other.keys[at];
        const isMissing = (/** @type {CellValue} */ value) => typeof value !== "number" && typeof value !== "string";
        if (isMissing(a) || isMissing(b)) {
          if (isMissing(a) !== isMissing(b)) return isMissing(a) ? 1 : -1;
          continue;
        }
        const found = typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : Number(String(a) > String(b));
        if (found) return sign * found;
      }
      return 0;
    }).map(({ group }) => group);
  }

  /** @param {Group[]} groups @param {number} depth @param {SortKey[]} keys @param {Arrangement} how @param {Line[]} lines */
  function unfold(groups, depth, keys, how, lines) {
    for (const group of ordered(groups, keys, how)) {
      const isOpen = how.open.has(group.path);
      lines.push({ kind: "group", group, depth, isOpen });
      if (!isOpen) continue;
      if (group.inner.length) unfold(group.inner, depth + 1, keys, how, lines);
      else for (const at of how.sorted(group.positions)) lines.push({ kind: "run", at, depth: depth + 1 });
    }
  }

  /**
   * The lines of these runs.
   * @param {number[]} positions those that pass the filter @param {SortKey[]} keys @param {Arrangement} how @returns {Line[]}
   */
  function lines(positions, keys, how) {
    /** @type {Line[]} */
    const found = how.sorted(how.pinned).map((at) => ({ kind: "run", at, depth: 0, isPinned: true }));
    if (how.by.length) {
      unfold(site.groups.tree(positions, how.by), 0, keys, how, found);
      return found;
    }
    const above = new Set(how.pinned);
    for (const at of how.sorted(positions)) if (!above.has(at)) found.push({ kind: "run", at, depth: 0 });
    return found;
  }

  site.arrange = { lines };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

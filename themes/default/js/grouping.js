// By what runs are grouped, for the table and the charts alike, and which of them a filter lets through.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {(Leaf & { color: string })[] | null} */
  let all = null;
  /** @type {(Leaf & { color: string })[] | null} */
  let passing = null;

  /** The columns that group, outermost first, as far as their values are here. @returns {ColumnData[]} */
  const by = () => site.store.get("group").map(site.columns.find).filter((/** @type {ColumnData | null} */ one) => one && one.values);

  /** Every innermost group of the page's runs. Its colour is that of its value or, where several settings make the groups, of its place among all, whatever a filter hides. */
  function every() {
    const page = /** @type {PageData} */ (site.current);
    if (!all) {
      const palette = page.colors ? page.colors.palette : [];
      const leaves = site.groups.leaves(site.groups.tree(page.runs.map((_, at) => at), by()));
      all = leaves.map((leaf, at) => ({ ...leaf, color: site.colouring.nth(at, palette) }));
      // A value that alone makes the groups has the colour that it gives to runs.
      const own = by().length === 1 && page.colors ? site.colouring.scale(by()[0].values || [], palette, page.colors.ramp) : null;
      if (own) for (const leaf of all) leaf.color = own.get((by()[0].values || [])[leaf.positions[0]] ?? null) || page.colors?.none || leaf.color;
      const colors = site.colouring.ofGroups(all);
      if (colors) colors.forEach((color, at) => { (all || [])[at].color = color; });
    }
    return all;
  }

  /** The groups with only those runs that are drawn: neither hidden nor filtered out; empty ones left out. */
  function drawn() {
    const page = /** @type {PageData} */ (site.current);
    if (!passing) {
      const unseen = site.store.get("unseen") || site.store.get("hidden");
      passing = every().map((leaf) => ({ ...leaf, positions: leaf.positions.filter((at) => !unseen.has(page.runs[at].id)) }))
        .filter((leaf) => leaf.positions.length);
    }
    return passing;
  }

  function forget() {
    all = passing = null;
    site.colouring.forget();
  }

  site.grouping = { by, every, drawn, forget, active: () => by().length > 0 };
  for (const key of ["group", "color", "style", "columns"]) site.store.on(key, forget);
  for (const key of ["hidden", "unseen"]) site.store.on(key, () => { passing = null; });
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

// Sentences from the site's catalogue: each script brings those that it says, and here they are filled in.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {Intl.PluralRules | null} */
  let rules = null;

  /**
   * The plural form of a whole number in the page's language.
   * @param {number} count
   */
  function form(count) {
    rules = rules || new Intl.PluralRules(globalThis.document?.documentElement.lang || "en");
    return rules.select(count);
  }

  /** @param {string | number} value */
  const shown = (value) => (typeof value === "number" ? String(value).replace(/\B(?=(\d{3})+$)/g, ",") : value);

  site.words = site.words || {};

  site.t = (key, named = {}) => {
    const known = site.words[key] ?? key;
    const pattern = typeof known === "string" ? known : known[form(Number(named.n))] || known.other;
    return pattern.replace(/\{([a-z_]+)\}/g, (whole, /** @type {string} */ name) => String(shown(named[name] ?? whole)));
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

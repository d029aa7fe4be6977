// Scripts that come when they are needed: chunks, templates, Vega. fetch and modules fail on file://.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {Map<string, Promise<void>>} */
  const scripts = new Map();
  /** @type {Map<string, Promise<Entry[]>>} */
  const chunks = new Map();

  /** @param {string} path from the site's root @returns {Promise<void>} */
  function script(path) {
    const known = scripts.get(path);
    if (known) return known;
    const loading = new Promise((/** @type {(value?: any) => void} */ resolve, reject) => {
      const element = document.createElement("script");
      element.dataset.path = path;
      element.src = (site.current ? site.current.root : "") + path;
      element.onload = () => resolve();
      element.onerror = () => {
        scripts.delete(path);  // So that a retry asks again.
        element.remove();
        reject(new Error(site.t("trouble.load", { file: path })));
      };
      document.head.append(element);
    });
    scripts.set(path, loading);
    return loading;
  }

  /** @param {string} path */
  async function decoded(path) {
    await script(path);
    const id = path.replace(/^.*\//, "").replace(/\.js$/, "");
    const text = site.parts.chunks.get(id);
    if (text === undefined) throw new Error(site.t("trouble.lacks", { file: path, what: id }));
    site.parts.chunks.delete(id);
    try {
      return await site.decode(text);
    } catch (error) {
      throw new Error(site.t("trouble.damaged", { file: path, why: String(error instanceof Error ? error.message : error) }));
    }
  }

  /** Its text is of no more use, and asking again loads it again. @param {string} path */
  function forget(path) {
    scripts.delete(path);
    for (const element of document.head.querySelectorAll("script")) if (element.dataset.path === path) element.remove();
  }

  site.load = {
    script,
    async once(path) {
      try {
        return await decoded(path);
      } finally {
        forget(path);
      }
    },
    async again(path) {
      forget(path);
      try {
        await script(path);
      } finally {
        forget(path);
      }
    },
    keep(paths) {
      for (const path of chunks.keys()) {
        if (paths.has(path)) continue;
        chunks.delete(path);
        forget(path);
      }
    },
    later() {
      const named = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=later]"));
      return named ? script(named.content) : Promise.resolve();
    },
    chunk(path) {
      const known = chunks.get(path) || decoded(path);
      chunks.set(path, known);
      known.catch(() => {
        chunks.delete(path);
        scripts.delete(path);
      });
      return known;
    },
    async vega() {
      const page = /** @type {PageData} */ (site.current);
      await Promise.all([script(page.vega), script(page.templates)]);
      if (!site.vegaEmbed || !site.parts.templates) throw new Error(site.t("trouble.scripts"));
    },
  };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

// The font that exported files bring: its characters, their widths, and its files with only the letters that are used.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Of a glyph made of others: that more follow, and what lies between two of them. */
  const MORE = 0x20, WORDS = 0x01, SCALED = [[0x08, 2], [0x40, 4], [0x80, 8]];

  /** @param {string} text */
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  /** @param {Uint8Array<ArrayBuffer>} content @param {CompressionStream | DecompressionStream} stream */
  const through = async (content, stream) => new Uint8Array(await new Response(new Blob([content]).stream().pipeThrough(stream)).arrayBuffer());

  /** @param {Uint8Array<ArrayBuffer>} content as PDF files keep it */
  const deflated = (content) => through(content, new CompressionStream("deflate"));

  /** @param {FontData} data @returns {Promise<Face>} */
  async function face(data) {
    const letters = [...data.text];
    return {
      glyphs: new Map(letters.map((letter, at) => [letter, data.glyphs[at]])),
      widths: new Map(letters.map((letter, at) => [letter, data.widths[at]])),
      file: await through(bytes(data.file), new DecompressionStream("deflate")),
    };
  }

  /** Where the tables of a font file are. @param {Uint8Array} file */
  function tables(file) {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength), found = /** @type {Map<string, [number, number, number]>} */ (new Map());
    for (let at = 0; at < view.getUint16(4); at++) {
      const row = 12 + 16 * at, name = String.fromCharCode(...file.subarray(row, row + 4));
      found.set(name, [view.getUint32(row + 8), view.getUint32(row + 12), row]);
    }
    return { view, found };
  }

  /** The parts of a glyph that is made of others. @param {DataView} view @param {number} start */
  function parts(view, start) {
    /** @type {number[]} */
    const found = [];
    if (view.getInt16(start) >= 0) return found;
    for (let at = start + 10, flags = MORE; flags & MORE;) {
      flags = view.getUint16(at);
      found.push(view.getUint16(at + 2));
      at += 4 + (flags & WORDS ? 4 : 2) + SCALED.reduce((size, [bit, more]) => size + (flags & bit ? more : 0), 0);
    }
    return found;
  }

  /** The same file with the outlines of these glyphs alone; their numbers stay. @param {Uint8Array} file @param {Set<number>} wanted */
  function subset(file, wanted) {
    const { view, found } = tables(file), place = (/** @type {string} */ name) => /** @type {[number, number, number]} */ (found.get(name));
    const isLong = view.getInt16(place("head")[0] + 50) === 1, [loca, locaSize] = place("loca"), [glyf] = place("glyf");
    const count = locaSize / (isLong ? 4 : 2) - 1;
    const offset = (/** @type {number} */ at) => (isLong ? view.getUint32(loca + 4 * at) : 2 * view.getUint16(loca + 2 * at));
    const kept = new Set([0]), open = [...wanted];
    for (let glyph = open.pop(); glyph !== undefined; glyph = open.pop()) {
      if (kept.has(glyph)) continue;
      kept.add(glyph);
      if (offset(glyph + 1) > offset(glyph)) open.push(...parts(view, glyf + offset(glyph)));
    }
    const outlines = new Uint8Array(place("glyf")[1]), places = new Uint8Array(locaSize), placed = new DataView(places.buffer);
    let end = 0;
    for (let glyph = 0; glyph <= count; glyph++) {
      if (isLong) placed.setUint32(4 * glyph, end);
      else placed.setUint16(2 * glyph, end / 2);
      if (glyph === count || !kept.has(glyph)) continue;
      const outline = file.subarray(glyf + offset(glyph), glyf + offset(glyph + 1));
      outlines.set(outline, end);
      end += outline.length + (outline.length % 2);
    }
    return assembled(file, found, new Map([["glyf", outlines.slice(0, end)], ["loca", places]]));
  }

  /** @param {Uint8Array} file @param {Map<string, [number, number, number]>} found @param {Map<string, Uint8Array>} changed */
  function assembled(file, found, changed) {
    const bodies = [...found].map(([name, [start, size, row]]) => ({ row, body: changed.get(name) || file.slice(start, start + size) }));
    const head = 12 + 16 * bodies.length, padded = (/** @type {number} */ size) => size + (-size & 3);
    const made = new Uint8Array(bodies.reduce((size, { body }) => size + padded(body.length), head)), view = new DataView(made.buffer);
    made.set(file.subarray(0, head));
    let at = head;
    for (const { row, body } of bodies) {
      made.set(body, at);
      let sum = 0;
      for (let word = at; word < at + padded(body.length); word += 4) sum = (sum + view.getUint32(word)) >>> 0;
      view.setUint32(row + 4, sum);
      view.setUint32(row + 8, at);
      view.setUint32(row + 12, body.length);
      at += padded(body.length);
    }
    return made;
  }

  /** @param {Uint8Array} content */
  function encoded(content) {
    let text = "";
    for (let at = 0; at < content.length; at += 8192) text += String.fromCharCode(...content.subarray(at, at + 8192));
    return btoa(text);
  }

  /** The glyphs that the texts of a chart need of a face. @param {Scene} scene @param {Face} one @param {boolean} isBold */
  function used(scene, one, isBold) {
    const letters = new Set(scene.items.flatMap((item) => (item.kind === "text" && item.bold === isBold ? [...item.text] : [])));
    return new Set([...letters].flatMap((letter) => one.glyphs.get(letter) ?? []));
  }

  /** Loads the font once. @returns {Promise<Faces>} */
  async function load() {
    const page = /** @type {PageData} */ (site.current);
    if (!site.fonts) await site.load.script(page.fonts || "");
    const [regular, bold] = await Promise.all([face(site.fonts.regular), face(site.fonts.bold)]);
    /** @param {boolean} isBold */
    const of = (isBold) => (isBold ? bold : regular);
    return {
      of,
      width: (text, isBold) => [...text].reduce((sum, letter) => sum + (of(isBold).widths.get(letter) ?? 1000) / 1000, 0),
      css: (scene) => [false, true].flatMap((isBold) => {
        const glyphs = used(scene, of(isBold), isBold);
        return glyphs.size ? [`@font-face{font-family:"${site.vector.FAMILY}";font-weight:${isBold ? 600 : 400};src:url(data:font/ttf;base64,${encoded(subset(of(isBold).file, glyphs))})}`] : [];
      }).join(""),
    };
  }

  site.faces = { load, subset, used, deflated };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

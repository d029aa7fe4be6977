// A chart as PDF: vector lines and areas, texts that can be selected and searched, the font inside the file.
(function (/** @type {Site} */ site) {
  "use strict";

  /** Points of a PDF in a pixel of a page. */
  const POINTS = 0.75, SHARP = 4;
  const BLACK = "0 0 0";

  /** @param {number} value */
  const short = (value) => String(Math.round(value * 1000) / 1000);

  /** Four hexadecimal digits of each. @param {Iterable<number>} numbers */
  const hex = (numbers) => [...numbers].map((one) => one.toString(16).padStart(4, "0")).join("").toUpperCase();

  /** @param {string} text */
  const units = (text) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

  /** A text as PDF keeps it outside of pictures. @param {string} text */
  const phrase = (text) => `<FEFF${hex(units(text))}>`;

  /** `#rrggbb` as three parts of one. @param {string} color */
  function parts(color) {
    const known = /^#([0-9a-f]{6})$/i.exec(color) ? color : site.tokens.probe(color);
    return known.startsWith("#") ? [1, 3, 5].map((at) => short(Number.parseInt(known.slice(at, at + 2), 16) / 255)).join(" ") : BLACK;
  }

  /** Objects of a file by number, and the file of them. */
  function writer() {
    /** @type {(string | Uint8Array)[][]} */
    const objects = [];
    const text = new TextEncoder();
    return {
      /** @param {...(string | Uint8Array)} body */
      add: (...body) => objects.push(body),
      /** @param {number} number @param {...(string | Uint8Array)} body */
      set(number, ...body) { objects[number - 1] = body; },
      /** @param {string} dictionary @param {Uint8Array} content */
      stream: (dictionary, content) => objects.push([`<<${dictionary}/Length ${content.length}>>\nstream\n`, content, "\nendstream"]),
      /** @param {number} root @param {number} about @returns {Uint8Array<ArrayBuffer>} */
      file(root, about) {
        /** @type {Uint8Array[]} */
        const pieces = [];
        let size = 0;
        const put = (/** @type {string | Uint8Array} */ piece) => {
          const bytes = typeof piece === "string" ? text.encode(piece) : piece;
          pieces.push(bytes);
          size += bytes.length;
        };
        put("%PDF-1.7\n");
        put(Uint8Array.of(37, 226, 227, 207, 211, 10));
        const places = objects.map((body, at) => {
          const place = size;
          put(`${at + 1} 0 obj\n`);
          body.forEach(put);
          put("\nendobj\n");
          return place;
        });
        const table = size;
        put(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("")}`);
        put(`trailer\n<</Size ${objects.length + 1}/Root ${root} 0 R/Info ${about} 0 R>>\nstartxref\n${table}\n%%EOF\n`);
        const whole = new Uint8Array(size);
        let at = 0;
        for (const piece of pieces) {
          whole.set(piece, at);
          at += piece.length;
        }
        return whole;
      },
    };
  }

  /** The operators of a path. @param {string} d */
  const path = (d) => d.replace(/([MLCZ])([^MLCZ]*)/g, (_, /** @type {string} */ command, /** @type {string} */ numbers) => (
    `${numbers.trim()} ${/** @type {any} */ ({ M: "m", L: "l", C: "c", Z: "h" })[command]}\n`.trimStart()));

  /** Which characters each glyph stands for, so that a text can be copied. @param {Map<string, number>} used */
  const characters = (used) => `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def /CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
${chunks([...used], 100).map((some) => `${some.length} beginbfchar\n${some.map(([letter, glyph]) => `<${hex([glyph])}> <${hex(units(letter))}>`).join("\n")}\nendbfchar`).join("\n")}
endcmap CMapName currentdict /CMap defineresource pop end end`;

  /** @template T @param {T[]} all @param {number} size @returns {T[][]} */
  const chunks = (all, size) => Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

  /** @param {ReturnType<typeof writer>} out @param {Face} face @param {Map<string, number>} used @param {boolean} isBold */
  async function font(out, face, used, isBold) {
    const name = `CHARTS+ChartSans${isBold ? "-Bold" : ""}`, file = site.faces.subset(face.file, new Set(used.values()));
    const program = out.stream(`/Filter/FlateDecode/Length1 ${file.length}`, await site.faces.deflated(file));
    const descriptor = out.add(`<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox [-544 -303 1302 980]/ItalicAngle 0/Ascent 905/Descent -212/CapHeight 688/StemV ${isBold ? 169 : 95}/FontFile2 ${program} 0 R>>`);
    const widths = [...used].map(([letter, glyph]) => `${glyph} [${face.widths.get(letter)}]`).join(" ");
    const child = out.add(`<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)/Supplement 0>>/FontDescriptor ${descriptor} 0 R/DW 1000/W [${widths}]/CIDToGIDMap/Identity>>`);
    const map = out.stream("/Filter/FlateDecode", await site.faces.deflated(new TextEncoder().encode(characters(used))));
    return out.add(`<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts [${child} 0 R]/ToUnicode ${map} 0 R>>`);
  }

  /** A text in parts that the face has or has not. @param {string} text @param {Face} face */
  function split(text, face) {
    /** @type {{text: string, known: boolean}[]} */
    const found = [];
    for (const letter of text) {
      const known = face.glyphs.has(letter), last = found[found.length - 1];
      if (last && last.known === known) last.text += letter;
      else found.push({ text: letter, known });
    }
    return found;
  }

  /** Characters that the font lacks, painted by the browser's: how much ink lies on each pixel. @param {string} text @param {SceneText} item @param {string} family */
  function painted(text, item, family) {
    const canvas = document.createElement("canvas"), context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const style = `${item.bold ? "600 " : ""}${item.size * SHARP}px ${family}`;
    context.font = style;
    const width = context.measureText(text).width;
    canvas.width = Math.max(1, Math.ceil(width));
    canvas.height = Math.ceil(item.size * SHARP * 1.5);
    context.font = style;
    context.fillText(text, 0, item.size * SHARP * 1.1);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return { ink: Uint8Array.from({ length: data.length / 4 }, (_, at) => data[4 * at + 3]), columns: canvas.width, rows: canvas.height, width: width / SHARP };
  }

  /**
   * The bytes of a PDF file of one page. @param {Scene} scene @param {Faces} faces @param {number} [zoom] how much larger than it was laid out
   * @returns {Promise<Uint8Array<ArrayBuffer>>}
   */
  async function file(scene, faces, zoom = 1) {
    const out = writer(), [root, pages, page] = [out.add(), out.add(), out.add()];
    const scale = POINTS * zoom, width = scene.width * scale, height = scene.height * scale;
    /** @type {Map<string, number>[]} */
    const used = [new Map(), new Map()];
    /** @type {Map<string, string>} */
    const states = new Map();
    /** @type {string[]} */
    const pictures = [];
    const content = [`${short(scale)} 0 0 ${short(-scale)} 0 ${short(height)} cm`, `${parts(scene.paper)} rg 0 0 ${short(scene.width)} ${short(scene.height)} re f`];
    const space = /** @type {number} */ (faces.of(false).glyphs.get(" "));

    /** @param {number} alpha */
    function state(alpha) {
      if (alpha >= 1) return "";
      const key = short(alpha);
      if (!states.has(key)) states.set(key, `A${states.size}`);
      return `/${states.get(key)} gs\n`;
    }

    /** @param {string} some @param {SceneText} item @param {number} x */
    async function foreign(some, item, x) {
      const { ink, columns, rows, width: wide } = painted(some, item, scene.font), number = `I${pictures.length}`;
      const mask = out.stream(`/Type/XObject/Subtype/Image/Width ${columns}/Height ${rows}/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/FlateDecode`, await site.faces.deflated(ink));
      const solid = new Uint8Array(3).map((_, at) => Math.round(255 * Number(parts(item.color).split(" ")[at])));
      pictures.push(`/${number} ${out.stream(`/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceRGB/BitsPerComponent 8/SMask ${mask} 0 R`, solid)} 0 R`);
      const high = rows / SHARP, top = item.y - item.size * 1.1;
      used[0].set(" ", space);
      const unseen = `BT 3 Tr /F0 ${item.size} Tf ${short(100 * wide / (item.size * 0.278))} Tz 1 0 0 -1 ${short(x)} ${short(item.y)} Tm <${hex([space])}> Tj 100 Tz 0 Tr ET`;
      content.push(`q ${short(columns / SHARP)} 0 0 ${short(-high)} ${short(x)} ${short(top + high)} cm /${number} Do Q`, `/Span <</ActualText ${phrase(some)}>> BDC ${unseen} EMC`);
      return wide;
    }

    /** @param {SceneText} item */
    async function text(item) {
      const face = faces.of(item.bold), pieces = split(item.text, face);
      const size = (/** @type {{text: string, known: boolean}} */ piece) => (piece.known ? faces.width(piece.text, item.bold) * item.size : painted(piece.text, item, scene.font).width);
      const whole = pieces.reduce((sum, piece) => sum + size(piece), 0);
      let x = item.x - whole * { left: 0, center: 0.5, right: 1 }[item.anchor];
      content.push(`q ${state(item.alpha)}${parts(item.color)} rg`);
      for (const piece of pieces) {
        if (!piece.known) {
          x += await foreign(piece.text, item, x);
          continue;
        }
        const glyphs = [...piece.text].map((letter) => {
          const glyph = /** @type {number} */ (face.glyphs.get(letter));
          used[Number(item.bold)].set(letter, glyph);
          return glyph;
        });
        content.push(`BT /F${Number(item.bold)} ${item.size} Tf 1 0 0 -1 ${short(x)} ${short(item.y)} Tm <${hex(glyphs)}> Tj ET`);
        x += size(piece);
      }
      content.push("Q");
    }

    for (const item of scene.items) {
      if (item.kind === "text") {
        await text(item);
        continue;
      }
      const { clip } = item, held = clip ? `${short(clip.x)} ${short(clip.y)} ${short(clip.width)} ${short(clip.height)} re W n\n` : "";
      const look = item.kind === "fill" ? `${parts(item.color)} rg` : `${parts(item.color)} RG ${short(item.width)} w 1 j [${item.dash.join(" ")}] 0 d`;
      content.push(`q ${held}${state(item.alpha)}${look}\n${path(item.d)}${item.kind === "fill" ? "f" : "S"} Q`);
    }
    const fonts = [];
    for (const [at, letters] of used.entries()) if (letters.size) fonts.push(`/F${at} ${await font(out, faces.of(at === 1), letters, at === 1)} 0 R`);
    const body = out.stream("/Filter/FlateDecode", await site.faces.deflated(new TextEncoder().encode(content.join("\n"))));
    const shades = [...states].map(([alpha, name]) => `/${name} <</ca ${alpha}/CA ${alpha}>>`).join("");
    out.set(root, `<</Type/Catalog/Pages ${pages} 0 R/Lang ${phrase(document.documentElement.lang || "en")}/ViewerPreferences <</DisplayDocTitle true>>>>`);
    out.set(pages, `<</Type/Pages/Kids [${page} 0 R]/Count 1>>`);
    out.set(page, `<</Type/Page/Parent ${pages} 0 R/MediaBox [0 0 ${short(width)} ${short(height)}]/Contents ${body} 0 R/Resources <</Font <<${fonts.join("")}>>/ExtGState <<${shades}>>/XObject <<${pictures.join("")}>>>>>>`);
    return out.file(root, out.add(`<</Title ${phrase(scene.title)}/Subject ${phrase(scene.words)}/Creator (runpress)>>`));
  }

  site.pdf = { file };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

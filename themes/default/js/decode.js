// Chunks back into typed arrays: base64, gzip, then byte planes; the other half of sitegen/charts/packs.py.
(function (/** @type {Site} */ site) {
  "use strict";

  /** @type {{[type: string]: [number, any]}} */
  const TYPES = {
    f64: [8, Float64Array], f32: [4, Float32Array], u32: [4, Uint32Array], i32: [4, Int32Array],
  };

  /** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
  function bytes(text) {
    const native = /** @type {any} */ (Uint8Array).fromBase64;
    if (native) return native.call(Uint8Array, text);
    const binary = atob(text);
    const out = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at++) out[at] = binary.charCodeAt(at);
    return out;
  }

  /** @param {Uint8Array<ArrayBuffer>} packed @returns {Promise<Uint8Array<ArrayBuffer>>} */
  async function gunzip(packed) {
    const { writable, readable } = new DecompressionStream("gzip"), writer = writable.getWriter(), reader = readable.getReader();
    // By hand: through a Blob and a Response the bytes go by other processes, which takes twice as long.
    Promise.all([writer.write(packed), writer.close()]).catch(() => {});  // Whoever reads hears what is wrong.
    const parts = [];
    let length = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      length += part.value.length;
    }
    const out = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  /** @param {Uint8Array} planes @param {number} count @param {string} type @returns {Numbers} */
  function unshuffle(planes, count, type) {
    const [size, make] = TYPES[type];
    const out = new Uint8Array(count * size);
    for (let plane = 0; plane < size; plane++) {
      const from = plane * count;
      for (let at = 0, to = plane; at < count; at++, to += size) out[to] = planes[from + at];
    }
    return new make(out.buffer);
  }

  /** Differences of whole units back into values. @param {Numbers} steps @param {number} base @param {number} scale */
  function summed(steps, base, scale) {
    const out = new Float64Array(steps.length);
    let units = base;
    for (let at = 0; at < steps.length; at++) {
      units += steps[at];
      out[at] = units / scale;
    }
    return out;
  }

  /** @param {Uint8Array<ArrayBuffer>} container @returns {Entry[]} */
  function unpack(container) {
    const length = new DataView(container.buffer).getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(container.subarray(4, 4 + length)));
    if (header.version !== 1) throw new Error(site.t("trouble.version", { version: header.version }));
    const start = Math.ceil((4 + length) / 8) * 8;
    const columns = header.columns.map((/** @type {any} */ spec) => {
      const from = start + spec.offset;
      const planes = container.subarray(from, from + spec.count * TYPES[spec.type][0]);
      const values = unshuffle(planes, spec.count, spec.type);
      return "scale" in spec ? summed(values, spec.base, spec.scale) : values;
    });
    return header.series.map((/** @type {any} */ one) => {
      const cols = Object.fromEntries(Object.entries(one.cols || {}).map(([name, at]) => [name, columns[Number(at)]]));
      return { ...one, cols };
    });
  }

  site.decode = async (text) => unpack(await gunzip(bytes(text)));
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

// A small Parquet file: one row group, plain encoding, no compression; numbers as doubles, the rest as text.
// The layout is that of the format's own description (github.com/apache/parquet-format), its metadata in Thrift's
// compact protocol.
(function (/** @type {Site} */ site) {
  "use strict";

  const TEXT = new TextEncoder();
  const DOUBLE = 5, BYTE_ARRAY = 6, OPTIONAL = 1, UTF8 = 0, PLAIN = 0, RLE = 3, UNCOMPRESSED = 0;
  const I32 = 5, I64 = 6, BINARY = 8, LIST = 9, STRUCT = 12;

  /** Bytes that grow. */
  class Bytes {
    constructor() {
      this.bytes = new Uint8Array(1024);
      this.size = 0;
    }

    /** @param {ArrayLike<number>} more */
    add(more) {
      if (this.size + more.length > this.bytes.length) {
        const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.size + more.length));
        larger.set(this.bytes.subarray(0, this.size));
        this.bytes = larger;
      }
      this.bytes.set(more, this.size);
      this.size += more.length;
    }

    /** Seven bits at a time. @param {number} value a whole number, not negative */
    varint(value) {
      const out = [];
      let rest = value;
      while (rest > 127) {
        out.push((rest % 128) + 128);
        rest = Math.floor(rest / 128);
      }
      this.add([...out, rest]);
    }

    /** @param {number} value */
    u32(value) {
      this.add([value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]);
    }

    done() {
      return this.bytes.slice(0, this.size);
    }
  }

  /**
   * A struct of the compact protocol; fields as [number, type, value], numbers rising.
   * @param {Bytes} out @param {[number, number, any][]} fields
   */
  function struct(out, fields) {
    let former = 0;
    for (const [number, type, value] of fields) {
      out.add([((number - former) << 4) | type]);
      former = number;
      write(out, type, value);
    }
    out.add([0]);
  }

  /** @param {Bytes} out @param {number} type @param {any} value */
  function write(out, type, value) {
    if (type === I32 || type === I64) out.varint(value * 2);  // Zigzag of what is not negative.
    else if (type === BINARY) {
      const bytes = TEXT.encode(value);
      out.varint(bytes.length);
      out.add(bytes);
    } else if (type === STRUCT) struct(out, value);
    else {
      const { of, values } = value;
      if (values.length < 15) out.add([(values.length << 4) | of]);
      else {
        out.add([0xf0 | of]);
        out.varint(values.length);
      }
      for (const one of values) write(out, of, one);
    }
  }

  /** Which rows have a value, as one run-length or bit-packed run. @param {boolean[]} present */
  function levels(present) {
    const out = new Bytes(), groups = Math.ceil(present.length / 8);
    out.varint(groups * 2 + 1);
    const packed = new Uint8Array(groups);
    present.forEach((is, at) => { if (is) packed[at >> 3] |= 1 << (at & 7); });
    out.add(packed);
    return out.done();
  }

  /** @param {CellValue[]} values @param {boolean} isNumber */
  function page(values, isNumber) {
    const body = new Bytes(), present = values.map((value) => value !== null), marks = levels(present);
    body.u32(marks.length);
    body.add(marks);
    for (const value of values) {
      if (value === null) continue;
      if (isNumber) body.add(new Uint8Array(new Float64Array([Number(value)]).buffer));
      else {
        const bytes = TEXT.encode(String(value));
        body.u32(bytes.length);
        body.add(bytes);
      }
    }
    const content = body.done(), out = new Bytes();
    struct(out, [[1, I32, 0], [2, I32, content.length], [3, I32, content.length], [5, STRUCT, [
      [1, I32, values.length], [2, I32, PLAIN], [3, I32, RLE], [4, I32, RLE],
    ]]]);
    out.add(content);
    return out.done();
  }

  /** Names that are all different: a second `run` becomes `run_2`. @param {ExportColumn[]} columns */
  function distinct(columns) {
    const taken = new Set();
    return columns.map(({ name }) => {
      let found = name;
      for (let number = 2; taken.has(found); number++) found = `${name}_${number}`;
      taken.add(found);
      return found;
    });
  }

  /** @param {ExportColumn[]} columns @returns {Uint8Array<ArrayBuffer>} */
  function file(columns) {
    const out = new Bytes(), rows = columns[0].values.length, names = distinct(columns);
    out.add(TEXT.encode("PAR1"));
    const chunks = columns.map(({ values }, at) => {
      const isNumber = values.every((value) => value === null || typeof value === "number") && values.some((value) => value !== null);
      const start = out.size;
      out.add(page(values, isNumber));
      return { name: names[at], isNumber, start, size: out.size - start };
    });
    const foot = new Bytes();
    const schema = chunks.map(({ name, isNumber }) => [[1, I32, isNumber ? DOUBLE : BYTE_ARRAY], [3, I32, OPTIONAL], [4, BINARY, name], ...(isNumber ? [] : [[6, I32, UTF8]])]);
    const total = chunks.reduce((sum, { size }) => sum + size, 0);
    const parts = chunks.map(({ name, isNumber, start, size }) => [[2, I64, start], [3, STRUCT, [
      [1, I32, isNumber ? DOUBLE : BYTE_ARRAY], [2, LIST, { of: I32, values: [PLAIN, RLE] }], [3, LIST, { of: BINARY, values: [name] }],
      [4, I32, UNCOMPRESSED], [5, I64, rows], [6, I64, size], [7, I64, size], [9, I64, start],
    ]]]);
    struct(foot, [
      [1, I32, 1], [2, LIST, { of: STRUCT, values: [[[4, BINARY, "schema"], [5, I32, chunks.length]], ...schema] }], [3, I64, rows],
      [4, LIST, { of: STRUCT, values: [[[1, LIST, { of: STRUCT, values: parts }], [2, I64, total], [3, I64, rows]]] }], [6, BINARY, "runpress"],
    ]);
    out.add(foot.done());
    out.u32(foot.size);
    out.add(TEXT.encode("PAR1"));
    return out.done();
  }

  site.parquet = { file };
})(/** @type {any} */ (globalThis).site || (/** @type {any} */ (globalThis).site = {}));

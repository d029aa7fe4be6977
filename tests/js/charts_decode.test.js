"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, cases } = require("./charts_harness.js");

const textOf = (chunk) => /"([A-Za-z0-9+/=]*)"\);\s*$/.exec(chunk)[1];

for (const { name, chunk, series } of cases("chunks")) {
  test(`a chunk comes back to the bit: ${name}`, async () => {
    const decoded = await load("decode").decode(textOf(chunk));
    assert.strictEqual(decoded.length, series.length);
    for (const [at, one] of decoded.entries()) {
      const { cols, ...rest } = series[at];
      for (const [key, value] of Object.entries(rest)) assert.strictEqual(one[key], value, key);
      for (const [key, values] of Object.entries(cols)) {
        assert.ok(Array.from(one.cols[key]).every((value, place) => Object.is(value, values[place])), key);
        assert.strictEqual(one.cols[key].length, values.length, key);
      }
    }
  });
}

test("a damaged chunk is an error, not a wrong curve", async () => {
  const { decode } = load("decode");
  const text = textOf(cases("chunks")[0].chunk);
  const broken = text.slice(0, 60) + (text[60] === "A" ? "B" : "A") + text.slice(61);
  await assert.rejects(() => decode(broken));
  await assert.rejects(() => decode(text.slice(0, text.length - 24)));
});

test("a chunk of a later version is refused by name", async () => {
  const { gzipSync } = require("node:zlib");
  const header = Buffer.from('{"version":2}');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  const packed = gzipSync(Buffer.concat([length, header])).toString("base64");
  await assert.rejects(() => load("decode").decode(packed), /version 2/);
});

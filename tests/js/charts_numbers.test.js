"use strict";

const assert = require("node:assert");
const test = require("node:test");
const { load, cases, near, plain } = require("./charts_harness.js");

for (const { name, x, y, weight, counts, smoothed } of cases("smooth")) {
  test(`smoothing: ${name}`, () => {
    const found = load("smooth").smooth.average(x, y, weight, counts);
    assert.strictEqual(found.length, smoothed.length);
    smoothed.forEach((value, at) => assert.ok(near(found[at], value, 1e-12), `${at}: ${found[at]} is not ${value}`));
  });
}

test("zooming does not change a smoothed curve: it depends on the whole series only", () => {
  const { average } = load("smooth").smooth;
  const x = Array.from({ length: 50 }, (_, at) => at), y = x.map((at) => Math.sin(at));
  assert.deepStrictEqual(average(x, y, 0.9).slice(0, 50), average(x, y, 0.9));
  assert.ok(Math.abs(average(x, y, 0.999)[49] - y[49]) > 0.01);
});

for (const { name, kind, domain, range, values, places } of cases("scales")) {
  test(`scale: ${name}`, () => {
    const scale = load("scale").scale.make(kind, domain, range);
    values.forEach((value, at) => assert.ok(near(scale.map(value), places[at]), `${value}: ${scale.map(value)}`));
    for (const [at, value] of values.entries()) {
      assert.ok(near(scale.invert(places[at]), value, 1e-6), `back from ${places[at]}`);
    }
  });
}

test("domains of constants, lone points and nothing have room", () => {
  const { domain } = load("scale");
  assert.deepStrictEqual(plain(domain.x([5, 5])), [4.495, 5.505]);
  assert.deepStrictEqual(plain(domain.x(null)), [0, 1]);
  assert.deepStrictEqual(plain(domain.y(null, "log")), [0.1, 1]);
  for (const kind of ["linear", "symlog", "log"]) {
    for (const value of [1e-300, 1, 1e300]) {
      const [low, high] = domain.y([value, value], kind);
      assert.ok(low <= value && value <= high && low < high, `${kind} ${value}: ${low} ${high}`);
    }
  }
});

test("an axis that begins near zero begins at zero, so that charts of a page share it", () => {
  const { domain } = load("scale");
  assert.deepStrictEqual(plain(domain.x([42, 4200], true)), [0, 4200]);
  assert.deepStrictEqual(plain(domain.x([3000, 4200], true)), [3000, 4200]);
  assert.deepStrictEqual(plain(domain.x([-5, 4200], true)), [-5, 4200]);
  assert.deepStrictEqual(plain(domain.x([42, 4200])), [42, 4200]);
});

test("a domain's air does not cross zero", () => {
  const { domain } = load("scale");
  assert.strictEqual(domain.y([0.01, 1], "linear")[0], 0);
  assert.strictEqual(domain.y([-1, -0.01], "linear")[1], 0);
  assert.ok(domain.y([-1, 1], "linear")[0] < -1);
});

test("the largest numbers keep a finite domain", () => {
  const { domain } = load("scale");
  for (const value of plain(domain.y([-1.7e308, 1.7e308], "linear"))) assert.ok(Number.isFinite(value));
});

const ticks = load("scale", "ticks").ticks;

const LABELS = [
  ["linear", 0, 1, 5, "0 0.2 0.4 0.6 0.8 1"],
  ["linear", 0, 1000, 4, "0 200 400 600 800 1k"],
  ["linear", 0, 3000, 6, "0 500 1k 1.5k 2k 2.5k 3k"],
  ["linear", 9.9e9, 1.01e10, 4, "9.9G 9.95G 10G 10.05G 10.1G"],
  ["linear", 0, 2e-7, 4, "0 5e-8 1e-7 1.5e-7 2e-7"],
  ["linear", 0.97412, 0.97418, 3, "0.97412 0.97414 0.97416 0.97418"],
  ["linear", -0.5, 0.5, 5, "−0.4 −0.2 0 0.2 0.4"],
  ["log", 0.001, 1000, 7, "0.001 0.01 0.1 1 10 100 1k"],
  ["log", 0.1, 8, 5, "0.1 0.2 0.5 1 2 5"],
  ["log", 1e-300, 1e300, 4, "1e-300 1e-150 1 1e150 1e300"],
  ["log", 2, 3, 3, "2 2.5 3"],
  ["symlog", -1000, 1000, 5, "−1k −100 −10 0 10 100 1k"],
  ["time", 0, 120, 4, "0 30 s 1 m 90 s 2 m"],
  ["time", 0, 7200, 4, "0 30 m 1 h 1 h 30 m 2 h"],
  ["time", 0, 0.004, 4, "0 1 ms 2 ms 3 ms 4 ms"],
  ["time", 0, 20 * 86400, 4, "0 7 d 14 d"],
];
test("percentages of a machine are shown from zero, everything else where it is", () => {
  const { domain } = load("scale");
  const based = (family, unit, range) => plain(domain.based({ family, unit }, range));
  assert.deepStrictEqual(based("system", "%", [97, 99]), [0, 99]);
  assert.deepStrictEqual(based("system", "% of one core", [97, 210]), [0, 210]);
  assert.deepStrictEqual(based("system", "bytes", [97, 99]), [97, 99]);
  assert.deepStrictEqual(based("metric", "%", [97, 99]), [97, 99]);
  assert.strictEqual(domain.based({ family: "system", unit: "%" }, null), null);
});

test("an axis of bytes is never so short that it has parts of one", () => {
  const { domain } = load("scale"), { ticks } = load("scale", "ticks");
  for (const unit of ["B/s", "bytes"]) {
    const [low, high] = plain(domain.y(domain.based({ unit }, [0, 0]), "linear"));
    assert.strictEqual(ticks.bytes(ticks.linear(low, high, 5)).labels.join(", "), "0, 2 B, 4 B, 6 B, 8 B, 10 B");
  }
  assert.deepStrictEqual(plain(domain.based({ unit: "B/s" }, [0, 0.4])), [0, 10]);
  assert.deepStrictEqual(plain(domain.based({ unit: "B/s" }, [0, 4000])), [0, 4000]);
  assert.deepStrictEqual(plain(domain.based({ unit: "bytes" }, [1e9, 1e9])), [1e9, 1e9]);
  assert.deepStrictEqual(plain(domain.based({ unit: "s" }, [0, 0.4])), [0, 0.4]);
});

test("ticks of sizes carry the unit of sizes", () => {
  const labels = (hi) => ticks.bytes(ticks.linear(0, hi, 4)).labels.join(", ");
  assert.strictEqual(labels(8e8), "0, 200 MB, 400 MB, 600 MB, 800 MB");
  assert.strictEqual(labels(4000), "0, 1 kB, 2 kB, 3 kB, 4 kB");
  assert.strictEqual(labels(400), "0, 100 B, 200 B, 300 B, 400 B");
  assert.strictEqual(labels(4e-6), "0, 1e-6 B, 2e-6 B, 3e-6 B, 4e-6 B");
});

for (const [kind, lo, hi, count, expected] of LABELS) {
  test(`ticks: ${kind} from ${lo} to ${hi}`, () => {
    const { values, labels } = ticks[kind](lo, hi, count);
    assert.strictEqual(labels.join(" "), expected);
    assert.ok(values.every((value) => value >= lo - 1e-9 * Math.abs(lo) && value <= hi + 1e-9 * Math.abs(hi)));
  });
}

test("neighbouring labels differ, whatever the magnitude", () => {
  for (const base of [0, 1, -3, 1e-9, 12345.678, 1e9, 7e15, 1e-30]) {
    for (const span of [1e-3, 1, 50, 1e4]) {
      const width = span * (Math.abs(base) || 1);
      const { labels } = ticks.linear(base, base + width, 5);
      assert.strictEqual(new Set(labels).size, labels.length, `${base} + ${width}: ${labels.join(" ")}`);
      assert.ok(labels.length >= 2 && labels.length <= 7, labels.join(" "));
    }
  }
});

test("no domain makes ticks without end or none at all", () => {
  for (const [lo, hi] of [[1, 1 + 1e-16], [0, 5e-324], [-1.7e308, 1.7e308], [1e308, 1.1e308]]) {
    const { values } = ticks.linear(lo, hi, 5);
    assert.ok(values.length >= 1 && values.length <= 200, `${lo} ${hi}: ${values.length}`);
  }
});

// The sequential multinomial test: its vector, its refusals, and how often it is wrong.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allowance, pick, randomFrom, source } from "./source.mjs";

const { lnGamma } = await source("gamma.ts");
const { SequentialTest } = await source("sequential.ts");

describe("ln Γ", () => {
  // By mpmath, with 30 digits, rounded to doubles.
  for (const [x, expected] of [
    [0.001, 6.907178885383853],
    [0.5, 0.5723649429247001],
    [1, 0],
    [1.5, -0.12078223763524522],
    [2, 0],
    [3.25, 0.9358019311087253],
    [7.999, 8.523145786158917],
    [8, 8.525161361065415],
    [10, 12.801827480081469],
    [100, 359.1342053695754],
    [12345.678, 103959.91990554606],
    [1e6, 12815504.569147611],
    [1e9, 19723265827.503716],
    [1e15, 3.3538776394910668e16],
  ]) {
    it(`of ${x} is as exact as it says`, () => {
      assert.ok(Math.abs(lnGamma(x) - expected) <= Math.max(1e-13, 4e-16 * expected), String(lnGamma(x)));
    });
  }

  it("is the logarithm of the factorial", () => {
    let sum = 0;
    for (let n = 1; n < 2_000; n++) {
      sum += Math.log(n);
      assert.ok(Math.abs(lnGamma(n + 1) - sum) < 1e-10, String(n));
    }
  });
});

describe("the sequential test", () => {
  it("computes the published vector", () => {
    const test = new SequentialTest([0.4, 0.4, 0.2], 1);
    for (const batch of [
      [20, 17, 9],
      [18, 21, 8],
      [4, 6, 4],
      [18, 19, 11],
    ])
      test.add(batch);
    assert.equal(test.logBayesFactor.toFixed(6), "-4.183814");
    assert.deepEqual(test.counts, [60, 63, 32]);
    assert.equal(test.total, 155);
    assert.equal(test.pValue, 1);
  });

  it("takes events one by one or in batches, and shares in any unit", () => {
    const [one, all] = [new SequentialTest([0.5, 0.3, 0.2]), new SequentialTest([5_000, 3_000, 2_000])];
    for (const [category, count] of [40, 10, 3].entries()) for (let i = 0; i < count; i++) one.observe(category);
    all.add([40, 10, 3]);
    assert.ok(Math.abs(one.logBayesFactor - all.logBayesFactor) < 1e-10);
  });

  it("keeps the least p-value", () => {
    const test = new SequentialTest([1, 1]);
    test.add([40, 0]);
    const least = test.pValue;
    assert.ok(least < 1e-9);
    test.add([0, 40]);
    assert.ok(test.logBayesFactor < 0);
    assert.equal(test.pValue, least);
  });

  it("refuses what are no shares", () => {
    for (const shares of [
      [],
      [1],
      [0, 1],
      [-1, 2],
      [Number.NaN, 1],
      [Infinity, 1],
      [1e308, 1e308],
      [5e-324, 1e10],
      ["x", 1],
    ])
      assert.throws(() => new SequentialTest(shares), { code: "INVALID_ARGUMENT" }, String(shares));
    for (const alpha of [0, -1, Number.NaN, Infinity, 1e308])
      assert.throws(() => new SequentialTest([1, 1], alpha), { code: "INVALID_ARGUMENT" }, String(alpha));
  });

  it("refuses what are no counts, and changes nothing", () => {
    const test = new SequentialTest([1, 1]);
    test.add([2, 1]);
    for (const batch of [[1], [1, 1, 1], [-1, 1], [0.5, 1], [Number.NaN, 1], [2 ** 53, 1], [2 ** 53 - 1, 0], ["1", 1]])
      assert.throws(() => test.add(batch), { code: "INVALID_ARGUMENT" }, String(batch));
    for (const category of [-1, 2, 0.5, undefined])
      assert.throws(() => test.observe(category), { code: "INVALID_ARGUMENT" }, String(category));
    assert.deepEqual(test.counts, [2, 1]);
    assert.equal(test.total, 3);
  });

  it("is exact enough, and finite, for as many events as a counter holds", () => {
    const test = new SequentialTest([1, 1]);
    test.add([2 ** 52 - 1, 2 ** 52 - 1]);
    assert.ok(Number.isFinite(test.logBayesFactor));
    assert.equal(test.pValue, 1);
  });
});

describe("1,000 experiments in which nothing is wrong, looked at after every event", () => {
  const [runs, events, shares] = [1_000, 1_000, [0.5, 0.3, 0.2]];
  const wrong = { sequential: 0, fixed: 0 };
  const random = randomFrom(20_111_035);
  for (let run = 0; run < runs; run++) {
    const test = new SequentialTest(shares);
    let refused = false;
    for (let event = 1; event <= events; event++) {
      test.observe(pick(shares, random()));
      const squares = shares.map((share, i) => (test.counts[i] - event * share) ** 2 / (event * share));
      // 5.99 is where χ² with two degrees of freedom has 5% beyond it.
      if (event >= 30 && squares[0] + squares[1] + squares[2] > 5.991) refused = true;
    }
    if (test.pValue <= 0.05) wrong.sequential += 1;
    if (refused) wrong.fixed += 1;
  }

  it("alarm as seldom as was promised", () => {
    assert.ok(wrong.sequential / runs <= allowance(0.05, runs), String(wrong.sequential));
  });

  it("would alarm far more often by the test that is made for one look", () => {
    assert.ok(wrong.fixed / runs > 0.2, String(wrong.fixed));
  });
});

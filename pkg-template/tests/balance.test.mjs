// Whether the arms of an experiment get the units that their weights say.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { ON_OFF, snapshot } from "./snapshots.mjs";
import { allowance } from "./source.mjs";

function split(weights, more = {}) {
  const variants = Object.fromEntries(Object.keys(weights).map((name) => [name, name]));
  const arms = Object.entries(weights).map(([variant, weight]) => ({ variant, weight }));
  const rules = [{ id: "arms", serve: { split: arms } }];
  return { type: "string", variants, off: "a", unit: "user", salt: "s", rules, default: "a", ...more };
}

function listening(flags, options = {}) {
  return new Tidegate(snapshot(flags), { exposures: "all", onExposure: () => {}, ...options });
}

function meet(tide, key, count, from = 0) {
  for (let i = from; i < from + count; i++) tide.decide(key, { user: `u-${i}` });
}

/** The units that were counted, by arm. */
function counts(tide) {
  return tide.balance().map(({ arms }) => Object.fromEntries(arms.map(({ variant, units }) => [variant, units])));
}

const sum = (tide) => counts(tide).map((units) => Object.values(units).reduce((all, count) => all + count, 0));

before(() => Tidegate.init());

describe("the balance", () => {
  it("says what was counted, and what should have been", () => {
    const tide = listening({ test: split({ a: 5, b: 3, none: 0, c: 2 }) });
    meet(tide, "test", 1_000);
    const [{ arms, pValue, ...rest }, ...more] = tide.balance();
    assert.deepEqual(more, []);
    assert.deepEqual(rest, { flag: "test", rule: "arms", valid: true });
    assert.deepEqual(
      arms.map(({ variant, share }) => [variant, share]),
      [
        ["a", 0.5],
        ["b", 0.3],
        ["c", 0.2],
      ],
    );
    assert.deepEqual(sum(tide), [1_000]);
    for (const { share, units } of arms) assert.ok(Math.abs(units - share * 1_000) < 60, String(units));
    assert.ok(pValue > 0.05, String(pValue));
  });

  it("counts a unit once, in the arm that it met first", () => {
    const tide = listening({ test: split({ a: 1, b: 1 }) }, { exposureMemory: { milliseconds: 0 } });
    for (let i = 0; i < 3; i++) meet(tide, "test", 100);
    const bound = tide.for({ user: "u-100" });
    bound.string("test", "");
    tide.expose(bound.decide("test", { expose: false }));
    tide.string("test", "", { user: "u-100" });
    assert.deepEqual(sum(tide), [101]);
  });

  it("counts what a hash decided, by rule, and adds up a variant's weights", () => {
    const rules = [
      { id: "staff", when: { attr: "staff", op: "eq", value: true }, serve: "a" },
      {
        id: "most",
        percent: 80,
        serve: {
          split: [
            { variant: "a", weight: 1 },
            { variant: "b", weight: 2 },
            { variant: "a", weight: 1 },
          ],
        },
      },
      { id: "half", percent: 50, serve: "b" },
      {
        id: "rest",
        serve: {
          split: [
            { variant: "a", weight: 1 },
            { variant: "b", weight: 1 },
          ],
        },
        salt: "other",
      },
    ];
    const overrides = [{ ids: ["u-0", "u-1"], variant: "b" }];
    const tide = listening({ test: split({ a: 1, b: 1 }, { rules, overrides }) });
    let counted = 0;
    for (let i = 0; i < 1_000; i++) {
      const { reason, rule } = tide.decide("test", { user: `u-${i}`, staff: i % 10 === 5 });
      if (reason === "SPLIT" && rule !== "half") counted += 1;
    }
    const balance = tide.balance();
    assert.deepEqual(balance.map(({ rule }) => rule).sort(), ["most", "rest"]);
    for (const { arms } of balance)
      assert.deepEqual(
        arms.map(({ share }) => share),
        [0.5, 0.5],
      );
    assert.equal(
      sum(tide).reduce((all, units) => all + units, 0),
      counted,
    );
  });

  it("begins anew where the flag's definition changes, and goes on where it doesn't", () => {
    const flags = { test: split({ a: 1, b: 1 }), other: split({ a: 1, b: 1 }) };
    const tide = listening(flags);
    meet(tide, "test", 100);
    meet(tide, "other", 10);
    const bound = tide.for({ user: "bound" });
    tide.update(snapshot({ ...flags, test: split({ a: 2, b: 1 }) }, { revision: "r2" }));
    assert.deepEqual(sum(tide), [10]);
    // Nobody counts under the definition of before.
    bound.decide("test");
    assert.deepEqual(sum(tide), [10]);
    bound.decide("other");
    meet(tide, "other", 10);
    meet(tide, "test", 50);
    assert.deepEqual(sum(tide), [11, 50]);
    const [, { arms }] = tide.balance();
    assert.deepEqual(
      arms.map(({ share }) => share),
      [0.666666, 0.333334],
    );
    tide.update(snapshot({ test: ON_OFF }, { revision: "r3" }));
    assert.deepEqual(tide.balance(), []);
  });

  it("says where it means nothing", () => {
    const tide = listening(
      { test: split({ a: 1, b: 1 }), other: split({ a: 1, b: 1 }) },
      { exposureMemory: { units: 10 } },
    );
    meet(tide, "test", 1);
    assert.deepEqual(
      tide.balance().map(({ valid, why }) => [valid, why]),
      [[false, "only one unit was exposed"]],
    );
    meet(tide, "test", 2);
    assert.equal(tide.balance()[0].valid, true);
    meet(tide, "other", 9);
    assert.deepEqual(
      tide.balance().map(({ valid, why }) => [valid, why]),
      [
        [false, "units were forgotten to make room, so that some may have been counted twice"],
        [true, undefined],
      ],
    );
  });

  it("keeps the last word after it was disposed of", () => {
    const tide = listening({ test: split({ a: 1, b: 1 }) });
    meet(tide, "test", 10);
    tide.dispose();
    meet(tide, "test", 10, 10);
    assert.deepEqual(sum(tide), [10]);
  });
});

describe("statistics", () => {
  it("1,000 experiments in which nothing is wrong, watched with every unit, alarm at most α of the time", () => {
    const [runs, alpha] = [1_000, 0.05];
    let alarms = 0;
    for (let run = 0; run < runs; run++) {
      const tide = listening({ test: split({ a: 1, b: 1 }, { salt: `run-${run}` }) });
      meet(tide, "test", 500);
      const [{ pValue, valid }] = tide.balance();
      assert.ok(valid);
      // It is the least one so far.
      if (pValue <= alpha) alarms += 1;
      tide.dispose();
    }
    assert.ok(alarms / runs <= allowance(alpha, runs), String(alarms));
  });

  it("dropping a tenth of one arm's exposures alarms, and not before", () => {
    for (let run = 0; run < 3; run++) {
      const flags = { test: split({ a: 1, b: 1 }, { salt: `drop-${run}` }) };
      const [whole, lossy] = [0, 0].map(() => listening(flags, { exposureMemory: { units: 30_000 } }));
      for (let i = 0; i < 20_000; i++) {
        const context = { user: `u-${i}` };
        whole.decide("test", context);
        const decision = lossy.decide("test", context, { expose: false });
        if (decision.variant === "a" || i % 10 !== 0) lossy.expose(decision);
      }
      const [[clean], [alarm]] = [whole.balance(), lossy.balance()];
      assert.ok(clean.valid && alarm.valid);
      assert.ok(clean.pValue > 0.01, String(clean.pValue));
      assert.ok(alarm.pValue < 0.001, String(alarm.pValue));
    }
  });
});

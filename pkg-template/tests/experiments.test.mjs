// What experiments and holdouts expose where nothing is said of exposures, and by which unit.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { ON_OFF, snapshot } from "./snapshots.mjs";

const SPLIT = {
  split: [
    { variant: "on", weight: 1 },
    { variant: "off", weight: 1 },
  ],
};

const LAYERS = {
  feed: { unit: "user.id", salt: "feed", experiments: { ranking: [[0, 50]] } },
  shops: { unit: ["shop.id", "region"], salt: "shops", experiments: { pricing: [[0, 99.9999]] } },
  whole: { unit: ["shop.id", "region"], salt: "whole", experiments: { all: [[0, 100]] } },
};
const user = (number, more = {}) => ({ targetingKey: `t-${number}`, user: { id: `u-${number}` }, ...more });

/** A Tidegate that exposes what it does unless told otherwise, and what it told. */
function experimenting(flags, sections = {}) {
  const told = [];
  const onExposure = (exposure) => told.push(exposure);
  const tide = new Tidegate(snapshot(flags, sections), { onExposure, now: () => 1_000 });
  return { tide, news: () => told.splice(0) };
}

before(() => Tidegate.init());

describe("an experiment", () => {
  it("is exposed unless told otherwise, with its name and its layer's", () => {
    const rules = [
      { id: "ranking", unit: "user.id", salt: "r", layer: "feed", experiment: "ranking", serve: SPLIT },
      { id: "alone", when: { attr: "plan", op: "eq", value: "plus" }, experiment: "by name", serve: "on" },
      { id: "none", when: { attr: "plan", op: "eq", value: "free" }, serve: "on" },
    ];
    for (const bind of [false, true]) {
      const { tide, news } = experimenting({ ranked: { ...ON_OFF, rules } }, { layers: LAYERS });
      const met = new Set();
      for (let number = 0; number < 60; number++) {
        const context = user(number, { plan: ["plus", "free", "basic"][number % 3] });
        const { rule, variant, reason } = bind ? tide.for(context).decide("ranked") : tide.decide("ranked", context);
        const common = { flag: "ranked", variant, reason, rule, revision: "r1", at: 1_000 };
        const hashed = { ...common, unit: `u-${number}`, unitKind: "user.id", experiment: "ranking", layer: "feed" };
        const named = { ...common, unit: `t-${number}`, unitKind: "targetingKey", experiment: "by name" };
        const expected = { ranking: [hashed], alone: [named] };
        assert.deepEqual(news(), expected[rule] ?? [], rule);
        met.add(rule);
      }
      assert.deepEqual([...met].sort(), ["alone", "none", "ranking", undefined]);
    }
  });

  it("is told of by its layer's unit where the rule hashes none itself", () => {
    const rule = (layer, experiment, more = {}) => ({
      ...ON_OFF,
      rules: [{ layer, experiment, serve: "on", ...more }],
    });
    const within = {
      unit: "device",
      salt: "in",
      experiments: { half: [[0, 100]] },
      within: { layer: "feed", experiment: "ranking" },
    };
    const flags = {
      feed: rule("feed", "ranking"),
      inner: rule("inner", "half"),
      pricing: rule("shops", "pricing"),
      everybody: rule("whole", "all"),
      hashes: rule("whole", "all", { unit: "user.id", salt: "own", percent: 99.9999 }),
    };
    const { tide, news } = experimenting(flags, { layers: { ...LAYERS, inner: within } });
    const users = Array.from({ length: 20 }, (_, number) => user(number));
    const inFeed = users.find((one) => tide.values(one).feed);
    const context = { ...inFeed, device: 7, region: "eu", shop: { id: 42 } };
    for (const [flag, reason, unitKind, unit] of [
      ["feed", "SPLIT", "user.id", inFeed.user.id],
      ["inner", "SPLIT", "device", "7"],
      ["pricing", "SPLIT", "shop.id,region", "42\u001feu"],
      ["everybody", "TARGETING_MATCH", "shop.id,region", "42\u001feu"],
      ["hashes", "SPLIT", "user.id", inFeed.user.id],
    ]) {
      tide.decide(flag, context);
      tide.for(context).decide(flag);
      assert.deepEqual(
        news().map((exposure) => [exposure.flag, exposure.reason, exposure.unitKind, exposure.unit]),
        [[flag, reason, unitKind, unit]],
      );
    }
  });

  it("is silent where an override or the default decided, and no holdout covers the flag", () => {
    const rules = [{ id: "test", when: { attr: "plan", op: "eq", value: "plus" }, experiment: "e", serve: SPLIT }];
    const flag = { ...ON_OFF, unit: "user.id", salt: "s", rules, overrides: [{ ids: ["u-1"], variant: "on" }] };
    const { tide, news } = experimenting({ test: flag, closed: { ...flag, enabled: false } });
    for (const [context, reason, count] of [
      [user(1, { plan: "plus" }), "OVERRIDE", 0],
      [user(2, { plan: "free" }), "DEFAULT", 0],
      [user(2, { plan: "plus" }), "SPLIT", 1],
    ]) {
      assert.equal(tide.decide("test", context).reason, reason);
      assert.equal(news().length, count, reason);
      assert.equal(tide.for(context).decide("closed").reason, "DISABLED");
      assert.deepEqual(news(), []);
    }
  });

  it("under a holdout is told of those who are held back and of those who are not", () => {
    const rules = [{ id: "half", percent: 50, serve: "on" }];
    const flag = { ...ON_OFF, unit: "user.id", salt: "s", rules };
    const holdouts = { "2026-q4": { unit: "user.id", salt: "hb", percent: 30, flags: ["covered"] } };
    const { tide, news } = experimenting({ covered: flag, other: flag }, { holdouts });
    const met = new Set();
    for (let number = 0; number < 100; number++) {
      const context = user(number);
      const would = tide.decide("other", context);
      assert.deepEqual(news(), [], "of no experiment");
      const decision = number % 2 === 0 ? tide.decide("covered", context) : tide.for(context).decide("covered");
      const held = decision.reason === "HOLDOUT";
      const { variant, reason, rule } = would;
      const served = { variant, reason, ...(rule === undefined ? {} : { rule }) };
      const instead = { variant: "off", reason: "HOLDOUT", holdout: "2026-q4", wouldBe: served };
      const common = { flag: "covered", unit: `u-${number}`, unitKind: "user.id", revision: "r1", at: 1_000 };
      assert.deepEqual(news(), [{ ...common, ...(held ? instead : served) }]);
      met.add(`${held} ${variant}`);
    }
    assert.equal(met.size, 4, "both arms, held back and not");
  });
});

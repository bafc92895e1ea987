// What a host says beside the snapshot: overrides of developers, variants that are stored for units, alarms and outcomes.

import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { memoryStore } from "tidegate/stores";

await Tidegate.init();

const FROM = Date.parse("2026-11-24T08:00:00Z");
const HOUR = 3_600_000;
const BAD = { alarm: "checkout-5xx", rollbackTo: "off" };
const base = { type: "string", variants: { off: "-", a: "A", b: "B" }, off: "off", default: "off", salt: "s" };
const halves = (a = 1, b = 1) => ({
  split: [
    { variant: "a", weight: a },
    { variant: "b", weight: b },
  ],
}); // prettier-ignore

function snapshot(flags, more = {}) {
  const written = Object.entries(flags).map(([key, flag]) => [key, { ...base, ...flag }]);
  return { schemaVersion: 1, revision: "1", ...more, flags: Object.fromEntries(written) };
}

const user = (id) => ({ targetingKey: id });
const ids = (count) => Array.from({ length: count }, (_, n) => `u-${n}`);

/** Runs with every report kept. */
function reports(run) {
  const told = [];
  const before = globalThis.reportError;
  globalThis.reportError = (error) => told.push(error);
  try {
    run();
  } finally {
    globalThis.reportError = before;
  }
  return told;
}

describe("overrides", () => {
  const flags = {
    fixed: {},
    gone: { enabled: false },
    split: { rules: [{ id: "halves", serve: halves() }] },
    child: { default: "a", prerequisites: [{ flag: "fixed", variants: ["b"] }] },
  };

  it("are off unless they are asked for", () => {
    const tide = new Tidegate(snapshot(flags));
    assert.throws(() => tide.override("fixed", "a"), { code: "INVALID_ARGUMENT" });
    assert.equal(new Tidegate(snapshot(flags), { overrides: false }).decide("fixed").reason, "STATIC");
  });

  it("come before everything, and go again", () => {
    const tide = new Tidegate(snapshot(flags), { overrides: true });
    const bound = tide.for(user("u-1"));
    for (const key of ["fixed", "gone", "split"]) {
      const before = tide.decide(key, user("u-1"));
      assert.deepEqual(bound.decide(key), before);
      assert.equal(tide.override(key, "b"), true);
      const expected = { flag: key, value: "B", variant: "b", reason: "OVERRIDE", revision: "1" };
      for (const decision of [tide.decide(key, user("u-1")), tide.for(user("u-1")).decide(key), bound.decide(key)]) {
        assert.deepEqual(decision, expected);
      }
      assert.equal(tide.string(key, "?", user("u-1")), "B");
      assert.equal(tide.values(user("u-1"))[key], "B");
      assert.equal(tide.explain(key, user("u-1")).steps.at(-1).step, "forced");
      assert.equal(tide.override(key), false);
      assert.deepEqual(tide.decide(key, user("u-1")), before);
      assert.deepEqual(bound.decide(key), before);
    }
  });

  it("count for the flags that need theirs", () => {
    const tide = new Tidegate(snapshot(flags), { overrides: true });
    assert.equal(tide.decide("child").reason, "PREREQUISITE_FAILED");
    tide.override("fixed", "b");
    assert.equal(tide.decide("child").reason, "DEFAULT");
  });

  it("come from an address too, and stay through updates", () => {
    const tide = new Tidegate(snapshot(flags), { overrides: "?x=1&tidegate=fixed:a,split:b&tidegate=absent:x" });
    const answers = () => ["fixed", "split", "gone"].map((key) => tide.decide(key, user("u-1")).value);
    assert.deepEqual(answers(), ["A", "B", "-"]);
    tide.update(snapshot({ ...flags, fixed: { default: "b" } }, { revision: "2" }));
    assert.deepEqual(answers(), ["A", "B", "-"]);
    assert.equal(tide.override("fixed", "c"), false);
    assert.deepEqual(answers(), ["B", "B", "-"]);
  });
});

describe("stored variants", () => {
  const sticky = (...weights) =>
    snapshot({ f: { rules: [{ id: "halves", sticky: true, serve: halves(...weights) }] } });
  let store;
  beforeEach(() => {
    store = memoryStore();
  });

  it("win over other weights, for those that have one", () => {
    const before = new Tidegate(sticky(), { store });
    const first = ids(50).map((id) => before.decide("f", user(id)));
    assert.ok(
      first.every(({ reason, stored, rule }) => reason === "SPLIT" && stored === undefined && rule === "halves"),
    );
    const after = new Tidegate(sticky(1, 1_000_000), { store });
    for (const [at, id] of ids(50).entries()) {
      const { variant, reason, stored, rule } = after.decide("f", user(id));
      assert.deepEqual(
        { variant, reason, stored, rule },
        { variant: first[at].variant, reason: "SPLIT", stored: true, rule: undefined },
      );
      assert.equal(after.string("f", "?", user(id)), first[at].value);
      assert.equal(after.for(user(id)).string("f", "?"), first[at].value);
      assert.equal(after.values(user(id)).f, first[at].value);
      assert.equal(after.explain("f", user(id)).stored, true);
    }
    assert.ok(ids(50).every((id) => after.decide("f", user(`new-${id}`)).variant === "b"));
    // What is held in mind outlasts neither the store nor the flag.
    assert.ok(new Tidegate(sticky(1, 1_000_000)).decide("f", user("u-1")).stored === undefined);
  });

  it("are written by bound contexts, and read with the flags that are needed", () => {
    const child = { default: "a", prerequisites: [{ flag: "f", variants: ["a"] }] };
    const of = (...weights) => {
      const { flags, ...rest } = sticky(...weights);
      return { ...rest, flags: { ...flags, child: { ...base, ...child } } };
    };
    const tide = new Tidegate(of(1, 0), { store });
    // One arm needs no hash, so nothing is stored.
    assert.equal(tide.for(user("u-1")).decide("f").reason, "TARGETING_MATCH");
    const split = new Tidegate(of(1_000_000, 1), { store });
    assert.equal(split.for(user("u-1")).decide("f").variant, "a");
    const after = new Tidegate(of(1, 1_000_000), { store });
    assert.equal(after.decide("child", user("u-1")).reason, "DEFAULT");
    assert.equal(after.decide("child", user("u-2")).reason, "PREREQUISITE_FAILED");
  });

  it("are kept for no override, no list and no rule that isn't sticky", () => {
    const kept = [];
    const watched = { get: () => undefined, set: (...entry) => kept.push(entry) };
    const flag = {
      overrides: [{ ids: ["u-1"], variant: "a" }],
      rules: [
        { when: { attr: "plain", op: "eq", value: true }, serve: halves() },
        { sticky: true, serve: halves() },
      ],
    };
    const tide = new Tidegate(snapshot({ f: flag }), { store: watched, overrides: "" });
    tide.decide("f", user("u-1"));
    tide.decide("f", { ...user("u-2"), plain: true });
    tide.decide("f");
    tide.override("f", "b");
    tide.decide("f", user("u-3"));
    assert.deepEqual(kept, []);
    tide.override("f");
    tide.decide("f", user("u-3"));
    assert.deepEqual(
      kept.map(([place]) => place),
      ['["f","targetingKey","u-3"]'],
    ); // prettier-ignore
  });

  it("come from stores that throw or hold rubbish as if there were none, which is told once", () => {
    for (const [get, set] of [
      [
        () => {
          throw new Error("no disk");
        },
        () => {},
      ],
      [
        () => undefined,
        () => {
          throw new Error("no disk");
        },
      ],
      [() => 17, () => {}],
      [() => ({}), () => {}],
    ]) {
      // prettier-ignore
      const plain = new Tidegate(sticky());
      const told = reports(() => {
        const tide = new Tidegate(sticky(), { store: { get, set } });
        for (const id of ids(5)) assert.deepEqual(tide.decide("f", user(id)), plain.decide("f", user(id)));
      });
      assert.deepEqual(
        told.map(({ code }) => code),
        ["STORE_FAILED"],
      ); // prettier-ignore
    }
    const rubbish = { get: () => "no variant", set: () => {} };
    assert.deepEqual(
      new Tidegate(sticky(), { store: rubbish }).decide("f", user("u-1")),
      new Tidegate(sticky()).decide("f", user("u-1")),
    );
  });
});

describe("rollbacks", () => {
  const ramp = { kind: "linear", from: FROM, until: FROM + 10 * HOUR, to: 100, steps: 10, bakeMinutes: 60 };
  const flags = {
    whole: { default: "a", guardrails: [BAD] },
    ramp: { rules: [{ id: "ramp", ramp, guardrails: [{ ...BAD, rollbackTo: "b" }], serve: "a" }] },
    other: { default: "a" },
  };
  let now;
  let news;
  function tideOf(document = snapshot(flags), options = {}) {
    const tide = new Tidegate(document, { now: () => now, ...options });
    tide.on("rollback", (rollback) => news.push(rollback));
    return tide;
  }
  beforeEach(() => {
    now = FROM + 5 * HOUR;
    news = [];
  });

  it("come with an alarm, and stay when it is over until they are taken back", () => {
    const tide = tideOf();
    const before = tide.decide("whole");
    assert.equal(before.reason, "DEFAULT");
    tide.setAlarm("something-else", "alarm");
    assert.equal(tide.decide("whole").reason, "DEFAULT");
    tide.setAlarm("checkout-5xx", "alarm");
    const expected = { flag: "whole", value: "-", variant: "off", reason: "ROLLED_BACK", revision: "1" };
    assert.deepEqual(tide.decide("whole"), expected);
    assert.deepEqual(news, [
      { flag: "whole", guardrail: "checkout-5xx", source: "host", rollbackTo: "off", revision: "1", at: now },
    ]);
    tide.setAlarm("checkout-5xx", "ok");
    assert.deepEqual(tide.decide("whole"), expected);
    tide.resetRollbacks("other");
    assert.deepEqual(tide.decide("whole"), expected);
    tide.resetRollbacks("whole");
    assert.deepEqual(tide.decide("whole"), before);
    assert.equal(news.length, 1);
  });

  it("meet flags that are asked later", () => {
    const tide = tideOf();
    tide.setAlarm("checkout-5xx", "alarm");
    assert.equal(tide.decide("whole").reason, "ROLLED_BACK");
    assert.equal(tide.decide("other").reason, "STATIC");
  });

  it("are the rule's on a ramp, from its beginning until it was watched", () => {
    const inside = ids(200).find((id) => tideOf().decide("ramp", user(id)).variant === "a");
    const outside = ids(200).find((id) => tideOf().decide("ramp", user(id)).variant === "off");
    const tide = tideOf();
    now = FROM - 1;
    tide.setAlarm("checkout-5xx", "alarm");
    assert.equal(tide.decide("ramp", user(inside)).reason, "DEFAULT");
    assert.deepEqual(news, []);
    now = FROM + 5 * HOUR;
    const { variant, reason, rule } = tide.decide("ramp", user(inside));
    assert.deepEqual({ variant, reason, rule }, { variant: "b", reason: "ROLLED_BACK", rule: "ramp" });
    assert.deepEqual(
      news.map((one) => [one.flag, one.rule]),
      [["ramp", "ramp"]],
    ); // prettier-ignore
    assert.equal(tide.decide("ramp", user(outside)).reason, "DEFAULT");
    const late = tideOf();
    now = FROM + 11 * HOUR;
    late.setAlarm("checkout-5xx", "alarm");
    assert.equal(late.decide("ramp", user(inside)).variant, "a");
    // The first has latched it.
    assert.equal(tide.decide("ramp", user(inside)).variant, "b");
  });

  it("come with the snapshot's alarms too, and stay when an update says that all is well", () => {
    const tide = tideOf(snapshot(flags, { alarms: { "checkout-5xx": "alarm" } }));
    assert.equal(tide.decide("whole").reason, "ROLLED_BACK");
    assert.deepEqual(
      news.map(({ source }) => source),
      ["snapshot"],
    ); // prettier-ignore
    tide.update(snapshot(flags, { revision: "2", alarms: { "checkout-5xx": "ok" } }));
    assert.equal(tide.decide("whole").reason, "ROLLED_BACK");
    tide.update(snapshot({ ...flags, whole: { default: "b", guardrails: [BAD] } }, { revision: "3" }));
    assert.equal(tide.decide("whole").variant, "b");
    tide.update(snapshot(flags, { revision: "4" }));
    assert.equal(tide.decide("whole").variant, "a");
  });

  it("survive a reload by the store, as long as the flag is defined alike", () => {
    const store = memoryStore();
    const first = tideOf(undefined, { store });
    first.decide("whole");
    first.setAlarm("checkout-5xx", "alarm");
    assert.equal(tideOf(undefined, { store }).decide("whole").reason, "ROLLED_BACK");
    const other = snapshot({ ...flags, whole: { default: "b", guardrails: [BAD] } });
    assert.equal(tideOf(other, { store }).decide("whole").reason, "DEFAULT");
    const third = tideOf(undefined, { store });
    third.decide("whole");
    third.resetRollbacks();
    assert.equal(tideOf(undefined, { store }).decide("whole").reason, "DEFAULT");
    for (const rubbish of ["{", "17", "[1]", '["x","checkout-5xx"]', "[1,2]"]) {
      // prettier-ignore
      const tide = tideOf(undefined, { store: { get: () => rubbish, set: () => {} } });
      assert.equal(tide.decide("whole").reason, "DEFAULT", rubbish);
    }
  });

  it("survive a trap of the module", () => {
    const tide = tideOf();
    tide.decide("whole");
    tide.setAlarm("checkout-5xx", "alarm");
    const dive = () => {
      try {
        return dive();
      } finally {
        tide.decide("ramp", user("u-1"));
      }
    };
    assert.throws(dive, RangeError);
    assert.equal(tide.decide("whole").reason, "ROLLED_BACK");
  });
});

describe("outcomes", () => {
  const watch = { outcome: "checkout-error", control: "a", alpha: 0.05, rollbackTo: "a" };
  const document = snapshot({
    f: {
      rules: [{ id: "test", guardrails: [watch], serve: halves() }],
      overrides: [{ ids: ["listed"], variant: "b" }],
    },
  });

  /** Reports outcomes with these rates of bad ones by arm; answers with the rollbacks. */
  function run(rates) {
    const tide = new Tidegate(document, { now: () => FROM });
    const news = [];
    tide.on("rollback", (rollback) => news.push(rollback));
    for (const [at, id] of ids(4_000).entries()) {
      const decision = tide.decide("f", user(id));
      // Evenly spread, so that a run is the same each time.
      const bad = (at * 0.618_033_988_749_895) % 1 < (rates[decision.variant] ?? 0);
      assert.equal(tide.outcome("checkout-error", decision, bad), bad);
      if (news.length > 0) return { tide, news, after: at };
    }
    return { tide, news };
  }

  it("roll a rule back where an arm is worse than the control arm", () => {
    const { tide, news, after } = run({ a: 0.02, b: 0.2 });
    assert.ok(after < 2_000, `${after}`);
    const [{ flag, rule, source, guardrail, rollbackTo, evidence }] = news;
    assert.deepEqual(
      { flag, rule, source, guardrail, rollbackTo },
      { flag: "f", rule: "test", source: "outcome", guardrail: "checkout-error", rollbackTo: "a" },
    );
    assert.ok(
      evidence.variant === "b" &&
        evidence.control === "a" &&
        evidence.bad > evidence.controlBad &&
        evidence.pValue <= 0.05,
    );
    for (const id of ids(20)) {
      const { variant, reason, rule } = tide.decide("f", user(id));
      assert.deepEqual({ variant, reason, rule }, { variant: "a", reason: "ROLLED_BACK", rule: "test" });
    }
  });

  it("leave it alone where none is, or one is better", () => {
    assert.deepEqual(run({ a: 0.1, b: 0.1 }).news, []);
    assert.deepEqual(run({ a: 0.2, b: 0.02 }).news, []);
  });

  it("count where a hash decided, and where somebody watches", () => {
    const { tide } = run({});
    const decision = tide.decide("f", user("u-1"));
    assert.equal(tide.outcome("something-else", decision), false);
    assert.equal(tide.outcome("checkout-error", tide.decide("f", user("listed"))), false);
    assert.equal(tide.outcome("checkout-error", tide.decide("absent")), false);
    assert.equal(tide.outcome("checkout-error", decision), true);
  });
});

describe("a freeze", () => {
  const freeze = [{ from: FROM, until: FROM + HOUR }];
  const flags = { f: { default: "a" }, guarded: { default: "a", guardrails: [BAD] }, switched: { default: "a" } };
  const next = { ...flags, f: { default: "b" }, switched: { default: "a", enabled: false } };
  const older = snapshot(flags, { freeze });
  const newer = snapshot(next, { revision: "2", alarms: { "checkout-5xx": "alarm" } });
  let now;
  let tide;
  let changes;
  beforeEach(() => {
    now = FROM;
    changes = [];
    tide = new Tidegate(older, { now: () => now });
    tide.on("change", (keys) => changes.push(keys));
  });

  it("holds an update back, but for what is switched off and alarms", () => {
    tide.decide("guarded");
    const report = tide.update(newer);
    assert.equal(report.revision, "1");
    assert.deepEqual(report.held, { revision: "2", until: FROM + HOUR });
    assert.deepEqual(tide.loadReport, report);
    const decided = () =>
      ["f", "guarded", "switched"].map((key) => [tide.decide(key).variant, tide.decide(key).reason].join(" ")); // prettier-ignore
    assert.deepEqual(decided(), ["a STATIC", "off ROLLED_BACK", "off DISABLED"]);
    assert.equal(tide.thaw(), false);
    assert.deepEqual(changes, []);
    now = FROM + HOUR;
    assert.equal(tide.thaw(), true);
    assert.deepEqual([tide.revision, tide.loadReport.held, changes], ["2", undefined, [["f", "switched"]]]);
    assert.deepEqual(decided(), ["b STATIC", "off ROLLED_BACK", "off DISABLED"]);
    assert.equal(tide.thaw(), false);
  });

  it("goes by the last of several, and lets one in that is forced", () => {
    tide.update(newer);
    tide.update(snapshot(flags, { revision: "3" }));
    assert.deepEqual([tide.revision, tide.loadReport.held.revision], ["1", "3"]);
    assert.equal(tide.decide("switched").reason, "STATIC");
    assert.equal(tide.update(newer, { force: true }).revision, "2");
    assert.equal(tide.loadReport.held, undefined);
    now = FROM + HOUR;
    assert.equal(tide.thaw(), false);
    assert.equal(tide.revision, "2");
  });

  it("refuses what is older or no snapshot as ever", () => {
    const numbered = new Tidegate(snapshot(flags, { freeze, sequence: 5 }), { now: () => now });
    assert.throws(() => numbered.update(snapshot(flags, { revision: "0", sequence: 4 })), { code: "OLDER_SEQUENCE" });
    numbered.update(snapshot(flags, { revision: "9", sequence: 9 }));
    assert.throws(() => numbered.update(snapshot(flags, { revision: "8", sequence: 8 })), { code: "OLDER_SEQUENCE" });
    assert.throws(() => numbered.update(new TextEncoder().encode("{")), { code: "INVALID_JSON" });
    assert.equal(numbered.loadReport.held.revision, "9");
  });

  it("is nothing before and after", () => {
    for (const at of [FROM - 1, FROM + HOUR]) {
      const free = new Tidegate(older, { now: () => at });
      assert.equal(free.update(newer).revision, "2");
    }
  });

  it("ends by itself where timers run", async () => {
    const until = Date.now() + 60;
    const real = new Tidegate(snapshot(flags, { freeze: { until } }));
    assert.equal(real.update(newer).held.revision, "2");
    // The timer keeps no process alive by itself.
    const alive = setTimeout(() => {}, 10_000);
    const changed = new Promise((resolve) => real.on("change", resolve));
    assert.deepEqual(await changed, ["f", "switched"]);
    clearTimeout(alive);
    assert.equal(real.revision, "2");
    // Nothing is left that would wake up.
    real.update(snapshot(flags, { revision: "4", freeze: { until: Date.now() + 50 } }));
    real.update(newer);
    real.dispose();
  });
});

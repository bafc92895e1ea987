// Who is told when a unit meets a variant, of what, and how often.
import assert from "node:assert/strict";
import { before, describe, it, mock } from "node:test";
import { Tidegate } from "tidegate";
import { ON_OFF, snapshot } from "./snapshots.mjs";

const SPLIT = {
  split: [
    { variant: "on", weight: 1 },
    { variant: "off", weight: 1 },
  ],
};
const FLAGS = {
  arms: { ...ON_OFF, unit: "user.id", salt: "arms", rules: [{ id: "half", serve: SPLIT }] },
  plan: {
    ...ON_OFF,
    unit: "user.id",
    salt: "plan",
    overrides: [{ unit: "shop.id", ids: ["vip"], variant: "on" }],
    rules: [
      { id: "plus", when: { attr: "plan", op: "eq", value: "plus" }, serve: "on" },
      { id: "shops", when: { attr: "plan", op: "eq", value: "shops" }, unit: "shop.id", percent: 99.9, serve: "on" },
    ],
  },
  keyed: { ...ON_OFF, rules: [{ id: "in", when: { attr: "plan", op: "eq", value: "plus" }, serve: "on" }] },
  pair: { ...ON_OFF, unit: ["shop.id", "user.id"], salt: "pair", rules: [{ id: "half", serve: SPLIT }] },
  child: { ...ON_OFF, prerequisites: [{ flag: "arms", variants: ["on", "off"] }], default: "on" },
  fixed: { ...ON_OFF, default: "on" },
  closed: { ...ON_OFF, enabled: false },
  broken: { ...ON_OFF, rules: [{ when: { attr: "a", op: "equals", value: 1 }, serve: "on" }] },
};
const ALICE = { targetingKey: "t-1", user: { id: "alice" }, shop: { id: "42" } };

/** A Tidegate that exposes all, and what it told. */
function listening(options = {}, flags = FLAGS) {
  const told = [];
  let now = 1_000;
  const tide = new Tidegate(snapshot(flags), {
    exposures: "all",
    onExposure: (exposure) => told.push(exposure),
    now: () => now,
    ...options,
  });
  return {
    tide,
    told,
    /** What was told since this was asked last. */
    news: () => told.splice(0),
    wait: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** What is reported to whoever looks after the process, while an action runs. */
function reportsOf(action) {
  const { mock: console } = mock.method(globalThis.console, "error", () => {});
  try {
    action();
    return console.calls.map(({ arguments: [thrown] }) => thrown);
  } finally {
    console.restore();
  }
}

before(() => Tidegate.init());

describe("an exposure", () => {
  it("tells who met what, and why", () => {
    const { tide, news } = listening();
    const { variant } = tide.decide("arms", ALICE);
    const [exposure, ...more] = news();
    assert.deepEqual(exposure, {
      flag: "arms",
      variant,
      unit: "alice",
      unitKind: "user.id",
      reason: "SPLIT",
      rule: "half",
      revision: "r1",
      at: 1_000,
    });
    assert.ok(Object.isFrozen(exposure));
    assert.deepEqual(more, []);
  });

  it("is told by decide and every typed getter, of a bound context too", () => {
    const { tide, news } = listening();
    for (const ask of [
      (user) => tide.decide("arms", user),
      (user) => tide.boolean("arms", false, user),
      (user) => tide.for(user).decide("arms"),
      (user) => tide.for(user).boolean("arms", false),
    ]) {
      ask({ user: { id: `u-${Math.random()}` } });
      assert.equal(news().length, 1);
    }
    const flags = {
      text: { type: "string", variants: { a: "a" }, off: "a", default: "a" },
      number: { type: "number", variants: { a: 1 }, off: "a", default: "a" },
      object: { type: "object", variants: { a: {} }, off: "a", default: "a" },
    };
    const all = listening({}, flags);
    const bound = all.tide.for(ALICE);
    for (const [from, context] of [
      [all.tide, { targetingKey: "other" }],
      [bound, undefined],
    ]) {
      from.string("text", "", context);
      from.number("number", 0, context);
      from.object("object", {}, context);
    }
    assert.deepEqual(
      all.news().map(({ flag, unit }) => [flag, unit]),
      ["other", "t-1"].flatMap((unit) => ["text", "number", "object"].map((flag) => [flag, unit])),
    );
  });

  it("is none where values are listed, decisions explained, parents asked or nothing decided", () => {
    const { tide, news } = listening();
    tide.values(ALICE);
    tide.for(ALICE).values();
    tide.explain("arms", ALICE);
    tide.for(ALICE).explain("arms");
    tide.decide("absent", ALICE);
    tide.decide("broken", ALICE);
    tide.explain("broken", ALICE);
    tide.boolean("broken", true, ALICE);
    tide.string("arms", "another type", ALICE);
    tide.decide("arms", "no context");
    tide.decide("arms", { user: { id: null } });
    assert.deepEqual(news(), []);
    tide.decide("child", ALICE);
    assert.deepEqual(
      news().map(({ flag, reason, unit }) => [flag, reason, unit]),
      [["child", "DEFAULT", "t-1"]],
    );
  });

  it("is silent outside of experiments unless all are asked for, and without a listener", () => {
    const { tide, news } = listening({ exposures: undefined });
    tide.decide("arms", ALICE);
    tide.for(ALICE).boolean("arms", false);
    assert.deepEqual(news(), []);
    const quiet = new Tidegate(snapshot(FLAGS), { exposures: "all" });
    quiet.decide("arms", ALICE);
    assert.deepEqual(quiet.balance(), []);
  });

  it("names the unit of the rule that hashed, else the flag's, else the targeting key", () => {
    for (const bind of [false, true]) {
      const { tide, news } = listening();
      for (const [flag, context, reason, unitKind, unit] of [
        ["plan", { ...ALICE, plan: "plus" }, "TARGETING_MATCH", "user.id", "alice"],
        ["plan", { ...ALICE, plan: "shops" }, "SPLIT", "shop.id", "42"],
        ["plan", { ...ALICE, shop: { id: "vip" } }, "OVERRIDE", "user.id", "alice"],
        ["plan", { user: { id: "bob" } }, "DEFAULT", "user.id", "bob"],
        ["keyed", { ...ALICE, plan: "plus" }, "TARGETING_MATCH", "targetingKey", "t-1"],
        ["pair", ALICE, "SPLIT", "shop.id,user.id", "42\u001falice"],
        ["fixed", ALICE, "STATIC", "targetingKey", "t-1"],
        ["closed", ALICE, "DISABLED", "targetingKey", "t-1"],
      ]) {
        if (bind) tide.for(context).decide(flag);
        else tide.decide(flag, context);
        assert.deepEqual(
          news().map((exposure) => [exposure.reason, exposure.unitKind, exposure.unit]),
          [[reason, unitKind, unit]],
          flag,
        );
      }
      // Nobody is there whom it could be told of.
      tide.decide("keyed", { plan: "plus" });
      tide.decide("plan", { plan: "plus", user: {} });
      assert.deepEqual(news(), []);
    }
  });
});

describe("a unit's text", () => {
  const date = new Date(1_764_000_000_000);
  for (const [name, id] of [
    ["a string", "ünï"],
    ["an integer", 42],
    ["zero", 0],
    ["negative zero", -0],
    ["the largest safe integer", 2 ** 53 - 1],
    ["an unsafe integer", 2 ** 53],
    ["a fraction", 0.5],
    ["an empty string", ""],
    ["a lone surrogate", "a\ud800b"],
    ["U+001F", "a\u001fb"],
    ["1,024 bytes", "é".repeat(512)],
    ["1,026 bytes", "é".repeat(513)],
    ["1,025 characters", "a".repeat(1_025)],
    ["a date", date],
    ["no date", new Date(Number.NaN)],
    ["a boolean", true],
    ["a bigint", 1n],
    ["a list", ["a"]],
    ["an object", { a: 1 }],
    ["null", null],
    ["a function", () => 1],
  ]) {
    it(`is what the module hashes: ${name}`, () => {
      for (const flag of ["arms", "pair"]) {
        for (const bind of [false, true]) {
          const { tide, news } = listening();
          const context = { user: { id }, shop: { id: "42" } };
          if (bind) tide.for(context).decide(flag);
          else tide.decide(flag, context);
          const bucket = tide.explain(flag, context).steps.at(-1).buckets?.at(-1);
          const expected = bucket === undefined ? [] : [bucket.key.slice(`${flag}.`.length)];
          assert.deepEqual(
            news().map(({ unit }) => unit),
            expected,
          );
        }
      }
    });
  }

  it("is read once more: a getter that throws, asks or updates does no harm", () => {
    const { tide, news } = listening();
    let asked = 0;
    const twice = {
      get user() {
        asked += 1;
        if (asked > 1) throw new Error("once only");
        return { id: "alice" };
      },
    };
    assert.equal(tide.decide("arms", twice).reason, "SPLIT");
    assert.equal(asked, 2);
    assert.deepEqual(news(), []);
    const meddle = (action) => {
      let reads = 0;
      return {
        get user() {
          // The third time it is read for the exposure: asking has the decision read everything twice.
          reads += 1;
          if (reads === 3) action();
          return { id: `alice ${tide.decide("plan", ALICE).variant}` };
        },
      };
    };
    const next = snapshot({ ...FLAGS, arms: FLAGS.fixed }, { revision: "r2" });
    const reports = reportsOf(() => {
      assert.equal(
        tide.decide(
          "arms",
          meddle(() => tide.update(next)),
        ).revision,
        "r1",
      );
      assert.deepEqual(tide.balance(), []);
      assert.equal(tide.decide("arms", ALICE).reason, "STATIC");
      const disposing = Object.create(null, {
        shop: { value: { id: 1 } },
        user: Object.getOwnPropertyDescriptor(
          meddle(() => tide.dispose()),
          "user",
        ),
      });
      assert.equal(tide.decide("pair", disposing).reason, "SPLIT");
      assert.equal(tide.decide("pair", ALICE).errorCode, "PROVIDER_NOT_READY");
    });
    assert.deepEqual(reports, []);
  });
});

describe("the same exposure", () => {
  it("is told once, however it is asked for", () => {
    const { tide, news } = listening();
    for (let i = 0; i < 3; i++) {
      tide.decide("arms", ALICE);
      tide.boolean("arms", false, { ...ALICE, plan: "plus" });
      tide.for(ALICE).decide("arms");
    }
    assert.equal(news().length, 1);
    tide.decide("arms", { user: { id: "bob" } });
    tide.decide("pair", ALICE);
    assert.equal(news().length, 2);
  });

  it("is another one where variant, rule, reason or revision are", () => {
    const { tide, news } = listening();
    const contexts = {
      plus: { ...ALICE, plan: "plus" },
      vip: { ...ALICE, shop: { id: "vip" } },
      none: ALICE,
    };
    for (const [name, expected] of [
      ["plus", 1],
      ["plus", 0],
      // The same variant for another reason.
      ["vip", 1],
      ["plus", 0],
      ["vip", 0],
      // Another variant, and back again.
      ["none", 1],
      ["none", 0],
      ["plus", 1],
      ["vip", 1],
      ["none", 1],
    ]) {
      tide.decide("plan", contexts[name]);
      assert.equal(news().length, expected, name);
    }
    const bound = tide.for(ALICE);
    tide.update(snapshot(FLAGS, { revision: "r2" }));
    tide.decide("plan", ALICE);
    bound.decide("plan");
    assert.deepEqual(
      news().map(({ revision }) => revision),
      ["r2"],
    );
  });

  it("is told again after the time to live, whichever way the clock was set", () => {
    const { tide, news, wait } = listening({ exposureMemory: { milliseconds: 100 } });
    for (const [milliseconds, expected] of [
      [0, 1],
      [99, 0],
      [1, 1],
      [50, 0],
      [-149, 0],
      [-1, 1],
      [99, 0],
    ]) {
      wait(milliseconds);
      tide.decide("arms", ALICE);
      assert.equal(news().length, expected, String(milliseconds));
    }
  });

  it("is forgotten for others, the unit first that was not met for longest", () => {
    const { tide, news } = listening({ exposureMemory: { units: 2 } });
    const meet = (id) => {
      tide.decide("arms", { user: { id } });
      return news().length;
    };
    assert.deepEqual(["a", "b", "a", "c", "a", "b", "c"].map(meet), [1, 1, 0, 1, 0, 1, 1]);
  });

  it("is told apart whatever keys and units are called", () => {
    const flags = Object.fromEntries(["a", "a1", "1a"].map((key) => [key, FLAGS.fixed]));
    const { tide, news } = listening({}, flags);
    for (const key of Object.keys(flags))
      for (const targetingKey of ["1", "11", "a1", "targetingKey1"]) tide.decide(key, { targetingKey });
    assert.equal(news().length, 12);
  });

  it("refuses a memory that remembers nothing", () => {
    for (const exposureMemory of [{ units: 0 }, { units: Number.NaN }, { milliseconds: -1 }, { units: "many" }])
      assert.throws(() => listening({ exposureMemory }), { code: "INVALID_ARGUMENT" });
  });
});

describe("an exposure that is deferred", () => {
  it("is told when it is asked for, once", () => {
    const { tide, news, wait } = listening();
    for (const ask of [
      (options) => tide.decide("arms", ALICE, options),
      (options) => tide.for(ALICE).decide("plan", options),
    ]) {
      const decision = ask({ expose: false });
      assert.deepEqual(news(), []);
      wait(10);
      const at = 1_000 + 10 * (decision.flag === "arms" ? 1 : 2);
      assert.equal(tide.expose(decision), true);
      assert.deepEqual(
        news().map((exposure) => [exposure.flag, exposure.variant, exposure.unit, exposure.at]),
        [[decision.flag, decision.variant, "alice", at]],
      );
      assert.equal(tide.expose(decision), false);
      assert.equal(tide.expose(ask({ expose: false })), false);
      ask();
      assert.deepEqual(news(), []);
    }
  });

  it("outlives an update, whose own variant is told apart", () => {
    const { tide, news } = listening();
    const decision = tide.decide("fixed", ALICE, { expose: false });
    tide.update(snapshot({ fixed: ON_OFF }, { revision: "r2" }));
    tide.decide("fixed", ALICE);
    assert.equal(tide.expose(decision), true);
    assert.deepEqual(
      news().map(({ variant, revision }) => [variant, revision]),
      [
        ["off", "r2"],
        ["on", "r1"],
      ],
    );
  });

  it("is none of a decision that was exposed, silent, undecided, or somebody else's", () => {
    const { tide, news } = listening();
    const silent = listening({ exposures: "experiments" }).tide;
    const quiet = new Tidegate(snapshot(FLAGS), { exposures: "all" });
    const decisions = [
      tide.decide("arms", ALICE, { expose: true }),
      tide.decide("broken", ALICE, { expose: false }),
      listening().tide.decide("arms", ALICE, { expose: false }),
      { ...tide.decide("plan", ALICE, { expose: false }) },
      undefined,
      "arms",
    ];
    news();
    for (const decision of decisions) assert.equal(tide.expose(decision), false);
    for (const one of [silent, quiet]) assert.equal(one.expose(one.decide("arms", ALICE, { expose: false })), false);
    assert.deepEqual(news(), []);
  });
});

describe("attributes of an exposure", () => {
  const context = {
    ...ALICE,
    country: "DE",
    plan: { tier: 2, name: "plus" },
    tags: ["a", 1, null, {}],
    since: new Date(5),
  };

  /** A listener that has listed some paths, and what it was told. */
  function listing(tide, attributes) {
    const told = [];
    const end = tide.on("exposure", (exposure) => told.push(exposure.attributes), { attributes });
    return { end, news: () => told.splice(0) };
  }

  it("are those that its listener has listed, and no others", () => {
    const { tide, news } = listening();
    const one = listing(tide, ["country", "plan.tier", "absent"]);
    const other = listing(tide, ["tags", "since", "plan"]);
    for (const ask of [
      (user) => tide.decide("arms", { ...context, user }),
      (user) => tide.for({ ...context, user }).decide("arms"),
      (user) => tide.expose(tide.decide("arms", { ...context, user }, { expose: false })),
      (user) => tide.boolean("fixed", false, { ...context, targetingKey: user.id }),
    ]) {
      ask({ id: `u-${Math.random()}` });
      const [attributes, ...more] = one.news();
      assert.deepEqual(attributes, { country: "DE", "plan.tier": 2 });
      assert.ok(Object.isFrozen(attributes));
      assert.deepEqual(more, []);
      assert.deepEqual(other.news(), [{ tags: ["a", 1, null, null], since: 5 }]);
      const [plain] = news();
      assert.ok(!("attributes" in plain));
    }
  });

  it("are what the context had when it was decided for", () => {
    const { tide } = listening();
    const { news } = listing(tide, ["country"]);
    const changing = { ...context };
    const decision = tide.decide("arms", changing, { expose: false });
    const bound = tide.for({ ...changing, user: { id: "bob" } });
    changing.country = "FR";
    tide.expose(decision);
    bound.decide("arms");
    assert.deepEqual(news(), [{ country: "DE" }, { country: "DE" }]);
  });

  it("are left out where they can't be read, or JSON has no such value", () => {
    const { tide } = listening();
    const { news } = listing(tide, ["bad.one", "country", "nan", "big", "empty"]);
    const bad = {
      ...ALICE,
      get bad() {
        throw new Error("no");
      },
      country: "DE",
      nan: Number.NaN,
      big: 1n,
      empty: null,
    };
    const reports = reportsOf(() => {
      for (const user of [{ id: "a" }, { id: "b" }]) {
        const given = Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(bad), user: { value: user } });
        tide.decide("arms", given);
        tide.for(given).decide("pair");
      }
    });
    assert.deepEqual(reports, []);
    assert.deepEqual(
      news(),
      Array.from({ length: 4 }, () => ({ country: "DE" })),
    );
  });

  it("are read for nobody after the last such listener left, nor where nothing is told", () => {
    const { tide } = listening();
    const { end, news } = listing(tide, ["country"]);
    let reads = 0;
    const counting = {
      user: { id: "alice" },
      get country() {
        reads += 1;
        return "DE";
      },
    };
    tide.decide("arms", counting);
    tide.decide("arms", counting);
    assert.equal(reads, 1);
    end();
    tide.decide("pair", { ...ALICE, ...Object.getOwnPropertyDescriptors({}) });
    tide.decide("plan", counting);
    assert.equal(reads, 1);
    assert.equal(news().length, 1);
  });
});

describe("listeners", () => {
  it("come and go", () => {
    const tide = new Tidegate(snapshot(FLAGS), { exposures: "all" });
    const told = [];
    const end = tide.on("exposure", ({ unit }) => told.push(unit));
    const ends = tide.on("exposure", ({ unit }) => told.push(`${unit} again`));
    tide.decide("arms", ALICE);
    end();
    tide.decide("arms", { user: { id: "bob" } });
    ends();
    tide.decide("arms", { user: { id: "carol" } });
    // What was told before is remembered.
    tide.on("exposure", ({ unit }) => told.push(unit));
    tide.decide("arms", ALICE);
    assert.deepEqual(told, ["alice", "alice again", "bob again"]);
    tide.dispose();
    tide.on("exposure", () => told.push("after the end"));
    tide.decide("arms", { user: { id: "dave" } });
    assert.equal(told.length, 3);
    assert.throws(() => tide.on("exposed", () => {}), {
      code: "INVALID_ARGUMENT",
      message: /`change`, `exposure` and `rollback`/,
    });
  });

  it("may throw: that is reported once, and nobody else hears of it", () => {
    const { tide, news } = listening({
      onExposure: () => {
        throw new Error("no");
      },
    });
    const heard = [];
    tide.on("exposure", ({ unit }) => heard.push(unit));
    const reports = reportsOf(() => {
      for (const id of ["a", "b", "c"]) assert.equal(tide.decide("arms", { user: { id } }).reason, "SPLIT");
      assert.equal(tide.boolean("fixed", false, ALICE), true);
    });
    assert.deepEqual(heard, ["a", "b", "c", "t-1"]);
    assert.deepEqual(
      reports.map(({ message }) => message),
      ["no"],
    );
    assert.deepEqual(news(), []);
  });

  it("may ask, update and dispose", () => {
    const seen = [];
    const tide = new Tidegate(snapshot(FLAGS), {
      exposures: "all",
      onExposure: ({ flag, revision }) => {
        seen.push(`${flag} ${revision}`);
        tide.decide("arms", ALICE);
        tide.decide("plan", ALICE);
        if (flag === "plan" && revision === "r1") tide.update(snapshot(FLAGS, { revision: "r2" }));
        if (flag === "plan" && revision === "r2") tide.dispose();
      },
    });
    assert.equal(tide.decide("arms", ALICE).reason, "SPLIT");
    assert.equal(tide.decide("arms", ALICE).revision, "r2");
    assert.deepEqual(seen.slice(0, 3), ["arms r1", "plan r1", "arms r2"]);
  });

  it("hear nothing where the clock throws, which is reported once and decides as ever", () => {
    const { tide, news } = listening({
      now: () => {
        throw new Error("no clock");
      },
    });
    const reports = reportsOf(() => {
      for (const id of ["a", "b"]) assert.equal(tide.decide("arms", { user: { id } }).reason, "SPLIT");
    });
    assert.deepEqual(
      reports.map(({ message }) => message),
      ["no clock"],
    );
    assert.deepEqual(news(), []);
  });
});

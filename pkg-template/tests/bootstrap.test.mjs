// Decisions that a page starts from: a server's, until the page has module and snapshot.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, it } from "node:test";
import { Tidegate } from "tidegate";

const split = {
  split: [
    { variant: "a", weight: 1 },
    { variant: "b", weight: 1 },
  ],
};
const test = (salt) => ({
  type: "string",
  variants: { off: "-", a: "A", b: "B" },
  off: "off",
  default: "off",
  salt,
  rules: [{ id: "half", experiment: "halves", serve: split }],
});
const limits = {
  type: "object",
  variants: { few: { rows: 10 }, many: { rows: 50 } },
  off: "few",
  default: "few",
  rules: [{ id: "paying", when: { attr: "plan", op: "eq", value: "plus" }, serve: "many" }],
};
const document = (more = {}, flags = {}) => ({
  schemaVersion: 1,
  revision: "r1",
  sequence: 3,
  ...more,
  flags: {
    test: test("one"),
    limits,
    shy: { ...test("shy"), unit: "device" },
    refused: { type: "boolean" },
    ...flags,
  },
});
const USER = { targetingKey: "u-1", plan: "plus" };

await Tidegate.init();
const server = new Tidegate(document());
const bootstrap = server.bootstrap(USER);

/** The same after a journey as text. */
const received = (given = bootstrap) => JSON.parse(JSON.stringify(given));

describe("a bootstrap", () => {
  it("has what a context gets, and nothing of the context", () => {
    const variant = server.decide("test", USER, { expose: false }).variant;
    assert.deepEqual(bootstrap, {
      bootstrap: 1,
      revision: "r1",
      sequence: 3,
      decisions: { limits: [{ rows: 50 }, "many", "paying"], test: [variant.toUpperCase(), variant, "half"] },
    });
    assert.deepEqual(received(), bootstrap);
    assert.ok(!JSON.stringify(bootstrap).includes("u-1"));
  });

  it("has the flags that are named, and exposes none", () => {
    const seen = [];
    const tide = new Tidegate(document(), { onExposure: (exposure) => seen.push(exposure) });
    assert.deepEqual(Object.keys(tide.bootstrap(USER, { keys: ["limits", "absent"] }).decisions), ["limits"]);
    tide.bootstrap(USER);
    assert.deepEqual(seen, []);
  });

  it("starts a Tidegate at once, in a program that has no module", () => {
    const program = `
      delete globalThis.WebAssembly;
      const { Tidegate } = await import("tidegate");
      const tide = Tidegate.start(${JSON.stringify(bootstrap)});
      console.log(JSON.stringify([tide.string("test", "none"), tide.object("limits", {}), tide.decide("test")]));`;
    const told = execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" });
    const { value, variant } = server.decide("test", USER);
    const decision = { flag: "test", value, variant, reason: "CACHED", rule: "half", revision: "r1" };
    assert.deepEqual(JSON.parse(told), [value, { rows: 50 }, decision]);
  });

  it("answers whatever the context is, and fallbacks where it has nothing", () => {
    const tide = Tidegate.start(received());
    assert.deepEqual(tide.values({}), { limits: { rows: 50 }, test: bootstrap.decisions.test[0] });
    assert.deepEqual(tide.for({ plan: "free" }).object("limits", {}), { rows: 50 });
    assert.equal(tide.string("shy", "fallback", USER), "fallback");
    assert.equal(tide.decide("shy", USER).errorCode, "FLAG_NOT_FOUND");
    assert.deepEqual(tide.keys(), ["limits", "test"]);
    assert.deepEqual([tide.revision, tide.loadReport.sequence, tide.loadReport.flags], ["r1", 3, 2]);
  });

  it("is checked, since it came from elsewhere", () => {
    const decided = (decision) => ({ bootstrap: 1, revision: "r", decisions: { f: decision } });
    const cases = [
      [undefined, "it has no `bootstrap` of 1, `revision` and `decisions`"],
      [{ bootstrap: 2, revision: "r", decisions: {} }, "it has no `bootstrap` of 1"],
      [{ bootstrap: 1, decisions: {} }, "it has no `bootstrap` of 1"],
      [{ bootstrap: 1, revision: "r", sequence: "3", decisions: {} }, "`sequence` is 3, expected a safe integer"],
      [decided(null), "`decisions.f` has no value that a flag can have"],
      [decided([null, "a"]), "`decisions.f` has no value that a flag can have"],
      [decided([true]), "`decisions.f` names no variant"],
      [decided([true, "on", 7]), "`decisions.f` names a rule that is no text"],
    ];
    for (const [given, message] of cases) {
      assert.throws(
        () => Tidegate.start(given),
        (error) => error.code === "INVALID_ARGUMENT" && error.message.includes(message),
        message,
      );
    }
    const odd = JSON.parse('{"bootstrap":1,"revision":"r","decisions":{"__proto__":[true,"on"]}}');
    assert.equal(Tidegate.start(odd).boolean("__proto__", false), true);
  });
});

describe("a page that started", () => {
  it("is told of what its snapshot decides otherwise, and of nothing else", () => {
    const changes = [];
    const tide = Tidegate.start(received());
    tide.on("change", (keys) => changes.push(keys));
    tide.update(document(), { context: USER });
    assert.deepEqual(changes, []);
    assert.equal(tide.decide("test", USER).reason, "SPLIT");
    assert.equal(tide.decide("limits", { plan: "free" }).variant, "few");
    // From here on it is like every other.
    tide.update(document({ revision: "r2" }, { limits: { ...limits, rules: [] } }));
    assert.deepEqual(changes, [["limits"]]);

    const later = Tidegate.start(received());
    later.on("change", (keys) => changes.push(keys));
    const newer = { fresh: { ...limits, rules: [] }, test: { ...test("one"), enabled: false } };
    later.update(document({ revision: "r3", sequence: 4 }, newer), { context: USER });
    assert.deepEqual(changes.at(-1), ["fresh", "test"]);
  });

  it("is told of every flag where nobody says whom it started for", () => {
    const changes = [];
    const tide = Tidegate.start(received());
    tide.on("change", (keys) => changes.push(keys));
    tide.update(document());
    assert.deepEqual(changes, [["limits", "refused", "shy", "test"]]);
  });

  it("takes no older snapshot, and none that is refused", () => {
    const tide = Tidegate.start(received());
    assert.throws(() => tide.update(document({ sequence: 2 })), { code: "OLDER_SEQUENCE" });
    assert.throws(() => tide.update(new TextEncoder().encode("{")), { code: "INVALID_JSON" });
    assert.equal(tide.decide("test", USER).reason, "CACHED");
  });

  it("exposes what it decides itself", () => {
    const seen = [];
    const tide = Tidegate.start(received(), { onExposure: ({ flag, revision }) => seen.push([flag, revision]) });
    tide.decide("test", USER);
    assert.deepEqual(seen, []);
    tide.update(document(), { context: USER });
    tide.decide("test", USER);
    assert.deepEqual(seen, [["test", "r1"]]);
  });
});

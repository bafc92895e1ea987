// What the systems do through the npm package, where the Rust tests beside this can't show it. Titles are in rows.json.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { Tidegate } from "tidegate";

await Tidegate.init();

const bytes = (json) => new TextEncoder().encode(JSON.stringify(json));

function snapshot(revision, flags, more = {}) {
  return { schemaVersion: 1, revision, flags, ...more };
}

function beta(more = {}) {
  const rules = [{ id: "half", unit: "shop.id", percent: 50, serve: "on" }];
  const variants = { on: true, off: false };
  return { type: "boolean", variants, off: "off", default: "off", salt: "beta", rules, ...more };
}

const shops = Array.from({ length: 200 }, (_, number) => ({ shop: { id: `shop-${number}` } }));
const answers = (tide, flag) => shops.map((shop) => tide.boolean(flag, false, shop));

it("amazon: a refused document", async () => {
  const tide = await Tidegate.load(snapshot("1", { beta: beta() }));
  const before = answers(tide, "beta");
  assert.ok(before.includes(true) && before.includes(false));
  for (const [next, code] of [
    [bytes(snapshot("2", {})).slice(0, -1), "INVALID_JSON"],
    [bytes({ ...snapshot("2", {}), schemaVersion: 2 }), "UNSUPPORTED_VERSION"],
    [bytes({ ...snapshot("2", {}), constraints: {} }), "UNKNOWN_FIELD"],
  ]) {
    assert.throws(() => tide.update(next), { name: "TidegateError", code });
    assert.equal(tide.revision, "1");
    assert.deepEqual(answers(tide, "beta"), before);
  }
  tide.dispose();
});

it("netflix: one call answers every test", async () => {
  const number = (index) => `test-${index}`;
  const tests = Array.from({ length: 100 }, (_, index) => [number(index), beta({ salt: number(index) })]);
  const tide = await Tidegate.load(snapshot("1", Object.fromEntries(tests)));
  for (const shop of shops.slice(0, 20)) {
    const values = tide.values(shop);
    assert.equal(Object.keys(values).length, tests.length);
    for (const [key] of tests) assert.equal(values[key], tide.boolean(key, false, shop), key);
    assert.equal(new Set(Object.values(values)).size, 2, "tests of other salts answer otherwise");
  }
  tide.dispose();
});

it("shopify: instant rollback", async () => {
  const tide = await Tidegate.load(snapshot("1", { beta: beta(), other: beta() }));
  const before = answers(tide, "beta");
  const changes = [];
  tide.on("change", (keys) => changes.push(...keys));
  tide.update(snapshot("2", { beta: beta({ enabled: false }), other: beta() }));
  assert.deepEqual(changes, ["beta"]);
  assert.ok(answers(tide, "beta").every((on) => !on));
  assert.equal(tide.decide("beta", shops[0]).reason, "DISABLED");
  assert.deepEqual(answers(tide, "other"), before);
  tide.update(snapshot("3", { beta: beta(), other: beta() }));
  assert.deepEqual(answers(tide, "beta"), before, "nobody has moved meanwhile");
  tide.dispose();
});

it("bytedance: a snapshot swapped in the middle of a decision", async () => {
  // Two attributes are read; reading the first swaps the snapshot for one that decides by others, in other places.
  const model = (revision) => ({
    type: "string",
    variants: { none: "none", model: `model-${revision}` },
    off: "none",
    default: "none",
    rules: [
      {
        when: {
          all: [
            { attr: `first-${revision % 2}`, op: "eq", value: "yes" },
            { attr: "second", op: "eq", value: "yes" },
          ],
        },
        serve: "model",
      },
    ],
  });
  const numbered = (revision) =>
    snapshot(`${revision}`, { [`before-${revision % 3}`]: beta(), model: model(revision) });
  let revision = 0;
  const tide = await Tidegate.load(numbered(revision));
  const swapping = () => {
    revision += 1;
    tide.update(numbered(revision));
    return "yes";
  };
  const context = {
    get "first-0"() {
      return swapping();
    },
    get "first-1"() {
      return swapping();
    },
    second: "yes",
  };
  for (let asked = 0; asked < 200; asked++) {
    const before = revision;
    const decision = tide.decide("model", context);
    assert.ok(revision > before, "it was swapped meanwhile");
    assert.equal(decision.errorCode, undefined);
    assert.equal(decision.value, `model-${decision.revision}`);
    assert.ok(Number(decision.revision) >= before && Number(decision.revision) <= revision);
  }
  tide.dispose();
});

it("microsoft: an evaluation event for an audit", async () => {
  const events = [];
  const flags = { beta: beta({ unit: "shop.id" }), off: beta({ unit: "shop.id", enabled: false }) };
  const options = { exposures: "all", onExposure: (event) => events.push(event), now: () => 5 };
  const tide = await Tidegate.load(snapshot("etag-7", flags), options);
  const reasons = new Set();
  for (const context of shops) {
    const { id } = context.shop;
    const { variant, reason, rule } = tide.decide("beta", context);
    const who = { flag: "beta", unit: id, unitKind: "shop.id", revision: "etag-7", at: 5 };
    assert.deepEqual(events.splice(0), [{ ...who, variant, reason, ...(rule === undefined ? {} : { rule }) }]);
    // The percentage that decided, and where the unit is in it.
    const [{ key, bucket, from, until }] = tide.explain("beta", context).steps.find(({ buckets }) => buckets).buckets;
    assert.deepEqual([key, from, until], [`beta/ramp.${id}`, 0, 500_000]);
    assert.equal(reason, bucket < until ? "SPLIT" : "DEFAULT");
    reasons.add(reason);
  }
  assert.equal(reasons.size, 2);
  tide.decide("off", shops[0]);
  const [{ flag, variant, reason }, ...more] = events;
  assert.deepEqual([flag, variant, reason, more], ["off", "off", "DISABLED", []]);
  tide.dispose();
});

it("alibaba: a stored snapshot without a network", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-stored-"));
  const { fetch } = globalThis;
  let asked = 0;
  globalThis.fetch = () => {
    asked += 1;
    return Promise.reject(new TypeError("no network"));
  };
  try {
    const file = join(folder, "snapshot.json");
    writeFileSync(file, bytes(snapshot("stored", { beta: beta() })));
    const tide = await Tidegate.load(readFileSync(file));
    assert.equal(tide.revision, "stored");
    const found = answers(tide, "beta");
    assert.ok(found.includes(true) && found.includes(false));
    assert.equal(asked, 0);
    // The next one can't be had, and the stored one goes on.
    await assert.rejects(Tidegate.load("https://cdn.example/snapshot.json"), { name: "TidegateError" });
    assert.equal(asked, 1);
    assert.deepEqual(answers(tide, "beta"), found);
    tide.dispose();
  } finally {
    globalThis.fetch = fetch;
    rmSync(folder, { recursive: true });
  }
});

/** An experiment of two arms for half of the users in Canada. */
function experiment(more = {}) {
  const split = ["on", "off"].map((variant) => ({ variant, weight: 1 }));
  const when = { attr: "country", op: "eq", value: "CA" };
  const rules = [{ id: "test", experiment: "test", when, percent: 50, serve: { split } }];
  return { ...beta(), rules, unit: "user", ...more };
}

const users = Array.from({ length: 400 }, (_, number) => ({ user: `user-${number}`, country: "CA" }));

/** A Tidegate that tells of exposures, and what it told since that was asked last. */
async function listening(sections) {
  const told = [];
  const tide = await Tidegate.load(snapshot("1", sections.flags, sections), {
    onExposure: (exposure) => told.push(exposure),
  });
  return { tide, news: () => told.splice(0) };
}

it("spotify: both arms of a holdback at one point", async () => {
  const holdouts = { "2026-q4": { unit: "user", salt: "hb", percent: 20, tags: ["search"] } };
  const flags = { search: experiment({ tags: ["search"] }), free: experiment() };
  const { tide, news } = await listening({ flags, holdouts });
  const arms = { held: [], free: [] };
  for (const user of users) {
    tide.decide("search", user);
    const [exposure, ...more] = news();
    assert.deepEqual([more, exposure.unit], [[], user.user]);
    const { variant, reason } = tide.decide("free", user, { expose: false });
    if (exposure.holdout === undefined) {
      assert.deepEqual([exposure.variant, exposure.reason, exposure.wouldBe], [variant, reason, undefined]);
      arms.free.push(variant);
    } else {
      assert.deepEqual([exposure.variant, exposure.reason, exposure.holdout], ["off", "HOLDOUT", "2026-q4"]);
      assert.deepEqual([exposure.wouldBe.variant, exposure.wouldBe.reason], [variant, reason]);
      arms.held.push(variant);
    }
  }
  assert.ok(arms.held.length > 50 && arms.held.length < 110, String(arms.held.length));
  for (const arm of [arms.held, arms.free]) assert.ok(arm.includes("on") && arm.includes("off"));
  tide.dispose();
});

it("spotify: exposed later than decided, and once", async () => {
  const { tide, news } = await listening({ flags: { test: experiment() } });
  const user = users.find((user) => tide.decide("test", user, { expose: false }).rule === "test");
  const decision = tide.decide("test", user, { expose: false });
  assert.deepEqual(news(), []);
  assert.deepEqual([tide.expose(decision), tide.expose(decision)], [true, false]);
  assert.equal(tide.expose(tide.decide("test", user, { expose: false })), false);
  const [{ unit, variant }, ...more] = news();
  assert.deepEqual([unit, variant, more], [user.user, decision.variant, []]);
  // Another variant is kept.
  const other = decision.variant === "on" ? "off" : "on";
  const weights = [other, decision.variant].map((variant, weight) => ({ variant, weight: 1 - weight }));
  const [rule] = experiment().rules;
  tide.update(snapshot("1", { test: experiment({ rules: [{ ...rule, serve: { split: weights } }] }) }));
  assert.equal(tide.expose(tide.decide("test", user, { expose: false })), true);
  assert.deepEqual(
    news().map(({ variant }) => variant),
    [other],
  );
  tide.dispose();
});

it("meta: outside the experiment nobody is exposed", async () => {
  const { tide, news } = await listening({ flags: { test: experiment() } });
  let inside = 0;
  for (const user of users) {
    tide.decide("test", { ...user, country: "DE" });
    tide.for({ ...user, country: "DE" }).boolean("test", false);
    assert.deepEqual(news(), []);
    const { rule } = tide.decide("test", user);
    assert.equal(news().length, rule === "test" ? 1 : 0);
    inside += Number(rule === "test");
  }
  assert.ok(inside > 150 && inside < 250, String(inside));
  tide.dispose();
});

it("meta: exposed once, at the first reading", async () => {
  const { tide, news } = await listening({ flags: { test: experiment() } });
  const user = users.find((user) => tide.decide("test", user, { expose: false }).rule === "test");
  const bound = tide.for(user);
  bound.values();
  tide.explain("test", user);
  assert.deepEqual(news(), [], "nothing was read yet");
  bound.boolean("test", false);
  assert.equal(news().length, 1);
  for (let again = 0; again < 3; again++) {
    bound.boolean("test", false);
    bound.decide("test");
    tide.boolean("test", false, user);
  }
  assert.deepEqual(news(), []);
  tide.dispose();
});

it("alibaba: the path that is logged", async () => {
  // A scene with two layers, a flag for each: what a unit met in them is one path, and joins its purchases to it.
  const halves = { group: [[0, 50]], other: [[50, 100]] };
  const layers = Object.fromEntries(["L1", "L2"].map((salt) => [salt, { unit: "user", salt, experiments: halves }]));
  const split = ["E1", "E2"].map((variant) => ({ variant, weight: 1 }));
  const flag = (layer) => ({
    type: "string",
    variants: { none: "none", E1: "E1", E2: "E2" },
    off: "none",
    default: "none",
    unit: "user",
    salt: `scene-${layer}`,
    rules: Object.keys(halves).map((experiment) => ({ id: experiment, layer, experiment, serve: { split } })),
  });
  const { tide, news } = await listening({ flags: { recall: flag("L1"), rank: flag("L2") }, layers });
  const paths = new Map();
  for (const user of users) {
    const served = tide.for(user);
    const values = ["recall", "rank"].map((key) => served.string(key, ""));
    const exposures = news();
    assert.ok(exposures.every(({ unit }) => unit === user.user));
    const path = exposures.map(({ layer, experiment, variant }) => `${layer}#${experiment}#${variant}`).join("_");
    assert.match(path, /^L1#(group|other)#E[12]_L2#(group|other)#E[12]$/);
    assert.deepEqual(
      values,
      path.split("_").map((part) => part.slice(-2)),
    );
    paths.set(path, (paths.get(path) ?? 0) + 1);
  }
  assert.equal(paths.size, 16, "every group and arm of a layer with every one of the other");
  tide.dispose();
});

it("statistics: a sample ratio at one look", async () => {
  const listen = { onExposure: () => {}, exposureMemory: { units: 30_000 } };
  // Σ(O−E)²/E of two even arms, which are alarmed about beyond 10.828: once in a thousand experiments without a fault.
  const look = (tide) => {
    const [{ arms }] = tide.balance();
    const all = arms.reduce((sum, { units }) => sum + units, 0);
    return arms.reduce((sum, { units, share }) => sum + (units - all * share) ** 2 / (all * share), 0);
  };
  const rules = [{ ...experiment().rules[0], percent: 100 }];
  for (const salt of ["one", "two", "three"]) {
    const document = snapshot("1", { test: experiment({ salt, rules }) });
    const [whole, lossy] = await Promise.all([0, 1].map(() => Tidegate.load(document, listen)));
    for (let number = 0; number < 20_000; number++) {
      const user = { user: `user-${number}`, country: "CA" };
      whole.decide("test", user);
      const decision = lossy.decide("test", user, { expose: false });
      if (decision.variant === "on" || number % 10 > 0) lossy.expose(decision);
    }
    assert.ok(look(whole) < 10.828 && look(lossy) > 10.828, `${look(whole)}, ${look(lossy)}`);
    for (const tide of [whole, lossy]) tide.dispose();
  }
});

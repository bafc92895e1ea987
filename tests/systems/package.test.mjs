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

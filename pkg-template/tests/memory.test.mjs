// Deciding and reloading take no memory for good. The module's memory is seen by watching what is instantiated.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import { encode, equals, SHOP, snapshot, when } from "./snapshots.mjs";

const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, [module, imports]) {
    const instance = new target(module, imports);
    memories.push(instance.exports.memory);
    return instance;
  },
});
const { Tidegate } = await import("tidegate");
assert.equal(memories.length, 0, "importing starts nothing");

const tide = await Tidegate.load(SHOP);
const bytesInUse = () => memories.at(-1).buffer.byteLength;

const context = (i) => ({
  targetingKey: `user-${i}`,
  user: { id: `user-${i}`, email: `user-${i}@${i % 2 === 0 ? "shop" : "mail"}.example` },
  shop: { plan: ["plus", "free", "enterprise"][i % 3] },
  prefers: i % 5 === 0 ? "dark" : "日本語",
  tags: ["a", `tag-${i}`],
});

function decisions(count) {
  for (let i = 0; i < count; i++) {
    tide.boolean("new-checkout", false, context(i));
    tide.string("theme", "light", context(i));
    tide.decide("new-checkout", context(i));
    if (i % 100 === 0) {
      tide.for(context(i)).values();
      tide.explain("new-checkout", context(i));
      tide.decide("broken", context(i));
    }
  }
}

describe("the module's memory", () => {
  it("stays where it was after 50,000 decisions", () => {
    decisions(1_000);
    const before = bytesInUse();
    decisions(50_000);
    assert.equal(bytesInUse(), before);
  });

  it("stays where it was after 100 reloads", () => {
    const large = encode(
      snapshot(
        Object.fromEntries(
          Array.from({ length: 1_000 }, (_, i) => [
            `flag-${i}`,
            when({ attr: `a${i % 50}`, op: "matches", value: `^${i}+$` }),
          ]),
        ),
        { revision: "large" },
      ),
    );
    const small = encode(SHOP);
    const own = new Tidegate(large);
    own.on("change", () => {});
    const reload = () => {
      own.update(large);
      assert.equal(own.boolean("flag-7", false, { a7: "7" }), true);
      own.for({ a7: "7" }).values();
      assert.throws(() => own.update(encode("{")));
      own.update(small);
      decisions(10);
    };
    // Old and new program take turns in the heap; it takes some hundred rounds until every size has found its place.
    for (let i = 0; i < 400; i++) reload();
    const before = bytesInUse();
    for (let i = 0; i < 100; i++) reload();
    assert.equal(bytesInUse(), before);
    own.dispose();
  });

  it("is given back by a Tidegate that is disposed of", () => {
    const large = encode(snapshot({ big: { ...equals("a", "x"), description: "x".repeat(1_000_000) } }));
    const cycle = () => new Tidegate(large).dispose();
    for (let i = 0; i < 5; i++) cycle();
    const before = bytesInUse();
    for (let i = 0; i < 100; i++) cycle();
    assert.equal(bytesInUse(), before);
  });

  it("is given back by a Tidegate that nobody disposed of, once it is collected", async () => {
    const list = Array.from({ length: 20_000 }, (_, i) => `id-${i}`);
    const large = encode(snapshot({ big: when({ attr: "a", op: "in", value: list }) }));
    const round = async () => {
      for (let i = 0; i < 5; i++) assert.equal(new Tidegate(large).boolean("big", false, { a: "id-1" }), true);
      globalThis.gc();
      await setImmediate();
    };
    for (let i = 0; i < 4; i++) await round();
    const before = bytesInUse();
    for (let i = 0; i < 20; i++) await round();
    // When the collector calls back is its own business: a few rounds may be behind, a hundred engines may not.
    assert.ok(bytesInUse() - before < 10 * large.byteLength, `${bytesInUse()} bytes, ${before} before`);
  });

  it("was one instance's all along", () => {
    assert.equal(memories.length, 1);
  });
});

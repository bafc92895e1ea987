// A module that stops in the middle answers with fallbacks, and is replaced. The one honest way to stop it from outside
// is to use up the stack that it needs.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encode, equals, ON_OFF, SHOP, STAFF, snapshot, when } from "./snapshots.mjs";

let instances = 0;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(target, given) {
    instances++;
    return new target(...given);
  },
});
const { Tidegate } = await import("tidegate");

const nested = (depth) => (depth === 0 ? { attr: "a", op: "eq", value: "x" } : { not: { not: nested(depth - 1) } });
const DEEP = snapshot({ deep: when(nested(30)), constant: { ...ON_OFF, default: "on" }, theme: SHOP.flags.theme });
const tide = await Tidegate.load(DEEP);
const other = await Tidegate.load(SHOP);

/** Asks at every depth, down to where the stack ends, and once more while it is still nearly used up. */
function askToTheEnd(ask) {
  let answers = 0;
  let depth = 0;
  const down = () => {
    depth++;
    ask();
    answers++;
    down();
  };
  assert.throws(down, RangeError);
  assert.ok(answers > 100 && answers >= depth - 1, "no getter threw: only the recursion itself did");
}

const ways = {
  boolean: () => tide.boolean("deep", false, { a: "x" }),
  decide: () => tide.decide("deep", { a: "x" }),
  "boolean of a bound context": () => tide.for({ a: "x" }).boolean("deep", false),
  values: () => tide.values({ a: "x" }),
};

describe("when the stack is used up", () => {
  for (const [name, ask] of Object.entries(ways)) {
    it(`${name} answers, then and afterwards`, () => {
      for (let round = 0; round < 3; round++) {
        askToTheEnd(ask);
        assert.equal(tide.boolean("deep", false, { a: "x" }), true);
        assert.equal(tide.boolean("deep", true, { a: "y" }), false);
        assert.equal(tide.decide("deep", { a: "x" }).reason, "TARGETING_MATCH");
        assert.equal(tide.for({ a: "x" }).values().deep, true);
        assert.equal(tide.revision, "r1");
      }
    });
  }

  it("every other Tidegate of the module goes on too", () => {
    const bound = other.for(STAFF);
    assert.equal(bound.string("theme", ""), "light");
    askToTheEnd(ways.boolean);
    assert.equal(other.boolean("new-checkout", false, STAFF), true);
    assert.equal(bound.boolean("new-checkout", false), true);
    assert.deepEqual(bound.values(), other.values(STAFF));
    assert.equal(tide.boolean("deep", false, { a: "x" }), true);
  });

  it("an update that is caught by it changes nothing", () => {
    const own = new Tidegate(DEEP);
    const next = encode({ ...DEEP, revision: "r2" });
    let taken = 0;
    const seen = new Set();
    const down = () => {
      try {
        own.update(next);
        taken++;
      } catch (error) {
        seen.add(error.code ?? error.name);
        assert.ok(error.code === "MODULE_STOPPED" || error instanceof RangeError, String(error));
        throw error;
      }
      down();
    };
    assert.throws(down);
    assert.ok(taken > 10, `${taken} updates, then ${[...seen]}`);
    assert.equal(own.revision, "r2");
    assert.equal(own.boolean("deep", false, { a: "x" }), true);
    assert.equal(own.update({ ...DEEP, revision: "r3" }).revision, "r3");
    assert.equal(own.boolean("deep", false, { a: "x" }), true);
    own.dispose();
  });

  it("the instance was in fact replaced", () => {
    assert.ok(instances > 1, "otherwise nothing here was tested");
  });

  it("a disposed Tidegate stays disposed", () => {
    const own = new Tidegate(DEEP);
    askToTheEnd(ways.boolean);
    own.dispose();
    assert.equal(own.boolean("deep", false, { a: "x" }), false);
    assert.equal(tide.boolean("deep", false, { a: "x" }), true);
    assert.equal(new Tidegate(snapshot({ a: equals("a", "x") })).boolean("a", false, { a: "x" }), true);
  });
});

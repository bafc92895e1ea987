// What callers may hand over as a context: everything, and no getter ever throws.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { runInNewContext } from "node:vm";
import { Tidegate } from "tidegate";
import { equals, ON_OFF, snapshot, when } from "./snapshots.mjs";

const NOON = Date.parse("2026-11-24T12:00:00Z");

let tide;

before(async () => {
  tide = await Tidegate.load(
    snapshot({
      exists: when({ attr: "a", op: "exists", value: true }),
      x: equals("a", "x"),
      one: equals("a", 1),
      yes: equals("a", true),
      nested: equals("user.id", "x"),
      deep: equals("user.address.city.name", "x"),
      both: when({
        all: [
          { attr: "user", op: "exists", value: true },
          { attr: "user.id", op: "eq", value: "x" },
        ],
      }),
      constructor: equals("constructor", "x"),
      inherited: when({ attr: "toString", op: "exists", value: true }),
      time: when({ attr: "a", op: "after", value: NOON - 1 }),
      noon: equals("a", NOON),
      other: when({ attr: "a", op: "ne", value: "x" }),
      contains: when({ attr: "a", op: "contains", value: "é" }),
      many: when({ attr: "a", op: "in", value: Array.from({ length: 300 }, (_, i) => `v${i}`) }),
      two: when({
        all: [
          { attr: "a", op: "eq", value: "x" },
          { attr: "b", op: "contains", value: "y" },
        ],
      }),
      split: {
        ...ON_OFF,
        salt: "s",
        rules: [{ percent: 50, serve: "on" }],
      },
      constant: { ...ON_OFF, default: "on" },
    }),
  );
});

const on = (key, context) => {
  const fresh = tide.boolean(key, false, context);
  assert.equal(tide.for(context).boolean(key, false), fresh, `bound: ${key}`);
  assert.equal(tide.values(context)[key] ?? false, fresh, `values: ${key}`);
  return fresh;
};

const code = (key, context) => {
  const { errorCode, errorMessage } = tide.decide(key, context);
  assert.equal(tide.for(context).decide(key).errorCode, errorCode);
  assert.equal(tide.for(context).decide(key).errorMessage, errorMessage);
  return errorCode;
};

describe("the context itself", () => {
  it("may be missing", () => {
    for (const context of [undefined, null, {}]) {
      assert.equal(on("x", context), false);
      assert.equal(code("x", context), undefined);
      assert.equal(code("split", context), "TARGETING_KEY_MISSING");
    }
  });

  it("is refused where it is no object", () => {
    for (const context of ["x", 1, true, Symbol("x"), 1n, () => 1, [], ["x"], new Date()]) {
      assert.equal(code("x", context), "INVALID_CONTEXT");
      assert.equal(tide.boolean("x", true, context), true, "the fallback comes back");
      assert.equal(on("constant", context), true, "a flag that does not look at it answers");
    }
  });

  it("may have any prototype: own properties count", () => {
    class User {
      a = "x";
      get b() {
        return "y";
      }
    }
    assert.equal(on("x", new User()), true);
    assert.equal(on("two", new User()), false, "a class's getter is inherited");
    assert.equal(on("x", Object.assign(Object.create(null), { a: "x" })), true);
    assert.equal(on("x", Object.create({ a: "x" })), false);
    assert.equal(on("x", runInNewContext("({ a: 'x' })")), true, "an object of another realm");
    assert.equal(on("nested", { user: Object.create({ id: "x" }) }), false);
    assert.equal(on("nested", { user: Object.assign(new (class {})(), { id: "x" }) }), true);
    assert.equal(on("inherited", {}), false);
    assert.equal(on("inherited", { toString: "mine" }), true);
    assert.equal(on("constructor", {}), false);
    assert.equal(on("constructor", { constructor: "x" }), true);
  });

  it("is not fooled by a polluted prototype", () => {
    Object.prototype.a = "x";
    try {
      assert.equal(on("x", {}), false);
      assert.equal(on("nested", { user: {} }), false);
      assert.equal(on("x", { a: "x" }), true);
    } finally {
      delete Object.prototype.a;
    }
  });

  it("may be a proxy", () => {
    const strict = new Proxy({ a: "x" }, { get: (target, key) => target[key] ?? assert.fail(String(key)) });
    assert.equal(on("x", strict), true, "one that refuses what it does not have");
    const proxy = new Proxy({ a: "x" }, {});
    assert.equal(on("x", proxy), true);
    const refusing = new Proxy({}, { getPrototypeOf: () => assert.fail("no") });
    assert.equal(code("x", refusing), "INVALID_CONTEXT");
    const { proxy: revoked, revoke } = Proxy.revocable({}, {});
    revoke();
    assert.equal(code("x", revoked), "INVALID_CONTEXT");
    assert.equal(on("constant", revoked), true);
  });

  it("may be frozen, and large", () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`attribute${i}`, i]));
    assert.equal(on("x", Object.freeze({ ...many, a: "x" })), true);
  });
});

describe("attributes", () => {
  it("count as missing where they are nothing that can be compared", () => {
    for (const a of [undefined, null, Number.NaN, Infinity, -Infinity, () => 1, Symbol("x"), new Date(Number.NaN)]) {
      assert.equal(on("exists", { a }), false, String(a));
      assert.equal(on("other", { a }), false, String(a));
    }
  });

  it("are present where they are something else", () => {
    for (const a of ["", 0, -0, false, {}, [], 1n, new Map(), /x/, Object("x"), new Uint8Array(1)]) {
      assert.equal(on("exists", { a }), true, String(a));
      assert.equal(on("other", { a }), true, String(a));
      assert.equal(on("x", { a }), false, String(a));
    }
  });

  it("keep their type", () => {
    assert.equal(on("one", { a: 1 }), true);
    assert.equal(on("one", { a: 1n }), false);
    assert.equal(on("one", { a: "1" }), false);
    assert.equal(on("yes", { a: true }), true);
    assert.equal(on("yes", { a: "true" }), false);
    assert.equal(on("yes", { a: 1 }), false);
  });

  it("of Date are instants", () => {
    assert.equal(on("time", { a: new Date(NOON) }), true);
    assert.equal(on("noon", { a: new Date(NOON) }), true);
    assert.equal(on("noon", { a: runInNewContext(`new Date(${NOON})`) }), true);
    assert.equal(on("noon", { a: [new Date(NOON)] }), true);
    class Later extends Date {
      getTime() {
        return 0;
      }
      valueOf() {
        return 0;
      }
    }
    assert.equal(on("noon", { a: new Later(NOON) }), true, "whatever its class says");
    assert.equal(on("exists", { a: { [Symbol.toStringTag]: "Date" } }), true);
    assert.equal(on("nested", { user: Object.assign(new Date(), { id: "x" }) }), false, "no path leads through one");
  });

  it("may be lists, with holes and anything in them", () => {
    assert.equal(on("x", { a: ["y", "x"] }), true);
    assert.equal(on("x", { a: [null, undefined, Number.NaN, 1n, {}, ["x"], () => 1] }), false);
    const holes = [];
    holes[5] = "x";
    assert.equal(on("x", { a: holes }), true);
    assert.equal(on("other", { a: ["y", "x"] }), false);
    assert.equal(on("other", { a: ["y"] }), true);
    const long = Array.from({ length: 5_000 }, (_, i) => `element-${i}`);
    assert.equal(on("x", { a: [...long, "x"] }), true);
    assert.equal(on("x", { a: long }), false);
  });

  it("may be long, and of any script", () => {
    assert.equal(on("contains", { a: "é" }), true);
    assert.equal(on("contains", { a: "😀".repeat(20) }), false);
    assert.equal(on("contains", { a: `${"a".repeat(100_000)}é` }), true);
    assert.equal(on("contains", { a: `${"日本".repeat(50_000)}é` }), true);
    for (const length of [...Array(40).keys()]) {
      const a = "abcdefgh".repeat(5).slice(0, length);
      assert.equal(on("contains", { a: `${a}é` }), true, `after ${length} characters`);
      assert.equal(on("contains", { a }), false, `${length} characters`);
    }
    assert.equal(on("contains", { a: "\ud800é" }), true, "after a lone surrogate");
    assert.equal(on("many", { a: "v299" }), true);
    assert.equal(on("many", { a: "v300" }), false);
  });

  it("are read along paths, through objects alone", () => {
    assert.equal(on("nested", { user: { id: "x" } }), true);
    assert.equal(on("both", { user: { id: "x" } }), true);
    assert.equal(on("deep", { user: { address: { city: { name: "x" } } } }), true);
    assert.equal(on("nested", { "user.id": "x" }), false);
    for (const user of [undefined, null, "x", 1, [{ id: "x" }], () => 1]) assert.equal(on("nested", { user }), false);
    assert.equal(on("nested", { user: Object.assign([], { id: "x" }) }), false);
    assert.equal(on("nested", { user: Object.assign(() => 1, { id: "x" }) }), false);
  });

  it("are read once for a decision, and only where the flag refers to them", () => {
    const reads = [];
    const watched = (name, value) =>
      new Proxy(value, {
        get(target, key) {
          // Which prototype there is may be asked for.
          if (key !== "__proto__") reads.push(`${name}.${String(key)}`);
          return target[key];
        },
      });
    const context = watched("context", { a: "x", b: "y", user: { id: "x" }, secret: 1 });
    assert.equal(tide.boolean("two", false, context), true);
    assert.deepEqual(reads.sort(), ["context.a", "context.b"]);
    reads.length = 0;
    assert.equal(tide.boolean("both", false, context), true);
    assert.deepEqual([...new Set(reads)], ["context.user"]);
    reads.length = 0;
    assert.equal(tide.boolean("constant", false, context), true);
    assert.deepEqual(reads, []);
  });
});

describe("lists", () => {
  it("keep their places when flags that are read later bring more attributes", async () => {
    const keys = Array.from({ length: 60 }, (_, i) => `flag-${i}`);
    const flags = keys.map((key, i) => [key, equals(`a${i}`, `x${i}`)]);
    const own = await Tidegate.load(snapshot(Object.fromEntries(flags)));
    for (const [i, key] of keys.entries()) {
      const list = [...Array.from({ length: i % 7 }, (_, n) => `other-${n}`), `x${i}`];
      assert.equal(own.boolean(key, false, { [`a${i}`]: list }), true, key);
      assert.equal(own.boolean(key, false, { [`a${i}`]: list.slice(0, -1) }), false, key);
    }
    for (const [i, key] of keys.entries())
      assert.equal(own.boolean(key, false, { [`a${i}`]: ["y", `x${i}`] }), true, key);
  });
});

describe("a getter", () => {
  it("that throws ends the decision with the fallback", () => {
    const context = {
      get a() {
        throw new Error("no such thing");
      },
      b: "y",
      user: { id: "x" },
    };
    assert.equal(tide.boolean("x", true, context), true);
    assert.equal(code("x", context), "INVALID_CONTEXT");
    assert.match(tide.decide("x", context).errorMessage, /^reading the attribute `a` threw: no such thing$/);
    assert.equal(code("two", context), "INVALID_CONTEXT", "even where another attribute is the one that matters");
    assert.equal(on("nested", context), true, "flags that do not read it decide");
    assert.equal("x" in tide.values(context), false);
    assert.equal(tide.explain("x", context).errorCode, "INVALID_CONTEXT");
  });

  it("that throws on the way to others takes these with it", () => {
    const context = {
      get user() {
        // biome-ignore lint/style/useThrowOnlyError: callers do
        throw "not even an error";
      },
      a: "x",
    };
    assert.equal(code("nested", context), "INVALID_CONTEXT");
    assert.match(tide.decide("deep", context).errorMessage, /`user` threw: not even an error$/);
    assert.equal(on("x", context), true);
  });

  it("may ask the same Tidegate", () => {
    let inner;
    const context = {
      get a() {
        inner = [tide.boolean("x", false, { a: "x" }), tide.boolean("two", false, { a: "x", b: "n" })];
        tide.for({ a: "q" }).values();
        return "x";
      },
      b: "why",
    };
    assert.equal(tide.boolean("two", false, context), true);
    assert.deepEqual(inner, [true, false]);
    assert.equal(on("two", context), true);
  });

  it("may ask it in ever deeper turns", () => {
    let depth = 0;
    const answers = [];
    const context = {
      get a() {
        if (++depth < 20) answers.push(tide.boolean("two", false, context));
        return "x";
      },
      get b() {
        return "yes";
      },
    };
    assert.equal(tide.boolean("two", false, context), true);
    assert.deepEqual(answers, Array(19).fill(true));
  });

  it("may update it, or dispose of it", async () => {
    const own = await Tidegate.load(snapshot({ x: equals("a", "x") }));
    const updating = {
      get a() {
        own.update(snapshot({ x: equals("a", "other") }, { revision: "r2" }));
        return "x";
      },
    };
    assert.equal(own.boolean("x", false, updating), true, "the snapshot that was asked answers");
    assert.equal(own.boolean("x", false, { a: "other" }), true);
    const disposing = {
      get a() {
        own.dispose();
        return "other";
      },
    };
    assert.equal(own.boolean("x", false, disposing), false);
    assert.equal(tide.boolean("x", false, { a: "x" }), true);
  });
});

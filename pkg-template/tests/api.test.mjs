// What the README and the types promise, line by line, on the built package.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Tidegate, TidegateError } from "tidegate";
import { ON_OFF, SHOP, SHOPPER, STAFF, snapshot } from "./snapshots.mjs";

let tide;

before(async () => {
  tide = await Tidegate.load(SHOP);
});

describe("getters", () => {
  it("answer with the value", () => {
    assert.equal(tide.boolean("new-checkout", false, STAFF), true);
    assert.equal(tide.boolean("new-checkout", true, SHOPPER), false);
    assert.equal(tide.string("theme", "light", { prefers: "dark" }), "dark");
    assert.equal(tide.number("page-size", 1), 50);
    assert.deepEqual(tide.object("banner", {}), { title: "Sale", items: [{ id: 1 }, { id: 2 }] });
  });

  it("answer with the fallback where there is no flag, or it was refused", () => {
    assert.equal(tide.boolean("absent", true, STAFF), true);
    assert.equal(tide.boolean("broken", true, STAFF), true);
    assert.equal(tide.boolean(undefined, true), true);
    assert.equal(tide.boolean("__proto__", true), true);
    assert.equal(tide.boolean("constructor", true), true);
  });

  it("answer with the fallback where the type is another", () => {
    assert.equal(tide.string("cart-v2", "fallback"), "fallback");
    assert.equal(tide.boolean("theme", true, { prefers: "dark" }), true);
    assert.equal(tide.number("banner", 7), 7);
    const fallback = {};
    assert.equal(tide.object("page-size", fallback), fallback);
  });

  it("hand out one deeply frozen object", () => {
    const banner = tide.object("banner", {});
    assert.equal(tide.object("banner", {}), banner);
    assert.throws(() => {
      banner.items[0].id = 3;
    }, TypeError);
    assert.throws(() => banner.items.push(1), TypeError);
  });
});

describe("decide", () => {
  it("says why", () => {
    assert.deepEqual(tide.decide("new-checkout", STAFF), {
      flag: "new-checkout",
      value: true,
      variant: "on",
      reason: "TARGETING_MATCH",
      rule: "staff",
      revision: "42",
    });
    assert.deepEqual(tide.decide("new-checkout", SHOPPER), {
      flag: "new-checkout",
      value: false,
      variant: "off",
      reason: "DEFAULT",
      revision: "42",
    });
    assert.equal(tide.decide("new-checkout", { ...SHOPPER, shop: { plan: "plus" } }).reason, "SPLIT");
    assert.equal(tide.decide("cart-v2").reason, "STATIC");
    assert.deepEqual(tide.decide("retired"), {
      flag: "retired",
      value: false,
      variant: "off",
      reason: "DISABLED",
      revision: "42",
    });
  });

  it("takes an instant, which no flag depends on yet", () => {
    assert.deepEqual(tide.decide("new-checkout", STAFF, { now: 0 }), tide.decide("new-checkout", STAFF));
    assert.deepEqual(tide.decide("theme", {}, { now: new Date(0) }), tide.decide("theme", {}));
  });

  it("has no value where there is an error, but a code and a sentence", () => {
    const error = (key, context) => {
      const { errorMessage, ...rest } = tide.decide(key, context);
      assert.match(errorMessage, /^.+[^.]$/);
      return rest;
    };
    const failure = { reason: "ERROR", revision: "42" };
    assert.deepEqual(error("absent"), { flag: "absent", ...failure, errorCode: "FLAG_NOT_FOUND" });
    assert.deepEqual(error("broken"), { flag: "broken", ...failure, errorCode: "PARSE_ERROR" });
    const plus = { shop: { plan: "plus" } };
    assert.deepEqual(error("new-checkout", plus), {
      flag: "new-checkout",
      ...failure,
      errorCode: "TARGETING_KEY_MISSING",
    });
    assert.deepEqual(error("new-checkout", { ...plus, user: { id: true } }), {
      flag: "new-checkout",
      ...failure,
      errorCode: "INVALID_CONTEXT",
    });
  });
});

describe("a bound context", () => {
  it("answers like the Tidegate", () => {
    const bound = tide.for(STAFF);
    assert.equal(bound.boolean("new-checkout", false), true);
    assert.equal(bound.string("theme", "dark"), "light");
    assert.equal(bound.number("page-size", 1), 50);
    assert.equal(bound.object("banner", {}), tide.object("banner", {}));
    assert.equal(bound.boolean("absent", true), true);
    assert.equal(bound.string("cart-v2", "fallback"), "fallback");
    assert.equal(bound.revision, "42");
    for (const key of tide.keys()) assert.deepEqual(bound.decide(key), tide.decide(key, STAFF), key);
    assert.deepEqual(bound.values(), tide.values(STAFF));
    assert.deepEqual(bound.explain("theme"), { ...tide.explain("theme", STAFF), ...timeOf(bound.explain("theme")) });
  });

  it("copies the attributes", () => {
    const context = { prefers: "dark", user: { email: "b@shop.example" } };
    const bound = tide.for(context);
    context.prefers = "light";
    context.user.email = "";
    assert.equal(bound.string("theme", "light"), "dark");
    assert.equal(bound.boolean("new-checkout", false), true);
  });

  it("keeps its answers apart from those of others", () => {
    const [dark, light] = [tide.for({ prefers: "dark" }), tide.for({ prefers: "light" })];
    for (let round = 0; round < 3; round++) {
      assert.equal(dark.string("theme", ""), "dark");
      assert.equal(light.string("theme", ""), "light");
      assert.equal(tide.string("theme", "", { prefers: "dark" }), "dark");
    }
  });

  it("stays with its snapshot when another takes its place", async () => {
    const own = await Tidegate.load(SHOP);
    const bounds = [];
    // Several updates on: even what was given back to the module is loaded again for a bound context.
    for (let revision = 43; revision < 47; revision++) {
      bounds.push(own.for({ prefers: "dark" }));
      own.update({
        ...SHOP,
        revision: `${revision}`,
        sequence: revision,
        flags: { theme: { ...SHOP.flags.theme, rules: [] } },
      });
    }
    const [first, second] = bounds;
    assert.equal(first.string("theme", ""), "dark");
    assert.equal(first.revision, "42");
    assert.equal(first.boolean("cart-v2", false), true);
    assert.equal(second.revision, "43");
    assert.equal(second.string("theme", ""), "light");
    assert.equal(own.string("theme", "", { prefers: "dark" }), "light");
  });
});

describe("values", () => {
  it("is a plain object with every flag that has a value", () => {
    const values = tide.values(STAFF);
    assert.equal(Object.getPrototypeOf(values), Object.prototype);
    assert.deepEqual(values, {
      banner: { title: "Sale", items: [{ id: 1 }, { id: 2 }] },
      "cart-v2": true,
      "new-checkout": true,
      "page-size": 50,
      retired: false,
      theme: "light",
    });
    values.theme = "changed";
    assert.equal(tide.values(STAFF).theme, "light");
  });

  it("leaves out flags that cannot be decided", () => {
    const values = tide.values({ shop: { plan: "plus" } });
    assert.equal("new-checkout" in values, false);
    assert.equal("broken" in values, false);
    assert.equal(values["cart-v2"], true);
  });
});

describe("explain", () => {
  it("agrees with decide", () => {
    for (const key of tide.keys()) {
      for (const context of [STAFF, SHOPPER, { ...SHOPPER, shop: { plan: "plus" } }, {}]) {
        const { reason, variant, rule } = tide.decide(key, context);
        const explained = tide.explain(key, context);
        assert.deepEqual([explained.reason, explained.variant, explained.rule], [reason, variant, rule], key);
      }
    }
  });

  it("reports the instant it was asked for, or the clock's", async () => {
    const own = await Tidegate.load(SHOP, { now: () => 1234 });
    assert.equal(own.explain("theme", {}).at, 1234);
    assert.equal(own.explain("theme", {}, { now: 5 }).at, 5);
    assert.equal(own.explain("theme", {}, { now: new Date(6) }).at, 6);
    assert.equal(own.for({}).explain("theme").at, 1234);
  });

  it("tells of a flag that is not there, and of a context that is none", () => {
    assert.equal(tide.explain("absent").errorCode, "FLAG_NOT_FOUND");
    assert.equal(tide.explain("theme", "context").errorCode, "INVALID_CONTEXT");
    assert.equal(tide.explain("broken").errorCode, "PARSE_ERROR");
  });
});

describe("what is known of a snapshot", () => {
  it("is the load report", () => {
    const own = new Tidegate(SHOP, { strict: true });
    const { refused, ...report } = own.loadReport;
    assert.deepEqual(report, { revision: "42", sequence: 42, environment: "test", flags: 6, checked: 7, warnings: [] });
    assert.equal(refused.length, 1);
    const [{ flag, code, path, message, suggestion }] = refused;
    assert.deepEqual([flag, code, path], ["broken", "UNKNOWN_OPERATOR", "/flags/broken/rules/0/when/op"]);
    assert.match(message, /`equals`/);
    assert.ok(suggestion === undefined || typeof suggestion === "string");
    assert.throws(() => refused.push({}), TypeError);
    assert.equal(tide.revision, "42");
  });

  it("is its keys and the flags' metadata", () => {
    assert.deepEqual(tide.keys(), Object.keys(SHOP.flags).sort());
    assert.throws(() => tide.keys().push("more"), TypeError);
    assert.deepEqual(tide.metadata("cart-v2"), { owner: "cart", risk: 2, legacy: false });
    assert.throws(() => Object.assign(tide.metadata("cart-v2"), { risk: 3 }), TypeError);
    assert.deepEqual(tide.metadata("theme"), {});
    assert.equal(tide.metadata("absent"), undefined);
  });
});

describe("the synchronous form", () => {
  it("is a constructor, once the module is there", async () => {
    await Tidegate.init();
    await Tidegate.init();
    const own = new Tidegate(snapshot({ a: { ...ON_OFF, default: "on" } }));
    assert.equal(own.boolean("a", false), true);
    assert.throws(() => new Tidegate({ schemaVersion: 2 }), { name: "TidegateError", code: "UNSUPPORTED_VERSION" });
  });
});

describe("dispose", () => {
  it("leaves fallbacks", async () => {
    const own = await Tidegate.load(SHOP);
    const bound = own.for(STAFF);
    let calls = 0;
    own.on("change", () => calls++);
    own.dispose();
    own.dispose();
    assert.equal(own.boolean("cart-v2", false), false);
    assert.equal(own.string("theme", "fallback", {}), "fallback");
    const { errorMessage, ...decision } = own.decide("cart-v2");
    assert.match(errorMessage, /disposed/);
    assert.deepEqual(decision, { flag: "cart-v2", reason: "ERROR", revision: "42", errorCode: "PROVIDER_NOT_READY" });
    assert.deepEqual(own.values(STAFF), {});
    assert.deepEqual(own.keys(), []);
    assert.equal(own.metadata("cart-v2"), undefined);
    assert.throws(() => own.update(SHOP), { code: "DISPOSED" });
    assert.equal(bound.boolean("new-checkout", false), false);
    assert.equal(bound.boolean("cart-v2", false), false);
    assert.equal(bound.decide("cart-v2").errorCode, "PROVIDER_NOT_READY");
    assert.equal(bound.decide("new-checkout").errorCode, "PROVIDER_NOT_READY");
    assert.deepEqual(bound.values(), {});
    assert.equal(calls, 0);
    assert.equal(tide.boolean("cart-v2", false), true, "others are left alone");
  });

  it("is what `using` calls", async () => {
    const own = await Tidegate.load(SHOP);
    own[Symbol.dispose]();
    assert.equal(own.decide("cart-v2").errorCode, "PROVIDER_NOT_READY");
  });
});

describe("fixed", () => {
  it("answers without a snapshot", () => {
    const banner = { title: "Hello" };
    const fixed = Tidegate.fixed({ "new-checkout": true, theme: "dark", size: 3, banner });
    assert.ok(fixed instanceof Tidegate);
    assert.equal(fixed.boolean("new-checkout", false, STAFF), true);
    assert.equal(fixed.string("theme", "light"), "dark");
    assert.equal(fixed.number("size", 0), 3);
    assert.deepEqual(fixed.object("banner", {}), banner);
    assert.equal(Object.isFrozen(banner), false, "the caller's object stays the caller's");
    assert.equal(fixed.boolean("absent", true), true);
    assert.equal(fixed.string("new-checkout", "fallback"), "fallback");
    assert.deepEqual(fixed.decide("theme"), {
      flag: "theme",
      value: "dark",
      variant: "fixed",
      reason: "STATIC",
      revision: "fixed",
    });
    assert.equal(fixed.decide("absent").errorCode, "FLAG_NOT_FOUND");
    assert.deepEqual(fixed.keys(), ["banner", "new-checkout", "size", "theme"]);
    assert.deepEqual(fixed.values({}), { "new-checkout": true, theme: "dark", size: 3, banner });
    assert.equal(fixed.for(STAFF).boolean("new-checkout", false), true);
    assert.deepEqual(fixed.metadata("theme"), {});
    assert.deepEqual(fixed.loadReport, { revision: "fixed", flags: 4, checked: 4, refused: [], warnings: [] });
    assert.equal(fixed.explain("theme").variant, "fixed");
    assert.throws(() => fixed.update(SHOP), { code: "INVALID_ARGUMENT" });
    fixed.dispose();
    assert.equal(fixed.string("theme", "light"), "light");
  });

  it("takes only values that a flag can have", () => {
    for (const value of [null, undefined, Number.NaN, 1n, () => true]) {
      assert.throws(() => Tidegate.fixed({ a: value }), TidegateError);
    }
  });
});

function timeOf({ at }) {
  return { at };
}

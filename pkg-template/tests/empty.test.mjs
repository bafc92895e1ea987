// A Tidegate that is still waiting for its first snapshot.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { encode, ON_OFF, SHOP, STAFF } from "./snapshots.mjs";

let tide;

beforeEach(async () => {
  await Tidegate.init();
  tide = Tidegate.empty();
});

describe("an empty Tidegate", () => {
  it("answers with fallbacks, and says why", () => {
    assert.equal(tide.boolean("a", true), true);
    assert.equal(tide.string("a", "x", STAFF), "x");
    assert.deepEqual(tide.decide("a"), {
      flag: "a",
      reason: "ERROR",
      revision: "",
      errorCode: "PROVIDER_NOT_READY",
      errorMessage: "no snapshot has been loaded yet",
    });
    assert.equal(tide.explain("a").errorCode, "PROVIDER_NOT_READY");
    assert.equal(tide.for(STAFF).decide("a").errorCode, "PROVIDER_NOT_READY");
    assert.deepEqual(tide.values(STAFF), {});
    assert.deepEqual(tide.parameters("a", STAFF), {});
    assert.deepEqual(tide.keys(), []);
    assert.equal(tide.metadata("a"), undefined);
    assert.equal(tide.nextChange(), undefined);
    assert.equal(tide.thaw(), false);
    assert.deepEqual(tide.loadReport, { revision: "", flags: 0, checked: 0, refused: [], warnings: [] });
  });

  it("becomes any other by an update, whose flags are all new", () => {
    const changes = [];
    tide.on("change", (keys) => changes.push(keys));
    const bound = tide.for(STAFF);
    assert.throws(() => tide.update(encode("{")), { code: "INVALID_JSON" });
    assert.equal(tide.decide("cart-v2").errorCode, "PROVIDER_NOT_READY");
    assert.equal(tide.update(SHOP).revision, "42");
    assert.equal(tide.boolean("new-checkout", false, STAFF), true);
    assert.deepEqual(changes, [Object.keys(SHOP.flags).sort()]);
    assert.equal(bound.boolean("new-checkout", false), false, "it stays with what it was bound to");
    assert.throws(() => tide.update({ ...SHOP, sequence: 1 }), { code: "OLDER_SEQUENCE" });
  });

  it("takes every option", () => {
    const exposed = [];
    tide = Tidegate.empty({
      exposures: "all",
      onExposure: ({ flag, variant }) => exposed.push([flag, variant]),
      overrides: "?tidegate=theme:dark",
      strict: true,
    });
    assert.equal(tide.string("theme", "none", STAFF), "none");
    tide.setAlarm("down", "alarm");
    const guarded = { ...ON_OFF, default: "on", guardrails: [{ alarm: "down", rollbackTo: "off" }] };
    const report = tide.update({ ...SHOP, flags: { ...SHOP.flags, guarded } });
    assert.equal(report.checked, Object.keys(SHOP.flags).length + 1, "the broken one too");
    assert.equal(tide.string("theme", "none", STAFF), "dark");
    assert.equal(tide.boolean("guarded", true), false);
    assert.equal(tide.boolean("cart-v2", false, STAFF), true);
    assert.deepEqual(exposed.at(-1), ["cart-v2", "on"]);
  });

  it("can be disposed of", () => {
    tide.dispose();
    assert.throws(() => tide.update(SHOP), { code: "DISPOSED" });
    assert.match(tide.decide("a").errorMessage, /disposed/);
  });
});

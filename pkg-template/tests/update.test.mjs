// An update happens as a whole or not at all, and says what it changed.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { encode, equals, ON_OFF, snapshot, when } from "./snapshots.mjs";

const BEFORE = snapshot(
  {
    kept: equals("a", "x"),
    changed: equals("a", "x"),
    removed: { ...ON_OFF, default: "on" },
    "by-segment": when({ segment: "s" }),
    "by-prerequisite": { ...ON_OFF, prerequisites: [{ flag: "changed", variants: ["on"] }], default: "on" },
  },
  { segments: { s: { attr: "b", op: "exists", value: true } }, sequence: 5 },
);

const AFTER = {
  ...BEFORE,
  revision: "r2",
  sequence: 6,
  segments: { s: { attr: "c", op: "exists", value: true } },
  flags: {
    kept: BEFORE.flags.kept,
    changed: equals("a", "y"),
    "by-segment": BEFORE.flags["by-segment"],
    "by-prerequisite": BEFORE.flags["by-prerequisite"],
    added: { ...ON_OFF, default: "on" },
  },
};

let tide;

beforeEach(async () => {
  tide = await Tidegate.load(BEFORE);
});

describe("an update", () => {
  it("puts the next snapshot in the place of the one before and returns its report", () => {
    assert.equal(tide.boolean("changed", false, { a: "x" }), true);
    const report = tide.update(AFTER);
    assert.deepEqual(report, { revision: "r2", sequence: 6, flags: 5, checked: 0, refused: [], warnings: [] });
    assert.equal(tide.loadReport, report);
    assert.equal(tide.revision, "r2");
    assert.equal(tide.boolean("changed", false, { a: "x" }), false);
    assert.equal(tide.boolean("changed", false, { a: "y" }), true);
    assert.equal(tide.boolean("removed", false), false);
    assert.equal(tide.boolean("added", false), true);
    assert.deepEqual(tide.keys(), Object.keys(AFTER.flags).sort());
  });

  it("takes bytes, a buffer, a view or an object", () => {
    const bytes = encode(AFTER);
    for (const next of [bytes, bytes.buffer, new DataView(bytes.buffer), Buffer.from(bytes), AFTER]) {
      assert.equal(tide.update(next).revision, "r2");
      assert.equal(tide.boolean("added", false), true);
    }
  });

  it("copies bytes: what becomes of the caller's does not matter", () => {
    const bytes = encode(AFTER);
    tide.update(bytes);
    bytes.fill(0);
    assert.equal(tide.boolean("changed", false, { a: "y" }), true);
  });

  it("changes nothing where the snapshot is refused", () => {
    const calls = [];
    tide.on("change", (keys) => calls.push(keys));
    assert.equal(tide.boolean("changed", false, { a: "x" }), true);
    const report = tide.loadReport;
    for (const [next, code] of [
      [encode("{"), "INVALID_JSON"],
      [encode("<!doctype html>"), "NOT_JSON_HTML"],
      [{ ...AFTER, schemaVersion: 2 }, "UNSUPPORTED_VERSION"],
      [{ ...AFTER, more: 1 }, "UNKNOWN_FIELD"],
      [{ ...AFTER, sequence: 4 }, "OLDER_SEQUENCE"],
      ["{}", "INVALID_ARGUMENT"],
      [undefined, "INVALID_ARGUMENT"],
      [new URL("https://shop.example/snapshot.json"), "INVALID_ARGUMENT"],
      [new Response("{}"), "INVALID_ARGUMENT"],
      [Promise.resolve(AFTER), "MISSING_FIELD"],
    ]) {
      assert.throws(() => tide.update(next), { name: "TidegateError", code }, code);
      assert.equal(tide.loadReport, report);
      assert.equal(tide.boolean("changed", false, { a: "x" }), true);
      assert.equal(tide.boolean("added", false), false);
    }
    assert.deepEqual(calls, []);
  });

  it("is refused only where both have a sequence and the next one's is smaller", () => {
    tide.update({ ...AFTER, sequence: 5 });
    const { sequence, ...without } = AFTER;
    assert.equal(sequence, 6);
    tide.update(without);
    tide.update({ ...AFTER, sequence: 1 });
    assert.throws(() => tide.update({ ...AFTER, sequence: 0 }), { code: "OLDER_SEQUENCE", path: "/sequence" });
  });

  it("leaves out flags that are refused, and says which", () => {
    const own = new Tidegate(BEFORE, { strict: true });
    const { refused, flags } = own.update({
      ...AFTER,
      flags: { ...AFTER.flags, kept: { ...ON_OFF, default: "none" } },
    });
    assert.equal(flags, 4);
    assert.deepEqual(
      refused.map(({ flag, code, path }) => [flag, code, path]),
      [["kept", "UNKNOWN_VARIANT", "/flags/kept/default"]],
    );
    assert.equal(own.decide("kept").errorCode, "PARSE_ERROR");
  });

  it("reads flags when they are asked for, and says how many it has read", () => {
    tide.update({ ...AFTER, flags: { ...AFTER.flags, kept: { ...ON_OFF, default: "none" } } });
    const { flags, checked, refused } = tide.loadReport;
    assert.deepEqual([flags, checked, refused], [5, 0, []]);
    assert.equal(tide.boolean("by-prerequisite", false, { a: "y" }), true);
    assert.equal(tide.loadReport.checked, 2, "the flag and the one that it needs");
    assert.equal(tide.decide("kept").errorCode, "PARSE_ERROR");
    assert.deepEqual([tide.loadReport.flags, tide.loadReport.checked, tide.loadReport.refused.length], [4, 3, 1]);
    tide.values({});
    assert.equal(tide.loadReport.checked, 5);
  });
});

describe("keys", () => {
  it("are sorted by their characters, not by halves of them", () => {
    const keys = ["a", "aa", "b", "\ue000", "\uff21", "\u{1f600}", "\u{1f600}a", "\u{1f601}"];
    const flags = Object.fromEntries(keys.toReversed().map((key) => [key, { ...ON_OFF, default: "on" }]));
    const own = new Tidegate(snapshot(flags));
    assert.deepEqual(own.keys(), keys);
    let changed;
    own.on("change", (found) => {
      changed = found;
    });
    own.update(snapshot({ ...flags, a: { ...ON_OFF, default: "none" }, b: flags.a }));
    assert.deepEqual(changed, ["a"], "refused now");
    own.update(snapshot({}));
    assert.deepEqual(changed, keys);
    assert.deepEqual(Tidegate.fixed(Object.fromEntries(keys.map((key) => [key, true]))).keys(), keys);
  });
});

describe("on change", () => {
  it("says whose definition changed, through segments and prerequisites too", () => {
    const calls = [];
    tide.on("change", (keys) => calls.push(keys));
    tide.update(AFTER);
    assert.deepEqual(
      calls.map((keys) => keys.toSorted()),
      [["added", "by-prerequisite", "by-segment", "changed", "removed"]],
    );
  });

  it("is silent where only the revision changed", () => {
    let calls = 0;
    tide.on("change", () => calls++);
    tide.update({ ...BEFORE, revision: "r3" });
    assert.equal(tide.revision, "r3");
    assert.equal(calls, 0);
  });

  it("ends when told to", () => {
    const calls = [];
    const listener = () => calls.push("both");
    const [first, second] = [tide.on("change", listener), tide.on("change", listener)];
    first();
    first();
    tide.update(AFTER);
    assert.deepEqual(calls, ["both"]);
    second();
    tide.update({ ...BEFORE, sequence: 7 });
    assert.deepEqual(calls, ["both"]);
  });

  it("comes when the next snapshot is in place", () => {
    let seen;
    tide.on("change", () => {
      seen = [tide.revision, tide.boolean("added", false)];
    });
    tide.update(AFTER);
    assert.deepEqual(seen, ["r2", true]);
  });

  it("lets a listener update, unsubscribe or dispose", () => {
    const calls = [];
    const end = tide.on("change", () => {
      calls.push(tide.revision);
      end();
      tide.update({ ...BEFORE, revision: "r3", sequence: 7 });
      tide.dispose();
    });
    tide.update(AFTER);
    assert.deepEqual(calls, ["r2"]);
    assert.equal(tide.decide("kept").errorCode, "PROVIDER_NOT_READY");
  });

  it("returns its report though a listener disposes, or updates again", () => {
    for (const meddle of [() => tide.dispose(), () => tide.update({ ...BEFORE, revision: "r3", sequence: 7 })]) {
      tide = new Tidegate(BEFORE);
      const end = tide.on("change", () => {
        end();
        meddle();
      });
      assert.equal(tide.update(AFTER).revision, "r2");
    }
  });

  it("reports a listener that throws, and goes on", (context) => {
    const reported = context.mock.method(console, "error", () => {});
    const error = new Error("of the listener");
    const calls = [];
    tide.on("change", () => {
      throw error;
    });
    tide.on("change", () => calls.push("second"));
    assert.equal(tide.update(AFTER).revision, "r2");
    assert.deepEqual(calls, ["second"]);
    assert.deepEqual(reported.mock.calls[0].arguments, [error]);
  });

  it("knows no other event", () => {
    assert.throws(() => tide.on("changed", () => {}), { code: "INVALID_ARGUMENT" });
  });
});

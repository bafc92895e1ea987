// Flags that depend on the time: whose clock is read, when, and what `nextChange` says.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { equals, ON_OFF, snapshot } from "./snapshots.mjs";

const START = Date.parse("2026-11-24T08:00:00Z");
const HOUR = 3_600_000;

const window = { from: "2026-11-24T08:00:00Z", until: "2026-11-24T09:00:00Z", repeat: { every: "day", times: 2 } };
const TIMED = snapshot({
  plain: equals("plan", "plus"),
  sale: { ...ON_OFF, rules: [{ id: "hour", window, serve: "on" }] },
  banner: { ...ON_OFF, default: "on", prerequisites: [{ flag: "sale", variants: ["on"] }] },
  ramp: {
    ...ON_OFF,
    salt: "s",
    rules: [{ ramp: { kind: "linear", from: START, until: START + 4 * HOUR, to: 100, steps: 4 }, serve: "on" }],
  },
  flip: {
    ...ON_OFF,
    salt: "s",
    rules: [
      {
        serve: {
          switchback: [
            { variant: "on", weight: 1 },
            { variant: "off", weight: 1 },
          ],
          slotMinutes: 60,
        },
      },
    ],
  },
});

/** A Tidegate with a clock that is set by hand, and counts how often it was read. */
function clocked(document = TIMED, options = {}) {
  const clock = { now: START, reads: 0 };
  const now = () => {
    clock.reads++;
    return clock.now;
  };
  return { clock, tide: new Tidegate(document, { ...options, now }) };
}

before(() => Tidegate.init());

describe("the clock", () => {
  it("is read for flags that depend on it, and for no others", () => {
    const { clock, tide } = clocked();
    assert.equal(tide.boolean("plain", false, { plan: "plus" }), true);
    assert.equal(tide.decide("plain", { plan: "plus" }).value, true);
    assert.equal(clock.reads, 0);
    assert.equal(tide.boolean("sale", false), true);
    assert.equal(clock.reads, 1);
    assert.equal(tide.decide("banner").value, true);
    assert.equal(clock.reads, 2);
    clock.now += HOUR;
    assert.equal(tide.boolean("sale", true), false);
    assert.equal(tide.decide("banner").reason, "PREREQUISITE_FAILED");
  });

  it("is read once for all flags, and not where none depends on it", () => {
    const { clock, tide } = clocked();
    assert.equal(tide.values({ targetingKey: "u-1" }).sale, true);
    assert.equal(clock.reads, 1);
    const untimed = clocked(snapshot({ plain: equals("plan", "plus") }));
    assert.deepEqual(untimed.tide.values({ plan: "plus" }), { plain: true });
    assert.equal(untimed.clock.reads, 0);
  });

  it("that throws is named, and the fallback is answered", () => {
    const now = () => {
      throw new Error("no clock");
    };
    const tide = new Tidegate(TIMED, { now });
    assert.equal(tide.boolean("sale", true), true);
    const { reason, errorCode, errorMessage } = tide.decide("sale");
    assert.deepEqual([reason, errorCode, errorMessage], ["ERROR", "GENERAL", "the clock threw: no clock"]);
    assert.equal(tide.decide("sale", {}, { now: START }).value, true);
    assert.equal(tide.boolean("plain", false, { plan: "plus" }), true);
  });

  it("may jump backwards", () => {
    const { clock, tide } = clocked();
    const context = { targetingKey: "u-1" };
    const seen = [3, 1, 4, 0, 3, 1].map((hours) => {
      clock.now = START + hours * HOUR;
      return [tide.values(context), tide.decide("ramp", context)];
    });
    assert.deepEqual(seen[4], seen[0]);
    assert.deepEqual(seen[5], seen[1]);
  });

  it("that throws or says nonsense gives the fallback or 1970, never an exception", () => {
    const broken = new Tidegate(TIMED, {
      now: () => {
        throw new Error("no clock");
      },
    });
    assert.equal(broken.boolean("sale", true), true);
    assert.equal(broken.decide("sale").errorCode, "GENERAL");
    assert.equal(broken.nextChange(), undefined);
    assert.equal(broken.decide("plain", {}).value, false);
    const nonsense = new Tidegate(TIMED, { now: () => Number.NaN });
    assert.equal(nonsense.boolean("sale", true), false);
  });

  it("may ask the Tidegate itself", () => {
    let tide;
    const now = () => (tide.boolean("plain", false, { plan: "plus" }) ? START : 0);
    tide = new Tidegate(TIMED, { now });
    assert.equal(tide.boolean("sale", false), true);
    assert.equal(tide.values().sale, true);
  });
});

describe("an instant that is given", () => {
  it("takes the clock's place", () => {
    const { clock, tide } = clocked();
    const now = START + HOUR;
    assert.equal(tide.decide("sale", {}, { now }).value, false);
    assert.equal(tide.decide("sale", {}, { now: new Date(START) }).value, true);
    assert.equal(tide.values({}, { now }).sale, false);
    assert.equal(tide.explain("sale", {}, { now }).at, now);
    assert.equal(tide.for({}, { now }).boolean("sale", true), false);
    assert.equal(clock.reads, 0);
  });

  it("is kept by a bound context", () => {
    const { clock, tide } = clocked();
    const bound = tide.for({ targetingKey: "u-1" });
    clock.now += 30 * HOUR;
    assert.equal(bound.boolean("sale", false), true);
    assert.equal(bound.values().sale, true);
    assert.equal(bound.explain("sale").at, START);
    assert.equal(tide.boolean("sale", true), false);
  });

  it("is the one that a complaint is about", () => {
    const { tide } = clocked();
    const { errorCode, errorMessage } = tide.decide("ramp", {}, { now: START + 2 * HOUR });
    assert.equal(errorCode, "TARGETING_KEY_MISSING");
    assert.match(errorMessage, /`targetingKey` is missing or empty/);
    const bound = tide.for({}, { now: START + 2 * HOUR });
    assert.equal(bound.decide("ramp").errorMessage, errorMessage);
    assert.equal(tide.decide("ramp", {}, { now: START + 4 * HOUR }).value, true);
  });
});

describe("nextChange", () => {
  it("is the next instant of the flags that were asked for", () => {
    const { clock, tide } = clocked();
    assert.equal(tide.nextChange(), undefined);
    assert.equal(tide.nextChange("sale"), START + HOUR);
    assert.equal(tide.nextChange("banner"), START + HOUR);
    assert.equal(tide.nextChange(), START + HOUR);
    assert.equal(tide.nextChange("plain"), undefined);
    assert.equal(tide.nextChange("absent"), undefined);
    clock.now = START + HOUR;
    assert.equal(tide.nextChange("sale"), START + 24 * HOUR);
    assert.equal(tide.nextChange("ramp"), START + 2 * HOUR);
    assert.equal(tide.nextChange("ramp", { now: new Date(START + 4 * HOUR) }), undefined);
    assert.equal(tide.nextChange("flip"), START + 2 * HOUR);
    clock.now = START + 25 * HOUR;
    assert.equal(tide.nextChange("sale"), undefined);
  });

  it("is when a page that asks again sees everything", () => {
    const { clock, tide } = clocked(TIMED, { strict: true });
    const context = { targetingKey: "u-1" };
    for (let turn = 0; turn < 30; turn++) {
      const next = tide.nextChange();
      const values = tide.values(context);
      assert.deepEqual(tide.values(context, { now: next - 1 }), values);
      assert.deepEqual(tide.values(context, { now: (clock.now + next) / 2 }), values);
      clock.now = next;
    }
    assert.ok(clock.now >= START + 25 * HOUR);
  });

  it("is nothing where there is no snapshot", () => {
    assert.equal(Tidegate.fixed({ a: true }).nextChange(), undefined);
    const { tide } = clocked();
    tide.nextChange("sale");
    tide.dispose();
    assert.equal(tide.nextChange(), undefined);
  });
});

describe("an explanation", () => {
  it("names window, ramp and slot", () => {
    const { tide } = clocked();
    const ask = (key, now) => tide.explain(key, { targetingKey: "u-1" }, { now }).steps[1];
    assert.deepEqual(ask("sale", START).window, { open: true, from: START, until: START + HOUR });
    assert.deepEqual(ask("sale", START + 40 * HOUR).window, { open: false });
    const ramp = { percent: 25, step: 1, steps: 4, next: START + 2 * HOUR, baked: START + 4 * HOUR };
    assert.deepEqual(ask("ramp", START + HOUR).ramp, ramp);
    assert.deepEqual(ask("flip", START + 5).slot, { number: START / HOUR, from: START, until: START + HOUR });
  });
});

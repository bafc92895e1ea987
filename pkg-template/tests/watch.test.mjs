// The watch over bad outcomes: what it is told, and how often it is wrong.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { allowance, pick, randomFrom, source } from "./source.mjs";

const { OutcomeWatch } = await source("watch.ts");

const ARMS = [
  { variant: "control", share: 2 },
  { variant: "new", share: 1 },
  { variant: "newer", share: 1 },
];
const SUBJECT = { definition: 1, control: "control", arms: ARMS };

/** Units with their bad outcomes at the given rates by arm, until the watch trips; answers with the evidence. */
function run(watch, { arms }, rates, units, random) {
  const whole = arms.reduce((sum, { share }) => sum + share, 0);
  const shares = arms.map(({ share }) => share / whole);
  for (let unit = 0; unit < units; unit++) {
    const arm = pick(shares, random());
    if (random() < rates[arm] && watch.bad(arms[arm].variant) !== undefined) break;
  }
  return watch.evidence;
}

describe("the watch", () => {
  it("says what it saw", () => {
    const watch = new OutcomeWatch(SUBJECT);
    for (let i = 0; i < 3; i++) assert.equal(watch.bad("control"), undefined);
    let evidence;
    while (evidence === undefined) evidence = watch.bad("newer");
    const { pValue, bad, ...rest } = evidence;
    assert.deepEqual(rest, { variant: "newer", control: "control", controlBad: 3, expected: 1 / 3 });
    assert.ok(bad > 3 && bad < 30, String(bad));
    assert.ok(pValue <= 0.05 / 2);
    // It stays tripped by what tripped it.
    for (let i = 0; i < 100; i++) assert.equal(watch.bad("control"), evidence);
  });

  it("takes no outcome of an arm that is not watched", () => {
    const watch = new OutcomeWatch(SUBJECT);
    for (let i = 0; i < 100; i++) assert.equal(watch.bad("another"), undefined);
  });

  it("is not deceived by an arm that was better for long", () => {
    const watch = new OutcomeWatch({ ...SUBJECT, arms: ARMS.slice(0, 2) });
    for (let i = 0; i < 100; i++) watch.bad("control");
    let told = 0;
    for (; told < 50; told++) assert.equal(watch.bad("new"), undefined);
    // 50 to 100 is as many as it should have; a few more are no evidence, however strong it was for the other side.
    for (; told < 55; told++) assert.equal(watch.bad("new"), undefined);
  });

  it("begins anew where the definition, the control arm or a share is another one", () => {
    for (const [other, anew] of [
      [{ ...SUBJECT }, false],
      [{ ...SUBJECT, arms: ARMS.map((arm) => ({ ...arm })) }, false],
      [{ ...SUBJECT, definition: 2 }, true],
      [{ ...SUBJECT, control: "new" }, true],
      [{ ...SUBJECT, arms: ARMS.slice(0, 2) }, true],
      [{ ...SUBJECT, arms: [ARMS[0], ARMS[1], { variant: "newer", share: 2 }] }, true],
      [{ ...SUBJECT, arms: [ARMS[0], ARMS[1], { variant: "newest", share: 1 }] }, true],
    ]) {
      const watch = new OutcomeWatch(SUBJECT);
      while (watch.evidence === undefined) watch.bad("new");
      assert.equal(watch.follow(other), anew);
      assert.equal(watch.evidence === undefined, anew);
      if (anew) assert.equal(watch.bad("newer"), undefined);
    }
  });

  it("refuses what can't be watched, and goes on as before", () => {
    for (const subject of [
      { ...SUBJECT, control: "absent" },
      { ...SUBJECT, arms: [] },
      { ...SUBJECT, arms: [ARMS[0], { variant: "new", share: 0 }] },
      { ...SUBJECT, arms: [{ variant: "control", share: 0 }, ARMS[1]] },
    ]) {
      assert.throws(() => new OutcomeWatch(subject), { code: "INVALID_ARGUMENT" });
      const watch = new OutcomeWatch(SUBJECT);
      while (watch.evidence === undefined) watch.bad("new");
      assert.throws(() => watch.follow(subject), { code: "INVALID_ARGUMENT" });
      assert.ok(watch.evidence);
    }
    for (const alpha of [0, 1, -0.1, Number.NaN])
      assert.throws(() => new OutcomeWatch(SUBJECT, alpha), { code: "INVALID_ARGUMENT" });
  });
});

describe("rates", () => {
  it("are kept: 1,000 watches over equal arms stop at most α of the time", () => {
    const random = randomFrom(77);
    const runs = 1_000;
    let stopped = 0;
    for (let i = 0; i < runs; i++) {
      if (run(new OutcomeWatch(SUBJECT), SUBJECT, [0.5, 0.5, 0.5], 2_000, random) !== undefined) stopped += 1;
    }
    assert.ok(stopped / runs <= allowance(0.05, runs), String(stopped));
  });

  it("a regression stops early, and names the arm", () => {
    const random = randomFrom(78);
    for (let i = 0; i < 100; i++) {
      const evidence = run(new OutcomeWatch(SUBJECT), SUBJECT, [0.05, 0.05, 0.1], 20_000, random);
      assert.equal(evidence?.variant, "newer");
    }
  });

  it("an improvement doesn't stop", () => {
    const random = randomFrom(79);
    const arms = { ...SUBJECT, arms: ARMS.slice(0, 2) };
    for (let i = 0; i < 100; i++)
      assert.equal(run(new OutcomeWatch(arms), arms, [0.1, 0.05], 20_000, random), undefined);
  });
});

// The stories of the sample: each is told by the snapshot's own decisions, moved by its clock, shown as a picture.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Tidegate } from "tidegate";
import { launch, row, words } from "./browser.mjs";

const examples = new URL("../../examples/", import.meta.url);
const SNAPSHOT = JSON.parse(await readFile(new URL("snapshot.json", examples), "utf8"));
const STORIES = JSON.parse(await readFile(new URL("stories.json", examples), "utf8"));
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("../src/units.ts", import.meta.url))],
  format: "esm",
  write: false,
  tsconfigRaw: {},
});
const source = Buffer.from(outputFiles[0].contents).toString("base64");
const { contextOf, UNITS } = await import(`data:text/javascript;base64,${source}`);

let browser;
let tide;
before(async () => {
  browser = await launch();
  tide = await Tidegate.load(SNAPSHOT, { strict: true });
});
after(() => browser?.close());

async function tell(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
  await settled(page);
}

/** Waits until the picture is of what the page shows: work in slices is done before one that is asked for later. */
async function settled(page) {
  await page.waitForFunction(() => document.getElementById("crowd-progress").hidden);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
  await page.waitForFunction(() => document.getElementById("crowd-progress").hidden);
}

/** Sets the clock as a hand does, to an instant that is a step of its slider. */
async function turn(page, instant) {
  await page.locator("#clock").fill(String(Date.parse(instant)));
  await settled(page);
}

/** The shares that a strip's legend has, by name, in hundredths of a percent. */
async function shares(page, flag) {
  const items = await page
    .locator(`.strip[data-flag="${flag}"] li`)
    .evaluateAll((items) =>
      items.map((item) => [".name", ".share"].map((part) => item.querySelector(part).textContent)),
    );
  return Object.fromEntries(items.map(([name, share]) => [name, Math.round(Number.parseFloat(share) * 100)]));
}

/** How many of the simulated units get what, decided here. */
function decided(flag, now, name) {
  const found = {};
  for (let number = 0; number < UNITS; number++) {
    const key = name(tide.decide(flag, contextOf(number), { now: Date.parse(now) }));
    found[key] = (found[key] ?? 0) + 1;
  }
  return found;
}

const PLAIN = { DEFAULT: " by default", OVERRIDE: ", listed", DISABLED: ", switched off" };
PLAIN.PREREQUISITE_FAILED = ", its gate is closed";

/** What the page calls a decision. */
function name({ variant, reason, wouldBe }) {
  if (reason !== "HOLDOUT") return variant + (PLAIN[reason] ?? "");
  return `held back, else ${wouldBe.variant}${wouldBe.reason === "DEFAULT" ? " by default" : ""}`;
}

describe("the stories", () => {
  it("are eight, one a system, about flags that the sample has, and nothing of it is refused", () => {
    const systems = ["Amazon", "Netflix", "Meta", "Spotify", "Shopify", "Microsoft", "ByteDance", "Alibaba"];
    assert.deepEqual(
      STORIES.map(({ kind }) => /\w+$/.exec(kind)[0]),
      systems,
    );
    for (const { flags, alarm, at, from, until } of STORIES) {
      for (const flag of flags) assert.ok(SNAPSHOT.flags[flag]?.description, flag);
      assert.ok(Date.parse(from) < Date.parse(at) && Date.parse(at) < Date.parse(until));
      if (alarm !== undefined) assert.ok(alarm in SNAPSHOT.alarms);
    }
    assert.deepEqual(tide.loadReport.refused, []);
  });

  for (const { name: title, flags, at } of STORIES) {
    it(`"${title}" is told without a complaint, and its picture's shares are those of the decisions`, async () => {
      const { page, complaints } = await browser.open();
      await tell(page, title);
      assert.equal(await page.locator("#story-names [aria-pressed=true]").innerText(), title);
      assert.equal(await page.locator("#refused").isVisible(), false);
      assert.equal(await page.locator("#why-title").innerText(), flags[0]);
      const rows = await page.locator("[role=option]").evaluateAll((rows) => rows.map((row) => row.dataset.key));
      assert.deepEqual(rows.slice(0, flags.length).sort(), [...flags].sort());
      assert.equal(await page.locator(".strip").count(), flags.length);
      for (const flag of flags) {
        const expected = decided(flag, at, name);
        const found = await shares(page, flag);
        assert.deepEqual(found, expected, flag);
        const alternative = await page.locator(`.strip[data-flag="${flag}"] canvas`).getAttribute("aria-label");
        for (const [group, units] of Object.entries(expected)) {
          assert.ok(alternative.includes(`${group} ${(units / 100).toFixed(2)}%`), `${alternative} lacks ${group}`);
        }
      }
      assert.deepEqual(complaints, []);
    });
  }

  it("leave with a snapshot that doesn't tell them, and come back with the sample", async () => {
    const { page } = await browser.open();
    const solo = { type: "number", variants: { a: 1 }, off: "a", default: "a" };
    await page.locator("#snapshot").fill(JSON.stringify({ schemaVersion: 1, revision: "own", flags: { solo } }));
    await page.locator("#snapshot-note").filter({ hasText: "revision own" }).waitFor();
    assert.equal(await page.locator("#story").isVisible(), false);
    assert.equal(await page.locator("#story-names [aria-pressed=true]").count(), 0);
    await tell(page, "Hour by hour");
    assert.match(await page.locator("#snapshot-note").innerText(), /revision 1842/);
    assert.equal(await page.locator(".strip").count(), 2);
  });
});

describe("the clock", () => {
  it("fills a ramp, and nobody who was in drops out", async () => {
    const { page } = await browser.open();
    await tell(page, "The tide and the alarm");
    let before = -1;
    for (const instant of [
      "2026-11-24T06:00:00Z",
      "2026-11-24T20:00:00Z",
      "2026-11-25T20:00:00Z",
      "2026-11-26T08:00:00Z",
    ]) {
      await turn(page, instant);
      const found = await shares(page, "express-delivery");
      assert.deepEqual(found, decided("express-delivery", instant, name), instant);
      assert.ok((found.on ?? 0) > before, instant);
      before = found.on ?? 0;
    }
    assert.equal(before, UNITS);
    assert.deepEqual(await words(page, "express-delivery"), [
      "express-delivery",
      "true",
      "TARGETING_MATCH",
      "ramp",
      "on",
    ]);
    assert.equal(await page.locator("#clock").getAttribute("aria-valuetext"), "Thu, 26 Nov 2026, 08:00 UTC");
    assert.equal(await page.locator("#clock-words").innerText(), "Thu, 26 Nov 2026, 08:00 UTC");
  });

  it("opens and shuts a window", async () => {
    const { page } = await browser.open();
    await tell(page, "Every night at ten");
    await page.getByRole("button", { name: "Bo", exact: true }).click();
    for (const [instant, answer] of [
      ["2026-11-25T20:45:00Z", ['"open"', "DEFAULT", "open"]],
      ["2026-11-25T21:00:00Z", ['"read-only"', "TARGETING_MATCH", "night", "read-only"]],
      ["2026-11-26T02:45:00Z", ['"read-only"', "TARGETING_MATCH", "night", "read-only"]],
      ["2026-11-26T03:00:00Z", ['"open"', "DEFAULT", "open"]],
    ]) {
      await turn(page, instant);
      assert.deepEqual(await words(page, "night-maintenance"), ["night-maintenance", ...answer], instant);
    }
  });

  it("flips a switchback for everybody, exactly at the next change that the package names", async () => {
    const { page } = await browser.open();
    await tell(page, "Hour by hour");
    let now = Date.parse(STORIES.at(-1).at);
    const seen = new Set();
    for (let leap = 0; leap < 6; leap++) {
      const next = tide.nextChange("courier-routing", { now });
      await page.locator("#next-change").click();
      await settled(page);
      now = next;
      assert.equal(await page.locator("#clock").inputValue(), String(now));
      const { variant } = tide.decide("courier-routing", {}, { now });
      assert.deepEqual(await shares(page, "courier-routing"), { [variant]: UNITS });
      seen.add(variant);
    }
    assert.equal(seen.size, 2);
  });

  it("ends a holdout", async () => {
    const { page } = await browser.open();
    await tell(page, "One experiment each");
    const held = (found) => Object.keys(found).filter((group) => group.startsWith("held back"));
    assert.equal(held(await shares(page, "home-shelf")).length, 3);
    await page.locator("#next-change").click();
    await settled(page);
    assert.equal(await page.locator("#clock-words").innerText(), "Fri, 1 Jan 2027, 00:00 UTC");
    const found = await shares(page, "home-shelf");
    assert.deepEqual(held(found), []);
    assert.deepEqual(found, decided("home-shelf", "2027-01-01T00:00:00Z", name));
    assert.equal(await page.locator("#next-change").isDisabled(), true);
  });

  it("plays on, and in leaps where motion is reduced", async () => {
    const { page } = await browser.open();
    const start = Number(await page.locator("#clock").inputValue());
    await page.locator("#play").click();
    await page.waitForFunction((start) => Number(document.getElementById("clock").value) > start + 3_600_000, start);
    assert.equal(await page.locator("#play").innerText(), "Pause");
    await page.locator("#play").click();
    const paused = await page.locator("#clock").inputValue();
    await page.waitForTimeout(300);
    assert.equal(await page.locator("#clock").inputValue(), paused);

    const still = await browser.open({ reducedMotion: "reduce" });
    const next = tide.nextChange("express-delivery", { now: start });
    await still.page.locator("#play").click();
    await still.page.waitForFunction((start) => document.getElementById("clock").value !== String(start), start);
    const words = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" }).format(
      next,
    );
    assert.match(await still.page.locator("#clock-words").innerText(), new RegExp(`, ${words} UTC$`));
  });

  it("has a mark for every change, the next one apart", async () => {
    const { page } = await browser.open();
    await tell(page, "Shop by shop");
    assert.equal(await page.locator(".mark").count(), 4);
    assert.equal(await page.locator(".mark.next").count(), 1);
    const [mark, dial] = await page.evaluate(() =>
      [".mark.next", ".marks"].map((part) => document.querySelector(part).getBoundingClientRect().toJSON()),
    );
    const [from, until, next] = ["2026-11-22T12:00:00Z", "2026-11-28T12:00:00Z", "2026-11-27T09:00:00Z"].map(
      Date.parse,
    );
    const stands = (mark.x + 1.5 - dial.x) / dial.width;
    assert.ok(Math.abs(stands - (next - from) / (until - from)) < 0.01, `the mark stands at ${stands}`);
    await tell(page, "Layers in layers");
    assert.equal(await page.locator("#clock").isVisible(), false);
    assert.equal(await page.locator("#clock-still").isVisible(), true);
  });
});

describe("the alarm", () => {
  it("rolls back whoever was in, at once, until the rollback is taken back", async () => {
    const { page } = await browser.open();
    await settled(page);
    const before = await shares(page, "express-delivery");
    assert.deepEqual(Object.keys(before), ["on", "off by default"]);
    assert.equal((await words(page, "express-delivery"))[1], "true");
    await page.locator("#alarm").check();
    await settled(page);
    const rolled = { "off, rolled back": before.on, "off by default": before["off by default"] };
    assert.deepEqual(await shares(page, "express-delivery"), rolled);
    assert.deepEqual(await words(page, "express-delivery"), [
      "express-delivery",
      "false",
      "ROLLED_BACK",
      "ramp",
      "off",
    ]);
    assert.match(await page.locator("#alarm-note").innerText(), /express-delivery, rule ramp, is rolled back to off/);

    await page.locator("#alarm").uncheck();
    await settled(page);
    assert.deepEqual(await shares(page, "express-delivery"), rolled);
    assert.match(await page.locator("#alarm-note").innerText(), /though the alarm is over/);
    await page.locator("#alarm-reset").click();
    await settled(page);
    assert.deepEqual(await shares(page, "express-delivery"), before);
    assert.equal((await words(page, "express-delivery"))[1], "true");
    assert.equal(await page.locator("#alarm-reset").isVisible(), false);
  });

  it("changes nothing before the ramp begins or once it was watched to its end, and counts as soon as the clock is there", async () => {
    const { page } = await browser.open();
    await turn(page, "2026-11-26T13:00:00Z");
    await page.locator("#alarm").check();
    await settled(page);
    assert.deepEqual(await shares(page, "express-delivery"), { on: UNITS });
    assert.match(await page.locator("#alarm-note").innerText(), /nothing is rolled back/);
    await turn(page, "2026-11-26T11:45:00Z");
    assert.deepEqual(await shares(page, "express-delivery"), { "off, rolled back": UNITS });
  });

  it("outlasts an edit of the snapshot while it is up, and ends with the story", async () => {
    const { page } = await browser.open();
    await page.locator("#alarm").check();
    const text = await page.locator("#snapshot").inputValue();
    await page.locator("#snapshot").fill(text.replace('"revision": "1842"', '"revision": "1843"'));
    await page.locator("#snapshot-note").filter({ hasText: "revision 1843" }).waitFor();
    await settled(page);
    assert.ok((await shares(page, "express-delivery"))["off, rolled back"] > 0);
    await tell(page, "Two tests at once");
    assert.equal(await page.locator("#alarm").isVisible(), false);
    await tell(page, "The tide and the alarm");
    assert.equal(await page.locator("#alarm").isChecked(), false);
    assert.equal((await shares(page, "express-delivery"))["off, rolled back"], undefined);
  });
});

describe("the picture", () => {
  it("has a dot of its group's colour for every unit, in the order of the first strip", async () => {
    const { page } = await browser.open({ reducedMotion: "reduce" });
    await tell(page, "Two tests at once");
    const counted = await page.evaluate(() =>
      Array.from(document.querySelectorAll(".strip"), (strip) => {
        const canvas = strip.querySelector("canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const pixels = {};
        for (let at = 0; at < data.length; at += 4) {
          const colour = data[at + 3] === 0 ? "none" : `rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`;
          pixels[colour] = (pixels[colour] ?? 0) + 1;
        }
        delete pixels.none;
        const all = Object.values(pixels).reduce((sum, number) => sum + number, 0);
        return Array.from(strip.querySelectorAll("li"), (item) => {
          const colour = getComputedStyle(item.querySelector(".spot")).backgroundColor;
          return [item.querySelector(".name").textContent, Math.round((pixels[colour] / all) * 10_000)];
        });
      }),
    );
    const { flags, at } = STORIES[1];
    for (const [strip, flag] of flags.entries())
      assert.deepEqual(Object.fromEntries(counted[strip]), decided(flag, at, name));
  });

  it("has the colours of the list and of the explanation", async () => {
    const { page } = await browser.open();
    await tell(page, "Hour by hour");
    const colours = await page.evaluate(() =>
      [".strip li .spot", '[data-key="courier-routing"] .spot', "#why .answer .spot"].map(
        (spot) => getComputedStyle(document.querySelector(spot)).backgroundColor,
      ),
    );
    assert.equal(new Set(colours).size, 1, colours.join(", "));
    await page.locator("#next-change").click();
    assert.match(await row(page, "courier-routing").innerText(), /SPLIT/);
  });

  it("moves with the snapshot, except for what is stored", async () => {
    const { page } = await browser.open();
    await tell(page, "Two tests at once");
    const before = await shares(page, "row-order");
    const text = await page.locator("#snapshot").inputValue();
    const changed = text.replace('{ "variant": "popular", "weight": 1 }', '{ "variant": "popular", "weight": 9 }');
    assert.notEqual(changed, text);
    await page.locator("#snapshot").fill(changed.replace('"revision": "1842"', '"revision": "1843"'));
    await page.locator("#snapshot-note").filter({ hasText: "revision 1843" }).waitFor();
    await settled(page);
    assert.deepEqual(await shares(page, "row-order"), before);
    await page.locator("#store-empty").click();
    await settled(page);
    const { popular } = await shares(page, "row-order");
    assert.ok(popular > 8800 && popular < 9200, String(popular));
  });

  it("is decided in slices, so that the page answers meanwhile, and says how far it has come", async () => {
    const { page } = await browser.open();
    await settled(page);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 8 });
    const seen = await page.evaluate(async () => {
      const progress = document.getElementById("crowd-progress");
      const seen = new Set();
      document.querySelectorAll("#story-names button")[6].click();
      for (const end = performance.now() + 3000; performance.now() < end; ) {
        await new Promise((resume) => setTimeout(resume));
        if (!progress.hidden) seen.add(progress.value);
        else if (seen.size > 0) break;
      }
      return [...seen];
    });
    assert.ok(seen.length > 3, `the progress was at ${seen}`);
    assert.ok(seen.every((value) => value > 0 && value < 1) && seen[0] < seen.at(-1));
  });
});

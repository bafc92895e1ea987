// The stories: each loads, and its clock, its alarm and its picture show what the package decides.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { launch, words } from "./browser.mjs";

const SNAPSHOT = JSON.parse(await readFile(new URL("../../examples/stories.json", import.meta.url), "utf8"));
const COUNTRIES = ["US", "DE", "AU", "IN", "CA"];
const MINUTE = 60_000;

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Opens the page with a story picked. */
async function open(name, options) {
  const opened = await browser.open(options);
  await opened.page.getByRole("button", { name, exact: true }).click();
  await opened.page.locator("#crowd-legend li").first().waitFor();
  return opened;
}

/** Sets the clock, as a hand on the slider does, and waits for the picture. */
async function turn(page, now) {
  await page.locator("#clock").evaluate((slider, value) => {
    slider.value = String(value);
    slider.dispatchEvent(new Event("input"));
  }, now);
  await settled(page);
}

/** The picture is painted once its description is another, or stays so for a while. */
async function settled(page) {
  let before = "";
  for (let same = 0; same < 3; ) {
    await page.waitForTimeout(60);
    const now = await page.locator("#crowd").getAttribute("aria-label");
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

async function legend(page) {
  const rows = await page.locator("#crowd-legend li").allInnerTexts();
  return Object.fromEntries(rows.map((row) => row.split("\n").map((word) => word.trim())));
}

function users(count = 10_000) {
  return Array.from({ length: count }, (_, n) => {
    const email = n % 50 === 0 ? `u-${n}@shop.example` : `u-${n}@example.com`;
    return {
      targetingKey: `u-${n}`,
      user: { id: `u-${n}`, country: COUNTRIES[n % 5], email },
      shop: { id: `s-${n % 500}` },
    };
  });
}

const share = (count) => `${(count / 100).toFixed(1)}%`;

describe("the stories", () => {
  it("are eight, and none of them has anything refused or anything to complain about", async () => {
    const { page, complaints } = await browser.open();
    const names = await page.locator("#story-names button").allInnerTexts();
    assert.equal(names.length, 8);
    for (const name of names) {
      await page.getByRole("button", { name, exact: true }).click();
      await settled(page);
      assert.equal(await page.locator("#refused").isVisible(), false, name);
      assert.equal(await page.locator("#story-names [aria-pressed=true]").innerText(), name);
      assert.match(await page.locator("#crowd").getAttribute("aria-label"), /^10,000 (users|shops): .*%/);
      const colours = await page.locator("#crowd").evaluate((canvas) => {
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
        copy.drawImage(canvas, 0, 0);
        const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
        return new Set(Array.from({ length: data.length / 4 }, (_, at) => data.slice(at * 4, at * 4 + 3).join(" ")))
          .size;
      });
      assert.ok(colours > 1, `${name} is painted in ${colours} colour`);
    }
    await page.getByRole("button", { name: names[7], exact: true }).click();
    assert.equal(await page.locator("#story").isVisible(), false);
    assert.deepEqual(complaints, []);
  });

  it("show a ramp fill as the package fills it, and an alarm empty it", async () => {
    const { page } = await open("A ramp that falls back");
    const tide = await Tidegate.load(SNAPSHOT);
    const from = Date.UTC(2026, 10, 24, 8);
    for (const hours of [-2, 0, 5, 24, 48]) {
      const now = from + hours * 60 * MINUTE;
      await turn(page, now);
      const decided = users().filter((user) => tide.decide("express-delivery", user, { now }).value).length;
      const { on: shown = "0.0%" } = await legend(page);
      assert.equal(shown, share(decided), `${hours} hours`);
    }
    await turn(page, from + 24 * 60 * MINUTE);
    const { on: before } = await legend(page);
    await page.locator("#alarm").check();
    await settled(page);
    assert.equal((await legend(page))["off, rolled back"], before);
    assert.equal((await legend(page)).on, undefined);
    await page.locator("#alarm").uncheck();
    await settled(page);
    assert.equal((await legend(page)).on, before);
  });

  it("go to the next change, where a window opens for everybody but who is listed", async () => {
    const { page } = await open("Every night at ten");
    await turn(page, Date.UTC(2026, 10, 25, 12));
    assert.deepEqual(await legend(page), { open: "100.0%" });
    const next = page.locator("#next-change");
    assert.equal(await next.innerText(), "Next change: Wed, 25 Nov 2026, 21:00 UTC");
    await next.click();
    await settled(page);
    assert.match(await page.locator("#clock-words").innerText(), /21:00 UTC/);
    assert.deepEqual(await legend(page), { open: "0.0%", "read-only": "100.0%" });
    assert.equal(await next.innerText(), "Next change: Thu, 26 Nov 2026, 03:00 UTC");
    assert.deepEqual(await words(page, "night-maintenance"), ["night-maintenance", '"open"', "OVERRIDE", "open"]);
  });

  it("flip everybody at once from hour to hour", async () => {
    const { page } = await open("Hour by hour");
    const tide = await Tidegate.load(SNAPSHOT);
    const seen = new Set();
    for (let hour = 0; hour < 8; hour++) {
      const now = Date.UTC(2026, 10, 24, 8) + hour * 60 * MINUTE;
      await turn(page, now);
      const { variant } = tide.decide("courier-routing", {}, { now });
      assert.deepEqual(await legend(page), { [variant]: "100.0%" });
      seen.add(variant);
    }
    assert.equal(seen.size, 2);
  });

  it("hold listeners back until the year ends, and know what they would have got", async () => {
    const { page } = await open("One experiment each");
    const { "held back": held } = await legend(page);
    assert.match(held, /^(9|10)\.\d%$/);
    await turn(page, Date.UTC(2027, 0, 1));
    assert.equal((await legend(page))["held back"], undefined);
  });

  it("play by themselves, and stop at the end", async () => {
    const { page } = await open("A ramp that falls back");
    const before = Number(await page.locator("#clock").inputValue());
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction((value) => Number(document.querySelector("#clock").value) > value, before);
    await page.getByRole("button", { name: "Pause" }).click();
    const paused = await page.locator("#clock").inputValue();
    await page.waitForTimeout(400);
    assert.equal(await page.locator("#clock").inputValue(), paused);
  });

  it("keep what is changed in their snapshot, and are put away with another one", async () => {
    const { page } = await open("Shop by shop");
    const before = await legend(page);
    await page.locator("#source").evaluate((details) => {
      details.open = true;
    });
    const text = await page.locator("#snapshot").inputValue();
    await page.locator("#snapshot").fill(text.replace('"fifth", "percent": 20', '"fifth", "percent": 60'));
    await page.waitForFunction(
      (share) => !document.querySelector("#crowd-legend").innerText.includes(share),
      before.on,
    );
    assert.match((await legend(page)).on, /^(59|60)\.\d%$/);
    await page.getByRole("button", { name: "Use the sample" }).click();
    await page.locator("#story").waitFor({ state: "hidden" });
    assert.equal(await page.locator("#story-names [aria-pressed=true]").count(), 0);
  });
});

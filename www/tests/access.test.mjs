// Who can use it: with a keyboard alone, on a phone, in light and dark, with a screen reader, without motion.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, it } from "node:test";
import { launch, row, words } from "./browser.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const STORIES = JSON.parse(await readFile(new URL("../../examples/stories.json", import.meta.url), "utf8"));
const BROKEN = '{ "schemaVersion": 1, "revision": "b", "flags": { "x": {}, "y": { "type": "colour" } } }';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** The rules of WCAG A and AA, and good practice, that the page breaks. */
async function violations(page) {
  // What axe measures must stand still.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((animation) => animation.finished)));
  await page.evaluate(AXE);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
  for (const rule of ["color-contrast", "label", "aria-required-children"]) {
    assert.ok(
      passes.some(({ id }) => id === rule),
      `axe found nothing to hold \`${rule}\` against`,
    );
  }
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function focused(page) {
  return await page.evaluate(
    () => document.activeElement.id || document.activeElement.dataset.key || document.activeElement.textContent.trim(),
  );
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 360]) {
    it(`breaks no rule of axe, in ${colorScheme} at ${width} pixels`, async () => {
      const { page } = await browser.open({ colorScheme, viewport: { width, height: 860 } });
      assert.deepEqual(await violations(page), []);
      await page.locator("#alarm").check();
      assert.deepEqual(await violations(page), [], "with the alarm");
      for (const story of await page.locator("#story-names button").all()) {
        await story.click();
        assert.deepEqual(await violations(page), [], await story.innerText());
      }
      await page.locator("summary", { hasText: "Edit the snapshot" }).evaluate((summary) => {
        summary.parentElement.open = true;
      });
      for (const [name, key] of Object.entries({ Bo: "pay-button", Chi: "new-checkout", "A visitor": "pay-button" })) {
        await page.getByRole("button", { name, exact: true }).click();
        await row(page, key).click();
        for (const nested of await page.locator("#why details:not([open]) > summary").all()) await nested.click();
        assert.deepEqual(await violations(page), [], `${name}, ${key}`);
      }
      await page.locator("#context").fill("{");
      await page.locator("#snapshot").fill(BROKEN);
      await page.locator("#refused").waitFor();
      await page.locator("#context-problem").waitFor();
      assert.deepEqual(await violations(page), [], "with problems");
      await page.locator("#snapshot").fill(`${BROKEN}}`);
      await page.locator("#snapshot-problem").waitFor();
      assert.deepEqual(await violations(page), [], "with a broken snapshot");
    });
  }
}

describe("a keyboard", () => {
  it("reaches everything, and moves through the flags with the arrows", async () => {
    const { page } = await browser.open();
    const stops = [];
    while (stops.at(-1) !== "snapshot" && stops.length < 30) {
      await page.keyboard.press("Tab");
      stops.push(await focused(page));
      const seen = await page.evaluate(() => {
        const { outlineStyle } = getComputedStyle(
          document.activeElement.closest(".editor, .button") ?? document.activeElement,
        );
        return outlineStyle !== "none";
      });
      assert.ok(seen, `the focus is not seen on ${stops.at(-1)}`);
    }
    assert.deepEqual(stops.slice(0, 19), [
      "measure",
      ...STORIES.map(({ name }) => name),
      "clock",
      "play",
      "next-change",
      "alarm",
      "Ada",
      "Bo",
      "Chi",
      "A visitor",
      "context",
      "filter",
    ]);
    assert.equal(stops[19], STORIES[0].flags[0]);
    for (const stop of ["file", "sample", "snapshot"]) assert.ok(stops.includes(stop), `${stop} is not in ${stops}`);

    await page.locator("#filter").focus();
    await page.keyboard.press("ArrowDown");
    assert.equal(await focused(page), "express-delivery");
    await page.keyboard.press("End");
    assert.equal(await focused(page), "theme");
    assert.equal(await row(page, "theme").getAttribute("aria-selected"), "true");
    assert.equal(await page.locator("#why-title").innerText(), "theme");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.locator("#why-title").innerText(), "cart-v2");
    assert.equal(await page.locator("[role=option][aria-selected=true]").count(), 1);
    assert.equal(await page.locator("[role=option][tabindex='0']").count(), 1);
  });

  it("is enough to pick a story, to move its clock, to raise its alarm", async () => {
    const { page } = await browser.open();
    await page.locator("#measure").focus();
    for (const key of ["Tab", "Tab", "Space"]) await page.keyboard.press(key);
    assert.equal(await page.locator("#story-names [aria-pressed=true]").innerText(), STORIES[1].name);
    for (const key of ["Shift+Tab", "Enter"]) await page.keyboard.press(key);
    await page.locator("#clock").focus();
    const start = Number(await page.locator("#clock").inputValue());
    for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
    assert.equal(Number(await page.locator("#clock").inputValue()), start + 15 * 60_000);
    assert.equal(await page.locator("#clock").getAttribute("aria-valuetext"), "Wed, 25 Nov 2026, 04:15 UTC");
    await page.keyboard.press("End");
    assert.equal(await page.locator("#clock-words").innerText(), "Thu, 26 Nov 2026, 16:00 UTC");
    await page.keyboard.press("Home");
    for (const key of ["Tab", "Tab", "Enter"]) await page.keyboard.press(key);
    assert.equal(await page.locator("#clock-words").innerText(), "Tue, 24 Nov 2026, 10:24 UTC");
    for (const key of ["Tab", "Space"]) await page.keyboard.press(key);
    assert.match(await page.locator("#alarm-note").innerText(), /is rolled back to off/);
  });

  it("is enough to change a decision and to filter", async () => {
    const { page } = await browser.open();
    await page.getByRole("button", { name: "Ada", exact: true }).focus();
    for (const key of ["Tab", "Enter"]) await page.keyboard.press(key);
    assert.deepEqual(await words(page, "search-limit"), [
      "search-limit",
      "10",
      "TARGETING_MATCH",
      "slow-network",
      "few",
    ]);
    for (const key of ["Tab", "Tab", "Tab", "Control+A"]) await page.keyboard.press(key);
    await page.keyboard.type('{ "network": { "mbit": 1 } ');
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "filter");
    await page.keyboard.type("disabled");
    assert.deepEqual(await page.locator("[role=option]").evaluateAll((rows) => rows.map((row) => row.dataset.key)), [
      "legacy-export",
    ]);
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "legacy-export");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#why-title").innerText(), "legacy-export");
  });
});

describe("a phone", () => {
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

  it("shows everything within its width", async () => {
    const { page } = await browser.open(phone);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.equal(await overflow(), 0);
    for (const { name } of STORIES) {
      await page.getByRole("button", { name, exact: true }).tap();
      await page.locator("#strips .strip").first().waitFor();
      assert.equal(await overflow(), 0, name);
    }
    for (const key of ["new-checkout", "pay-button", "theme", "support-url"]) {
      await row(page, key).tap();
      assert.equal(await overflow(), 0, key);
    }
    await page.locator("#source summary").tap();
    await page.locator("#snapshot").fill(BROKEN.replaceAll('"x"', `"${"long-".repeat(40)}"`));
    await page.locator("#refused").waitFor();
    assert.equal(await overflow(), 0, "with long names and problems");
  });

  it("leads from a flag to its explanation", async () => {
    const { page } = await browser.open(phone);
    await row(page, "new-checkout").tap();
    await page.waitForFunction(() => {
      const { top } = document.getElementById("why").getBoundingClientRect();
      return top >= 0 && top < 60;
    });
  });
});

describe("what people prefer", () => {
  it("light and dark differ", async () => {
    const colours = [];
    for (const colorScheme of ["light", "dark"]) {
      const { page } = await browser.open({ colorScheme });
      colours.push(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor));
    }
    const [light, dark] = colours.map((colour) => Number(/\d+/.exec(colour)?.[0]));
    assert.ok(light > 200 && dark < 50, colours.join(" and "));
  });

  it("nothing moves where motion is reduced, and what changed is still marked", async () => {
    const { page } = await browser.open({ reducedMotion: "reduce" });
    await page.getByRole("button", { name: STORIES[3].name, exact: true }).click();
    await page.getByRole("button", { name: "Bo", exact: true }).click();
    const [animations, shadow] = await row(page, "search-limit").evaluate((row) => [
      document.getAnimations().length,
      getComputedStyle(row).boxShadow,
    ]);
    assert.equal(animations, 0);
    assert.notEqual(shadow, "none");
  });
});

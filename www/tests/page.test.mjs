// What the page does: decides, explains, takes snapshots in, and refuses broken ones.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { launch, row, words } from "./browser.mjs";

const examples = new URL("../../examples/", import.meta.url);
const SNAPSHOT = await readFile(new URL("snapshot.json", examples), "utf8");
const CONTEXTS = JSON.parse(await readFile(new URL("contexts.json", examples), "utf8"));
const ONE = {
  schemaVersion: 1,
  revision: "dropped",
  flags: { solo: { type: "number", variants: { a: 1 }, off: "a", default: "a" } },
};

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Drops a file with this text anywhere on the page. */
async function drop(page, name, text) {
  const transfer = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: "application/json" }));
      return transfer;
    },
    [name, text],
  );
  await page.dispatchEvent("main", "dragover", { dataTransfer: transfer });
  assert.equal(await page.locator("#veil").isVisible(), true);
  await page.dispatchEvent("main", "drop", { dataTransfer: transfer });
  assert.equal(await page.locator("#veil").isVisible(), false);
}

/** Waits until an element's text matches, and returns it. */
async function eventually(page, selector, pattern) {
  const element = page.locator(selector).filter({ hasText: pattern });
  await element.waitFor();
  return await element.innerText();
}

describe("the page", () => {
  it("loads under a strict policy, without a console message, and asks nobody else for anything", async () => {
    const { page, complaints, requests, response, url } = await browser.open();
    const policy = response.headers()["content-security-policy"];
    assert.match(policy, /default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
    for (const name of await page.locator("#presets button").all()) await name.click();
    for (const flag of await page.locator("[role=option]").all()) await flag.click();
    await eventually(page, "#speed", /\d ns/);
    assert.deepEqual(complaints, []);
    assert.deepEqual(
      requests.filter((request) => !request.startsWith(url)),
      [],
    );
  });

  it("decides every flag as the package does in Node, for every sample context", async () => {
    const { page } = await browser.open();
    const tide = await Tidegate.load(JSON.parse(SNAPSHOT));
    const now = Number(await page.locator("#clock").inputValue());
    for (const [name, context] of Object.entries(CONTEXTS)) {
      await page.locator("#presets").getByTitle(name, { exact: true }).click();
      for (const key of tide.keys()) {
        const { value, variant, reason, rule, errorCode } = tide.decide(key, context, { now });
        const shown = (await words(page, key)).join(" ");
        const answer = reason === "ERROR" ? "fallback" : JSON.stringify(value);
        const cut = answer.length > 60 ? `${answer.slice(0, 59)}…` : answer;
        const expected = [key, cut, reason, errorCode ?? rule, variant].filter((word) => word !== undefined).join(" ");
        // What a sticky rule served is stored the first time that it is shown.
        assert.equal(shown.replace(" stored ", ` ${rule} `), expected, name);
      }
    }
  });

  it("decides again as one types, and marks what changed", async () => {
    const { page } = await browser.open();
    assert.deepEqual(await words(page, "search-limit"), ["search-limit", "100", "TARGETING_MATCH", "office", "many"]);
    const text = await page.locator("#context").inputValue();
    const start = text.indexOf("40");
    await page.locator("#context").evaluate((field, at) => {
      field.focus();
      field.setSelectionRange(at, at + 2);
    }, start);
    await page.keyboard.type("1");
    assert.deepEqual(await words(page, "search-limit"), [
      "search-limit",
      "10",
      "TARGETING_MATCH",
      "slow-network",
      "few",
    ]);
    assert.match(await row(page, "search-limit").getAttribute("class"), /changed/);
    assert.doesNotMatch(await row(page, "theme").getAttribute("class"), /changed/);
    assert.equal(await page.locator("#flags-changed").innerText(), "1 just changed");
    await eventually(page, "#announcer", "1 flag changed: search-limit");
    assert.equal(await page.locator("#presets [aria-pressed=true]").count(), 0);
  });

  it("keeps the last sound context while the JSON is half written, and says what is wrong with it and where", async () => {
    const { page } = await browser.open();
    const before = await words(page, "new-checkout");
    await page.locator("#context").fill('{\n  "shop": { "id": "42", }\n}');
    const problem = await eventually(page, "#context-problem", "INVALID_JSON");
    assert.match(problem, /a comma stands before }, which JSON does not allow/);
    assert.match(problem, /line 2, column 25/);
    assert.match(problem, /The one before still decides/);
    assert.equal(await page.locator("#context").getAttribute("aria-invalid"), "true");
    assert.deepEqual(await words(page, "new-checkout"), before);
    await page.locator("#context").fill("[1]");
    await eventually(page, "#context-problem", /a context is an object/);
    await page.locator("#context").fill('{ "shop": { "id": "42" } }');
    assert.equal(await page.locator("#context-problem").isVisible(), false);
    assert.deepEqual(await words(page, "new-checkout"), ["new-checkout", "true", "OVERRIDE", "on"]);
  });

  it("explains the selected flag: steps, checks, and where its unit fell", async () => {
    const { page } = await browser.open();
    await page
      .locator("#context")
      .fill('{ "shop": { "id": "7", "plan": "plus" }, "user": { "email": "A@SHOP.EXAMPLE" } }');
    await row(page, "new-checkout").click();
    const why = await page.locator("#why").innerText();
    for (const part of [
      /One-page checkout/,
      /Kill switch/,
      /Prerequisite\s+cart-v2/,
      /Override to\s+off/,
      /Rule\s+staff\s+decided/,
      /user\.email endsWith "@shop\.example" in any case/,
      /found "A@SHOP\.EXAMPLE"/,
      /ticket\s+"SHOP-1842"/,
    ]) {
      assert.match(why, part);
    }
    await page.locator("#context").fill('{ "shop": { "id": "8", "plan": "plus" } }');
    const moved = await page.locator("#why").innerText();
    assert.match(moved, /missing/);
    const { buckets } = (await Tidegate.load(JSON.parse(SNAPSHOT)))
      .explain("new-checkout", { shop: { id: "8", plan: "plus" } })
      .steps.find(({ subject }) => subject === "paying-half");
    const bucket = buckets[0].bucket.toLocaleString("en");
    assert.match(moved, new RegExp(`hashed as new-checkout/ramp\\.8, is in bucket ${bucket} of a million`));
    const [bar, pin] = await page.evaluate(() =>
      [".track", ".pin"].map((name) => document.querySelector(`#why ${name}`).getBoundingClientRect().toJSON()),
    );
    const share = (pin.x + 1 - bar.x) / bar.width;
    assert.ok(Math.abs(share - buckets[0].bucket / 1e6) < 0.01, `the pin stands at ${share}`);
  });

  it("says why there is no answer", async () => {
    const { page } = await browser.open();
    await page.locator("#context").fill('{ "user": { "country": "DE" } }');
    await row(page, "pay-button").click();
    const why = await page.locator("#why").innerText();
    assert.match(why, /fallback/);
    assert.match(why, /TARGETING_KEY_MISSING/);
    assert.match(why, /user\.id is missing or empty/);
  });

  it("says so where the module cannot be had", async () => {
    const { page } = await browser.open();
    await page.route("**/*.wasm", (route) => route.abort());
    await page.reload();
    const problem = await eventually(page, "#snapshot-problem", "The page could not start");
    assert.match(problem, /FETCH_FAILED|WASM_UNAVAILABLE/);
  });

  it("times decisions in this browser", async () => {
    const { page } = await browser.open();
    const speed = await eventually(page, "#speed", /^[\d,]+ ns$/);
    const nanoseconds = Number(speed.replace(/[^\d]/g, ""));
    assert.ok(nanoseconds > 5 && nanoseconds < 1e6, speed);
    const method = await page.locator("#method").innerText();
    assert.match(method, /median of 9 runs of [\d,]+ decisions in this browser: every flag in turn, with this context/);
  });
});

describe("a snapshot", () => {
  it("that is broken is refused with a readable message, and the one before stays", async () => {
    const { page, complaints } = await browser.open();
    const before = await words(page, "new-checkout");
    await page
      .locator("#snapshot")
      .fill(SNAPSHOT.replace('"environment": "production",', '"environment": "production"'));
    const problem = await eventually(page, "#snapshot-problem", "INVALID_JSON");
    assert.match(problem, /This snapshot is refused. Revision 1842 still decides/);
    assert.match(problem, /line 6/);
    assert.equal(await page.locator("#snapshot-editor .wrong").count(), 1);
    await eventually(page, "#announcer", /This snapshot is refused/);
    assert.deepEqual(await words(page, "new-checkout"), before);
    await page.locator("#context").fill('{ "shop": { "id": "42" } }');
    assert.deepEqual(await words(page, "new-checkout"), ["new-checkout", "true", "OVERRIDE", "on"]);

    await page.locator("#snapshot").fill(SNAPSHOT.replace('"schemaVersion": 1', '"schemaVersion": 9'));
    const version = await eventually(page, "#snapshot-problem", "UNSUPPORTED_VERSION");
    assert.match(version, /\/schemaVersion, line 2, column 20/);
    await page.locator("#snapshot").fill("<!doctype html>");
    await eventually(page, "#snapshot-problem", "NOT_JSON_HTML");

    await page.getByRole("button", { name: "Use the sample" }).click();
    assert.equal(await page.locator("#snapshot-problem").isVisible(), false);
    assert.deepEqual(complaints, []);
  });

  it("that is pasted decides as it is edited", async () => {
    const { page } = await browser.open();
    await page.locator("#snapshot").fill(SNAPSHOT.replace('"usual": 25', '"usual": 26').replace("1842", "1843"));
    await eventually(page, "#snapshot-note", "revision 1843");
    await page.locator("#context").fill("{}");
    assert.deepEqual(await words(page, "search-limit"), ["search-limit", "26", "DEFAULT", "usual"]);
  });

  it("with broken flags lists them, and leads to the place", async () => {
    const { page } = await browser.open();
    await page.locator("#snapshot").fill(SNAPSHOT.replace('"op": "inCidr"', '"op": "inCider"'));
    const refused = await eventually(page, "#refused", "UNKNOWN_OPERATOR");
    assert.match(refused, /inCidr/);
    assert.match(await page.locator("#flags-count").innerText(), /20 flags decided, 1 refused/);
    assert.deepEqual(await words(page, "search-limit"), ["search-limit", "fallback", "ERROR", "PARSE_ERROR"]);
    await page.getByRole("button", { name: "/flags/search-limit/rules/1/when/op" }).click();
    const [start, text] = await page.locator("#snapshot").evaluate((field) => [field.selectionStart, field.value]);
    assert.equal(text.slice(start, start + 9), '"inCider"');
    assert.equal(await page.locator("#snapshot").evaluate((field) => field === document.activeElement), true);
  });

  it("comes by dropping a file, and a broken one changes nothing", async () => {
    const { page, complaints } = await browser.open();
    await drop(page, "mine.json", JSON.stringify(ONE));
    await eventually(page, "#snapshot-note", "revision dropped");
    assert.deepEqual(await words(page, "solo"), ["solo", "1", "STATIC", "a"]);
    assert.equal(await page.locator("[role=option]").count(), 1);
    await drop(page, "page.html", "<html></html>");
    assert.match(await eventually(page, "#snapshot-problem", "NOT_JSON_HTML"), /page\.html is refused/);
    assert.deepEqual(await words(page, "solo"), ["solo", "1", "STATIC", "a"]);
    assert.deepEqual(complaints, []);
  });

  it("comes by choosing a file, and one that is too long to be edited still decides", async () => {
    const { page } = await browser.open();
    const flags = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`flag-${at}`, ONE.flags.solo]));
    const text = JSON.stringify({ ...ONE, flags }, undefined, 2);
    assert.ok(text.length > 512 * 1024);
    await page
      .locator("#file")
      .setInputFiles({ name: "long.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await eventually(page, "#flags-count", "5,000 flags decided");
    assert.equal(await page.locator("#snapshot").inputValue(), "");
    assert.match(
      await page.locator("#snapshot").getAttribute("placeholder"),
      /long\.json is too long to be edited here/,
    );
    assert.match(await page.locator("#flags-empty").innerText(), /1,000 flags of 5,000 are shown/);
    await page.locator("#filter").fill("flag-4321");
    assert.deepEqual(await words(page, "flag-4321"), ["flag-4321", "1", "STATIC", "a"]);
    assert.equal(await page.locator("[role=option]").count(), 1);
  });
});

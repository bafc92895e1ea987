// The packed package's sender in headless Chromium: what leaves when a page ends, and what is there at the next visit.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { SNAPSHOT } from "./ranking.mjs";
import { install } from "./tarball.mjs";

const CHROME = process.env["CHROME"] ?? "/usr/bin/chromium";
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
/** What browsers carry beyond the end of a page. */
const LIMIT = 64 * 1024;

let server;
let origin;
let browser;
let context;
/** What came to `/exposures`, and what it is answered with. */
let requests;
let status;

function serve(dist) {
  return async (request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    if (pathname === "/exposures") {
      let text = "";
      for await (const chunk of request) text += chunk;
      requests.push({ text, headers: request.headers });
      return response.writeHead(status).end();
    }
    if (pathname === "/favicon.ico") return response.writeHead(200, { "content-type": "image/x-icon" }).end();
    const file = join(dist, pathname);
    const type = TYPES[/\.\w+$/.exec(pathname)?.[0]];
    if (type === undefined) {
      const headers = { "content-type": "text/html", "content-security-policy": POLICY };
      return response.writeHead(200, headers).end("<!doctype html>");
    }
    if (!existsSync(file)) return response.writeHead(404).end();
    return response.writeHead(200, { "content-type": type }).end(readFileSync(file));
  };
}

/** A page with a sender, and what its console hears. */
async function open(options = {}, { beacons = false } = {}) {
  const page = await context.newPage();
  const heard = [];
  page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => heard.push(String(error)));
  // Notes that a beacon was sent, where the next page can see it.
  await page.addInitScript(() => {
    const send = navigator.sendBeacon.bind(navigator);
    navigator.sendBeacon = (...given) => {
      localStorage.setItem("beacons", "sent");
      return send(...given);
    };
  });
  if (beacons) await page.addInitScript(() => delete Request.prototype.keepalive);
  const visit = async () => {
    await page.goto(`${origin}/page`);
    await page.evaluate(
      async ([snapshot, options]) => {
        const { Tidegate } = await import("/browser.js");
        const { httpSink, sendExposures } = await import("/exposures.js");
        globalThis.tide = await Tidegate.load(snapshot);
        globalThis.sender = sendExposures(globalThis.tide, { sink: httpSink({ url: "/exposures" }), ...options });
      },
      [SNAPSHOT, options],
    );
  };
  await visit();
  return {
    page,
    heard,
    visit,
    meet: (...ids) =>
      page.evaluate((ids) => {
        for (const targetingKey of ids) globalThis.tide.boolean("ranking", false, { targetingKey });
      }, ids),
    stats: () => page.evaluate(() => globalThis.sender.stats),
    flush: () => page.evaluate(() => globalThis.sender.flush()),
    /** The units of the rows that are in the database. */
    kept: () =>
      page.evaluate(async () => {
        const answer = (request) =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error);
          });
        const database = await answer(indexedDB.open("tidegate-exposures"));
        const rows = await answer(database.transaction("rows").objectStore("rows").getAll());
        database.close();
        return rows.sort((one, other) => one.at - other.at).map(({ text }) => JSON.parse(text).unit);
      }),
  };
}

function unitsOf({ text }) {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).unit);
}

function many(count) {
  return Array.from({ length: count }, (_, at) => `unit-${at}`);
}

async function until(condition) {
  const end = performance.now() + 5000;
  while (!(await condition())) {
    assert.ok(performance.now() < end, `never: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Nothing leaves but at the page's end. */
const NEVER = { batch: { rows: 10_000, bytes: 10_000_000, milliseconds: 3_600_000 } };

describe("exposures of a page", { skip: existsSync(CHROME) ? false : `there is no ${CHROME}: set CHROME` }, () => {
  before(async () => {
    server = createServer(serve(join(install("exposures"), "node_modules/tidegate/dist")));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${server.address().port}`;
    browser = await chromium.launch({ executablePath: CHROME, args: ["--no-sandbox"] });
  });

  after(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  beforeEach(async () => {
    requests = [];
    status = 200;
    context = await browser.newContext();
  });

  afterEach(() => context.close());

  it("leave in batches, and are forgotten once they arrived", async () => {
    const { meet, kept, stats, heard } = await open({ batch: { milliseconds: 200 } });
    await meet("alice", "bob");
    assert.deepEqual(await kept(), ["alice", "bob"]);
    await until(() => requests.length === 1);
    assert.deepEqual(unitsOf(requests[0]), ["alice", "bob"]);
    assert.equal(requests[0].headers["content-type"], "application/x-ndjson");
    await until(async () => (await stats()).sent === 2);
    await until(async () => (await kept()).length === 0);
    assert.deepEqual(heard, []);
  });

  for (const beacons of [false, true]) {
    it(`leave when the page is left, by ${beacons ? "a beacon" : "a request that is kept alive"}`, async () => {
      const { page, meet, heard } = await open(NEVER, { beacons });
      await meet("alice", "bob");
      assert.deepEqual(requests, []);
      await page.goto("about:blank");
      await until(() => requests.length === 1);
      assert.deepEqual(unitsOf(requests[0]), ["alice", "bob"]);
      assert.equal(requests[0].headers["content-type"], "application/x-ndjson");
      await page.goto(`${origin}/page`);
      assert.equal(await page.evaluate(() => localStorage.getItem("beacons")), beacons ? "sent" : null);
      assert.deepEqual(heard, []);
    });

    it(`leave when the page is closed, by ${beacons ? "a beacon" : "a request that is kept alive"}`, async () => {
      const { page, meet } = await open(NEVER, { beacons });
      await meet("alice");
      await page.close({ runBeforeUnload: true });
      await until(() => requests.length === 1);
      assert.deepEqual(unitsOf(requests[0]), ["alice"]);
    });
  }

  it("leave in what a page may carry; the rest is there at the next visit", async () => {
    const { page, meet, visit, flush, kept } = await open({ ...NEVER, keep: { rows: 10_000 } });
    const units = many(600);
    await meet(...units);
    await until(async () => (await kept()).length === units.length);
    await page.goto("about:blank");
    await until(() => requests.length === 1);
    assert.ok(requests[0].text.length > LIMIT / 2 && requests[0].text.length <= LIMIT, String(requests[0].text.length));
    const carried = unitsOf(requests[0]);
    assert.deepEqual(carried, units.slice(0, carried.length));
    await visit();
    assert.equal(await flush(), true);
    const arrived = new Set(requests.flatMap(unitsOf));
    assert.deepEqual([...arrived].sort(), [...units].sort());
    await until(async () => (await kept()).length === 0);
  });

  it("outlive reloads while they can't be sent, and keep their ids", async () => {
    status = 503;
    const { meet, visit, stats, kept } = await open({ batch: { milliseconds: 20 } });
    await meet("alice", "bob");
    await until(async () => (await stats()).failures > 0);
    await visit();
    assert.equal((await kept()).length, 2);
    await until(async () => (await stats()).failures > 0);
    status = 200;
    const before = requests.length;
    await visit();
    await until(() => requests.length > before);
    await until(async () => (await kept()).length === 0);
    const ids = requests.flatMap(({ text }) => Array.from(text.matchAll(/"id":"([^"]+)"/g), ([, id]) => id));
    assert.equal(new Set(ids).size, 2);
    assert.ok(ids.length >= 6);
  });

  it("are told once of a refusal, which is forgotten", async () => {
    status = 400;
    const { meet, stats, kept, heard } = await open({ batch: { milliseconds: 20 } });
    await meet("alice");
    await until(async () => (await stats()).refused === 1);
    await until(async () => (await kept()).length === 0);
    assert.equal(heard.filter((line) => /refused 1 exposures/.test(line)).length, 1, heard.join("\n"));
  });

  it("wait in memory alone where they are told to, or the database fails, which is told once", async () => {
    const { meet, flush, page, heard } = await open({ ...NEVER, keep: { database: false } });
    await meet("alice");
    assert.equal(await flush(), true);
    const names = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    assert.deepEqual(names, []);
    assert.deepEqual(heard, []);

    // A later version is in the way, as of a package to come.
    await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const request = indexedDB.open("tidegate-exposures", 7);
          request.onsuccess = () => resolve(request.result.close());
          request.onerror = () => reject(request.error);
        }),
    );
    const other = await open(NEVER);
    await other.meet("bob", "carol");
    assert.equal(await other.flush(), true);
    assert.deepEqual(unitsOf(requests.at(-1)), ["bob", "carol"]);
    assert.equal(other.heard.length, 1, other.heard.join("\n"));
    assert.match(other.heard[0], /database `tidegate-exposures` of exposures can't be opened/);
  });

  it("are none after the end, and nothing listens any more", async () => {
    const { page, meet } = await open(NEVER);
    await meet("alice");
    await page.evaluate(() => globalThis.sender.close());
    assert.equal(requests.length, 1);
    await meet("bob");
    await page.goto("about:blank");
    await new Promise((resolve) => setTimeout(resolve, 200));
    assert.equal(requests.length, 1);
  });
});

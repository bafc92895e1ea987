// Deliveries of the packed package where it runs: the slim module in Node, a page of Chromium, and workerd with its stores.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { Publisher, pause, until } from "../../pkg-template/tests/publisher.mjs";
import { bundleWorker, startWorker } from "../workerd.mjs";
import { compiler } from "./compile.mjs";
import { install } from "./tarball.mjs";

const CHROME = process.env["CHROME"] ?? "/usr/bin/chromium";
const TYPES = { js: "text/javascript", wasm: "application/wasm" };
const FLAG = { type: "boolean", variants: { on: true, off: false }, off: "off", default: "on" };
const FIRST = { schemaVersion: 1, revision: "r1", flags: { a: FLAG } };
const SECOND = { ...FIRST, revision: "r2", flags: { a: { ...FLAG, default: "off" } } };

const folder = install("delivery");
const dist = join(folder, "node_modules/tidegate/dist");
let server;

before(async () => {
  server = await Publisher.open(FIRST);
  server.files = (path) => {
    if (path === "/page") return { type: "text/html", content: "<!doctype html>" };
    if (!path.startsWith("/dist/")) return undefined;
    return { type: TYPES[/\w+$/.exec(path)[0]], content: readFileSync(join(dist, path.slice("/dist/".length))) };
  };
});

beforeEach(() => {
  server.snapshot = FIRST;
  server.always = undefined;
  server.headers = {};
  server.asked = [];
});

after(() => server.close());

describe("a delivery to the slim module", () => {
  it("takes compiled snapshots, stores them, and asks for no patches", async () => {
    const load = (entry) => import(pathToFileURL(createRequire(join(folder, "user.mjs")).resolve(entry)).href);
    const { Tidegate } = await load("tidegate/slim");
    const { connect } = await load("tidegate/delivery");
    const { fileStore } = await load("tidegate/delivery/file");
    const compile = compiler();
    server.snapshot = compile(FIRST);
    const options = { url: server.url, store: fileStore(join(folder, "stored")), interval: 0 };
    const delivery = await connect(Tidegate, options);
    assert.equal(delivery.tide.boolean("a", false), true);
    server.snapshot = compile(SECOND);
    assert.equal(await delivery.refresh(), true);
    assert.equal(delivery.tide.boolean("a", true), false);
    assert.equal(server.asked.at(-1).headers.accept, "*/*");
    delivery.close();
    server.always = (response) => response.destroy();
    const next = await connect(Tidegate, options);
    assert.equal(next.status.state, "stored");
    assert.equal(next.tide.decide("a").revision, "r2");
    next.close();
    // JSON is nothing that it could read: what is there goes on deciding.
    server.always = undefined;
    server.snapshot = FIRST;
    const failed = [];
    const last = await connect(Tidegate, { ...options, onFailed: ({ code }) => failed.push(code) });
    assert.equal(await last.refresh(), false);
    assert.equal(last.tide.boolean("a", true), false);
    assert.ok(failed.includes("NOT_COMPILED"));
    last.close();
  });
});

describe("a delivery to a page", { skip: existsSync(CHROME) ? false : `there is no ${CHROME}: set CHROME` }, () => {
  let browser;
  let context;

  before(async () => {
    browser = await chromium.launch({ executablePath: CHROME, args: ["--no-sandbox"] });
    context = await browser.newContext();
  });

  after(() => browser?.close());

  /** A page of the publisher's own origin, which has the package too. */
  async function open() {
    const page = await context.newPage();
    await page.goto(`${server.origin}/page`);
    await page.evaluate(async () => {
      const { Tidegate } = await import("/dist/browser.js");
      const delivery = await import("/dist/delivery.js");
      globalThis.begin = async (store, options) => {
        globalThis.failed = [];
        globalThis.delivery = await delivery.connect(Tidegate, {
          url: "/snapshot.json",
          interval: 50,
          retryAfter: 20,
          retryAtMost: 50,
          ...(store === undefined ? undefined : { store: delivery[store]({ name: "test" }) }),
          onFailed: ({ code, message }) => globalThis.failed.push(`${code}: ${message}`),
          ...options,
        });
        return globalThis.delivery.status.state;
      };
    });
    return page;
  }
  const decided = (page) => page.evaluate(() => globalThis.delivery.tide.decide("a"));
  const state = (page) => page.evaluate(() => globalThis.delivery.status.state);

  for (const store of ["indexedDbStore", "cacheStore"]) {
    it(`keeps the last good snapshot by ${store}`, async () => {
      const first = await open();
      assert.equal(await first.evaluate((name) => globalThis.begin(name, { interval: 0 }), store), "fresh");
      await first.evaluate(() => globalThis.delivery.refresh());
      assert.deepEqual(await first.evaluate(() => globalThis.failed), []);
      await first.close();
      server.always = (response) => response.writeHead(500).end();
      const second = await open();
      assert.match(await second.evaluate((name) => globalThis.begin(name, {}), store), /^(stored|stale)$/);
      assert.equal((await decided(second)).value, true);
      await until(async () => (await state(second)) === "stale");
      assert.equal(server.asked.at(-1).headers["if-none-match"], server.etag);
      server.always = undefined;
      await until(async () => (await state(second)) === "fresh");
      server.snapshot = SECOND;
      await until(async () => (await decided(second)).value === false);
      await second.close();
    });
  }

  it("applies patches and listens to events", async () => {
    server.headers = { "tidegate-events": "/events" };
    const page = await open();
    await page.evaluate(() => globalThis.begin());
    await until(() => server.streams.size === 1);
    // Until the stream has told of the newest revision it goes on to poll.
    await pause(200);
    server.snapshot = SECOND;
    // What `sha256sum` says of the second snapshot with its members in order.
    const canonical =
      '{"flags":{"a":{"default":"off","off":"off","type":"boolean","variants":{"off":false,"on":true}}},"revision":"r2","schemaVersion":1}';
    const { createHash } = await import("node:crypto");
    const sha256 = createHash("sha256").update(canonical).digest("hex");
    const patch = { from: "r1", to: "r2", sha256, patch: { revision: "r2", flags: { a: { default: "off" } } } };
    const before = server.count;
    server.send(`event: patch\ndata: ${JSON.stringify(patch)}\n\n`);
    await until(async () => (await decided(page)).value === false);
    assert.equal(server.count, before);
    assert.deepEqual(await page.evaluate(() => globalThis.failed), []);
    await page.close();
    await until(() => server.streams.size === 0);
  });

  it("pauses while nobody looks, and goes on when somebody does", async () => {
    server.headers = { "tidegate-events": "/events" };
    const page = await open();
    await page.evaluate(() => globalThis.begin());
    await until(() => server.streams.size === 1);
    // A headless page is never hidden by itself.
    const show = (visibility) =>
      page.evaluate((value) => {
        Object.defineProperty(document, "visibilityState", { value, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, visibility);
    await show("hidden");
    await until(() => server.streams.size === 0);
    await pause(100);
    const before = server.asked.length;
    await pause(300);
    assert.equal(server.asked.length, before);
    server.snapshot = SECOND;
    await show("visible");
    await until(() => server.streams.size === 1);
    await until(async () => (await decided(page)).value === false);
    assert.deepEqual(await page.evaluate(() => globalThis.failed), []);
    await page.close();
  });

  it("asks at once when the network is back", async () => {
    const page = await open();
    await page.evaluate(() =>
      globalThis.begin(undefined, { retryAfter: 60_000, retryAtMost: 60_000, staleAfter: 100 }),
    );
    await context.setOffline(true);
    await until(async () => (await state(page)) === "stale");
    assert.match((await page.evaluate(() => globalThis.failed))[0], /^FETCH_FAILED: `.*` could not be fetched/);
    assert.equal((await decided(page)).value, true);
    server.snapshot = SECOND;
    await context.setOffline(false);
    await until(async () => (await decided(page)).value === false);
    await page.close();
  });
});

describe("a delivery to workerd", () => {
  let worker;

  before(async () => {
    writeFileSync(
      join(folder, "worker.mjs"),
      `
      import { Tidegate } from "tidegate";
      import { cacheStore, connect, kvStore } from "tidegate/delivery";
      const deliveries = {};
      export default {
        async fetch(request, { SNAPSHOTS, URL: url }, context) {
          const { pathname, searchParams } = new URL(request.url);
          const kind = pathname.slice(1);
          // As another instance would, which has the stores and nothing else.
          if (searchParams.has("anew")) delete deliveries[kind];
          const store = { kv: () => kvStore(SNAPSHOTS), cache: () => cacheStore({ cache: caches.default }), named: () => cacheStore() };
          const failed = [];
          const onFailed = ({ code, message }) => failed.push(code + ": " + message);
          deliveries[kind] ??= await connect(Tidegate, { url, store: store[kind](), interval: 0, onFailed });
          const delivery = deliveries[kind];
          const { state } = delivery.status;
          const { value, revision } = delivery.tide.decide("a");
          const refreshed = delivery.refresh({ olderThan: Number(searchParams.get("older") ?? 0) });
          if (searchParams.has("wait")) await refreshed;
          else context.waitUntil(refreshed);
          return Response.json({ state, value, revision, failed });
        },
      };
      `,
    );
    const out = join(folder, "out");
    await bundleWorker(join(folder, "worker.mjs"), out);
    worker = await startWorker(out, "worker.mjs", {
      kvNamespaces: ["SNAPSHOTS"],
      bindings: { URL: server.url },
    });
  });

  after(() => worker?.dispose());

  for (const kind of ["kv", "cache", "named"]) {
    it(`keeps the last good snapshot (${kind})`, async () => {
      const ask = async (query) => {
        const response = await worker.dispatchFetch(`http://worker/${kind}?${query}`);
        assert.equal(response.status, 200, await response.clone().text());
        return response.json();
      };
      assert.deepEqual(await ask("anew&wait"), { state: "fresh", value: true, revision: "r1", failed: [] });
      const before = server.count;
      assert.equal((await ask("older=60000")).state, "fresh");
      assert.equal(server.count, before, "it was confirmed a moment ago");
      server.snapshot = SECOND;
      await ask("wait");
      assert.deepEqual(await ask("older=60000"), { state: "fresh", value: false, revision: "r2", failed: [] });
      // Another instance, and the server is down.
      server.always = (response) => response.writeHead(500).end();
      const { failed, ...answer } = await ask("anew&wait");
      assert.deepEqual(answer, { state: "stored", value: false, revision: "r2" });
      assert.match(failed.join(), /^FETCH_FAILED: .* status 500/);
      assert.equal(server.asked.at(-1).headers["if-none-match"], server.etag);
      server.always = undefined;
      await ask("wait");
      assert.equal((await ask("older=60000")).state, "fresh");
    });
  }
});

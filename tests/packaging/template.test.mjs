// The worker template, copied out of the packed package by one command and run in the real workerd: in front of a site, with KV, and
// a server that has the snapshot.
import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Tidegate } from "tidegate";
import { bundleWorker, startWorker } from "../workerd.mjs";
import { install } from "./tarball.mjs";

const split = {
  split: [
    { variant: "plain", weight: 1 },
    { variant: "bold", weight: 1 },
  ],
};
const snapshotOf = (revision, bold) => ({
  schemaVersion: 1,
  revision,
  flags: {
    headline: {
      type: "string",
      variants: { plain: "Hello", bold },
      off: "plain",
      default: "plain",
      salt: "headline",
      rules: [{ serve: split }],
    },
  },
});
const COOKIE = /^visitor=([0-9a-f-]{36}); Path=\/; Max-Age=31536000; SameSite=Lax; Secure$/;

let snapshot = snapshotOf("r1", "</script>HELLO");
/** Whether the snapshot's server answers at all. */
let reachable = true;
let asked = 0;
let server;
let worker;

before(async () => {
  await Tidegate.init();
  server = createServer(({ headers }, response) => {
    asked++;
    if (!reachable) return response.destroy();
    const etag = `"${snapshot.revision}"`;
    if (headers["if-none-match"] === etag) return response.writeHead(304, { etag }).end();
    response.writeHead(200, { "content-type": "application/json", etag }).end(JSON.stringify(snapshot));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = install("template");
  const copy = join(folder, "worker");
  cpSync(join(folder, "node_modules/tidegate/templates/cloudflare-worker"), copy, { recursive: true });
  writeFileSync(join(copy, "public/plain.txt"), "no page\n");
  const out = join(folder, "out");
  await bundleWorker(join(copy, "src/worker.js"), out);
  worker = await startWorker(out, "worker.mjs", {
    compatibilityDate: "2026-04-15",
    kvNamespaces: ["SNAPSHOTS"],
    bindings: { SNAPSHOT_URL: `http://127.0.0.1:${server.address().port}/snapshot.json` },
    assets: {
      directory: join(copy, "public"),
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
  });
});

after(async () => {
  await worker?.dispose();
  server?.closeAllConnections();
  server?.close();
});

const visit = (path = "/", headers = {}) => worker.dispatchFetch(`https://shop.example${path}`, { headers });

/** The decisions that a page came with. */
function decisionsIn(html) {
  return JSON.parse(/<head>\s*<script type="application\/json" id="flags">(.*?)<\/script>/s.exec(html)[1]);
}

/** Asks until the worker has done in the background what is waited for. */
async function eventually(ask) {
  for (let left = 100; ; left--) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assert.ok(left > 0, "it never came");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("the worker template", () => {
  it("serves its site before there is any snapshot, and has one soon", async () => {
    reachable = false;
    const first = await visit();
    assert.equal(first.status, 200);
    assert.deepEqual(decisionsIn(await first.text()).decisions, {});
    assert.equal((await visit("/flags.json")).status, 503);
    reachable = true;
    // The cron trigger asks, whatever went wrong before.
    const scheduled = await (await worker.getWorker()).scheduled({ cron: "* * * * *" });
    assert.equal(scheduled.outcome, "ok");
    const page = await eventually(async () => {
      const { revision, decisions } = decisionsIn(await (await visit()).text());
      return revision === "r1" ? decisions : undefined;
    });
    assert.deepEqual(Object.keys(page), ["headline"]);
  });

  it("decides for its visitor, whom it knows again", async () => {
    const first = await visit();
    const [, id] = COOKIE.exec(first.headers.get("set-cookie"));
    assert.equal(first.headers.get("cache-control"), "private, no-cache");
    const [value] = decisionsIn(await first.text()).decisions.headline;
    const tide = new Tidegate(snapshot);
    assert.equal(value, tide.string("headline", "", { targetingKey: id }));
    const again = await visit("/", { cookie: `theme=dark; visitor=${id}` });
    assert.equal(again.headers.get("set-cookie"), null);
    assert.deepEqual(decisionsIn(await again.text()).decisions.headline[0], value);
    // Both variants are met by somebody, and what a value looks like ends no script.
    const values = new Set();
    for (let visitor = 0; visitor < 20; visitor++) {
      values.add(decisionsIn(await (await visit()).text()).decisions.headline[0]);
    }
    assert.deepEqual([...values].sort(), ["</script>HELLO", "Hello"]);
  });

  it("leaves what is no page alone", async () => {
    const text = await visit("/plain.txt");
    assert.deepEqual([await text.text(), text.headers.get("set-cookie")], ["no page\n", null]);
    assert.equal((await visit("/absent")).status, 404);
  });

  it("serves the snapshot, and says when it is known", async () => {
    const whole = await visit("/flags.json");
    const etag = whole.headers.get("etag");
    assert.deepEqual([etag, await whole.json()], ['"r1"', snapshot]);
    assert.equal((await visit("/flags.json", { "if-none-match": etag })).status, 304);
  });

  it("takes a new snapshot by the cron trigger, and asks for none while requests come", async () => {
    const before = asked;
    for (let request = 0; request < 10; request++) await visit();
    assert.equal(asked, before);
    snapshot = snapshotOf("r2", "HI");
    await (await worker.getWorker()).scheduled({ cron: "* * * * *" });
    const { decisions } = await eventually(async () => {
      const page = decisionsIn(await (await visit()).text());
      return page.revision === "r2" ? page : undefined;
    });
    assert.ok(["Hello", "HI"].includes(decisions.headline[0]));
    // An outage is nobody's business.
    reachable = false;
    await (await worker.getWorker()).scheduled({ cron: "* * * * *" });
    assert.equal(decisionsIn(await (await visit()).text()).revision, "r2");
  });
});

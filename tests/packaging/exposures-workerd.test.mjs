// The packed package's sender in the real workerd: requests come and go, and so do the timers and sockets that each of them had.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { bundleWorker, startWorker } from "../workerd.mjs";
import { SNAPSHOT } from "./ranking.mjs";
import { install } from "./tarball.mjs";

let worker;
let server;
/** What the sink answers with, and the units that it was sent. */
let status = 200;
const units = [];

before(async () => {
  server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const lines = gunzipSync(Buffer.concat(chunks)).toString().trim().split("\n");
    if (status === 200) units.push(...lines.map((line) => JSON.parse(line).unit));
    // So that other requests come meanwhile.
    setTimeout(() => response.writeHead(status).end(), 30);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = install("exposures-workerd");
  copyFileSync(fileURLToPath(new URL("exposures-worker.mjs", import.meta.url)), join(folder, "worker.mjs"));
  const out = join(folder, "out");
  await bundleWorker(join(folder, "worker.mjs"), out);
  worker = await startWorker(out, "worker.mjs", {
    bindings: { SNAPSHOT, SINK: `http://127.0.0.1:${server.address().port}/` },
  });
});

after(async () => {
  await worker?.dispose();
  server?.closeAllConnections();
  server?.close();
});

async function visit(unit) {
  const response = await worker.dispatchFetch(`http://worker/${unit}`);
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.match(text, /^(on|off)$/);
}

async function stats() {
  return (await worker.dispatchFetch("http://worker/stats")).json();
}

async function until(condition) {
  const end = performance.now() + 5000;
  while (!(await condition())) {
    assert.ok(performance.now() < end, `never: ${condition}: ${JSON.stringify(await stats())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("a worker's exposures", () => {
  it("are sent after each answer, of requests that come one by one and at once", async () => {
    await visit("a");
    await visit("b");
    await Promise.all(Array.from({ length: 20 }, (_, at) => visit(`c-${at}`)));
    await until(async () => (await stats()).sent === 22);
    const expected = ["a", "b", ...Array.from({ length: 20 }, (_, at) => `c-${at}`)];
    assert.deepEqual([...units].sort(), expected.sort());
  });

  it("wait for a later request where they can't be sent", async () => {
    status = 503;
    await visit("d");
    await until(async () => (await stats()).failures === 1);
    status = 200;
    // The first failure is waited out for a second at most.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await visit("e");
    await until(async () => (await stats()).waiting === 0);
    assert.deepEqual(units.slice(-2), ["d", "e"]);
  });
});

// The worker template under load, in the real workerd on loopback, beside the same site without decisions.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { asDocument } from "../own/document.mjs";
import { say } from "../process.mjs";
import { Samples } from "../samples.mjs";
import { many } from "../workload.mjs";
import { load } from "./load.mjs";

const TEMPLATE = new URL("../../../pkg-template/templates/cloudflare-worker/", import.meta.url);
const SOURCES = {
  plain: new URL("plain.mjs", import.meta.url),
  decided: new URL("src/worker.js", TEMPLATE),
};
export const FLAGS = 100;
export const AT_ONCE = 8;

/** Milliseconds at the 50th and the 99th of a hundred requests, and requests a second, by worker. */
export async function measureEdge({ rounds, requests }) {
  const snapshot = JSON.stringify(asDocument(many(FLAGS)));
  const server = createServer((_, response) => response.setHeader("etag", '"1"').end(snapshot));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "tidegate-edge-"));
  const workers = {};
  try {
    for (const name of Object.keys(SOURCES)) workers[name] = await start(name, folder, server.address().port);
    const samples = new Samples();
    for (let round = 0; round <= rounds; round++) {
      for (const [name, { url }] of Object.entries(workers)) {
        say(round === 0 ? `edge: warming up, ${name}` : `edge: round ${round} of ${rounds}, ${name}`);
        const { times, took } = await load(url, requests, AT_ONCE);
        times.sort((a, b) => a - b);
        const at = (share) => times[Math.floor(times.length * share)];
        if (round > 0) samples.add(name, { p50: at(0.5), p99: at(0.99), rate: (1000 * requests) / took });
      }
    }
    return samples.spreads();
  } finally {
    for (const { worker } of Object.values(workers)) await worker.dispose();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function start(name, folder, port) {
  const out = join(folder, name);
  await build({
    entryPoints: { worker: fileURLToPath(SOURCES[name]) },
    outdir: out,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    outExtension: { ".js": ".mjs" },
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    tsconfigRaw: {},
    logLevel: "error",
  });
  const worker = new Miniflare({
    modulesRoot: out,
    scriptPath: join(out, "worker.mjs"),
    modules: true,
    modulesRules: [
      { type: "ESModule", include: ["**/*.mjs"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    compatibilityDate: "2026-04-15",
    kvNamespaces: ["SNAPSHOTS"],
    bindings: { SNAPSHOT_URL: `http://127.0.0.1:${port}/snapshot.json` },
    assets: {
      directory: fileURLToPath(new URL("public", TEMPLATE)),
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
  });
  const url = await worker.ready;
  if (name === "decided") await decides(worker, url);
  return { worker, url };
}

/** Sees to it that the snapshot is there, and that pages come with every flag's decision. */
async function decides(worker, url) {
  await (await worker.getWorker()).scheduled({ cron: "* * * * *" });
  for (let left = 100; left > 0; left--) {
    const html = await (await fetch(url)).text();
    const { decisions } = JSON.parse(/id="flags">(.*?)<\/script>/s.exec(html)[1]);
    if (Object.keys(decisions).length === FLAGS) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the worker doesn't decide ${FLAGS} flags`);
}

import { createRequire } from "node:module";
import { BUNDLING, startWorker } from "../workerd.mjs";
import { bundle } from "./bundle.mjs";
import { given } from "./prepare.mjs";

const { version } = createRequire(import.meta.url)("workerd/package.json");

/** In Cloudflare's workerd, with its key-value store and its cache. */
export function inWorkerd() {
  return { run };
}

async function run(folder) {
  const out = await bundle(folder, "worker.mjs", "workerd", BUNDLING);
  const worker = await startWorker(out, "worker.mjs", { kvNamespaces: ["DATA"] });
  try {
    const data = await worker.getKVNamespace("DATA");
    for (const name of ["vectors.json", "snapshot.json"]) await data.put(name, given(folder, name));
    const response = await worker.dispatchFetch("http://worker.example/");
    const text = await response.text();
    if (!response.ok) throw new Error(`workerd answered with status ${response.status}: ${text}`);
    return { version, ...JSON.parse(text) };
  } finally {
    await worker.dispose();
  }
}

import { createRequire } from "node:module";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { bundle } from "./bundle.mjs";
import { given } from "./prepare.mjs";

const { version } = createRequire(import.meta.url)("workerd/package.json");

/** In Cloudflare's workerd, with its key-value store and its cache. */
export function inWorkerd() {
  return { run };
}

async function run(folder) {
  const out = await bundle(folder, "worker.mjs", "workerd", {
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
  });
  const worker = new Miniflare({
    modulesRoot: out,
    scriptPath: join(out, "worker.mjs"),
    modules: true,
    modulesRules: [
      { type: "ESModule", include: ["**/*.mjs"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    kvNamespaces: ["DATA"],
    compatibilityDate: "2026-01-01",
  });
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

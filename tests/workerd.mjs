// Workers in the real workerd, by miniflare: bundled as their authors bundle them, with what a test or a measurement gives them.
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** What is told to a bundler for workerd: the package's entry for it, and modules that stay files. */
export const BUNDLING = {
  bundle: true,
  format: "esm",
  conditions: ["workerd", "worker", "browser"],
  outExtension: { ".js": ".mjs" },
  loader: { ".wasm": "copy" },
  assetNames: "[name]",
  // The package is taken as it was built, wherever its sources lie.
  tsconfigRaw: {},
  logLevel: "error",
};

/** Bundles a worker into a folder, as `worker.mjs`. */
export async function bundleWorker(script, folder) {
  await build({ ...BUNDLING, entryPoints: { worker: script }, outdir: folder });
}

/** Starts the bundle `script` of a folder, with bindings as miniflare takes them. The caller disposes of it. */
export async function startWorker(folder, script, options = {}) {
  const worker = new Miniflare({
    modulesRoot: folder,
    scriptPath: join(folder, script),
    modules: true,
    modulesRules: [
      { type: "ESModule", include: ["**/*.mjs", "**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    compatibilityDate: "2026-01-01",
    ...options,
  });
  await worker.ready;
  return worker;
}

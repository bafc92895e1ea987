import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { EdgeRuntime } from "edge-runtime";
import { bundle } from "./bundle.mjs";
import { given } from "./prepare.mjs";

const { version } = createRequire(import.meta.url)("edge-runtime/package.json");

/** In Vercel's edge runtime, set as on the edge: it makes code neither from text nor from bytes. */
export function inEdge() {
  return { run };
}

async function run(folder) {
  const modules = {};
  const out = await bundle(folder, "function.mjs", "edge-light", {
    format: "iife",
    conditions: ["edge-light", "worker", "browser"],
    plugins: [{ name: "modules", setup: (builder) => importModules(builder, modules) }],
  });
  const runtime = new EdgeRuntime({
    initialCode: await readFile(join(out, "function.mjs"), "utf8"),
    codeGeneration: { strings: false, wasm: false },
    extend: (context) => Object.assign(context, modules),
  });
  const body = JSON.stringify({
    vectors: JSON.parse(given(folder, "vectors.json")),
    snapshot: given(folder, "snapshot.json"),
  });
  const response = await runtime.dispatchFetch("http://edge.example/", { method: "POST", body });
  const text = await response.text();
  if (!response.ok) throw new Error(`the edge runtime answered with status ${response.status}: ${text}`);
  return { version, ...JSON.parse(text) };
}

/** As Next.js bundles for this runtime: `?module` is a global name, under which the host has the compiled module. */
function importModules(builder, modules) {
  builder.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
    path: join(resolveDir, path.replace(/\?module$/, "")),
    namespace: "module",
  }));
  builder.onLoad({ filter: /.*/, namespace: "module" }, async ({ path }) => {
    const name = `wasm_${basename(path, ".wasm")}`;
    modules[name] = await WebAssembly.compile(await readFile(path));
    return { contents: `export default ${name};` };
  });
}

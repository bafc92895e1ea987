// The packed package in the real workerd, bundled as wrangler bundles: the same vectors, the same answers.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { compiler } from "./compile.mjs";
import { install, vectors } from "./tarball.mjs";
import { NOT_DECISIONS } from "./vectors.mjs";

let worker;

before(async () => {
  const folder = install("workerd");
  for (const name of ["worker.mjs", "vectors.mjs"]) {
    copyFileSync(fileURLToPath(new URL(name, import.meta.url)), join(folder, name));
  }
  const out = join(folder, "out");
  await build({
    entryPoints: [join(folder, "worker.mjs")],
    outdir: out,
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    outExtension: { ".js": ".mjs" },
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    logLevel: "error",
  });
  worker = new Miniflare({
    modulesRoot: out,
    scriptPath: join(out, "worker.mjs"),
    modules: true,
    modulesRules: [
      { type: "ESModule", include: ["**/*.mjs"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    compatibilityDate: "2026-01-01",
  });
  await worker.ready;
});

after(() => worker?.dispose());

describe("the vectors in workerd", () => {
  for (const [name, text] of vectors()) {
    if (NOT_DECISIONS.test(name)) continue;
    it(name, async () => {
      const response = await worker.dispatchFetch("http://worker/", { method: "POST", body: text });
      assert.equal(response.status, 200, await response.clone().text());
      const { asked, wrong } = await response.json();
      assert.ok(asked > 0);
      assert.deepEqual(wrong, []);
    });
  }
});

describe("tidegate/slim in workerd", () => {
  it("decides a compiled snapshot", async () => {
    const flag = { type: "boolean", variants: { on: true, off: false }, off: "off", default: "on" };
    const body = compiler()({ schemaVersion: 1, revision: "1", flags: { a: flag } });
    const response = await worker.dispatchFetch("http://worker/compiled", { method: "POST", body });
    assert.equal(response.status, 200, await response.clone().text());
    assert.deepEqual(await response.json(), { a: true });
  });
});

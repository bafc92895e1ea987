import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { programFile } from "../process.mjs";

/** Bundles a script as users of the package do, lends out the folder that it is in, and removes it. */
export async function withBundle(script, entry, conditions, use) {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-bundle-"));
  try {
    await build({
      entryPoints: { program: programFile(script) },
      outdir: folder,
      bundle: true,
      format: "esm",
      conditions,
      alias: { measured: entry },
      outExtension: { ".js": ".mjs" },
      loader: { ".wasm": "copy" },
      assetNames: "[name]",
      logLevel: "error",
    });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The program, bundled as users of the package do where a runtime resolves no packages by itself.
import { basename, join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles a script of `folder` into a folder of its own, which it returns. `entry` is the entry of the package that the
 * conditions must lead to.
 */
export async function bundle(folder, script, entry, options) {
  const out = join(folder, "bundles", basename(script, ".mjs"));
  const { metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [script],
    outdir: out,
    bundle: true,
    format: "esm",
    metafile: true,
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
    ...options,
  });
  for (const expected of [`node_modules/tidegate/dist/${entry}.js`, `node_modules/tidegate/dist/slim/${entry}.js`]) {
    if (!(expected in metafile.inputs)) {
      const entries = Object.keys(metafile.inputs).filter((input) => input.includes("/dist/"));
      throw new Error(`${script} resolved ${entries.join(", ")}, expected ${expected}`);
    }
  }
  return out;
}

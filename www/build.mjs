// Builds the page into dist/: one script, one style sheet, the module and the sample. Expects the package to be built.
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const dist = join(here, "dist");
const wasm = join(root, "pkg-template/dist/tidegate_bg.wasm");

if (!existsSync(wasm)) throw new Error("the package is not built: run `cargo xtask build`");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: { page: "src/page.ts", style: "src/style/page.css" },
  outdir: dist,
  bundle: true,
  format: "esm",
  // The style sheet uses `light-dark()`, which these know; older ones would need every colour twice.
  target: ["es2022", "chrome123", "firefox120", "safari17.5"],
  minify: true,
  legalComments: "none",
  tsconfigRaw: {},
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(join(here, "src", name), join(dist, name));
for (const name of ["snapshot.json", "stories.json", "contexts.json"])
  copyFileSync(join(root, "examples", name), join(dist, name));
// The package asks for its module beside the script that it is bundled into.
copyFileSync(wasm, join(dist, "tidegate_bg.wasm"));

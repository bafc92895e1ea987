// Prints as JSON what a module and its glue weigh, as they are and compressed with brotli. The glue is what is left of it,
// minified, in a bundle that uses what the package does.
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { buildSync } from "esbuild";

const [, , wasm, script, declarations] = process.argv;
const used = Array.from(readFileSync(declarations, "utf8").matchAll(/^export declare \w+ (\w+)/gm), ([, name]) => name);
const contents = `import * as glue from ${JSON.stringify(script)}; export default [${used.map((name) => `glue.${name}`)}];`;
const [bundle] = buildSync({
  stdin: { contents, resolveDir: "." },
  // The slim module does not explain.
  logOverride: { "import-is-undefined": "silent" },
  bundle: true,
  write: false,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
}).outputFiles;
const module = readFileSync(wasm);
const size = {
  module: module.byteLength,
  glue: bundle.contents.byteLength,
  moduleBrotli: brotliCompressSync(module).byteLength,
  glueBrotli: brotliCompressSync(bundle.contents).byteLength,
};
process.stdout.write(`${JSON.stringify(size)}\n`);

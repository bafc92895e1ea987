// Prints as JSON what a module and its glue weigh, as they are and compressed with brotli. The glue is what is left of it,
// minified, in a bundle that uses what the package does.
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { buildSync } from "esbuild";

const [, , wasm, script, declarations] = process.argv;
const used = Array.from(readFileSync(declarations, "utf8").matchAll(/^export declare \w+ (\w+)/gm), ([, name]) => name);
const [bundle] = buildSync({
  stdin: { contents: `export { ${used} } from ${JSON.stringify(script)};`, resolveDir: "." },
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

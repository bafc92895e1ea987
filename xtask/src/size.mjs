// Prints as JSON what a module and its minified glue weigh, as they are and compressed with brotli.
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { transformSync } from "esbuild";

const [, , wasm, script] = process.argv;
const module = readFileSync(wasm);
const source = readFileSync(script, "utf8");
const glue = transformSync(source, { minify: true, format: "esm", target: "es2022", legalComments: "none" }).code;
const size = {
  module: module.byteLength,
  glue: Buffer.byteLength(glue),
  moduleBrotli: brotliCompressSync(module).byteLength,
  glueBrotli: brotliCompressSync(glue).byteLength,
};
process.stdout.write(`${JSON.stringify(size)}\n`);

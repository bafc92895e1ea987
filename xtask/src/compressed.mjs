// Prints as JSON what a file weighs, as it is and compressed with brotli.
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const content = readFileSync(process.argv[2]);
process.stdout.write(JSON.stringify({ bytes: content.byteLength, brotli: brotliCompressSync(content).byteLength }));

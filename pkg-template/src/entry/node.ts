// Node, Deno and Bun: the one entry that reads files.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { compile, provide } from "../runtime.js";

provide({
  module: async () => compile(await readFile(new URL("./tidegate_bg.wasm", import.meta.url)), "`tidegate_bg.wasm`"),
  readFile,
  base: () => pathToFileURL("./").href,
});

export * from "../index.js";

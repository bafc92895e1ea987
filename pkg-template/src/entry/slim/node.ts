// Node, Deno and Bun, with the module that reads compiled snapshots only.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { compile, provide } from "../../runtime.js";

provide({
  module: async () =>
    compile(await readFile(new URL("./tidegate_slim_bg.wasm", import.meta.url)), "`tidegate_slim_bg.wasm`"),
  readFile,
  base: () => pathToFileURL("./").href,
});

export * from "../../index.js";

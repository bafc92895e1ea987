// Node, Deno and Bun, with the module that reads compiled snapshots only.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { compile, fileBeside, provide } from "../../runtime.js";

const place = fileBeside(new URL("./tidegate_slim_bg.wasm", import.meta.url), import.meta.url);

provide({
  module: async () => compile(await readFile(place), "`tidegate_slim_bg.wasm`"),
  readFile,
  base: () => pathToFileURL("./").href,
});

export * from "../../index.js";

// Node, Deno and Bun: prints the program's report, with the runtime's version and the entries that it resolves.
import { readFile } from "node:fs/promises";
import process from "node:process";
import { run } from "./program.mjs";

const version = globalThis.Deno?.version.deno ?? globalThis.Bun?.version ?? process.versions.node;
const entries = ["tidegate", "tidegate/slim"].map((name) => import.meta.resolve(name));
const vectors = JSON.parse(await readFile(new URL("vectors.json", import.meta.url), "utf8"));
const report = await run(vectors, new URL("snapshot.json", import.meta.url));
process.stdout.write(JSON.stringify({ version, entries, ...report }));

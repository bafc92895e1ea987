// The folder in which the runtimes find what a user's program would: the installed tarball, the program, the vectors.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiler } from "../packaging/compile.mjs";
import { install, vectors } from "../packaging/tarball.mjs";
import { documentsOf, NO_SNAPSHOTS, NOT_DECISIONS } from "./vectors.mjs";

/** What runs within a runtime. */
const PROGRAM = ["program.mjs", "vectors.mjs", "process.mjs", "page.mjs", "script.mjs", "worker.mjs", "function.mjs"];

/** The file whose snapshot is loaded from where a runtime keeps it. */
const LOADED = "rules.json";

/** Installs the package and writes all that the program reads beside it; returns the folder. */
export function prepare() {
  const folder = install("runtimes");
  for (const name of PROGRAM) copyFileSync(fileURLToPath(new URL(name, import.meta.url)), join(folder, name));
  const compile = compiler();
  const files = [...vectors()].flatMap(([name, text]) => {
    if (NOT_DECISIONS.test(name)) return [];
    if (NO_SNAPSHOTS.test(name)) return [{ name, text }];
    const documents = documentsOf(JSON.parse(text));
    return [{ name, text, compiled: documents.map((document) => compile(document).toString("base64")) }];
  });
  const { snapshot } = JSON.parse(vectors().get(LOADED));
  const expected = { revision: snapshot.revision, flags: Object.keys(snapshot.flags).length };
  writeFileSync(join(folder, "vectors.json"), JSON.stringify({ files, snapshot: expected }));
  writeFileSync(join(folder, "snapshot.json"), JSON.stringify(snapshot));
  return folder;
}

/** The text of what `prepare` wrote. */
export function given(folder, name) {
  return readFileSync(join(folder, name), "utf8");
}

// Writes the pages that are made of something else, or with `--check` fails where they are others.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandPage } from "./command.mjs";
import { snapshotPage } from "./snapshot.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = {
  "reference/snapshot.md": snapshotPage(JSON.parse(readFileSync(join(root, "pkg-template/schema.json"), "utf8"))),
  "reference/command.md": commandPage(join(root, "target/debug/tidegate")),
};

for (const [page, text] of Object.entries(pages)) {
  const file = join(root, "docs", page);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`docs/${page} is another one than \`cargo xtask docs\` writes`);
    process.exitCode = 1;
  }
}

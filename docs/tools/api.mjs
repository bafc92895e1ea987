// Writes what the reference of the npm package is made of: a file for each entry that has declarations of its own, by the
// name that a user imports.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "target/docs/api");
const { name, exports } = JSON.parse(readFileSync(join(root, "pkg-template/package.json"), "utf8"));

rmSync(folder, { recursive: true, force: true });
const seen = new Set();
for (const [entry, { types }] of Object.entries(exports)) {
  if (!types?.endsWith(".d.ts") || seen.has(types)) continue;
  seen.add(types);
  const imported = join(name, entry);
  const file = join(folder, `${imported}.ts`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `export * from "${imported}";\n`);
}
const extended = join(root, "tsconfig.base.json");
writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: extended, compilerOptions: { types: [] } }));
writeFileSync(join(folder, "package.json"), '{ "type": "module" }');

// Decides every flag of the sample snapshot for a few contexts, through the built package, and prints them as tables.
// Run it with `cargo xtask demo --once`, which builds the package first.
import { readFile } from "node:fs/promises";
import { Tidegate } from "tidegate";

const COLUMNS = ["flag", "value", "variant", "reason", "rule"];

const tide = await Tidegate.load(new URL("./snapshot.json", import.meta.url), { strict: true });
const contexts = JSON.parse(await readFile(new URL("./contexts.json", import.meta.url), "utf8"));
const { flags } = JSON.parse(await readFile(new URL("./snapshot.json", import.meta.url), "utf8"));

const { revision, environment, refused } = tide.loadReport;
console.log(`snapshot ${revision} (${environment}): ${Object.keys(flags).length} flags, ${refused.length} refused`);
for (const [name, context] of Object.entries(contexts)) {
  const rows = Object.keys(flags).map((flag) => row(tide.decide(flag, context)));
  console.log(`\n${name}\n${table([COLUMNS, ...rows])}`);
}

function row({ flag, value, variant, reason, rule, errorCode }) {
  return [flag, shorten(JSON.stringify(value) ?? "-"), variant ?? "-", errorCode ?? reason, rule ?? "-"];
}

function shorten(text, length = 44) {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function table(rows) {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column])).join("  "));
  const [head, ...body] = lines.map((line) => `  ${line.trimEnd()}`);
  const rule = `  ${widths.map((width) => "-".repeat(width)).join("  ")}`;
  return [head, rule, ...body].join("\n");
}

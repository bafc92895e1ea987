// The documents that the schema and the evaluator are held against each other by.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./verdicts.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const vectors = readdirSync(join(root, "tests/vectors"))
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({ name, file: JSON.parse(read(`tests/vectors/${name}`)) }));

/** Sound snapshots, small ones, in which together every field occurs. */
export const WHOLE = ["conditions", "flags", "time", "traffic"].map((name) =>
  parsed(`tests/schema/documents/${name}.json`),
);

/** Snapshots: the vectors', the examples', the command's, and those. */
export const SNAPSHOTS = [
  ...vectors.filter(({ file }) => file.snapshot).map(({ name, file }) => ({ name, document: file.snapshot })),
  ...["reasons", "time", "broken", "conflicts"].map((name) => parsed(`cli/tests/snapshots/${name}.json`)),
  parsed("examples/snapshot.json"),
  ...WHOLE,
];

/** The vectors' refused documents, as text: some have keys twice. Those that aren't JSON say nothing of a schema. */
export const REFUSED = vectors
  .filter(({ name }) => name.startsWith("refused") || name === "snapshots-refused.json")
  .flatMap(({ name, file }) => file.cases.map((one) => ({ name: `${name}: ${one.name}`, text: one.document })))
  .filter(({ text }) => isJson(text));

function parsed(name) {
  return { name, document: JSON.parse(read(name)) };
}

function isJson(text) {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

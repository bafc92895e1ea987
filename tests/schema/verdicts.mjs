// What the schema and the evaluator say of a document, and where they may differ.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2020.js";
import { Tidegate } from "tidegate";
import { BEYOND } from "./beyond.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** The schema as it is shipped. */
export const shipped = readFileSync(join(root, "pkg-template/schema.json"), "utf8");
export const schema = JSON.parse(shipped);

/** Whatever in a schema isn't standard, or can't be meant, throws. */
export const ajv = new Ajv({ strictSchema: true, strictTypes: true, strictTuples: true });
const validate = ajv.compile(schema);

/** What the schema has against a document, as one line; empty where it takes it. */
export function objections(document) {
  return validate(document) ? "" : ajv.errorsText(validate.errors);
}

/** What the evaluator has against a document that is given as an object or as text. */
export async function problems(document) {
  const source = typeof document === "string" ? new TextEncoder().encode(document) : document;
  try {
    const tide = await Tidegate.load(source, { strict: true });
    const { refused } = tide.loadReport;
    tide.dispose();
    return refused;
  } catch (error) {
    return [{ code: error.code, path: error.path, message: error.message }];
  }
}

/** The entries of the list of what is beyond the schema that a problem falls under. */
export function beyond(problem) {
  return BEYOND.filter(({ code, says }) => code === problem.code && (says === undefined || says.test(problem.message)));
}

/**
 * Why the two verdicts on a document can't stand beside each other; undefined where they can.
 * What the evaluator takes, the schema takes; what it refuses, the schema refuses, unless that is beyond it.
 */
export function disagreement(found, objection) {
  if (found.length === 0 && objection !== "") return `only the schema refuses it: ${objection}`;
  const within = found.filter((problem) => beyond(problem).length === 0);
  if (within.length === 0 || objection !== "") return undefined;
  return `only the evaluator refuses it: ${within.map(({ code, path, message }) => `${code} ${path}: ${message}`).join("; ")}`;
}

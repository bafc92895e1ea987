import { NOTHING } from "./decide.js";
import { type Attribute, DONE, gather, planOf, type Step } from "./reader.js";

// The text of a unit, for those who are told of exposures: read out of the context by the module's own rules, so that whoever
// hashes it gets the module's bucket. Decisions don't come by here; the module makes its own.

/** The attributes that make a unit, in order: their slots, and their paths. */
export type Parts = readonly (readonly [slot: number, path: string])[];

/** The unit of whoever names none. It may have no slot. */
export const TARGETING_KEY: Parts = [[-1, "targetingKey"]];

/** The longest text, in bytes of UTF-8. */
const LONGEST = 1024;
/** Between the parts of a composite unit. */
const JOINT = "\u001f";

const encoder = new TextEncoder();
const plans = new WeakMap<Parts, readonly Step[]>();

/** What kind of unit it is: its attribute path, or its paths with commas between them. */
export function kindOf(parts: Parts): string {
  return parts.map(([, path]) => path).join(",");
}

/** A unit's attributes out of a context; none where it can't be read. */
export function partsIn(context: unknown, parts: Parts): Attribute[] {
  // The slots don't matter here, but that there are some.
  const plan = plans.get(parts) ?? planOf(parts.map(([, path], at) => [at, path]));
  plans.set(parts, plan);
  const held: unknown[] = [];
  if (gather(plan, context ?? NOTHING, held, 0) !== DONE) return [];
  return held.filter((_, at) => (plan[at]?.slot ?? -1) >= 0) as Attribute[];
}

/** A unit's text; undefined where one of its parts can't be one. */
export function textOf(attributes: readonly Attribute[]): string | undefined {
  const texts = attributes.map(partOf);
  if (texts.some((text) => text === "" || (texts.length > 1 && text.includes(JOINT)))) return undefined;
  const text = texts.join(JOINT);
  const isLong = text.length * 3 > LONGEST && encoder.encode(text).length > LONGEST;
  return text === "" || isLong ? undefined : text;
}

function partOf(attribute: Attribute): string {
  // As it is hashed, so that no two ways of writing it are counted apart.
  if (typeof attribute === "string") return attribute.replace(/\p{Surrogate}/gu, "\ufffd");
  return typeof attribute === "number" && Number.isSafeInteger(attribute) ? String(attribute) : "";
}

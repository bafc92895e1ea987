import { isPlain, type Properties, readAt, siteOf } from "./sites.js";
import type { Symbols } from "./symbols.js";
import { SHORT } from "./writer.js";

// Reading attributes out of a context. Everything is read before anything is written to the module's memory, because a
// getter may ask this Tidegate again, update it or dispose of it.

/** An attribute as it is written: a bigint stands for what is present and matches nothing. */
export type Scalar = string | number | boolean | bigint | undefined;
export type Attribute = Scalar | readonly Scalar[];

/** One property to read: off the context, or off what an earlier step has read. */
export interface Step {
  readonly name: string;
  /** The dotted path, for messages. */
  readonly path: string;
  readonly site: number;
  /** The step that reads the object this one reads from, or -1 for the context. */
  readonly parent: number;
  /** The slot that this attribute has in the module, or -1 for an object on the way. */
  readonly slot: number;
  /** How long a string may be, in UTF-16 units, for its bytes to be written along: they are likely to be needed. */
  readonly along: number;
  /** The few strings that a flag compares the attribute with for equality, and their numbers. */
  readonly names: string[];
  readonly numbers: number[];
  /** The same where they are many, or U+FFFD is in one. */
  symbols: Symbols;
}

/** Stands for a value whose getter threw. */
export const THREW = Symbol("threw");

/** Stands for what is present and matches nothing: an object, a bigint, a list in a list. */
const OTHER = 0n;

const NEVER = -1;
/** No string is longer. */
const ALWAYS = 2 ** 30;

/** Plans the reading of attributes, so that a shared beginning of two paths is read once. */
export function planOf(
  attributes: Iterable<readonly [slot: number, path: string]>,
  texts: readonly number[] = [],
  perhaps: readonly number[] = [],
): Step[] {
  const steps: Step[] = [];
  const objects = new Map<string, number>();
  for (const [slot, dotted] of attributes) {
    const path = dotted.split(".");
    let parent = -1;
    let sofar = "";
    path.forEach((name, depth) => {
      sofar = depth === 0 ? name : `${sofar}.${name}`;
      const last = depth === path.length - 1;
      const known = last ? undefined : objects.get(sofar);
      if (known !== undefined) {
        parent = known;
        return;
      }
      const site = siteOf(sofar, name);
      const along = !last ? NEVER : texts.includes(slot) ? ALWAYS : perhaps.includes(slot) ? SHORT : NEVER;
      const step = {
        name,
        path: sofar,
        site,
        parent,
        slot: last ? slot : -1,
        along,
        names: [],
        numbers: [],
        symbols: undefined,
      };
      const at = steps.push(step) - 1;
      if (!last) {
        objects.set(sofar, at);
        parent = at;
      }
    });
  }
  return steps;
}

export type KnownSteps = Map<string, Step>;

/** The step, or one like it that is known. */
export function shared(step: Step, known: KnownSteps): Step {
  const { path, parent, slot, along, numbers } = step;
  const key = slot < 0 ? `${parent} ${path}` : `${parent} ${slot} ${along} ${numbers}`;
  const same = known.get(key);
  if (same === undefined) known.set(key, step);
  return same ?? step;
}

/** What `gather` answers when it has read everything, and when there is no object to read from. */
export const DONE = -1;
export const NO_OBJECT = -2;

/** What stopped the last `gather` that was stopped: what was thrown, or what is no object. */
export let thrown: unknown;

/**
 * Reads what the steps name, from the one at `from` on, into `held`. Answers `DONE`, `NO_OBJECT`, or the step whose
 * reading threw: a getter, a proxy's trap.
 */
export function gather(steps: readonly Step[], context: unknown, held: unknown[], from: number): number {
  let at = from;
  try {
    const plain = isObject(context) && isPlain(context);
    if (!isObject(context) || (!plain && !isContext(context))) {
      thrown = context;
      return NO_OBJECT;
    }
    for (; at < steps.length; at++) {
      const step = steps[at];
      if (step === undefined) break;
      let value: unknown;
      if (step.parent < 0) {
        value = readAt(step.site, context, step.name, plain);
      } else {
        const object = held[step.parent];
        value = isObject(object) ? readAt(step.site, object, step.name, isPlain(object)) : object;
      }
      held[at] = typeof value === "object" || step.slot < 0 ? settle(value, step.slot) : value;
    }
    return DONE;
  } catch (cause) {
    thrown = cause;
    return at;
  }
}

/** Lists and dates are objects, but hold no attributes. */
function isContext(object: object): boolean {
  return !Array.isArray(object) && instantOf(object) === undefined;
}

export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

/** Turns what was read into what the steps after it, or the module, can take. */
function settle(value: unknown, slot: number): unknown {
  if (typeof value !== "object") return value === THREW ? value : undefined;
  if (value === null) return undefined;
  if (Array.isArray(value)) return slot < 0 ? undefined : value.map(scalar);
  if (isPlain(value)) return slot < 0 ? value : OTHER;
  const instant = instantOf(value);
  if (slot < 0) return instant === undefined ? value : undefined;
  return instant ?? OTHER;
}

function scalar(value: unknown): Scalar {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "bigint":
      return value;
    case "object":
      if (value === null) return undefined;
      return Array.isArray(value) ? OTHER : (instantOf(value) ?? OTHER);
    default:
      return undefined;
  }
}

const getTime = Date.prototype.getTime;

/** The instant of a Date, of any realm and whatever its class says; nothing for other objects. */
function instantOf(value: object): number | undefined {
  if (!(value instanceof Date) && Object.prototype.toString.call(value) !== "[object Date]") return undefined;
  try {
    return getTime.call(value);
  } catch {
    // It only calls itself a date.
    return undefined;
  }
}

import { sentence } from "./error.js";
import type { Flag } from "./flag.js";
import { vitals } from "./instance.js";
import { BAD_CONTEXT, isError, variantOf } from "./outcome.js";
import type { Program } from "./program.js";
import { type Attribute, DONE, gather, type Step, thrown } from "./reader.js";
import type { Properties } from "./sites.js";

// One flag for one context: the path that everything else is kept away from. It allocates nothing.

/** The value of a flag for a context, or the fallback. */
export function answer<T>(program: Program, type: number, key: string, fallback: T, context: unknown): T {
  try {
    const flag = key === program.lastKey ? program.lastFlag : program.findAgain(key);
    if (flag.type !== type) return fallback;
    // What a flag of the type that was asked for answers is of that type.
    if (flag.constant >= 0) return flag.value as T;
    const outcome = decide(program, flag, context);
    return isError(outcome) ? fallback : (flag.values[variantOf(outcome)] as T);
  } catch {
    // The module stopped, or the caller has used up the stack.
    return fallback;
  }
}

/** The context of a call that gives none. */
export const NOTHING: Properties = {};

/** Where attributes are held between reading and writing. A getter that asks again finds none, and makes its own. */
let spare: unknown[] | undefined = [];

/** Whether a context is being read: a getter of it may be what calls. */
export function isReading(): boolean {
  return spare === undefined;
}

/** What the last context that could not be read was refused for. */
export let complaint = "";

/** The outcome of a flag for a context. Throws where the module stops, or the stack ends. */
export function decide(program: Program, flag: Flag, context: unknown): number {
  const held = spare ?? [];
  spare = undefined;
  const { steps } = flag;
  const stopped = gather(steps, context ?? NOTHING, held, 0);
  if (stopped !== DONE) {
    spare = held;
    complaint = complaintAbout(steps[stopped]);
    return BAD_CONTEXT;
  }
  const { engine, scratch } = program.ready();
  vitals.inside = true;
  const stamp = scratch.next();
  program.holder = undefined;
  for (let at = 0; at < steps.length; at++) {
    const slot = steps[at]?.slot ?? -1;
    if (slot >= 0) scratch.put(slot, held[at] as Attribute);
    held[at] = undefined;
  }
  spare = held;
  scratch.supplyTexts(flag.texts);
  let outcome = engine.decide(flag.index, stamp);
  while (outcome < 0) {
    const need = ~outcome;
    if ((need & 1) === 1) flag.texts.push(need >>> 1);
    scratch.supply(outcome);
    outcome = engine.decide(flag.index, stamp);
  }
  vitals.inside = false;
  return outcome;
}

/** Why reading stopped: at a step whose reading threw, or before the first because there is no object. */
export function complaintAbout(step: Step | undefined): string {
  return step === undefined
    ? `the context is ${kindOf(thrown)} where an object was expected`
    : `reading the attribute \`${step.path}\` threw: ${sentence(thrown)}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value instanceof Date ? "a date" : `a ${typeof value}`;
}

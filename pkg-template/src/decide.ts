import * as module from "tidegate-glue";
import { type Assignments, NONE_STORED, type Stored } from "./assignments.js";
import { sentence, TidegateError } from "./error.js";
import type { Flag } from "./flag.js";
import { enter, f64, i32, vitals } from "./instance.js";
import { BAD_CONTEXT, isError, variantOf } from "./outcome.js";
import type { Program } from "./program.js";
import { type Attribute, DONE, gather, type Step, thrown } from "./reader.js";
import { isPlain, type Properties, readAt } from "./sites.js";
import { FALSE, MISSING, NAMED, NUMBER, NUMBER_AT, type Scratch, TRUE, WORDS } from "./writer.js";

// One flag for one context: the path that everything else is kept away from. It allocates nothing.

/** The value of a flag for a context, or the fallback. */
export function answer<T>(program: Program, type: number, key: string, fallback: T, context: unknown): T {
  try {
    const flag = key === program.lastKey ? program.lastFlag : program.findAgain(key);
    if (flag.type !== type) return fallback;
    if (flag.constant >= 0) {
      program.exposures?.see(program, flag, flag.constant, context, 0);
      // What a flag of the type that was asked for answers is of that type.
      return flag.value as T;
    }
    const now = instantFor(program, flag);
    const outcome = decide(program, flag, context, now);
    program.exposures?.see(program, flag, outcome, context, now);
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
  return reading;
}

let reading = false;

/** What the last context that could not be read was refused for. */
export let complaint = "";

/** The instant to decide a flag for: the one that was given, else the clock's, which is read where it matters. */
export function instantFor(program: Program, flag: Flag, given?: number | Date): number {
  if (!flag.timed) return 0;
  const now = Number(given ?? program.clock());
  if (now >= program.recheckAt) program.recheck(now);
  return now;
}

/** The outcome of a flag for a context at an instant. Throws where the module stops, or the stack ends. */
export function decide(program: Program, flag: Flag, context: unknown, now: number): number {
  if (flag.sticky && program.assignments !== undefined)
    return decideSticky(program, program.assignments, flag, context, now);
  const { engine, scratch } = program.ready();
  const given = context ?? NOTHING;
  const stamp = scratch.next();
  program.holder = undefined;
  if (!write(flag.steps, given, scratch)) return decideCarefully(program, flag, given, now, NONE_STORED);
  return ask(engine, scratch, flag, stamp, now);
}

/** The same with what is stored for units, and what is to be. */
function decideSticky(program: Program, assignments: Assignments, flag: Flag, context: unknown, now: number): number {
  const stored = assignments.read(program, flag, context);
  const outcome = decideCarefully(program, flag, context ?? NOTHING, now, stored);
  if (!isError(outcome)) assignments.keep(flag, outcome, context);
  return outcome;
}

/** Asks the module, and gives it what it asks for. */
export function ask(engine: number, scratch: Scratch, flag: Flag, stamp: number, now: number): number {
  enter();
  let outcome = module.decide(engine, flag.index, stamp, now);
  // Every attribute is asked for once, and its text once more.
  for (let left = 2 * flag.slots.length; outcome < 0; left--) {
    if (left === 0) throw new TidegateError("MODULE_STOPPED", "the module asks for what it has");
    scratch.supply(outcome);
    outcome = module.decide(engine, flag.index, stamp, now);
  }
  vitals.inside = false;
  return outcome;
}

/** The objects on the way to attributes, by step, while `write` is under way. */
const objects: unknown[] = [];

/**
 * Reads a context's attributes and writes them at once, in one go. Answers false where that is not enough: where a getter
 * threw or asked in between, or something is no plain object.
 */
function write(steps: readonly Step[], context: unknown, scratch: Scratch): boolean {
  if (typeof context !== "object" || context === null) return false;
  const { table, mark, strings } = scratch;
  const words = i32;
  const { epoch } = vitals;
  const outer = reading;
  reading = true;
  try {
    if (!isPlain(context)) return false;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      const { slot, parent } = step;
      let around: unknown = context;
      if (parent >= 0) around = objects[parent];
      const value = around === undefined ? undefined : readAt(step.site, around as Properties, step.name, true);
      // A getter that asked something, updated or disposed has moved what would be written to.
      if (vitals.epoch !== epoch) return false;
      if (slot < 0) {
        const inner = typeof value === "object" && value !== null;
        if (inner && !isPlain(value)) return false;
        objects[i] = inner ? value : undefined;
        continue;
      }
      const at = table + slot * WORDS;
      if (typeof value === "string") {
        words[at + 1] = step.symbols === undefined ? numberOf(step, value) : (step.symbols.get(value) ?? 0);
        if (value.length <= step.along) {
          scratch.bytes(slot, value);
        } else {
          words[at] = mark | NAMED;
          strings[slot] = value;
        }
      } else if (typeof value === "number") {
        // Neither NaN nor infinite.
        const finite = value - value === 0;
        words[at] = mark | (finite ? NUMBER : MISSING);
        if (finite) f64[(at >> 1) + NUMBER_AT] = value;
      } else if (typeof value === "boolean") {
        words[at] = mark | (value ? TRUE : FALSE);
      } else if (value === undefined || value === null) {
        words[at] = mark | MISSING;
      } else {
        return false;
      }
    }
  } catch {
    return false;
  } finally {
    reading = outer;
  }
  // Memory that grew for a long text has other views now.
  return i32 === words && vitals.epoch === epoch;
}

function numberOf({ names, numbers }: Step, text: string): number {
  for (let i = 0; i < names.length; i++) if (names[i] === text) return numbers[i] ?? 0;
  return 0;
}

/** The same for any context: everything is read before anything is written, and whatever a getter does is met. */
function decideCarefully(program: Program, flag: Flag, context: unknown, now: number, stored: Stored): number {
  const held = spare ?? [];
  spare = undefined;
  const { steps } = flag;
  const outer = reading;
  reading = true;
  const stopped = gather(steps, context, held, 0);
  reading = outer;
  spare = held;
  if (stopped !== DONE) {
    complaint = complaintAbout(steps[stopped]);
    return BAD_CONTEXT;
  }
  const { engine, scratch } = program.ready();
  const stamp = scratch.next();
  program.holder = undefined;
  scratch.store(stored);
  for (let at = 0; at < steps.length; at++) {
    const slot = steps[at]?.slot ?? -1;
    if (slot >= 0) scratch.put(slot, held[at] as Attribute);
    held[at] = undefined;
  }
  return ask(engine, scratch, flag, stamp, now);
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

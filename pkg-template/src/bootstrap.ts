import { Binding } from "./binding.js";
import { decisionOf } from "./decision.js";
import { TidegateError } from "./error.js";
import { constantFlag, type Flag, isFlagValue } from "./flag.js";
import { compare } from "./order.js";
import { CACHED_FIRST, CACHED_FIRST_BY_RULE } from "./outcome.js";
import type { Program } from "./program.js";
import type { FlagValue } from "./types.js";

// Decisions that one Tidegate hands to another in the place of a snapshot: a server's to the page that it renders. The page
// starts with them at once, and decides by itself when it has module and snapshot.

/** What was decided of a flag: its value, the variant's name, and the id of the rule that served, where one did. */
export type BootstrapDecision = readonly [value: FlagValue, variant: string, rule?: string];

/** The decisions of one context, as plain JSON: what `Tidegate.bootstrap` gives and `Tidegate.start` takes. */
export interface Bootstrap {
  /** The version of this form. */
  readonly bootstrap: 1;
  /** The revision of the snapshot that decided, and its place in the order of snapshots where it has one. */
  readonly revision: string;
  readonly sequence?: number;
  /** By key; a flag that has no value for the context is left out. */
  readonly decisions: { readonly [key: string]: BootstrapDecision };
}

/** What a bootstrap is made of. */
export interface BootstrapOptions<K extends string = string> {
  /** The flags that the page needs; all unless given. */
  readonly keys?: readonly K[];
  /** The instant to decide for; the clock's unless given. */
  readonly now?: number | Date;
}

/** The decisions of a bound context, of all flags or of some. Nothing is exposed. */
export function bootstrapOf(binding: Binding, keys: readonly string[]): Bootstrap {
  const { revision, sequence } = binding.program;
  const decisions: [string, BootstrapDecision][] = [];
  for (const key of keys) {
    const { value, variant, rule } = decisionOf(binding, key, false);
    if (value === undefined || variant === undefined) continue;
    decisions.push([key, rule === undefined ? [value, variant] : [value, variant, rule]]);
  }
  return {
    bootstrap: 1,
    revision,
    ...(sequence === undefined ? undefined : { sequence }),
    // A key such as `__proto__` becomes a property like every other.
    decisions: Object.fromEntries(decisions),
  };
}

/** The flags of a bootstrap. It came over the network, so nothing of it is believed. */
export function flagsIn(given: Bootstrap): [string, Flag][] {
  const { bootstrap, revision, sequence, decisions } = (given ?? {}) as Partial<Bootstrap>;
  if (bootstrap !== 1 || typeof revision !== "string" || typeof decisions !== "object" || decisions === null) {
    throw invalid("it has no `bootstrap` of 1, `revision` and `decisions`, expected what `Tidegate.bootstrap` gave");
  }
  if (sequence !== undefined && !Number.isSafeInteger(sequence)) {
    throw invalid(`\`sequence\` is ${sequence}, expected a safe integer`);
  }
  return Object.entries(decisions).map(([key, decision]) => [key, flagOf(key, decision)]);
}

function flagOf(key: string, decision: unknown): Flag {
  const [value, variant, rule]: unknown[] = Array.isArray(decision) ? decision : [];
  if (!isFlagValue(value)) throw invalid(`\`decisions.${key}\` has no value that a flag can have`);
  if (typeof variant !== "string") throw invalid(`\`decisions.${key}\` names no variant`);
  if (rule !== undefined && typeof rule !== "string")
    throw invalid(`\`decisions.${key}\` names a rule that is no text`);
  const outcome = rule === undefined ? CACHED_FIRST : CACHED_FIRST_BY_RULE;
  const flag = constantFlag(key, outcome, structuredClone(value));
  return { ...flag, variants: [variant], rules: rule === undefined ? [] : [rule] };
}

function invalid(what: string): TidegateError {
  return new TidegateError("INVALID_ARGUMENT", `the bootstrap can't be used: ${what}`);
}

/**
 * The keys, sorted, whose value a snapshot's program decides otherwise than what was started from, for the context that that was
 * made for; without one every key that either has.
 */
export function differing(start: Program, next: Program, context: unknown): string[] {
  const before = new Binding(start, undefined).values();
  const keys = new Set([...Object.keys(before), ...next.keys()]);
  if (context === undefined) return [...keys].sort(compare);
  next.bound = true;
  const after = new Binding(next, context).values();
  const is = (values: Record<string, FlagValue>, key: string) => JSON.stringify(values[key]);
  return [...keys].filter((key) => is(before, key) !== is(after, key)).sort(compare);
}

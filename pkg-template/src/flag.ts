import { isError } from "./outcome.js";
import { type KnownSteps, planOf, type Step, shared } from "./reader.js";
import { areFew, withSymbol } from "./symbols.js";
import type { FlagMetadata, FlagValue } from "./types.js";
import type { Parts } from "./unit.js";

// What the facade keeps of a flag: enough to answer a constant one alone, and to read the context for the others.

export const BOOLEAN = 0;
export const STRING = 1;
export const NUMBER = 2;
export const OBJECT = 3;
/** The type of a flag that is absent or refused: no getter asks for it. */
const NONE = -1;

export interface Flag {
  readonly key: string;
  /** Its number in the module. */
  readonly index: number;
  readonly type: number;
  /** The outcome for everyone, or -1 where the context is needed. */
  readonly constant: number;
  /** Whether the decision depends on the instant. */
  readonly timed: boolean;
  /** The value for everyone, where there is one. */
  readonly value: FlagValue | undefined;
  readonly variants: readonly string[];
  readonly values: readonly FlagValue[];
  readonly rules: readonly string[];
  /** Undefined for a flag that is not there. */
  readonly metadata: FlagMetadata | undefined;
  /** The attribute slots to be written for it, and how to read them. */
  readonly slots: readonly number[];
  readonly steps: readonly Step[];
  /** What exposures name. */
  readonly traffic: Traffic;
  /** The bound context that asked last, by its number, and what it was answered. */
  askedBy: number;
  answered: number;
}

/** A rule that hashes: its position, its unit, and a split's variants, each with the bucket that it ends at. */
type Hash = readonly [rule: number, unit: Parts, arms: readonly number[]];

/** What exposures tell of a flag's units, and of what they take part in. */
export interface Traffic {
  /** The flag's own unit; empty where none is written. */
  readonly unit: Parts;
  readonly hashes: readonly Hash[];
  /** By rule, where some rule names one: the experiment, and the layer that it is in. */
  readonly experiments: readonly (string | null)[];
  readonly layers: readonly (string | null)[];
  /** The holdouts that cover it. */
  readonly holdouts: readonly string[];
}

/** What the module says of a flag. */
export interface FlagInfo extends Partial<Traffic> {
  /** 0 boolean, 1 string, 2 number, 3 object. */
  readonly type: number;
  /** The outcome of a flag that never needs the context, else -1. */
  readonly constant: number;
  /** Whether the decision depends on the instant; absent where it doesn't. */
  readonly timed?: boolean;
  readonly variants: readonly string[];
  readonly values: FlagValue[];
  readonly rules: readonly string[];
  readonly metadata: FlagMetadata;
  /** Slot and path of every attribute that it can read, through segments and prerequisites. */
  readonly reads: readonly (readonly [number, string])[];
  /** Slot, text and number of the strings that those are compared with for equality. */
  readonly symbols: readonly (readonly [number, string, number])[];
  /** The slots whose strings' bytes are likely to be needed. */
  readonly texts: readonly number[];
}

/** A flag as the module describes it. */
export function flagOf(key: string, info: FlagInfo, index: number, known: KnownSteps): Flag {
  const { constant, variants, rules } = info;
  const refused = constant >= 0 && isError(constant);
  const values = freeze(info.values);
  const metadata = freeze(info.metadata);
  const value = constant < 0 || refused ? undefined : values[constant & 0xff];
  const type = refused ? NONE : info.type;
  const slots = info.reads.map(([slot]) => slot);
  const planned = planOf(info.reads, info.texts);
  for (const [slot, symbol, number] of info.symbols) {
    const step = planned.find((step) => step.slot === slot);
    if (step === undefined || step.names.includes(symbol)) continue;
    step.names.push(symbol);
    step.numbers.push(number);
    step.symbols = withSymbol(step.symbols, symbol, number);
  }
  for (const step of planned) if (areFew(step.names)) step.symbols = undefined;
  const steps = planned.map((step) => shared(step, known));
  const { unit = [], hashes = [], experiments = [], layers = [], holdouts = [] } = info;
  return {
    key,
    index,
    type,
    constant,
    timed: info.timed ?? false,
    value,
    variants,
    values,
    rules,
    metadata,
    slots,
    steps,
    traffic: { unit, hashes, experiments, layers, holdouts },
    askedBy: 0,
    answered: 0,
  };
}

/** A flag that answers one way without the module. */
export function constantFlag(key: string, outcome: number, value?: FlagValue): Flag {
  const kept = value === undefined ? undefined : freeze(value);
  return {
    key,
    index: -1,
    type: kept === undefined ? NONE : typeOf(kept),
    constant: outcome,
    timed: false,
    value: kept,
    variants: kept === undefined ? [] : ["fixed"],
    values: kept === undefined ? [] : [kept],
    rules: [],
    metadata: kept === undefined ? undefined : freeze({}),
    slots: [],
    steps: [],
    traffic: { unit: [], hashes: [], experiments: [], layers: [], holdouts: [] },
    askedBy: 0,
    answered: 0,
  };
}

function typeOf(value: FlagValue): number {
  switch (typeof value) {
    case "boolean":
      return BOOLEAN;
    case "string":
      return STRING;
    case "number":
      return NUMBER;
    default:
      return OBJECT;
  }
}

/** Freezes a JSON value through and through; a list of work, not recursion, for it may be deep. */
export function freeze<T>(value: T): T {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const inner of Object.values(next)) if (typeof inner === "object") open.push(inner);
  }
  return value;
}

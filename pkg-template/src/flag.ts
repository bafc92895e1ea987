import type { Description } from "./description.js";
import { isError } from "./outcome.js";
import type { Step } from "./reader.js";
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
  /** What exposures, stored assignments and guardrails want to know of it. */
  readonly traffic: Traffic;
  /** Whether a variant that was stored for a unit counts, of it or of a flag that it needs. */
  readonly sticky: boolean;
  /** The bound context that asked last, by its number, and what it was answered. */
  askedBy: number;
  answered: number;
}

/** A rule that hashes: its position, its unit, and a split's variants, each with the bucket that it ends at. */
type Hash = readonly [rule: number, unit: Parts, arms: readonly number[]];

/** What is served instead when an alarm goes up, or an outcome's watch trips. Positions are among the flag's. */
export type Guardrail = readonly [
  name: string,
  rollbackTo: number,
  /** -1 where it is the whole flag's. */
  rule: number,
  /** When it counts, in epoch milliseconds. */
  from: number,
  until: number,
  /** Whether the snapshot says that the alarm is up. */
  raised: boolean,
  /** The arm that others are compared with, or -1 where an alarm is watched. */
  control: number,
  /** In millionths. */
  alpha: number,
];

/** What a flag's units take part in, and what of it is stored or rolled back. */
export interface Traffic {
  /** The flag's own unit; empty where none is written. */
  readonly unit: Parts;
  readonly hashes: readonly Hash[];
  /** By rule, where some rule names one: the experiment, and the layer that it is in. */
  readonly experiments: readonly (string | null)[];
  readonly layers: readonly (string | null)[];
  /** The holdouts that cover it. */
  readonly holdouts: readonly string[];
  readonly guardrails: readonly Guardrail[];
  /** Whose parameters its variants set; empty where none is named. */
  readonly namespace: string;
  /** The keys of those that are sticky, among it and the flags that it needs. */
  readonly sticky: readonly string[];
  /** Its own sticky rules, and the unit that their variants are stored by. */
  readonly stores: readonly number[];
  readonly storedBy: Parts;
}

/** Most flags have none of it, and share this. */
export const NO_TRAFFIC: Traffic = Object.freeze({
  unit: [],
  hashes: [],
  experiments: [],
  layers: [],
  holdouts: [],
  guardrails: [],
  namespace: "",
  sticky: [],
  stores: [],
  storedBy: [],
});

/** A flag as the module describes it. */
export function flagOf(key: string, { own, form, reading, traffic }: Description, index: number): Flag {
  const { constant, timed = false } = own;
  const refused = constant >= 0 && isError(constant);
  const value = constant < 0 || refused ? undefined : form.values[constant & 0xff];
  return {
    key,
    index,
    type: refused ? NONE : form.type,
    constant,
    timed,
    value,
    variants: form.variants,
    values: form.values,
    rules: form.rules,
    metadata: freeze(own.metadata ?? {}),
    slots: reading.slots,
    steps: reading.steps,
    traffic,
    sticky: traffic.sticky.length > 0,
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
    traffic: NO_TRAFFIC,
    sticky: false,
    askedBy: 0,
    answered: 0,
  };
}

/** Whether something is the value of a flag, as far as that is seen from outside. */
export function isFlagValue(value: unknown): value is FlagValue {
  return typeof value === "number" ? Number.isFinite(value) : KINDS.has(typeof value) && value !== null;
}

const KINDS: ReadonlySet<string> = new Set(["boolean", "string", "object"]);

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

import type { Flag } from "./flag.js";
import type { ErrorCode, Reason, WouldBe } from "./types.js";

// The packed integer that a decision comes back as. Its layout is the module's; see src/engine in the crate.
//   bits 0–7 variant · 8–11 reason · 12–23 rule position · 24–27 error code · 28 stored
// Where a holdout decides, its position among those that cover the flag is in the rule's place.
// A negative one asks for more of an attribute and never leaves the reader.

export const REASONS: readonly Reason[] = [
  "STATIC",
  "DEFAULT",
  "TARGETING_MATCH",
  "SPLIT",
  "DISABLED",
  "CACHED",
  "STALE",
  "ERROR",
  "OVERRIDE",
  "HOLDOUT",
  "PREREQUISITE_FAILED",
  "ROLLED_BACK",
];

export const ERROR_CODES: { readonly [code: number]: ErrorCode } = {
  1: "FLAG_NOT_FOUND",
  2: "PARSE_ERROR",
  3: "TARGETING_KEY_MISSING",
  4: "INVALID_CONTEXT",
  5: "GENERAL",
  // The facade's own: the module never answers these.
  14: "PROVIDER_NOT_READY",
  15: "INVALID_CONTEXT",
};

const ERROR = 7 << 8;
const DISABLED = 4 << 8;
const HOLDOUT = 9 << 8;
const STORED = 1 << 28;
const NO_RULE = 0xfff;

export const NOT_FOUND = ERROR | (1 << 24);
/** The flag was refused at load. */
export const REFUSED = ERROR | (NO_RULE << 12) | (2 << 24);
/** After a Tidegate was disposed of. */
export const NOT_READY = ERROR | (14 << 24);
/** The context is no object, or reading it threw. */
export const BAD_CONTEXT = ERROR | (15 << 24);
/** The first variant, for everyone. */
export const STATIC_FIRST = NO_RULE << 12;
/** The first variant, as another Tidegate has decided: by no rule, or by the first one. */
export const CACHED_FIRST_BY_RULE = 5 << 8;
export const CACHED_FIRST = CACHED_FIRST_BY_RULE | (NO_RULE << 12);

export function isError(outcome: number): boolean {
  return (outcome & 0xf00) === ERROR;
}

export function variantOf(outcome: number): number {
  return outcome & 0xff;
}

export function reasonOf(outcome: number): number {
  return (outcome >> 8) & 0xf;
}

/** What stands in the rule's place, or -1. */
function ruleOf(outcome: number): number {
  const rule = (outcome >> 12) & 0xfff;
  return rule === NO_RULE ? -1 : rule;
}

/** The position of the rule that served, or -1. */
export function servingRule(outcome: number): number {
  return isHeld(outcome) ? -1 : ruleOf(outcome);
}

/** Whether a flag that is the same for everyone is so because it is switched off. */
export function isSwitchedOff(constant: number): boolean {
  return constant >= 0 && (constant & 0xf00) === DISABLED;
}

/** The rule whose experiment a decision is of: the one that served; of a stored variant, the first that may have stored it. */
export function countingRule({ traffic: { stores, experiments } }: Flag, outcome: number): number {
  return isStored(outcome) ? (stores.find((rule) => experiments[rule]) ?? stores[0] ?? -1) : servingRule(outcome);
}

/** Whether a holdout holds the unit back. */
export function isHeld(outcome: number): boolean {
  return (outcome & 0xf00) === HOLDOUT;
}

/** Whether the variant was stored for the unit. */
export function isStored(outcome: number): boolean {
  return (outcome & STORED) !== 0;
}

/** The key of the holdout that holds the unit back. */
export function holdoutOf({ traffic }: Flag, outcome: number): string | undefined {
  return traffic.holdouts[ruleOf(outcome)];
}

/** What a unit that is held back would have got. */
export function insteadOf(flag: Flag, outcome: number): WouldBe {
  const reason = REASONS[reasonOf(outcome)] ?? "ERROR";
  if (isError(outcome)) return { reason, errorCode: ERROR_CODES[errorOf(outcome)] ?? "GENERAL" } as WouldBe;
  const [variant, rule] = [flag.variants[variantOf(outcome)], flag.rules[ruleOf(outcome)]];
  const stored = isStored(outcome) ? { stored: true } : undefined;
  return { variant, reason, ...(rule === undefined ? undefined : { rule }), ...stored } as WouldBe;
}

export function errorOf(outcome: number): number {
  return (outcome >> 24) & 0xf;
}

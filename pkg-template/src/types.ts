import type { ExposureListener, ExposureMemory } from "./exposure.js";
import type { Store } from "./stores/store.js";
import type { WatchEvidence } from "./watch.js";

/** Any JSON value, as a snapshot holds it. Values that a Tidegate hands out are deeply frozen. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The value of a flag of type `object`: a JSON object or list. */
export type FlagObject = { readonly [key: string]: Json } | readonly Json[];

/** The value of a flag of any type. */
export type FlagValue = boolean | string | number | FlagObject;

/** What a `Tidegate` answers when it is not given types of its own: any key, values of any type. */
export type AnyFlags = Record<string, FlagValue>;

/**
 * What the caller knows about the user: a targeting key and any attributes, nested objects allowed.
 * Only own properties that a flag refers to are read. Absent, null, NaN and functions count as missing;
 * a `Date` is its epoch milliseconds.
 */
export interface Context {
  readonly targetingKey?: string | number | null | undefined;
  readonly [attribute: string]: unknown;
}

/** Why a decision came out as it did: OpenFeature's reasons, and four that it has no name for. */
export type Reason =
  | "STATIC"
  | "DEFAULT"
  | "TARGETING_MATCH"
  | "SPLIT"
  | "DISABLED"
  | "CACHED"
  | "STALE"
  | "ERROR"
  | "OVERRIDE"
  | "HOLDOUT"
  | "PREREQUISITE_FAILED"
  | "ROLLED_BACK";

/** OpenFeature's error codes. `TYPE_MISMATCH` comes from an OpenFeature provider, whose calls name a type. */
export type ErrorCode =
  | "FLAG_NOT_FOUND"
  | "PARSE_ERROR"
  | "TARGETING_KEY_MISSING"
  | "INVALID_CONTEXT"
  | "TYPE_MISMATCH"
  | "PROVIDER_NOT_READY"
  | "GENERAL";

/** A decision that has a value. */
export interface Decided<T = FlagValue> {
  readonly flag: string;
  readonly value: T;
  readonly variant: string;
  readonly reason: Exclude<Reason, "ERROR">;
  /** The id of the rule that served, where one did. */
  readonly rule?: string;
  /** True where the variant was stored for the unit. */
  readonly stored?: true;
  /** The key of the holdout that holds the unit back, where the reason is `HOLDOUT`. */
  readonly holdout?: string;
  /** What a unit that is held back would have got. */
  readonly wouldBe?: WouldBe;
  /** The revision of the snapshot that decided. */
  readonly revision: string;
  readonly errorCode?: never;
  readonly errorMessage?: never;
}

/** What a unit that is held back would have got: a variant, or an error. */
export type WouldBe =
  | {
      readonly variant: string;
      readonly reason: Exclude<Reason, "ERROR">;
      readonly rule?: string;
      readonly stored?: true;
      readonly errorCode?: never;
    }
  | { readonly reason: "ERROR"; readonly errorCode: ErrorCode; readonly variant?: never; readonly rule?: never };

/** A decision that could not be made; the caller's fallback stands. */
export interface Undecided {
  readonly flag: string;
  readonly value?: never;
  readonly variant?: never;
  readonly reason: "ERROR";
  readonly rule?: never;
  readonly stored?: never;
  readonly revision: string;
  readonly errorCode: ErrorCode;
  readonly errorMessage: string;
}

/** What `decide` returns: test `reason` or `errorCode` to know whether there is a value. */
export type Decision<T = FlagValue> = Decided<T> | Undecided;

/** A flag, segment, layer or holdout of a snapshot that was refused, and why. The others serve. */
export interface Refusal {
  readonly flag?: string;
  readonly segment?: string;
  readonly layer?: string;
  readonly holdout?: string;
  /** A stable code such as `UNKNOWN_OPERATOR`. */
  readonly code: string;
  /** The place in the snapshot, as a JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly message: string;
  /** A name that may have been meant. */
  readonly suggestion?: string;
}

/** Something in a snapshot that serves but can't all be meant. */
export interface Warning {
  /** The flag that doesn't come first: its experiments measure something else than was meant. */
  readonly flag: string;
  /** A stable code: experiments of several flags set one parameter of a namespace. */
  readonly code: "CONFLICTING_PARAMETER";
  /** The place in the snapshot, as a JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly message: string;
}

/** An update that waits until the snapshot in use isn't frozen any more. */
export interface Held {
  readonly revision: string;
  /** When the freeze ends, in epoch milliseconds. */
  readonly until: number;
}

/** How an update is made. */
export interface UpdateOptions {
  /** Whether it takes place though the snapshot in use is frozen. */
  readonly force?: boolean;
  /**
   * For the first snapshot after `Tidegate.start`: the context that it was started for. Listeners are then told only of flags
   * that the snapshot decides otherwise.
   */
  readonly context?: Context;
}

/** What was found in a snapshot when it was loaded. */
export interface LoadReport {
  readonly revision: string;
  readonly sequence?: number;
  readonly environment?: string;
  /** How many flags there are that are not known to be refused. */
  readonly flags: number;
  /** How many flags were read, or of a compiled snapshot checked, so far: they are when they are first asked for. */
  readonly checked: number;
  /** The update that waits, where one does. */
  readonly held?: Held;
  /** What is wrong with the flags and segments that were read so far and could not be used. */
  readonly refused: readonly Refusal[];
  /** What serves but can't all be meant, among the flags that were asked for so far; with `strict`, among all. */
  readonly warnings: readonly Warning[];
}

/** A flag's `metadata`, frozen. */
export type FlagMetadata = { readonly [key: string]: string | number | boolean };

/**
 * What `Tidegate.init` takes: the compiled module (`WebAssembly.Module`), its bytes, a URL or a Response that has them,
 * or a promise of one of these. It says so little because a server's types need not know WebAssembly.
 */
export type ModuleSource = object;

/** Whether something is wrong. */
export type AlarmState = "alarm" | "ok";

/** A flag, or one of its rules, was rolled back. */
export interface Rollback {
  readonly flag: string;
  /** The alarm or the outcome that the guardrail names. */
  readonly guardrail: string;
  /** Who raised it: the snapshot's `alarms`, `setAlarm`, or a watch of outcomes. */
  readonly source: "snapshot" | "host" | "outcome";
  /** The id of the rule that serves `rollbackTo` now; the whole flag does where there is none. */
  readonly rule?: string;
  readonly rollbackTo: string;
  /** What a watch of outcomes has seen. */
  readonly evidence?: WatchEvidence;
  readonly revision: string;
  /** When, in epoch milliseconds by this Tidegate's clock. */
  readonly at: number;
}

export type RollbackListener = (rollback: Rollback) => void;

/** How a Tidegate is set up. */
export interface TidegateOptions {
  /** The clock, in epoch milliseconds; `Date.now` unless given. It is read only where an answer depends on time. */
  readonly now?: () => number;
  /** Read every flag of a JSON snapshot at once, rather than when it is first asked for. */
  readonly strict?: boolean;
  /** Is told when a unit meets a variant. More listeners come by `on("exposure", …)`; without any, nothing is remembered. */
  readonly onExposure?: ExposureListener;
  /**
   * Which decisions are exposed: those by rules that name an `experiment`, and of flags that a holdout covers, or `"all"`.
   * Those of experiments unless given.
   */
  readonly exposures?: "experiments" | "all";
  readonly exposureMemory?: ExposureMemory;
  /**
   * Where the variants of sticky rules, and rollbacks, are kept from one visit to the next: `tidegate/stores` has some.
   * Without one, sticky rules decide anew each time.
   */
  readonly store?: Store;
  /**
   * Whether `override` serves what it is told to, and what the page's address says (`?tidegate=key:variant`), or the search part
   * that is given in its place. Off unless given: whoever can write the address could see what isn't theirs.
   */
  readonly overrides?: boolean | string;
}

/** Whether a decision is an exposure. */
export interface ExposeOptions {
  /** With `false` it is none until `Tidegate.expose` is called with it. */
  readonly expose?: boolean;
}

/** How parameters are put together. */
export interface ParameterOptions {
  readonly now?: number | Date;
  /** Parameters that are as they are given here, whatever the flags say. */
  readonly force?: { readonly [name: string]: Json };
}

/** How one decision is made. */
export interface DecideOptions extends ExposeOptions {
  /** The instant to decide for, in place of the clock: epoch milliseconds or a `Date`. */
  readonly now?: number | Date;
}

import type { ListedAttributes } from "./listed.js";
import type { Reason, WouldBe } from "./types.js";

/** A unit met a variant. */
export interface Exposure {
  readonly flag: string;
  readonly variant: string;
  /** The unit's text, as it is hashed: the parts of a composite one have U+001F between them. */
  readonly unit: string;
  /** What it is: the attribute path, `user.id`; of a composite unit its paths, with commas between them. */
  readonly unitKind: string;
  readonly reason: Exclude<Reason, "ERROR">;
  /** The id of the rule that served, where one did. */
  readonly rule?: string;
  /** The experiment that the rule names, and the layer that it is in. */
  readonly experiment?: string;
  readonly layer?: string;
  /** The holdout that holds the unit back, where the reason is `HOLDOUT`. */
  readonly holdout?: string;
  /** What such a unit would have got. */
  readonly wouldBe?: WouldBe;
  /** True where the variant was stored for the unit. */
  readonly stored?: true;
  /** The revision of the snapshot that decided. */
  readonly revision: string;
  /** When, in epoch milliseconds by this Tidegate's clock. */
  readonly at: number;
  /** What the context had of the attributes that the listener has listed, by path; there for such listeners alone. */
  readonly attributes?: ListedAttributes;
}

/** What a listener wants to be told besides. */
export interface ExposureListening {
  /**
   * The paths of attributes that go along, such as `country` or `shop.plan`, out of the context that was decided for: text,
   * numbers, booleans, lists of these, and dates as epoch milliseconds. What else a context holds is left out, and so is what a
   * context lacks that was bound before anybody had listed it.
   */
  readonly attributes?: readonly string[];
}

/** Is told of exposures, within the call that exposes. What it throws is reported once, and goes no further. */
export type ExposureListener = (exposure: Exposure) => void;

/** How many exposures are remembered, and for how long: what is remembered is not told again. */
export interface ExposureMemory {
  /** How many pairs of a flag and a unit; those that weren't met for longest leave first. 10,000 unless given. */
  readonly units?: number;
  /** After how long an exposure is told again. A day unless given. */
  readonly milliseconds?: number;
}

/** An arm of an experiment, as its units are counted. */
export interface BalanceArm {
  readonly variant: string;
  /** The share that it should have, from 0 to 1. */
  readonly share: number;
  /** How many units were first exposed in it. */
  readonly units: number;
}

/** Whether the arms of an experiment get the shares of units that its weights give them. */
export interface Balance {
  readonly flag: string;
  /** The id of the rule that splits. */
  readonly rule: string;
  readonly experiment?: string;
  readonly layer?: string;
  readonly arms: readonly BalanceArm[];
  /**
   * How likely so uneven a count is where nothing is wrong, however often it is looked at: the least p-value so far of the
   * sequential sample-ratio test (Lindon and Malek, arXiv 2011.03567). An alarm below 0.01, say, is false once in a hundred experiments.
   */
  readonly pValue: number;
  /** Whether the p-value means anything. */
  readonly valid: boolean;
  /** Why it doesn't. */
  readonly why?: string;
}

import type { ErrorCode, Json, Reason, WouldBe } from "./types.js";

/** A decision with every step that led to it. */
export interface Explanation {
  readonly flag: string;
  readonly revision: string;
  /** The instant that was asked about, in epoch milliseconds. */
  readonly at: number;
  /** The variant served; absent on an error. */
  readonly variant?: string;
  readonly reason: Reason;
  /** The id of the rule that served. */
  readonly rule?: string;
  /** True where the variant was stored for the unit. */
  readonly stored?: true;
  /** The holdout that holds the unit back, and what such a unit would have got: the holdout's step has the way there. */
  readonly holdout?: string;
  readonly wouldBe?: WouldBe;
  readonly errorCode?: ErrorCode;
  readonly errorMessage?: string;
  /** The steps taken, in order; the last one decided. There are none where no flag was there to walk through. */
  readonly steps: readonly Step[];
}

/** One step of the order of a decision. */
export interface Step {
  readonly step:
    | "forced"
    | "enabled"
    | "rollback"
    | "prerequisite"
    | "override"
    | "holdout"
    | "stored"
    | "rule"
    | "default"
    | "refused";
  /** What it is about: a flag's key, a variant's name, a holdout's key, a rule's id. */
  readonly subject?: string;
  /** The decision went on, was made here, or ended here without an answer. */
  readonly verdict: "passed" | "decided" | "failed";
  /** The same in a sentence. */
  readonly why: string;
  /** The tests made, in order; a test that did not matter any more is not there. */
  readonly checks?: readonly Check[];
  /** Where units fell. */
  readonly buckets?: readonly Bucket[];
  /** The rule's window that is open, or that opens next. */
  readonly window?: TimeWindow;
  /** How far the rule's ramp has come. */
  readonly ramp?: Ramp;
  /** The slot of time that decides, in a switchback. */
  readonly slot?: TimeSlot;
  /** The steps of a prerequisite's own decision. */
  readonly steps?: readonly Step[];
}

/** One test of a condition. */
export interface Check {
  /** Where it is written: the way from the flag's or segment's object, such as `rules/0/when/all/1`. */
  readonly place: string;
  /** The segment that was asked, when it was one. */
  readonly segment?: string;
  /** The attribute's path. */
  readonly attribute?: string;
  readonly operator?: string;
  /** What the attribute was compared with; long lists are cut short. */
  readonly value?: Json;
  readonly ignoreCase?: boolean;
  /** The attribute's value; absent when it is missing. */
  readonly found?: Json;
  readonly holds: boolean;
  /** For a segment: how it came to that. */
  readonly why?: string;
  /** For a segment: the tests of its own condition. */
  readonly checks?: readonly Check[];
}

/** Where a unit fell. */
export interface Bucket {
  /** Which variant it gets, or whether it is in. */
  readonly purpose: "layer" | "holdout" | "ramp" | "split" | "slot";
  /** The attribute paths that make the unit; none for a slot of time. */
  readonly unit: readonly string[];
  /** The text that was hashed. */
  readonly key: string;
  /** From 0 to 999,999. */
  readonly bucket: number;
  /** The first bucket of the range that it was held against: the share that is in, or the arm that it fell into. */
  readonly from: number;
  /** The first bucket behind that range. */
  readonly until: number;
  readonly inside: boolean;
  /** The arm's variant. */
  readonly variant?: string;
}

/** A window of time in which a rule applies. Instants are in epoch milliseconds. */
export interface TimeWindow {
  readonly open: boolean;
  /** When it begins or began; absent where it has no beginning, or the last one has passed. */
  readonly from?: number;
  /** When it ends; absent where it has no end, or the last one has passed. */
  readonly until?: number;
}

/** How far a ramp has come. Instants are in epoch milliseconds. */
export interface Ramp {
  /** The percentage in force. */
  readonly percent: number;
  /** How many of its steps were taken, or of its stages have begun. */
  readonly step: number;
  readonly steps: number;
  /** When the percentage is another; absent where it stays. */
  readonly next?: number;
  /** When its bake time is over. */
  readonly baked: number;
}

/** A slot of time in which everybody gets one variant. Instants are in epoch milliseconds. */
export interface TimeSlot {
  /** Counted from 1970. */
  readonly number: number;
  readonly from: number;
  /** When the next one begins. */
  readonly until: number;
}

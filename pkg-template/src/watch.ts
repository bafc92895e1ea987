import { TidegateError } from "./error.js";
import { SequentialTest } from "./sequential.js";

// Whether an arm fares worse than the control arm, asked after every bad outcome. Where both are equally good, bad outcomes
// fall in either as often as units do, so one that is known to be in one of the two is in the arm with probability
// θ = arm's share / (arm's share + control's share). Looking at bad outcomes alone needs no count of the good ones.

/** An arm of an experiment, and its intended share of the units, in any unit that is the same for all arms. */
export interface WatchedArm {
  readonly variant: string;
  readonly share: number;
}

/** What is watched. Where any of it is another one, what was counted before says nothing. */
export interface WatchSubject {
  /** Differs where the definition that decides does: a digest. */
  readonly definition: string | number;
  readonly control: string;
  readonly arms: readonly WatchedArm[];
}

/** Why a watch tripped. */
export interface WatchEvidence {
  readonly variant: string;
  readonly control: string;
  /** Bad outcomes in the arm, and in the control arm. */
  readonly bad: number;
  readonly controlBad: number;
  /** The share of those two that the arm should have at most. */
  readonly expected: number;
  readonly pValue: number;
}

interface Comparison {
  readonly variant: string;
  /** θ. */
  readonly expected: number;
  /** Categories: the arm, the control. */
  readonly test: SequentialTest;
}

const ARM = 0;
const CONTROL = 1;

/**
 * Watches the bad outcomes of an experiment, in O(1) memory an arm and O(arms) time an outcome. Where no arm is worse than the
 * control arm, it trips with probability α at most, however long it watches: α is shared by the arms that are compared.
 *
 * A unit may have one bad outcome at most, which is for the caller to see to: several of one unit are no independent events.
 */
export class OutcomeWatch {
  readonly #alpha: number;
  #subject: WatchSubject;
  #comparisons: readonly Comparison[];
  #evidence: WatchEvidence | undefined;

  /** Throws a `TidegateError` where the control arm is not among the arms, a share is not above zero, or α not below 1. */
  constructor(subject: WatchSubject, alpha = 0.05) {
    if (!(alpha > 0 && alpha < 1)) throw refusal(`\`alpha\` is ${alpha}: expected a number between 0 and 1`);
    this.#alpha = alpha;
    this.#subject = subject;
    this.#comparisons = comparisonsOf(subject);
  }

  /** What tripped it, which stays until it begins anew. */
  get evidence(): WatchEvidence | undefined {
    return this.#evidence;
  }

  /** Begins anew where the definition, the arms or their shares are other ones; answers whether it did. Throws as the constructor does. */
  follow(subject: WatchSubject): boolean {
    if (isSame(this.#subject, subject)) return false;
    this.#comparisons = comparisonsOf(subject);
    this.#subject = subject;
    this.#evidence = undefined;
    return true;
  }

  /** Counts a unit's bad outcome, and answers with the evidence once there is some. One in an arm that is not watched is none. */
  bad(variant: string): WatchEvidence | undefined {
    const isControl = variant === this.#subject.control;
    for (const comparison of this.#comparisons) {
      if (!isControl && comparison.variant !== variant) continue;
      comparison.test.observe(isControl ? CONTROL : ARM);
      this.#evidence ??= this.#judge(comparison);
    }
    return this.#evidence;
  }

  #judge({ variant, expected, test }: Comparison): WatchEvidence | undefined {
    const [bad = 0, controlBad = 0] = test.counts;
    // The running minimum won't do: an arm that was better for long may have left a small one.
    const pValue = Math.exp(-test.logBayesFactor);
    const isWorse = bad > expected * test.total;
    if (!isWorse || pValue > this.#alpha / this.#comparisons.length) return undefined;
    return { variant, control: this.#subject.control, bad, controlBad, expected, pValue };
  }
}

function comparisonsOf({ control, arms }: WatchSubject): Comparison[] {
  const base = arms.find(({ variant }) => variant === control);
  if (base === undefined) {
    const names = arms.map(({ variant }) => `\`${variant}\``).join(", ");
    throw refusal(`the control arm is \`${control}\`: expected one of ${names}`);
  }
  const others = arms.filter(({ variant }) => variant !== control);
  return others.map(({ variant, share }) => {
    const test = new SequentialTest([share, base.share]);
    return { variant, expected: share / (share + base.share), test };
  });
}

function isSame(a: WatchSubject, b: WatchSubject): boolean {
  const isSameArm = ({ variant, share }: WatchedArm, at: number) =>
    b.arms[at]?.variant === variant && b.arms[at]?.share === share;
  return (
    a.definition === b.definition &&
    a.control === b.control &&
    a.arms.length === b.arms.length &&
    a.arms.every(isSameArm)
  );
}

function refusal(message: string): TidegateError {
  return new TidegateError("INVALID_ARGUMENT", message);
}

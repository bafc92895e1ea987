import { placeOf, Tallies } from "./balance.js";
import { Binding, unitOf } from "./binding.js";
import { report } from "./error.js";
import type { Balance, Exposure } from "./exposure.js";
import type { Flag } from "./flag.js";
import { Listeners } from "./listeners.js";
import {
  countingRule,
  holdoutOf,
  insteadOf,
  isError,
  isHeld,
  isStored,
  REASONS,
  reasonOf,
  servingRule,
  variantOf,
} from "./outcome.js";
import type { Program } from "./program.js";
import { Seen } from "./seen.js";
import type { TidegateOptions } from "./types.js";
import { kindOf, TARGETING_KEY } from "./unit.js";

// From decisions to exposures. Programs have one of these only while somebody listens, and nothing in it reaches a decision.

/** A unit met a variant, told or not yet. */
interface Meeting {
  readonly program: Program;
  readonly flag: Flag;
  readonly outcome: number;
  /** The outcome that a unit that is held back would have got. */
  readonly wouldBe: number | undefined;
  readonly unit: string;
  readonly unitKind: string;
}

export class Exposures {
  readonly listeners = new Listeners<Exposure>(true);
  readonly #clock: () => number;
  readonly #all: boolean;
  readonly #seen: Seen;
  readonly #tallies: Tallies;
  /** What is told later, by the decision that was handed out. */
  readonly #later = new WeakMap<object, Meeting>();
  #failed = false;

  constructor(program: Program, { now = Date.now, exposures, exposureMemory }: TidegateOptions) {
    this.#clock = now;
    this.#all = exposures === "all";
    this.#seen = new Seen(exposureMemory);
    this.#tallies = new Tallies(program);
  }

  /**
   * Takes note of a decision that was made for a context, or for a bound one: tells of it, or is ready to when `expose` is
   * called with `later`, the decision as it is handed out.
   */
  see(program: Program, flag: Flag, outcome: number, context: unknown, now: number, later?: object): void {
    this.#guard(() => {
      const meeting = this.#meeting(program, flag, outcome, context, now);
      if (meeting === undefined) return;
      if (later === undefined) this.#tell(meeting);
      else this.#later.set(later, meeting);
    });
  }

  /** Tells of a decision that was not exposed when it was made. Answers whether anybody had to be told. */
  expose(decision: object): boolean {
    const meeting = this.#later.get(decision);
    this.#later.delete(decision);
    return meeting !== undefined && this.#guard(() => this.#tell(meeting)) === true;
  }

  /** Goes on with another program. */
  turn(program: Program): void {
    this.#guard(() => this.#tallies.turn(program));
  }

  balance(): Balance[] {
    return this.#tallies.report();
  }

  #meeting(program: Program, flag: Flag, outcome: number, context: unknown, now: number): Meeting | undefined {
    const { unit: own, hashes, experiments, holdouts, storedBy } = flag.traffic;
    const rule = countingRule(flag, outcome);
    const isSilent = !this.#all && holdouts.length === 0 && !experiments[rule];
    if (isSilent || isError(outcome)) return undefined;
    const bound = context instanceof Binding ? context : undefined;
    // Before the context is read again, whose getters may ask something else.
    const wouldBe = isHeld(outcome) ? (bound?.wouldBe(flag) ?? program.wouldBe(flag, now)) : undefined;
    const hash = hashes.find(([position]) => position === rule);
    const usual = own.length > 0 ? own : TARGETING_KEY;
    const parts = isStored(outcome) ? storedBy : (hash?.[1] ?? usual);
    const unit = unitOf(context, parts);
    return unit === undefined ? undefined : { program, flag, outcome, wouldBe, unit, unitKind: kindOf(parts) };
  }

  /** Tells those who listen, unless they know. Answers whether they had to be told. */
  #tell({ program, flag, outcome, wouldBe, unit, unitKind }: Meeting): boolean {
    // A getter of the context may have disposed of it.
    if (program.disposed) return false;
    const { revision } = program;
    const [position, reason, rule] = [variantOf(outcome), REASONS[reasonOf(outcome)], servingRule(outcome)];
    const variant = flag.variants[position] ?? "";
    const met = this.#seen.meet(`${flag.key.length} ${unitKind.length} ${flag.key}${unitKind}${unit}`);
    if (reason === "SPLIT" && !isStored(outcome)) this.#tallies.count(program, flag, rule, position, met);
    const at = this.#clock();
    if (!this.#seen.isNews(met, variant, `${rule} ${reason} ${revision}`, at)) return false;
    const exposure = {
      flag: flag.key,
      variant,
      unit,
      unitKind,
      reason,
      ...(rule < 0 ? undefined : { rule: flag.rules[rule] }),
      ...placeOf(flag, countingRule(flag, outcome)),
      ...(isStored(outcome) ? { stored: true } : undefined),
      ...(wouldBe === undefined ? undefined : { holdout: holdoutOf(flag, outcome), wouldBe: insteadOf(flag, wouldBe) }),
      revision,
      at,
    };
    // The module answers with positions that it has described itself.
    this.listeners.call(Object.freeze(exposure as Exposure));
    return true;
  }

  /** Whatever is thrown here, by a clock or a context's getter, is reported once and keeps no decision back. */
  #guard<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (thrown) {
      if (!this.#failed) report(thrown);
      this.#failed = true;
      return undefined;
    }
  }
}

import { placeOf, Tallies } from "./balance.js";
import { Binding, unitOf } from "./binding.js";
import { report } from "./error.js";
import type { Balance, Exposure, ExposureListener, ExposureListening } from "./exposure.js";
import type { Flag } from "./flag.js";
import { type ListedAttributes, Listing, NONE_LISTED, only } from "./listed.js";
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

/** An exposure, and what its context had of all that some listener listed. */
interface News {
  readonly exposure: Exposure;
  readonly attributes: ListedAttributes;
}

/** What is told when it is asked for: its context is not kept, so what was listed is read beforehand. */
interface Later {
  readonly meeting: Meeting;
  readonly attributes: ListedAttributes;
}

export class Exposures {
  readonly #listeners = new Listeners<News>(true);
  /** Every list of attributes that some listener has given. */
  readonly #lists = new Set<readonly string[]>();
  #listing: Listing | undefined;
  readonly #clock: () => number;
  readonly #all: boolean;
  readonly #seen: Seen;
  readonly #tallies: Tallies;
  /** What is told later, by the decision that was handed out. */
  readonly #later = new WeakMap<object, Later>();
  #failed = false;

  constructor(program: Program, { now = Date.now, exposures, exposureMemory }: TidegateOptions) {
    this.#clock = now;
    this.#all = exposures === "all";
    this.#seen = new Seen(exposureMemory);
    this.#tallies = new Tallies(program);
  }

  get any(): boolean {
    return this.#listeners.any;
  }

  /** Adds a listener. Returns what takes it away again. */
  listen(listener: ExposureListener, { attributes }: ExposureListening = {}): () => void {
    if (attributes === undefined) return this.#listeners.add(({ exposure }) => listener(exposure));
    const list = Array.from(attributes);
    this.#lists.add(list);
    this.#list();
    const end = this.#listeners.add((news) =>
      listener(Object.freeze({ ...news.exposure, attributes: only(news.attributes, list) })),
    );
    return () => {
      end();
      this.#lists.delete(list);
      this.#list();
    };
  }

  /** What a context has of the attributes that are listed; undefined where none are. */
  listed(context: unknown): ListedAttributes | undefined {
    return this.#listing?.read(context);
  }

  #list(): void {
    const paths = Array.from(this.#lists).flat();
    this.#listing = paths.length === 0 ? undefined : new Listing(paths);
  }

  /**
   * Takes note of a decision that was made for a context, or for a bound one: tells of it, or is ready to when `expose` is
   * called with `later`, the decision as it is handed out.
   */
  see(program: Program, flag: Flag, outcome: number, context: unknown, now: number, later?: object): void {
    this.#guard(() => {
      const meeting = this.#meeting(program, flag, outcome, context, now);
      if (meeting === undefined) return;
      const listed = () => (context instanceof Binding ? context.listed : this.listed(context)) ?? NONE_LISTED;
      if (later === undefined) this.#tell(meeting, listed);
      else this.#later.set(later, { meeting, attributes: listed() });
    });
  }

  /** Tells of a decision that was not exposed when it was made. Answers whether anybody had to be told. */
  expose(decision: object): boolean {
    const later = this.#later.get(decision);
    this.#later.delete(decision);
    return later !== undefined && this.#guard(() => this.#tell(later.meeting, () => later.attributes)) === true;
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
  #tell({ program, flag, outcome, wouldBe, unit, unitKind }: Meeting, listed: () => ListedAttributes): boolean {
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
    this.#listeners.call({ exposure: Object.freeze(exposure as Exposure), attributes: listed() });
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

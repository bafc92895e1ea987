import * as module from "tidegate-glue";
import { NONE_STORED, type Stored } from "./assignments.js";
import { ask, complaintAbout, NOTHING } from "./decide.js";
import type { Explanation } from "./explanation.js";
import type { Flag } from "./flag.js";
import { enter, i32, refresh, vitals } from "./instance.js";
import type { ListedAttributes } from "./listed.js";
import { BAD_CONTEXT, isError, variantOf } from "./outcome.js";
import type { Loaded, Program } from "./program.js";
import { type Attribute, gather, NO_OBJECT, type Step, THREW } from "./reader.js";
import type { FlagValue } from "./types.js";
import { type Parts, partsIn, TARGETING_KEY, textOf } from "./unit.js";

let bindings = 0;

/** A context read once, for many flags of one program at one instant: every attribute that some flag refers to, copied. */
export class Binding {
  readonly program: Program;
  /** What exposures take along, where somebody has listed anything. */
  readonly listed: ListedAttributes | undefined;
  /** Tells its answers, which are kept with the flags, from those of others. Kept by number, so that nothing is held. */
  readonly #id = ++bindings;
  /** The attributes, by slot. */
  readonly #values: Attribute[] = [];
  /** Why some attributes could not be read, by slot. */
  #threw: Map<number, string> | undefined;
  /** Why nothing could be read: the context is no object. */
  #refusal: string | undefined;
  #now: number | undefined;
  /** The targeting key, which may have no slot: exposures may name it where no flag reads it. */
  #targetingKey: readonly Attribute[] = [];

  /** Without an instant, the clock is read when one is first needed. */
  constructor(program: Program, given: unknown, now?: number) {
    this.program = program;
    this.#now = now;
    if (program.fixed) return;
    const steps = program.steps();
    const context = given ?? NOTHING;
    if (program.exposures !== undefined) this.#targetingKey = partsIn(context, TARGETING_KEY);
    this.listed = program.exposures?.listed(context);
    const held: unknown[] = [];
    const complaints = new Map<Step, string>();
    let at = gather(steps, context, held, 0);
    if (at === NO_OBJECT) this.#refusal = complaintAbout(undefined);
    while (at >= 0 && at < steps.length) {
      const step = steps[at];
      if (step !== undefined) complaints.set(step, complaintAbout(step));
      held[at] = THREW;
      at = gather(steps, context, held, at + 1);
    }
    for (const [index, step] of steps.entries()) {
      if (step.slot < 0) continue;
      if (held[index] === THREW) this.#refuse(step, steps, complaints);
      else this.#values[step.slot] = held[index] as Attribute;
    }
  }

  /** The instant that it is asked about, where that matters. */
  instant(matters: boolean): number {
    if (!matters) return 0;
    this.#now ??= this.program.clock();
    return this.#now;
  }

  /** Notes why an attribute could not be read: it threw, or an object on the way to it did. */
  #refuse(step: Step, steps: readonly Step[], complaints: ReadonlyMap<Step, string>): void {
    let cause: Step | undefined = step;
    while (cause !== undefined && !complaints.has(cause)) cause = steps[cause.parent];
    this.#threw ??= new Map();
    this.#threw.set(step.slot, (cause && complaints.get(cause)) ?? "");
  }

  /** The outcome of a flag. Throws where the module stops, or the stack ends. */
  decide(flag: Flag): number {
    if (flag.askedBy === this.#id) return flag.answered;
    if (flag.constant >= 0) return flag.constant;
    if (this.complaint(flag) !== undefined) return BAD_CONTEXT;
    const now = this.instant(flag.timed);
    const { engine, scratch } = this.#claim(flag);
    const outcome = ask(engine, scratch, flag, scratch.stamp, now);
    if (!isError(outcome)) {
      if (flag.sticky) this.program.assignments?.keep(flag, outcome, this);
      flag.askedBy = this.#id;
      flag.answered = outcome;
    }
    return outcome;
  }

  /** The outcome that a unit would have got that is held back from a flag. */
  wouldBe(flag: Flag): number {
    const now = this.instant(flag.timed);
    const { engine, scratch } = this.#claim(flag);
    const outcome = module.would_be(engine, flag.index, scratch.stamp, now);
    vitals.inside = false;
    return outcome;
  }

  /** Why this flag cannot be decided for what was read, if it cannot. */
  complaint(flag: Flag): string | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    if (this.#threw === undefined) return undefined;
    for (const slot of flag.slots) {
      const complaint = this.#threw.get(slot);
      if (complaint !== undefined) return complaint;
    }
    return undefined;
  }

  /** The attributes that make a unit. */
  parts(parts: Parts): readonly Attribute[] {
    return parts === TARGETING_KEY ? this.#targetingKey : parts.map(([slot]) => this.#values[slot]);
  }

  /** Every flag's value, by key; a flag that has none is left out. */
  values(): Record<string, FlagValue> {
    const { flags, timed } = this.program.whole();
    const values: Record<string, FlagValue> = {};
    if (this.program.fixed || this.#refusal !== undefined) {
      for (const { key, value } of flags) if (value !== undefined) values[key] = value;
      return values;
    }
    const outcomes = this.#decideAll(this.instant(timed)) >>> 2;
    for (const flag of flags) {
      const outcome = i32[outcomes + flag.index] ?? BAD_CONTEXT;
      if (isError(outcome) || (this.#threw !== undefined && this.complaint(flag) !== undefined)) continue;
      const value = flag.values[variantOf(outcome)];
      if (value !== undefined) values[flag.key] = value;
    }
    return values;
  }

  /** Every step of a flag's decision. */
  explain(flag: Flag): Explanation {
    const now = this.instant(true);
    const { engine, scratch } = this.#claim(flag);
    let explanation = module.explain(engine, flag.index, scratch.stamp, now);
    while (typeof explanation === "number") {
      scratch.supplyText(explanation);
      explanation = module.explain(engine, flag.index, scratch.stamp, now);
    }
    vitals.inside = false;
    return explanation;
  }

  /** Decides every flag; answers where the outcomes are. */
  #decideAll(now: number): number {
    const { sticky } = this.program.whole();
    const { engine, scratch } = this.#enter(sticky.flatMap((flag) => this.#stored(flag)));
    for (const [slot, value] of this.#values.entries()) if (!scratch.holds(slot)) scratch.put(slot, value);
    let from = module.decide_all(engine, scratch.stamp, 0, now);
    while (from >= 0) {
      refresh();
      scratch.supply(i32[(module.outcomes(engine) >>> 2) + from] ?? 0);
      from = module.decide_all(engine, scratch.stamp, from, now);
    }
    refresh();
    const outcomes = module.outcomes(engine);
    vitals.inside = false;
    return outcomes;
  }

  /** Enters the module with what a flag needs written. */
  #claim(flag: Flag): Loaded {
    const loaded = this.#enter(this.#stored(flag));
    const { scratch } = loaded;
    const { slots } = flag;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i] as number;
      if (!scratch.holds(slot)) scratch.put(slot, this.#values[slot]);
    }
    return loaded;
  }

  #stored(flag: Flag): Stored {
    return (flag.sticky && this.program.assignments?.read(this.program, flag, this)) || NONE_STORED;
  }

  /** Enters the module, and makes the scratch area its own: what it wrote there before is still its. */
  #enter(stored: Stored): Loaded {
    const { program } = this;
    const loaded = program.ready();
    const { scratch } = loaded;
    if (program.holder !== this) {
      scratch.next();
      program.holder = this;
    }
    scratch.store(stored);
    enter();
    return loaded;
  }
}

/** The text of a unit in a context, or in a bound one; undefined where it can't be one. */
export function unitOf(context: unknown, parts: Parts): string | undefined {
  return textOf(context instanceof Binding ? context.parts(parts) : partsIn(context, parts));
}

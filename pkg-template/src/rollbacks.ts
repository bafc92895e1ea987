import type { Assignments } from "./assignments.js";
import { armsOf } from "./balance.js";
import type { Flag, Guardrail } from "./flag.js";
import { Listeners } from "./listeners.js";
import type { Program } from "./program.js";
import type { AlarmState, Decision, Rollback } from "./types.js";
import { OutcomeWatch, type WatchEvidence } from "./watch.js";

// Alarms, outcomes, and the rollbacks that they bring. A rollback stays until the flag is defined otherwise or somebody takes
// it back; with a store it survives a reload. Alarms and watches are this instance's own: a fleet rolls back by the snapshot's
// alarms, or by telling each instance.

interface Latched {
  /** The flag's definition when it was rolled back. */
  readonly meaning: number;
  /** The alarms and outcomes that did it. */
  readonly names: Set<string>;
}

export class Rollbacks {
  readonly listeners = new Listeners<Rollback>(true);
  readonly #up = new Set<string>();
  /** The alarms that are up in a snapshot that isn't in use yet. */
  #heard: ReadonlySet<string> = new Set();
  readonly #latched = new Map<string, Latched>();
  /** By flag, then by the position of the guardrail. */
  readonly #watches = new Map<string, Map<number, OutcomeWatch>>();
  readonly #store: Assignments | undefined;
  readonly #clock: () => number;

  constructor(clock: () => number, store: Assignments | undefined) {
    this.#clock = clock;
    this.#store = store;
  }

  /** The positions of a flag's guardrails that have rolled back, a bit each. */
  bits({ key, traffic: { guardrails } }: Flag): number {
    const names = this.#latched.get(key)?.names;
    if (names === undefined) return 0;
    return guardrails.reduce((bits, [name], at) => (names.has(name) ? bits | (1 << at) : bits), 0);
  }

  /** A flag was described: what was latched before a reload counts, and so do alarms that are up. */
  meet(program: Program, flag: Flag): void {
    const place = placeOf(flag.key);
    const text = this.#latched.has(flag.key) ? undefined : this.#store?.get(place);
    const found = text === undefined ? undefined : latchedIn(text);
    if (found !== undefined && found.meaning === program.meaning(flag)) this.#latched.set(flag.key, found);
    if (this.#latched.has(flag.key)) program.say(flag);
    this.check(program, flag, this.#clock());
  }

  /** Latches what alarms roll back at an instant, and notes when the next of their guardrails begins to count. */
  check(program: Program, flag: Flag, now: number): void {
    for (const guardrail of flag.traffic.guardrails) {
      const [name, , , from, until, raised, control] = guardrail;
      const told = raised || this.#heard.has(name);
      if (control >= 0 || !(told || this.#up.has(name)) || now >= until) continue;
      if (now < from) program.recheckAt = Math.min(program.recheckAt, from);
      else this.#latch(program, flag, guardrail, told ? "snapshot" : "host");
    }
  }

  setAlarm(program: Program, name: string, state: AlarmState): void {
    if (state === "ok") {
      this.#up.delete(name);
      return;
    }
    this.#up.add(name);
    this.checkAll(program, this.#clock());
  }

  /** Takes the alarms of a snapshot that isn't in use yet for those of the one that is. */
  hear(program: Program | undefined, next: Program | undefined): void {
    const guardrails = next?.guarded().flatMap(({ traffic }) => traffic.guardrails) ?? [];
    this.#heard = new Set(guardrails.filter(([, , , , , raised]) => raised).map(([name]) => name));
    if (program !== undefined) this.checkAll(program, this.#clock());
  }

  /** The same for every flag that was described. */
  checkAll(program: Program, now: number): void {
    program.recheckAt = Number.POSITIVE_INFINITY;
    for (const flag of program.guarded()) this.check(program, flag, now);
  }

  /** Counts a bad outcome of a decision; answers whether somebody watches it. */
  outcome(program: Program, name: string, { flag: key, variant, rule, reason, stored }: Decision<unknown>): boolean {
    if (reason !== "SPLIT" || stored === true) return false;
    const flag = program.find(key);
    let watched = false;
    for (const [at, guardrail] of flag.traffic.guardrails.entries()) {
      const [outcome, , position, , , , control] = guardrail;
      if (control < 0 || outcome !== name || flag.rules[position] !== rule) continue;
      const evidence = this.#watch(program, flag, guardrail, at)?.bad(variant);
      watched = true;
      if (evidence !== undefined) this.#latch(program, flag, guardrail, "outcome", evidence);
    }
    return watched;
  }

  /** Takes rollbacks back: of one flag, or all. */
  reset(program: Program, key: string | undefined): void {
    for (const latched of key === undefined ? [...this.#latched.keys()] : [key]) {
      this.#forget(latched);
      program.say(program.find(latched));
    }
  }

  /** Goes on with another program: flags that are defined otherwise aren't rolled back any more. */
  turn(program: Program): void {
    for (const [key, { meaning }] of this.#latched) {
      const flag = program.find(key);
      if (flag.index < 0 || program.meaning(flag) !== meaning) this.#forget(key);
      program.say(flag);
    }
  }

  #watch(
    program: Program,
    flag: Flag,
    [, , rule, , , , control, alpha]: Guardrail,
    at: number,
  ): OutcomeWatch | undefined {
    const arms = Array.from(armsOf(flag, rule), ([arm, share]) => ({ variant: flag.variants[arm] ?? "", share }));
    const subject = { definition: program.meaning(flag), control: flag.variants[control] ?? "", arms };
    const watches = this.#watches.get(flag.key) ?? new Map<number, OutcomeWatch>();
    this.#watches.set(flag.key, watches);
    const watch = watches.get(at) ?? new OutcomeWatch(subject, alpha / 1e6);
    watches.set(at, watch);
    watch.follow(subject);
    return watch;
  }

  #latch(
    program: Program,
    flag: Flag,
    [name, rollbackTo, rule]: Guardrail,
    source: Rollback["source"],
    evidence?: WatchEvidence,
  ): void {
    const latched = this.#latched.get(flag.key) ?? { meaning: program.meaning(flag), names: new Set<string>() };
    if (latched.names.has(name)) {
      // By a program that waits, perhaps, so that this one may not know.
      program.say(flag);
      return;
    }
    latched.names.add(name);
    this.#latched.set(flag.key, latched);
    this.#store?.set(placeOf(flag.key), JSON.stringify([latched.meaning, ...latched.names]));
    program.say(flag);
    const rollback = {
      flag: flag.key,
      guardrail: name,
      source,
      ...(rule < 0 ? undefined : { rule: flag.rules[rule] }),
      rollbackTo: flag.variants[rollbackTo],
      ...(evidence && { evidence }),
      revision: program.revision,
      at: this.#clock(),
    };
    // The module answers with positions that it has described itself.
    this.listeners.call(Object.freeze(rollback as Rollback));
  }

  #forget(key: string): void {
    this.#latched.delete(key);
    this.#watches.delete(key);
    this.#store?.set(placeOf(key), "");
  }
}

/** Where a flag's rollbacks are stored: no place of an assignment, which has three parts. */
function placeOf(key: string): string {
  return JSON.stringify([key, "rolled back"]);
}

/** What was stored, where it means something. */
function latchedIn(text: string): Latched | undefined {
  try {
    const [meaning, ...names]: unknown[] = JSON.parse(text);
    const isOne = typeof meaning === "number" && names.length > 0 && names.every((name) => typeof name === "string");
    return isOne ? { meaning, names: new Set(names as string[]) } : undefined;
  } catch {
    return undefined;
  }
}

import * as module from "tidegate-glue";
import type { Assignments } from "./assignments.js";
import { type Bootstrap, flagsIn } from "./bootstrap.js";
import { giveBack, watch } from "./collected.js";
import { isReading } from "./decide.js";
import { type Description, Descriptions } from "./description.js";
import { sentence, TidegateError, type TidegateErrorCode } from "./error.js";
import type { Exposures } from "./exposures.js";
import { constantFlag, type Flag, flagOf, freeze } from "./flag.js";
import { enter, memoryInUse, refresh, revive, u8, vitals } from "./instance.js";
import { compare } from "./order.js";
import { NOT_FOUND, NOT_READY, STATIC_FIRST } from "./outcome.js";
import { planOf, type Step } from "./reader.js";
import type { Rollbacks } from "./rollbacks.js";
import type { FlagValue, LoadReport, Refusal } from "./types.js";
import { warningsOf } from "./warnings.js";
import { Scratch } from "./writer.js";

/** Shared by the programs of one Tidegate: tells them the time, and that it was disposed of. */
export interface Life {
  over: boolean;
  readonly clock: () => number;
  /** Who is to be told of decisions, while somebody listens. */
  exposures: Exposures | undefined;
  /** Where variants are stored for units, if they are. */
  readonly assignments: Assignments | undefined;
  readonly rollbacks: Rollbacks;
  /** The variants that are served in place of everything, by flag. */
  readonly forced: Map<string, string>;
  /** The flags that are switched off though the snapshot doesn't say so: a held update does. */
  readonly off: Set<string>;
}

/** A snapshot in the instance of the module. */
export interface Loaded {
  /** Its number in the module. */
  readonly engine: number;
  readonly scratch: Scratch;
}

/** Where a snapshot's bytes lie in the memory of an instance, which keeps them as long as the engine lives. */
interface Place {
  readonly memory: WebAssembly.Memory;
  readonly address: number;
  readonly length: number;
}

/** Stands for every flag that was not read before. */
const EVERYTHING = Symbol("everything");

/** The bit that says that a flag is off. */
const OFF = 0x200;

/** The generation of no instance. */
const NONE = -1;

/** The revision of no snapshot. */
export const NO_REVISION = "";

/** Every flag of a snapshot. */
interface Whole {
  readonly flags: readonly Flag[];
  readonly sticky: readonly Flag[];
  /** Whether some decision depends on the instant. */
  readonly timed: boolean;
}

/** One loaded snapshot. It never changes; an update makes another. */
export class Program {
  /** The snapshot's revision. */
  readonly revision: string;
  /** Its place in the order of snapshots, if it says so. */
  readonly sequence: number | undefined;
  /** Whether it answers without the module. */
  readonly fixed: boolean;
  /** The flag asked last: asking one key again and again needs no look-up. */
  lastKey: string | undefined;
  lastFlag: Flag;
  /** Whose attributes are written in the scratch area, where they may be used again. */
  holder: object | undefined;
  /** Whether a snapshot is expected in its place. */
  starting = false;
  /** Whether a bound context refers to this program, and may ask it after an update. */
  bound = false;

  /** When a guardrail begins to count whose alarm is up already. */
  recheckAt = Number.POSITIVE_INFINITY;
  /** What was said to the module of flags, by key, and how it had described them. */
  readonly #said = new Map<string, { readonly state: number; readonly flag: Flag }>();

  /** The instance of the module that `#loaded` lives in. */
  #generation = NONE;
  #loaded: Loaded | undefined;
  /** To load it again after a trap, or after it was closed: memory outlives its instance. */
  #place: Place | undefined;
  #report: LoadReport;
  /** Whether something was read since the report was asked for. */
  #outdated = false;
  /** Whether the report tells of every flag, whatever was asked for. */
  #strict = false;
  readonly #life: Life;
  /** By key, without a prototype: looked up faster than a Map. */
  readonly #flags: Record<string, Flag>;
  readonly #absent: Flag;
  /** In which order flags were read: read in it again, they and their attributes have the same numbers. */
  readonly #history: (string | typeof EVERYTHING)[] = [];
  readonly #descriptions = new Descriptions();
  #steps: readonly Step[] | undefined;
  #keys: readonly string[] | undefined;
  #whole: Whole | undefined;

  private constructor(report: LoadReport, fixed: boolean, life: Life, flags: Record<string, Flag>, absent: Flag) {
    this.#report = freeze(report);
    this.revision = report.revision;
    this.sequence = report.sequence;
    this.fixed = fixed;
    this.#life = life;
    this.#flags = flags;
    this.#absent = absent;
    this.lastFlag = absent;
  }

  /** Loads a snapshot; throws where it is refused as a whole. With `strict`, every flag is read at once. */
  static load(bytes: Uint8Array, life: Life, strict: boolean): Program {
    const [engine, place] = open(bytes);
    enter();
    if (strict) module.settle(engine);
    const report = module.report(engine);
    vitals.inside = false;
    refresh();
    const program = new Program(reportOf(report), false, life, Object.create(null), constantFlag("", NOT_FOUND));
    program.#place = place;
    if (strict) program.#readAll();
    program.#strict = strict;
    program.#take(engine);
    return program;
  }

  /** Answers with these values, without a snapshot and without the module. */
  static fix(values: { readonly [key: string]: FlagValue }, life: Life): Program {
    const flags: Record<string, Flag> = Object.create(null);
    for (const [key, value] of Object.entries(values)) flags[key] = constantFlag(key, STATIC_FIRST, value);
    const count = Object.keys(flags).length;
    const report = { revision: "fixed", flags: count, checked: count, refused: [], warnings: [] };
    return new Program(report, true, life, flags, constantFlag("", NOT_FOUND));
  }

  /** Answers as another Tidegate has decided, until there is a snapshot. */
  static start(bootstrap: Bootstrap, life: Life): Program {
    const flags: Record<string, Flag> = Object.create(null);
    for (const [key, flag] of flagsIn(bootstrap)) flags[key] = flag;
    const { revision, sequence } = bootstrap;
    const count = Object.keys(flags).length;
    const placed = sequence === undefined ? undefined : { sequence };
    const report = { revision, ...placed, flags: count, checked: count, refused: [], warnings: [] };
    const program = new Program(report, true, life, flags, constantFlag("", NOT_FOUND));
    program.starting = true;
    return program;
  }

  /** Answers nothing: what a Tidegate has before its first snapshot. */
  static empty(life: Life): Program {
    const report = { revision: NO_REVISION, flags: 0, checked: 0, refused: [], warnings: [] };
    const program = new Program(report, true, life, Object.create(null), constantFlag("", NOT_READY));
    program.starting = true;
    return program;
  }

  /** Answers nothing: what a Tidegate has after it was disposed of. */
  static none(before: Program): Program {
    return new Program(before.#report, true, before.#life, Object.create(null), constantFlag("", NOT_READY));
  }

  /** What was found in the snapshot so far. */
  get report(): LoadReport {
    if (this.#outdated) {
      // First, since it may describe flags.
      const warnings = warningsOf(this.#strict ? this.all() : Object.values(this.#flags));
      this.#report = freeze({ ...reportOf(this.#ask(module.report)), warnings });
      this.#outdated = false;
    }
    return this.#report;
  }

  get disposed(): boolean {
    return this.#life.over;
  }

  /** The instant that it is now, in epoch milliseconds. */
  clock(): number {
    try {
      return this.#life.clock();
    } catch (cause) {
      throw new TidegateError("INVALID_ARGUMENT", `the clock threw: ${sentence(cause)}`, { cause });
    }
  }

  /** Who is to be told of its decisions, while somebody listens. */
  get exposures(): Exposures | undefined {
    return this.#life.exposures;
  }

  /** Where variants are stored for units, if they are. */
  get assignments(): Assignments | undefined {
    return this.#life.assignments;
  }

  /** Latches what begins to count at an instant. */
  recheck(now: number): void {
    this.#life.rollbacks.checkAll(this, now);
  }

  /** The flags with guardrails among those that were described. */
  guarded(): Flag[] {
    return Object.values(this.#flags).filter(({ traffic }) => traffic.guardrails.length > 0);
  }

  /**
   * Tells the module which variant of a flag is forced, and what of it is rolled back. A flag that was the same for everyone is
   * asked for from then on.
   */
  say(flag: Flag): void {
    const { forced, off, rollbacks } = this.#life;
    const known = this.#said.get(flag.key);
    const variant = flag.variants.indexOf(forced.get(flag.key) ?? "") + 1;
    const state = (variant | (off.has(flag.key) ? OFF : 0) | (rollbacks.bits(flag) << 16)) >>> 0;
    if (flag.index < 0 || state === (known?.state ?? 0)) return;
    this.#ask((engine) => module.set_state(engine, flag.index, state));
    const described = known?.flag ?? flag;
    if (state === 0) this.#said.delete(flag.key);
    else this.#said.set(flag.key, { state, flag: described });
    // Another object, so that no bound context takes it for what it was answered before.
    this.#flags[flag.key] = { ...described, constant: state === 0 ? described.constant : -1, askedBy: 0 };
    this.#whole = undefined;
    this.lastKey = undefined;
  }

  /** Says what holds for flags that weren't described yet. */
  sayAll(): void {
    for (const key of [...this.#life.forced.keys(), ...this.#life.off]) this.say(this.find(key));
  }

  /** When the freeze ends that the snapshot is in at an instant; not a number where it is in none. */
  frozenUntil(now: number): number {
    return this.fixed ? Number.NaN : this.#ask((engine) => module.frozen_until(engine, now));
  }

  /** Differs where what a flag's definition means does. */
  meaning(flag: Flag): number {
    return this.#ask((engine) => module.meaning(engine, flag.index));
  }

  /** The outcome that a unit would have got that is held back from a flag, for the context that was just decided for. */
  wouldBe(flag: Flag, now: number): number {
    const { engine, scratch } = this.ready();
    enter();
    const outcome = module.would_be(engine, flag.index, scratch.stamp, now);
    vitals.inside = false;
    return outcome;
  }

  /** The flag with this key, or one that answers that there is none. */
  find(key: string): Flag {
    return this.#flags[key] ?? this.#describe(key);
  }

  /** The same, kept for the next time, which costs more than it brings where keys alternate. */
  findAgain(key: string): Flag {
    const flag = this.find(key);
    this.lastKey = key;
    this.lastFlag = flag;
    return flag;
  }

  /** What decides, loaded anew where a trap or an update took it away. */
  ready(): Loaded {
    const loaded = this.#loaded;
    return loaded !== undefined && this.#generation === vitals.generation && !vitals.inside ? loaded : this.#reload();
  }

  /** Every key in the snapshot, sorted, those of refused flags included. */
  keys(): readonly string[] {
    this.#keys ??= freeze((this.fixed ? Object.keys(this.#flags) : this.#numbered()).sort(compare));
    return this.#keys;
  }

  /** Every flag, in the order of their keys. */
  all(): readonly Flag[] {
    return this.whole().flags;
  }

  /** The same, with what has to be known before all are decided at once. */
  whole(): Whole {
    if (this.#whole === undefined) {
      const flags = this.keys().map((key) => this.find(key));
      this.#whole = {
        flags,
        sticky: flags.filter(({ sticky }) => sticky),
        timed: flags.some(({ timed }) => timed),
      };
    }
    return this.#whole;
  }

  /** How to read every attribute that some flag refers to. Reads the flags that weren't read before. */
  steps(): readonly Step[] {
    if (this.#steps === undefined) {
      const paths: string[] = JSON.parse(this.#ask(module.paths));
      this.#readAll();
      this.#steps = planOf(paths.map((path, slot) => [slot, path]));
    }
    return this.#steps;
  }

  /** When a decision could next be another by time alone: of the flag with this key, or of those that were read. */
  nextChange(key: string | undefined, now: number): number {
    const flag = key === undefined ? undefined : this.find(key);
    if (this.fixed || (flag !== undefined && !flag.timed)) return Number.POSITIVE_INFINITY;
    return this.#ask((engine) => module.next_change(engine, flag?.index ?? -1, now));
  }

  /** The keys whose definition differs in the next program, sorted. Reads both whole. */
  changed(next: Program): string[] {
    const before = this.#meanings();
    const after = next.#meanings();
    const keys = new Set([...before.keys(), ...after.keys()]);
    return [...keys].filter((key) => before.get(key) !== after.get(key)).sort(compare);
  }

  /** Gives back what it holds in the module. Where it can still be asked, it then loads itself again. */
  close(): void {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    // Whoever still wants the report gets the last one.
    this.#outdated = false;
    // After a trap the instance is gone, and this with it.
    if (loaded === undefined || this.#generation !== vitals.generation || vitals.inside) return;
    const place = this.#place;
    // A bound context may ask it later, and so may the decision whose context's getter is what calls.
    const asked = (this.bound || isReading()) && !this.#life.over;
    if (asked && place !== undefined) this.#place = copyOf(place);
    giveBack(loaded, loaded.engine);
  }

  /** Every key, in the order of the flags' numbers. */
  #numbered(): string[] {
    return JSON.parse(this.#ask(module.keys));
  }

  /** By key, a number that differs where the flag's definition means something else. */
  #meanings(): Map<string, number> {
    const keys = this.#numbered();
    const meanings = this.#ask((engine) => {
      module.settle(engine);
      return keys.map((key, flag): [string, number] => [key, module.meaning(engine, flag)]);
    });
    this.#readAll();
    return new Map(meanings);
  }

  #reload(): Loaded {
    if (this.#place === undefined || this.#life.over) {
      throw new TidegateError("DISPOSED", "this Tidegate was disposed of");
    }
    const [engine, place] = open(bytesAt(this.#place));
    this.#place = place;
    const loaded = this.#take(engine);
    enter();
    for (const key of this.#history) {
      if (key === EVERYTHING) module.settle(engine);
      else this.#learn(loaded, module.describe(engine, module.find(engine, key)));
    }
    for (const { state, flag } of this.#said.values()) module.set_state(engine, flag.index, state);
    loaded.scratch.locate();
    vitals.inside = false;
    return loaded;
  }

  #take(engine: number): Loaded {
    enter();
    const loaded = { engine, scratch: new Scratch(engine) };
    vitals.inside = false;
    watch(loaded, engine);
    this.#loaded = loaded;
    this.#generation = vitals.generation;
    this.holder = undefined;
    return loaded;
  }

  #describe(key: string): Flag {
    if (this.fixed || typeof key !== "string") return this.#absent;
    const loaded = this.ready();
    const { engine, scratch } = loaded;
    enter();
    const index = module.find(engine, key);
    const text = index < 0 ? undefined : module.describe(engine, index);
    scratch.locate();
    vitals.inside = false;
    if (text === undefined) return this.#absent;
    const flag = flagOf(key, this.#learn(loaded, text), index);
    this.#flags[key] = flag;
    this.#history.push(key);
    this.#outdated = true;
    if (flag.traffic.guardrails.length > 0) this.#life.rollbacks.meet(this, flag);
    return this.#flags[key];
  }

  /** Takes note of what the module says of a flag. */
  #learn({ scratch }: Loaded, text: string): Description {
    const description = this.#descriptions.read(text);
    for (const [slot, symbol, number] of description.reading.symbols) scratch.learn(slot, symbol, number);
    // What is written in the scratch area was written before this was known.
    this.holder = undefined;
    return description;
  }

  /** Notes that the module has read every flag. */
  #readAll(): void {
    this.#outdated = true;
    this.#history.push(EVERYTHING);
  }

  #ask<T>(question: (engine: number) => T): T {
    const { engine, scratch } = this.ready();
    enter();
    const answer = question(engine);
    // It may have read flags, whose attributes take room.
    scratch.locate();
    vitals.inside = false;
    return answer;
  }
}

/** A report as the module has it, without warnings. Its problems are in the order of definitions: what others need comes first. */
function reportOf(text: string): LoadReport {
  const report: Omit<LoadReport, "warnings"> = JSON.parse(text);
  const kinds = ["flag", "segment", "layer", "holdout"] as const;
  const place = (refusal: Refusal) => kinds.findIndex((kind) => refusal[kind] !== undefined);
  const refused = [...report.refused].sort((a, b) => {
    const kind = place(a);
    return place(b) - kind || byName(a[kinds[kind] ?? "flag"], b[kinds[kind] ?? "flag"]);
  });
  return { ...report, refused, warnings: [] };
}

function byName(a = "", b = ""): number {
  return compare(a, b);
}

/** Loads bytes into the module, or throws the refusal as an error. */
function open(bytes: Uint8Array): [number, Place] {
  revive();
  enter();
  try {
    const { length } = bytes;
    const address = module.dock(length);
    refresh();
    u8.set(bytes, address);
    const engine = module.load();
    const refusal = engine < 0 ? module.refusal() : undefined;
    vitals.inside = false;
    if (refusal !== undefined) throw refused(JSON.parse(refusal));
    return [engine, { memory: memoryInUse(), address, length }];
  } catch (thrown) {
    throw stopped(thrown);
  } finally {
    refresh();
  }
}

function refused({ code, message, path, suggestion }: DocumentRefusal): TidegateError {
  return new TidegateError(code, message, suggestion === undefined ? { path } : { path, suggestion });
}

function bytesAt({ memory, address, length }: Place): Uint8Array {
  return new Uint8Array(memory.buffer, address, length);
}

function copyOf(place: Place): Place {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(place.length / 65_536) });
  const copy = { memory, address: 0, length: place.length };
  bytesAt(copy).set(bytesAt(place));
  return copy;
}

/** What is thrown when the module was left by a trap. */
export function stopped(cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError("MODULE_STOPPED", "the module stopped; it starts anew with the next call", { cause });
}

interface DocumentRefusal {
  readonly code: TidegateErrorCode;
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
}

import { type AttributeInfo, Engine } from "tidegate-glue";
import { TidegateError, type TidegateErrorCode } from "./error.js";
import { constantFlag, type Flag, flagOf, freeze } from "./flag.js";
import { refresh, revive, vitals } from "./instance.js";
import { NOT_FOUND, NOT_READY, STATIC_FIRST } from "./outcome.js";
import { planOf, type Step } from "./reader.js";
import type { FlagValue, LoadReport } from "./types.js";
import { Scratch, symbolsOf } from "./writer.js";

/** Shared by the programs of one Tidegate: tells them that it was disposed of. */
export interface Life {
  over: boolean;
}

/** A snapshot in the instance of the module. */
export interface Loaded {
  readonly engine: Engine;
  readonly scratch: Scratch;
}

/** The generation of no instance. */
const NONE = -1;

/** One loaded snapshot. It never changes; an update makes another. */
export class Program {
  readonly report: LoadReport;
  /** Whether it answers without the module. */
  readonly fixed: boolean;
  /** The flag asked last: asking one key again and again needs no look-up. */
  lastKey: string | undefined;
  lastFlag: Flag;
  /** Whose attributes are written in the scratch area, where they may be used again. */
  holder: object | undefined;
  /** Whether a bound context refers to this program, and may ask it after an update. */
  bound = false;

  /** The instance of the module that `#loaded` lives in. */
  #generation = NONE;
  #loaded: Loaded | undefined;
  /** Kept to load it again after a trap. */
  readonly #bytes: Uint8Array | undefined;
  readonly #life: Life;
  /** By key, without a prototype: looked up faster than a Map. */
  readonly #flags: Record<string, Flag>;
  readonly #absent: Flag;
  #attributes: AttributeInfo[] = [];
  #steps: readonly Step[] | undefined;
  #keys: readonly string[] | undefined;
  #all: readonly Flag[] | undefined;

  private constructor(report: LoadReport, life: Life, flags: Record<string, Flag>, absent: Flag, bytes?: Uint8Array) {
    this.report = freeze(report);
    this.fixed = bytes === undefined;
    this.#life = life;
    this.#flags = flags;
    this.#absent = absent;
    this.#bytes = bytes;
    this.lastFlag = absent;
  }

  /** Loads a snapshot; throws where it is refused as a whole. */
  static load(bytes: Uint8Array, life: Life): Program {
    const engine = open(bytes);
    vitals.inside = true;
    const report = engine.report();
    vitals.inside = false;
    const program = new Program(report, life, Object.create(null), constantFlag("", NOT_FOUND), bytes);
    program.#take(engine);
    return program;
  }

  /** Answers with these values, without a snapshot and without the module. */
  static fix(values: { readonly [key: string]: FlagValue }, life: Life): Program {
    const flags: Record<string, Flag> = Object.create(null);
    for (const [key, value] of Object.entries(values)) flags[key] = constantFlag(key, STATIC_FIRST, value);
    const report = { revision: "fixed", flags: Object.keys(flags).length, refused: [] };
    return new Program(report, life, flags, constantFlag("", NOT_FOUND));
  }

  /** Answers nothing: what a Tidegate has after it was disposed of. */
  static none(report: LoadReport, life: Life): Program {
    return new Program(report, life, Object.create(null), constantFlag("", NOT_READY));
  }

  get disposed(): boolean {
    return this.#life.over;
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

  /** Every key in the snapshot, sorted, those of refused flags included; a flag's number is its place here. */
  keys(): readonly string[] {
    this.#keys ??= freeze(this.fixed ? Object.keys(this.#flags).sort() : this.#listKeys());
    return this.#keys;
  }

  /** Every flag, in the order of their numbers. */
  all(): readonly Flag[] {
    this.#all ??= this.keys().map((key) => this.find(key));
    return this.#all;
  }

  /** How to read every attribute that some flag refers to. */
  steps(): readonly Step[] {
    this.#steps ??= planOf(this.#attributes.map(({ path }, slot) => ({ slot, path })));
    return this.#steps;
  }

  /** The keys whose definition differs in the next program. */
  changed(next: Program): string[] {
    const after = next.ready().engine;
    const before = this.ready().engine;
    vitals.inside = true;
    const keys = before.changed(after);
    vitals.inside = false;
    return keys;
  }

  /** Gives back what it holds in the module. It can still be asked, and then loads itself again. */
  close(): void {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    // After a trap the instance is gone, and this with it.
    if (loaded === undefined || this.#generation !== vitals.generation || vitals.inside) return;
    vitals.inside = true;
    loaded.engine.free();
    vitals.inside = false;
  }

  #reload(): Loaded {
    if (this.#bytes === undefined || this.#life.over) {
      throw new TidegateError("DISPOSED", "this Tidegate was disposed of");
    }
    return this.#take(open(this.#bytes));
  }

  #take(engine: Engine): Loaded {
    vitals.inside = true;
    const loaded = { engine, scratch: new Scratch(engine) };
    this.#loaded = loaded;
    this.#generation = vitals.generation;
    // The same bytes give flags and attributes the same numbers, so that what is known of them stays true.
    this.#attributes = [];
    this.#learn(loaded);
    vitals.inside = false;
    return loaded;
  }

  /** Takes note of attributes that were not known before. */
  #learn({ engine, scratch }: Loaded): void {
    for (const attribute of engine.attributes(this.#attributes.length)) {
      this.#attributes.push(attribute);
      scratch.symbols.push(symbolsOf(attribute));
      this.#steps = undefined;
    }
    scratch.locate();
    this.holder = undefined;
  }

  #describe(key: string): Flag {
    if (this.fixed || typeof key !== "string") return this.#absent;
    const loaded = this.ready();
    vitals.inside = true;
    const index = loaded.engine.find(key);
    const info = index < 0 ? undefined : loaded.engine.describe(index);
    if (info === undefined) refresh();
    else this.#learn(loaded);
    vitals.inside = false;
    if (info === undefined) return this.#absent;
    const reads = Array.from(info.slots, (slot) => ({ slot, path: this.#attributes[slot]?.path ?? [] }));
    const flag = flagOf(info, index, planOf(reads));
    this.#flags[key] = flag;
    return flag;
  }

  #listKeys(): string[] {
    const { engine } = this.ready();
    vitals.inside = true;
    const keys = engine.keys();
    vitals.inside = false;
    return keys;
  }
}

/** Loads bytes into the module, or throws the refusal as an error. */
function open(bytes: Uint8Array): Engine {
  revive();
  vitals.inside = true;
  try {
    const engine = Engine.load(bytes);
    vitals.inside = false;
    return engine;
  } catch (thrown) {
    if (!isRefusal(thrown)) throw stopped(thrown);
    vitals.inside = false;
    const { code, message, path, suggestion } = thrown;
    throw new TidegateError(code, message, suggestion === undefined ? { path } : { path, suggestion });
  } finally {
    refresh();
  }
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

function isRefusal(thrown: unknown): thrown is DocumentRefusal {
  return typeof thrown === "object" && thrown !== null && !(thrown instanceof Error) && "code" in thrown;
}

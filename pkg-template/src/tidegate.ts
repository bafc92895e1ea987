/// <reference lib="esnext.disposable" preserve="true" />
import { Assignments } from "./assignments.js";
import { begun, Fixed, NOTHING, Start } from "./beginning.js";
import { Binding } from "./binding.js";
import { type Bootstrap, type BootstrapOptions, bootstrapOf, differing } from "./bootstrap.js";
import { Bound, explanationOf, namespaceOf, valuesOf } from "./bound.js";
import { answer } from "./decide.js";
import { decisionFor } from "./decision.js";
import { refusedAt, TidegateError } from "./error.js";
import type { Explanation } from "./explanation.js";
import type { Balance, ExposureListener, ExposureListening } from "./exposure.js";
import { Exposures } from "./exposures.js";
import { BOOLEAN, NUMBER, OBJECT, STRING } from "./flag.js";
import { Waiting } from "./freeze.js";
import type { Key, KeyOf, ObjectOf, ValueOf } from "./keys.js";
import { type ChangeListener, Listeners } from "./listeners.js";
import { addressOfPage, overridesIn } from "./overrides.js";
import type { Parameters } from "./parameters.js";
import { type Life, Program, stopped } from "./program.js";
import { Rollbacks } from "./rollbacks.js";
import { init } from "./runtime.js";
import { bytesOf, obtainBytes, placeOf, type Snapshot, type SnapshotSource } from "./source.js";
import type {
  AlarmState,
  AnyFlags,
  Context,
  DecideOptions,
  Decision,
  FlagMetadata,
  LoadReport,
  ModuleSource,
  ParameterOptions,
  RollbackListener,
  TidegateOptions,
  UpdateOptions,
} from "./types.js";

/**
 * A snapshot that decides. Once it is loaded everything is synchronous, and no getter ever throws: where a flag, a
 * context or a key is wrong, the fallback comes back, and `decide` says why.
 *
 * `Flags` maps keys to the types of their values: `Tidegate<{ "new-checkout": boolean; theme: "dark" | "light" }>`.
 */
export class Tidegate<Flags extends { [K in keyof Flags]: unknown } = AnyFlags> {
  readonly #life: Life;
  readonly #listeners = new Listeners<readonly string[]>();
  readonly #options: TidegateOptions;
  /** What it remembers outlasts the last listener. */
  #exposures: Exposures | undefined;
  readonly #strict: boolean;
  readonly #overridable: boolean;
  #program: Program;
  /** An update that came while this one is frozen. */
  #waiting: Waiting | undefined;
  /** The program before the last update, while bound contexts may ask it. */
  #before: Program | undefined;

  /** Loads a snapshot in hand, after `Tidegate.init`. Throws a `TidegateError` where it is refused as a whole. */
  constructor(snapshot: Snapshot, options: TidegateOptions = {}) {
    const clock = options.now ?? Date.now;
    const assignments = options.store === undefined ? undefined : new Assignments(options.store);
    const rollbacks = new Rollbacks(clock, assignments);
    this.#life = {
      over: false,
      clock,
      exposures: undefined,
      assignments,
      rollbacks,
      forced: new Map(),
      off: new Set(),
    };
    this.#strict = options.strict ?? false;
    this.#options = options;
    this.#program = begun(snapshot, this.#life) ?? this.#load(bytesOf(snapshot));
    this.#overridable = options.overrides !== undefined && options.overrides !== false;
    if (this.#overridable) {
      const address = typeof options.overrides === "string" ? options.overrides : addressOfPage();
      for (const [key, variant] of overridesIn(address)) this.#life.forced.set(key, variant);
      this.#program.sayAll();
    }
    if (options.onExposure !== undefined) this.#onExposure(options.onExposure);
  }

  /**
   * Obtains, compiles and instantiates the module, once. Without an argument the entry that was imported knows where
   * it is; `tidegate/module` wants it from the caller.
   */
  static init(module?: ModuleSource): Promise<void> {
    return init(module);
  }

  /** Obtains the module and a snapshot: its bytes or object, a URL that has it, or a Response. */
  static async load<Flags extends { [K in keyof Flags]: unknown } = AnyFlags>(
    source: SnapshotSource,
    options?: TidegateOptions,
  ): Promise<Tidegate<Flags>> {
    const [bytes] = await Promise.all([obtainBytes(source), init()]);
    try {
      return new Tidegate<Flags>(bytes, options);
    } catch (refused) {
      const place = placeOf(source);
      if (!(refused instanceof TidegateError) || place === "") throw refused;
      throw refusedAt(refused, place);
    }
  }

  /** Answers with these values, without a snapshot and without the module: for tests, and where neither can be had. */
  static fixed<Flags extends { [K in keyof Flags]: unknown } = AnyFlags>(
    values: { readonly [K in keyof Flags]?: Flags[K] },
  ): Tidegate<Flags> {
    return new Tidegate<Flags>(new Fixed(values));
  }

  /**
   * Starts from what another Tidegate has decided: see `bootstrap`. Needs neither snapshot nor module, and is there at once: a page
   * shows what its server has shown. Every context gets those decisions, with the reason `CACHED`, and nothing is exposed, until
   * `update` brings a snapshot (after `Tidegate.init`). Throws a `TidegateError` where it is given something else.
   */
  static start<Flags extends { [K in keyof Flags]: unknown } = AnyFlags>(
    bootstrap: Bootstrap,
    options?: TidegateOptions,
  ): Tidegate<Flags> {
    return new Tidegate<Flags>(new Start(bootstrap), options);
  }

  /**
   * Answers with fallbacks, and `decide` with `PROVIDER_NOT_READY`, until `update` brings a snapshot: for whoever is still waiting
   * for one. The module is wanted for the update, not before.
   */
  static empty<Flags extends { [K in keyof Flags]: unknown } = AnyFlags>(options?: TidegateOptions): Tidegate<Flags> {
    return new Tidegate<Flags>(NOTHING, options);
  }

  boolean<K extends KeyOf<Flags, boolean>>(
    key: K,
    fallback: ValueOf<Flags, K, boolean>,
    context?: Context | null,
  ): ValueOf<Flags, K, boolean> {
    return answer(this.#program, BOOLEAN, key, fallback, context);
  }

  string<K extends KeyOf<Flags, string>>(
    key: K,
    fallback: ValueOf<Flags, K, string>,
    context?: Context | null,
  ): ValueOf<Flags, K, string> {
    return answer(this.#program, STRING, key, fallback, context);
  }

  number<K extends KeyOf<Flags, number>>(
    key: K,
    fallback: ValueOf<Flags, K, number>,
    context?: Context | null,
  ): ValueOf<Flags, K, number> {
    return answer(this.#program, NUMBER, key, fallback, context);
  }

  /** The value is deeply frozen and shared by everyone who asks. */
  object<K extends KeyOf<Flags, object>>(
    key: K,
    fallback: ObjectOf<Flags, K>,
    context?: Context | null,
  ): ObjectOf<Flags, K> {
    return answer(this.#program, OBJECT, key, fallback, context);
  }

  /**
   * The value with the variant, the reason and the rule, or the error. With `{ expose: false }` it is no exposure until
   * `expose` is called with it.
   */
  decide<K extends Key<Flags>>(key: K, context?: Context | null, options?: DecideOptions): Decision<Flags[K]> {
    // What the key's values are was checked where the flag was described, or is the caller's word.
    return decisionFor(this.#program, key, context, options) as Decision<Flags[K]>;
  }

  /** Binds a context for many flags: copies its attributes, and stays with this snapshot and this instant. */
  for(context?: Context | null, options?: DecideOptions): Bound<Flags> {
    return new Bound<Flags>(this.#bind(context, options?.now ?? this.#life.clock()));
  }

  /** Every flag's value, by key; flags that have none for this context are left out. None is exposed. */
  values(context?: Context | null, options?: DecideOptions): Partial<Flags> {
    return valuesOf(this.#bind(context, options?.now)) as Partial<Flags>;
  }

  /**
   * The parameters of a namespace, by name: its flags set them together, each by the variant that it serves. Where several set
   * one, an experiment comes before what is none, and of two alike the first by key: `loadReport.warnings` tells of experiments
   * that come second. A forced one is as it is forced, and leaves the others alone. Whoever sets a parameter is exposed, and
   * nobody else. Reads all flags.
   *
   * What a namespace has is the caller's word: `parameters<Namespaces["feed"]>("feed", context)`.
   */
  parameters<Named extends object = Parameters>(
    namespace: string,
    context?: Context | null,
    options?: ParameterOptions,
  ): Named {
    return namespaceOf(this.#bind(context, options?.now), namespace, options?.force ?? {}) as Named;
  }

  /** Every step of a decision, with its outcome and why. `tidegate/slim` has none, and throws a `TidegateError`. */
  explain<K extends Key<Flags>>(key: K, context?: Context | null, options?: DecideOptions): Explanation {
    return explanationOf(this.#bind(context, options?.now), key);
  }

  /**
   * When a decision could next be another though nothing but the time changes, in epoch milliseconds; undefined where
   * that is never, as far as the snapshot says. Of one flag with those that it needs, or of all flags that were asked for
   * so far (with `strict`, and after something was bound, of all there are). To ask again exactly then is to miss nothing.
   */
  nextChange<K extends Key<Flags>>(key?: K, options?: DecideOptions): number | undefined {
    try {
      const next = this.#program.nextChange(key, Number(options?.now ?? this.#life.clock()));
      return Number.isFinite(next) ? next : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Tells of a decision that was made with `{ expose: false }`, once. Answers whether anybody had to be told: somebody
   * listened when it was made, the flag is not silent, and the exposure is not among those that are remembered.
   */
  expose(decision: Decision<unknown>): boolean {
    return this.#life.exposures?.expose(decision) ?? false;
  }

  /**
   * What is decided for a context, of all flags or of some, as plain JSON for `Tidegate.start` elsewhere: a server puts it into the
   * page that it renders. It holds values, names of variants and ids of rules, and nothing of the context. Nothing is exposed.
   */
  bootstrap(context?: Context | null, options?: BootstrapOptions<Key<Flags>>): Bootstrap {
    const binding = this.#bind(context, options?.now);
    try {
      return bootstrapOf(binding, options?.keys ?? this.keys());
    } catch (cause) {
      throw stopped(cause);
    }
  }

  /**
   * Where every split stands that units were exposed to while somebody listened: how many units were first exposed in which
   * arm because of a hash, under the flag's definition of now, and whether that goes with its weights.
   */
  balance(): readonly Balance[] {
    return this.#exposures?.balance() ?? [];
  }

  /**
   * Serves a variant of a flag in place of everything that it would decide, with the reason `OVERRIDE`, until another is given or
   * none; it stays through updates. Answers whether the flag has that variant now. Throws a `TidegateError` unless the Tidegate
   * was made with `overrides`.
   */
  override(key: Key<Flags>, variant?: string): boolean {
    if (!this.#overridable) {
      throw new TidegateError("INVALID_ARGUMENT", "overrides are off: make the Tidegate with `{ overrides: true }`");
    }
    if (variant === undefined) this.#life.forced.delete(key);
    else this.#life.forced.set(key, variant);
    const flag = this.#program.find(key);
    this.#program.say(flag);
    return variant !== undefined && flag.variants.includes(variant);
  }

  /**
   * Says that an alarm is up, or is no more. Guardrails that name it roll back while they count: a ramp's from its beginning until
   * it was watched to its end, all others always. A rollback stays when the alarm ends: see `resetRollbacks`. This instance
   * alone hears of it; a fleet is told by the snapshot's `alarms`.
   */
  setAlarm(name: string, state: AlarmState): void {
    this.#life.rollbacks.setAlarm(this.#program, name, state);
  }

  /**
   * Counts the outcome of a decision, bad or not, where a guardrail of the rule that made it watches outcomes of this name. Once
   * one arm's bad outcomes are too many beside the control arm's, whenever that is looked at, the rule rolls back. A unit has
   * one bad outcome at most, which is for the caller to see to. Answers whether somebody watches.
   */
  outcome(name: string, decision: Decision<unknown>, bad = true): boolean {
    return bad && this.#life.rollbacks.outcome(this.#program, name, decision);
  }

  /** Takes the rollbacks of a flag back, or all. An alarm that is still up rolls back again at its next turn. */
  resetRollbacks(key?: Key<Flags>): void {
    this.#life.rollbacks.reset(this.#program, key);
  }

  /**
   * Puts another snapshot in this one's place, all at once. A snapshot that is refused as a whole, or whose `sequence`
   * is older, throws a `TidegateError` and changes nothing.
   *
   * While the snapshot in use is in its `freeze`, the other one is held back until that ends, unless it is forced: the report that
   * is answered is still the old one's, with `held`. Flags that the other one switches off are off at once, though, and its
   * alarms are heard. It takes its place by a timer, or at the first `thaw` after the freeze where no timers run.
   */
  update(next: Snapshot, options: UpdateOptions = {}): LoadReport {
    if (this.#life.over) throw new TidegateError("DISPOSED", "this Tidegate was disposed of");
    const before = this.#program;
    if (before.fixed && !before.starting)
      throw new TidegateError("INVALID_ARGUMENT", "a fixed Tidegate has no snapshot to replace");
    const program = this.#load(bytesOf(next));
    try {
      refuseOlder(before.sequence, program.report);
      if (this.#waiting !== undefined) refuseOlder(this.#waiting.program.sequence, program.report);
      const now = this.#life.clock();
      const until = options.force === true ? Number.NaN : before.frozenUntil(now);
      if (until > now) {
        this.#wait(program, until, now);
        return this.loadReport;
      }
    } catch (refused) {
      program.close();
      throw stopped(refused);
    }
    this.#replace(program, options.context);
    return program.report;
  }

  /**
   * Puts an update that was held back in its place if the freeze is over; answers whether it did. Timers do the same by themselves,
   * where they run.
   */
  thaw(): boolean {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#life.over) return false;
    const now = this.#life.clock();
    const until = this.#program.frozenUntil(now);
    if (until > now) {
      this.#wait(waiting.program, until, now);
      return false;
    }
    this.#replace(waiting.program);
    return true;
  }

  /** Has a program wait in the place of the one that waits. */
  #wait(program: Program, until: number, now: number): void {
    const before = this.#waiting;
    before?.stop();
    if (before !== undefined && before.program !== program) before.program.close();
    this.#waiting = new Waiting(program, until, now, () => this.thaw());
    this.#waiting.hurry(this.#life, this.#program);
  }

  /** Ends whatever waits, but for the program that is to take its place. */
  #endWaiting(next?: Program): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.end(this.#life);
    if (waiting !== undefined && waiting.program !== next) waiting.program.close();
  }

  #replace(program: Program, context?: unknown): void {
    const before = this.#program;
    let changed: readonly string[] = [];
    try {
      if (this.#listeners.any) {
        changed = before.starting ? differing(before, program, context) : before.changed(program);
      }
    } catch (cause) {
      program.close();
      throw stopped(cause);
    }
    this.#endWaiting(program);
    this.#program = program;
    this.#before?.close();
    this.#before = before.bound ? before : undefined;
    if (!before.bound) before.close();
    program.sayAll();
    this.#life.rollbacks.turn(program);
    this.#exposures?.turn(program);
    if (changed.length > 0) this.#listeners.call(changed);
  }

  /**
   * What was found so far in the snapshot that is in use. Flags are read, or of a compiled snapshot checked, when they are first asked
   * for, unless it was loaded with `strict`: `checked` says how many were. `warnings` are about those that were asked for, and with
   * `strict` about all.
   */
  get loadReport(): LoadReport {
    const { report } = this.#program;
    return this.#waiting === undefined ? report : Object.freeze({ ...report, held: Object.freeze(this.#waiting.held) });
  }

  /** The revision of the snapshot that is in use. */
  get revision(): string {
    return this.#program.revision;
  }

  /** Every flag's key, sorted; those of refused flags too. */
  keys(): readonly Key<Flags>[] {
    return this.#program.keys() as readonly Key<Flags>[];
  }

  /** A flag's `metadata`; empty where it has none, undefined where there is no such flag. */
  metadata<K extends Key<Flags>>(key: K): FlagMetadata | undefined {
    try {
      return this.#program.find(key).metadata;
    } catch {
      return undefined;
    }
  }

  /**
   * Calls back after an update with the keys whose definition differs, those that came and went included; or with every
   * exposure, and the attributes of its context that are listed; or with every rollback. `decide` and the typed getters expose,
   * those of a bound context too; `values` and `explain` don't, and nor does a flag that is asked because another one needs it.
   * Returns what ends that.
   */
  on(event: "change", listener: ChangeListener<Key<Flags>>): () => void;
  on(event: "exposure", listener: ExposureListener, listening?: ExposureListening): () => void;
  on(event: "rollback", listener: RollbackListener): () => void;
  on(
    event: "change" | "exposure" | "rollback",
    listener: ChangeListener<Key<Flags>> | ExposureListener | RollbackListener,
    listening?: ExposureListening,
  ): () => void {
    switch (event) {
      case "change":
        return this.#listeners.add(listener as ChangeListener<string>);
      case "exposure":
        return this.#onExposure(listener as ExposureListener, listening);
      case "rollback":
        return this.#life.rollbacks.listeners.add(listener as RollbackListener);
      default:
        throw new TidegateError(
          "INVALID_ARGUMENT",
          `there is no event \`${event}\`: there are \`change\`, \`exposure\` and \`rollback\``,
        );
    }
  }

  /** Frees what it holds in the module. Every answer is a fallback from here on. */
  dispose(): void {
    if (this.#life.over) return;
    this.#life.over = true;
    this.#endWaiting();
    this.#before?.close();
    this.#before = undefined;
    this.#program.close();
    this.#program = Program.none(this.#program);
    this.#listeners.clear();
    this.#life.exposures = undefined;
    this.#life.rollbacks.listeners.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #onExposure(listener: ExposureListener, listening?: ExposureListening): () => void {
    this.#exposures ??= new Exposures(this.#program, this.#options);
    const exposures = this.#exposures;
    const end = exposures.listen(listener, listening);
    if (!this.#life.over) this.#life.exposures = exposures;
    return () => {
      end();
      if (!exposures.any) this.#life.exposures = undefined;
    };
  }

  #load(bytes: Uint8Array): Program {
    try {
      return Program.load(bytes, this.#life, this.#strict);
    } catch (cause) {
      throw stopped(cause);
    }
  }

  #bind(context: unknown, now: number | Date | undefined): Binding {
    this.#program.bound = true;
    return new Binding(this.#program, context, now === undefined ? undefined : Number(now));
  }
}

function refuseOlder(before: number | undefined, { sequence }: LoadReport): void {
  if (before === undefined || sequence === undefined || sequence >= before) return;
  throw new TidegateError("OLDER_SEQUENCE", `\`sequence\` is ${sequence} where the snapshot in use has ${before}`, {
    path: "/sequence",
  });
}

import type { Binding } from "./binding.js";
import { decisionOf } from "./decision.js";
import { TidegateError } from "./error.js";
import type { Explanation } from "./explanation.js";
import { BOOLEAN, NUMBER, OBJECT, STRING } from "./flag.js";
import type { Key, KeyOf, ObjectOf, ValueOf } from "./keys.js";
import { isError, variantOf } from "./outcome.js";
import { type Parameters, parametersOf } from "./parameters.js";
import { stopped } from "./program.js";
import type { AnyFlags, Decision, ExposeOptions } from "./types.js";

/**
 * A context bound once, for many flags. Its attributes were copied when it was bound, and it stays with the snapshot
 * and the instant of then, whatever is changed or updated later.
 */
export class Bound<Flags extends { [K in keyof Flags]: unknown } = AnyFlags> {
  readonly #binding: Binding;

  /** @internal */
  constructor(binding: Binding) {
    this.#binding = binding;
  }

  /** The revision of the snapshot that decides. */
  get revision(): string {
    return this.#binding.program.revision;
  }

  boolean<K extends KeyOf<Flags, boolean>>(key: K, fallback: ValueOf<Flags, K, boolean>): ValueOf<Flags, K, boolean> {
    return answer(this.#binding, BOOLEAN, key, fallback);
  }

  string<K extends KeyOf<Flags, string>>(key: K, fallback: ValueOf<Flags, K, string>): ValueOf<Flags, K, string> {
    return answer(this.#binding, STRING, key, fallback);
  }

  number<K extends KeyOf<Flags, number>>(key: K, fallback: ValueOf<Flags, K, number>): ValueOf<Flags, K, number> {
    return answer(this.#binding, NUMBER, key, fallback);
  }

  /** The value is deeply frozen and shared by everyone who asks. */
  object<K extends KeyOf<Flags, object>>(key: K, fallback: ObjectOf<Flags, K>): ObjectOf<Flags, K> {
    return answer(this.#binding, OBJECT, key, fallback);
  }

  /** The value with the variant, the reason and the rule, or the error. */
  decide<K extends Key<Flags>>(key: K, options?: ExposeOptions): Decision<Flags[K]> {
    // What the key's values are was checked where the flag was described, or is the caller's word.
    return decisionOf(this.#binding, key, options?.expose) as Decision<Flags[K]>;
  }

  /** Every flag's value, by key; flags that have none for this context are left out. None is exposed. */
  values(): Partial<Flags> {
    return valuesOf(this.#binding) as Partial<Flags>;
  }

  /** The parameters of a namespace: see `Tidegate.parameters`. */
  parameters<Named extends object = Parameters>(namespace: string, forced: Parameters = {}): Named {
    return namespaceOf(this.#binding, namespace, forced) as Named;
  }

  /** Every step of a decision, with its outcome and why. `tidegate/slim` has none, and throws a `TidegateError`. */
  explain<K extends Key<Flags>>(key: K): Explanation {
    return explanationOf(this.#binding, key);
  }
}

function answer<T>(binding: Binding, type: number, key: string, fallback: T): T {
  try {
    const { program } = binding;
    const flag = program.find(key);
    if (flag.type !== type || program.disposed) return fallback;
    const outcome = binding.decide(flag);
    program.exposures?.see(program, flag, outcome, binding, 0);
    // The flag's type is the one that was asked for.
    return isError(outcome) ? fallback : (flag.values[variantOf(outcome)] as T);
  } catch {
    // The module stopped, or the caller has used up the stack.
    return fallback;
  }
}

/** @internal */
export function valuesOf(binding: Binding): Record<string, unknown> {
  try {
    return binding.program.disposed ? {} : binding.values();
  } catch {
    return {};
  }
}

/** @internal */
export function namespaceOf(binding: Binding, namespace: string, forced: Parameters): Parameters {
  try {
    return binding.program.disposed ? {} : parametersOf(binding, namespace, forced);
  } catch {
    return {};
  }
}

/** @internal */
export function explanationOf(binding: Binding, key: string): Explanation {
  if (SLIM) {
    throw new TidegateError(
      "NOT_IN_SLIM",
      "`tidegate/slim` explains nothing: import `tidegate`, which reads the same snapshots",
    );
  }
  try {
    const flag = binding.program.find(key);
    if (flag.index >= 0 && (flag.constant >= 0 || binding.complaint(flag) === undefined)) return binding.explain(flag);
    // There is nothing to walk through: no flag in the module, or no context to read.
    const { value: _, ...decision } = decisionOf(binding, key, false);
    return { ...decision, at: binding.instant(true), steps: [] };
  } catch (cause) {
    throw stopped(cause);
  }
}

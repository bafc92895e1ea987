import type { Binding } from "./binding.js";
import type { Flag } from "./flag.js";
import { countingRule, isError, variantOf } from "./outcome.js";
import type { Json } from "./types.js";

// What the flags of a namespace set together. An experiment comes before a feature, and of two alike the first by key: so two
// tests of one parameter are resolved the same way every time.

export type Parameters = { readonly [name: string]: Json };

/** The parameters of a namespace for a bound context. Whoever set one is exposed; `forced` ones are set by nobody. */
export function parametersOf(binding: Binding, namespace: string, forced: Parameters): Parameters {
  const { program } = binding;
  const set = new Map<
    string,
    { readonly value: Json; readonly flag?: Flag; readonly outcome: number; readonly strong: boolean }
  >();
  for (const [name, value] of Object.entries(forced)) set.set(name, { value, outcome: 0, strong: true });
  for (const flag of program.all()) {
    if (flag.traffic.namespace !== namespace) continue;
    const outcome = binding.complaint(flag) === undefined ? binding.decide(flag) : -1;
    if (outcome < 0 || isError(outcome)) continue;
    const strong = Boolean(flag.traffic.experiments[countingRule(flag, outcome)]);
    for (const [name, value] of Object.entries(flag.values[variantOf(outcome)] ?? {})) {
      const before = set.get(name);
      if (before === undefined || (strong && !before.strong)) set.set(name, { value, flag, outcome, strong });
    }
  }
  const exposed = new Set<Flag>();
  const parameters: Record<string, Json> = Object.create(null);
  for (const [name, { value, flag, outcome }] of set) {
    parameters[name] = value;
    if (flag === undefined || exposed.has(flag)) continue;
    exposed.add(flag);
    program.exposures?.see(program, flag, outcome, binding, 0);
  }
  return Object.freeze({ ...parameters });
}

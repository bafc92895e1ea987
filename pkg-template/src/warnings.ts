import type { Flag } from "./flag.js";
import { compare } from "./order.js";
import type { Warning } from "./types.js";

// Parameters that experiments of several flags set. `src/conflicts.rs` says the same of them, word for word: the module has none of
// it, for what it describes is enough.

/** The warnings about flags, in the order of their keys and then of the parameters' names. */
export function warningsOf(flags: readonly Flag[]): Warning[] {
  const firsts = new Map<string, string>();
  const warnings: Warning[] = [];
  for (const flag of flags.filter(isTested).sort((a, b) => compare(a.key, b.key))) {
    const { namespace } = flag.traffic;
    for (const [parameter, variant] of settersOf(flag)) {
      const place = JSON.stringify([namespace, parameter]);
      const first = firsts.get(place);
      if (first === undefined) firsts.set(place, flag.key);
      else warnings.push(conflict(namespace, parameter, first, flag.key, variant));
    }
  }
  return warnings;
}

/** Whether a flag sets parameters, and by an experiment. */
function isTested({ traffic }: Flag): boolean {
  return traffic.namespace !== "" && traffic.experiments.some((experiment) => experiment !== null);
}

/** The parameters that a flag's variants set, each with the first variant that does. */
function settersOf({ variants, values }: Flag): [parameter: string, variant: string][] {
  const setters = new Map<string, string>();
  for (const [position, variant] of variants.entries()) {
    for (const parameter of Object.keys(values[position] ?? {})) {
      if (!setters.has(parameter)) setters.set(parameter, variant);
    }
  }
  return [...setters].sort(([a], [b]) => compare(a, b));
}

/** Names two flags, however many there are: so the length of all warnings together is linear in the snapshot. */
function conflict(namespace: string, parameter: string, first: string, flag: string, variant: string): Warning {
  const where = `the parameter \`${parameter}\` of the namespace \`${namespace}\``;
  const found = `is set by the experiments of \`${first}\` and \`${flag}\``;
  return {
    flag,
    code: "CONFLICTING_PARAMETER",
    path: ["", "flags", flag, "variants", variant, parameter].map(escaped).join("/"),
    message: `${where} ${found}, expected by those of one flag: \`${first}\` comes first`,
  };
}

/** A step of a JSON Pointer. */
function escaped(step: string): string {
  return step.replaceAll("~", "~0").replaceAll("/", "~1");
}

import type { Flag } from "./flag.js";
import { compare } from "./order.js";
import type { Warning } from "./types.js";

// Parameters that experiments of several flags set. `src/conflicts.rs` says the same of them, word for word: the module has none of
// it, for what it describes is enough.

/** The warnings about flags, in the order of their keys and then of the parameters' names. */
export function warningsOf(flags: readonly Flag[]): Warning[] {
  const known = new Map<string, Setters>();
  const warnings: Warning[] = [];
  for (const flag of flags.filter(isTested).sort((a, b) => compare(a.key, b.key))) {
    const { namespace } = flag.traffic;
    const layer = layerOf(flag);
    for (const [parameter, variant] of settersOf(flag)) {
      const place = JSON.stringify([namespace, parameter]);
      const setters = known.get(place) ?? new Setters(flag, layer);
      known.set(place, setters);
      const first = setters.meet(flag, layer);
      if (first !== undefined) warnings.push(conflict(namespace, parameter, first, flag.key, variant));
    }
  }
  return warnings;
}

/** The flags that set a parameter: as many as tell which is the first that another one meets, whatever layer it stands in. */
class Setters {
  readonly #first: Flag;
  readonly #layer: string | undefined;
  /** The first one that doesn't stand in the layer of that. */
  #elsewhere: string | undefined;
  /** The first ones of a layer's experiments. */
  readonly #inside = new Map<string, string>();

  constructor(first: Flag, layer: string | undefined) {
    this.#first = first;
    this.#layer = layer;
  }

  /** Takes in a flag, and answers with the first one that a unit may meet together with it. */
  meet(flag: Flag, layer: string | undefined): string | undefined {
    const met: (string | undefined)[] = [];
    if (flag !== this.#first) {
      const isApart = layer !== undefined && layer === this.#layer;
      met.push(isApart ? this.#elsewhere : this.#first.key);
      if (!isApart) this.#elsewhere ??= flag.key;
    }
    for (const experiment of layer === undefined ? [] : new Set(flag.traffic.experiments)) {
      if (experiment === null) continue;
      const place = JSON.stringify([layer, experiment]);
      met.push(this.#inside.get(place));
      if (!this.#inside.has(place)) this.#inside.set(place, flag.key);
    }
    return met.filter((key) => key !== undefined).sort(compare)[0];
  }
}

/** The layer that has all of a flag's experiments, if one has: different ones of it keep their units apart. */
function layerOf({ traffic: { experiments, layers } }: Flag): string | undefined {
  const all = new Set(layers.filter((_, position) => experiments[position] !== null));
  const [layer] = all;
  return all.size === 1 && layer !== null ? layer : undefined;
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

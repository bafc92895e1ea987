import type { Balance } from "./exposure.js";
import type { Flag } from "./flag.js";
import type { Program } from "./program.js";
import type { Count, Met } from "./seen.js";
import { SequentialTest } from "./sequential.js";

// The units of every experiment by arm, as they are first exposed, held against the weights of its split.

/** The units of one split under one definition. */
interface Tally extends Count {
  readonly flag: Flag;
  readonly rule: number;
  /** Differs where the flag's definition does. */
  readonly meaning: number;
  /** The variants that have a share. */
  readonly variants: readonly number[];
  readonly shares: readonly number[];
  readonly test: SequentialTest;
}

/** How many buckets there are. */
const BUCKETS = 1_000_000;

export class Tallies {
  readonly #tallies = new Map<string, Tally>();
  readonly #meanings = new WeakMap<Flag, number>();
  /** The program in use: of another one, only what is defined alike counts. */
  #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Counts a unit that a hash gave a variant of a split, unless it is in the count already. */
  count(program: Program, flag: Flag, rule: number, variant: number, met: Met): void {
    // A getter of the context may have updated: the program before is gone then, unless a bound context may ask it.
    if (program !== this.#program && !program.bound) return;
    const tally = this.#tallyFor(program, flag, rule);
    const arm = tally?.variants.indexOf(variant) ?? -1;
    if (tally === undefined || arm < 0 || met.counted.includes(tally)) return;
    met.counted = [...met.counted.filter(({ over }) => !over), tally];
    tally.test.observe(arm);
  }

  /** Goes on with another program: a split whose flag is defined otherwise begins anew. */
  turn(program: Program): void {
    this.#program = program;
    for (const [key, tally] of this.#tallies) {
      if (this.#meaningIn(program, tally.flag.key) === tally.meaning) continue;
      this.#tallies.delete(key);
      tally.over = true;
    }
  }

  /** Where every split stands. */
  report(): Balance[] {
    return Array.from(this.#tallies.values(), ({ flag, rule, variants, shares, test, forgotten }) => {
      const why = forgotten ? FORGOTTEN : test.total < 2 ? ALONE : undefined;
      return {
        flag: flag.key,
        rule: flag.rules[rule] ?? "",
        ...placeOf(flag, rule),
        arms: variants.map((variant, arm) => ({
          variant: flag.variants[variant] ?? "",
          share: (shares[arm] ?? 0) / BUCKETS,
          units: test.counts[arm] ?? 0,
        })),
        pValue: test.pValue,
        valid: why === undefined,
        ...(why === undefined ? undefined : { why }),
      };
    });
  }

  #tallyFor(program: Program, flag: Flag, rule: number): Tally | undefined {
    const key = `${rule} ${flag.key}`;
    const meaning = this.#meaning(program, flag);
    const known = this.#tallies.get(key);
    if (known?.meaning === meaning) return known;
    const arms = armsOf(flag, rule);
    // A bound context stays with the snapshot that it was bound to.
    if (arms.size < 2 || this.#meaningIn(this.#program, flag.key) !== meaning) return undefined;
    const [variants, shares] = [[...arms.keys()], [...arms.values()]];
    const test = new SequentialTest(shares);
    const tally = { flag, rule, meaning, variants, shares, test, over: false, forgotten: false };
    this.#tallies.set(key, tally);
    return tally;
  }

  #meaning(program: Program, flag: Flag): number {
    const meaning = this.#meanings.get(flag) ?? program.meaning(flag);
    this.#meanings.set(flag, meaning);
    return meaning;
  }

  #meaningIn(program: Program, key: string): number | undefined {
    const flag = program.find(key);
    return flag.index < 0 ? undefined : this.#meaning(program, flag);
  }
}

const FORGOTTEN = "units were forgotten to make room, so that some may have been counted twice";
const ALONE = "only one unit was exposed";

/** The experiment of a rule, and its layer, where it has them. */
export function placeOf(flag: Flag, rule: number): { experiment?: string; layer?: string } {
  const { experiments, layers } = flag.traffic;
  const [experiment, layer] = [experiments[rule], layers[rule]];
  return { ...(experiment && { experiment }), ...(layer && { layer }) };
}

/** The variants that have buckets in a rule's split, and how many. */
export function armsOf(flag: Flag, rule: number): Map<number, number> {
  const arms = new Map<number, number>();
  const ends = flag.traffic.hashes.find(([position]) => position === rule)?.[2] ?? [];
  for (let at = 0, from = 0; at < ends.length; at += 2) {
    const [variant = 0, end = 0] = ends.slice(at);
    if (end > from) arms.set(variant, (arms.get(variant) ?? 0) + end - from);
    from = end;
  }
  return arms;
}

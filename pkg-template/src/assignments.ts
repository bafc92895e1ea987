import { unitOf } from "./binding.js";
import type { Flag } from "./flag.js";
import { isStored, REASONS, reasonOf, servingRule, variantOf } from "./outcome.js";
import type { Program } from "./program.js";
import type { Store } from "./stores/store.js";
import { Trouble } from "./trouble.js";
import { kindOf } from "./unit.js";

// Variants that were stored for units, on their way into decisions and out of them. What a store holds is not trusted: a
// variant that the flag doesn't have counts as none, and the module decides anew.

/** Numbers of flags, each followed by the position of the variant that is stored for its unit. */
export type Stored = readonly number[];

export const NONE_STORED: Stored = [];

export class Assignments {
  readonly #store: Store;
  readonly #trouble = new Trouble("STORE_FAILED", "the store of assignments");

  constructor(store: Store) {
    this.#store = store;
  }

  /** What is stored for a context's units, of a flag and of those that it needs. */
  read(program: Program, flag: Flag, context: unknown): Stored {
    const stored: number[] = [];
    for (const key of flag.traffic.sticky) {
      const sticky = key === flag.key ? flag : program.find(key);
      const place = placeOf(sticky, context);
      const variant = place === undefined ? -1 : sticky.variants.indexOf(this.get(place) ?? "");
      if (variant >= 0) stored.push(sticky.index, variant);
    }
    return stored;
  }

  /** Stores what a sticky rule served by a hash. */
  keep(flag: Flag, outcome: number, context: unknown): void {
    const { stores } = flag.traffic;
    if (REASONS[reasonOf(outcome)] !== "SPLIT" || isStored(outcome) || !stores.includes(servingRule(outcome))) return;
    const place = placeOf(flag, context);
    const variant = flag.variants[variantOf(outcome)];
    if (place !== undefined && variant !== undefined) this.set(place, variant);
  }

  /** What is stored in a place; whatever the store does, a decision comes. */
  get(place: string): string | undefined {
    try {
      const found: unknown = this.#store.get(place);
      if (typeof found === "string") return found;
      if (found !== undefined && found !== null) this.#trouble.tell(`gave ${typeof found} where text was expected`);
    } catch (thrown) {
      this.#trouble.tell("could not be read", thrown);
    }
    return undefined;
  }

  set(place: string, text: string): void {
    try {
      this.#store.set(place, text);
    } catch (thrown) {
      this.#trouble.tell("could not be written", thrown);
    }
  }
}

/** Where a unit's variant of a flag is stored: by flag, kind of unit and unit. */
function placeOf({ key, traffic: { storedBy } }: Flag, context: unknown): string | undefined {
  const unit = unitOf(context, storedBy);
  return unit === undefined ? undefined : JSON.stringify([key, kindOf(storedBy), unit]);
}

import { TidegateError } from "./error.js";
import type { ExposureMemory } from "./exposure.js";

// Which exposures were told already. The unit that wasn't met for longest is forgotten first.

const UNITS = 10_000;
const DAY = 86_400_000;

/** A unit's ways to one variant that are told apart: more of them push the oldest out. */
const WAYS = 8;

/** A count of units that some of them are in. */
export interface Count {
  /** Whether another one took its place. */
  over: boolean;
  /** Whether a unit was forgotten that is in it. */
  forgotten: boolean;
}

/** What one unit met in one flag. */
export interface Met {
  variant: string | undefined;
  /** When it was told that the unit got this variant, by rule, reason and revision. */
  ways: Map<string, number>;
  /** The counts of first exposures that it is in. */
  counted: readonly Count[];
}

export class Seen {
  readonly #met = new Map<string, Met>();
  readonly #units: number;
  readonly #lifetime: number;

  constructor({ units = UNITS, milliseconds = DAY }: ExposureMemory = {}) {
    if (!(units >= 1 && milliseconds >= 0)) {
      throw new TidegateError(
        "INVALID_ARGUMENT",
        `\`exposureMemory\` is for ${units} units and ${milliseconds} ms: expected at least 1 and 0`,
      );
    }
    this.#units = units;
    this.#lifetime = milliseconds;
  }

  /** What the unit met so far, by a key for unit and flag. It is the last to be forgotten now. */
  meet(key: string): Met {
    const met = this.#met.get(key) ?? { variant: undefined, ways: new Map(), counted: [] };
    this.#met.delete(key);
    this.#met.set(key, met);
    for (const [oldest, { counted }] of this.#met) {
      if (this.#met.size <= this.#units) break;
      this.#met.delete(oldest);
      for (const count of counted) count.forgotten = true;
    }
    return met;
  }

  /** Whether a unit's variant is to be told: it is another one than last time, or it came in another way, or long ago. */
  isNews(met: Met, variant: string, way: string, now: number): boolean {
    if (met.variant !== variant) met.ways.clear();
    met.variant = variant;
    const told = met.ways.get(way);
    // A clock that was set back by that much is as good as one that went on.
    if (told !== undefined && !(Math.abs(now - told) >= this.#lifetime)) return false;
    met.ways.delete(way);
    met.ways.set(way, now);
    for (const oldest of met.ways.keys()) {
      if (met.ways.size <= WAYS) break;
      met.ways.delete(oldest);
    }
    return true;
  }
}

import type { Context, Tidegate } from "tidegate";

/** What a decision took: the median of several runs, each of many decisions. */
export interface Timing {
  readonly nanoseconds: number;
  readonly runs: number;
  readonly decisions: number;
}

const RUNS = 9;
/** Browsers translate code better once it has run for some milliseconds. */
const WARMING = 40;
/** A browser's clock ticks in tenths of a millisecond: a run this long is read to about one in a hundred. */
const RUN_MILLISECONDS = 8;
/** Contexts that are equal and not the same, so that nothing is gained by knowing one already. */
const COPIES = 16;

/**
 * Times `decide` with every flag in turn. The page stays usable in between; a newer call ends an older one, which then
 * has no answer.
 */
export class Stopwatch {
  #call = 0;

  async measure(tide: Tidegate, context: Context): Promise<Timing | undefined> {
    const call = ++this.#call;
    const keys = tide.keys();
    if (keys.length === 0) return undefined;
    const text = JSON.stringify(context);
    const contexts: Context[] = Array.from({ length: COPIES }, () => JSON.parse(text));
    let decisions = 64;
    for (const end = performance.now() + WARMING; performance.now() < end; ) run(tide, keys, contexts, decisions);
    while (run(tide, keys, contexts, decisions) < RUN_MILLISECONDS) decisions *= 2;
    const times: number[] = [];
    while (times.length < RUNS) {
      await new Promise((resume) => setTimeout(resume));
      if (call !== this.#call) return undefined;
      times.push(run(tide, keys, contexts, decisions));
    }
    times.sort((a, b) => a - b);
    const median = times[RUNS >> 1] ?? 0;
    return { nanoseconds: (median * 1e6) / decisions, runs: RUNS, decisions };
  }
}

/** The milliseconds that so many decisions took. */
function run(tide: Tidegate, keys: readonly string[], contexts: readonly Context[], decisions: number): number {
  const start = performance.now();
  for (let at = 0; at < decisions; at++) tide.decide(keys[at % keys.length] ?? "", contexts[at % COPIES]);
  return performance.now() - start;
}

/** Two digits: more would be noise. */
export function rounded(nanoseconds: number): string {
  return Number(nanoseconds.toPrecision(2)).toLocaleString("en");
}

import { TidegateError } from "./error.js";
import { lnGamma } from "./gamma.js";

// Whether counts fall into categories in given shares, asked after every event: the sequential multinomial test of Lindon
// and Malek, "Anytime-valid inference for multinomial count data" (arXiv 2011.03567). However often one looks, and whenever
// one stops, a true hypothesis is refused with probability α at most.

/** How much weight the alternative has before anything was counted, a category: 1 takes any shares for equally likely. */
const ALPHA = 1;

/**
 * Counts by category, held against the shares that they should have. It keeps the counts and the least p-value, whatever the
 * number of events: O(k) for k categories, in memory and for each call.
 */
export class SequentialTest {
  readonly #shares: readonly number[];
  readonly #alpha: number;
  readonly #counts: number[];
  #total = 0;
  #logBayesFactor = 0;
  #pValue = 1;

  /**
   * `shares` are the categories' expected shares, in any unit: two at least, each above zero. `alpha` is the parameter of the
   * symmetric Dirichlet distribution that the alternative begins with. Throws a `TidegateError` for anything else.
   */
  constructor(shares: readonly number[], alpha = ALPHA) {
    const whole = shares.reduce((sum, share) => sum + share, 0);
    this.#shares = shares.map((share) => share / whole);
    if (shares.length < 2 || whole === Infinity || !this.#shares.every(isPositive)) {
      throw refusal(`the shares are [${shares}]: expected two or more, each above zero, with a finite sum`);
    }
    if (!isPositive(alpha * shares.length)) {
      throw refusal(`\`alpha\` is ${alpha}: expected a number above zero, in all a finite one`);
    }
    this.#alpha = alpha;
    this.#counts = shares.map(() => 0);
  }

  /** Events by category. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  get total(): number {
    return this.#total;
  }

  /**
   * ln of how much likelier the events are where the shares are unknown than where they are the expected ones. For N events
   * it is right to about N · ln N · 10⁻¹⁵, for the sums that it is the difference of are as large as that.
   */
  get logBayesFactor(): number {
    return this.#logBayesFactor;
  }

  /** The least value that min(1, 1 / Bayes factor) has had: below α the shares are refused at level α. */
  get pValue(): number {
    return this.#pValue;
  }

  /**
   * Adds a batch of events, a count for each category. Throws a `TidegateError`, and changes nothing, unless they are integers
   * from 0 on whose sum with all before stays a safe integer.
   */
  add(batch: readonly number[]): void {
    const total = batch.reduce((sum, count) => sum + count, this.#total);
    const isWhole = batch.length === this.#counts.length && batch.every(isCount) && Number.isSafeInteger(total);
    if (!isWhole) {
      throw refusal(
        `the counts are [${batch}] after ${this.#total} events: expected ${this.#counts.length} integers from 0 to a sum of 2⁵³ − 1`,
      );
    }
    for (const [category, count] of batch.entries()) this.#counts[category] = (this.#counts[category] ?? 0) + count;
    this.#total = total;
    this.#judge();
  }

  /** Adds one event. Throws a `TidegateError` where there is no such category, by its position, or no room for more. */
  observe(category: number): void {
    if (this.#counts[category] === undefined) {
      throw refusal(`the category is ${category}: expected an integer from 0 to ${this.#counts.length - 1}`);
    }
    this.add(this.#counts.map((_, at) => (at === category ? 1 : 0)));
  }

  #judge(): void {
    const alpha = this.#alpha;
    const prior = alpha * this.#shares.length;
    let sum = lnGamma(prior) - lnGamma(prior + this.#total);
    for (const [category, share] of this.#shares.entries()) {
      const count = this.#counts[category] ?? 0;
      sum += lnGamma(alpha + count) - lnGamma(alpha) - count * Math.log(share);
    }
    this.#logBayesFactor = sum;
    this.#pValue = Math.min(this.#pValue, Math.exp(-sum));
  }
}

function isPositive(value: number): boolean {
  return value > 0 && value < Infinity;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function refusal(message: string): TidegateError {
  return new TidegateError("INVALID_ARGUMENT", message);
}

import { report, sentence, TidegateError } from "../error.js";

/**
 * Where assignments are kept from one visit to the next, synchronously. What comes out of one is never trusted: a value that
 * means nothing counts as none.
 */
export interface Store {
  get(key: string): string | undefined | null;
  set(key: string, value: string): void;
}

/** @internal A store's troubles, which are told once a store and keep nobody back. */
export class Trouble {
  readonly #store: string;
  #told = false;

  constructor(store: string) {
    this.#store = store;
  }

  tell(what: string, cause?: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const why = cause === undefined ? what : `${what}: ${sentence(cause)}`;
    report(new TidegateError("STORE_FAILED", `the ${this.#store} ${why}`, { cause }));
  }
}

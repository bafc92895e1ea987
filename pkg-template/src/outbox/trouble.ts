import { report, sentence, TidegateError } from "../error.js";

/** Troubles of one kind, which are told once and keep nobody back. */
export class Trouble {
  readonly #what: string;
  #told = false;

  constructor(what: string) {
    this.#what = what;
  }

  tell(why: string, cause?: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const message = cause === undefined ? why : `${why}: ${sentence(cause)}`;
    report(new TidegateError("SINK_FAILED", `${this.#what} ${message}`, { cause }));
  }
}

import { report, sentence, TidegateError, type TidegateErrorCode } from "./error.js";

/** Troubles of one kind, which are told once and keep nobody back. */
export class Trouble {
  readonly #code: TidegateErrorCode;
  readonly #what: string;
  #told = false;

  constructor(code: TidegateErrorCode, what: string) {
    this.#code = code;
    this.#what = what;
  }

  tell(why: string, cause?: unknown): void {
    if (this.#told) return;
    this.#told = true;
    const message = cause === undefined ? why : `${why}: ${sentence(cause)}`;
    report(new TidegateError(this.#code, `${this.#what} ${message}`, { cause }));
  }
}

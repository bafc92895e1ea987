/** The codes of `TidegateError`. They are stable; messages are not. */
export type TidegateErrorCode =
  // The snapshot was refused as a whole.
  | "INVALID_JSON"
  | "INVALID_UTF8"
  | "NOT_JSON_HTML"
  | "TOO_LARGE"
  | "UNSUPPORTED_VERSION"
  | "MISSING_FIELD"
  | "UNKNOWN_FIELD"
  | "DUPLICATE_KEY"
  | "WRONG_TYPE"
  | "INVALID_VALUE"
  | "OLDER_SEQUENCE"
  | "INVALID_IMAGE"
  | "NOT_COMPILED"
  // `tidegate/slim` has no explanations.
  | "NOT_IN_SLIM"
  // The module or the snapshot could not be had.
  | "WASM_UNAVAILABLE"
  | "NOT_INITIALISED"
  | "FETCH_FAILED"
  // An update by a patch isn't what was meant.
  | "PATCH_FAILED"
  // The module stopped while it read a snapshot; it is started anew at the next call.
  | "MODULE_STOPPED"
  // A store threw, or what it holds can't be used.
  | "STORE_FAILED"
  // Exposures could not be sent, or not be kept until they are.
  | "SINK_FAILED"
  | "DISPOSED"
  | "INVALID_ARGUMENT";

/** What every refusal of Tidegate is thrown as. */
export class TidegateError extends Error {
  static {
    TidegateError.prototype.name = "TidegateError";
  }

  /** Entries that are bundled apart have this class each: one's errors are the other's, too. */
  static override [Symbol.hasInstance](thrown: unknown): thrown is TidegateError {
    return thrown instanceof Error && thrown.name === "TidegateError";
  }

  readonly code: TidegateErrorCode;
  /** The place in the snapshot, as a JSON Pointer, where the snapshot was refused. */
  readonly path?: string;
  /** A name that may have been meant. */
  readonly suggestion?: string;

  constructor(
    code: TidegateErrorCode,
    message: string,
    details: { readonly path?: string; readonly suggestion?: string; readonly cause?: unknown } = {},
  ) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    if (details.path !== undefined) this.path = details.path;
    if (details.suggestion !== undefined) this.suggestion = details.suggestion;
  }
}

/** The same refusal, with the place that the document came from. */
export function refusedAt(error: TidegateError, place: string): TidegateError {
  const { code, message, path, suggestion } = error;
  // Servers answer with a page where a file is missing: the document is not to be mended, but to be put there.
  const advice = code === "NOT_JSON_HTML" ? ": serve the snapshot there, or load it from where it is" : "";
  return new TidegateError(code, `${message} (in \`${place}\`)${advice}`, {
    ...(path === undefined ? undefined : { path }),
    ...(suggestion === undefined ? undefined : { suggestion }),
  });
}

/** The sentence of anything that was thrown. */
export function sentence(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Tells whoever looks after the page or the process, where nobody can be thrown at. */
export function report(thrown: unknown): void {
  if (typeof reportError === "function") reportError(thrown);
  else console.error(thrown);
}

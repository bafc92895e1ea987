/** What became of a batch. */
export type Receipt =
  /** It has arrived. */
  | { readonly outcome: "taken" }
  /** It may arrive another time: after so many milliseconds at least, where that is known. */
  | { readonly outcome: "later"; readonly why: string; readonly after?: number }
  /** It never will, and is dropped. */
  | { readonly outcome: "refused"; readonly why: string };

/** How a batch is sent. */
export interface SendDetails {
  /** Ends the wait for an answer. */
  readonly signal: AbortSignal;
  /** The page is ending: whatever is to leave has to leave within this call, and outlive the page. */
  readonly last: boolean;
}

/** Where exposures go. One that throws or rejects is reported once, and is tried again like one that answers `later`. */
export interface Sink {
  /** What it is called where its troubles are told. */
  readonly name: string;
  /** Sends a batch: rows as JSON, one a line, without line ends. */
  send(lines: readonly string[], details: SendDetails): Promise<Receipt>;
}

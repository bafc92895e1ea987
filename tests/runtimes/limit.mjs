/** Milliseconds after which a runtime has failed: they take seconds, on a busy machine too. */
export const LIMIT = 180_000;

/**
 * Where assignments are kept from one visit to the next, synchronously. What comes out of one is never trusted: a value that
 * means nothing counts as none.
 */
export interface Store {
  get(key: string): string | undefined | null;
  set(key: string, value: string): void;
}

/** A snapshot as a store keeps it. */
export interface Stored {
  /** As it was served: JSON, or compiled. */
  readonly bytes: Uint8Array;
  /** The `ETag` that it was served with. */
  readonly etag?: string;
  /** When it was known to be the newest, in epoch milliseconds. */
  readonly confirmedAt: number;
}

/**
 * Where the last snapshot that was good is kept from one start to the next, by the URL that it came from. What comes out of a
 * store is never trusted. One that rejects is told of by the event `failed`, with the code `STORE_FAILED`, and keeps nobody back.
 */
export interface SnapshotStore {
  get(url: string): Promise<Stored | undefined>;
  set(url: string, stored: Stored): Promise<void>;
}

/** @internal What a store gave, as far as it can be used. */
export function checked(given: unknown): Stored | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const { bytes, etag, confirmedAt } = given as Partial<Record<keyof Stored, unknown>>;
  if (!(bytes instanceof Uint8Array) || bytes.byteLength === 0) return undefined;
  return {
    bytes,
    ...(isTag(etag) ? { etag } : undefined),
    confirmedAt: typeof confirmedAt === "number" && Number.isFinite(confirmedAt) ? confirmedAt : 0,
  };
}

/** Whether it may be sent back: one that a header can't hold would make every request fail. */
export function isTag(given: unknown): given is string {
  return typeof given === "string" && /^[\x21-\x7e]{1,1024}$/.test(given);
}

import type { Store } from "./store.js";

export interface MemoryStoreOptions {
  /** How many assignments are kept; the ones set first leave first. 100,000 unless given. */
  readonly entries?: number;
}

/** Keeps assignments as long as it lives itself: for tests, and for a process that serves the same units again and again. */
export function memoryStore({ entries = 100_000 }: MemoryStoreOptions = {}): Store {
  const kept = new Map<string, string>();
  return {
    get: (key) => kept.get(key),
    set(key, value) {
      kept.delete(key);
      kept.set(key, value);
      for (const oldest of kept.keys()) {
        if (kept.size <= entries) break;
        kept.delete(oldest);
      }
    },
  };
}

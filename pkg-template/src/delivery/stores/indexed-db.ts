import { createStore, get, set } from "idb-keyval";
import { checked, type SnapshotStore } from "../stored.js";

export interface IndexedDbStoreOptions {
  /** The name of the database: `tidegate` unless given. */
  readonly name?: string;
}

/** Keeps the last good snapshot in IndexedDB, for pages and their workers. */
export function indexedDbStore({ name = "tidegate" }: IndexedDbStoreOptions = {}): SnapshotStore {
  // Opened when it is first asked, and by the library once.
  let database: ReturnType<typeof createStore> | undefined;
  const open = () => {
    database ??= createStore(name, "snapshots");
    return database;
  };
  return {
    get: async (url) => checked(await get(url, open())),
    set: async (url, stored) => set(url, stored, open()),
  };
}

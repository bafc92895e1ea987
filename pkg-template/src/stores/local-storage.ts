import { Trouble } from "../trouble.js";
import type { Store } from "./store.js";

export interface LocalStorageStoreOptions {
  /** What the keys begin with: `tidegate:` unless given. */
  readonly prefix?: string;
}

/**
 * Keeps assignments in a page's `localStorage`. Where there is none, the browser forbids it or it is full, that is reported
 * once, and nothing is kept.
 */
export function localStorageStore({ prefix = "tidegate:" }: LocalStorageStoreOptions = {}): Store {
  const trouble = new Trouble("STORE_FAILED", "the `localStorage`");
  return {
    get(key) {
      try {
        return localStorage.getItem(prefix + key);
      } catch (cause) {
        trouble.tell("can't be read", cause);
        return undefined;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(prefix + key, value);
      } catch (cause) {
        trouble.tell("can't be written", cause);
      }
    },
  };
}

/** Is told the keys of the flags whose definition an update changed. */
export type ChangeListener<K = string> = (keys: readonly K[]) => void;

/** Those who want to know of changes. */
export class Listeners {
  readonly #listeners = new Set<{ readonly listener: ChangeListener }>();

  get any(): boolean {
    return this.#listeners.size > 0;
  }

  /** Adds a listener; one that is added twice is called twice. Returns what takes it away again. */
  add(listener: ChangeListener): () => void {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  clear(): void {
    this.#listeners.clear();
  }

  /** Calls all that are there now. One that throws is reported, and keeps neither the others nor the update back. */
  call(keys: readonly string[]): void {
    for (const { listener } of Array.from(this.#listeners)) {
      try {
        listener(keys);
      } catch (thrown) {
        if (typeof reportError === "function") reportError(thrown);
        else console.error(thrown);
      }
    }
  }
}

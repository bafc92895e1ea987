import { report } from "./error.js";

/** Is told the keys of the flags whose definition an update changed. */
export type ChangeListener<K = string> = (keys: readonly K[]) => void;

/** Those who want to know of something. */
export class Listeners<News> {
  readonly #listeners = new Set<{ readonly listener: (news: News) => void; failed: boolean }>();
  readonly #once: boolean;

  /** With `once`, a listener that throws is reported the first time only. */
  constructor(once = false) {
    this.#once = once;
  }

  get any(): boolean {
    return this.#listeners.size > 0;
  }

  /** Adds a listener; one that is added twice is called twice. Returns what takes it away again. */
  add(listener: (news: News) => void): () => void {
    const entry = { listener, failed: false };
    this.#listeners.add(entry);
    return () => {
      this.#listeners.delete(entry);
    };
  }

  clear(): void {
    this.#listeners.clear();
  }

  /** Calls all that are there now. One that throws is reported, and keeps neither the others nor the caller back. */
  call(news: News): void {
    for (const entry of Array.from(this.#listeners)) {
      try {
        entry.listener(news);
      } catch (thrown) {
        if (!(this.#once && entry.failed)) report(thrown);
        entry.failed = true;
      }
    }
  }
}

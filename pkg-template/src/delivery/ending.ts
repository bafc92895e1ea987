/**
 * Tells once that something is over. An `AbortSignal` would do, but in a worker at the edge it belongs to the request that it was
 * made for, and no other one may ask it.
 */
export class Ending {
  #reason: unknown;
  #over = false;
  readonly #listeners = new Set<() => void>();

  get over(): boolean {
    return this.#over;
  }

  get reason(): unknown {
    return this.#reason;
  }

  end(reason?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#reason = reason;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  /** Calls back when it is over, at once where it is. Returns what ends that. */
  add(listener: () => void): () => void {
    if (this.#over) listener();
    else this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}

// When to ask again. Many who started together should not ask together, and a server in trouble should be asked less.

/** The longest time that timers take. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds since some instant, by a clock that nobody sets. */
export function elapsed(): number {
  return performance.now();
}

/** Somewhere around an interval, by at most a share of it either way. */
export function around(interval: number, jitter: number, random: () => number): number {
  return interval * (1 + jitter * (2 * random() - 1));
}

/** How long to wait after so many failures in a row: twice as long each time, anywhere in the upper half of it. */
export function backOff(failures: number, first: number, longest: number, random: () => number): number {
  return Math.min(longest, first * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

export type Timer = ReturnType<typeof setTimeout>;

/** A timer that keeps no process alive. */
export function later(milliseconds: number, act: () => void): Timer {
  const timer = setTimeout(act, Math.min(milliseconds, LONGEST));
  (timer as { unref?: () => void }).unref?.();
  return timer;
}

/** Waits, unless the signal ends it before. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = later(milliseconds, done);
    signal.addEventListener("abort", done);
  });
}

/**
 * Gives an action so much time, and a signal that ends when the time is over or the outer signal ends. Then it rejects with the
 * reason, even where the action doesn't care for its signal.
 */
export async function within<T>(
  milliseconds: number,
  outer: AbortSignal,
  late: () => Error,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const inner = new AbortController();
  const end = () => inner.abort(outer.reason);
  outer.addEventListener("abort", end);
  const timer = later(milliseconds, () => inner.abort(late()));
  try {
    const ended = new Promise<never>((_, reject) => {
      inner.signal.addEventListener("abort", () => reject(inner.signal.reason));
    });
    return await Promise.race([act(inner.signal), ended]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", end);
  }
}

import type { Ending } from "./ending.js";

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

/** Waits, unless that ends before. */
export function wait(milliseconds: number, ending: Ending): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      forget();
      resolve();
    };
    const timer = later(milliseconds, done);
    let forget = () => {};
    forget = ending.add(done);
  });
}

/**
 * Gives an action so much time, and a signal that ends when the time is over or something else is. Then it rejects with the reason,
 * even where the action doesn't care for its signal.
 */
export async function within<T>(
  milliseconds: number,
  ending: Ending,
  late: () => Error,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  const forget = ending.add(() => controller.abort(ending.reason));
  const timer = later(milliseconds, () => controller.abort(late()));
  try {
    return await Promise.race([ended, act(signal)]);
  } finally {
    clearTimeout(timer);
    forget();
  }
}

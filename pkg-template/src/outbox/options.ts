import { TidegateError } from "../error.js";
import type { Sink } from "./sink.js";

/** When a batch is full. */
export interface BatchOptions {
  /** At so many rows: 100 unless given. */
  readonly rows?: number;
  /** At so many bytes: 32 KiB unless given. What is larger than half of 60 KiB may not fit where a page ends. */
  readonly bytes?: number;
  /** After so long, however few rows there are: 5,000 ms unless given. `Infinity` starts no timer: call `flush`. */
  readonly milliseconds?: number;
}

/** What waits to be sent. */
export interface KeepOptions {
  /** How many rows may wait: 1,000 unless given. The oldest leave first, and are counted. */
  readonly rows?: number;
  /** How many bytes they may have: 1 MiB unless given. */
  readonly bytes?: number;
  /**
   * The IndexedDB database that keeps them from one visit to the next, where there is IndexedDB: `tidegate-exposures` unless given.
   * Senders to different sinks need different ones. With `false`, and elsewhere, they wait in memory.
   */
  readonly database?: string | false;
}

/** What happens after a failure that may pass. */
export interface RetryOptions {
  /** The wait after the first: 1,000 ms unless given. It doubles with each, and half of it is chance. */
  readonly milliseconds?: number;
  /** The longest wait: 300,000 ms unless given. A `Retry-After` of the sink may ask for more. */
  readonly most?: number;
  /** How long an answer is waited for: 30,000 ms unless given. */
  readonly timeout?: number;
}

export interface SendOptions {
  readonly sink: Sink;
  /** The share of units whose exposures are sent, from 0 to 1: all unless given. A unit is in or out for good: see `isSampled`. */
  readonly sample?: number;
  /** The paths of attributes that go along, such as `country`: none unless given, and never another one. */
  readonly attributes?: readonly string[];
  readonly batch?: BatchOptions;
  readonly keep?: KeepOptions;
  readonly retry?: RetryOptions;
}

/** The same with nothing left open. */
export interface Settings {
  readonly sink: Sink;
  readonly sample: number;
  readonly attributes: readonly string[];
  readonly batch: Required<BatchOptions>;
  readonly keep: Required<KeepOptions>;
  readonly retry: Required<RetryOptions>;
}

/** Throws a `TidegateError` where a number makes no sense. */
export function settingsOf({ sink, sample = 1, attributes = [], batch, keep, retry }: SendOptions): Settings {
  const settings: Settings = {
    sink,
    sample,
    attributes: Array.from(attributes),
    batch: { rows: 100, bytes: 32 * 1024, milliseconds: 5000, ...batch },
    keep: { rows: 1000, bytes: 1024 * 1024, database: "tidegate-exposures", ...keep },
    retry: { milliseconds: 1000, most: 300_000, timeout: 30_000, ...retry },
  };
  if (!(sample >= 0 && sample <= 1)) throw refusal("sample", sample, "a number from 0 to 1");
  for (const group of ["batch", "keep", "retry"] as const) {
    for (const [name, value] of Object.entries(settings[group])) {
      const least = group === "batch" && name === "milliseconds" ? 0 : 1;
      const isWrong = name !== "database" && !(typeof value === "number" && value >= least);
      if (isWrong) throw refusal(`${group}.${name}`, value, `a number that is ${least} at least`);
    }
  }
  return settings;
}

function refusal(name: string, found: unknown, expected: string): TidegateError {
  return new TidegateError("INVALID_ARGUMENT", `\`${name}\` is ${found}: expected ${expected}`);
}

import { TidegateError } from "../error.js";
import type { Snapshot } from "../source.js";
import type { TidegateOptions } from "../types.js";
import { addressOf } from "./address.js";
import type { SnapshotStore } from "./stored.js";

/** What `connect` takes. Times are in milliseconds. */
export interface ConnectOptions {
  /** Where the snapshot is served, by http or https; relative to the page where there is one. */
  readonly url: string | URL;
  /** Where the last good snapshot is kept from one start to the next. */
  readonly store?: SnapshotStore;
  /** Decides until another one comes, if nothing newer is stored: one that was built in. */
  readonly initial?: Snapshot;
  /** How the Tidegate is set up: `onExposure`, the store of its assignments, its clock and so on. */
  readonly tidegate?: TidegateOptions;
  /** Sent along with every request to the origin of `url`: a key, say. `fetch` keeps those but `authorization` through redirects. */
  readonly headers?: { readonly [name: string]: string };
  /** How long after an answer the next question is; 60,000 unless given, and with 0 `refresh` alone asks. */
  readonly interval?: number;
  /** By which share of it, at most, the interval is longer or shorter; 0.1 unless given. */
  readonly jitter?: number;
  /** How long after a failure the first new attempt is, which doubles with each; 1,000 unless given. */
  readonly retryAfter?: number;
  /** How long that gets at most; 300,000 unless given. */
  readonly retryAtMost?: number;
  /** How long `connect` waits for the first snapshot, where there is none to begin with; 5,000 unless given. */
  readonly timeout?: number;
  /** How long one request may take, with its body, and one call of the store; 10,000 unless given. */
  readonly requestTimeout?: number;
  /** How long after it was confirmed a snapshot counts as stale; three intervals unless given. */
  readonly staleAfter?: number;
  /** How many bytes are taken at most, decoded; 64 MiB unless given, which is all that a Tidegate reads. */
  readonly maxBytes?: number;
  /** Whether server-sent events are listened to where the server offers them, or where they are; true unless given. */
  readonly events?: boolean | string | URL;
  /** How long a stream of events may be silent; 90,000 unless given. */
  readonly eventsSilence?: number;
  /** Closes the delivery. */
  readonly signal?: AbortSignal;
  /** Is told of what fails, that before `connect` has resolved included. */
  readonly onFailed?: (error: TidegateError) => void;
  /** The platform's unless given. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Numbers from 0 to 1, for the jitter; `Math.random` unless given. */
  readonly random?: () => number;
}

type Given = "url" | "events" | "store" | "initial" | "tidegate" | "signal" | "onFailed";

/** The same with everything in it. */
export interface Settings
  extends Required<Omit<ConnectOptions, Given>>,
    Pick<ConnectOptions, "store" | "initial" | "tidegate" | "signal" | "onFailed"> {
  readonly url: URL;
  readonly events: boolean | URL;
}

const NUMBERS = {
  interval: 60_000,
  jitter: 0.1,
  retryAfter: 1000,
  retryAtMost: 300_000,
  timeout: 5000,
  requestTimeout: 10_000,
  maxBytes: 64 * 1024 * 1024,
  eventsSilence: 90_000,
} as const;

export function settingsOf(options: ConnectOptions): Settings {
  const numbers: Record<keyof typeof NUMBERS, number> = { ...NUMBERS };
  for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
    numbers[name] = numberIn(options, name, NUMBERS[name]);
  }
  if (numbers.jitter > 1) throw wrong("jitter", numbers.jitter, "a share from 0 to 1");
  const never = numbers.interval === 0 ? Number.POSITIVE_INFINITY : 3 * numbers.interval;
  const { events = true } = options;
  return {
    ...options,
    ...numbers,
    staleAfter: numberIn(options, "staleAfter", never),
    url: urlOf("url", options.url),
    events: typeof events === "boolean" ? events : urlOf("events", events),
    headers: options.headers ?? {},
    // As it is then, so that whoever replaces it later is asked.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    random: options.random ?? Math.random,
  };
}

function numberIn(options: ConnectOptions, name: keyof typeof NUMBERS | "staleAfter", usual: number): number {
  const given: unknown = options[name] ?? usual;
  if (typeof given === "number" && given >= 0) return given;
  throw wrong(name, given, "a number from 0 on");
}

function urlOf(name: string, given: unknown): URL {
  const base = typeof document === "undefined" ? globalThis.location?.href : document.baseURI;
  const text = String(given);
  const url = addressOf(text, base);
  if (url !== undefined) return url;
  throw wrong(name, text, "an absolute URL by http or https, such as `https://flags.example/snapshot.json`");
}

function wrong(name: string, found: unknown, expected: string): TidegateError {
  return new TidegateError("INVALID_ARGUMENT", `\`${name}\` is \`${String(found)}\`: expected ${expected}`);
}

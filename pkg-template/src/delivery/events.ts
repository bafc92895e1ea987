import { createParser } from "eventsource-parser";
import { TidegateError } from "../error.js";
import type { Ending } from "./ending.js";
import { IN_PAGE } from "./page.js";
import { reasonOf } from "./request.js";
import type { Settings } from "./settings.js";
import { backOff, elapsed, later, wait } from "./timing.js";

// A stream of server-sent events over fetch: it takes headers, runs in workers and in Node, and ends when it is told to.

/** A stream that lasted so long was no failure, though it dropped. */
const SETTLED = 30_000;

/** The longest event that is taken, in characters, beside what a snapshot may have. */
const LONGEST_EVENT = 1024 * 1024;

export interface EventsListener {
  /** An event came. */
  heard(name: string, data: string): void;
  /** Something came, be it a comment. */
  alive(): void;
  /** The stream dropped or couldn't be opened; it will be tried again. Without an error it ended in an orderly way. */
  dropped(error?: TidegateError): void;
}

/** Listens until that is over, or the server says with status 204 that there is nothing to listen to. Never rejects. */
export async function listen(url: URL, settings: Settings, ending: Ending, listener: EventsListener): Promise<void> {
  let failures = 0;
  const stream = new Stream(url, settings, listener);
  while (!ending.over) {
    const opened = elapsed();
    let error: TidegateError | undefined;
    try {
      if (!(await stream.read(ending))) return;
    } catch (cause) {
      const known = cause instanceof TidegateError;
      error = known
        ? cause
        : new TidegateError("FETCH_FAILED", `the events of \`${url.href}\` ended: ${reasonOf(cause)}`, { cause });
    }
    if (ending.over) return;
    listener.dropped(error);
    failures = elapsed() - opened > SETTLED ? 1 : failures + 1;
    const pause = backOff(failures, settings.retryAfter, settings.retryAtMost, settings.random);
    await wait(Math.max(pause, stream.retry), ending);
  }
}

class Stream {
  /** How long the server wants to be left alone between two streams. */
  retry = 0;
  #last: string | undefined;
  readonly #url: URL;
  readonly #settings: Settings;
  readonly #listener: EventsListener;

  constructor(url: URL, settings: Settings, listener: EventsListener) {
    this.#url = url;
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Opens the stream and reads it to its end; answers false where there is none to be had. */
  async read(ending: Ending): Promise<boolean> {
    const inner = new AbortController();
    const forget = ending.add(() => inner.abort(ending.reason));
    const { eventsSilence } = this.#settings;
    const silent = () => {
      const place = `the events of \`${this.#url.href}\``;
      inner.abort(new TidegateError("FETCH_FAILED", `${place} were silent for ${eventsSilence} ms`));
    };
    let timer = later(eventsSilence, silent);
    try {
      const response = await this.#open(inner.signal);
      if (response === undefined) return false;
      const parser = this.#parser();
      const decoder = new TextDecoder();
      const reader = response.body?.getReader();
      for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
        clearTimeout(timer);
        timer = later(eventsSilence, silent);
        parser.feed(decoder.decode(part.value, { stream: true }));
        this.#listener.alive();
      }
      return true;
    } finally {
      clearTimeout(timer);
      forget();
      // However it came to this, nobody reads on.
      inner.abort();
    }
  }

  async #open(signal: AbortSignal): Promise<Response | undefined> {
    const { url, fetch } = this.#settings;
    // A key is for whom it was given for.
    const headers = new Headers(this.#url.origin === url.origin ? this.#settings.headers : undefined);
    headers.set("accept", "text/event-stream");
    if (this.#last !== undefined) headers.set("last-event-id", this.#last);
    const response = await fetch(this.#url.href, { headers, signal, ...(IN_PAGE ? { cache: "no-store" } : undefined) });
    if (response.status === 204) return undefined;
    const type = response.headers.get("content-type") ?? "nothing";
    if (response.ok && /^text\/event-stream\s*(;|$)/i.test(type)) return response;
    await response.body?.cancel();
    const found = response.ok
      ? `is served as ${type} where text/event-stream was expected`
      : `has status ${response.status}`;
    throw new TidegateError("FETCH_FAILED", `the stream of events \`${this.#url.href}\` ${found}`);
  }

  #parser() {
    return createParser({
      maxBufferSize: this.#settings.maxBytes + LONGEST_EVENT,
      onEvent: ({ event = "message", id, data }) => {
        if (id !== undefined && /^[\x20-\x7e]*$/.test(id)) this.#last = id;
        this.#listener.heard(event, data);
      },
      onRetry: (milliseconds) => {
        this.retry = milliseconds;
      },
      onError: (error) => {
        // Unknown fields are to be ignored, by the standard.
        if (error.type === "max-buffer-size-exceeded") {
          throw new TidegateError("TOO_LARGE", `an event of \`${this.#url.href}\` is larger than is taken`);
        }
      },
    });
  }
}

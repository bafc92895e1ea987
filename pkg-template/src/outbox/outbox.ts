import type { Exposure } from "../exposure.js";
import { Trouble } from "../trouble.js";
import { OUTLIVING } from "./http.js";
import type { Settings } from "./options.js";
import { bytesOf, type Item, Queue } from "./queue.js";
import { rowOf } from "./row.js";
import { isSampled } from "./sample.js";
import { Shelf } from "./shelf.js";
import type { Receipt } from "./sink.js";
import type { SendStats } from "./stats.js";

// From exposures to batches on their way: what leaves when, and what becomes of what doesn't arrive.

/** The longest time that timers take. */
const LONGEST = 2 ** 31 - 1;

const encoder = new TextEncoder();

export class Outbox {
  readonly #settings: Settings;
  readonly #queue: Queue;
  readonly #shelf: Shelf | undefined;
  /** What earlier visits left is in the queue. */
  readonly #loaded: Promise<void>;
  readonly #refusals: Trouble;
  readonly #faults: Trouble;
  /** The batches that are under way: one, and another where a page is ending. */
  readonly #away = new Map<readonly Item[], Promise<void>>();
  readonly #counts = { sent: 0, unsampled: 0, overflowed: 0, refused: 0, failures: 0 };
  #lastFailure: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the first that waits has waited long enough, by `performance.now()`. */
  #due = Number.POSITIVE_INFINITY;
  /** Failures in a row, and when they are waited out. */
  #failures = 0;
  #retryAt = 0;
  /** Until when the sink wants to be left alone. */
  #forbiddenUntil = 0;
  #planned = false;
  #closing = false;
  #closed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    const { sink, keep } = settings;
    this.#queue = new Queue(keep.rows, keep.bytes);
    this.#refusals = new Trouble("SINK_FAILED", sink.name);
    this.#faults = new Trouble("SINK_FAILED", sink.name);
    const hasDatabase = keep.database !== false && typeof indexedDB !== "undefined";
    this.#shelf = hasDatabase ? new Shelf(String(keep.database)) : undefined;
    this.#loaded = this.#load();
  }

  get stats(): SendStats {
    const waiting = Array.from(this.#away.keys()).reduce((sum, items) => sum + items.length, this.#queue.length);
    const lastFailure = this.#lastFailure === undefined ? undefined : { lastFailure: this.#lastFailure };
    return { waiting, ...this.#counts, ...lastFailure };
  }

  add(exposure: Exposure): void {
    const { sample, attributes } = this.#settings;
    if (!isSampled(exposure.unit, sample)) {
      this.#counts.unsampled += 1;
      return;
    }
    const row = rowOf(exposure, sample, attributes.length > 0);
    const text = JSON.stringify(row);
    const item = { id: row.id, at: row.at, text, bytes: encoder.encode(text).length + 1 };
    this.#shelf?.put([item]);
    this.#overflow(this.#queue.add([item]));
    this.#planSoon();
  }

  async flush(): Promise<boolean> {
    await this.#loaded;
    if (this.#closed) return this.#queue.length === 0;
    while (this.#away.size > 0 || this.#queue.length > 0) {
      if (this.#away.size === 0) {
        if (performance.now() < this.#retryAt) return false;
        this.#sendNext();
      }
      await Promise.all(this.#away.values());
    }
    return true;
  }

  /** Sends what waits in one request that outlives the page, as far as that may carry it; the rest stays in the database. */
  leave(): void {
    // What is under way counts too, unless it is too large to outlive the page itself.
    const under = Array.from(this.#away.keys(), bytesOf).filter((bytes) => bytes <= OUTLIVING);
    const room = under.reduce((left, bytes) => left - bytes, OUTLIVING);
    if (performance.now() >= this.#forbiddenUntil) {
      this.#send(this.#queue.take(Number.POSITIVE_INFINITY, room, 0), true);
    }
    this.#shelf?.write();
  }

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#away.values());
    // The last chance: a wait of our own counts no more, but one that the sink has asked for does.
    this.#retryAt = this.#forbiddenUntil;
    await this.flush();
    this.#closed = true;
    await this.#shelf?.close();
  }

  async #load(): Promise<void> {
    const items = await this.#shelf?.load();
    if (items === undefined || items.length === 0) return;
    this.#overflow(this.#queue.restore(items));
    this.#plan();
  }

  /** Plans once, for all that one turn exposes, and after the decision that does. */
  #planSoon(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#plan();
    });
  }

  /** Sends the next batch where it is time to, or sets the timer for when it will be. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#closing || this.#away.size > 0 || this.#queue.length === 0) return;
    const { rows, bytes, milliseconds } = this.#settings.batch;
    const now = performance.now();
    if (this.#due === Number.POSITIVE_INFINITY) this.#due = now + milliseconds;
    const isFull = this.#queue.length >= rows || this.#queue.bytes >= bytes;
    const at = Math.max(isFull ? now : this.#due, this.#retryAt);
    if (at <= now) {
      this.#sendNext();
    } else if (at < Number.POSITIVE_INFINITY && typeof setTimeout === "function") {
      this.#timer = setTimeout(() => this.#plan(), Math.min(Math.ceil(at - now), LONGEST));
      unref(this.#timer);
    }
  }

  #sendNext(): void {
    const { rows, bytes } = this.#settings.batch;
    this.#send(this.#queue.take(rows, bytes, 1), false);
  }

  #send(items: readonly Item[], last: boolean): void {
    if (items.length === 0) return;
    this.#due = Number.POSITIVE_INFINITY;
    const settled = this.#attempt(items, last).then((receipt) => {
      this.#away.delete(items);
      this.#settle(items, receipt);
      this.#plan();
    });
    this.#away.set(items, settled);
  }

  /** One attempt. Always has an outcome, and within the time that there is for one. */
  #attempt(items: readonly Item[], last: boolean): Promise<Receipt> {
    const { sink, retry } = this.#settings;
    const abort = new AbortController();
    const lines = items.map(({ text }) => text);
    // The call itself is made at once: a page that ends doesn't wait.
    const sent = (async () => await sink.send(lines, { signal: abort.signal, last }))();
    return new Promise((resolve) => {
      const later = (why: string) => resolve({ outcome: "later", why });
      const timer = setTimeout(
        () => {
          later(`gave no answer within ${retry.timeout} ms`);
          abort.abort();
        },
        Math.min(retry.timeout, LONGEST),
      );
      unref(timer);
      const failed = (cause: unknown) => {
        this.#faults.tell("failed", cause);
        later("failed");
      };
      sent.then((receipt) => (isReceipt(receipt) ? resolve(receipt) : failed(`\`${receipt}\` is no receipt`)), failed);
      void sent.catch(() => {}).finally(() => clearTimeout(timer));
    });
  }

  #settle(items: readonly Item[], receipt: Receipt): void {
    if (receipt.outcome === "later") {
      this.#counts.failures += 1;
      this.#failures += 1;
      this.#lastFailure = receipt.why;
      this.#wait(receipt.after ?? 0);
      this.#overflow(this.#queue.restore(items));
      return;
    }
    this.#shelf?.remove(items);
    if (receipt.outcome === "refused") {
      this.#counts.refused += items.length;
      this.#lastFailure = receipt.why;
      this.#refusals.tell(`refused ${items.length} exposures, which are dropped: it ${receipt.why}`);
      return;
    }
    this.#counts.sent += items.length;
    this.#failures = 0;
    this.#retryAt = 0;
    this.#forbiddenUntil = 0;
  }

  /** Leaves the sink alone for a while, and for as long as it asks. Half of the wait is chance, so that clients come back one by one. */
  #wait(after: number): void {
    const { milliseconds, most } = this.#settings.retry;
    const wait = Math.min(milliseconds * 2 ** (this.#failures - 1), most);
    const chance = (wait * Math.random()) / 2;
    const now = performance.now();
    this.#forbiddenUntil = Math.max(this.#forbiddenUntil, now + after);
    this.#retryAt = Math.max(now + wait / 2 + chance, after > 0 ? this.#forbiddenUntil + chance : 0);
  }

  #overflow(items: readonly Item[]): void {
    if (items.length === 0) return;
    this.#counts.overflowed += items.length;
    this.#shelf?.remove(items);
  }
}

function isReceipt(receipt: Receipt | undefined): receipt is Receipt {
  return ["taken", "later", "refused"].includes(receipt?.outcome ?? "");
}

/** A process has no need to stay for a timer. */
function unref(timer: ReturnType<typeof setTimeout>): void {
  (timer as { unref?: () => void }).unref?.();
}

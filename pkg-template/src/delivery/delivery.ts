/// <reference lib="esnext.disposable" preserve="true" />
import { TidegateError } from "../error.js";
import { Listeners } from "../listeners.js";
import type { Tidegate } from "../tidegate.js";
import type { AnyFlags } from "../types.js";
import { Ending } from "./ending.js";
import { listen } from "./events.js";
import { isHidden, watchPage } from "./page.js";
import { canPatch, isJson, type Patch, patched, patchOf } from "./patch.js";
import { type Answer, request } from "./request.js";
import type { Settings } from "./settings.js";
import type { DeliveryEvents, DeliveryState, DeliveryStatus } from "./status.js";
import { checked, type Stored } from "./stored.js";
import { around, backOff, elapsed, later, type Timer, within } from "./timing.js";

/** How `Delivery.refresh` asks. */
export interface RefreshOptions {
  /** Don't ask where the snapshot was confirmed less than so many milliseconds ago. */
  readonly olderThan?: number;
}

/** The newest snapshot that was accepted. Its bytes are kept where something is made of them. */
interface Newest {
  readonly revision: string;
  readonly bytes?: Uint8Array | undefined;
  readonly etag?: string | undefined;
}

/** When something was confirmed, by both clocks. */
interface Instant {
  readonly at: number;
  readonly elapsed: number;
}

/**
 * Keeps a Tidegate's snapshot the newest there is. `connect` makes one.
 *
 * Whatever goes wrong, the snapshot that was good last goes on deciding.
 */
export class Delivery<Flags extends { [K in keyof Flags]: unknown } = AnyFlags> {
  /** An ordinary Tidegate, which is updated in place. Until there is a snapshot it answers with fallbacks. */
  readonly tide: Tidegate<Flags>;
  readonly #settings: Settings;
  readonly #closing = new Ending();
  readonly #listeners: { readonly [E in keyof DeliveryEvents]: Listeners<DeliveryEvents[E]> } = {
    updated: new Listeners(),
    confirmed: new Listeners(),
    failed: new Listeners(),
    status: new Listeners(),
  };

  #newest: Newest | undefined;
  /** What the store has, or is about to. */
  #kept: Newest | undefined;
  #confirmed: Instant | undefined;
  #storedAt: number | undefined;
  #error: TidegateError | undefined;
  #failures = 0;
  #told: DeliveryState = "waiting";

  /** The attempt under way, and when it began. */
  #running: Promise<boolean> | undefined;
  #began = Number.NEGATIVE_INFINITY;
  /** Whether it has its answer. */
  #answered = false;
  #pollTimer: Timer | undefined;
  /** When the next poll is due, for a page that was hidden meanwhile. */
  #due = Number.POSITIVE_INFINITY;
  #staleTimer: Timer | undefined;

  /** Where events are, and what ends listening to them. */
  #events: URL | undefined;
  #listening: Ending | undefined;
  /** Whether the stream has told of the newest revision, so that it is the newest as long as the stream lives. */
  #inStep = false;
  /** The event that is being followed, after all before it. */
  #following: Promise<boolean> | undefined;

  /** Whether the module could be had. */
  #module: Promise<boolean> = Promise.resolve(false);
  /** The first snapshot, or that to wait for one is of no use. */
  readonly #begun: Promise<void>;
  #begin: () => void = () => {};

  /** @internal `connect` makes one. */
  constructor(tide: Tidegate<Flags>, settings: Settings) {
    this.tide = tide;
    this.#settings = settings;
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    if (settings.onFailed !== undefined) this.on("failed", settings.onFailed);
    watchPage(
      this.#closing,
      () => this.#seen(),
      () => this.#online(),
    );
    const { signal } = settings;
    const close = () => this.close();
    signal?.addEventListener("abort", close);
    this.#closing.add(() => signal?.removeEventListener("abort", close));
    if (signal?.aborted) this.close();
  }

  /** How far what decides can be relied on. */
  get status(): DeliveryStatus {
    const { revision } = this.#newest ?? {};
    const confirmedAt = this.#confirmed?.at ?? this.#storedAt;
    return Object.freeze({
      state: this.#state(),
      ...(revision === undefined ? undefined : { revision }),
      ...(confirmedAt === undefined ? undefined : { confirmedAt }),
      ...(this.#error === undefined ? undefined : { error: this.#error }),
    });
  }

  /** Calls back with what an event tells: see `DeliveryEvents`. Returns what ends that; `close` does too. */
  on<E extends keyof DeliveryEvents>(event: E, listener: (news: DeliveryEvents[E]) => void): () => void {
    if (Object.hasOwn(this.#listeners, event)) return this.#listeners[event].add(listener);
    const known = Object.keys(this.#listeners).join("`, `");
    throw new TidegateError("INVALID_ARGUMENT", `there is no event \`${event}\`: there are \`${known}\``);
  }

  /**
   * Asks for the newest snapshot now, or waits for the answer to who asked before; resolves when it is in use and stored.
   * Never rejects: answers whether what is there is the newest.
   */
  refresh({ olderThan }: RefreshOptions = {}): Promise<boolean> {
    const age = elapsed() - (this.#confirmed?.elapsed ?? Number.NEGATIVE_INFINITY);
    const recent = olderThan !== undefined && age < olderThan;
    if (this.#closing.over) return Promise.resolve(recent);
    // One that was forgotten with the request that began it, as workers do, keeps nobody back for ever.
    const running = elapsed() - this.#began < 4 * this.#settings.requestTimeout ? this.#running : undefined;
    if (running === undefined) return recent ? Promise.resolve(true) : this.#alone(() => this.#attempt());
    if (recent || !this.#answered) return running;
    // It has its answer, and is about to store it: somebody who asks now may know of a later one.
    return running.then(() => this.refresh());
  }

  /** Ends everything that goes on. The Tidegate decides on with what it has, and is the caller's to dispose of. */
  close(): void {
    if (this.#closing.over) return;
    this.#closing.end(new TidegateError("DISPOSED", "the delivery was closed"));
    this.#listening?.end();
    clearTimeout(this.#pollTimer);
    clearTimeout(this.#staleTimer);
    for (const listeners of Object.values(this.#listeners)) listeners.clear();
    this.#begin();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * @internal Begins with what is there, and resolves when there is something to decide with, or waiting for it is of no use or
   * has taken long enough. Rejects where the module can't be had.
   */
  async start(module: Promise<void>): Promise<void> {
    const { initial, timeout } = this.#settings;
    // At once: nobody else may be listening when it rejects.
    this.#module = module.then(
      () => true,
      () => false,
    );
    const stored = await this.#stored();
    // Without a condition to ask with there is nothing to wait for; but where there is no WebAssembly, asking may be the end of Node.
    if (initial === undefined && stored === undefined && typeof WebAssembly !== "undefined") void this.refresh();
    await module;
    if (this.#closing.over) return;
    if (initial !== undefined) this.#tryToBegin(() => this.tide.update(initial));
    if (stored !== undefined) this.#beginWith(stored);
    if (initial !== undefined || stored !== undefined) void this.refresh();
    if (this.#newest !== undefined) return;
    // Somebody waits for this one, so it is as good a reason as any for a process to stay.
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeout);
    });
    await Promise.race([this.#begun, late]);
    clearTimeout(timer);
    // Nobody waits any more, and in a worker another request must not end what this one has begun.
    this.#begin = () => {};
  }

  /** Has `refresh` wait for an action rather than begin another. */
  #alone(act: () => Promise<boolean>): Promise<boolean> {
    this.#began = elapsed();
    this.#answered = false;
    const running = act().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  #state(): DeliveryState {
    if (this.#newest === undefined) return this.#error === undefined ? "waiting" : "failed";
    if (this.#confirmed === undefined) return this.#failures === 0 ? "stored" : "stale";
    return elapsed() - this.#confirmed.elapsed < this.#settings.staleAfter ? "fresh" : "stale";
  }

  /** What was stored, where anything was. */
  async #stored(): Promise<Stored | undefined> {
    const { store, url } = this.#settings;
    if (store === undefined) return undefined;
    try {
      return checked(await this.#inTime("be read", () => store.get(url.href)));
    } catch (cause) {
      this.#tell(storeFailed("be read", cause));
      return undefined;
    }
  }

  #beginWith({ bytes, etag, confirmedAt }: Stored): void {
    if (!this.#tryToBegin(() => this.tide.update(bytes, { force: true }))) return;
    this.#newest = this.#kept = { revision: this.tide.revision, bytes, etag };
    this.#storedAt = confirmedAt;
    this.#turn();
  }

  /** What is stored may be damaged, of another version, or older than what came along: then it is as if it weren't there. */
  #tryToBegin(update: () => unknown): boolean {
    try {
      update();
      this.#newest = { revision: this.tide.revision };
      this.#turn();
      return true;
    } catch (cause) {
      const error = refusal(cause);
      // An application that was built after the last visit brings a newer one.
      if (error.code !== "OLDER_SEQUENCE") this.#tell(error);
      return false;
    }
  }

  /** One question with all that follows from it. */
  async #attempt(): Promise<boolean> {
    clearTimeout(this.#pollTimer);
    const base = this.#newest;
    let answer = await request(this.#settings, { etag: base?.etag, patches: arePatched(base?.bytes) }, this.#closing);
    if (answer.kind === "patch") answer = await this.#wholeOf(answer, base);
    if (!(await this.#module)) return false;
    if (this.#closing.over) return false;
    const error = answer.kind === "failed" ? answer.error : this.#take(answer);
    if (error !== undefined) {
      this.#failures++;
      this.#error = error;
      this.#tell(error);
      if (answer.kind !== "failed" || answer.final) this.#begin();
    }
    this.#schedule(answer);
    if (error !== undefined) return false;
    if (answer.kind !== "failed") this.#offer(answer.events);
    await this.#keep();
    return true;
  }

  /** The whole that a patch makes, or, where that fails, the whole from the server. */
  async #wholeOf(answer: Exclude<Answer, { kind: "same" | "failed" }>, base: Newest | undefined): Promise<Answer> {
    try {
      const patch = patchOf(new TextDecoder().decode(answer.bytes));
      const etag = answer.etag ?? patch.etag;
      const { events } = answer;
      const bytes = await this.#patched(patch, base);
      return { kind: "whole", bytes, ...(etag && { etag }), ...(events && { events }) };
    } catch (cause) {
      this.#tell(refusal(cause));
      // Without a condition: what is there may be what is wrong.
      return await request(this.#settings, { patches: false }, this.#closing);
    }
  }

  #patched(patch: Patch, base: Newest | undefined): Promise<Uint8Array> {
    if (base?.bytes !== undefined && base.revision === patch.from) return patched(base.bytes, patch);
    throw new TidegateError(
      "PATCH_FAILED",
      `the patch is of revision \`${patch.from}\` where \`${base?.revision}\` is there`,
    );
  }

  /** Puts an answer to use; answers what stood in the way. */
  #take(answer: Exclude<Answer, { kind: "failed" }>): TidegateError | undefined {
    const { bytes, etag } = answer.kind === "same" ? {} : answer;
    const newest = this.#newest;
    const again = bytes !== undefined && newest !== undefined && areSame(bytes, newest.bytes);
    if (again && newest.etag !== etag) this.#newest = { ...newest, etag };
    if (bytes === undefined || again) {
      this.#confirm();
      // Where no timers run, what a freeze held back waits for somebody to look.
      this.tide.thaw();
      return undefined;
    }
    const before = this.#confirmed;
    // First, since those who are told of changes ask how fresh they are.
    this.#confirmed = now();
    try {
      const report = this.tide.update(bytes);
      const { revision } = report.held ?? report;
      const useful = this.#settings.store !== undefined || arePatched(bytes);
      this.#newest = { revision, bytes: useful ? bytes : undefined, etag };
      this.#begin();
      this.#confirm();
      this.#listeners.updated.call(report);
      return undefined;
    } catch (cause) {
      this.#confirmed = before;
      const error = refusal(cause);
      // Whoever has disposed of the Tidegate wants no more snapshots.
      if (error.code === "DISPOSED") this.close();
      return error;
    }
  }

  #confirm(): void {
    const confirmed = now();
    this.#confirmed = confirmed;
    this.#failures = 0;
    this.#error = undefined;
    const { staleAfter } = this.#settings;
    clearTimeout(this.#staleTimer);
    if (Number.isFinite(staleAfter)) this.#staleTimer = later(staleAfter + 1, () => this.#turn());
    this.#turn();
    this.#listeners.confirmed.call(confirmed.at);
  }

  /** Writes down what is there, if the store hasn't got it. What a freeze holds back isn't what the next start should begin with. */
  async #keep(): Promise<void> {
    this.#answered = true;
    const { store, url } = this.#settings;
    const newest = this.#newest;
    const bytes = newest?.bytes;
    if (store === undefined || bytes === undefined || newest === this.#kept) return;
    if (this.tide.loadReport.held !== undefined) return;
    const before = this.#kept;
    this.#kept = newest;
    const { etag } = newest ?? {};
    const stored = { bytes, ...(etag === undefined ? undefined : { etag }), confirmedAt: Date.now() };
    try {
      await this.#inTime("be written", () => store.set(url.href, stored));
    } catch (cause) {
      if (this.#kept === newest) this.#kept = before;
      this.#tell(storeFailed("be written", cause));
    }
  }

  #inTime<T>(what: string, act: () => Promise<T>): Promise<T> {
    const { requestTimeout } = this.#settings;
    const late = () => storeFailed(what, new Error(`that took longer than ${requestTimeout} ms`));
    return within(requestTimeout, this.#closing, late, act);
  }

  #tell(error: TidegateError): void {
    if (this.#closing.over) return;
    this.#listeners.failed.call(error);
    this.#turn();
  }

  /** Tells of the state if it is another one. */
  #turn(): void {
    const state = this.#state();
    if (state === this.#told) return;
    this.#told = state;
    this.#listeners.status.call(this.status);
  }

  #schedule(answer: Answer): void {
    const { interval, jitter, retryAfter, retryAtMost, random } = this.#settings;
    const patience = backOff(this.#failures, retryAfter, retryAtMost, random);
    const asked = answer.kind === "failed" ? (answer.after ?? 0) : 0;
    const delay = this.#failures === 0 ? around(interval, jitter, random) : Math.max(patience, asked);
    // Who asks by himself asks again by himself; but the first snapshot is worth a second try.
    if (interval === 0 && (this.#failures === 0 || this.#newest !== undefined)) return;
    this.#pollAfter(delay);
  }

  #pollAfter(delay: number): void {
    clearTimeout(this.#pollTimer);
    this.#due = elapsed() + delay;
    if (isHidden() && this.#newest !== undefined) return;
    this.#pollTimer = later(delay, () => {
      if (!this.#inStep) void this.refresh();
      else this.#pollAfter(around(this.#settings.interval, this.#settings.jitter, this.#settings.random));
    });
  }

  /** Nobody looks any more, or somebody does again. */
  #seen(): void {
    if (isHidden()) {
      if (this.#newest !== undefined) clearTimeout(this.#pollTimer);
      this.#listening?.end();
      this.#listening = undefined;
      this.#inStep = false;
      return;
    }
    this.#offer(this.#events);
    if (Number.isFinite(this.#due)) this.#pollAfter(Math.max(0, this.#due - elapsed()));
  }

  /** The network is back: what failed for want of it needn't wait. */
  #online(): void {
    if (this.#settings.interval === 0 && this.#newest !== undefined) return;
    if (isHidden() && this.#newest !== undefined) this.#due = elapsed();
    else void this.refresh();
  }

  /** Listens to the events that are offered, if it doesn't yet. */
  #offer(events: URL | undefined): void {
    if (events === undefined) return;
    this.#events = events;
    if (this.#listening !== undefined || isHidden() || this.#closing.over) return;
    const listening = new Ending();
    this.#listening = listening;
    void listen(events, this.#settings, listening, {
      heard: (name, data) => {
        void this.#heard(name, data, listening);
      },
      alive: () => {
        if (this.#inStep) this.#confirm();
      },
      dropped: (error) => {
        this.#inStep = false;
        if (error !== undefined) this.#tell(error);
      },
    });
  }

  /** What the stream tells, in its order. */
  async #heard(name: string, data: string, listening: Ending): Promise<void> {
    if (name !== "revision" && name !== "patch") return;
    this.#inStep = false;
    const before = this.#following;
    const following = (async () => {
      await before;
      // A whole that is on its way may be older than what is told.
      while (this.#running !== undefined) await this.#running;
      return !listening.over && (await this.#alone(() => this.#follow(name, data)));
    })();
    this.#following = following;
    const followed = await following;
    if (this.#following === following && this.#listening === listening) this.#inStep = followed;
  }

  /** Answers whether what is there is now what was told of. */
  async #follow(name: "revision" | "patch", data: string): Promise<boolean> {
    try {
      const told = name === "patch" ? patchOf(data) : undefined;
      const revision = told?.to ?? revisionOf(data);
      if (revision === this.#newest?.revision) {
        this.#confirm();
        return true;
      }
      const base = this.#newest;
      if (told !== undefined && arePatched(base?.bytes)) {
        const { etag } = told;
        const bytes = await this.#patched(told, base);
        const refused = this.#take({ kind: "whole", bytes, ...(etag && { etag }) });
        if (refused !== undefined) throw refused;
        await this.#keep();
        return true;
      }
    } catch (cause) {
      this.#tell(refusal(cause));
    }
    return await this.#attempt();
  }
}

/** Whether a server that knows no conditions has sent again what is there. */
function areSame(bytes: Uint8Array, other: Uint8Array | undefined): boolean {
  return bytes.byteLength === other?.byteLength && bytes.every((byte, at) => byte === other[at]);
}

/** Whether patches of these bytes are of use here. */
function arePatched(bytes: Uint8Array | undefined): boolean {
  return bytes !== undefined && isJson(bytes) && canPatch();
}

function revisionOf(data: string): string {
  let revision: unknown;
  try {
    ({ revision } = JSON.parse(data));
  } catch {
    // Told below.
  }
  if (typeof revision === "string") return revision;
  throw new TidegateError("FETCH_FAILED", "an event `revision` has no JSON object with a text `revision`");
}

function now(): Instant {
  return { at: Date.now(), elapsed: elapsed() };
}

/** A refusal of the Tidegate's as it is; anything else as what it means. */
function refusal(cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  return new TidegateError("FETCH_FAILED", `the snapshot could not be used: ${String(cause)}`, { cause });
}

function storeFailed(what: string, cause: unknown): TidegateError {
  if (cause instanceof TidegateError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TidegateError("STORE_FAILED", `the store of snapshots can't ${what}: ${why}`, { cause });
}

/// <reference lib="esnext.disposable" preserve="true" />
import type { ExposureListener, ExposureListening } from "../exposure.js";
import { type SendOptions, settingsOf } from "./options.js";
import { Outbox } from "./outbox.js";
import { onPageEnd } from "./page.js";
import type { SendStats } from "./stats.js";

/** What tells of exposures: a `Tidegate`, of any flags. */
export interface ExposureSource {
  on(event: "exposure", listener: ExposureListener, listening?: ExposureListening): () => void;
}

export interface ExposureSender {
  /**
   * Sends what waits, however little it is. Answers whether all of it has left; while a failure is waited out it isn't tried again,
   * and the answer is false. In a worker without timers: `context.waitUntil(sender.flush())`.
   */
  flush(): Promise<boolean>;
  /**
   * Stops listening, sends what waits once more, and ends every timer and request. What can't be sent stays in the database where
   * there is one, and is lost otherwise. Never rejects.
   */
  close(): Promise<void>;
  readonly stats: SendStats;
  /** Closes, without waiting for it. */
  [Symbol.dispose](): void;
}

/**
 * Sends every exposure of a Tidegate to a sink, in batches, with one request under way at a time. What fails for now is tried again,
 * later and later; what waits is bounded, and kept in IndexedDB where there is one. Each exposure is sent at least once, under an id
 * by which the receiver has to drop doubles. At the end of a page what waits leaves with a request that outlives it.
 *
 * Nothing that happens here reaches a decision. Throws a `TidegateError` where an option makes no sense.
 */
export function sendExposures(tide: ExposureSource, options: SendOptions): ExposureSender {
  const settings = settingsOf(options);
  const outbox = new Outbox(settings);
  const { attributes } = settings;
  const ends = [
    tide.on("exposure", (exposure) => outbox.add(exposure), attributes.length > 0 ? { attributes } : {}),
    onPageEnd(() => outbox.leave()),
  ];
  let closing: Promise<void> | undefined;
  const close = () => {
    for (const end of ends.splice(0)) end();
    closing ??= outbox.close();
    return closing;
  };
  return {
    flush: () => outbox.flush(),
    close,
    get stats() {
      return outbox.stats;
    },
    [Symbol.dispose]: () => void close(),
  };
}

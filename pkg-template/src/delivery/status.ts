import type { TidegateError } from "../error.js";
import type { LoadReport } from "../types.js";

/**
 * How far what decides can be relied on.
 *
 * - `waiting`: there is no snapshot yet, and every answer is the caller's fallback
 * - `failed`: the same, and the last attempt to get one failed
 * - `stored`: what decides was stored, or came along as `initial`; nobody has confirmed it since this delivery began
 * - `fresh`: it was confirmed not longer than `staleAfter` ago
 * - `stale`: it was not, or what was stored could not be confirmed
 */
export type DeliveryState = "waiting" | "failed" | "stored" | "fresh" | "stale";

export interface DeliveryStatus {
  readonly state: DeliveryState;
  /** The revision of the snapshot that was accepted last: the one that decides, or one that a freeze holds back. */
  readonly revision?: string;
  /** When it was last known to be the newest one, in epoch milliseconds. A stored one says what it was stored with. */
  readonly confirmedAt?: number;
  /** What the last attempt failed with, until one succeeds. */
  readonly error?: TidegateError;
}

/** What `Delivery.on` tells, by event. */
export interface DeliveryEvents {
  /** Another snapshot was accepted; in the report is `held` where a freeze holds it back. */
  readonly updated: LoadReport;
  /** The server has said that what is there is the newest; when, in epoch milliseconds. */
  readonly confirmed: number;
  /** Something went wrong. What decided goes on deciding. */
  readonly failed: TidegateError;
  /** The state is another one. */
  readonly status: DeliveryStatus;
}

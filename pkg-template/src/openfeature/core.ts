import {
  ErrorCode,
  type EvaluationContext,
  GeneralError,
  ProviderFatalError,
  type ResolutionDetails,
} from "@openfeature/core";
// Brings the module, in the way of the runtime that this runs in.
import "tidegate";
import type { DeliveryStatus } from "../delivery/status.js";
import { sentence } from "../error.js";
import {
  type Decision,
  type FlagMetadata,
  type LoadReport,
  type Reason,
  type Snapshot,
  type SnapshotSource,
  Tidegate,
  TidegateError,
  type TidegateErrorCode,
  type TidegateOptions,
} from "../index.js";
import { obtainBytes } from "../source.js";

// What the providers of both SDKs have in common. The SDKs keep the status; a provider tells of events.

/** The events that a provider tells of by itself; the SDKs tell of the outcome of `initialize`. */
export type ProviderNews =
  | { readonly event: "Ready" }
  | { readonly event: "Stale" | "Error"; readonly message: string }
  | { readonly event: "ConfigurationChanged"; readonly flagsChanged: string[] };

/** What a provider asks of a Tidegate, whatever flags it is typed for. */
export interface AnyTidegate {
  decide(key: string, context?: EvaluationContext): Decision<unknown>;
  metadata(key: string): FlagMetadata | undefined;
  on(event: "change", listener: (keys: readonly string[]) => void): () => void;
  update(next: Snapshot): LoadReport;
  dispose(): void;
}

/** What a provider asks of a delivery: see `connect` of `tidegate/delivery`. */
export interface AnyDelivery {
  readonly tide: AnyTidegate;
  readonly status: DeliveryStatus;
  on(event: "status", listener: (status: DeliveryStatus) => void): () => void;
  refresh(): Promise<boolean>;
}

/** What a provider is made of: what decides, or where to get it. */
export type Given = AnyTidegate | AnyDelivery | SnapshotSource;

type FlagType = "boolean" | "string" | "number" | "object";

/** Trying again does not help with these: the runtime or the program has to change. */
const FATAL: ReadonlySet<TidegateErrorCode> = new Set([
  "WASM_UNAVAILABLE",
  "NOT_INITIALISED",
  "INVALID_ARGUMENT",
  "UNSUPPORTED_VERSION",
]);

/** A Tidegate, a delivery, or where to get one, behind an OpenFeature provider. */
export class Resolver {
  readonly #given: Given;
  readonly #options: TidegateOptions | undefined;
  readonly #tell: (news: ProviderNews) => void;
  #tide: AnyTidegate | undefined;
  readonly #unsubscribe: (() => void)[] = [];
  /** What was told last, and is not over yet. */
  #trouble: ProviderNews | undefined;

  constructor(given: Given, options: TidegateOptions | undefined, tell: (news: ProviderNews) => void) {
    this.#given = given;
    this.#options = options;
    this.#tell = tell;
  }

  /** Tells again of what is not over yet: an SDK may have taken the provider for ready. */
  remind(): void {
    if (this.#trouble !== undefined) this.#tell(this.#trouble);
  }

  async start(): Promise<void> {
    try {
      const given = this.#given;
      if (isDelivery(given)) this.#follow(given);
      else this.#use(isTidegate(given) ? given : await Tidegate.load(given, this.#options));
    } catch (cause) {
      const message = sentence(cause);
      const fatal = cause instanceof TidegateError && FATAL.has(cause.code);
      throw fatal ? new ProviderFatalError(message, { cause }) : new GeneralError(message, { cause });
    }
  }

  stop(): void {
    for (const end of this.#unsubscribe.splice(0)) end();
    // One that was handed in belongs to whoever made it.
    if (this.#tide !== this.#given && !isDelivery(this.#given)) this.#tide?.dispose();
    this.#tide = undefined;
  }

  resolve<T>(type: FlagType, key: string, fallback: T, context: EvaluationContext): ResolutionDetails<T> {
    const tide = this.#tide;
    if (tide === undefined) {
      return failure(fallback, ErrorCode.PROVIDER_NOT_READY, "no snapshot has been loaded yet");
    }
    const decision = tide.decide(key, context);
    const metadata = tide.metadata(key);
    const flagMetadata = metadata === undefined ? undefined : { flagMetadata: metadata };
    if (decision.errorCode !== undefined) {
      return { ...failure(fallback, ErrorCode[decision.errorCode], decision.errorMessage), ...flagMetadata };
    }
    const { value, variant, reason } = decision;
    if (typeof value !== type) {
      const message = `\`${key}\` is of type ${typeof value} where ${type} was asked for`;
      return { ...failure(fallback, ErrorCode.TYPE_MISMATCH, message), ...flagMetadata };
    }
    // Its type is the one that was asked for; what an object holds is the caller's word.
    return { value: value as T, variant, reason: this.#reasonFor(reason), ...flagMetadata };
  }

  async refresh(source: SnapshotSource | undefined): Promise<boolean> {
    const from = source ?? this.#given;
    // What fails is told by the delivery.
    if (isDelivery(from)) return await from.refresh();
    try {
      if (isTidegate(from)) {
        throw new TidegateError(
          "INVALID_ARGUMENT",
          "this provider was given a Tidegate: update that, or say what to load",
        );
      }
      if (this.#tide === undefined) {
        this.#use(await Tidegate.load(from, this.#options));
        this.markReady();
      } else {
        this.#tide.update(await obtainBytes(from));
        this.#recover();
      }
      return true;
    } catch (cause) {
      this.#report(cause);
      return false;
    }
  }

  markStale(message: string): void {
    this.#trouble = { event: "Stale", message };
    this.remind();
  }

  markReady(): void {
    this.#trouble = undefined;
    this.#tell({ event: "Ready" });
  }

  #recover(): void {
    if (this.#trouble !== undefined) this.markReady();
  }

  #use(tide: AnyTidegate): void {
    this.#tide = tide;
    this.#unsubscribe.push(
      tide.on("change", (keys) => {
        this.#recover();
        this.#tell({ event: "ConfigurationChanged", flagsChanged: Array.from(keys) });
      }),
    );
  }

  /** Tells of the states of a delivery. Throws where it has nothing to decide with yet; it goes on to get something. */
  #follow(delivery: AnyDelivery): void {
    this.#use(delivery.tide);
    this.#unsubscribe.push(delivery.on("status", (status) => this.#turn(status)));
    const { status } = delivery;
    if (hasNothing(status)) {
      this.#trouble = { event: "Error", message: troubleOf(status) };
      throw new Error(troubleOf(status));
    }
    // The SDK takes the provider for ready when this ends well.
    if (status.state === "stale") setTimeout(() => this.#turn(delivery.status), 0);
  }

  #turn(status: DeliveryStatus): void {
    if (status.state === "stale") this.markStale(troubleOf(status));
    else if (!hasNothing(status)) this.#recover();
  }

  /**
   * The reason, unless what decided may be out of date (`STALE`) or comes from an earlier visit and nobody has confirmed it
   * (`CACHED`), by the specification's list of reasons.
   */
  #reasonFor(reason: Reason): Reason {
    const state = isDelivery(this.#given) ? this.#given.status.state : "fresh";
    if (state === "stale") return "STALE";
    return state === "stored" ? "CACHED" : reason;
  }

  /** A snapshot that can't be had leaves the one in use out of date; one that is refused is somebody's error. */
  #report(cause: unknown): void {
    const code = cause instanceof TidegateError ? cause.code : undefined;
    // What is in use is newer than what was offered: nothing is wrong with it.
    if (code === "OLDER_SEQUENCE") return;
    const event = code === "FETCH_FAILED" && this.#tide !== undefined ? "Stale" : "Error";
    this.#trouble = { event, message: sentence(cause) };
    this.remind();
  }
}

/** By what it has: it may be another entry's, `tidegate/slim`'s say. */
function isTidegate(given: AnyTidegate | SnapshotSource): given is AnyTidegate {
  return typeof given === "object" && given !== null && "decide" in given && "update" in given;
}

/** By what it has, too. */
function isDelivery(given: Given): given is AnyDelivery {
  return typeof given === "object" && given !== null && "tide" in given && "status" in given && "refresh" in given;
}

function hasNothing({ state }: DeliveryStatus): boolean {
  return state === "waiting" || state === "failed";
}

function troubleOf({ state, error }: DeliveryStatus): string {
  if (error !== undefined) return error.message;
  return state === "stale" ? "the snapshot was not confirmed for too long" : "no snapshot has been loaded yet";
}

function failure<T>(value: T, errorCode: ErrorCode, errorMessage: string): ResolutionDetails<T> {
  return { value, reason: "ERROR", errorCode, errorMessage };
}

import {
  type EvaluationContext,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
} from "@openfeature/web-sdk";
import type { SnapshotSource, TidegateOptions } from "../index.js";
import { type Given, Resolver } from "./core.js";

/**
 * Tidegate as a provider of OpenFeature's web SDK:
 * `await OpenFeature.setProviderAndWait(new TidegateProvider(new URL("https://…/snapshot.json")))`.
 */
export class TidegateProvider implements Provider {
  readonly metadata = { name: "tidegate" } as const;
  readonly runsOn = "client";
  readonly events = new OpenFeatureEventEmitter();
  readonly #resolver: Resolver;

  /**
   * Takes a delivery of `tidegate/delivery` or a Tidegate, which stay the caller's to close, update and dispose of, or what
   * `Tidegate.load` takes. While a delivery's snapshot is `stored` decisions have the reason `CACHED`, and while it is `stale`
   * `STALE`.
   */
  constructor(tide: Given, options?: TidegateOptions) {
    this.#resolver = new Resolver(tide, options, (news) => {
      if (news.event === "ConfigurationChanged") {
        this.events.emit(ProviderEvents.ConfigurationChanged, { flagsChanged: news.flagsChanged });
      } else {
        this.events.emit(ProviderEvents[news.event], "message" in news ? { message: news.message } : undefined);
      }
    });
  }

  initialize(): Promise<void> {
    return this.#resolver.start();
  }

  /** Nothing has to be fetched for another context. The SDK takes the provider for ready afterwards; it may not be. */
  onContextChange(): void {
    queueMicrotask(() => this.#resolver.remind());
  }

  onClose(): Promise<void> {
    this.#resolver.stop();
    return Promise.resolve();
  }

  /**
   * Obtains the snapshot again, from where it came from or from another source, and puts it in the old one's place.
   * Never rejects: answers whether the new one is in use, and what stood in the way is told by the event that follows
   * (stale where it could not be had, error where it was refused). The old one keeps answering.
   */
  refresh(source?: SnapshotSource): Promise<boolean> {
    return this.#resolver.refresh(source);
  }

  /** Tells the SDK that the snapshot in use is out of date. The next change, or `markReady`, ends that. */
  markStale(message = "the snapshot is out of date"): void {
    this.#resolver.markStale(message);
  }

  /** Tells the SDK that the snapshot in use is up to date again. */
  markReady(): void {
    this.#resolver.markReady();
  }

  resolveBooleanEvaluation(
    flagKey: string,
    defaultValue: boolean,
    context: EvaluationContext,
  ): ResolutionDetails<boolean> {
    return this.#resolver.resolve("boolean", flagKey, defaultValue, context);
  }

  resolveStringEvaluation(
    flagKey: string,
    defaultValue: string,
    context: EvaluationContext,
  ): ResolutionDetails<string> {
    return this.#resolver.resolve("string", flagKey, defaultValue, context);
  }

  resolveNumberEvaluation(
    flagKey: string,
    defaultValue: number,
    context: EvaluationContext,
  ): ResolutionDetails<number> {
    return this.#resolver.resolve("number", flagKey, defaultValue, context);
  }

  resolveObjectEvaluation<T extends JsonValue>(
    flagKey: string,
    defaultValue: T,
    context: EvaluationContext,
  ): ResolutionDetails<T> {
    return this.#resolver.resolve("object", flagKey, defaultValue, context);
  }
}

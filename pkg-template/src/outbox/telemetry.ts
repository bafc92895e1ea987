import { type EvaluationDetails, type EvaluationEvent, evaluationEvent } from "../event.js";
import type { Exposure } from "../exposure.js";
import type { Decision } from "../types.js";
import type { ExposureSource } from "./send.js";

// Decisions and exposures as OpenTelemetry's events. The logger is the caller's: `logs.getLogger("tidegate")` of `@opentelemetry/api-logs`.

/** A value as OpenTelemetry's attributes have it. */
export type EventValue = string | number | boolean | null | EventValue[] | { [name: string]: EventValue };

export interface EventRecord {
  readonly eventName: string;
  /** Epoch milliseconds; the logger's own clock counts where it is absent. */
  readonly timestamp?: number;
  readonly attributes: { [name: string]: EventValue };
}

/** What is needed of OpenTelemetry's `Logger`. */
export interface EventLogger {
  emit(record: EventRecord): void;
}

export interface DecisionLogDetails extends EvaluationDetails {
  /** Whether the value goes along, which may be large or private. The conventions leave it out where a variant says the same. */
  readonly value?: boolean;
}

/** Emits a decision as the event `feature_flag.evaluation`. */
export function logDecision(logger: EventLogger, decision: Decision<unknown>, details: DecisionLogDetails = {}): void {
  const { attributes, name } = evaluationEvent(decision, details);
  const { "feature_flag.result.value": value, ...others } = attributes;
  const all = details.value === true && value !== undefined ? attributes : others;
  logger.emit({ eventName: name, attributes: attributesOf(all) });
}

export interface ExposureLogDetails {
  /** The set that the flags belong to: an environment, say. */
  readonly setId?: string;
}

/**
 * Emits every exposure as the event `feature_flag.evaluation`, with the unit as its context's id, at the instant that the unit met the
 * variant; what the conventions have no name for is under `tidegate.`. Returns what ends that. What the logger throws is reported
 * once, and keeps no decision back.
 */
export function logExposures(tide: ExposureSource, logger: EventLogger, details: ExposureLogDetails = {}): () => void {
  return tide.on("exposure", (exposure) => {
    const { name, attributes } = eventOf(exposure, details);
    logger.emit({ eventName: name, timestamp: exposure.at, attributes: attributesOf(attributes) });
  });
}

function eventOf(exposure: Exposure, { setId }: ExposureLogDetails): EvaluationEvent {
  const { unit, unitKind, experiment, layer } = exposure;
  // An exposure has all of a decision but the value, which isn't sent anyway.
  const decision = exposure as unknown as Decision<unknown>;
  const event = evaluationEvent(decision, { contextId: unit, ...(setId === undefined ? undefined : { setId }) });
  const more = {
    "tidegate.unit_kind": unitKind,
    ...(experiment === undefined ? undefined : { "tidegate.experiment": experiment }),
    ...(layer === undefined ? undefined : { "tidegate.layer": layer }),
  };
  return { ...event, attributes: { ...event.attributes, ...more } };
}

function attributesOf(attributes: EvaluationEvent["attributes"]): { [name: string]: EventValue } {
  // JSON is what OpenTelemetry takes. That values are frozen is all that its types have against them.
  return attributes as { [name: string]: EventValue };
}

import type { Decision, FlagValue } from "./types.js";

// A decision as an event, for logs and audits: by the conventions of OpenTelemetry and OpenFeature.

export interface EvaluationEvent {
  readonly name: "feature_flag.evaluation";
  readonly attributes: { readonly [attribute: string]: FlagValue };
}

/** What a decision itself doesn't know. */
export interface EvaluationDetails {
  /** Who it was made for: the targeting key, say. */
  readonly contextId?: string;
  /** The set that the flag belongs to: an environment, say. */
  readonly setId?: string;
}

/**
 * A decision as the event `feature_flag.evaluation` of OpenTelemetry's semantic conventions for feature flags
 * (<https://opentelemetry.io/docs/specs/semconv/feature-flags/feature-flags-events/>), with the snapshot's revision as its version. What
 * the conventions have no name for is under `tidegate.`: the rule, the holdout, what would have been, and whether the variant was stored.
 */
export function evaluationEvent(decision: Decision<unknown>, details: EvaluationDetails = {}): EvaluationEvent {
  const { flag, value, variant, reason, revision, rule, stored, errorCode, errorMessage } = decision;
  const { holdout, wouldBe } = "holdout" in decision ? decision : {};
  const attributes = {
    "feature_flag.key": flag,
    "feature_flag.provider.name": "Tidegate",
    "feature_flag.result.value": value as FlagValue | undefined,
    "feature_flag.result.variant": variant,
    "feature_flag.result.reason": reason.toLowerCase(),
    "feature_flag.version": revision,
    "feature_flag.context.id": details.contextId,
    "feature_flag.set.id": details.setId,
    "error.type": errorCode?.toLowerCase(),
    "feature_flag.error.message": errorMessage,
    "tidegate.rule": rule,
    "tidegate.stored": stored,
    "tidegate.holdout": holdout,
    "tidegate.would_be.variant": wouldBe?.variant,
  };
  const given = Object.entries(attributes).filter((entry): entry is [string, FlagValue] => entry[1] !== undefined);
  return { name: "feature_flag.evaluation", attributes: Object.fromEntries(given) };
}

//! What is watched, and what is served instead when it goes wrong.

use schemars::JsonSchema;

use super::text::Name;

/// What a rule is rolled back by: an alarm, or an outcome that is compared between the arms of its split
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Guardrail {
    Alarm(AlarmGuardrail),
    Outcome(OutcomeGuardrail),
}

/// Serves something else while an alarm is up
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct AlarmGuardrail {
    /// The alarm that is watched
    alarm: Name,
    /// The variant that is served instead
    rollback_to: Name,
}

/// Serves something else once an outcome is worse in an arm than in the control
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OutcomeGuardrail {
    /// The outcome that is watched
    outcome: Name,
    /// The arm that the others are compared with: one with a weight in the rule's split
    control: Name,
    /// How often the watch may be wrong, with at most six decimals
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1, "default" = 0.01))]
    alpha: Option<f64>,
    /// The variant that is served instead
    rollback_to: Name,
}

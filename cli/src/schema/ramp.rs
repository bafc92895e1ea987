//! Shares that grow in time.

use schemars::JsonSchema;

use super::text::{Minutes, Moment, Percent};

/// A share of the units that grows in time
#[derive(JsonSchema)]
#[schemars(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields,
    example = serde_json::json!({ "kind": "linear", "from": "2026-11-24T08:00:00Z", "until": "2026-11-26T08:00:00Z", "to": 100, "steps": 20 }),
    example = serde_json::json!({ "kind": "exponential", "from": "2026-11-24T08:00:00Z", "start": 1, "everyMinutes": 60, "to": 100 }),
    example = serde_json::json!({ "kind": "stages", "stages": [
        { "at": "2026-11-24T08:00:00Z", "percent": 1 }, { "at": "2026-11-25T08:00:00Z", "percent": 100 }
    ] })
)]
pub(super) enum Ramp {
    /// Grows by equal steps from nobody to `to`
    Linear {
        /// When it begins
        from: Moment,
        /// When it reaches `to`: after `from`, at most 36,525 days
        until: Moment,
        /// The share at the end
        to: Percent,
        /// How many equal steps there are
        #[schemars(range(min = 1, max = 1_000_000))]
        steps: u32,
        /// How long it is watched by guardrails after its end
        #[schemars(range(min = 0, max = 5_256_000), extend("default" = 0))]
        bake_minutes: Option<u32>,
    },
    /// Doubles until it reaches `to`
    Exponential {
        /// When it begins
        from: Moment,
        /// The share at the beginning: above 0, at most `to`
        #[schemars(extend("type" = "number", "exclusiveMinimum" = 0))]
        start: Percent,
        /// How long it takes to double
        every_minutes: Minutes,
        /// The share at the end
        to: Percent,
        /// How long it is watched by guardrails after its end
        #[schemars(range(min = 0, max = 5_256_000), extend("default" = 0))]
        bake_minutes: Option<u32>,
    },
    /// Jumps from one share to the next
    Stages {
        /// In the order of time, each with at least the share before
        #[schemars(length(min = 1, max = 255))]
        stages: Vec<Stage>,
        /// How long it is watched by guardrails after its last stage
        #[schemars(range(min = 0, max = 5_256_000), extend("default" = 0))]
        bake_minutes: Option<u32>,
    },
}

/// From when on a ramp has which share
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Stage {
    /// When it begins
    at: Moment,
    /// The share from then on
    percent: Percent,
}

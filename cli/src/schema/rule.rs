//! Rules: who, how many of them, and what they get.

use schemars::JsonSchema;

use super::condition::Condition;
use super::guardrail::Guardrail;
use super::ramp::Ramp;
use super::text::{Minutes, Name, Percent, Salt, Unit};
use super::window::Windows;

/// A condition with what it serves; rules are tried in order, and the first that applies decides
#[derive(JsonSchema)]
#[schemars(
    rename_all = "camelCase",
    deny_unknown_fields,
    extend("not" = { "required": ["percent", "ramp"] }, "dependentRequired" = { "layer": ["experiment"] }),
    example = serde_json::json!({ "id": "staff", "when": { "segment": "staff" }, "serve": "on" }),
    example = serde_json::json!({ "id": "half", "percent": 50, "serve": "on" })
)]
pub(super) struct Rule {
    /// Reported with the decision; without one, its position from 0
    id: Option<Name>,
    /// Whom it is for; without one, everybody
    when: Option<Condition>,
    /// When it may apply; without one, always
    window: Option<Windows>,
    /// The share of the units that it takes in
    #[schemars(extend("default" = 100))]
    percent: Option<Percent>,
    /// A share that grows in time, instead of `percent`
    ramp: Option<Ramp>,
    /// What it serves
    serve: Serve,
    /// What is hashed; without one, the flag's
    unit: Option<Unit>,
    /// What the hashes begin with; without one, the flag's
    salt: Option<Salt>,
    /// Whether a host stores the variant that a unit got, and serves it from then on
    #[schemars(extend("default" = false))]
    sticky: Option<bool>,
    /// Whether it serves what is stored, and takes nobody new in
    #[schemars(extend("default" = false))]
    stored_only: Option<bool>,
    /// What rolls the rule back
    #[schemars(length(max = 16))]
    guardrails: Option<Vec<Guardrail>>,
    /// The experiment that the rule is part of
    experiment: Option<Name>,
    /// The key of the layer in which `experiment` owns ranges
    layer: Option<Name>,
}

/// A variant, weighted variants, or variants by the time
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Serve {
    Variant(Name),
    Split(Split),
    Switchback(Switchback),
}

/// Shares the units out among variants by weight
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    inline,
    example = serde_json::json!({ "split": [{ "variant": "on", "weight": 1 }, { "variant": "off", "weight": 1 }] })
)]
pub(super) struct Split {
    /// The variants and their weights
    split: Arms,
}

/// Serves everybody the same variant for a slot of time
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, inline)]
pub(super) struct Switchback {
    /// The variants and their weights
    switchback: Arms,
    /// How long a slot is
    slot_minutes: Minutes,
}

/// Variants with weights, of which one or more are above 0
#[derive(JsonSchema)]
#[schemars(extend("contains" = { "type": "object", "properties": { "weight": { "type": "integer", "exclusiveMinimum": 0 } } }))]
pub(super) struct Arms(#[schemars(length(min = 1, max = 255))] Vec<Arm>);

/// A variant with its weight
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Arm {
    /// The name of a variant
    variant: Name,
    /// Its part of the sum of all weights
    #[schemars(range(min = 0, max = 4_294_967_295_u32))]
    weight: u32,
}

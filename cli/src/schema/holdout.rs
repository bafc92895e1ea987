//! Holdouts: units that are kept from flags.

use schemars::JsonSchema;

use super::text::{Moment, Percent, Salt, Unit};

/// Keeps some units from all flags that it covers, so that what these do together can be measured
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("anyOf" = [
        { "required": ["flags"] }, { "required": ["tags"] }, { "required": ["all"] }, { "required": ["includes"] }
    ]),
    example = serde_json::json!({ "unit": "user.id", "salt": "2026-q4", "percent": 2, "tags": ["growth"] })
)]
pub(super) struct Holdout {
    /// What is hashed
    unit: Option<Unit>,
    /// What the hashes begin with
    salt: Salt,
    /// How many of the units are held back
    percent: Percent,
    /// Covers the flags with these keys
    flags: Option<Vec<String>>,
    /// Covers the flags with one of these tags
    tags: Option<Vec<String>>,
    /// Covers every flag that is about its unit
    #[schemars(extend("default" = false))]
    all: Option<bool>,
    /// Covers what these holdouts cover
    includes: Option<Vec<String>>,
    /// From then on nobody is held back
    until: Option<Moment>,
    /// For people
    description: Option<String>,
}

//! Segments: named conditions with lists that come before them.

use schemars::JsonSchema;

use super::condition::Condition;
use super::text::{Id, Unit};

/// A named condition, written straight into the object, with units that are always in or always out
#[derive(JsonSchema)]
#[schemars(
    untagged,
    example = serde_json::json!({ "attr": "user.email", "op": "endsWith", "value": "@shop.example" }),
    example = serde_json::json!({ "unit": "user.id", "include": ["u-7"] })
)]
pub(super) enum Segment {
    Conditional(Conditional),
    Listed(Listed),
}

/// The lists are asked first, then the condition
#[derive(JsonSchema)]
// Some validators take this name for known where they keep track of fields that lie in several schemas.
#[schemars(deny_unknown_fields, inline, extend("propertyNames" = { "not": { "const": "__proto__" } }))]
pub(super) struct Conditional {
    #[schemars(flatten)]
    condition: Condition,
    /// What the lists are compared with, whatever a flag's unit is
    unit: Option<Unit>,
    /// Units that are in, unless they are excluded
    include: Option<Vec<Id>>,
    /// Units that are out, whatever else holds
    exclude: Option<Vec<Id>>,
    /// For people
    description: Option<String>,
}

/// Without a condition, whoever isn't listed is out
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub(super) struct Listed {
    /// What the lists are compared with, whatever a flag's unit is
    unit: Option<Unit>,
    /// Units that are in, unless they are excluded
    include: Vec<Id>,
    /// Units that are out, whatever else holds
    exclude: Option<Vec<Id>>,
    /// For people
    description: Option<String>,
}

//! Flags.

use schemars::JsonSchema;

use super::guardrail::AlarmGuardrail;
use super::rule::Rule;
use super::text::{Expiry, Id, Json, Key, Members, Name, Named, Salt, Scalar, Unit};

/// A question with a fixed set of answers
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    // Some validators take this name for known where they keep track of fields that lie in several schemas.
    extend("propertyNames" = { "not": { "const": "__proto__" } }, "dependentSchemas" = { "namespace": { "properties": {
        "type": { "type": "string", "const": "object" }, "variants": { "type": "object", "additionalProperties": { "type": "object" } }
    } } }),
    example = serde_json::json!({
        "type": "boolean",
        "variants": { "on": true, "off": false },
        "off": "off",
        "default": "off",
        "salt": "my-flag",
        "rules": [{ "id": "half", "percent": 50, "serve": "on" }]
    })
)]
pub(super) struct Flag {
    #[schemars(flatten)]
    values: Values,
    /// The variant that is served when the flag is disabled or a prerequisite is not met
    off: Name,
    /// The variant that is served when no rule applies
    default: Name,
    /// The kill switch: `false` serves `off` to everybody
    #[schemars(extend("default" = true))]
    enabled: Option<bool>,
    /// What is hashed and looked up in overrides
    unit: Option<Unit>,
    /// What the hashes begin with; required where a rule hashes and has none of its own
    salt: Option<Salt>,
    /// Flags that must answer first
    prerequisites: Option<Vec<Prerequisite>>,
    /// Units with a fixed variant
    overrides: Option<Vec<Override>>,
    /// Tried in order; the first that applies decides
    #[schemars(length(max = 4_095))]
    rules: Option<Vec<Rule>>,
    /// What rolls the flag back, 16 together with those of its rules
    #[schemars(length(max = 16))]
    guardrails: Option<Vec<AlarmGuardrail>>,
    /// Whose parameters its variants set, which are then all objects
    namespace: Option<Name>,
    /// Handed to the caller with every decision
    metadata: Option<Named<Scalar>>,
    /// For people, and for holdouts that cover flags by tag
    tags: Option<Vec<String>>,
    /// For people: who answers for the flag
    owner: Option<String>,
    /// For people: what the flag is for
    description: Option<String>,
    /// For people: when the flag should be gone
    expires: Option<Expiry>,
}

/// The type of a flag, with its variants
#[derive(JsonSchema)]
#[schemars(tag = "type", rename_all = "camelCase")]
pub(super) enum Values {
    /// Answers `true` or `false`
    Boolean {
        /// Value by variant name, 1 to 255
        #[schemars(extend("minProperties" = 1, "maxProperties" = 255))]
        variants: Named<bool>,
    },
    /// Answers a string
    String {
        /// Value by variant name, 1 to 255
        #[schemars(extend("minProperties" = 1, "maxProperties" = 255))]
        variants: Named<String>,
    },
    /// Answers a number
    Number {
        /// Value by variant name, 1 to 255
        #[schemars(extend("minProperties" = 1, "maxProperties" = 255))]
        variants: Named<f64>,
    },
    /// Answers an object or a list
    Object {
        /// Value by variant name, 1 to 255
        #[schemars(extend("minProperties" = 1, "maxProperties" = 255))]
        variants: Named<Structure>,
    },
}

/// An object or a list; what is in it is free
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Structure {
    Object(Members<Key, Json>),
    List(Vec<Json>),
}

/// A flag that must answer first
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Prerequisite {
    /// The key of the flag
    flag: Name,
    /// Its variants that will do
    #[schemars(length(min = 1))]
    variants: Vec<Name>,
}

/// Units with a fixed variant
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Override {
    /// The units, by id
    ids: Vec<Id>,
    /// The variant that they get
    variant: Name,
    /// What the ids are compared with; without one, the flag's
    unit: Option<Unit>,
}

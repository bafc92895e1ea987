//! Conditions: a tree of `all`, `any`, `not`, segments and tests on attributes.

use schemars::{JsonSchema, Schema};

use super::text::{Moment, Name, Path, Scalar};

/// A test on the context: exactly one of `all`, `any`, `not`, `segment` and `attr`
#[derive(JsonSchema)]
#[schemars(
    untagged,
    rename_all_fields = "camelCase",
    deny_unknown_fields,
    transform = exclusive,
    example = serde_json::json!({ "attr": "shop.plan", "op": "in", "value": ["plus", "enterprise"] }),
    example = serde_json::json!({ "all": [{ "segment": "staff" }, { "attr": "app.version", "op": "semverGte", "value": "2.3.0" }] })
)]
pub(super) enum Condition {
    /// Holds when all of these hold
    All {
        /// Conditions that must all hold
        #[schemars(length(min = 1))]
        all: Vec<Self>,
    },
    /// Holds when one or more of these hold
    Any {
        /// Conditions of which one must hold
        #[schemars(length(min = 1))]
        any: Vec<Self>,
    },
    /// Holds when this one doesn't
    Not {
        /// The condition that must not hold; of an attribute that is missing, it doesn't
        not: Box<Self>,
    },
    /// Holds when the context is in the segment
    Segment {
        /// The key of a segment
        segment: Name,
    },
    /// Holds when the operator does, for the attribute and the value
    Test(Test),
}

/// Compares an attribute of the context, by one of 22 operators
#[derive(JsonSchema)]
#[schemars(tag = "op", rename_all = "camelCase", inline)]
pub(super) enum Test {
    /// The attribute equals `value`; of a list, one of its elements does
    Eq(Equality),
    /// The attribute is there and doesn't equal `value`
    Ne(Equality),
    /// The attribute equals one of the list
    In(Membership),
    /// The attribute is there and equals none of the list
    NotIn(Membership),
    /// The attribute is a string that begins with `value`
    StartsWith(Text),
    /// The attribute is a string that ends with `value`
    EndsWith(Text),
    /// The attribute is a string that has `value` in it
    Contains(Text),
    /// The attribute is a string in which the pattern is found
    Matches(Pattern),
    /// The attribute is a number below `value`
    Lt(Number),
    /// The attribute is a number below `value`, or equal to it
    Lte(Number),
    /// The attribute is a number above `value`
    Gt(Number),
    /// The attribute is a number above `value`, or equal to it
    Gte(Number),
    /// The attribute is a version with the precedence of `value`
    SemverEq(Version),
    /// The attribute is a version with another precedence than `value`
    SemverNe(Version),
    /// The attribute is a version before `value`
    SemverLt(Version),
    /// The attribute is a version before `value`, or with its precedence
    SemverLte(Version),
    /// The attribute is a version after `value`
    SemverGt(Version),
    /// The attribute is a version after `value`, or with its precedence
    SemverGte(Version),
    /// The attribute is a date strictly before `value`
    Before(Instant),
    /// The attribute is a date strictly after `value`
    After(Instant),
    /// The attribute is there, where `value` is true; is missing, where it is false
    Exists(Presence),
    /// The attribute is an address in one of the ranges
    InCidr(Address),
}

/// An attribute and what it is compared with, by type and value
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, inline)]
pub(super) struct Equality {
    /// The attribute that is looked at
    attr: Path,
    /// What the attribute is compared with
    value: Scalar,
    /// Whether A to Z and a to z are the same
    #[schemars(extend("default" = false))]
    ignore_case: Option<bool>,
}

/// An attribute and a list of what it is compared with
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, inline)]
pub(super) struct Membership {
    /// The attribute that is looked at
    attr: Path,
    /// What the attribute is compared with, one after the other
    value: Vec<Scalar>,
    /// Whether A to Z and a to z are the same
    #[schemars(extend("default" = false))]
    ignore_case: Option<bool>,
}

/// An attribute and a text that is looked for in it
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, inline)]
pub(super) struct Text {
    /// The attribute that is looked at
    attr: Path,
    /// The text that is looked for
    value: String,
    /// Whether A to Z and a to z are the same
    #[schemars(extend("default" = false))]
    ignore_case: Option<bool>,
}

/// An attribute and a pattern that is looked for in it
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, inline)]
pub(super) struct Pattern {
    /// The attribute that is looked at
    attr: Path,
    /// A regular expression in the language of Rust's regex-lite; it is found anywhere unless anchored by `^` and `$`
    value: String,
    /// Whether A to Z and a to z are the same
    #[schemars(extend("default" = false))]
    ignore_case: Option<bool>,
}

/// An attribute and a number
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub(super) struct Number {
    /// The attribute that is looked at
    attr: Path,
    /// The number that the attribute is compared with
    value: f64,
}

/// An attribute and a version
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub(super) struct Version {
    /// The attribute that is looked at
    attr: Path,
    /// A full version such as `2.3.0`; the attribute may be shorter, such as `v2.3`
    value: SemanticVersion,
}

/// An attribute and an instant
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub(super) struct Instant {
    /// The attribute that is looked at
    attr: Path,
    /// The instant that the attribute is compared with
    value: Moment,
}

/// An attribute and ranges of addresses
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub(super) struct Address {
    /// The attribute that is looked at
    attr: Path,
    /// A range such as `10.0.0.0/8`, or a list of them
    value: Networks,
}

/// An attribute and whether it must be there
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub(super) struct Presence {
    /// The attribute that is looked at
    attr: Path,
    /// Whether the attribute must be there
    value: bool,
}

/// A version by Semantic Versioning 2.0, such as `2.3.0` or `2.3.0-rc.1`
#[derive(JsonSchema)]
#[schemars(example = &"2.3.0")]
pub(super) struct SemanticVersion(
    #[schemars(regex(
        pattern = r"^(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}(-(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$"
    ))]
    String,
);

/// Ranges of addresses
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Networks {
    One(Network),
    Some(#[schemars(length(min = 1))] Vec<Network>),
}

/// An address or a range of them: `203.0.113.7`, `10.0.0.0/8`, `2001:db8::/32`
#[derive(JsonSchema)]
#[schemars(transform = network, example = &"10.0.0.0/8")]
pub(super) struct Network(String);

/// IPv4 as it is; of IPv6, whose `::` is beyond a pattern that can be read, the characters and the prefix.
fn network(schema: &mut Schema) {
    let byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    let four = format!(r"{byte}(\.{byte}){{3}}(/(3[0-2]|[12]?[0-9]))?");
    let six = "[0-9A-Fa-f]*:[0-9A-Fa-f:.]*(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?";
    schema.insert("pattern".to_owned(), format!("^({four}|{six})$").into());
}

/// Two forms at once are none.
fn exclusive(schema: &mut Schema) {
    if let Some(forms) = schema.remove("anyOf") {
        schema.insert("oneOf".to_owned(), forms);
    }
}

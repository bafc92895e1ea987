//! The definitions of a snapshot as they are written, by section and key.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;
use tidegate::Json;

use crate::source::without_mark;

/// One kind of definitions by key. One that can't be read is null: it is refused.
pub(super) type Section = BTreeMap<String, Json>;

/// What a snapshot that is JSON says.
#[derive(Default)]
pub(super) struct Definitions {
    pub(super) flags: Section,
    pub(super) segments: Section,
    pub(super) layers: Section,
    pub(super) holdouts: Section,
    /// By name: whether the alarm is up.
    pub(super) alarms: BTreeMap<String, bool>,
    pub(super) freeze: Option<Json>,
    pub(super) environment: Option<Json>,
}

#[derive(Deserialize)]
struct Written<'t> {
    #[serde(borrow)]
    flags: BTreeMap<String, &'t RawValue>,
    #[serde(borrow, default)]
    segments: BTreeMap<String, &'t RawValue>,
    #[serde(borrow, default)]
    layers: BTreeMap<String, &'t RawValue>,
    #[serde(borrow, default)]
    holdouts: BTreeMap<String, &'t RawValue>,
    #[serde(default)]
    alarms: BTreeMap<String, String>,
    #[serde(borrow)]
    freeze: Option<&'t RawValue>,
    environment: Option<String>,
}

impl Definitions {
    /// Reads the text of a snapshot that was loaded; `None` for a compiled one, which has no definitions as they were written.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(without_mark(bytes)).ok()?;
        let written: Written<'_> = serde_json::from_str(text).ok()?;
        Some(Self {
            flags: section(&written.flags),
            segments: section(&written.segments),
            layers: section(&written.layers),
            holdouts: section(&written.holdouts),
            alarms: written.alarms.into_iter().map(|(name, state)| (name, state == "alarm")).collect(),
            freeze: written.freeze.map(json),
            environment: written.environment.map(Json::String),
        })
    }
}

fn section(written: &BTreeMap<String, &RawValue>) -> Section {
    written.iter().map(|(key, text)| (key.clone(), json(text))).collect()
}

fn json(text: &RawValue) -> Json {
    text.get().parse().unwrap_or(Json::Null)
}

/// Whether two values mean the same: numbers are equal however they are written, and members stand in any order.
pub(super) fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Object(entries), Json::Object(others)) => {
            entries.len() == others.len()
                && entries.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        (Json::List(items), Json::List(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| same(item, other))
        }
        _ => one == other,
    }
}

/// The items of a list at a member; none where there is no list.
pub(super) fn items<'j>(json: &'j Json, member: &str) -> &'j [Json] {
    json.get(member).and_then(Json::as_list).unwrap_or_default()
}

/// The text at a member; empty where there is none.
pub(super) fn text<'j>(json: &'j Json, member: &str) -> &'j str {
    json.get(member).and_then(Json::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_of_members_and_spelling_of_numbers_are_no_difference() {
        let same_text = |one: &str, other: &str| same(&one.parse().unwrap(), &other.parse().unwrap());
        assert!(same_text(r#"{"a": 50, "b": [1, -0]}"#, r#"{"b": [1.0, 0], "a": 5.0e1}"#));
        assert!(!same_text("[1, 2]", "[2, 1]"));
        assert!(!same_text(r#"{"a": 1}"#, r#"{"a": 1, "b": 1}"#));
        assert!(!same_text(r#""1""#, "1"));
    }
}

//! JSON as one generic tree.
//!
//! One type for every value keeps the module small: readers derived for every written struct cost three times as much.

use std::str::FromStr;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::json;
use super::limits;
use super::problem::{Code, Place, Problem, Problems, unreadable, whole};

/// A JSON value. Objects keep their order and their duplicates, so that both can be diagnosed.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// Any number, as the double that every runtime of ours makes of it.
    Number(f64),
    /// A string.
    String(String),
    /// An array.
    List(Vec<Json>),
    /// An object's entries in the order written.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// What the value is, in words for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// The member called `key`, when this is an object that has one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        match self {
            // As JavaScript's own reader does, the last one of equal keys counts.
            Self::Object(entries) => entries.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::List(_) => None,
        }
    }

    /// The text, when this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The double, when this is a number.
    #[must_use]
    pub const fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The items, when this is an array.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Json]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The entries in the order written, when this is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&[(String, Json)]> {
        if let Self::Object(entries) = self { Some(entries) } else { None }
    }
}

/// Reads JSON text.
impl FromStr for Json {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        json::check(text).map_err(|fault| unreadable(text, fault))?;
        let mut problems = Problems::default();
        match json::parse(text, &Place::DOCUMENT, &mut problems) {
            Some(json) if problems.list.is_empty() => Ok(json),
            Some(_) => {
                let message = "found a lone surrogate or a number beyond the doubles, expected neither";
                Err(whole(Code::InvalidValue, message.to_owned()))
            }
            None => Err(whole(Code::TooDeep, "nests deeper than 128 levels, expected fewer".to_owned())),
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => match integer(*value) {
                Some(whole) => serializer.serialize_i64(whole),
                None => serializer.serialize_f64(*value),
            },
            Self::String(value) => serializer.serialize_str(value),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

/// A safe integer is written as one: `25`, not `25.0`. Negative zero isn't one, and for JavaScript none is, which has
/// doubles alone: a serialiser's integers would bring their own error messages.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "the range is checked")]
fn integer(number: f64) -> Option<i64> {
    let whole = number as i64;
    let same = (whole as f64).to_bits() == number.to_bits() && number.abs() <= limits::SAFE_INTEGER;
    (same && cfg!(not(all(target_family = "wasm", target_os = "unknown")))).then_some(whole)
}

/// The members of an object that is put together; what is absent is left out.
#[derive(Default)]
pub(crate) struct Members {
    list: Vec<(String, Json)>,
}

impl Members {
    pub(crate) fn add(&mut self, key: &str, value: Json) {
        self.list.push((key.to_owned(), value));
    }

    pub(crate) fn maybe(&mut self, key: &str, value: Option<impl Into<Json>>) {
        if let Some(value) = value {
            self.add(key, value.into());
        }
    }

    pub(crate) fn text(&mut self, key: &str, text: String) {
        self.add(key, Json::String(text));
    }

    pub(crate) fn name(&mut self, key: &str, name: &str) {
        self.text(key, name.to_owned());
    }

    /// `true`, or left out.
    pub(crate) fn mark(&mut self, key: &str, value: bool) {
        if value {
            self.add(key, Json::Bool(true));
        }
    }

    /// A list, left out when it is empty.
    pub(crate) fn list(&mut self, key: &str, items: Json) {
        if !matches!(&items, Json::List(items) if items.is_empty()) {
            self.add(key, items);
        }
    }

    pub(crate) fn done(self) -> Json {
        Json::Object(self.list)
    }
}

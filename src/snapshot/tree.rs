//! JSON as one generic tree, and the shallow scan that delimits an object's entries without reading them.
//!
//! One tree type, read by one visitor, keeps the WebAssembly module small: derived readers of every written
//! struct cost three times as much.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

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
            Self::Object(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) | Self::List(_) => None,
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "rounding to the nearest double is what JavaScript does")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "rounding to the nearest double is what JavaScript does")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_f64(*value),
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

/// An object's entries, each value still text. The scan checks syntax at any depth without recursion.
pub(crate) struct Entries<'t>(pub(crate) Vec<(Key<'t>, &'t str)>);

impl<'t> Entries<'t> {
    /// Delimits the entries of the object that `text` is.
    pub(crate) fn read(text: &'t str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The text of the last entry called `key`.
    pub(crate) fn get(&self, key: &str) -> Option<&'t str> {
        self.0.iter().rev().find(|(name, _)| name.text == key).map(|(_, text)| *text)
    }
}

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = access.next_entry::<Key<'de>, &'de RawValue>()? {
            entries.push((key, value.get()));
        }
        Ok(Entries(entries))
    }
}

/// A key, borrowed from the text when it has no escapes (serde's own `Cow` always copies).
pub(crate) struct Key<'t> {
    pub(crate) text: Cow<'t, str>,
    /// It has a lone surrogate, so `text` is not exactly what was written.
    pub(crate) broken: bool,
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes, since serde_json refuses the whole text for a lone surrogate in a string.
        deserializer.deserialize_bytes(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_bytes<E: Error>(self, value: &'de [u8]) -> Result<Key<'de>, E> {
        let text = String::from_utf8_lossy(value);
        Ok(Key { broken: matches!(text, Cow::Owned(_)), text })
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<Key<'de>, E> {
        let text = String::from_utf8_lossy(value);
        Ok(Key { broken: matches!(text, Cow::Owned(_)), text: Cow::Owned(text.into_owned()) })
    }
}

/// The items of a list, each still text.
pub(crate) fn items(text: &str) -> Option<Vec<&str>> {
    serde_json::from_str::<Vec<&RawValue>>(text).ok().map(|items| items.into_iter().map(RawValue::get).collect())
}

/// Reads a value that nests up to [`limits::JSON_DEPTH`](super::limits::JSON_DEPTH) levels; serde_json's own limit is one lower.
pub(crate) fn parse(text: &str) -> Result<Json, Unreadable> {
    if let Ok(json) = serde_json::from_str(text) {
        return Ok(json);
    }
    if depth(text) > super::limits::JSON_DEPTH {
        return Err(Unreadable::TooDeep);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    Json::deserialize(&mut deserializer).map_err(|_| Unreadable::Value)
}

/// Why a value whose syntax is sound can't be a [`Json`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It nests too deep.
    TooDeep,
    /// A string has a lone surrogate, or a number is beyond the doubles.
    Value,
}

/// How deep the brackets of syntactically sound JSON nest.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

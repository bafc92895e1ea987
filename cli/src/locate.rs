//! From JSON Pointers to places in the text.
//!
//! The document is delimited level by level, and only on the ways that the pointers take. Every level is read anew by
//! serde_json, which skips what is inside a value without recursion, so depth costs time but no stack.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use serde::Deserializer as _;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::pointer::steps;

/// Where a pointer leads, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The key with its quotes; an item of a list has none.
    pub(crate) key: Option<Range<usize>>,
    pub(crate) value: Range<usize>,
    /// The first key of the same name, when the object has several; `key` and `value` are the last.
    pub(crate) first: Option<Range<usize>>,
}

/// The ways that are wanted from one value on.
#[derive(Default)]
struct Ways<'p> {
    /// The pointer that ends here.
    pointer: Option<&'p str>,
    further: HashMap<String, Ways<'p>>,
}

/// The places of `pointers` in sound JSON; one that leads nowhere has none. Linear in the text for every level that
/// the pointers reach.
pub(crate) fn locate<'p>(text: &str, pointers: impl IntoIterator<Item = &'p str>) -> HashMap<&'p str, Spot> {
    let mut root = Ways::default();
    for pointer in pointers {
        let mut here = &mut root;
        for step in steps(pointer) {
            here = here.further.entry(step).or_default();
        }
        here.pointer = Some(pointer);
    }
    let mut spots = HashMap::new();
    let trimmed = text.trim_ascii();
    let whole = range_in(text, trimmed);
    let mut open = vec![(&root, Spot { key: None, value: whole, first: None })];
    while let Some((ways, spot)) = open.pop() {
        let value = text.get(spot.value.clone()).unwrap_or_default();
        if !ways.further.is_empty() {
            let members = members(text, value, &ways.further);
            open.extend(members.into_iter().filter_map(|(step, spot)| Some((ways.further.get(&*step)?, spot))));
        }
        if let Some(pointer) = ways.pointer {
            spots.insert(pointer, spot);
        }
    }
    spots
}

/// The wanted members of the object or list that `value` is.
fn members<'t>(text: &str, value: &'t str, wanted: &HashMap<String, Ways<'_>>) -> HashMap<Cow<'t, str>, Spot> {
    let mut members: HashMap<Cow<'t, str>, Spot> = HashMap::new();
    if value.starts_with('{') {
        for (raw, value) in entries(value) {
            let key = unquote(raw);
            if !wanted.contains_key(&*key) {
                continue;
            }
            let range = range_in(text, raw);
            let earlier = members.get(&key).and_then(|spot| spot.first.clone().or_else(|| spot.key.clone()));
            members.insert(key, Spot { key: Some(range), value: range_in(text, value), first: earlier });
        }
    } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value) {
        for (index, item) in items.into_iter().enumerate() {
            let step = index.to_string();
            if wanted.contains_key(&step) {
                members.insert(step.into(), Spot { key: None, value: range_in(text, item.get()), first: None });
            }
        }
    }
    members
}

/// Where `part`, which is a part of `text`, is in it.
pub(crate) fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + part.len()
}

/// The keys, with their quotes, and values of an object.
pub(crate) fn entries(text: &str) -> Vec<(&str, &str)> {
    serde_json::Deserializer::from_str(text).deserialize_map(Entries).unwrap_or_default()
}

struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(&'de str, &'de str)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = access.next_entry::<&'de RawValue, &'de RawValue>()? {
            entries.push((key.get(), value.get()));
        }
        Ok(entries)
    }
}

/// A key's text. A lone surrogate in it is U+FFFD, as in the pointers.
pub(crate) fn unquote(raw: &str) -> Cow<'_, str> {
    let inside = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    if !inside.contains('\\') {
        return Cow::Borrowed(inside);
    }
    Cow::Owned(serde_json::Deserializer::from_str(raw).deserialize_bytes(Key).unwrap_or_default())
}

/// Read as bytes, since serde_json refuses a string with a lone surrogate.
struct Key;

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        let (mut key, mut broken) = (String::new(), 0);
        for chunk in bytes.utf8_chunks() {
            key.push_str(chunk.valid());
            for _ in chunk.invalid() {
                broken += 1;
                // A surrogate has three bytes.
                if broken % 3 == 0 {
                    key.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_at<'t>(text: &'t str, pointer: &str) -> Option<&'t str> {
        locate(text, [pointer]).get(pointer).map(|spot| &text[spot.value.clone()])
    }

    #[test]
    fn pointers_lead_through_objects_lists_and_escapes() {
        let text = r#" { "a/b": [1, {"~": " x "}], "é\u0061": {"\ud83d!": 2}, "": null } "#;
        assert_eq!(value_at(text, "/a~1b/1/~0"), Some("\" x \""));
        assert_eq!(value_at(text, "/éa/\u{fffd}!"), Some("2"));
        assert_eq!(value_at(text, "/"), Some("null"));
        assert_eq!(value_at(text, ""), Some(text.trim()));
        assert_eq!(value_at(text, "/a~1b/2"), None);
        assert_eq!(value_at(text, "/a~1b/01"), None);
    }

    #[test]
    fn the_last_of_equal_keys_is_meant_and_the_first_is_known() {
        let text = r#"{"k": 1, "\u006b": 2, "k": 3}"#;
        let spots = locate(text, ["/k"]);
        assert_eq!(spots["/k"], Spot { key: Some(22..25), value: 27..28, first: Some(1..4) });
    }

    #[test]
    fn depth_takes_no_stack() {
        let deep = 100_000;
        let text = format!("{{\"a\": {}{}, \"b\": 7}}", "[".repeat(deep), "]".repeat(deep));
        assert_eq!(value_at(&text, "/b"), Some("7"));
        assert_eq!(value_at(&text, "/a/0/0").map(str::len), Some((deep - 2) * 2));
    }
}

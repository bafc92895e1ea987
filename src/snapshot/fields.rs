//! Reading JSON values by field name and type, every deviation recorded with its place.

use super::limits;
use super::problem::{Code, Place, Problems, nearest};
use super::tree::Json;
use crate::sort::repeats;

/// The members of one object whose field names are known.
pub(crate) struct Fields<'j, 'p> {
    entries: &'j [(String, Json)],
    pub(crate) place: Place<'p>,
}

impl<'j, 'p> Fields<'j, 'p> {
    /// `None`, with the problem recorded, when `json` isn't an object. Unknown fields are recorded too.
    pub(crate) fn read(json: &'j Json, place: Place<'p>, known: &[&str], problems: &mut Problems) -> Option<Self> {
        let entries = object(json, &place, problems)?;
        for (name, _) in entries {
            check_known(name, known, &place, problems);
        }
        Some(Self { entries, place })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'j Json> {
        for (key, value) in self.entries {
            if key == name {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn require(&self, name: &str, expected: &str, problems: &mut Problems) -> Option<&'j Json> {
        let found = self.get(name);
        if found.is_none() {
            missing(name, expected, &self.place, problems);
        }
        found
    }

    /// A string that may be absent; `None` too, with the problem recorded, when something else is there.
    pub(crate) fn string(&self, name: &str, expected: &str, problems: &mut Problems) -> Option<&'j str> {
        string(self.get(name)?, expected, &self.place.key(name), problems)
    }

    pub(crate) fn require_string(&self, name: &str, expected: &str, problems: &mut Problems) -> Option<&'j str> {
        string(self.require(name, expected, problems)?, expected, &self.place.key(name), problems)
    }

    /// The items of a list that may be absent; none, with the problem recorded, when something else is there.
    pub(crate) fn list(&self, name: &str, expected: &str, problems: &mut Problems) -> &'j [Json] {
        match self.get(name) {
            Some(json) => list(json, expected, &self.place.key(name), problems).unwrap_or_default(),
            None => &[],
        }
    }

    pub(crate) fn require_list(&self, name: &str, expected: &str, problems: &mut Problems) -> Option<&'j [Json]> {
        list(self.require(name, expected, problems)?, expected, &self.place.key(name), problems)
    }
}

pub(crate) fn check_known(name: &str, known: &[&str], place: &Place<'_>, problems: &mut Problems) {
    if !known.contains(&name) {
        problems.add_near(
            &place.key(name),
            Code::UnknownField,
            &["unknown field `", name, "`, expected one of ", &listed(known)],
            nearest(name, &mut known.iter().copied()),
        );
    }
}

pub(crate) fn missing(name: &str, expected: &str, place: &Place<'_>, problems: &mut Problems) {
    problems.add(place, Code::MissingField, &["missing field `", name, "`, expected ", expected]);
}

/// `` `a`, `b` or `c` ``
pub(crate) fn listed(names: &[&str]) -> String {
    let mut text = String::new();
    for (position, name) in names.iter().enumerate() {
        if position > 0 {
            text.push_str(if position + 1 == names.len() { " or " } else { ", " });
        }
        text.push('`');
        text.push_str(name);
        text.push('`');
    }
    text
}

pub(crate) fn wrong_type(json: &Json, expected: &str, place: &Place<'_>, problems: &mut Problems) {
    problems.add(place, Code::WrongType, &["found ", json.kind(), ", expected ", expected]);
}

pub(crate) fn object<'j>(json: &'j Json, place: &Place<'_>, problems: &mut Problems) -> Option<&'j [(String, Json)]> {
    if let Json::Object(entries) = json {
        return Some(entries);
    }
    wrong_type(json, "an object", place, problems);
    None
}

pub(crate) fn list<'j>(
    json: &'j Json,
    expected: &str,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Option<&'j [Json]> {
    if let Json::List(items) = json {
        return Some(items);
    }
    wrong_type(json, expected, place, problems);
    None
}

pub(crate) fn string<'j>(
    json: &'j Json,
    expected: &str,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Option<&'j str> {
    if let Json::String(text) = json {
        return Some(text);
    }
    wrong_type(json, expected, place, problems);
    None
}

pub(crate) fn boolean(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<bool> {
    if let Json::Bool(value) = json {
        return Some(*value);
    }
    wrong_type(json, "true or false", place, problems);
    None
}

/// Whether `number` is an integer that every JSON reader keeps exactly.
pub(crate) fn is_safe_integer(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() <= limits::SAFE_INTEGER
}

/// A key or a name: not empty, not too long, not `__proto__`.
pub(crate) fn check_name(name: &str, place: &Place<'_>, problems: &mut Problems) {
    let fault = if name.is_empty() {
        "found an empty name, expected at least one character"
    } else if name.len() > limits::NAME_BYTES {
        "found a name of more than 256 bytes, expected a shorter one"
    } else if name == "__proto__" {
        "the name `__proto__` is refused, expected another one"
    } else {
        return;
    };
    problems.add(place, Code::InvalidValue, &[fault]);
}

/// Duplicate keys and `__proto__`, anywhere in `json`.
pub(crate) fn check_keys(json: &Json, place: &Place<'_>, problems: &mut Problems) {
    match json {
        Json::Object(entries) => {
            let keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
            check_repeats(&keys, place, problems);
            for (key, value) in entries {
                let here = place.key(key);
                if key == "__proto__" {
                    check_name(key, &here, problems);
                }
                check_keys(value, &here, problems);
            }
        }
        Json::List(items) => {
            for (index, item) in items.iter().enumerate() {
                check_keys(item, &place.index(index), problems);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Keys of the object at `place` that occur more than once.
pub(crate) fn check_repeats(keys: &[&str], place: &Place<'_>, problems: &mut Problems) {
    // Few keys are compared faster than they are sorted.
    const FEW: usize = 16;
    let repeats_before = |(at, key)| keys.get(..at).unwrap_or_default().contains(key);
    if keys.len() <= FEW && !keys.iter().enumerate().any(repeats_before) {
        return;
    }
    for (_, later) in repeats(keys) {
        let key = keys.get(later).copied().unwrap_or_default();
        let message = ["the key `", key, "` occurs more than once, expected it once"];
        problems.add(&place.key(key), Code::DuplicateKey, &message);
    }
}

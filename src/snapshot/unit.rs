//! Attribute paths, units, salts and lists of ids as they are written.

use super::fields::{is_safe_integer, list, string, wrong_type};
use super::limits;
use super::problem::{Code, Place, Problems};
use super::tree::Json;

/// The attribute paths whose values make the id that is bucketed; more than one make a composite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unit(pub(crate) Vec<String>);

impl Unit {
    pub(crate) fn targeting_key() -> Self {
        Self(vec!["targetingKey".to_owned()])
    }

    pub(crate) fn read(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        let expected = "an attribute path or a list of 2 to 8 of them";
        match json {
            Json::String(_) => Some(Self(vec![attribute(json, place, problems)?])),
            Json::List(items) if (2..=limits::UNIT_PARTS).contains(&items.len()) => {
                let paths: Option<Vec<String>> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| attribute(item, &place.index(index), problems))
                    .collect();
                paths.map(Self)
            }
            Json::List(_) => {
                problems.add(place, Code::InvalidValue, &["found a list of another length, expected ", expected]);
                None
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => {
                wrong_type(json, expected, place, problems);
                None
            }
        }
    }
}

/// A dotted path to an attribute of the context.
pub(crate) fn attribute(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<String> {
    let path = string(json, "an attribute path such as `user.id`", place, problems)?;
    let fault = if path.len() > limits::NAME_BYTES {
        "is longer than 256 bytes"
    } else if path.split('.').any(str::is_empty) {
        "has an empty part"
    } else if path.split('.').any(|part| part == "__proto__") {
        "has a part called `__proto__`"
    } else if path.split('.').count() > limits::PATH_PARTS {
        "has more than 16 parts"
    } else {
        return Some(path.to_owned());
    };
    problems.add(place, Code::InvalidValue, &["`", path, "` ", fault, ", expected a path such as `user.id`"]);
    None
}

/// The text that separates one flag's buckets from another's.
pub(crate) fn salt(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<String> {
    let expected = "1 to 64 characters of A-Z, a-z, 0-9, `_` and `-`";
    let text = string(json, expected, place, problems)?;
    let clean = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if clean && (1..=64).contains(&text.len()) {
        return Some(text.to_owned());
    }
    problems.add(place, Code::InvalidValue, &["found `", text, "`, expected ", expected]);
    None
}

/// Ids as text; a safe integer stands for its decimal digits.
pub(crate) fn ids(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Vec<String> {
    let expected = "a list of strings or safe integers";
    let mut texts = Vec::new();
    for (index, item) in list(json, expected, place, problems).unwrap_or_default().iter().enumerate() {
        match item {
            Json::String(text) => texts.push(text.clone()),
            Json::Number(number) if is_safe_integer(*number) => texts.push(integer_text(*number)),
            Json::Number(_) => {
                problems.add(
                    &place.index(index),
                    Code::InvalidValue,
                    &["found a number that is not a safe integer, expected a string or a safe integer"],
                );
            }
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => {
                wrong_type(item, "a string or a safe integer", &place.index(index), problems);
            }
        }
    }
    texts
}

/// A safe integer in decimal; negative zero is `0`.
#[expect(clippy::cast_possible_truncation, reason = "callers pass safe integers")]
pub(crate) fn integer_text(number: f64) -> String {
    (number as i64).to_string()
}

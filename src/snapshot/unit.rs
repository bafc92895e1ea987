//! Attribute paths, units, salts and lists of ids as they are written.

use super::fields::{Fields, is_safe_integer, list, string, wrong_type};
use super::limits;
use super::problem::{Code, Place, Problems};
use super::tree::Json;

/// The attribute paths whose values make the id that is bucketed, where they are written; more than one make a composite.
pub(super) fn check_unit(fields: &Fields<'_, '_>, problems: &mut Problems) {
    let Some(json) = fields.get("unit") else {
        return;
    };
    let (place, expected) = (&fields.place.key("unit"), "an attribute path or a list of 2 to 8 of them");
    match json {
        Json::String(_) => {
            check_attribute(json, place, problems);
        }
        Json::List(items) if (2..=limits::UNIT_PARTS).contains(&items.len()) => {
            for (index, item) in items.iter().enumerate() {
                if !check_attribute(item, &place.index(index), problems) {
                    break;
                }
            }
        }
        Json::List(_) => {
            problems.add(place, Code::InvalidValue, &["found a list of another length, expected ", expected]);
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => {
            wrong_type(json, expected, place, problems);
        }
    }
}

/// A dotted path to an attribute of the context; whether it is one.
pub(super) fn check_attribute(json: &Json, place: &Place<'_>, problems: &mut Problems) -> bool {
    let Some(path) = string(json, "an attribute path such as `user.id`", place, problems) else {
        return false;
    };
    let (mut parts, mut has_empty, mut has_proto) = (0, false, false);
    for part in path.split('.') {
        parts += 1;
        has_empty |= part.is_empty();
        has_proto |= part == "__proto__";
    }
    let fault = if path.len() > limits::NAME_BYTES {
        "is longer than 256 bytes"
    } else if has_empty {
        "has an empty part"
    } else if has_proto {
        "has a part called `__proto__`"
    } else if parts > limits::PATH_PARTS {
        "has more than 16 parts"
    } else {
        return true;
    };
    problems.add(place, Code::InvalidValue, &["`", path, "` ", fault, ", expected a path such as `user.id`"]);
    false
}

/// The text that separates one flag's buckets from another's, where it is written.
pub(super) fn check_salt(fields: &Fields<'_, '_>, problems: &mut Problems) {
    let expected = "1 to 64 characters of A-Z, a-z, 0-9, `_` and `-`";
    let place = &fields.place.key("salt");
    let Some(text) = fields.string("salt", expected, problems) else {
        return;
    };
    let clean = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if !clean || !(1..=64).contains(&text.len()) {
        problems.add(place, Code::InvalidValue, &["found `", text, "`, expected ", expected]);
    }
}

/// The same where nothing else could stand for it.
pub(super) fn require_salt(fields: &Fields<'_, '_>, problems: &mut Problems) {
    fields.require("salt", "the text that its hashes begin with", problems);
    check_salt(fields, problems);
}

/// Ids as text; a safe integer stands for its decimal digits.
pub(super) fn check_ids(json: &Json, place: &Place<'_>, problems: &mut Problems) {
    let items = list(json, "a list of strings or safe integers", place, problems).unwrap_or_default();
    for (index, item) in items.iter().enumerate() {
        let place = place.index(index);
        match item {
            Json::String(_) => {}
            Json::Number(number) if is_safe_integer(*number) => {}
            Json::Number(_) => {
                let message = "found a number that is not a safe integer, expected a string or a safe integer";
                problems.add(&place, Code::InvalidValue, &[message]);
            }
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => {
                wrong_type(item, "a string or a safe integer", &place, problems);
            }
        }
    }
}

/// A safe integer in decimal; negative zero is `0`.
#[expect(clippy::cast_possible_truncation, reason = "callers pass safe integers")]
pub(crate) fn integer_text(number: f64) -> String {
    (number as i64).to_string()
}

//! Conditions as they are written: a tree of `all`, `any`, `not`, segments and tests on attributes.

use super::fields::{Fields, boolean, list, listed, string, wrong_type};
use super::findings::Findings;
use super::limits;
use super::problem::{Code, Place, nearest};
use super::tree::Json;
use super::unit::check_attribute;
use crate::address::Network;
use crate::date;
use crate::operator::{Operand, Operator};
use crate::pattern::{Refused, Search};
use crate::semver::Version;

const FORMS: [&str; 5] = ["all", "any", "not", "segment", "attr"];
pub(super) const FIELDS: [&str; 8] = ["all", "any", "not", "segment", "attr", "op", "value", "ignoreCase"];

/// Whether `json` is a condition; of a list of them only whether it is one, since a mistake inside is recorded anyway.
pub(super) fn check(json: &Json, place: Place<'_>, depth: usize, found: &mut Findings) -> bool {
    match Fields::read(json, place, &FIELDS, &mut found.problems) {
        Some(fields) => check_fields(&fields, depth, found),
        None => false,
    }
}

/// To be called once all conditions of the definition at `place` are checked.
pub(super) fn check_count(place: &Place<'_>, found: &mut Findings) {
    if found.conditions > limits::CONDITIONS {
        found.problems.add(place, Code::TooMany, &["more than 65535 conditions, expected fewer"]);
    }
}

/// The same for an object whose field names are checked.
pub(super) fn check_fields(fields: &Fields<'_, '_>, depth: usize, found: &mut Findings) -> bool {
    let place = fields.place;
    if depth > limits::CONDITION_DEPTH {
        found.problems.add(&place, Code::TooDeep, &["conditions nest deeper than 64 levels, expected fewer"]);
        return false;
    }
    found.conditions += 1;
    if found.conditions > limits::CONDITIONS {
        return false;
    }
    let mut written = Vec::new();
    for form in FORMS {
        if let Some(json) = fields.get(form) {
            written.push((form, json));
        }
    }
    let [(form, json)] = *written.as_slice() else {
        not_one_form(&written, &place, found);
        return false;
    };
    if form == "attr" {
        return check_test(fields, json, found);
    }
    for name in ["op", "value", "ignoreCase"] {
        if fields.get(name).is_some() {
            let message = ["`", name, "` stands beside `", form, "`, expected it beside `attr`"];
            found.problems.add(&place.key(name), Code::UnknownField, &message);
        }
    }
    let here = place.key(form);
    match form {
        "not" => check(json, here, depth + 1, found),
        "segment" => match string(json, "the key of a segment", &here, &mut found.problems) {
            Some(key) => {
                found.segments.push((here.pointer(), key.to_owned()));
                true
            }
            None => false,
        },
        _ => {
            let Some(items) = list(json, "a list of conditions", &here, &mut found.problems) else {
                return false;
            };
            if items.is_empty() {
                let message = "found an empty list, expected at least one condition";
                found.problems.add(&here, Code::InvalidValue, &[message]);
            }
            for (index, item) in items.iter().enumerate() {
                check(item, here.index(index), depth + 1, found);
            }
            !items.is_empty()
        }
    }
}

fn not_one_form(written: &[(&str, &Json)], place: &Place<'_>, found: &mut Findings) {
    let mut names = String::new();
    for (position, (name, _)) in written.iter().enumerate() {
        if position > 0 {
            names.push_str(if position + 1 == written.len() { " and " } else { ", " });
        }
        names.extend(["`", name, "`"]);
    }
    let (code, names) =
        if written.is_empty() { (Code::MissingField, "none") } else { (Code::InvalidValue, names.as_str()) };
    let message = ["a condition needs exactly one of ", &listed(&FORMS), ", found ", names];
    found.problems.add(place, code, &message);
}

/// Whether an object with these fields, of which `attr` is `json`, is a test on an attribute.
fn check_test(fields: &Fields<'_, '_>, json: &Json, found: &mut Findings) -> bool {
    let (place, problems) = (fields.place, &mut found.problems);
    let is_path = check_attribute(json, &place.key("attr"), problems);
    let ignore_case = match fields.get("ignoreCase") {
        Some(json) => boolean(json, &place.key("ignoreCase"), problems),
        None => Some(false),
    };
    let Some(name) = fields.require_string("op", "the name of an operator", problems) else {
        return false;
    };
    let Some(operator) = Operator::from_name(name) else {
        problems.add_near(
            &place.key("op"),
            Code::UnknownOperator,
            &["unknown operator `", name, "`, expected one of ", &listed(&Operator::NAMES)],
            nearest(name, &mut Operator::NAMES.into_iter()),
        );
        return false;
    };
    if fields.get("ignoreCase").is_some() && !operator.can_ignore_case() {
        let message = ["`ignoreCase` has no meaning for `", operator.name(), "`, expected it to be absent"];
        problems.add(&place.key("ignoreCase"), Code::InvalidValue, &message);
    }
    let json = fields.require("value", operator.operand().expects(), problems);
    let (Some(json), Some(ignore_case)) = (json, ignore_case) else {
        return false;
    };
    check_operand(json, operator.operand(), ignore_case, &place.key("value"), found) && is_path
}

fn check_operand(json: &Json, operand: Operand, ignore_case: bool, place: &Place<'_>, found: &mut Findings) -> bool {
    let (expected, problems) = (operand.expects(), &mut found.problems);
    match (operand, json) {
        (Operand::Scalar, Json::String(_) | Json::Number(_) | Json::Bool(_))
        | (Operand::Text, Json::String(_))
        | (Operand::Number, Json::Number(_))
        | (Operand::Presence, Json::Bool(_)) => true,
        (Operand::Scalars, Json::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                if !matches!(item, Json::String(_) | Json::Number(_) | Json::Bool(_)) {
                    wrong_type(item, "a string, a number or a boolean", &place.index(index), problems);
                    return false;
                }
            }
            true
        }
        (Operand::Pattern, Json::String(pattern)) => check_pattern(pattern, ignore_case, place, found),
        (Operand::Version, Json::String(text)) => {
            Version::strict(text.as_bytes()).is_some() || invalid(text, expected, place, found)
        }
        (Operand::Instant, Json::String(text)) => {
            date::parse(text.as_bytes()).is_some() || invalid(text, expected, place, found)
        }
        (Operand::Instant, Json::Number(number)) => {
            date::from_number(*number).is_some()
                || invalid("a number outside the range of dates", expected, place, found)
        }
        (Operand::Networks, Json::List(items)) => {
            if items.is_empty() {
                problems.add(place, Code::InvalidValue, &["found an empty list, expected ", expected]);
            }
            let mut sound = !items.is_empty();
            for (index, item) in items.iter().enumerate() {
                match check_network(item, &place.index(index), found) {
                    Some(is_network) => sound &= is_network,
                    None => return false,
                }
            }
            sound
        }
        (Operand::Networks, _) => check_network(json, place, found) == Some(true),
        (
            Operand::Scalar
            | Operand::Scalars
            | Operand::Text
            | Operand::Pattern
            | Operand::Number
            | Operand::Version
            | Operand::Instant
            | Operand::Presence,
            _,
        ) => {
            wrong_type(json, expected, place, problems);
            false
        }
    }
}

/// `None` when it isn't even text.
fn check_network(json: &Json, place: &Place<'_>, found: &mut Findings) -> Option<bool> {
    let expected = "an address block such as `10.0.0.0/8`";
    let text = string(json, expected, place, &mut found.problems)?;
    Some(Network::parse(text).is_some() || invalid(text, expected, place, found))
}

/// Records that `text` can't be meant; false.
fn invalid(text: &str, expected: &str, place: &Place<'_>, found: &mut Findings) -> bool {
    found.problems.add(place, Code::InvalidValue, &["found `", text, "`, expected ", expected]);
    false
}

fn check_pattern(pattern: &str, ignore_case: bool, place: &Place<'_>, found: &mut Findings) -> bool {
    match Search::new(pattern, ignore_case) {
        Ok(_) => true,
        Err(Refused { reason, place: read }) => {
            let read = read.to_string();
            let message =
                ["`", pattern, "` can't be used: ", reason, " at character ", &read, ", expected a regular expression"];
            found.problems.add(place, Code::InvalidPattern, &message);
            false
        }
    }
}

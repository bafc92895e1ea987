//! A segment as it is written: a condition with lists that come before it.

use super::condition;
use super::fields::Fields;
use super::findings::Findings;
use super::problem::{Code, Place};
use super::tree::Json;
use super::unit::{check_ids, check_unit};

/// Its own fields, and those of the condition that it is.
const FIELDS: [&str; 12] = {
    let [all, any, not, segment, attr, op, value, ignore_case] = condition::FIELDS;
    ["unit", "include", "exclude", "description", all, any, not, segment, attr, op, value, ignore_case]
};

/// Excluded ids are out, then included ids are in, then the condition decides; without one nobody else is in.
pub(crate) fn check(json: &Json, place: Place<'_>, found: &mut Findings) {
    let Some(fields) = Fields::read(json, place, &FIELDS, &mut found.problems) else {
        return;
    };
    check_unit(&fields, &mut found.problems);
    for name in ["include", "exclude"] {
        if let Some(json) = fields.get(name) {
            check_ids(json, &place.key(name), &mut found.problems);
        }
    }
    fields.string("description", "a string", &mut found.problems);
    if condition::FIELDS.iter().any(|name| fields.get(name).is_some()) {
        condition::check_fields(&fields, 1, found);
        condition::check_count(&place, found);
    } else if fields.get("include").is_none() {
        let message = "this segment has neither a condition nor `include`, so it can't match, expected one of them";
        found.problems.add(&place, Code::MissingField, &[message]);
    }
}

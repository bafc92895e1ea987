//! Instants as they are written.

use super::fields::wrong_type;
use super::problem::{Code, Place, Problems};
use super::tree::Json;
use crate::date;

/// A date with an offset from UTC; its epoch milliseconds when it is one.
pub(crate) fn check_instant(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<i64> {
    let expected = "a date such as `2027-03-01T00:00:00Z`";
    let Json::String(text) = json else {
        wrong_type(json, expected, place, problems);
        return None;
    };
    let instant = date::parse(text.as_bytes());
    if instant.is_none() {
        problems.add(place, Code::InvalidValue, &["found `", text, "`, expected ", expected]);
    }
    instant
}

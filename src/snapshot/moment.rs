//! Dates and numbers of minutes as they are written.

use super::fields::{Fields, wrong_type};
use super::limits;
use super::problem::{Code, Place, Problems};
use super::rule::not_expected;
use super::tree::Json;
use crate::date;

/// An instant as it was written.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    /// Epoch milliseconds.
    pub(crate) at: i64,
    /// Minutes east of UTC.
    pub(crate) offset: i64,
}

/// A date that may be absent.
pub(super) fn moment(fields: &Fields<'_, '_>, name: &str, problems: &mut Problems) -> Option<Moment> {
    read(fields.get(name)?, &fields.place.key(name), problems)
}

pub(super) fn require_moment(fields: &Fields<'_, '_>, name: &str, problems: &mut Problems) -> Option<Moment> {
    read(fields.require(name, EXPECTED, problems)?, &fields.place.key(name), problems)
}

const EXPECTED: &str = "a date such as `2026-11-24T08:00:00Z` or epoch milliseconds";

fn read(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<Moment> {
    let (found, read) = match json {
        Json::String(text) => (["`", text, "`"].concat(), date::with_offset(text.as_bytes())),
        Json::Number(number) => ("a number out of range".to_owned(), date::from_number(*number).map(|at| (at, 0))),
        Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => {
            wrong_type(json, EXPECTED, place, problems);
            return None;
        }
    };
    if read.is_none() {
        problems.add(place, Code::InvalidValue, &["found ", &found, ", expected ", EXPECTED]);
    }
    read.map(|(at, offset)| Moment { at, offset })
}

/// An integer within bounds, which `expected` names.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
pub(super) fn integer(
    json: &Json,
    (least, most): (u32, u32),
    expected: &str,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Option<u32> {
    let Json::Number(number) = json else {
        wrong_type(json, expected, place, problems);
        return None;
    };
    if number.fract() == 0.0 && (f64::from(least)..=f64::from(most)).contains(number) {
        return Some(*number as u32);
    }
    not_expected(*number, expected, place, problems);
    None
}

/// At least one minute, at most ten years of them.
pub(super) fn require_minutes(fields: &Fields<'_, '_>, name: &str, problems: &mut Problems) -> Option<u32> {
    let expected = "a number of minutes from 1 to 5256000";
    integer(
        fields.require(name, expected, problems)?,
        (1, limits::MINUTES),
        expected,
        &fields.place.key(name),
        problems,
    )
}

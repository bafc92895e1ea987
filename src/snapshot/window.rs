//! The times in which a rule applies, as they are written.

use super::fields::{Fields, listed, missing, string};
use super::limits;
use super::moment::{Moment, integer, moment, require_moment};
use super::problem::{Code, Place, Problems, nearest};
use super::tree::Json;
use crate::program::row::{self, AFTER_ALL, BEFORE_ALL, halves};
use crate::window::{DAY, MINUTE};

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// One window or a list of them, as they run. Whoever compiles reads again what was checked before.
pub(crate) fn read(json: &Json, place: Place<'_>, problems: &mut Problems) -> Option<Vec<row::Window>> {
    let Json::List(items) = json else {
        return window(json, place, problems).map(|window| vec![window]);
    };
    if items.is_empty() {
        problems.add(&place, Code::InvalidValue, &["found an empty list, expected at least one window"]);
        return None;
    }
    if items.len() > limits::WINDOWS {
        problems.add(&place, Code::TooMany, &["more than 255 windows, expected fewer"]);
        return None;
    }
    let mut windows = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        windows.extend(window(item, place.index(index), problems));
    }
    (windows.len() == items.len()).then_some(windows)
}

fn window(json: &Json, place: Place<'_>, problems: &mut Problems) -> Option<row::Window> {
    let fields = Fields::read(json, place, &["from", "until", "repeat"], problems)?;
    let repeat = fields.get("repeat");
    let (from, until) = if repeat.is_some() {
        let from = require_moment(&fields, "from", problems);
        (Some(from?), Some(require_moment(&fields, "until", problems)?))
    } else {
        let (from, until) = (moment(&fields, "from", problems), moment(&fields, "until", problems));
        if fields.get("from").is_none() && fields.get("until").is_none() {
            missing("from", "a window with `from`, `until` or both", &place, problems);
        }
        // What is there has to be readable.
        if (from.is_none() && fields.get("from").is_some()) || (until.is_none() && fields.get("until").is_some()) {
            return None;
        }
        (from, until)
    };
    let begin = from.map_or(BEFORE_ALL, |from| from.at);
    let end = until.map_or(AFTER_ALL, |until| until.at);
    if end <= begin {
        problems.add(
            &place.key("until"),
            Code::InvalidValue,
            &["found an end that is not after `from`, expected a later one"],
        );
        return None;
    }
    let mut window = row::Window { from: words(begin), until: words(end), ..row::Window::default() };
    if let (Some(json), Some(from)) = (repeat, from) {
        recur(&mut window, from, json, place.key("repeat"), problems)?;
        if end - begin > shortest_gap(&window) * DAY {
            let message = "found a window that ends after it begins again, expected a shorter one";
            problems.add(&place.key("until"), Code::InvalidValue, &[message]);
            return None;
        }
    }
    (from.is_some() || until.is_some()).then_some(window)
}

/// Reads how a window that begins at `from` recurs.
fn recur(window: &mut row::Window, from: Moment, json: &Json, place: Place<'_>, problems: &mut Problems) -> Option<()> {
    let is_daily = matches!(json.get("every"), Some(Json::String(every)) if every == "day");
    let known = ["every", "interval", "until", "times", "days", "weekStarts"];
    let fields = Fields::read(json, place, if is_daily { &known[..4] } else { &known }, problems)?;
    let every = fields.require_string("every", "`day` or `week`", problems)?;
    let interval = optional(&fields, "interval", limits::INTERVAL, "an integer from 1 to 1000", problems);
    let until = moment(&fields, "until", problems);
    let times = optional(&fields, "times", limits::TIMES, "an integer from 1 to 1000000", problems);
    match every {
        "day" => (window.cycle, window.days) = (interval?, row::Window::on(1, 0)),
        "week" => {
            let days = week(&fields, from, problems);
            (window.cycle, window.days) = (interval? * 7, days?);
        }
        _ => {
            let message = ["unknown recurrence `", every, "`, expected `day` or `week`"];
            let near = nearest(every, &mut ["day", "week"].into_iter());
            problems.add_near(&place.key("every"), Code::InvalidValue, &message, near);
            return None;
        }
    }
    let times = times?;
    window.last = match (fields.get("until"), fields.get("times")) {
        (None, None) => words(AFTER_ALL),
        (None, Some(_)) => words(nth(window, from.at, times)),
        (Some(_), None) => {
            let until = until?.at;
            if until < from.at {
                let message = "found an end before the first occurrence, expected a later one";
                problems.add(&place.key("until"), Code::InvalidValue, &[message]);
                return None;
            }
            words(until)
        }
        (Some(_), Some(_)) => {
            problems.add(
                &place.key("times"),
                Code::InvalidValue,
                &["found both `until` and `times`, expected one of them"],
            );
            return None;
        }
    };
    Some(())
}

/// The days of a week, counted from the one that it starts with, and which of them `from` is.
fn week(fields: &Fields<'_, '_>, from: Moment, problems: &mut Problems) -> Option<u32> {
    let place = fields.place.key("weekStarts");
    let start = match fields.get("weekStarts") {
        Some(json) => day(json, &place, problems),
        None => Some(0),
    };
    let place = fields.place.key("days");
    let items = fields.require_list("days", "a list of days of the week", problems)?;
    if items.is_empty() {
        problems.add(&place, Code::InvalidValue, &["found an empty list, expected at least one day"]);
        return None;
    }
    let (start, mut days, mut sound) = (start?, 0, true);
    for (index, item) in items.iter().enumerate() {
        let here = place.index(index);
        let Some(day) = day(item, &here, problems) else {
            sound = false;
            continue;
        };
        let bit = 1 << ((day + 7 - start) % 7);
        if days & bit != 0 {
            problems.add(&here, Code::InvalidValue, &["found a day that is there before, expected each once"]);
            sound = false;
        }
        days |= bit;
    }
    // 1970 began on a Thursday.
    let today = ((from.at + from.offset * MINUTE).div_euclid(DAY) + 3).rem_euclid(7);
    let first = (u32::try_from(today).unwrap_or_default() + 7 - start) % 7;
    if sound && days >> first & 1 == 0 {
        let today = usize::try_from(today).ok().and_then(|today| DAYS.get(today)).copied().unwrap_or_default();
        let message = ["`from` is on a ", today, " and that isn't among the days, expected the first occurrence's"];
        problems.add(&place, Code::InvalidValue, &message);
        sound = false;
    }
    sound.then(|| row::Window::on(days, first))
}

/// A day of the week, counted from Monday.
fn day(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<u32> {
    let expected = listed(&DAYS);
    let name = string(json, &expected, place, problems)?;
    let day = DAYS.iter().position(|day| *day == name).and_then(|day| u32::try_from(day).ok());
    if day.is_none() {
        let message = ["unknown day `", name, "`, expected ", &expected];
        problems.add_near(place, Code::InvalidValue, &message, nearest(name, &mut DAYS.into_iter()));
    }
    day
}

/// An integer from 1 on; 1 where it is absent.
fn optional(fields: &Fields<'_, '_>, name: &str, most: u32, expected: &str, problems: &mut Problems) -> Option<u32> {
    match fields.get(name) {
        Some(json) => integer(json, (1, most), expected, &fields.place.key(name), problems),
        None => Some(1),
    }
}

/// Days from an occurrence to the one after it, where they are fewest.
fn shortest_gap(window: &row::Window) -> i64 {
    let (days, mut least) = (window.days(), window.cycle);
    let mut before = None;
    for day in (0..7).filter(|day| days >> day & 1 == 1) {
        least = least.min(before.map_or(window.cycle, |before| day - before));
        before = Some(day);
    }
    let around = window.cycle + days.trailing_zeros() - before.unwrap_or_default();
    least.min(around).into()
}

/// When the `times`-th occurrence begins.
fn nth(window: &row::Window, from: i64, times: u32) -> i64 {
    let (days, first) = (window.days(), window.first());
    let count = days.count_ones();
    let ordinal = times - 1 + (days & !(u32::MAX << first)).count_ones();
    let (cycle, mut left, mut day) = (ordinal / count, ordinal % count, 0);
    while days >> day & 1 == 0 || left > 0 {
        left -= days >> day & 1;
        day += 1;
    }
    from + (i64::from(cycle) * i64::from(window.cycle) + i64::from(day) - i64::from(first)) * DAY
}

fn words(instant: i64) -> [u32; 2] {
    halves(instant.cast_unsigned())
}

//! Where an axis of time has its ticks, and what they are called. Everything is in UTC.

use jiff::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// From one tick to the next, in milliseconds.
const STEPS: [i64; 24] = [
    1,
    10,
    100,
    1_000,
    5_000,
    15_000,
    30_000,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
    90 * DAY,
    365 * DAY,
    3_650 * DAY,
];

/// A place on an axis, in epoch milliseconds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tick {
    pub(super) at: i64,
    pub(super) label: String,
    /// The day, where another one begins.
    pub(super) day: Option<String>,
}

/// At most `most` ticks at round times within the bounds.
pub(super) fn ticks(first: i64, last: i64, most: i64) -> Vec<Tick> {
    let fits = |step: &&i64| (last - first) / **step < most;
    let step = STEPS.iter().find(fits).copied().unwrap_or(i64::MAX);
    let (mut ticks, mut at, mut before) = (Vec::new(), round_up(first, step), None);
    while at <= last && ticks.len() < usize::try_from(most).unwrap_or_default() {
        let day = at.div_euclid(DAY);
        let has_day = step < DAY && before != Some(day);
        let form = if step < 1_000 {
            "%H:%M:%S%.3f"
        } else if step < MINUTE {
            "%H:%M:%S"
        } else if step < DAY {
            "%H:%M"
        } else if step < 90 * DAY {
            "%-d %b"
        } else {
            "%b %Y"
        };
        ticks.push(Tick { at, label: written(at, form), day: has_day.then(|| written(at, "%-d %b")) });
        before = Some(day);
        let Some(next) = at.checked_add(step) else { break };
        at = next;
    }
    ticks
}

fn round_up(at: i64, step: i64) -> i64 {
    at.checked_add(step - 1).map_or(at, |at| at.div_euclid(step) * step)
}

/// The instant in full, as people write it.
pub(super) fn in_full(at: Timestamp) -> String {
    let form = if at.as_millisecond() % MINUTE == 0 { "%-d %b %Y %H:%M" } else { "%-d %b %Y %H:%M:%S%.f" };
    at.strftime(form).to_string()
}

fn written(at: i64, form: &str) -> String {
    Timestamp::from_millisecond(at).map(|at| at.strftime(form).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_795_507_200_000; // 2026-11-24T08:00:00Z

    fn labels(first: i64, last: i64) -> Vec<String> {
        let tell = |tick: Tick| tick.day.map_or(tick.label.clone(), |day| format!("{} {day}", tick.label));
        ticks(first, last, 8).into_iter().map(tell).collect()
    }

    #[test]
    fn ticks_are_at_round_times_and_name_each_day_once() {
        let expected = ["12:00 24 Nov", "18:00", "00:00 25 Nov", "06:00"];
        assert_eq!(labels(START + 1, START + 26 * HOUR), expected);
        assert_eq!(labels(START, START + 5 * DAY), ["25 Nov", "26 Nov", "27 Nov", "28 Nov", "29 Nov"]);
        assert_eq!(labels(START, START + 20), ["08:00:00.000 24 Nov", "08:00:00.010", "08:00:00.020"]);
        assert_eq!(labels(START, START), ["08:00:00.000 24 Nov"]);
    }

    #[test]
    fn there_are_never_more_than_wanted() {
        let mut span = 1;
        while span < i64::MAX / 40 {
            assert!(ticks(-span / 3, span, 8).len() <= 8, "{span}");
            span *= 3;
        }
    }

    #[test]
    fn instants_are_told_as_precisely_as_they_are() -> anyhow::Result<()> {
        assert_eq!(in_full(Timestamp::from_millisecond(START)?), "24 Nov 2026 08:00");
        assert_eq!(in_full(Timestamp::from_millisecond(START + 1_500)?), "24 Nov 2026 08:00:01.5");
        Ok(())
    }
}

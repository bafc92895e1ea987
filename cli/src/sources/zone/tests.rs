//! Windows with a zone, held against the zone's own clock. The evaluator says when what was built is open; jiff says what a clock
//! shows then, and whether that is in the window is counted here by dates, without any stretches.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp, ToSpan as _};
use proptest::prelude::*;
use tidegate::{Context, Program, Reason};

use super::super::{Choices, Sources, Target};

/// A window as a clock reads it.
#[derive(Debug, Clone)]
struct Clock {
    from: DateTime,
    until: DateTime,
    repeat: Option<Cycle>,
}

#[derive(Debug, Clone)]
struct Cycle {
    weekly: bool,
    interval: i64,
    days: Vec<Weekday>,
    week_starts: Weekday,
    until: Option<DateTime>,
    times: Option<usize>,
}

const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn name(day: Weekday) -> &'static str {
    NAMES[usize::try_from(day.to_monday_zero_offset()).unwrap()]
}

impl Clock {
    fn yaml(&self, zone: &str) -> String {
        let mut fields = format!("zone: {zone}, from: {}, until: {}", self.from, self.until);
        if let Some(cycle) = &self.repeat {
            let every = if cycle.weekly { "week" } else { "day" };
            fields.push_str(&format!(", repeat: {{ every: {every}, interval: {}", cycle.interval));
            if cycle.weekly {
                let days = cycle.days.iter().map(|day| name(*day)).collect::<Vec<_>>().join(", ");
                fields.push_str(&format!(", days: [{days}], weekStarts: {}", name(cycle.week_starts)));
            }
            fields.extend(cycle.until.map(|until| format!(", until: {until}")));
            fields.extend(cycle.times.map(|times| format!(", times: {times}")));
            fields.push_str(" }");
        }
        format!("{{ {fields} }}")
    }

    /// Whether one begins on a day, its number and end left out.
    fn may_begin(&self, day: Date) -> bool {
        let first = self.from.date();
        let Some(cycle) = &self.repeat else { return day == first };
        if day < first {
            return false;
        }
        if !cycle.weekly {
            return days_between(first, day) % cycle.interval == 0;
        }
        let week_of = |day: Date| {
            let back =
                (day.weekday().to_monday_zero_offset() - cycle.week_starts.to_monday_zero_offset()).rem_euclid(7);
            day.checked_sub(Span::new().days(back)).unwrap()
        };
        cycle.days.contains(&day.weekday()) && days_between(week_of(first), week_of(day)) / 7 % cycle.interval == 0
    }

    /// What a clock shows at both ends of each time it is open, up to a date.
    fn times(&self, until: Date) -> Vec<(DateTime, DateTime)> {
        let length = self.until.duration_since(self.from);
        let every = self.from.date().series(1.day()).take_while(|day| *day <= until);
        let begin = every.filter(|day| self.may_begin(*day)).map(|day| day.to_datetime(self.from.time()));
        let last = self.repeat.as_ref().and_then(|cycle| cycle.until);
        let begin = begin.filter(|begin| last.is_none_or(|last| *begin <= last));
        let begin = begin.take(self.repeat.as_ref().and_then(|cycle| cycle.times).unwrap_or(usize::MAX));
        begin.map(|begin| (begin, begin.checked_add(length).unwrap())).collect()
    }
}

/// Whether a clock that shows `local` shows a time in one of them. They don't overlap, so it can be in the last that has begun only.
fn is_open(local: DateTime, times: &[(DateTime, DateTime)]) -> bool {
    let near = times.partition_point(|(begin, _)| *begin <= local);
    near.checked_sub(1).is_some_and(|index| local < times[index].1)
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until((jiff::Unit::Day, to)).unwrap().get_days().into()
}

/// A flag that is on while a window is open.
struct Flag(Program);

impl Flag {
    fn new(window: &str, horizon: i16) -> Self {
        let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
        let flag = "flags: { f: { type: boolean, variants: { on: true, off: false }, off: off, default: off, rules: [{ serve: on, window:";
        std::fs::write(file.path(), format!("{flag} {window} }}] }} }}\n")).unwrap();
        let target = Target { root: file.path().to_owned(), environment: None };
        let sources = Sources::read(&target, Some(horizon)).unwrap();
        assert!(sources.notices.is_empty(), "{window}: {:?}", sources.notices);
        let program = Program::load(&sources.write(&Choices::default().label)).unwrap();
        assert!(program.problems().is_empty(), "{window}: {:?}", program.problems());
        Self(program)
    }

    fn is_on(&self, at: Timestamp) -> bool {
        let decision = self.0.decide("f", &Context::keyed("u").at(at.as_millisecond()));
        matches!(decision.reason, Reason::TargetingMatch)
    }
}

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

fn dates(from: &str, until: &str) -> (DateTime, DateTime) {
    (from.parse().unwrap(), until.parse().unwrap())
}

fn clock(from: &str, until: &str) -> Clock {
    let (from, until) = dates(from, until);
    Clock { from, until, repeat: None }
}

fn daily(from: &str, until: &str, interval: i64) -> Clock {
    let cycle =
        Cycle { weekly: false, interval, days: Vec::new(), week_starts: Weekday::Monday, until: None, times: None };
    Clock { repeat: Some(cycle), ..clock(from, until) }
}

/// Windows of every kind that begin in a year.
fn windows(year: i16) -> Vec<Clock> {
    let at = |text: &str| format!("{year}-{text}");
    let mut counted = daily(&at("01-07T23:00"), &at("01-08T01:30"), 2);
    counted.repeat.as_mut().unwrap().times = Some(300);
    let mut ended = daily(&at("01-05T09:00"), &at("01-05T17:00"), 1);
    let end = format!("{}-10-27T09:00", year + 2).parse().unwrap();
    ended.repeat.as_mut().unwrap().until = Some(end);
    let mut weekly = daily(&at("02-01T23:30"), &at("02-02T02:15"), 2);
    let cycle = weekly.repeat.as_mut().unwrap();
    let first = weekly.from.date().weekday();
    (cycle.weekly, cycle.week_starts, cycle.days) = (true, Weekday::Sunday, vec![first, first.wrapping_add(3)]);
    vec![
        daily(&at("01-02T09:00"), &at("01-02T17:00"), 1),
        daily(&at("01-02T22:00"), &at("01-03T06:00"), 1),
        daily(&at("01-02T02:00"), &at("01-02T03:00"), 1),
        daily(&at("01-02T01:30"), &at("01-02T02:30"), 1),
        daily(&at("01-02T00:00"), &at("01-03T00:00"), 1),
        daily(&at("01-02T00:15"), &at("01-03T12:00"), 3),
        weekly,
        counted,
        ended,
        clock(&at("03-01T12:00"), &format!("{}-11-07T01:30", year + 3)),
    ]
}

/// Compares every hour of some years, and half an hour later every other time; answers with how often it was open.
fn compare(zone_name: &str, year: i16, years: i16, horizon: i16) -> usize {
    let zone = zone(zone_name);
    let start = Date::new(year - 1, 12, 25).unwrap().to_zoned_datetime(TimeZone::UTC).unwrap().timestamp();
    let beginning = Date::new(horizon, 1, 1).unwrap().to_zoned_datetime(TimeZone::UTC).unwrap().timestamp();
    let settled = super::local::is_settled(&zone, beginning);
    let end = Date::new(year + years + 1, 1, 1).unwrap();
    let windows: Vec<_> = windows(year)
        .into_iter()
        .map(|window| {
            let mut times = window.times(end);
            if !settled && window.repeat.is_some() {
                let last = zone.to_datetime(beginning);
                times.retain(|(begin, _)| *begin < last);
            }
            (Flag::new(&window.yaml(zone_name), horizon), times, window)
        })
        .collect();
    let mut open = 0;
    for hour in 0..i64::from(years) * 366 * 24 {
        let at = Timestamp::from_second(start.as_second() + hour * 3_600 + hour % 2 * 1_800).unwrap();
        let local = zone.to_datetime(at);
        for (flag, times, window) in &windows {
            let expected = is_open(local, times);
            assert_eq!(flag.is_on(at), expected, "{} at {at}, {local}", window.yaml(zone_name));
            open += usize::from(expected);
        }
    }
    open
}

#[test]
fn a_window_is_open_exactly_while_the_clock_of_its_zone_shows_a_time_in_it() {
    // Rules of summer time, one that was changed in 2007, half an hour, no change at all, Ramadan, and a day that never was.
    for (zone, year, years, horizon) in [
        ("Europe/Berlin", 2024, 5, 2036),
        ("America/New_York", 2005, 5, 2036),
        ("Australia/Lord_Howe", 2024, 5, 2036),
        ("Asia/Kolkata", 2024, 4, 2026),
        ("Africa/Casablanca", 2024, 5, 2036),
        ("Pacific/Apia", 2009, 5, 2036),
        ("Europe/Berlin", 2024, 5, 2026),
    ] {
        let open = compare(zone, year, years, horizon);
        assert!(open > 10_000, "{zone} was open {open} times only");
    }
}

fn any_zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Africa/Casablanca",
        "Pacific/Apia",
        "America/Sao_Paulo",
        "Asia/Gaza",
    ])
}

fn any_clock() -> impl Strategy<Value = Clock> {
    let days = prop::collection::btree_set(0_i8..7, 0..4);
    let end = prop_oneof![
        Just((None, None)),
        (1_usize..500).prop_map(|times| (Some(times), None)),
        (1_i64..1_500).prop_map(|days| (None, Some(days)))
    ];
    (0_i64..1_500, 0_i64..1_440, 1_i64..1_440, prop::option::of((any::<bool>(), 1_i64..4, days, 0_i8..7, end)))
        .prop_map(|(day, minute, length, repeat)| {
            let from = Date::new(2009, 1, 1).unwrap().to_datetime(jiff::civil::Time::midnight());
            let from = from.checked_add(day.days().minutes(minute)).unwrap();
            let until = from.checked_add(length.minutes()).unwrap();
            let repeat = repeat.map(|(weekly, interval, days, week_starts, (times, end))| {
                let weekday = |day| Weekday::from_monday_zero_offset(day).unwrap();
                let mut days: Vec<Weekday> = days.into_iter().map(weekday).collect();
                if !days.contains(&from.date().weekday()) {
                    days.push(from.date().weekday());
                }
                let until = end.map(|days| from.checked_add(days.days()).unwrap());
                Cycle { weekly, interval, days, week_starts: weekday(week_starts), until, times }
            });
            Clock { from, until, repeat }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// At every minute on both sides of each change of the clock, and at random ones.
    #[test]
    fn no_window_is_wrong_where_the_clock_is_changed(
        name in any_zone(),
        window in any_clock(),
        minutes in prop::collection::vec(0_i64..4_000_000, 200),
    ) {
        let zone = zone(name);
        let flag = Flag::new(&window.yaml(name), 2036);
        let times = window.times(Date::new(2018, 1, 1).unwrap());
        let start: Timestamp = "2009-01-01T00:00:00Z".parse().unwrap();
        let end: Timestamp = "2017-01-01T00:00:00Z".parse().unwrap();
        let changes = zone.following(start).map(|change| change.timestamp()).take_while(|at| *at < end).take(6);
        let around = changes.flat_map(|at| (-200..200).map(move |minute| at.as_second() + minute * 60));
        let random = minutes.into_iter().map(|minute| start.as_second() + minute * 60);
        for second in around.chain(random) {
            let at = Timestamp::from_second(second).unwrap();
            let local = zone.to_datetime(at);
            prop_assert_eq!(flag.is_on(at), is_open(local, &times), "{} at {}, {}", window.yaml(name), at, local);
        }
    }
}

#[test]
fn a_change_of_the_clock_is_written_as_it_was_decided() {
    let built = |window: &str| {
        let file = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
        std::fs::write(file.path(), format!("freeze: {window}\n")).unwrap();
        let target = Target { root: file.path().to_owned(), environment: None };
        let sources = Sources::read(&target, Some(2027)).unwrap();
        assert!(sources.notices.is_empty(), "{window}: {:?}", sources.notices);
        super::json(sources.root.get("freeze").unwrap())
    };
    // 02:30 isn't there in that night: it opens when the clock is past it.
    assert_eq!(
        built("{ zone: Europe/Berlin, from: 2026-03-29T02:30, until: 2026-03-29T12:00 }"),
        r#"{"from":"2026-03-29T03:00:00+02:00","until":"2026-03-29T12:00:00+02:00"}"#
    );
    // What goes on over the change is one window.
    assert_eq!(
        built("{ zone: Europe/Berlin, from: 2026-10-24T22:00, until: 2026-10-25T06:00 }"),
        r#"{"from":"2026-10-24T22:00:00+02:00","until":"2026-10-25T06:00:00+01:00"}"#
    );
    // 02:30 is there twice.
    assert_eq!(
        built("{ zone: Europe/Berlin, from: 2026-10-25T02:30 }"),
        r#"[{"from":"2026-10-25T02:30:00+02:00","until":"2026-10-25T02:00:00+01:00"},{"from":"2026-10-25T02:30:00+01:00"}]"#
    );
    assert_eq!(built("{ zone: Asia/Kolkata, until: 2026-10-25 }"), r#"{"until":"2026-10-25T00:00:00+05:30"}"#);
    // No change, no end.
    assert_eq!(
        built("{ zone: Asia/Kolkata, from: 2026-10-25T09:00, until: 2026-10-25T10:00, repeat: { every: day } }"),
        r#"{"from":"2026-10-25T09:00:00+05:30","until":"2026-10-25T10:00:00+05:30","repeat":{"every":"day"}}"#
    );
}

#[test]
fn local_times_are_read_without_an_offset_only() {
    for text in ["2026-11-24", "2026-11-24T09:00", "2026-11-24t09:00:30"] {
        assert!(super::local_time(text).is_some(), "{text}");
    }
    for text in [
        "2026-11-24T09:00:00Z",
        "2026-11-24T09:00+01:00",
        "2026-11-24 09:00",
        "2026-11-24T9:00",
        "2026-02-30",
        "2026-11-24T09:00:60",
        "2026-11-24T24:00",
        "20261124T0900",
        "2026-11-24T09:00[Europe/Berlin]",
        "",
    ] {
        assert!(super::local_time(text).is_none(), "{text}");
    }
}

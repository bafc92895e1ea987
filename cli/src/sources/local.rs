//! Windows by the clock on a wall, as windows with UTC offsets.
//!
//! A zone's time is cut into *stretches* with one offset each. Within a stretch a local time is an instant, so that what recurs
//! at a local time recurs in even steps there. What a change of the clock falls into is written by itself. A window is open
//! while the clock shows a time in it: an hour that the clock skips isn't there, and one that it shows twice is there twice.
//!
//! Everything here is seconds: of instants since 1970-01-01T00:00:00Z, of local times since that day began by the clock.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

const DAY: i64 = 86_400;
/// Behind every day that a date can name, so that counting ends.
const LAST_DAY: i64 = 2_932_896;

/// A window as it is written; an open side is `None`.
#[derive(Debug, Clone)]
pub(crate) struct LocalWindow {
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    /// Only with both sides, which then bound the first occurrence.
    pub(crate) repeat: Option<Repeat>,
}

/// On which days occurrences begin, at the time of day of the first.
#[derive(Debug, Clone)]
pub(crate) struct Repeat {
    /// The day of the first occurrence, from 1970-01-01.
    pub(crate) first: i64,
    pub(crate) every: Every,
    /// Every that many days or weeks.
    pub(crate) interval: i64,
    /// The last local time at which one may begin.
    pub(crate) last: i64,
}

#[derive(Debug, Clone)]
pub(crate) enum Every {
    Day,
    /// Days count from Monday.
    Week {
        days: [bool; 7],
        starts: i64,
    },
}

impl Repeat {
    fn occurs(&self, day: i64) -> bool {
        if day < self.first {
            return false;
        }
        match &self.every {
            Every::Day => (day - self.first) % self.interval == 0,
            Every::Week { days, starts } => {
                // 1970 began on a Thursday.
                let of_week = |day: i64| (day + 3).rem_euclid(7);
                let week = self.first - (of_week(self.first) - starts).rem_euclid(7);
                let is_listed = usize::try_from(of_week(day)).ok().and_then(|index| days.get(index)).copied();
                is_listed.unwrap_or_default() && (day - week).div_euclid(7) % self.interval == 0
            }
        }
    }

    /// The longest way from one occurrence to the next, in days.
    const fn longest(&self) -> i64 {
        match self.every {
            Every::Day => self.interval,
            Every::Week { .. } => (self.interval + 1) * 7,
        }
    }

    /// The day of the occurrence with a number, from 1; the last day there is when it comes later.
    pub(crate) fn day_of(&self, number: u32) -> i64 {
        let counted = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        (self.first..=LAST_DAY).filter(|day| self.occurs(*day)).nth(counted).unwrap_or(LAST_DAY)
    }

    fn first_from(&self, day: i64) -> Option<i64> {
        let day = day.max(self.first);
        (day..=day + self.longest()).find(|day| self.occurs(*day))
    }

    fn last_until(&self, day: i64) -> Option<i64> {
        (day - self.longest()..=day).rev().find(|day| self.occurs(*day))
    }
}

/// A time with one offset. Without a beginning or an end that is the first or the last instant there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) offset: i64,
}

/// The stretches from an instant on, up to one that has `until` in it, or all of them.
pub(crate) fn stretches(zone: &TimeZone, from: Timestamp, until: Option<Timestamp>) -> Vec<Stretch> {
    let offset = |at: Timestamp| i64::from(zone.to_offset(at).seconds());
    let mut stretches = Vec::new();
    let mut here = Stretch { start: i64::MIN, end: i64::MAX, offset: offset(from) };
    for change in zone.following(from) {
        let (at, next) = (change.timestamp(), i64::from(change.offset().seconds()));
        if next == here.offset {
            continue;
        }
        stretches.push(Stretch { end: at.as_second(), ..here });
        here = Stretch { start: at.as_second(), end: i64::MAX, offset: next };
        if until.is_some_and(|until| at > until) {
            return stretches;
        }
    }
    stretches.push(here);
    stretches
}

/// Whether a zone's clock is never changed after an instant.
pub(crate) fn is_settled(zone: &TimeZone, after: Timestamp) -> bool {
    let offset = zone.to_offset(after);
    // What is changed by a rule is changed twice a year; other changes keep the offset, such as one of the name.
    zone.following(after).take(4).all(|change| change.offset() == offset)
}

/// A window in instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Built {
    /// From an instant until another; an open side is the first or last instant there is.
    Once { from: i64, until: i64 },
    /// The first occurrence, and the last instant at which one may begin.
    Recurring { from: i64, until: i64, last: Option<i64>, offset: i64 },
}

impl Built {
    const fn from(&self) -> i64 {
        match self {
            Self::Once { from, .. } | Self::Recurring { from, .. } => *from,
        }
    }
}

/// The window over the stretches, in order.
pub(crate) fn build(window: &LocalWindow, stretches: &[Stretch]) -> Vec<Built> {
    let (mut once, mut built) = (Vec::new(), Vec::new());
    for stretch in stretches {
        match (&window.repeat, window.from, window.until) {
            (Some(repeat), Some(from), Some(until)) => {
                let occurrence = Occurrence { time: from - repeat.first * DAY, length: until - from, repeat };
                once.extend(occurrence.split_by(stretch));
                built.extend(occurrence.within(stretch));
            }
            (_, from, until) => once.extend(clip(from.unwrap_or(i64::MIN), until.unwrap_or(i64::MAX), stretch)),
        }
    }
    // What goes on over a change of the clock is one.
    once.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (from, until) in once {
        match joined.last_mut() {
            Some(before) if before.1 == from => before.1 = until,
            _ => joined.push((from, until)),
        }
    }
    built.extend(joined.into_iter().map(|(from, until)| Built::Once { from, until }));
    built.sort_by_key(Built::from);
    built
}

/// The part of a local time that is in a stretch.
fn clip(from: i64, until: i64, stretch: &Stretch) -> Option<(i64, i64)> {
    let instant = |local: i64| if matches!(local, i64::MIN | i64::MAX) { local } else { local - stretch.offset };
    let (from, until) = (instant(from).max(stretch.start), instant(until).min(stretch.end));
    (from < until).then_some((from, until))
}

struct Occurrence<'r> {
    /// When in the day one begins.
    time: i64,
    length: i64,
    repeat: &'r Repeat,
}

impl Occurrence<'_> {
    const fn begin(&self, day: i64) -> i64 {
        day * DAY + self.time
    }

    /// The last day on which one may begin.
    const fn last_day(&self) -> i64 {
        self.repeat.last.saturating_sub(self.time).div_euclid(DAY)
    }

    /// The parts of those that a change of the clock goes through.
    fn split_by(&self, stretch: &Stretch) -> Vec<(i64, i64)> {
        let mut days = BTreeSet::new();
        for edge in [stretch.start, stretch.end] {
            if matches!(edge, i64::MIN | i64::MAX) {
                continue;
            }
            let local = edge + stretch.offset;
            let earliest = (local - self.length - self.time).div_euclid(DAY);
            let latest = (local - self.time).div_euclid(DAY).min(self.last_day());
            let is_split = |day: &i64| self.begin(*day) < local && local < self.begin(*day) + self.length;
            days.extend((earliest..=latest).filter(|day| self.repeat.occurs(*day)).filter(is_split));
        }
        days.into_iter().filter_map(|day| clip(self.begin(day), self.begin(day) + self.length, stretch)).collect()
    }

    /// Those that begin and end in a stretch.
    fn within(&self, stretch: &Stretch) -> Option<Built> {
        let first = match stretch.start {
            i64::MIN => self.repeat.first,
            // Rounded up.
            start => -(-(start + stretch.offset - self.time)).div_euclid(DAY),
        };
        let first = self.repeat.first_from(first)?;
        let latest = match stretch.end {
            i64::MAX => self.last_day(),
            end => (end + stretch.offset - self.length - self.time).div_euclid(DAY).min(self.last_day()),
        };
        if latest < first {
            return None;
        }
        let from = self.begin(first) - stretch.offset;
        let until = from + self.length;
        let endless = latest > LAST_DAY;
        let last = if endless { None } else { Some(self.repeat.last_until(latest)?) };
        Some(match last {
            Some(last) if last <= first => Built::Once { from, until },
            last => {
                let last = last.map(|day| self.begin(day) - stretch.offset);
                Built::Recurring { from, until, last, offset: stretch.offset }
            }
        })
    }
}

//! Windows of time in which a rule applies: once, or again and again on days of a cycle. Pure functions of the instant, by
//! arithmetic alone: how far away an occurrence is costs nothing.

use crate::program::row;
use crate::snapshot::limits;

/// A day in milliseconds. Days are counted in a fixed offset from UTC, so that each has as many.
pub(crate) const DAY: i64 = 86_400_000;
pub(crate) const MINUTE: i64 = 60_000;

/// Whether any of the windows is open.
pub(crate) fn is_open(windows: &[row::Window], now: i64) -> bool {
    windows.iter().any(|window| window.bounds(now).is_some_and(|bounds| bounds.0 <= now))
}

/// The next instant after `now` at which one of the windows opens or closes. Where one closes as it opens again, nothing
/// changes there.
pub(crate) fn next(windows: &[row::Window], now: i64) -> Option<i64> {
    windows.iter().filter_map(|window| window.next(now)).min()
}

impl row::Window {
    /// Whether nothing in it can make the arithmetic go astray: what is read from JSON never can.
    pub(crate) fn is_sound(&self) -> bool {
        let (from, until) = (row::instant(self.from), row::instant(self.until));
        let is_recurring = (1..=7 * limits::INTERVAL).contains(&self.cycle) && self.days() >> self.first() & 1 == 1;
        row::BEFORE_ALL <= from && from < until && until <= row::AFTER_ALL && (self.cycle == 0 || is_recurring)
    }

    /// The occurrence that is open, or else the next: where it begins, and where it ends. `None` after the last one.
    pub(crate) fn bounds(&self, now: i64) -> Option<(i64, i64)> {
        let (from, until) = (row::instant(self.from), row::instant(self.until));
        if self.cycle == 0 {
            return (now < until).then_some((from, until));
        }
        let length = until - from;
        let mut begin = from;
        if now >= from {
            begin = self.latest(from, now);
            if now >= begin + length {
                begin = self.following(from, now);
            }
        }
        (begin <= row::instant(self.last)).then_some((begin, begin + length))
    }

    fn next(&self, now: i64) -> Option<i64> {
        let (begin, end) = self.bounds(now)?;
        Some(if now < begin { begin } else { end })
    }

    /// The beginning of the last day of the cycle up to `now`, which is not before `from`.
    fn latest(&self, from: i64, now: i64) -> i64 {
        let (cycle, day) = self.day(from, now);
        let passed = self.days() & (u32::MAX >> (31 - day.min(30)));
        if passed == 0 {
            self.beginning(from, cycle - 1, last_of(self.days()))
        } else {
            self.beginning(from, cycle, last_of(passed))
        }
    }

    /// The beginning of the first day of the cycle after `now`, which is not before `from`.
    fn following(&self, from: i64, now: i64) -> i64 {
        let (cycle, day) = self.day(from, now);
        let left = self.days() & !(u32::MAX >> (31 - day.min(30)));
        if left == 0 {
            self.beginning(from, cycle + 1, self.days().trailing_zeros())
        } else {
            self.beginning(from, cycle, left.trailing_zeros())
        }
    }

    /// How many whole cycles have passed, and which day of the next one it is. Days begin at the time of day of `from`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a remainder is less than its divisor")]
    fn day(&self, from: i64, now: i64) -> (i64, u32) {
        let days = (now - from) / DAY + i64::from(self.first());
        let cycle = i64::from(self.cycle);
        (days / cycle, (days % cycle) as u32)
    }

    /// When the occurrence on a day of a cycle begins.
    fn beginning(&self, from: i64, cycle: i64, day: u32) -> i64 {
        from + (cycle * i64::from(self.cycle) + i64::from(day) - i64::from(self.first())) * DAY
    }
}

fn last_of(days: u32) -> u32 {
    days.checked_ilog2().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::program::row::halves;

    /// A window as a naive reader sees it: day by day.
    #[derive(Debug, Clone)]
    struct Naive {
        from: i64,
        length: i64,
        last: i64,
        cycle: u32,
        days: u32,
        first: u32,
    }

    impl Naive {
        fn row(&self) -> row::Window {
            let [from, until, last] =
                [self.from, self.from + self.length, self.last].map(|at| halves(at.cast_unsigned()));
            row::Window { from, until, last, cycle: self.cycle, days: row::Window::on(self.days, self.first) }
        }

        /// Every occurrence that begins within some days, one day after the other.
        fn occurrences(&self, days: u32) -> Vec<(i64, i64)> {
            let (mut found, mut day, mut begin) = (Vec::new(), self.first, self.from);
            for _ in 0..days {
                if day < 7 && self.days >> day & 1 == 1 && begin <= self.last {
                    found.push((begin, begin + self.length));
                }
                begin += DAY;
                day = (day + 1) % self.cycle;
            }
            found
        }
    }

    fn naive() -> impl Strategy<Value = Naive> {
        let weekly = (1_u32..5, 1_u32..128, any::<prop::sample::Index>()).prop_map(|(interval, days, which)| {
            let set: Vec<u32> = (0..7).filter(|day| days >> day & 1 == 1).collect();
            (interval * 7, days, *which.get(&set))
        });
        let daily = (1_u32..40).prop_map(|interval| (interval, 1, 0));
        (
            prop_oneof![weekly, daily],
            -400_i64..400,
            0_i64..DAY,
            1_i64..5 * DAY,
            prop_oneof![Just(i64::MAX), 0..90 * DAY],
        )
            .prop_map(|((cycle, days, first), day, time, length, last)| {
                let from = day * DAY + time;
                let endless = Naive { from, length, last: i64::MAX, cycle, days, first };
                // What overlaps, or would if it didn't end before, is refused at load.
                let begins: Vec<i64> = endless.occurrences(90).into_iter().map(|(begin, _)| begin).collect();
                let least = begins.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(DAY);
                Naive { length: length.min(least), last: from.saturating_add(last), ..endless }
            })
    }

    proptest! {
        #[test]
        fn it_is_open_as_somebody_counting_days_finds(naive in naive(), around in 0_i64..100 * DAY, edge in any::<prop::sample::Index>(), by in -1_i64..=1) {
            // The last cycle is looked at for what comes next, and not asked about.
            let (row, occurrences) = (naive.row(), naive.occurrences(430));
            let asked = naive.occurrences(330).len();
            let edges: Vec<i64> = occurrences.iter().flat_map(|(begin, end)| [*begin, *end]).collect();
            for now in [naive.from - DAY + around, *edge.get(&edges[..2 * asked]) + by] {
                let open = occurrences.iter().any(|(begin, end)| *begin <= now && now < *end);
                prop_assert_eq!(is_open(&[row], now), open, "at {}", now);
                // The next is one of the edges, or the last has passed.
                let next = edges.iter().copied().find(|at| *at > now);
                prop_assert_eq!(super::next(&[row], now), next);
            }
        }
    }

    #[test]
    fn an_end_or_a_beginning_may_be_missing() {
        let [before, after, noon] = [row::BEFORE_ALL, row::AFTER_ALL, DAY / 2].map(|at| halves(at.cast_unsigned()));
        let window = |from, until| [row::Window { from, until, ..row::Window::default() }];
        let (until, from) = (window(before, noon), window(noon, after));
        for now in [-crate::date::FARTHEST, DAY / 2 - 1] {
            assert_eq!((is_open(&until, now), is_open(&from, now)), (true, false));
            assert_eq!((next(&until, now), next(&from, now)), (Some(DAY / 2), Some(DAY / 2)));
        }
        for now in [DAY / 2, crate::date::FARTHEST] {
            assert_eq!((is_open(&until, now), is_open(&from, now)), (false, true));
            assert_eq!((next(&until, now), next(&from, now)), (None, Some(row::AFTER_ALL)));
        }
    }
}

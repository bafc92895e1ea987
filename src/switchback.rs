//! Switchbacks: everybody gets one variant for a slot of time, and perhaps another in the next. Pure functions of the
//! instant; which variant a slot gets is hashed from its number.

use crate::window::MINUTE;

/// The number of the slot of `minutes` that an instant is in, counted from 1970.
pub(crate) fn slot(now: i64, minutes: u32) -> i64 {
    now.div_euclid(length(minutes))
}

/// When a slot begins.
pub(crate) fn begin(slot: i64, minutes: u32) -> i64 {
    slot * length(minutes)
}

fn length(minutes: u32) -> i64 {
    i64::from(minutes.max(1)) * MINUTE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_counted_from_1970_both_ways() {
        for (now, minutes, number) in [
            (0, 60, 0),
            (3_599_999, 60, 0),
            (3_600_000, 60, 1),
            (-1, 60, -1),
            (-3_600_000, 60, -1),
            (1_795_507_200_000, 1, 29_925_120),
        ] {
            assert_eq!(slot(now, minutes), number, "{now}");
            assert!(begin(number, minutes) <= now && now < begin(number + 1, minutes), "{now}");
        }
    }
}

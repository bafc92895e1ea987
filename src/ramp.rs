//! Shares of the units that grow in time. Pure functions of the instant, in integers.
//!
//! A ramp of any kind is a list of stages, and the number of equal steps in which the share goes from one to the next; 0
//! where it jumps. Stages never fall, so that nobody who was in drops out while the clock runs forward.

use crate::bucket::TOTAL;
use crate::program::row;

/// How far a ramp has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    /// Buckets that are in.
    pub(crate) share: u32,
    /// How many steps were taken; where the share jumps, how many stages have begun.
    pub(crate) step: u32,
}

/// How far the ramp is at an instant. Linear in the stages.
#[expect(clippy::cast_possible_truncation, reason = "not every step was taken, so both are less than what they are of")]
pub(crate) fn level(stages: &[row::Stage], steps: u32, now: i64) -> Level {
    let mut level = Level { share: 0, step: 0 };
    let mut before: Option<&row::Stage> = None;
    for stage in stages {
        if now < stage.at() {
            if let Some(before) = before
                && steps > 0
            {
                let steps = u64::from(steps);
                let step = now.abs_diff(before.at()) * steps / stage.at().abs_diff(before.at()).max(1);
                level.share += (u64::from(stage.share.saturating_sub(before.share)) * step / steps) as u32;
                level.step = step as u32;
            }
            break;
        }
        level.share = stage.share;
        level.step = if steps == 0 { level.step + 1 } else { steps };
        before = Some(stage);
    }
    level
}

/// Whether nothing in it can make the arithmetic go astray: what is read from JSON never can.
pub(crate) fn is_sound(stages: &[row::Stage], steps: u32) -> bool {
    let mut before: Option<&row::Stage> = None;
    for stage in stages {
        let (rises, fits) = before.map_or((true, true), |before| {
            let rises = before.at() < stage.at() && before.share <= stage.share;
            (rises, stage.at().abs_diff(before.at()).checked_mul(steps.into()).is_some())
        });
        if !rises || !fits || stage.share > TOTAL || stage.at() < row::BEFORE_ALL || stage.at() > LATEST {
            return false;
        }
        before = Some(stage);
    }
    steps <= TOTAL
}

/// A ramp that begins when dates end, and doubles every ten years, is there before.
const LATEST: i64 = 2 * row::AFTER_ALL;

/// The next instant after `now` at which the share is another.
pub(crate) fn next(stages: &[row::Stage], steps: u32, now: i64) -> Option<i64> {
    let share = level(stages, steps, now).share;
    let mut before: Option<&row::Stage> = None;
    for stage in stages {
        if stage.share > share {
            let at = stage.at();
            return Some(match before {
                Some(before) if steps > 0 => {
                    // The first step on which the share is above what it is now, and the first instant of that step.
                    let steps = u64::from(steps);
                    let (rise, more) = (stage.share - before.share, share - before.share + 1);
                    let step = (u64::from(more) * steps).div_ceil(u64::from(rise));
                    before.at().saturating_add_unsigned((step * at.abs_diff(before.at())).div_ceil(steps))
                }
                Some(_) | None => at,
            });
        }
        before = Some(stage);
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::program::row::halves;

    const HOUR: i64 = 3_600_000;

    fn stages(written: &[(i64, u32)]) -> Vec<row::Stage> {
        written.iter().map(|(at, share)| row::Stage { at: halves(at.cast_unsigned()), share: *share }).collect()
    }

    fn shares(stages: &[row::Stage], steps: u32, instants: &[i64]) -> Vec<u32> {
        instants.iter().map(|now| level(stages, steps, *now).share).collect()
    }

    #[test]
    fn twenty_percent_after_two_of_ten_hours() {
        let ramp = stages(&[(0, 0), (10 * HOUR, 1_000_000)]);
        let instants = [-1, 0, 2 * HOUR - 1, 2 * HOUR, 9 * HOUR, 10 * HOUR - 1, 10 * HOUR, 90 * HOUR];
        assert_eq!(shares(&ramp, 5, &instants), [0, 0, 0, 200_000, 800_000, 800_000, 1_000_000, 1_000_000]);
        assert_eq!(level(&ramp, 5, 9 * HOUR).step, 4);
        assert_eq!(next(&ramp, 5, -5), Some(2 * HOUR));
        assert_eq!(next(&ramp, 5, 2 * HOUR), Some(4 * HOUR));
        assert_eq!(next(&ramp, 5, 10 * HOUR), None);
    }

    #[test]
    fn a_share_jumps_at_its_stage() {
        let ramp = stages(&[(100, 10), (200, 10), (300, 40)]);
        assert_eq!(shares(&ramp, 0, &[99, 100, 250, 299, 300, 301]), [0, 10, 10, 10, 40, 40]);
        assert_eq!([99, 100, 200, 300].map(|now| level(&ramp, 0, now).step), [0, 1, 2, 3]);
        assert_eq!(
            [0, 99, 100, 299, 300].map(|now| next(&ramp, 0, now)),
            [Some(100), Some(100), Some(300), Some(300), None]
        );
    }

    #[test]
    fn steps_shorter_than_a_millisecond_and_shares_smaller_than_a_bucket() {
        let short = stages(&[(0, 0), (10, 1_000_000)]);
        assert_eq!(shares(&short, 1_000_000, &[0, 1, 9, 10]), [0, 100_000, 900_000, 1_000_000]);
        let small = stages(&[(0, 0), (1_000_000, 3)]);
        assert_eq!(shares(&small, 1_000_000, &[333_333, 333_334, 999_999, 1_000_000]), [0, 1, 2, 3]);
        assert_eq!(next(&small, 1_000_000, 0), Some(333_334));
    }

    /// Any ramp, and instants around it.
    fn ramp() -> impl Strategy<Value = (Vec<row::Stage>, u32)> {
        let stage = (1_i64..5_000_000_000, 0_u32..400_000);
        (
            prop::collection::vec(stage, 1..6),
            prop_oneof![Just(0), 1_u32..50, Just(1_000_000)],
            -5_000_000_i64..5_000_000,
        )
            .prop_map(|(rises, steps, start)| {
                let (mut at, mut share, mut written) = (start, 0, Vec::new());
                for (later, more) in rises {
                    at += later;
                    share = (share + more).min(1_000_000);
                    written.push((at, share));
                }
                (stages(&written), steps)
            })
    }

    proptest! {
        #[test]
        fn it_never_falls((ramp, steps) in ramp(), now in -10_000_000_i64..30_000_000_000, later in 0_i64..30_000_000_000) {
            prop_assert!(level(&ramp, steps, now).share <= level(&ramp, steps, now + later).share);
        }

        #[test]
        fn it_is_the_same_until_the_next_change_and_another_there((ramp, steps) in ramp(), now in -10_000_000_i64..30_000_000_000) {
            let share = level(&ramp, steps, now).share;
            match next(&ramp, steps, now) {
                Some(next) => {
                    prop_assert!(next > now);
                    prop_assert_eq!(level(&ramp, steps, next - 1).share, share);
                    prop_assert!(level(&ramp, steps, next).share > share);
                }
                None => prop_assert_eq!(level(&ramp, steps, i64::from(u32::MAX) * 1_000).share, share),
            }
        }
    }
}

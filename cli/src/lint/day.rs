//! Days as people write them where they say until when something holds: `2027-03-01`, or an instant.

use jiff::Timestamp;
use jiff::civil::Date;

const DAY: i64 = 86_400_000;

/// When a day in UTC begins and ends, in epoch milliseconds; an instant is both.
pub(super) fn bounds(written: &str) -> Option<(i64, i64)> {
    // A date with a time reads as a day, too.
    let is_day = written.len() == 10 && written.parse::<Date>().is_ok();
    let instant = if is_day { format!("{written}T00:00:00Z").parse() } else { written.parse::<Timestamp>() };
    let begin = instant.ok()?.as_millisecond();
    Some((begin, if is_day { begin.saturating_add(DAY) } else { begin }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_lasts_a_day_and_an_instant_no_time() {
        assert_eq!(bounds("1970-01-02"), Some((DAY, 2 * DAY)));
        assert_eq!(bounds("1970-01-02T00:00:00+01:00"), Some((DAY - 3_600_000, DAY - 3_600_000)));
        assert_eq!(bounds("1970-01-32"), None);
        assert_eq!(bounds("next spring"), None);
    }
}

//! Instants: RFC 3339 date-times with an offset, and epoch milliseconds.

/// The farthest instant from 1970 that ECMAScript's `Date` can hold, in milliseconds.
pub(crate) const FARTHEST: i64 = 8_640_000_000_000_000;
const FARTHEST_NUMBER: f64 = 8.64e15;

/// Epoch milliseconds of an RFC 3339 date-time; digits past the millisecond are dropped. `None` when unreadable.
pub(crate) fn parse(text: &[u8]) -> Option<i64> {
    with_offset(text).map(|(milliseconds, _)| milliseconds)
}

/// The same with its offset, in minutes east of UTC.
pub(crate) fn with_offset(text: &[u8]) -> Option<(i64, i64)> {
    let (date, rest) = text.split_at_checked(10)?;
    let (mark, rest) = rest.split_first()?;
    if !mark.eq_ignore_ascii_case(&b'T') {
        return None;
    }
    let (time, rest) = rest.split_at_checked(8)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else {
        return None;
    };
    let [h1, h2, b':', n1, n2, b':', s1, s2] = time else {
        return None;
    };
    let year = digits(&[*y1, *y2, *y3, *y4])?;
    let (month, day) = (digits(&[*m1, *m2])?, digits(&[*d1, *d2])?);
    let (hour, minute, second) = (digits(&[*h1, *h2])?, digits(&[*n1, *n2])?, digits(&[*s1, *s2])?);
    if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (fraction, rest) = fraction(rest)?;
    let offset = offset(rest)?;
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60;
    Some((seconds * 1_000 + fraction, offset))
}

/// Epoch milliseconds as a number; a fraction is dropped toward the past.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
pub(crate) fn from_number(number: f64) -> Option<i64> {
    (number.abs() <= FARTHEST_NUMBER).then(|| number.floor() as i64)
}

/// The nearest instant that a date can have.
pub(crate) fn bounded(milliseconds: i64) -> i64 {
    milliseconds.clamp(-FARTHEST, FARTHEST)
}

/// The instant that a host means by a number: a fraction is dropped toward the past, one too far away is the farthest, and
/// what is no number is 1970.
#[expect(clippy::cast_possible_truncation, reason = "the range is bounded, and NaN becomes 0")]
#[inline]
pub(crate) fn clamped(number: f64) -> i64 {
    number.floor().clamp(-FARTHEST_NUMBER, FARTHEST_NUMBER) as i64
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

/// `.` and at least one digit, as milliseconds; none is 0.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(text) = text.strip_prefix(b".") else {
        return Some((0, text));
    };
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (written, rest) = text.split_at_checked(end)?;
    if written.is_empty() {
        return None;
    }
    let milliseconds = [100, 10, 1].iter().zip(written).map(|(worth, digit)| worth * i64::from(digit - b'0')).sum();
    Some((milliseconds, rest))
}

/// `Z` or `±hh:mm`, as minutes east of UTC.
fn offset(text: &[u8]) -> Option<i64> {
    match text {
        [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            let east = hours * 60 + minutes;
            (hours <= 23 && minutes <= 59).then_some(if *sign == b'-' { -east } else { east })
        }
        _ => None,
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar, by counting in eras of 400 years that begin in March
/// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-24T08:00:00Z", 1_795_507_200_000),
            ("2026-11-24t10:00:00.1239+02:00", 1_795_507_200_123),
            ("1969-12-31T23:59:59.9999z", -1),
            ("2000-02-29T00:00:00-00:00", 951_782_400_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ] {
            assert_eq!(parse(text.as_bytes()), Some(milliseconds), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_instant_is_unreadable() {
        for text in [
            "",
            "2026-11-24",
            "2026-11-24T08:00:00",
            "2026-11-24 08:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-24T24:00:00Z",
            "2016-12-31T23:59:60Z",
            "2026-11-24T08:00:00.Z",
            "2026-11-24T08:00:00+0200",
            "2026-11-24T08:00:00+24:00",
            "2026-11-24T08:00:00ZZ",
            "+026-11-24T08:00:00Z",
            "2026-11-24T08:00Z",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_floored_and_bounded() {
        assert_eq!(from_number(1.9), Some(1));
        assert_eq!(from_number(-0.5), Some(-1));
        assert_eq!(from_number(8.64e15), Some(8_640_000_000_000_000));
        assert_eq!(from_number(8.64e15 + 2.0), None);
        assert_eq!(from_number(f64::NAN), None);
    }

    #[test]
    fn what_a_host_takes_for_an_instant_is_bounded() {
        for (number, instant) in [
            (1.9, 1),
            (-0.5, -1),
            (f64::NAN, 0),
            (f64::INFINITY, 8_640_000_000_000_000),
            (-9e300, -8_640_000_000_000_000),
        ] {
            assert_eq!(clamped(number), instant, "{number}");
        }
    }
}

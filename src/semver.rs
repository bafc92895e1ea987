//! Semantic versions and their precedence (<https://semver.org/spec/v2.0.0.html>, sections 9 to 11).

use std::cmp::Ordering;

/// A version that borrows its pre-release part; build metadata is read and forgotten, it has no precedence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version<'t> {
    core: [u64; 3],
    pre: &'t [u8],
}

impl<'t> Version<'t> {
    /// `MAJOR.MINOR.PATCH[-pre][+build]` and nothing else.
    pub(crate) fn strict(text: &'t [u8]) -> Option<Self> {
        Self::read(text, 3)
    }

    /// The same with an optional leading `v`, and minor and patch 0 where they are absent.
    #[inline]
    pub(crate) fn lenient(text: &'t [u8]) -> Option<Self> {
        Self::read(text.strip_prefix(b"v").unwrap_or(text), 1)
    }

    fn read(text: &'t [u8], least: usize) -> Option<Self> {
        let (text, build) = split_at_first(text, b'+');
        let (core, pre) = split_at_first(text, b'-');
        if build.is_some_and(|build| !identifiers(build).all(is_identifier)) {
            return None;
        }
        if pre.is_some_and(|pre| {
            !identifiers(pre).all(|one| is_identifier(one) && (!is_digits(one) || number(one).is_some()))
        }) {
            return None;
        }
        let mut numbers = [0; 3];
        let mut parts = core.split(|byte| *byte == b'.');
        for (index, place) in numbers.iter_mut().enumerate() {
            match parts.next() {
                Some(part) => *place = number(part)?,
                None if index >= least => break,
                None => return None,
            }
        }
        if parts.next().is_some() {
            return None;
        }
        Some(Self { core: numbers, pre: pre.unwrap_or_default() })
    }

    /// Precedence: numbers first; a pre-release comes before its release; identifiers one by one.
    pub(crate) fn compare(&self, other: &Version<'_>) -> Ordering {
        self.core.cmp(&other.core).then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => identifiers(self.pre).map(Precedence::of).cmp(identifiers(other.pre).map(Precedence::of)),
        })
    }
}

/// Stands for a version that isn't plain, above all that are.
pub(crate) const NOT_PLAIN: u64 = u64::MAX;

/// The plainest versions, three numbers below 2²¹, which nearly all are, as one number whose order is theirs; [`NOT_PLAIN`]
/// for others, sound or not.
#[inline]
pub(crate) fn plain(text: &[u8]) -> u64 {
    const BITS: u32 = 21;
    let (mut packed, mut number, mut digits, mut points) = (0, 0_u64, 0, 0);
    for byte in text {
        match byte {
            // No digit comes behind a leading zero.
            b'0'..=b'9' if digits == 0 || number > 0 => {
                number = number * 10 + u64::from(byte - b'0');
                digits += 1;
                if number >> BITS > 0 {
                    return NOT_PLAIN;
                }
            }
            b'.' if digits > 0 && points < 2 => {
                packed = packed << BITS | number;
                (number, digits, points) = (0, 0, points + 1);
            }
            _ => return NOT_PLAIN,
        }
    }
    if digits > 0 && points == 2 { packed << BITS | number } else { NOT_PLAIN }
}

/// The variants' order is the rule's: numeric identifiers come before others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Precedence<'t> {
    Numeric(u64),
    Text(&'t [u8]),
}

impl<'t> Precedence<'t> {
    fn of(identifier: &'t [u8]) -> Self {
        number(identifier).map_or(Self::Text(identifier), Self::Numeric)
    }
}

fn split_at_first(text: &[u8], mark: u8) -> (&[u8], Option<&[u8]>) {
    let mut halves = text.splitn(2, |byte| *byte == mark);
    (halves.next().unwrap_or_default(), halves.next())
}

fn identifiers(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'.')
}

fn is_identifier(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn is_digits(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

/// Decimal digits without a leading zero, up to `u64::MAX`.
#[inline]
fn number(text: &[u8]) -> Option<u64> {
    if !is_digits(text) || (text.len() > 1 && text.first() == Some(&b'0')) {
        return None;
    }
    // Nineteen digits can't overflow, and WebAssembly has no instruction that would notice.
    if text.len() < 20 {
        return Some(text.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0')));
    }
    text.iter().try_fold(0_u64, |value, digit| value.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_the_specifications_example() {
        let ascending = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "2.0.0",
            "2.1.0",
            "2.1.1",
        ];
        for (index, low) in ascending.iter().enumerate() {
            for (other, high) in ascending.iter().enumerate() {
                let (low, high) = (Version::strict(low.as_bytes()), Version::strict(high.as_bytes()));
                assert_eq!(low.unwrap().compare(&high.unwrap()), index.cmp(&other));
            }
        }
    }

    #[test]
    fn the_lenient_form_fills_in_zeros() {
        for (text, same) in [("v1", "1.0.0"), ("1.2", "1.2.0"), ("v1.2.3+b.1", "1.2.3"), ("1-rc.1", "1.0.0-rc.1")] {
            let read = Version::lenient(text.as_bytes()).unwrap();
            assert_eq!(read.compare(&Version::strict(same.as_bytes()).unwrap()), Ordering::Equal, "{text}");
        }
    }

    #[test]
    fn plain_versions_are_what_they_are_otherwise() {
        let plainly = ["0.0.0", "0.0.1", "0.2.0", "1.0.0", "1.2.3", "1.10.0", "10.2.30", "2097151.2097151.2097151"];
        for (index, low) in plainly.iter().enumerate() {
            assert_ne!(plain(low.as_bytes()), NOT_PLAIN, "{low}");
            for (other, high) in plainly.iter().enumerate() {
                assert_eq!(plain(low.as_bytes()).cmp(&plain(high.as_bytes())), index.cmp(&other), "{low} {high}");
            }
        }
        for text in [
            "",
            "1",
            "1.2",
            "1.2.",
            "1..2",
            "01.2.3",
            "1.2.03",
            "1.2.3.4",
            "1.2.3-a",
            "1.2.3+b",
            "2097152.0.0",
            "v1.2.3",
        ] {
            assert_eq!(plain(text.as_bytes()), NOT_PLAIN, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_version_is_unreadable() {
        for text in [
            "",
            "v",
            "vv1",
            "V1",
            "01.2.3",
            "1.2.3.4",
            "1..2",
            "1.2.3-",
            "1.2.3-01",
            "1.2.3+",
            "1.2.3-a..b",
            "1.2.3 ",
            "18446744073709551616.0.0",
            "1.2.3-18446744073709551616",
            "1.2.3-ä",
            "-1.0.0",
        ] {
            assert!(Version::lenient(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Version::strict(b"1.2").is_none());
        assert!(Version::strict(b"v1.2.3").is_none());
        assert!(Version::strict(b"18446744073709551615.0.0").is_some());
    }
}

//! How many may see something else before it is a finding: `5%`, `new-checkout=1%`.

use std::str::FromStr;

use crate::wilson::wilson;
use serde::Serialize;

/// A share of the contexts, of one flag or of all that have no limit of their own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limit {
    pub(super) flag: Option<String>,
    pub(super) percent: f64,
}

/// A limit, and what was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Judged {
    /// Absent for the limit of all flags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) flag: Option<String>,
    /// In percent.
    pub(super) limit: f64,
    /// In percent.
    pub(super) found: f64,
    pub(super) exceeded: bool,
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(written: &str) -> Result<Self, Self::Err> {
        // A key may have an equals sign in it, a share hasn't.
        let (flag, share) = match written.rsplit_once('=') {
            Some((flag, share)) => (Some(flag.to_owned()), share),
            None => (None, written),
        };
        let percent = share.strip_suffix('%').and_then(|number| number.trim_end().parse::<f64>().ok());
        match percent.filter(|percent| (0.0..=100.0).contains(percent)) {
            Some(percent) => Ok(Self { flag, percent }),
            None => Err("expected a share from 0% to 100%, such as `5%` or `new-checkout=1%`".to_owned()),
        }
    }
}

impl Limit {
    /// Whether `moved` of `total` contexts are more than it allows.
    #[expect(clippy::cast_precision_loss, reason = "nobody counts as many contexts")]
    pub(super) fn judge(&self, moved: u64, total: u64) -> Judged {
        // Products rather than a quotient: 5 of 100 are not more than 5 %.
        let exceeded = moved as f64 * 100.0 > self.percent * total as f64;
        Judged { flag: self.flag.clone(), limit: self.percent, found: percent(moved, total), exceeded }
    }
}

/// A share in percent; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "nobody counts as many contexts")]
pub(super) fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// Where the share of a whole population lies, in percent, in 95 of 100 samples like this one.
pub(super) fn interval(part: u64, whole: u64) -> [f64; 2] {
    wilson(part, whole).map(|end| end * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_share_of_a_flag_or_of_all() {
        let limit = |flag: Option<&str>, percent| Ok(Limit { flag: flag.map(str::to_owned), percent });
        assert_eq!("5%".parse(), limit(None, 5.0));
        assert_eq!("0.5 %".parse(), limit(None, 0.5));
        assert_eq!("a=b=1%".parse(), limit(Some("a=b"), 1.0));
        for wrong in ["5", "%", "a=", "101%", "-1%", "NaN%", "a=5"] {
            assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn as_many_as_allowed_are_not_too_many() {
        let limit = Limit { flag: None, percent: 5.0 };
        assert!(!limit.judge(5, 100).exceeded);
        assert!(limit.judge(50_001, 1_000_000).exceeded);
        assert!(!Limit { flag: None, percent: 0.0 }.judge(0, 10).exceeded);
    }

    #[test]
    fn an_interval_is_wilson_s() {
        // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (part, whole, expected) in
            [(81, 263, [25.53, 36.62]), (15, 148, [6.24, 16.05]), (0, 20, [0.0, 16.11]), (1, 29, [0.61, 17.18])]
        {
            let found = interval(part, whole);
            for (found, expected) in found.iter().zip(expected) {
                assert!((found - expected).abs() < 0.01, "{part} of {whole}: {found} and {expected}");
            }
        }
    }
}

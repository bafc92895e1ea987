//! Freezes: whether hosts keep the snapshot that they have, come what may.

use crate::program::Program;
use crate::{date, window};

/// Windows that follow on one another are looked through so far.
const JOINED: usize = 1_000;

impl Program {
    /// When the freeze ends that the snapshot is in at an instant, in epoch milliseconds; `None` where it is in none. A host that
    /// has the snapshot then takes no other before, but for flags that are switched off and alarms.
    #[must_use]
    pub fn frozen_until(&self, now: i64) -> Option<i64> {
        let (windows, mut until) = (self.freezes(), date::bounded(now));
        if !window::is_open(windows, until) {
            return None;
        }
        for _ in 0..JOINED {
            until = window::next(windows, until)?;
            if !window::is_open(windows, until) {
                break;
            }
        }
        Some(until)
    }
}

#[cfg(all(test, feature = "json"))]
#[expect(clippy::unwrap_used, reason = "a test that fails panics")]
mod tests {
    use crate::Program;

    fn program(freeze: &str) -> Program {
        let snapshot = ["{\"schemaVersion\":1,\"revision\":\"r\",\"freeze\":", freeze, ",\"flags\":{}}"].concat();
        Program::load(snapshot.as_bytes()).unwrap()
    }

    #[test]
    fn a_freeze_ends_with_its_window() {
        let program = program(r#"[{"from":1000,"until":2000},{"from":2000,"until":3000},{"from":5000,"until":6000}]"#);
        let instants = [0, 999, 1000, 1999, 2000, 2999, 3000, 5500, 6000];
        let ends = [None, None, Some(3000), Some(3000), Some(3000), Some(3000), None, Some(6000), None];
        assert_eq!(instants.map(|now| program.frozen_until(now)), ends);
    }

    #[test]
    fn it_recurs() {
        let day = 86_400_000;
        let program = program(r#"{"from":3600000,"until":7200000,"repeat":{"every":"day","times":3}}"#);
        assert_eq!(program.frozen_until(2 * day + 3_600_000), Some(2 * day + 7_200_000));
        assert_eq!(program.frozen_until(3 * day + 3_600_000), None);
        assert_eq!(program.frozen_until(i64::MAX), None);
    }

    #[test]
    fn one_without_an_end_never_ends() {
        assert!(program(r#"{"from":5}"#).frozen_until(10).is_none_or(|until| until > 8_000_000_000_000_000));
    }
}

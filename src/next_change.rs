//! When a decision could next be another by time alone, so that a host can ask again exactly then.

use crate::program::{FlagBlock, Program, row};
use crate::{date, ramp, switchback, window};

impl Program {
    /// The next instant after `now` at which some flag's decision could be another though nothing else changes, in epoch
    /// milliseconds; `None` where time changes nothing any more. No decision changes before it; at it, one may. Linear in
    /// the rules of all flags and their holdouts.
    #[must_use]
    pub fn next_change(&self, now: i64) -> Option<i64> {
        let (now, mut next) = (date::bounded(now), None);
        for flag in 0..self.len() {
            if let Some(flag) = self.flag(flag) {
                next = earlier(next, self.next_of(flag, now));
            }
        }
        next
    }

    /// The same for one flag, with the flags that it needs; `None` for an unknown or refused flag.
    #[must_use]
    pub fn next_change_of(&self, flag: &str, now: i64) -> Option<i64> {
        self.next_change_at(self.find(flag)?, date::bounded(now))
    }

    #[inline(never)]
    pub(crate) fn next_change_at(&self, flag: u32, now: i64) -> Option<i64> {
        let flags = self.with_parents(flag).into_iter().filter_map(|flag| self.flag(flag));
        flags.fold(None, |next, flag| earlier(next, self.next_of(flag, now)))
    }

    /// Of the flag's own rules, and of the holdouts that cover it.
    fn next_of(&self, flag: FlagBlock<'_>, now: i64) -> Option<i64> {
        let mut next = None;
        if flag.row.timed() {
            for rule in flag.rules() {
                if let Some(timing) = flag.timing(rule) {
                    // What is beyond every date is never.
                    next = earlier(next, next_of_rule(flag, timing, now).filter(|at| *at < row::AFTER_ALL));
                }
            }
            for guardrail in flag.guardrails() {
                for end in [guardrail.from(), guardrail.until()] {
                    if guardrail.is_raised() && now < end && end < row::AFTER_ALL {
                        next = earlier(next, Some(end));
                    }
                }
            }
            for holdout in flag.holdouts() {
                let until = self.holdout(*holdout).and_then(|holdout| holdout.row.until());
                next = earlier(next, until.filter(|until| now < *until));
            }
        }
        next
    }
}

fn next_of_rule(flag: FlagBlock<'_>, timing: &row::Timing, now: i64) -> Option<i64> {
    let windows = flag.block.list(timing.windows);
    let next = window::next(windows, now);
    if !windows.is_empty() && !window::is_open(windows, now) {
        return next;
    }
    let next = earlier(next, ramp::next(flag.block.list(timing.stages), timing.steps, now));
    if timing.slot == 0 {
        return next;
    }
    earlier(next, Some(switchback::begin(switchback::slot(now, timing.slot) + 1, timing.slot)))
}

fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

//! Whether one value can pass some tests and none of others.
//!
//! For each kind of value there is a list of candidates, such that if any value passes, a candidate does; the [`Judge`] says
//! what the tests say of each. Text has no such list but where something narrows it down: values that are named, versions,
//! dates, addresses. Where nothing does, the answer is yes.

use tidegate::Json;

use super::addresses;
use super::formula::Test;
use super::judge::Judge;
use super::versions;
use super::view::list;

pub(crate) struct Values<'a> {
    pub(crate) tests: &'a [Test<'a>],
    pub(crate) judge: &'a Judge,
}

impl Values<'_> {
    /// Whether there may be a value, no list, that passes every test of `matched` and none of `missed`.
    pub(crate) fn has_one(&self, matched: &[usize], missed: &[usize]) -> bool {
        self.has_boolean(matched, missed) || self.has_number(matched, missed) || self.has_text(matched, missed)
    }

    fn test(&self, number: usize) -> Option<&Test<'_>> {
        self.tests.get(number)
    }

    fn passes(&self, value: &Json, matched: &[usize], missed: &[usize]) -> bool {
        matched.iter().all(|test| self.judge.matches(*test, value))
            && !missed.iter().any(|test| self.judge.matches(*test, value))
    }

    fn has_boolean(&self, matched: &[usize], missed: &[usize]) -> bool {
        let can_match = |test: &Test<'_>| operands(test).iter().any(|value| matches!(value, Json::Bool(_)));
        self.all(matched, can_match)
            && [true, false].into_iter().any(|value| self.passes(&value.into(), matched, missed))
    }

    /// Between two numbers that tests name, all numbers are alike: one beside each is enough.
    fn has_number(&self, matched: &[usize], missed: &[usize]) -> bool {
        let can_match = |test: &Test<'_>| match test.operator {
            "lt" | "lte" | "gt" | "gte" | "before" | "after" => true,
            _ => operands(test).iter().any(|value| matches!(value, Json::Number(_))),
        };
        if !self.all(matched, can_match) {
            return false;
        }
        let mut named = vec![f64::MIN, f64::MAX, 0.0];
        for test in matched.iter().chain(missed).filter_map(|test| self.test(*test)) {
            if is_date(test) {
                // An instant that can't be told could be any.
                let Some(instant) = instant(test.value) else { return true };
                named.extend([instant, instant + 1.0, FARTHEST, -FARTHEST]);
            } else {
                named.extend(operands(test).iter().filter_map(|value| value.as_number()));
            }
        }
        named.into_iter().any(|number| {
            [number, number.next_up(), number.next_down()]
                .into_iter()
                .any(|number| number.is_finite() && self.passes(&number.into(), matched, missed))
        })
    }

    fn has_text(&self, matched: &[usize], missed: &[usize]) -> bool {
        let can_match = |test: &Test<'_>| match test.operator {
            "lt" | "lte" | "gt" | "gte" => false,
            "eq" | "in" => operands(test).iter().any(|value| matches!(value, Json::String(_))),
            _ => true,
        };
        self.all(matched, can_match)
            && self.has_named_text(matched, missed)
            && self.has_readable(is_version, versions::candidates, matched, missed)
            && self.has_date(matched, missed)
            && self.has_readable(|test| test.operator == "inCidr", addresses::candidates, matched, missed)
            && !self.is_excluded(matched, missed)
    }

    /// Of texts that are named one by one, one must do.
    fn has_named_text(&self, matched: &[usize], missed: &[usize]) -> bool {
        let named = |ignores_case: bool| {
            let is_wanted = |test: &&Test<'_>| is_equality(test) && test.ignore_case == ignores_case;
            let tests = matched.iter().filter_map(|test| self.test(*test)).filter(is_wanted);
            tests.map(operands).min_by_key(|values| values.len())
        };
        if let Some(values) = named(false) {
            return values.iter().any(|value| matches!(value, Json::String(_)) && self.passes(value, matched, missed));
        }
        let Some(values) = named(true) else { return true };
        // Any writing of them may be meant, so only what takes all of them alike is asked.
        let [matched, missed] = [matched, missed].map(|tests| self.only(tests, ignores_case));
        values.iter().any(|value| matches!(value, Json::String(_)) && self.passes(value, &matched, &missed))
    }

    /// Whether what tests of one kind ask of a text can be had, the others left out.
    fn has_readable(
        &self,
        is_kind: impl Fn(&Test<'_>) -> bool,
        candidates: impl Fn(&[&Json]) -> Option<Vec<String>>,
        matched: &[usize],
        missed: &[usize],
    ) -> bool {
        let [matched, missed] = [matched, missed].map(|tests| self.only(tests, &is_kind));
        if matched.is_empty() {
            return true;
        }
        let tests = matched.iter().chain(&missed).filter_map(|test| self.test(*test));
        let values: Vec<&Json> = tests.map(|test| test.value).collect();
        let Some(candidates) = candidates(&values) else { return true };
        candidates.into_iter().any(|text| self.passes(&text.into(), &matched, &missed))
    }

    /// Every instant that a text can name is a number, too.
    fn has_date(&self, matched: &[usize], missed: &[usize]) -> bool {
        let [matched, missed] = [matched, missed].map(|tests| self.only(tests, is_date));
        matched.is_empty() || self.has_number(&matched, &missed)
    }

    /// Whether a text that passes one of `matched` must match one of `missed`: the same test, or a part of what the text
    /// has in it for certain.
    fn is_excluded(&self, matched: &[usize], missed: &[usize]) -> bool {
        let implies = |certain: usize, other: usize| {
            if certain == other {
                return true;
            }
            let (Some(certain), Some(asked)) = (self.test(certain), self.test(other)) else { return false };
            let carries_over = match (certain.operator, asked.operator) {
                ("startsWith", "startsWith" | "contains") | ("endsWith", "endsWith" | "contains") => true,
                (before, after) => before == "contains" && after == "contains",
            };
            carries_over && (asked.ignore_case || !certain.ignore_case) && self.judge.matches(other, certain.value)
        };
        matched.iter().any(|certain| missed.iter().any(|other| implies(*certain, *other)))
    }

    fn all(&self, tests: &[usize], holds: impl Fn(&Test<'_>) -> bool) -> bool {
        tests.iter().filter_map(|test| self.test(*test)).all(holds)
    }

    fn only(&self, tests: &[usize], is_kind: impl Fn(&Test<'_>) -> bool) -> Vec<usize> {
        tests.iter().copied().filter(|test| self.test(*test).is_some_and(&is_kind)).collect()
    }
}

/// The farthest instant from 1970 that is a date, in milliseconds.
const FARTHEST: f64 = 8.64e15;

/// What `eq` and `in` compare with, and numbers.
fn operands<'t>(test: &Test<'t>) -> &'t [Json] {
    match test.operator {
        "in" => list(Some(test.value)),
        "eq" | "lt" | "lte" | "gt" | "gte" => std::slice::from_ref(test.value),
        _ => &[],
    }
}

fn is_equality(test: &Test<'_>) -> bool {
    matches!(test.operator, "eq" | "in")
}

fn is_version(test: &Test<'_>) -> bool {
    test.operator.starts_with("semver")
}

fn is_date(test: &Test<'_>) -> bool {
    matches!(test.operator, "before" | "after")
}

/// Whether it says the same of a text however its letters A to Z are written. A pattern may turn that off in its middle.
fn ignores_case(test: &Test<'_>) -> bool {
    test.ignore_case && test.operator != "matches"
}

/// Epoch milliseconds of a date, rounded toward the past; `None` for one that can't be told.
pub(super) fn instant(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => Some(number.floor()),
        Json::String(text) => {
            let instant: jiff::Timestamp = text.parse().ok()?;
            let milliseconds = i64::try_from(instant.as_nanosecond().div_euclid(1_000_000)).ok()?;
            #[expect(clippy::cast_precision_loss, reason = "instants of a date are far below 2^53")]
            Some(milliseconds as f64)
        }
        _ => None,
    }
}

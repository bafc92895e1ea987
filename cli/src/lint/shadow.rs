//! Rules that come too late: whoever they would apply to is taken by rules before them.

use std::collections::{BTreeMap, BTreeSet};

use super::formula::Node;
use super::solver::Solver;
use super::study::{Idle, RuleStudy};

/// Comparisons of two rules that a flag gets; what is behind them isn't looked at.
const COMPARISONS: usize = 4_000;
/// Rules that are held together against one.
const TOGETHER: usize = 40;

/// Marks rules that are shadowed. Rules are compared only where they ask for the same thing, and those that stand next
/// before come first.
pub(crate) fn find(rules: &mut [RuleStudy<'_>], solver: &Solver<'_>) {
    let mut left = COMPARISONS;
    // The rules that ask about something, by what it is; those for all stand under nothing.
    let mut about: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for late in 0..rules.len() {
        let (before, rest) = rules.split_at_mut(late);
        let Some(rule) = rest.first_mut() else { return };
        if rule.idle.is_some() {
            continue;
        }
        let asked = rule.condition.map(|condition| solver.formulas.asked(condition)).unwrap_or_default();
        let keys = asked.iter().copied().map(Some).chain([None]);
        let near: BTreeSet<usize> = keys.flat_map(|key| about.get(&key).into_iter().flatten().copied()).collect();
        let mut earlier: Vec<usize> =
            near.into_iter().rev().filter(|index| before.get(*index).is_some_and(|early| takes(early, rule))).collect();
        earlier.truncate(left);
        left -= earlier.len();
        let condition =
            |index: usize| before.get(index).and_then(|early| early.condition.filter(|_| !early.is_for_all));
        rule.idle = shadow(rule.condition, &earlier, condition, solver).map(Idle::Shadowed);
        if rule.idle.is_some() {
            continue;
        }
        if rule.is_for_all {
            about.entry(None).or_default().push(late);
        } else {
            asked.into_iter().for_each(|one| about.entry(Some(one)).or_default().push(late));
        }
    }
}

/// The earlier rules that leave nobody to `late`.
fn shadow(
    late: Option<Node>,
    earlier: &[usize],
    condition: impl Fn(usize) -> Option<Node>,
    solver: &Solver<'_>,
) -> Option<Vec<usize>> {
    let wanted = |index: usize| condition(index).map(|condition| (condition, false));
    let own: Vec<_> = late.map(|condition| (condition, true)).into_iter().collect();
    for index in earlier {
        let Some(wanted) = wanted(*index) else { return Some(vec![*index]) };
        if solver.is_never(&[own.as_slice(), &[wanted]].concat()) {
            return Some(vec![*index]);
        }
    }
    let together = earlier.get(..TOGETHER).unwrap_or(earlier);
    if together.len() < 2 {
        return None;
    }
    let all: Vec<_> = own.iter().copied().chain(together.iter().filter_map(|index| wanted(*index))).collect();
    if !solver.is_never(&all) {
        return None;
    }
    // Those without which it is still so have no part in it.
    let mut needed = together.to_vec();
    for index in together {
        let fewer: Vec<usize> = needed.iter().copied().filter(|other| other != index).collect();
        let all: Vec<_> = own.iter().copied().chain(fewer.iter().filter_map(|index| wanted(*index))).collect();
        if solver.is_never(&all) {
            needed = fewer;
        }
    }
    needed.sort_unstable();
    Some(needed)
}

/// Whether an earlier rule takes everyone whom the later one would, as far as that isn't up to their conditions.
fn takes(early: &RuleStudy<'_>, late: &RuleStudy<'_>) -> bool {
    let shares_bucket = early.rule.salt() == late.rule.salt() && early.rule.unit() == late.rule.unit();
    let is_share_within = early.least() >= 100.0 || (shares_bucket && early.least() >= late.most());
    let is_lane_same = early.rule.lane().is_none_or(|lane| late.rule.lane() == Some(lane));
    early.idle.is_none() && !early.has_window() && is_share_within && is_lane_same
}

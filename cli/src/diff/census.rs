//! Both snapshots decide every context, and what differs is counted.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use anyhow::Result;
use foldhash::fast::RandomState;
use serde::Serialize;
use tidegate::{Answer, Context, Decision, ErrorCode, Json, Program};

use super::definitions::same;
use super::words;
use crate::contexts::{Contexts, Read, Row, fold};

/// How many examples are kept of each way.
pub(super) const EXAMPLES: usize = 3;

/// A flag that is counted.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) flag: String,
    /// A flag that wasn't there moves nobody: whoever asks for it is new, too.
    pub(super) is_added: bool,
    /// Whether it counts for the limit that holds for all.
    pub(super) is_general: bool,
    /// The attribute paths of its unit.
    pub(super) unit: Vec<String>,
}

/// What was counted of all contexts.
pub(super) struct Census<'p> {
    /// Contexts that get another value of some flag.
    pub(super) moved: u64,
    /// The same without the flags that have a limit of their own.
    pub(super) moved_in_general: u64,
    /// Contexts that get the same values, but for another reason, of some flag.
    pub(super) told: u64,
    /// By flag, as they were asked: the ways that contexts went, in an order that is always the same.
    pub(super) flags: Vec<Vec<Way<'p>>>,
}

/// What one thread has counted.
struct Counts<'p> {
    moved: u64,
    moved_in_general: u64,
    told: u64,
    flags: Vec<HashMap<(Answer, Answer), Way<'p>, RandomState>>,
}

/// From one decision to another.
pub(super) struct Way<'p> {
    pub(super) before: Decision<'p>,
    pub(super) after: Decision<'p>,
    pub(super) kind: WayKind,
    pub(super) count: u64,
    /// The first ones.
    pub(super) examples: Vec<Example>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum WayKind {
    /// Another value is served.
    Moved,
    /// The same value, by another rule, for another reason, or under another variant's name.
    #[serde(rename = "otherReason")]
    Told,
    /// The flag wasn't there before.
    New,
    /// The same.
    Same,
}

/// A context that went that way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Example {
    /// Which context it is, from 1.
    pub(super) number: u64,
    pub(super) line: u64,
    /// The text of the flag's unit, where the context has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<String>,
}

/// Counts all contexts at the instant `at`, in epoch milliseconds.
///
/// # Errors
/// The contexts can't be read.
pub(super) fn census<'p>(
    before: &'p Program,
    after: &'p Program,
    asked: &[Asked],
    at: i64,
    contexts: Contexts,
    skip_bad: bool,
) -> Result<(Census<'p>, Read)> {
    let new =
        || Counts { moved: 0, moved_in_general: 0, told: 0, flags: asked.iter().map(|_| HashMap::default()).collect() };
    let step = |counts: &mut Counts<'p>, row: Row| counts.add(before, after, asked, at, row);
    let (counts, read) = fold(contexts, skip_bad, new, step, Counts::and)?;
    let Counts { moved, moved_in_general, told, flags } = counts;
    let flags = flags.into_iter().map(|ways| sorted(ways.into_values().collect())).collect();
    Ok((Census { moved, moved_in_general, told, flags }, read))
}

/// Those that move most contexts first; equals by what they are.
fn sorted(mut ways: Vec<Way<'_>>) -> Vec<Way<'_>> {
    let side = |decision: &Decision<'_>| {
        let error = decision.error.map(ErrorCode::name);
        [decision.variant, Some(decision.reason.name()), decision.rule, decision.holdout, error]
            .map(|name| name.map(str::to_owned))
    };
    ways.sort_by_cached_key(|way| (way.kind, Reverse(way.count), side(&way.before), side(&way.after)));
    ways
}

impl<'p> Counts<'p> {
    fn add(&mut self, before: &'p Program, after: &'p Program, asked: &[Asked], at: i64, row: Row) {
        let Row { number, line, context } = row;
        let context = context.at(at);
        let (mut then, mut now) = (before.bind(&context), after.bind(&context));
        let (mut moved, mut moved_in_general, mut told) = (false, false, false);
        for (asked, ways) in asked.iter().zip(&mut self.flags) {
            let answers = (then.answer(&asked.flag), now.answer(&asked.flag));
            let way = ways
                .entry(answers)
                .or_insert_with(|| Way::new(then.decide(&asked.flag), now.decide(&asked.flag), asked.is_added));
            way.count += 1;
            // Every thread meets its rows in their order, so the first of all are among each one's first.
            if way.examples.len() < EXAMPLES && matches!(way.kind, WayKind::Moved | WayKind::Told) {
                way.examples.push(Example { number, line, unit: unit(&context, &asked.unit) });
            }
            match way.kind {
                WayKind::Moved => {
                    moved = true;
                    moved_in_general |= asked.is_general;
                }
                WayKind::Told => told = true,
                WayKind::New | WayKind::Same => {}
            }
        }
        self.moved += u64::from(moved);
        self.moved_in_general += u64::from(moved_in_general);
        self.told += u64::from(told && !moved);
    }

    fn and(mut self, other: Self) -> Self {
        self.moved += other.moved;
        self.moved_in_general += other.moved_in_general;
        self.told += other.told;
        for (ways, others) in self.flags.iter_mut().zip(other.flags) {
            for (answers, other) in others {
                match ways.entry(answers) {
                    Entry::Occupied(mut known) => known.get_mut().add(other),
                    Entry::Vacant(place) => {
                        place.insert(other);
                    }
                }
            }
        }
        self
    }
}

impl<'p> Way<'p> {
    fn new(before: Decision<'p>, after: Decision<'p>, is_added: bool) -> Self {
        let kind = if is_added {
            WayKind::New
        } else if !is_same(before.value(), after.value()) {
            WayKind::Moved
        } else if (before.variant, before.reason, before.rule, before.holdout, before.error)
            == (after.variant, after.reason, after.rule, after.holdout, after.error)
        {
            WayKind::Same
        } else {
            WayKind::Told
        };
        Self { before, after, kind, count: 0, examples: Vec::new() }
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.examples.extend(other.examples);
        self.examples.sort();
        self.examples.truncate(EXAMPLES);
    }
}

/// Whether a caller sees no difference. Of a decision that is an error it sees the fallback, which nobody knows here.
fn is_same(before: Option<Json>, after: Option<Json>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => same(&before, &after),
        (None, None) => true,
        _ => false,
    }
}

/// The text of a unit; absent where the context lacks a part of it.
fn unit(context: &Context, paths: &[String]) -> Option<String> {
    let parts: Option<Vec<String>> = paths.iter().map(|path| context.get(path).map(words::id)).collect();
    parts.map(|parts| parts.join(" + "))
}

impl Census<'_> {
    /// The contexts that get another value of a flag, by its position.
    pub(super) fn moved_of(&self, flag: usize) -> u64 {
        let ways = self.flags.get(flag).map(Vec::as_slice).unwrap_or_default();
        ways.iter().filter(|way| way.kind == WayKind::Moved).map(|way| way.count).sum()
    }
}

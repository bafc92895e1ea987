//! Contexts that are given instead of ids: their decisions are counted by context, and what their units are hashed to by unit,
//! since one unit may be in many contexts and falls into the same bucket in each.

use std::collections::HashSet;

use anyhow::Result;
use jiff::Timestamp;
use tidegate::bucket::{self, Purpose, TOTAL};
use tidegate::{Answer, Context, Draw, Drawer, Json, Program, Reason, limits};

use super::count::{Counted, due};
use super::draws::{Cut, Drawn, Owned, drawn, groups, split};
use super::pairs::Pairs;
use super::population::Flag;
use super::tally::Tally;
use crate::contexts::{Contexts, Read, Row, fold};

/// What was counted.
pub(super) struct Given<'p> {
    pub(super) counted: Counted,
    pub(super) arms: Vec<Cut<'p>>,
    pub(super) drawn: Vec<Drawn<'p>>,
    pub(super) read: Read,
}

/// Decides every flag for every context at every instant that can matter. Keeps 64 bits of each different unit of a draw.
///
/// # Errors
/// The contexts can't be read.
pub(super) fn count<'p>(
    program: &'p Program,
    flags: &[Flag<'p>],
    contexts: Contexts,
    skip_bad: bool,
    instants: &[Timestamp],
) -> Result<Given<'p>> {
    let instants: Vec<i64> = instants.iter().map(|at| at.as_millisecond()).collect();
    let now = instants.last().copied().unwrap_or_default();
    let due = due(program, flags, &instants);
    let is_same = |one: &Draw<'_>, other: &Draw<'_>| {
        (one.purpose, one.salt(), &one.unit) == (other.purpose, other.salt(), &other.unit)
    };
    let groups = groups(program, flags, now, is_same);
    let splits = splits(program, flags, now);
    let pass = Pass { program, flags, instants: &instants, due: &due, groups: &groups, splits: &splits };
    let (sums, read) =
        fold(contexts, skip_bad, || pass.sums(), |sums, row: Row| pass.add(sums, &row.context), Sums::and)?;
    let Sums { tallies, arms, buckets } = sums;
    let mut series: Vec<Vec<Tally>> = flags.iter().map(|_| Vec::new()).collect();
    for tallies in tallies {
        for (series, tally) in series.iter_mut().zip(tallies) {
            let tally = tally.or_else(|| series.last().cloned());
            series.extend(tally);
        }
    }
    let arms = splits.into_iter().zip(arms).map(|(Split { flag, draw, .. }, units)| {
        let counts: Vec<u64> = units.iter().map(|units| u64::try_from(units.len()).unwrap_or(u64::MAX)).collect();
        split(flag, &draw, &counts)
    });
    let drawn = groups.iter().zip(buckets).filter_map(|(group, units)| drawn(group, &histogram(&units)));
    Ok(Given {
        arms: arms.collect(),
        drawn: drawn.collect(),
        counted: Counted { series, pairs: Pairs::default() },
        read,
    })
}

/// A rule that splits.
struct Split<'a, 'p> {
    flag: &'a Flag<'p>,
    /// The rule's position.
    rule: usize,
    draw: Draw<'p>,
}

fn splits<'a, 'p>(program: &'p Program, flags: &'a [Flag<'p>], now: i64) -> Vec<Split<'a, 'p>> {
    let of_flag = |flag: &'a Flag<'p>| {
        let draws = program.draws(flag.key, now).into_iter().filter(|draw| draw.purpose == Purpose::Split);
        draws.filter_map(move |draw| {
            let Drawer::Rule(id) = draw.drawer else { return None };
            Some(Split { flag, rule: flag.rules.iter().position(|rule| *rule == id)?, draw })
        })
    };
    flags.iter().flat_map(of_flag).collect()
}

struct Pass<'a, 'p> {
    program: &'p Program,
    flags: &'a [Flag<'p>],
    instants: &'a [i64],
    /// By instant, by flag.
    due: &'a [Vec<bool>],
    groups: &'a [Vec<Owned<'p>>],
    splits: &'a [Split<'a, 'p>],
}

/// What one core counts.
struct Sums {
    /// By instant, by flag, where it is due.
    tallies: Vec<Vec<Option<Tally>>>,
    /// By split, by variant: hashes of the units.
    arms: Vec<Vec<HashSet<u64>>>,
    /// By group of draws: hashes of the units, with their buckets in the lowest bits.
    buckets: Vec<HashSet<u64>>,
}

/// As many bits as a bucket has.
const BUCKET: u64 = (1 << 20) - 1;

impl<'p> Pass<'_, 'p> {
    fn sums(&self) -> Sums {
        let tallies =
            |due: &Vec<bool>| self.flags.iter().zip(due).map(|(flag, due)| due.then(|| Tally::new(flag))).collect();
        Sums {
            tallies: self.due.iter().map(tallies).collect(),
            arms: self.splits.iter().map(|split| vec![HashSet::new(); split.flag.variants.len()]).collect(),
            buckets: vec![HashSet::new(); self.groups.len()],
        }
    }

    fn add(&self, sums: &mut Sums, context: &Context) {
        let mut latest: Vec<Option<Answer>> = vec![None; self.flags.len()];
        for (at, tallies) in self.instants.iter().zip(&mut sums.tallies) {
            if tallies.iter().all(Option::is_none) {
                continue;
            }
            let mut bound = self.program.bind(&context.clone().at(*at));
            for ((flag, tally), latest) in self.flags.iter().zip(tallies).zip(&mut latest) {
                if let Some(tally) = tally {
                    let answer = bound.answer(flag.key);
                    tally.add(answer);
                    *latest = Some(answer);
                }
            }
        }
        for (split, units) in self.splits.iter().zip(&mut sums.arms) {
            let position = self.flags.iter().position(|flag| flag.key == split.flag.key);
            let answer = position.and_then(|position| latest.get(position).copied().flatten());
            let served = answer.filter(|answer| answer.reason == Reason::Split && answer.rule == Some(split.rule));
            let units = served.and_then(|answer| units.get_mut(answer.variant?));
            if let (Some(units), Some(text)) = (units, unit_text(context, &split.draw.unit)) {
                units.insert(bucket::hash(text.as_bytes()));
            }
        }
        for (group, units) in self.groups.iter().zip(&mut sums.buckets) {
            let Some(draw) = group.first().map(|owned| &owned.draw) else { continue };
            if let Some(text) = unit_text(context, &draw.unit) {
                units.insert(bucket::hash(text.as_bytes()) & !BUCKET | u64::from(draw.bucket(&text)));
            }
        }
    }
}

impl Sums {
    fn and(mut self, other: Self) -> Self {
        for (tallies, more) in self.tallies.iter_mut().zip(other.tallies) {
            for (tally, more) in tallies.iter_mut().zip(more) {
                *tally = tally.take().zip(more).map(|(tally, more)| tally.merge(&more));
            }
        }
        let arms = self.arms.iter_mut().flatten().zip(other.arms.into_iter().flatten());
        arms.chain(self.buckets.iter_mut().zip(other.buckets)).for_each(|(units, more)| units.extend(more));
        self
    }
}

/// The text that is hashed; `None` where there is none.
fn unit_text(context: &Context, paths: &[&str]) -> Option<String> {
    const JOINT: char = '\u{1f}';
    let mut text = String::new();
    for (position, path) in paths.iter().enumerate() {
        let part = match context.get(path)? {
            Json::String(part) if !part.is_empty() => part.clone(),
            Json::Number(number) => integer(*number)?,
            _ => return None,
        };
        if paths.len() > 1 && part.contains(JOINT) {
            return None;
        }
        if position > 0 {
            text.push(JOINT);
        }
        text.push_str(&part);
    }
    (text.len() <= limits::UNIT_BYTES).then_some(text)
}

#[expect(clippy::cast_possible_truncation, reason = "safe integers fit")]
fn integer(number: f64) -> Option<String> {
    const SAFEST: f64 = 9_007_199_254_740_991.0;
    (number.fract() == 0.0 && number.abs() <= SAFEST).then(|| (number as i64).to_string())
}

fn histogram(units: &HashSet<u64>) -> Vec<u32> {
    let mut counts = vec![0; TOTAL as usize];
    for unit in units {
        let bucket = usize::try_from(unit & BUCKET).unwrap_or(usize::MAX);
        if let Some(count) = counts.get_mut(bucket) {
            *count += 1;
        }
    }
    counts
}

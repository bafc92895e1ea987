//! Decides, and counts: the same whatever the number of cores.

use jiff::Timestamp;
use tidegate::{Context, Program, Units};

use super::pairs::{Column, Pairs};
use super::parallel::add_up;
use super::population::{Flag, Ids};
use super::progress::Progress;
use super::tally::Tally;

/// What every flag answered at every instant, and pairs of them at the last.
pub(super) struct Counted {
    /// By flag, by instant.
    pub(super) series: Vec<Vec<Tally>>,
    pub(super) pairs: Pairs,
}

/// Decides every flag for every unit at every instant. An instant at which time alone can't have changed a flag since the one
/// before has its answers, and isn't decided.
pub(super) fn count(
    program: &Program,
    flags: &[Flag<'_>],
    ids: &Ids,
    context: &Context,
    instants: &[Timestamp],
) -> Counted {
    let instants: Vec<i64> = instants.iter().map(|at| at.as_millisecond()).collect();
    let last = instants.len().saturating_sub(1);
    let pairs = Pairs::new(program, flags, instants.last().copied().unwrap_or_default());
    let mut wanted = due(program, flags, &instants);
    // What is paired is decided together.
    if let Some(wanted) = wanted.last_mut() {
        (0..).zip(wanted).for_each(|(flag, wanted)| *wanted |= pairs.has(flag));
    }
    let passes = wanted.iter().flatten().filter(|wanted| **wanted).count();
    let progress = Progress::new(ids.count.saturating_mul(u64::try_from(passes).unwrap_or(u64::MAX)));
    let mut counted = Counted { series: flags.iter().map(|_| Vec::new()).collect(), pairs: Pairs::default() };
    for (step, (at, wanted)) in instants.into_iter().zip(&wanted).enumerate() {
        let context = context.clone().at(at);
        let pass = Pass { program, flags, wanted, ids, context: &context, progress: &progress };
        let Sums { tallies, pairs } = pass.run(if step == last { pairs.clone() } else { Pairs::default() });
        for (series, tally) in counted.series.iter_mut().zip(tallies) {
            let tally = tally.or_else(|| series.last().cloned());
            series.extend(tally);
        }
        counted.pairs = pairs;
    }
    progress.end();
    counted
}

/// By instant, by flag: whether an answer can be another than at the instant before.
pub(super) fn due(program: &Program, flags: &[Flag<'_>], instants: &[i64]) -> Vec<Vec<bool>> {
    let mut changes: Vec<Option<i64>> = flags.iter().map(|_| Some(i64::MIN)).collect();
    let mut is_due = |at: i64| {
        let flags = flags.iter().zip(&mut changes);
        let flags = flags.map(|(flag, change)| {
            let due = change.is_some_and(|change| change <= at);
            if due {
                *change = program.next_change_of(flag.key, at);
            }
            due
        });
        flags.collect()
    };
    instants.iter().map(|at| is_due(*at)).collect()
}

/// All units at one instant.
struct Pass<'a, 'p> {
    program: &'p Program,
    flags: &'a [Flag<'p>],
    /// By flag: whether it is decided.
    wanted: &'a [bool],
    ids: &'a Ids,
    context: &'a Context,
    progress: &'a Progress,
}

/// What one core counts.
struct Sums {
    /// By flag, where it was wanted.
    tallies: Vec<Option<Tally>>,
    pairs: Pairs,
}

/// What one core works with.
struct Work<'p> {
    units: Vec<Option<Units<'p>>>,
    columns: Vec<Column>,
    sums: Sums,
}

impl<'p> Pass<'_, 'p> {
    fn run(&self, pairs: Pairs) -> Sums {
        let wanted = || self.flags.iter().zip(self.wanted).map(|(flag, wanted)| wanted.then_some(flag));
        let make = || Work {
            units: wanted().map(|flag| flag?.ask(self.program, self.context)).collect(),
            columns: vec![Column::default(); self.flags.len()],
            sums: Sums { tallies: wanted().map(|flag| flag.map(Tally::new)).collect(), pairs: pairs.clone() },
        };
        let merge = |one: Work<'p>, other: Work<'p>| {
            let tallies = one.sums.tallies.into_iter().zip(&other.sums.tallies);
            let tallies = tallies.map(|(one, other)| Some(one?.merge(other.as_ref()?))).collect();
            let pairs = one.sums.pairs.merge(&other.sums.pairs);
            Work { sums: Sums { tallies, pairs }, ..one }
        };
        add_up(self.ids.parts(), make, |work, part| self.part(work, part), merge).sums
    }

    fn part(&self, work: &mut Work<'p>, part: u64) {
        let part = self.ids.part(part);
        let Work { units, columns, sums } = work;
        let paired = !sums.pairs.is_empty();
        for (((flag, units), tally), column) in self.flags.iter().zip(units).zip(&mut sums.tallies).zip(&mut *columns) {
            let (Some(units), Some(tally)) = (units, tally) else { continue };
            column.clear();
            self.ids.each(part.clone(), |id| {
                let answer = units.decide(id);
                tally.add(answer);
                if paired {
                    column.push(answer, flag.variants.len());
                }
            });
            self.progress.add(part.end - part.start);
        }
        sums.pairs.add(columns);
    }
}

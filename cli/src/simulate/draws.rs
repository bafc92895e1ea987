//! What the ids are hashed to: the shares that salts give, beside those that were intended.

use tidegate::bucket::{Purpose, TOTAL};
use tidegate::{Draw, Drawer, Program};

use super::parallel::add_up;
use super::population::{Flag, Ids};
use super::statistics::{Found, evenness};
use super::tally::Tally;

/// One salt, for one purpose: its buckets, and everything that is cut out of them.
pub(super) struct Drawn<'p> {
    pub(super) salt: String,
    pub(super) purpose: Purpose,
    pub(super) evenness: Option<Found>,
    pub(super) cuts: Vec<Cut<'p>>,
}

/// A rule's arms or its percentage, a layer or a holdout: who falls where.
pub(super) struct Cut<'p> {
    /// The flag, where it is a rule's.
    pub(super) flag: Option<&'p str>,
    pub(super) drawer: Drawer<'p>,
    pub(super) purpose: Purpose,
    pub(super) shares: Vec<Share<'p>>,
}

/// The units of one or more ranges of buckets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Share<'p> {
    /// A variant or an experiment; empty for who is in, or held back. `None` for everybody else.
    pub(super) name: Option<&'p str>,
    pub(super) units: u64,
    /// In buckets.
    pub(super) intended: u64,
}

/// Two draws put every unit into the same bucket: ids are the same at every path, so only the number of parts matters.
pub(super) fn is_same(one: &Draw<'_>, other: &Draw<'_>) -> bool {
    (one.purpose, one.salt(), one.unit.len()) == (other.purpose, other.salt(), other.unit.len())
}

/// A draw with the flag whose it is, if it is a rule's.
pub(super) struct Owned<'p> {
    flag: Option<&'p str>,
    pub(super) draw: Draw<'p>,
}

/// Everything that the flags' units are hashed for at an instant, each salt and purpose once.
pub(super) fn draw<'p>(program: &'p Program, flags: &[Flag<'p>], ids: &Ids, now: i64) -> Vec<Drawn<'p>> {
    let groups = groups(program, flags, now, is_same);
    groups.iter().filter_map(|group| drawn(group, &buckets(&group.first()?.draw, ids))).collect()
}

/// The draws of the flags in groups of one at least: all of a group put a unit into the same bucket.
pub(super) fn groups<'p>(
    program: &'p Program,
    flags: &[Flag<'p>],
    now: i64,
    is_same: impl Fn(&Draw<'_>, &Draw<'_>) -> bool,
) -> Vec<Vec<Owned<'p>>> {
    let mut groups: Vec<Vec<Owned<'p>>> = Vec::new();
    for flag in flags {
        for draw in program.draws(flag.key, now) {
            let flag = matches!(draw.drawer, Drawer::Rule(_)).then_some(flag.key);
            let is_its = |group: &&mut Vec<Owned<'p>>| group.first().is_some_and(|first| is_same(&first.draw, &draw));
            match groups.iter_mut().find(is_its) {
                Some(group) => {
                    // A layer and a holdout come with each of their flags.
                    if group.iter().all(|known| (known.flag, known.draw.drawer) != (flag, draw.drawer)) {
                        group.push(Owned { flag, draw });
                    }
                }
                None => groups.push(vec![Owned { flag, draw }]),
            }
        }
    }
    groups
}

/// What a group's units came to, by how many fell into each bucket.
pub(super) fn drawn<'p>(group: &[Owned<'p>], counts: &[u32]) -> Option<Drawn<'p>> {
    let first = &group.first()?.draw;
    // Who gets which variant is told by the decisions of those whom the rule serves.
    let cuts = group.iter().filter(|owned| owned.draw.purpose != Purpose::Split);
    let cuts = cuts.map(|Owned { flag, draw }| Cut {
        flag: *flag,
        drawer: draw.drawer,
        purpose: draw.purpose,
        shares: shares(draw, counts),
    });
    let (salt, purpose) = (first.salt().to_owned(), first.purpose);
    Some(Drawn { salt, purpose, cuts: cuts.collect(), evenness: evenness(counts) })
}

/// How many units fall into each bucket.
fn buckets(draw: &Draw<'_>, ids: &Ids) -> Vec<u32> {
    let parts = draw.unit.len();
    let add = |counts: &mut Vec<u32>, part| {
        let mut text = String::new();
        ids.each(ids.part(part), |id| {
            let bucket = if parts == 1 {
                draw.bucket(id)
            } else {
                text.clear();
                (0..parts).for_each(|part| {
                    text.push_str(if part == 0 { "" } else { "\u{1f}" });
                    text.push_str(id);
                });
                draw.bucket(&text)
            };
            if let Some(count) = counts.get_mut(bucket as usize) {
                *count += 1;
            }
        });
    };
    let merge = |mut one: Vec<u32>, other: Vec<u32>| {
        one.iter_mut().zip(other).for_each(|(sum, more)| *sum += more);
        one
    };
    add_up(ids.parts(), || vec![0; TOTAL as usize], add, merge)
}

/// The named cells, in the order of their names' first ranges, and behind them the rest.
fn shares<'p>(draw: &Draw<'p>, counts: &[u32]) -> Vec<Share<'p>> {
    let sum = |counts: &[u32]| counts.iter().map(|count| u64::from(*count)).sum::<u64>();
    let mut shares: Vec<Share<'p>> = Vec::new();
    for cell in &draw.cells {
        let units = sum(counts.get(cell.from as usize..cell.until as usize).unwrap_or_default());
        let intended = u64::from(cell.until - cell.from);
        match shares.iter_mut().find(|share| share.name == Some(cell.name)) {
            Some(share) => {
                share.units += units;
                share.intended += intended;
            }
            None => shares.push(Share { name: Some(cell.name), units, intended }),
        }
    }
    let taken: u64 = shares.iter().map(|share| share.intended).sum();
    let units: u64 = shares.iter().map(|share| share.units).sum();
    if taken < u64::from(TOTAL) {
        shares.push(Share { name: None, units: sum(counts) - units, intended: u64::from(TOTAL) - taken });
    }
    shares
}

/// The arms of every rule that splits, among those whom it serves.
pub(super) fn arms<'p>(program: &'p Program, flags: &[Flag<'p>], tallies: &[&Tally], now: i64) -> Vec<Cut<'p>> {
    let mut cuts = Vec::new();
    for (flag, tally) in flags.iter().zip(tallies) {
        for draw in program.draws(flag.key, now).into_iter().filter(|draw| draw.purpose == Purpose::Split) {
            let Drawer::Rule(rule) = draw.drawer else { continue };
            let Some(position) = flag.rules.iter().position(|id| *id == rule) else { continue };
            cuts.push(split(flag, &draw, tally.split(position)));
        }
    }
    cuts
}

/// The arms of a rule's split, `counts` being the units that each of the flag's variants got of it.
pub(super) fn split<'p>(flag: &Flag<'p>, draw: &Draw<'p>, counts: &[u64]) -> Cut<'p> {
    let shares = flag.variants.iter().zip(counts).map(|(variant, units)| {
        let cells = draw.cells.iter().filter(|cell| cell.name == *variant);
        let intended = cells.map(|cell| u64::from(cell.until - cell.from)).sum();
        Share { name: Some(variant), units: *units, intended }
    });
    let shares = shares.filter(|share| share.units + share.intended > 0).collect();
    Cut { flag: Some(flag.key), drawer: draw.drawer, purpose: Purpose::Split, shares }
}

//! Who is decided for: ids that are the same on every machine, written where flags look for their units.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Result, anyhow};
use tidegate::{Context, Json, Program, Units};

use crate::show::{json, printable};

/// Ids are worked through so many at a time.
const PART: u64 = 8_192;

/// `PREFIX0`, `PREFIX1`, and so on.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    pub(super) prefix: String,
    pub(super) count: u64,
}

impl Ids {
    /// How many parts there are.
    pub(super) const fn parts(&self) -> u64 {
        self.count.div_ceil(PART)
    }

    /// Which ids are in a part.
    pub(super) fn part(&self, part: u64) -> Range<u64> {
        let start = part * PART;
        start..self.count.min(start + PART)
    }

    /// Shows every id of a range, in order. Allocates once.
    pub(super) fn each(&self, range: Range<u64>, mut see: impl FnMut(&str)) {
        let (mut id, mut digits) = (self.prefix.clone(), itoa::Buffer::new());
        for number in range {
            id.truncate(self.prefix.len());
            id.push_str(digits.format(number));
            see(&id);
        }
    }

    pub(super) fn first(&self) -> String {
        format!("{}0", self.prefix)
    }

    pub(super) fn last(&self) -> String {
        format!("{}{}", self.prefix, self.count.saturating_sub(1))
    }
}

/// A flag that is simulated, with its names.
#[derive(Debug, Clone)]
pub(super) struct Flag<'p> {
    pub(super) key: &'p str,
    /// The attribute paths of its own units.
    pub(super) own: Vec<&'p str>,
    /// The attribute paths that every id is written at, as far as the flag reads them.
    pub(super) paths: Vec<&'p str>,
    pub(super) variants: Vec<&'p str>,
    pub(super) rules: Vec<&'p str>,
    pub(super) holdouts: Vec<&'p str>,
}

/// Every attribute path at which something in the snapshot looks for a unit. Linear in the snapshot.
pub(super) fn unit_paths(program: &Program) -> BTreeSet<&str> {
    let units = program.keys().map(|key| program.unit_attributes(key));
    units.flat_map(|units| units.own.into_iter().chain(units.needed)).collect()
}

impl<'p> Flag<'p> {
    /// The flag's own unit is the id in any case. So is everything else that is a unit of something in the snapshot, unless the
    /// context has it, which then stays: one shop for all of its customers.
    ///
    /// # Errors
    /// The flag is refused, or the context has something where ids must go.
    pub(super) fn new(
        program: &'p Program,
        key: &'p str,
        unit_paths: &BTreeSet<&'p str>,
        context: &Context,
    ) -> Result<Self> {
        let own = program.unit_attributes(key).own;
        check_room(&own, context)?;
        let others = unit_paths.iter().filter(|path| !own.contains(path) && context.get(path).is_none());
        let paths: Vec<&str> = own.iter().chain(others).copied().collect();
        let names = program.units_at(key, &paths, context);
        let names = names.ok_or_else(|| {
            anyhow!("the flag `{}` is refused, expected one that serves: `tidegate check` says why", printable(key))
        })?;
        Ok(Self { key, own, paths, variants: names.variants(), rules: names.rules(), holdouts: names.holdouts() })
    }

    /// The flag at an instant of the context, to be asked for one id after another.
    pub(super) fn ask(&self, program: &'p Program, context: &Context) -> Option<Units<'p>> {
        program.units_at(self.key, &self.paths, context)
    }
}

/// Ids are strings, and the objects around them have to be objects.
fn check_room(paths: &[&str], context: &Context) -> Result<()> {
    for path in paths {
        let mut ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
        let found = ends.find_map(|end| {
            let part = path.get(..end)?;
            let value = context.get(part)?;
            let fits =
                matches!((value, end == path.len()), (Json::Object(_), false) | (Json::String(_) | Json::Null, true));
            (!fits).then_some((part, value, end == path.len()))
        });
        if let Some((part, value, is_unit)) = found {
            let expected = if is_unit {
                "nothing or a string, for the ids that are written there"
            } else {
                "an object, for the ids that are written into it"
            };
            let (found, part) = (json(value), printable(part));
            return Err(anyhow!("the context: found `{found}` at `{part}`, expected {expected}"));
        }
    }
    Ok(())
}

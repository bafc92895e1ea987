//! Layers: whether a unit is in an experiment, of which no other one of the layer has it.

use crate::bucket::{self, Purpose};
use crate::evaluate::Walk;
use crate::outcome::Stop;
use crate::program::row::Membership;
use crate::program::{FlagBlock, row};
use crate::recorder::Recorder;

impl<R: Recorder> Walk<'_, R> {
    /// Whether the unit is in the rule's experiment, and in those that its layer is within, from the inside outwards; and
    /// whether that took a hash.
    #[inline(never)]
    pub(crate) fn in_experiment(&mut self, flag: FlagBlock<'_>, terms: &row::Terms) -> Result<(bool, bool), Stop> {
        let program = self.sight.program;
        let mut membership = flag.block.row::<Membership>(terms.membership);
        let mut hashed = false;
        // An experiment may be in no layer; layers have those that they are within before them, so this ends.
        while let Some(layer) = membership.and_then(|place| program.layer(place.layer)) {
            let experiment = membership.map_or(0, |place| place.experiment as usize);
            let (body, block) = (layer.body(), layer.block);
            let ranges: &[[u32; 2]] =
                layer.experiments().get(experiment).map(|experiment| block.list(experiment.ranges)).unwrap_or_default();
            let share =
                ranges.iter().fold(0, |share: u32, [from, until]| share.saturating_add(until.saturating_sub(*from)));
            if share == 0 {
                return Ok((false, hashed));
            }
            if share < bucket::TOTAL {
                hashed = true;
                let bucket = self.sight.bucket(block, layer.row.unit, body.bytes(layer.row.prefix)).bucket()?;
                let is_in = |[from, until]: &&[u32; 2]| (*from..*until).contains(&bucket);
                let found = ranges.iter().find(is_in);
                let [from, until] = found.or(ranges.first()).copied().unwrap_or_default();
                if self.recorder.listens() {
                    let key = (body, layer.row.unit, layer.row.prefix);
                    self.tell_bucket(key, Purpose::Layer, (bucket, from, until), None);
                }
                if found.is_none() {
                    return Ok((false, hashed));
                }
            }
            membership = layer.within();
        }
        Ok((true, hashed))
    }
}

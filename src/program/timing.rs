//! What a rule has to do with the instant, to its row.

use super::build::Builder;
use super::row::Timing;
use crate::snapshot::{Json, Place, Problems, ramp, window};

/// Adds the timing of a sound rule and answers with its offset; none where the instant doesn't matter. `slot` is in minutes.
pub(super) fn append(block: &mut Builder, rule: &Json, slot: u32) -> u32 {
    // What is wrong was reported when it was checked.
    let problems = &mut Problems::default();
    let windows = rule.get("window").and_then(|json| window::read(json, Place::DOCUMENT, problems));
    let ramp = rule.get("ramp").and_then(|json| ramp::read(json, Place::DOCUMENT, problems));
    if windows.is_none() && ramp.is_none() && slot == 0 {
        return 0;
    }
    let mut timing = Timing { windows: block.list(&windows.unwrap_or_default()), slot, ..Timing::default() };
    if let Some(ramp) = ramp {
        (timing.stages, timing.steps, timing.bake) = (block.list(&ramp.stages), ramp.steps, ramp.bake);
    }
    block.push(&timing)
}

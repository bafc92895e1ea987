//! Guardrails to their rows.

use super::{Compiler, items, text, variant};
use crate::program::row::{self, Guardrail, halves};
use crate::program::words::word;
use crate::snapshot::{Json, Place, Problems, alpha_millionths, ramp};
use crate::window::MINUTE;

/// How often a watch may be wrong unless it says so: one in a hundred.
const ALPHA: u32 = 10_000;

/// When a guardrail counts that doesn't stand at a ramp.
const ALWAYS: [i64; 2] = [row::BEFORE_ALL, row::AFTER_ALL];

impl Compiler<'_> {
    /// The list of a flag's guardrails, and behind them those of its rules.
    pub(super) fn guardrails(&mut self, flag: &Json) -> u32 {
        let mut rows = Vec::new();
        for guardrail in items(flag, "guardrails") {
            rows.push(self.guardrail(flag, guardrail, Guardrail::OF_FLAG, ALWAYS));
        }
        for (position, rule) in items(flag, "rules").iter().enumerate() {
            for guardrail in items(rule, "guardrails") {
                let active = rule.get("ramp").map_or(ALWAYS, watched);
                rows.push(self.guardrail(flag, guardrail, word(position), active));
            }
        }
        self.block.list(&rows)
    }

    fn guardrail(&mut self, flag: &Json, json: &Json, rule: u32, [from, until]: [i64; 2]) -> Guardrail {
        let is_outcome = json.get("outcome").is_some();
        let name = text(json, if is_outcome { "outcome" } else { "alarm" });
        let is_raised = !is_outcome && self.program.alarms.iter().any(|alarm| alarm == name);
        let control = if is_outcome { variant(flag, json.get("control")) } else { 0 };
        let alpha = match json.get("alpha") {
            Some(Json::Number(alpha)) => alpha_millionths(*alpha).unwrap_or(ALPHA),
            _ => ALPHA,
        };
        self.timed |= is_raised && [from, until] != ALWAYS;
        Guardrail {
            name: self.block.text(name),
            bits: Guardrail::bits(variant(flag, json.get("rollbackTo")), control, is_raised, is_outcome),
            rule,
            from: halves(from.cast_unsigned()),
            until: halves(until.cast_unsigned()),
            alpha,
        }
    }
}

/// From a ramp's beginning until it has come to its end and was watched for a while more.
fn watched(ramp: &Json) -> [i64; 2] {
    // What is wrong was reported when it was checked.
    let Some(ramp) = ramp::read(ramp, Place::DOCUMENT, &mut Problems::default()) else {
        return ALWAYS;
    };
    let (first, last) = (ramp.stages.first(), ramp.stages.last());
    let bake = i64::from(ramp.bake) * MINUTE;
    [first.map_or(row::BEFORE_ALL, row::Stage::at), last.map_or(row::AFTER_ALL, row::Stage::at).saturating_add(bake)]
}

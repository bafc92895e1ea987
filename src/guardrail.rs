//! Guardrails: what is served instead while an alarm is up, or since a rollback was latched.

use crate::evaluate::Walk;
use crate::explanation::Verdict;
use crate::host::State;
use crate::program::{FlagBlock, row};
use crate::recorder::Recorder;

impl<R: Recorder> Walk<'_, R> {
    /// The flag's guardrails that have rolled back, a bit each.
    #[inline(never)]
    pub(crate) fn rolled_back(&self, flag: FlagBlock<'_>, state: State) -> u32 {
        let mut rolled = state.latched();
        for (position, guardrail) in (0..).zip(flag.guardrails()) {
            if guardrail.is_raised() && guardrail.is_active(self.sight.now) {
                rolled |= 1_u32.wrapping_shl(position);
            }
        }
        rolled
    }

    /// The variant that the first of the guardrails in `rolled` that is the flag's (or the rule's at a position) falls back to.
    #[inline(never)]
    pub(crate) fn fallback(&mut self, flag: FlagBlock<'_>, rolled: u32, rule: u32) -> Option<u32> {
        for (position, guardrail) in (0..).zip(flag.guardrails()) {
            if guardrail.rule == rule && rolled & 1_u32.wrapping_shl(position) != 0 {
                let variant = guardrail.rollback_to();
                self.recorder.record(|trace| {
                    let why = ["it was rolled back by `", flag.text(guardrail.name), "`"];
                    if rule == row::Guardrail::OF_FLAG {
                        trace.begin("rollback", flag.variant_name(variant));
                    }
                    trace.end(Verdict::Decided, &why);
                });
                return Some(variant);
            }
        }
        None
    }
}

//! What a walk tells whoever listens. The silent listener compiles away, so a decision and its explanation are one walk.
//!
//! On the way that every decision takes, what is told is in functions of its own (`tell_…`), which get a block and its rows
//! rather than what they are bound together in: that would be written to memory for a listener who isn't there.

use crate::explain::Trace;

/// Listens to a walk.
pub(crate) trait Recorder {
    /// Something happened. `tell` runs only when somebody listens, so it may cost something.
    fn record(&mut self, tell: impl FnOnce(&mut Trace));

    fn listens(&self) -> bool;
}

/// Listens to nothing.
#[derive(Default)]
pub(crate) struct Silent;

impl Recorder for Silent {
    fn record(&mut self, _: impl FnOnce(&mut Trace)) {}

    fn listens(&self) -> bool {
        false
    }
}

/// Listens if it is there: where size counts, decisions and explanations are one walk in the machine's code too.
impl Recorder for Option<&mut Trace> {
    #[inline]
    fn record(&mut self, tell: impl FnOnce(&mut Trace)) {
        if let Some(trace) = self {
            tell(trace);
        }
    }

    #[inline]
    fn listens(&self) -> bool {
        self.is_some()
    }
}

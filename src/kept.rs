//! What is kept from one test to the next, so that a decision allocates nothing and a segment is asked once a context.

use crate::host::Host;
use crate::outcome::Outcome;
#[cfg(feature = "json")]
use crate::pattern::Scratch;
use crate::snapshot::limits;

/// A buffer for what is hashed, the answers of segments, and what searches need.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub(crate) key: Vec<u8>,
    /// By number: bit 0 whether the context is in the segment, bit 1 that it was asked, above them the stamp that it was asked
    /// under, as in a slot's state.
    segments: Vec<u32>,
    /// What the last unit that was held back would have got.
    pub(crate) would_be: Outcome,
    pub(crate) host: Host,
    #[cfg(feature = "json")]
    pub(crate) search: Scratch,
}

/// Units longer than this are refused, so the buffer seldom grows beyond it.
const KEY_BYTES: usize = limits::UNIT_BYTES + 128;

const INSIDE: u32 = 1;
const ASKED: u32 = 2;

impl Kept {
    /// Keeps the answers of `segments` segments.
    pub(crate) fn new(segments: u32) -> Self {
        let mut kept = Self::default();
        kept.key.reserve(KEY_BYTES);
        kept.segments.resize(segments as usize, 0);
        kept
    }

    /// Whether the context of this stamp is in a segment, if it was asked before.
    #[inline]
    pub(crate) fn segment(&self, number: u32, mark: u32) -> Option<bool> {
        let state = self.segments.get(number as usize)? ^ mark;
        (state >> 1 == ASKED >> 1).then_some(state & INSIDE != 0)
    }

    #[inline]
    pub(crate) fn keep_segment(&mut self, number: u32, mark: u32, inside: bool) {
        if let Some(state) = self.segments.get_mut(number as usize) {
            *state = mark | ASKED | u32::from(inside);
        }
    }

    /// Forgets every answer: stamps begin again.
    pub(crate) fn forget(&mut self) {
        self.segments.fill(0);
        self.host.forget();
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn answers_count_for_their_stamp() {
        let mut kept = Kept::new(2);
        assert_eq!(kept.segment(0, 0), None);
        kept.keep_segment(0, 8, true);
        kept.keep_segment(1, 16, false);
        assert_eq!((kept.segment(0, 8), kept.segment(0, 16)), (Some(true), None));
        assert_eq!((kept.segment(1, 16), kept.segment(1, 8), kept.segment(2, 8)), (Some(false), None, None));
        kept.forget();
        assert_eq!(kept.segment(0, 8), None);
    }
}

//! Where a piece of text lies in a block, in one word.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Text of a block. Short text near the block's beginning, which is nearly all, is start and length in one word; the rest
/// is a row of two words that this points to.
///
/// | bits | short | long |
/// |---|---|---|
/// | 31 | 0 | 1 |
/// | 20–30 | bytes | – |
/// | 0–19 | first byte, counted from where the block's text begins | – |
/// | 0–30 | – | the row: first byte, bytes |
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(transparent)]
pub(crate) struct Text(u32);

/// What a [`Text`] stands for.
pub(super) enum Place {
    Here { start: u32, len: u32 },
    Row(u32),
}

const LONG: u32 = 1 << 31;
const START_BITS: u32 = 20;
const START: u32 = (1 << START_BITS) - 1;
const LENGTH: u32 = (1 << 11) - 1;

impl Text {
    /// Text that isn't there.
    pub(crate) const NONE: Self = Self(u32::MAX);

    /// `None` when it is too long or too far away for one word.
    pub(super) const fn short(start: u32, len: u32) -> Option<Self> {
        if start <= START && len <= LENGTH { Some(Self(start | len << START_BITS)) } else { None }
    }

    pub(super) const fn long(row: u32) -> Self {
        Self(LONG | row)
    }

    pub(super) const fn place(self) -> Place {
        if self.0 & LONG == 0 {
            Place::Here { start: self.0 & START, len: self.0 >> START_BITS }
        } else {
            Place::Row(self.0 & !LONG)
        }
    }

    pub(crate) const fn from_word(word: u32) -> Self {
        Self(word)
    }

    pub(crate) const fn word(self) -> u32 {
        self.0
    }

    pub(crate) fn is_some(self) -> bool {
        self != Self::NONE
    }
}

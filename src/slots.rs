//! The attributes of one context as plain numbers: what the facade writes and the walk reads.
//!
//! Every attribute path of a program has a slot. A slot counts only when its `stamp` is the current one, so that a new
//! context begins by changing one number instead of clearing a table. Strings are written in two steps: first the number
//! of the string if the program compares it for equality, and the bytes only when the walk asks for them.

use crate::outcome::Need;

/// One attribute, or one element of a list. The layout is part of the boundary (see `engine`).
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub(crate) struct Slot {
    /// Bits 0–2 the tag, 3–31 the stamp that it was written under.
    pub(crate) state: u32,
    /// A string's number among the program's strings plus one; 0 when it isn't among those it is compared with.
    pub(crate) symbol: u32,
    /// Where a string's bytes begin in the text area; a list's first element, counted in slots.
    pub(crate) start: u32,
    /// Bytes of a string, or elements of a list.
    pub(crate) len: u32,
    pub(crate) number: f64,
}

pub(crate) const MISSING: u32 = 0;
pub(crate) const FALSE: u32 = 1;
pub(crate) const TRUE: u32 = 2;
pub(crate) const NUMBER: u32 = 3;
pub(crate) const STRING: u32 = 4;
pub(crate) const LIST: u32 = 5;
pub(crate) const OTHER: u32 = 6;
/// A string whose bytes were not written.
pub(crate) const NAMED: u32 = 7;

/// The slots of a program and the text that they point into.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slots {
    /// The attributes' slots, then room for the elements of lists.
    pub(crate) table: Vec<Slot>,
    pub(crate) text: Vec<u8>,
    /// The current stamp, in the place that it has in a slot's state.
    mark: u32,
}

impl Slot {
    /// What it was written as.
    #[inline(always)]
    pub(crate) const fn tag(&self) -> u32 {
        self.state & 7
    }

    /// Whether it is a string, with its bytes or without.
    #[inline(always)]
    pub(crate) const fn is_string(&self) -> bool {
        matches!(self.tag(), STRING | NAMED)
    }
}

impl Slots {
    pub(crate) fn with_attributes(count: usize) -> Self {
        Self { table: vec![Slot::default(); count], ..Self::default() }
    }

    /// Attributes count when they were written under `stamp`, which is below 2²⁹.
    pub(crate) const fn set_stamp(&mut self, stamp: u32) {
        self.mark = stamp << 3;
    }

    /// The state of an attribute that is written now.
    pub(crate) const fn state(&self, tag: u32) -> u32 {
        self.mark | tag
    }

    /// What the attribute in `slot` was written as, if it was.
    pub(crate) fn tag(&self, slot: u32) -> Option<u32> {
        self.table.get(slot as usize).map(|found| found.state ^ self.mark).filter(|tag| *tag < 8)
    }

    /// The attribute in `slot`.
    #[inline(always)]
    pub(crate) fn read(&self, slot: u32) -> Result<&Slot, Need> {
        match self.table.get(slot as usize) {
            Some(found) if found.state ^ self.mark < 8 => Ok(found),
            _ => Err(Need::of_slot(slot)),
        }
    }

    /// The elements of a list.
    pub(crate) fn elements(&self, list: &Slot) -> &[Slot] {
        let (start, len) = (list.start as usize, list.len as usize);
        start.checked_add(len).and_then(|end| self.table.get(start..end)).unwrap_or_default()
    }

    /// The bytes of the string in `string`, which is in attribute `slot`.
    #[inline(always)]
    pub(crate) fn text(&self, string: &Slot, slot: u32) -> Result<&[u8], Need> {
        if string.tag() == NAMED {
            return Err(Need::of_text(slot));
        }
        Ok(self.bytes(string))
    }

    /// The same of one whose bytes are written.
    #[inline(always)]
    pub(crate) fn bytes(&self, string: &Slot) -> &[u8] {
        let (start, len) = (string.start as usize, string.len as usize);
        start.checked_add(len).and_then(|end| self.text.get(start..end)).unwrap_or_default()
    }
}

//! The growing tables of a program, and what they have in common: interned names, attribute slots, runs of rows.

use super::strings::Interner;
use super::{Attribute, Id, Name, Rows, Segment, Tables, Unit};
use crate::bucket;
use crate::snapshot::unit;
use crate::sort::{order, sorted};

/// Everything compiled so far.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    pub(super) interner: Interner,
    pub(super) tables: Tables,
    pub(super) attributes: Vec<Attribute>,
    /// By name.
    slot_of: Vec<Option<u32>>,
    pub(super) segments: Vec<Segment>,
    /// What each compiled segment can read.
    pub(super) segment_slots: Vec<Vec<u32>>,
    /// What the definition being compiled can read; a slot may be there more than once.
    touched: Vec<u32>,
}

impl Assembler {
    pub(super) fn name(&mut self, text: &str) -> Name {
        self.interner.name(text)
    }

    /// The slot of an attribute path, noted as read by the definition being compiled.
    pub(super) fn slot(&mut self, path: &str) -> u32 {
        let name = self.interner.name(path);
        let position = name as usize;
        if self.slot_of.len() <= position {
            self.slot_of.resize(position + 1, None);
        }
        let known = self.slot_of.get(position).copied().flatten();
        let slot = known.unwrap_or_else(|| {
            let attribute = Attribute { path: name, symbols: Vec::new(), text: false };
            push(&mut self.attributes, attribute)
        });
        if let Some(place) = self.slot_of.get_mut(position) {
            *place = Some(slot);
        }
        self.touched.push(slot);
        slot
    }

    /// Notes that the definition being compiled can read `slots`.
    pub(super) fn touch(&mut self, slots: &[u32]) {
        self.touched.extend_from_slice(slots);
    }

    /// What the definition that was just compiled can read, each slot once, in order.
    pub(super) fn take_touched(&mut self) -> Vec<u32> {
        let mut touched = sorted(std::mem::take(&mut self.touched), |slot| slot);
        touched.dedup();
        touched
    }

    /// Notes that the walk may ask for the bytes of this attribute.
    pub(super) fn wants_text(&mut self, slot: u32) {
        if let Some(attribute) = self.attributes.get_mut(slot as usize) {
            attribute.text = true;
        }
    }

    /// Notes that this attribute is compared with `symbols` by number.
    pub(super) fn wants_symbols(&mut self, slot: u32, symbols: &[Name]) {
        if let Some(attribute) = self.attributes.get_mut(slot as usize) {
            attribute.symbols.extend_from_slice(symbols);
        }
    }

    pub(super) fn unit(&mut self, written: &unit::Unit) -> Unit {
        let slots: Vec<u32> = written.0.iter().map(|path| self.slot(path)).collect();
        slots.iter().for_each(|slot| self.wants_text(*slot));
        Unit(append(&mut self.tables.indices, slots))
    }

    /// Texts to be searched by hash.
    pub(super) fn ids<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Rows {
        let ids: Vec<Id> = texts
            .into_iter()
            .map(|text| Id { hash: bucket::hash(text.as_bytes()), text: self.interner.span(text) })
            .collect();
        append(&mut self.tables.ids, sorted(ids, |id| &id.hash))
    }

    /// Sorts what was noted about the attributes; call it once, at the end.
    pub(super) fn settle(&mut self) {
        for attribute in &mut self.attributes {
            let interner = &self.interner;
            let symbols = &attribute.symbols;
            let text = |position: usize| symbols.get(position).map(|name| interner.text(*name));
            let order = order(symbols.len(), &|a, b| text(a).cmp(&text(b)));
            let mut sorted: Vec<Name> = order.iter().filter_map(|position| symbols.get(*position).copied()).collect();
            sorted.dedup();
            attribute.symbols = sorted;
        }
    }
}

/// Adds rows and answers where they are.
pub(super) fn append<T>(table: &mut Vec<T>, rows: impl IntoIterator<Item = T>) -> Rows {
    let start = table.len();
    table.extend(rows);
    Rows { start: row_number(start), len: row_number(table.len() - start) }
}

/// Adds a row and answers its number.
pub(super) fn push<T>(table: &mut Vec<T>, row: T) -> u32 {
    table.push(row);
    row_number(table.len() - 1)
}

/// A document of 64 MiB can't make four billion rows of anything.
#[expect(clippy::cast_possible_truncation, reason = "bounded by the size of a document")]
pub(super) const fn row_number(index: usize) -> u32 {
    index as u32
}

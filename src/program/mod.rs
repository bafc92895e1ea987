//! What runs: rows and text in one run of words, that point into each other by offset.
//!
//! A program that was read from JSON grows as its flags are first asked for, block by block; one that was compiled ahead
//! is its file, used where it lies. Both are the same words, and the walk knows no difference.

mod asked;
mod block;
mod build;
#[cfg(feature = "json")]
mod compile;
#[cfg(feature = "json")]
mod definition;
mod directory;
#[cfg(feature = "compile")]
mod export;
mod ids;
mod image;
mod kind;
#[cfg(feature = "json")]
mod links;
mod load;
mod names;
#[cfg(feature = "json")]
mod needs;
mod packed;
mod pattern;
mod probe;
mod report;
pub(crate) mod row;
#[cfg(feature = "json")]
mod settle;
#[cfg(feature = "json")]
mod source;
mod text;
#[cfg(feature = "json")]
mod timing;
mod verify;
mod words;

pub(crate) use block::{Block, Body, FlagBlock, HoldoutBlock, LayerBlock, SegmentBlock};
use directory::Directory;
pub(crate) use ids::Ids;
use kind::Kind;
pub(crate) use load::Loaded;
use names::Names;
pub(crate) use packed::{Arm, Check, Entry};
use pattern::Pattern;
use row::Header;
pub(crate) use text::Text;
use words::bytes_at;

use crate::kept::Kept;
use crate::outcome::{ErrorCode, Outcome};
use crate::snapshot::Problem;

/// A snapshot, ready to decide. Immutable; share it freely between threads.
#[derive(Debug)]
pub struct Program {
    pub(crate) words: Vec<u32>,
    header: Header,
    /// Asked for with every decision, so that it isn't looked for every time.
    revision: String,
    attributes: Names,
    symbols: Names,
    patterns: Vec<Pattern>,
    /// The alarms that a JSON snapshot says are up, for guardrails that aren't compiled yet.
    #[cfg(feature = "json")]
    alarms: Vec<String>,
    /// What is wrong with definitions that were left out, as far as they were read.
    pub(crate) problems: Vec<Problem>,
}

impl Program {
    pub(crate) fn flags(&self) -> Directory {
        self.header.directory(Kind::Flag)
    }

    pub(crate) fn segments(&self) -> Directory {
        self.header.directory(Kind::Segment)
    }

    pub(crate) fn layers(&self) -> Directory {
        self.header.directory(Kind::Layer)
    }

    pub(crate) fn holdouts(&self) -> Directory {
        self.header.directory(Kind::Holdout)
    }

    /// A flag's block; `None` for a refused one.
    #[inline]
    pub(crate) fn flag(&self, flag: u32) -> Option<FlagBlock<'_>> {
        FlagBlock::of(flag, self.flags().block(&self.words, flag)?)
    }

    #[inline]
    pub(crate) fn segment(&self, segment: u32) -> Option<SegmentBlock<'_>> {
        SegmentBlock::of(self.segments().block(&self.words, segment)?)
    }

    #[inline]
    pub(crate) fn layer(&self, layer: u32) -> Option<LayerBlock<'_>> {
        LayerBlock::of(self.layers().block(&self.words, layer)?)
    }

    #[inline]
    pub(crate) fn holdout(&self, holdout: u32) -> Option<HoldoutBlock<'_>> {
        HoldoutBlock::of(self.holdouts().block(&self.words, holdout)?)
    }

    pub(crate) fn flag_key(&self, flag: u32) -> &str {
        self.flags().key(&self.words, flag)
    }

    pub(crate) fn freezes(&self) -> &[row::Window] {
        let [at, count] = self.header.freezes;
        words::rows(words::from(&self.words, at), count)
    }

    pub(crate) fn layer_key(&self, layer: u32) -> &str {
        self.layers().key(&self.words, layer)
    }

    pub(crate) fn holdout_key(&self, holdout: u32) -> &str {
        self.holdouts().key(&self.words, holdout)
    }

    pub(crate) fn segment_key(&self, segment: u32) -> &str {
        self.segments().key(&self.words, segment)
    }

    /// The number of a flag. A constant time.
    pub(crate) fn find(&self, key: &str) -> Option<u32> {
        self.flags().find(&self.words, key)
    }

    /// How many flags there are, refused ones too.
    pub(crate) fn len(&self) -> u32 {
        self.flags().count
    }

    /// How many segments there are, refused ones too.
    pub(crate) fn segment_count(&self) -> u32 {
        self.segments().count
    }

    pub(crate) fn attribute_count(&self) -> usize {
        self.attributes.len()
    }

    /// An attribute's dotted path.
    pub(crate) fn attribute(&self, slot: u32) -> &str {
        self.attributes.text(&self.words, slot)
    }

    /// A string that some attribute is compared with.
    pub(crate) fn symbol(&self, number: u32) -> &str {
        self.symbols.text(&self.words, number)
    }

    /// A string's number; `None` when no attribute is compared with it by number.
    pub(crate) fn symbol_of(&self, text: &str) -> Option<u32> {
        self.symbols.find(&self.words, text)
    }

    pub(crate) fn pattern_matches(&self, pattern: u32, text: &[u8], kept: &mut Kept) -> bool {
        let text = std::str::from_utf8(text);
        matches!((self.patterns.get(pattern as usize), text), (Some(pattern), Ok(text)) if pattern.is_match(text, kept))
    }

    /// The answer of a flag that is the same for every context: static, disabled, refused.
    #[inline]
    pub(crate) fn constant(&self, flag: u32) -> Option<Outcome> {
        match self.flag(flag) {
            Some(flag) => flag.row.constant(),
            None => Some(Outcome::failed(ErrorCode::ParseError)),
        }
    }

    /// The attribute paths that make a unit.
    pub(crate) fn unit_paths(&self, block: Block<'_>, unit: u32) -> Vec<&str> {
        block.list(unit).iter().map(|slot| self.attribute(*slot)).collect()
    }

    /// The same in one text.
    pub(crate) fn unit_name(&self, block: Block<'_>, unit: u32) -> String {
        let mut name = String::new();
        for slot in block.list::<u32>(unit) {
            if !name.is_empty() {
                name.push_str(", ");
            }
            name.push_str(self.attribute(*slot));
        }
        name
    }

    /// The snapshot's revision.
    #[must_use]
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// The snapshot's place in the order of snapshots, if it says so.
    #[must_use]
    pub fn sequence(&self) -> Option<u64> {
        self.header.has_sequence().then(|| row::join(self.header.sequence))
    }

    /// The environment that the snapshot names.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        self.header.has_environment().then(|| self.own_text(self.header.environment))
    }

    fn own_text(&self, [start, len]: [u32; 2]) -> &str {
        std::str::from_utf8(bytes_at(&self.words, start, len)).unwrap_or_default()
    }
}

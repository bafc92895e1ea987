//! One definition where it lies: rows and text that point into each other by offset, read with checked bounds.

use super::row::{self, Row, Terms};
use super::text::{Place, Text};
use super::words;

/// The words of a flag or segment. What is out of bounds reads as nothing, so that no program, whoever wrote it, can make
/// a walk panic or look elsewhere.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block<'a> {
    words: &'a [u32],
}

impl<'a> Block<'a> {
    pub(crate) const fn new(words: &'a [u32]) -> Self {
        Self { words }
    }

    pub(crate) const fn words(self) -> &'a [u32] {
        self.words
    }

    #[inline(always)]
    pub(crate) fn row<T: Row>(self, offset: u32) -> Option<&'a T> {
        T::first(self.words.get(offset as usize..)?)
    }

    #[inline(always)]
    pub(crate) fn rows<T: Row>(self, offset: u32, count: u32) -> &'a [T] {
        words::rows(words::from(self.words, offset), count)
    }

    /// The list at `offset`; none is empty.
    #[inline(always)]
    pub(crate) fn list<T: Row>(self, offset: u32) -> &'a [T] {
        if offset == 0 {
            return &[];
        }
        match words::from(self.words, offset).split_first() {
            Some((count, rows)) => words::rows(rows, *count),
            None => &[],
        }
    }

    /// The text's bytes; none are empty. `text_at` is the block's own first word of text.
    #[inline]
    pub(crate) fn bytes(self, text: Text, text_at: u32) -> &'a [u8] {
        let (start, len) = match text.place() {
            Place::Here { start, len } => (start, len),
            Place::Row(row) => match self.row::<[u32; 2]>(row) {
                Some([start, len]) => (*start, *len),
                None => return &[],
            },
        };
        words::bytes_at(words::from(self.words, text_at), start, len)
    }

    pub(crate) fn text(self, text: Text, text_at: u32) -> &'a str {
        std::str::from_utf8(self.bytes(text, text_at)).unwrap_or_default()
    }

    /// The name of a variant of the flag whose block this is.
    pub(crate) fn variant_name(self, flag: &row::Flag, position: u32) -> Option<&'a str> {
        let variants: &[row::Variant] = self.list(flag.variants);
        variants.get(position as usize).map(|variant| self.text(variant.name, flag.parts.text))
    }
}

/// A flag's block with its own row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FlagBlock<'a> {
    pub(crate) number: u32,
    pub(crate) block: Block<'a>,
    pub(crate) row: &'a row::Flag,
}

/// A segment's block with its own row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SegmentBlock<'a> {
    pub(crate) block: Block<'a>,
    pub(crate) row: &'a row::Segment,
}

/// A layer's block with its own row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LayerBlock<'a> {
    pub(crate) block: Block<'a>,
    pub(crate) row: &'a row::Layer,
}

/// A holdout's block with its own row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HoldoutBlock<'a> {
    pub(crate) block: Block<'a>,
    pub(crate) row: &'a row::Holdout,
}

/// A block whose rules, tests and text can be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<'a> {
    pub(crate) block: Block<'a>,
    pub(crate) parts: &'a row::Parts,
}

impl<'a> FlagBlock<'a> {
    #[inline]
    pub(crate) fn of(number: u32, words: &'a [u32]) -> Option<Self> {
        let block = Block::new(words);
        Some(Self { number, block, row: block.row(0)? })
    }

    pub(crate) const fn body(self) -> Body<'a> {
        Body { block: self.block, parts: &self.row.parts }
    }

    pub(crate) fn variants(self) -> &'a [row::Variant] {
        self.block.list(self.row.variants)
    }

    #[inline(always)]
    pub(crate) fn rules(self) -> &'a [row::Rule] {
        self.block.rows(self.row.rules, self.row.parts.tests.saturating_sub(self.row.rules) / row::Rule::WORDS)
    }

    pub(crate) fn reads(self) -> &'a [u32] {
        self.block.list(self.row.reads)
    }

    /// What it has besides rules; empty lists, and [`Text::NONE`], for what it hasn't.
    pub(crate) fn besides(self) -> row::Besides {
        if self.row.besides == 0 {
            return row::Besides::default();
        }
        self.block.row(self.row.besides).copied().unwrap_or_default()
    }

    pub(crate) fn prerequisites(self) -> &'a [row::Prerequisite] {
        self.block.list(self.besides().prerequisites)
    }

    /// The holdouts that cover it.
    pub(crate) fn holdouts(self) -> &'a [u32] {
        self.block.list(self.besides().holdouts)
    }

    pub(crate) fn guardrails(self) -> &'a [row::Guardrail] {
        self.block.list(self.besides().guardrails)
    }

    /// What a rule of this flag asks beyond its condition, if it asks something.
    #[inline(always)]
    pub(crate) fn terms(self, rule: &row::Rule) -> Option<&'a row::Terms> {
        if rule.terms == 0 { None } else { self.block.row(rule.terms) }
    }

    /// The slots that make the unit of a rule of this flag.
    pub(crate) fn unit(self, rule: &row::Rule) -> &'a [u32] {
        self.terms(rule).map(|terms| self.block.list(terms.unit)).unwrap_or_default()
    }

    /// The arms of a split that a rule of this flag serves.
    pub(crate) fn arms(self, rule: &row::Rule) -> &'a [u32] {
        self.terms(rule).map(|terms| self.block.list(terms.arms)).unwrap_or_default()
    }

    /// The place in an experiment that a rule of this flag has.
    pub(crate) fn membership(self, rule: &row::Rule) -> Option<&'a row::Membership> {
        let Terms { membership, .. } = self.terms(rule)?;
        if *membership == 0 { None } else { self.block.row(*membership) }
    }

    /// When a rule of this flag applies, and to how many, where the instant matters.
    pub(crate) fn timing(self, rule: &row::Rule) -> Option<&'a row::Timing> {
        let Terms { timing, .. } = self.terms(rule)?;
        if *timing == 0 { None } else { self.block.row(*timing) }
    }

    pub(crate) fn text(self, text: Text) -> &'a str {
        self.block.text(text, self.row.parts.text)
    }

    pub(crate) fn variant_name(self, position: u32) -> Option<&'a str> {
        self.block.variant_name(self.row, position)
    }
}

impl<'a> SegmentBlock<'a> {
    pub(crate) fn of(words: &'a [u32]) -> Option<Self> {
        let block = Block::new(words);
        Some(Self { block, row: block.row(0)? })
    }

    pub(crate) const fn body(self) -> Body<'a> {
        Body { block: self.block, parts: &self.row.parts }
    }

    pub(crate) fn reads(self) -> &'a [u32] {
        self.block.list(self.row.reads)
    }
}

impl<'a> LayerBlock<'a> {
    pub(crate) fn of(words: &'a [u32]) -> Option<Self> {
        let block = Block::new(words);
        Some(Self { block, row: block.row(0)? })
    }

    pub(crate) const fn body(self) -> Body<'a> {
        Body { block: self.block, parts: &self.row.parts }
    }

    pub(crate) fn reads(self) -> &'a [u32] {
        self.block.list(self.row.reads)
    }

    pub(crate) fn experiments(self) -> &'a [row::Experiment] {
        self.block.list(self.row.experiments)
    }

    /// The experiment of another layer that it is in.
    #[inline(always)]
    pub(crate) fn within(self) -> Option<&'a row::Membership> {
        if self.row.within == 0 { None } else { self.block.row(self.row.within) }
    }
}

impl<'a> HoldoutBlock<'a> {
    pub(crate) fn of(words: &'a [u32]) -> Option<Self> {
        let block = Block::new(words);
        Some(Self { block, row: block.row(0)? })
    }

    pub(crate) const fn body(self) -> Body<'a> {
        Body { block: self.block, parts: &self.row.parts }
    }
}

impl<'a> Body<'a> {
    #[inline(always)]
    pub(crate) fn test(self, number: u32) -> Option<&'a row::Test> {
        self.block.row(self.parts.tests.checked_add(number.checked_mul(row::Test::WORDS)?)?)
    }

    pub(crate) fn tests(self) -> &'a [row::Test] {
        self.block.rows(self.parts.tests, self.parts.places.saturating_sub(self.parts.tests) / row::Test::WORDS)
    }

    /// Where a test is written, from its condition on.
    pub(crate) fn place(self, test: u32) -> Text {
        self.block.row(self.parts.places.saturating_add(test)).map_or(Text::NONE, |place: &u32| Text::from_word(*place))
    }

    #[inline(always)]
    pub(crate) fn bytes(self, text: Text) -> &'a [u8] {
        self.block.bytes(text, self.parts.text)
    }

    pub(crate) fn text(self, text: Text) -> &'a str {
        self.block.text(text, self.parts.text)
    }

    /// How many bytes of text there are.
    pub(super) fn text_bytes(self) -> usize {
        self.block.words.len().saturating_sub(self.parts.text as usize).saturating_mul(4)
    }

    /// The set at `offset`, and the strings that it has by number; none where it says more than there are.
    #[inline(always)]
    pub(crate) fn set(self, offset: u32) -> Option<(&'a row::Set, &'a [u32])> {
        let words = self.block.words.get(offset as usize..)?;
        let (set, behind) = (row::Set::first(words)?, words.get(row::Set::WORDS as usize..)?);
        Some((set, behind.get(..set.symbols as usize).unwrap_or_default()))
    }

    /// The numbers that the set at `offset` has.
    pub(crate) fn numbers(self, offset: u32, set: &row::Set) -> impl Iterator<Item = f64> {
        let behind = offset.saturating_add(row::Set::WORDS).saturating_add(set.symbols);
        let rows: &[[u32; 2]] = self.block.rows(behind, set.numbers);
        rows.iter().map(|number| f64::from_bits(row::join(*number)))
    }

    pub(crate) fn number(self, offset: u32) -> Option<f64> {
        self.block.row::<[u32; 2]>(offset).map(|number| f64::from_bits(row::join(*number)))
    }
}

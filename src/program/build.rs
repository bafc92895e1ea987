//! Writing one definition's block.

use std::borrow::Cow;

use super::ids;
use super::packed::{Check, Entry};
use super::row::{self, Row, halves};
use super::text::Text;
use super::words::{self, word};

/// A block that grows. Its first words are the definition's own row's, its last ones the text. Between them are rows in the order
/// in which they come, and where they are told to be placed, the rules and the tests: so what a walk reads lies together.
#[derive(Debug, Default)]
pub(super) struct Builder {
    words: Vec<u32>,
    rules: Vec<row::Rule>,
    tests: Vec<Draft>,
    /// Which test each label stands before.
    labels: Vec<u32>,
    text: Vec<u8>,
    /// The first few texts, to be used again.
    known: Vec<(u32, u32)>,
    /// Where the rules were placed, and what is behind them.
    rules_at: u32,
    parts: row::Parts,
}

/// Where a condition goes on.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way {
    Holds,
    Fails,
    Label(u32),
}

#[derive(Debug)]
struct Draft {
    row: row::Test,
    place: Text,
    holds: Way,
    fails: Way,
}

/// Texts that are looked through before a new one is written.
const KNOWN: usize = 32;

impl Builder {
    pub(super) fn new<T: Row>() -> Self {
        Self { words: vec![0; size_of::<T>() / 4], ..Self::default() }
    }

    /// Adds a row and answers with its offset.
    pub(super) fn push<T: Row>(&mut self, row: &T) -> u32 {
        let offset = self.here();
        words::append(&mut self.words, row.as_bytes());
        offset
    }

    /// Adds a list; an empty one takes no room.
    pub(super) fn list<T: Row>(&mut self, rows: &[T]) -> u32 {
        if rows.is_empty() {
            return 0;
        }
        let offset = self.push(&word(rows.len()));
        rows.iter().for_each(|row| {
            self.push(row);
        });
        offset
    }

    pub(super) fn ids(&mut self, ids: &[Cow<'_, str>]) -> u32 {
        if ids.is_empty() {
            return 0;
        }
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        ids::append(&mut self.words, &ids)
    }

    pub(super) fn number(&mut self, number: f64) -> u32 {
        self.push(&halves(number.to_bits()))
    }

    pub(super) fn text(&mut self, text: &str) -> Text {
        let bytes = text.as_bytes();
        let same = |(start, len): &&(u32, u32)| {
            self.text.get(*start as usize..).is_some_and(|rest| rest.get(..*len as usize) == Some(bytes))
        };
        let (start, len) = self.known.iter().find(same).copied().unwrap_or_else(|| {
            let place = (word(self.text.len()), word(bytes.len()));
            self.text.extend_from_slice(bytes);
            if self.known.len() < KNOWN {
                self.known.push(place);
            }
            place
        });
        Text::short(start, len).unwrap_or_else(|| Text::long(self.push(&[start, len])))
    }

    pub(super) fn rule(&mut self, rule: row::Rule) {
        self.rules.push(rule);
    }

    /// A label, to be put before a test later.
    pub(super) fn label(&mut self) -> u32 {
        self.labels.push(0);
        word(self.labels.len() - 1)
    }

    /// Puts a label before the test that is added next.
    pub(super) fn put(&mut self, label: u32) {
        let next = word(self.tests.len());
        if let Some(place) = self.labels.get_mut(label as usize) {
            *place = next;
        }
    }

    /// Adds a test.
    pub(super) fn test(&mut self, check: Check, place: Text, holds: Way, fails: Way) {
        let operand = match check {
            Check::Segment(_) => 0,
            Check::Attribute { operand, .. } => operand,
        };
        let row = row::Test { bits: row::Test::bits(check), operand, ways: 0 };
        self.tests.push(Draft { row, place, holds, fails });
    }

    /// The entry to the test that is added next.
    pub(super) fn next_entry(&self) -> u32 {
        Entry::Test(word(self.tests.len())).word()
    }

    /// How many words the definition's row, and what was added so far, take.
    fn here(&self) -> u32 {
        word(self.words.len())
    }

    /// Puts the rules, the tests and their places here.
    pub(super) fn place(&mut self) {
        self.rules_at = self.here();
        for rule in std::mem::take(&mut self.rules) {
            self.push(&rule);
        }
        self.parts.tests = self.here();
        let drafts = std::mem::take(&mut self.tests);
        for Draft { row, holds, fails, .. } in &drafts {
            let ways = self.entry(*holds) | self.entry(*fails) << 16;
            self.push(&row::Test { ways, ..*row });
        }
        self.parts.places = self.here();
        for Draft { place, .. } in drafts {
            self.push(&place.word());
        }
    }

    /// Puts the text here, which ends the block.
    pub(super) fn finish(mut self) -> Finished {
        self.parts.text = self.here();
        words::append(&mut self.words, &self.text);
        Finished { words: self.words, rules: self.rules_at, parts: self.parts }
    }

    fn entry(&self, way: Way) -> u32 {
        match way {
            Way::Holds => Entry::Holds,
            Way::Fails => Entry::Fails,
            Way::Label(label) => Entry::Test(self.labels.get(label as usize).copied().unwrap_or_default()),
        }
        .word()
    }
}

/// A block without its own row, and where its parts begin.
pub(super) struct Finished {
    words: Vec<u32>,
    pub(super) rules: u32,
    pub(super) parts: row::Parts,
}

impl Finished {
    pub(super) fn with<T: Row>(mut self, head: &T) -> Vec<u32> {
        words::put(&mut self.words, head.as_bytes());
        self.words
    }
}

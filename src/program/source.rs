//! JSON text that becomes a program, definition by definition, as they are asked for.

use zerocopy::IntoBytes;

use super::directory::Directory;
use super::kind::{ByKind, Kind};
use super::row::{Header, halves};
use super::settle::Settling;
use super::words::{self, word};
use super::{Names, Program};
use crate::snapshot::json::{Entry, Outline};
use crate::snapshot::{Document, Problem};

/// The text of a document, with what is known of its definitions so far.
#[derive(Debug)]
pub(crate) struct Source {
    /// The document, in words since whoever brings it doesn't know whether it is text.
    words: Vec<u32>,
    drafts: Drafts,
}

#[derive(Debug)]
pub(super) struct Drafts(ByKind<Vec<Draft>>);

/// A definition in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) state: State,
    /// The key has a lone surrogate.
    pub(super) broken: bool,
    /// The key occurs more than once; which of the definitions was meant can't be known.
    pub(super) repeated: bool,
    /// Where it stands among those that are being settled, if it does.
    position: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Unread,
    Sound,
    Refused,
}

impl Source {
    /// Delimits the definitions of a document, of which none is read yet. Linear in `len`, the bytes of `words` that count.
    #[inline(never)]
    pub(crate) fn open(words: Vec<u32>, len: usize, outline: Outline) -> Result<(Self, Program), Problem> {
        let mut document = Document::read(words.as_bytes().get(..len).unwrap_or_default(), outline)?;
        // A program is about as long as its text. Growing would copy it again and again, and memory that isn't touched
        // isn't taken.
        let header = size_of::<Header>() / 4;
        let mut room = Vec::with_capacity(header + words.len());
        room.resize(header, 0);
        let mut program = Program {
            words: room,
            header: Header::default(),
            revision: document.revision.clone(),
            attributes: Names::default(),
            symbols: Names::default(),
            patterns: Vec::new(),
            alarms: std::mem::take(&mut document.alarms),
            problems: Vec::new(),
        };
        program.header.bits = Header::bits(document.sequence.is_some(), document.environment.is_some());
        program.header.sequence = halves(document.sequence.unwrap_or_default());
        program.header.revision = words::append(&mut program.words, document.revision.as_bytes());
        program.header.environment =
            words::append(&mut program.words, document.environment.as_deref().unwrap_or_default().as_bytes());
        let freezes = word(program.words.len());
        words::append(&mut program.words, document.freezes.as_bytes());
        program.header.freezes = [freezes, word(document.freezes.len())];
        let drafts = ByKind::of(|kind| {
            let (drafts, directory) = program.enter(section(&document, kind), document.start);
            *program.header.directories.get_mut(kind) = directory.place();
            drafts
        });
        Ok((Self { words, drafts: Drafts(drafts) }, program))
    }

    /// Reads and compiles everything that wasn't before.
    pub(crate) fn settle_all(&mut self, program: &mut Program) {
        let mut settling = Settling { words: &self.words, drafts: &mut self.drafts, program };
        for kind in Kind::ALL {
            settling.settle_all(kind);
        }
    }
}

impl Source {
    /// Reads and compiles a flag with everything that it needs, unless that was done before.
    pub(crate) fn settle(&mut self, program: &mut Program, flag: u32) {
        Settling { words: &self.words, drafts: &mut self.drafts, program }.settle(Kind::Flag, flag);
    }

    /// How many flags were read so far.
    pub(crate) fn checked(&self) -> usize {
        self.drafts.of(Kind::Flag).iter().filter(|draft| draft.state != State::Unread).count()
    }

    /// How many flags were found to be wrong so far.
    pub(crate) fn refused(&self) -> usize {
        self.drafts.of(Kind::Flag).iter().filter(|draft| draft.state == State::Refused).count()
    }
}

impl Drafts {
    pub(super) fn of(&self, kind: Kind) -> &[Draft] {
        self.0.get(kind)
    }

    pub(super) fn get_mut(&mut self, kind: Kind, number: u32) -> Option<&mut Draft> {
        self.0.get_mut(kind).get_mut(number as usize)
    }

    pub(super) fn position(&self, kind: Kind, number: u32) -> Option<usize> {
        self.of(kind).get(number as usize)?.position.map(|position| position as usize)
    }

    pub(super) fn set_position(&mut self, kind: Kind, number: u32, position: Option<usize>) {
        if let Some(draft) = self.get_mut(kind, number) {
            draft.position = position.map(word);
        }
    }

    pub(super) fn state(&self, kind: Kind, number: u32) -> State {
        self.of(kind).get(number as usize).map_or(State::Refused, |draft| draft.state)
    }
}

impl Program {
    /// Makes a directory of the definitions in a section of the text that begins at `text_start`; equal keys become one.
    fn enter(&mut self, entries: &[Entry<'_>], text_start: usize) -> (Vec<Draft>, Directory) {
        let directory = Directory::reserve(&mut self.words, entries.len());
        let mut drafts: Vec<Draft> = Vec::with_capacity(entries.len());
        for entry in entries {
            let number = word(drafts.len());
            let [start, len] = words::append(&mut self.words, entry.key.as_bytes());
            if let Some(row) = directory.row_mut(&mut self.words, number) {
                (row.key_start, row.key_len) = (start, len);
            }
            match directory.enter(&mut self.words, number) {
                Some(other) if other != number => {
                    if let Some(draft) = drafts.get_mut(other as usize) {
                        draft.repeated = true;
                    }
                }
                _ => drafts.push(Draft {
                    start: word(text_start + entry.start),
                    len: word(entry.text.len()),
                    state: State::Unread,
                    broken: entry.broken,
                    repeated: false,
                    position: None,
                }),
            }
        }
        let count = word(drafts.len());
        (drafts, Directory { count, ..directory })
    }
}

/// The definitions of a kind that a document has.
fn section<'d, 't>(document: &'d Document<'t>, kind: Kind) -> &'d [Entry<'t>] {
    match kind {
        Kind::Segment => &document.segments,
        Kind::Layer => &document.layers,
        Kind::Holdout => &document.holdouts,
        Kind::Flag => &document.flags,
    }
}

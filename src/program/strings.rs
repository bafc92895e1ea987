//! The program's text: every name once, and values as slices.

use std::collections::HashMap;

/// A piece of the program's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

/// The number of an interned string.
pub(crate) type Name = u32;

/// All text of a program.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    text: String,
    names: Vec<Span>,
}

impl Strings {
    pub(crate) fn get(&self, span: Span) -> &str {
        let (start, len) = (span.start as usize, span.len as usize);
        start.checked_add(len).and_then(|end| self.text.get(start..end)).unwrap_or_default()
    }

    pub(crate) fn name(&self, name: Name) -> &str {
        self.names.get(name as usize).map_or("", |span| self.get(*span))
    }
}

/// Adds to [`Strings`] while a program is compiled.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    strings: Strings,
    known: HashMap<Box<str>, Name>,
}

impl Interner {
    /// Text that is unlikely to occur again.
    #[expect(clippy::cast_possible_truncation, reason = "a document has at most 64 MiB")]
    pub(crate) fn span(&mut self, text: &str) -> Span {
        let start = self.strings.text.len() as u32;
        self.strings.text.push_str(text);
        Span { start, len: text.len() as u32 }
    }

    /// Text that is kept once.
    #[expect(clippy::cast_possible_truncation, reason = "a document has at most 64 MiB")]
    pub(crate) fn name(&mut self, text: &str) -> Name {
        if let Some(name) = self.known.get(text) {
            return *name;
        }
        let span = self.span(text);
        let name = self.strings.names.len() as Name;
        self.strings.names.push(span);
        self.known.insert(text.into(), name);
        name
    }

    pub(crate) fn text(&self, name: Name) -> &str {
        self.strings.name(name)
    }

    pub(crate) fn finish(self) -> Strings {
        self.strings
    }
}

//! Regular expressions, ready to search.

use super::Program;
use super::words::{bytes_at, from, rows};
use crate::kept::Kept;
use crate::pattern::Automaton;
#[cfg(feature = "json")]
use crate::pattern::Search;

/// A pattern as it came.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Read from its text.
    #[cfg(feature = "json")]
    Search {
        search: Search,
        /// What it is worked out ahead from.
        #[cfg(feature = "compile")]
        text: String,
        #[cfg(feature = "compile")]
        ignore_case: bool,
    },
    /// Worked out ahead.
    Automaton(Box<Automaton>),
}

impl Pattern {
    /// Whether `text`, which is UTF-8, has a match anywhere. Linear in its length.
    #[cfg_attr(not(feature = "json"), expect(unused_variables, reason = "an automaton needs nothing but its table"))]
    pub(crate) fn is_match(&self, text: &str, kept: &mut Kept) -> bool {
        match self {
            #[cfg(feature = "json")]
            Self::Search { search, .. } => search.is_match(text, &mut kept.search),
            Self::Automaton(automaton) => automaton.is_match(text.as_bytes()),
        }
    }
}

impl Program {
    /// Makes the patterns of a compiled snapshot ready; whether they all are sound.
    pub(super) fn open_patterns(&mut self) -> bool {
        let [at, count] = self.header.patterns;
        for [start, len] in rows::<[u32; 2]>(from(&self.words, at), count) {
            if let Some(automaton) = Automaton::read(bytes_at(&self.words, *start, *len)) {
                self.patterns.push(Pattern::Automaton(Box::new(automaton)));
            }
        }
        self.patterns.len() == count as usize
    }
}

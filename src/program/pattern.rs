//! Regular expressions, ready to search.

#[cfg(feature = "json")]
use regex_lite::Regex;

use super::Program;

/// A pattern as this build can search for it.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// Compiled from its text.
    #[cfg(feature = "json")]
    Regex { regex: Regex, ignore_case: bool },
}

impl Pattern {
    /// Whether `text`, which is UTF-8, has a match anywhere. Linear in its length.
    #[cfg_attr(not(feature = "json"), expect(unused_variables, reason = "x"))]
    pub(crate) fn is_match(&self, text: &[u8]) -> bool {
        match *self {
            #[cfg(feature = "json")]
            Self::Regex { ref regex, .. } => std::str::from_utf8(text).is_ok_and(|text| regex.is_match(text)),
        }
    }
}

impl Program {
    /// Makes the patterns of a compiled snapshot ready; whether they all are sound.
    pub(super) fn open_patterns(&mut self) -> bool {
        self.header.patterns[1] == 0
    }
}

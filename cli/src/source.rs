//! A text with its lines: from a byte to a line and a column, and back.

use std::ops::Range;

/// Lines and columns count from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// A document's text without its byte order mark; what isn't UTF-8 in it is replaced.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Where each line begins.
    lines: Vec<usize>,
    /// How many characters begin before each step of [`STEP`] bytes: a file may be one line of many megabytes.
    characters: Vec<usize>,
}

const STEP: usize = 4096;

impl Source {
    pub(crate) fn new(name: String, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(without_mark(bytes)).into_owned();
        let behind_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(behind_breaks).collect();
        let mut counted = 0;
        let mut characters = Vec::new();
        for step in text.as_bytes().chunks(STEP) {
            characters.push(counted);
            counted += starts_in(step);
        }
        Self { name, text, lines, characters }
    }

    /// The line and the column of the byte at `at`.
    pub(crate) fn position(&self, at: usize) -> Position {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or_default();
        Position { line, column: self.characters_before(at) - self.characters_before(start) + 1 }
    }

    fn characters_before(&self, at: usize) -> usize {
        // The text's end may be the first byte of a step that isn't there.
        let step = (at / STEP).min(self.characters.len().saturating_sub(1));
        let rest = self.text.as_bytes().get(step * STEP..at).unwrap_or_default();
        self.characters.get(step).copied().unwrap_or_default() + starts_in(rest)
    }

    /// The byte at a line and a column; the text's end for what is behind it.
    pub(crate) fn offset(&self, position: Position) -> usize {
        let line = self.line(position.line);
        let text = self.text.get(line.clone()).unwrap_or_default();
        let column = position.column.saturating_sub(1);
        line.start + text.char_indices().nth(column).map_or(text.len(), |(at, _)| at)
    }

    /// Where a line is, without its break; nowhere behind the last line.
    pub(crate) fn line(&self, number: usize) -> Range<usize> {
        let end = self.text.len();
        let start = number.checked_sub(1).and_then(|index| self.lines.get(index)).copied().unwrap_or(end);
        let until = self.lines.get(number).map_or(end, |next| next.saturating_sub(1));
        let line = self.text.get(start..until).unwrap_or_default();
        start..start + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// How many lines there are; behind a last line break there is one more, without text.
    pub(crate) fn last_line(&self) -> usize {
        self.lines.len()
    }
}

/// How many characters begin in a part of a text in UTF-8.
fn starts_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

/// The bytes behind a leading byte order mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_right_in_a_line_of_many_steps() {
        let text = "aé小😀".repeat(STEP);
        let source = Source::new("x".to_owned(), ["\n", &text].concat().as_bytes());
        for (column, (at, _)) in text.char_indices().enumerate().step_by(61) {
            assert_eq!(source.position(at + 1), Position { line: 2, column: column + 1 });
        }
        assert_eq!(source.position(text.len() + 1), Position { line: 2, column: 4 * STEP + 1 });
        let full = Source::new("x".to_owned(), "a".repeat(STEP).as_bytes());
        assert_eq!(full.position(STEP), Position { line: 1, column: STEP + 1 });
    }

    #[test]
    fn positions_and_offsets_are_each_other_s_way_back() {
        let source = Source::new("x".to_owned(), "\u{feff}é小😀\r\n\nlast".as_bytes());
        for (at, line, column) in [(0, 1, 1), (2, 1, 2), (5, 1, 3), (9, 1, 4), (11, 2, 1), (12, 3, 1), (16, 3, 5)] {
            let position = Position { line, column };
            assert_eq!(source.position(at), position, "byte {at}");
            assert_eq!(source.offset(position), at, "{position:?}");
        }
        assert_eq!(source.line(1), 0..9);
        assert_eq!(source.line(2), 11..11);
        assert_eq!(source.line(9), 16..16);
    }
}

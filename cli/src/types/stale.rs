//! Whether a file is what would be written, and where it first isn't.

use std::fmt;

use serde::Serialize;

use crate::show::{printable, shorten};

/// The first line that differs. A line that isn't there is none.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    /// From 1.
    line: usize,
    found: Option<String>,
    expected: Option<String>,
}

/// Columns of a line that is shown.
const SHOWN: usize = 100;

/// The first difference of a file from what would be written; line breaks may be those of Windows.
pub(super) fn difference(text: &str, file: Option<&[u8]>) -> Option<Difference> {
    let Some(file) = file else {
        return Some(Difference { line: 1, found: None, expected: text.lines().next().map(str::to_owned) });
    };
    let file = String::from_utf8_lossy(file);
    // The last line break counts, too.
    let mut lines = (file.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)), text.split('\n'));
    for line in 1.. {
        match (lines.0.next(), lines.1.next()) {
            (None, None) => break,
            (found, expected) if found == expected => {}
            (found, expected) => {
                return Some(Difference {
                    line,
                    found: found.map(str::to_owned),
                    expected: expected.map(str::to_owned),
                });
            }
        }
    }
    None
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A file that is there has a first line, if only an empty one.
        if self.line == 1 && self.found.is_none() {
            return formatter.write_str("there is no such file");
        }
        let line = |line: &Option<String>| match line {
            Some(line) => format!("`{}`", shorten(&printable(line.trim()), SHOWN)),
            None => "no such line".to_owned(),
        };
        write!(formatter, "line {}: found {}, expected {}", self.line, line(&self.found), line(&self.expected))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        let said = |file: &[u8]| difference("a\nb\n", Some(file)).map(|difference| difference.to_string());
        assert_eq!(said(b"a\nb\n"), None);
        assert_eq!(said(b"a\r\nb\r\n"), None);
        assert_eq!(said(b"a\nc\n").unwrap(), "line 2: found `c`, expected `b`");
        assert_eq!(said(b"a\nb").unwrap(), "line 3: found no such line, expected ``");
        assert_eq!(said(b"a\nb\n\n").unwrap(), "line 4: found ``, expected no such line");
        assert_eq!(said(b"\xff\nb\n").unwrap(), "line 1: found `\u{fffd}`, expected `a`");
    }
}

//! Where the records of CSV end: at a line's end that is not within quotes. It walks as the reader of CSV does.

use super::split::{Scan, Step};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    /// At the beginning of a cell, the only place where a quote opens.
    Start,
    Plain,
    Quoted,
    /// Behind a quote in quotes: it closes them, unless another follows.
    Quote,
}

impl Scan for Records {
    fn step(&mut self, byte: u8) -> Result<Step, String> {
        *self = match (*self, byte) {
            (Self::Start, b'"') | (Self::Quote, b'"') => Self::Quoted,
            (Self::Quoted, b'"') => Self::Quote,
            (Self::Quoted, _) => Self::Quoted,
            (_, b'\n' | b'\r') => {
                *self = Self::Start;
                return Ok(Step::Next);
            }
            (_, b',') => Self::Start,
            _ => Self::Plain,
        };
        Ok(Step::On)
    }

    fn end(&self) -> Result<Step, String> {
        match self {
            Self::Quoted => Err("found the end of the text within quotes, expected `\"`".to_owned()),
            _ => Ok(Step::Ends),
        }
    }

    fn is_blank(&self, row: &[u8]) -> bool {
        row.is_empty()
    }
}

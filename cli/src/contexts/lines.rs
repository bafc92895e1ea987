//! NDJSON: one JSON object a line. Blank lines are passed over.

use super::split::{Scan, Step};

pub(super) struct Lines;

impl Scan for Lines {
    fn step(&mut self, byte: u8) -> Result<Step, String> {
        Ok(if byte == b'\n' { Step::Next } else { Step::On })
    }

    fn end(&self) -> Result<Step, String> {
        Ok(Step::Ends)
    }

    fn is_blank(&self, row: &[u8]) -> bool {
        row.trim_ascii().is_empty()
    }
}

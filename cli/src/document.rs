//! What a verb is pointed at: a snapshot's file, or standard input.

use std::path::Path;

use anyhow::Result;
use tidegate::{Problem, Program};

use crate::finding::{Finding, findings};
use crate::input;
use crate::notice::Notice;
use crate::source::Source;

/// A snapshot's bytes, and where what is in them was written.
pub(crate) struct Document {
    pub(crate) name: String,
    /// JSON, or a compiled snapshot.
    pub(crate) bytes: Vec<u8>,
    source: Source,
}

impl Document {
    /// # Errors
    /// It can't be read.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (name, bytes) = input::read(path)?;
        let source = Source::new(name.clone(), &bytes);
        Ok(Self { name, bytes, source })
    }

    /// The program that it is, with every definition read.
    ///
    /// # Errors
    /// It is refused as a whole.
    pub(crate) fn load(&self) -> Result<Program, Problem> {
        Program::load(&self.bytes)
    }

    /// The notices with their places, in the order of the text.
    pub(crate) fn find(&self, notices: Vec<Notice>) -> Vec<Finding<'_>> {
        findings(&self.source, &self.bytes, notices)
    }
}

//! What is wrong with the sources themselves, at the place where it was written.

use miette::Severity;
use tidegate::Subject;

use super::tree::Span;
use crate::notice::{Notice, Part};

/// A notice that is being put together.
#[derive(Debug)]
pub(crate) struct Trouble(Notice);

impl Trouble {
    /// `message` is one sentence, lower case, without a full stop.
    pub(crate) fn new(code: &str, at: Option<Span>, message: impl Into<String>) -> Self {
        Self(Notice {
            severity: Severity::Error,
            code: code.to_owned(),
            subject: None,
            path: String::new(),
            part: at.map_or(Part::Value, |at| Part::Written { at, first: None }),
            message: message.into(),
            suggestion: None,
            help: None,
        })
    }

    /// The place as a JSON Pointer.
    pub(crate) fn at_path(mut self, path: impl Into<String>) -> Self {
        self.0.path = path.into();
        self
    }

    pub(crate) fn about(mut self, subject: Subject) -> Self {
        self.0.subject = Some(subject);
        self
    }

    /// Where the same thing stands first.
    pub(crate) fn first(mut self, there: Span) -> Self {
        if let Part::Written { first, .. } = &mut self.0.part {
            *first = Some(there);
        }
        self
    }

    pub(crate) fn suggest(mut self, name: Option<&str>) -> Self {
        self.0.suggestion = name.map(str::to_owned);
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}

impl From<Trouble> for Notice {
    fn from(trouble: Trouble) -> Self {
        trouble.0
    }
}

impl From<Trouble> for Box<Notice> {
    fn from(trouble: Trouble) -> Self {
        Self::new(trouble.0)
    }
}

//! What a check has to say about one place of a snapshot, whoever found it.

use miette::Severity;
use tidegate::{Code, Problem, Subject};

use crate::sources::tree::Span;

/// A problem, a warning or a lint.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) severity: Severity,
    /// A stable name for this kind.
    pub(crate) code: String,
    /// The definition that it is about, unless that is the document.
    pub(crate) subject: Option<Subject>,
    /// Where: a JSON Pointer into the snapshot.
    pub(crate) path: String,
    /// Which end of a member is meant.
    pub(crate) part: Part,
    /// One sentence, lower case, without a full stop.
    pub(crate) message: String,
    /// The name that was probably meant.
    pub(crate) suggestion: Option<String>,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

/// What is underlined of a member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Key,
    Value,
    /// The text itself is at fault, and pointers lead nowhere in it.
    Text(Code),
    /// What was written there in a source, whatever the pointer leads to; and where the same thing was written first.
    Written {
        at: Span,
        first: Option<Span>,
    },
}

impl Notice {
    /// A problem that refuses something.
    pub(crate) fn error(problem: &Problem) -> Self {
        Self::of(problem, Severity::Error)
    }

    /// A warning of a load.
    pub(crate) fn warning(problem: &Problem) -> Self {
        Self::of(problem, Severity::Warning)
    }

    fn of(problem: &Problem, severity: Severity) -> Self {
        let part = match problem.code {
            Code::TooLarge | Code::InvalidUtf8 | Code::NotJsonHtml | Code::InvalidJson => Part::Text(problem.code),
            Code::UnknownField | Code::DuplicateKey | Code::ConflictingParameter => Part::Key,
            _ => Part::Value,
        };
        Self {
            severity,
            code: problem.code.name().to_owned(),
            subject: problem.subject.clone(),
            path: problem.path.clone(),
            part,
            message: problem.message.clone(),
            suggestion: problem.suggestion.clone(),
            help: None,
        }
    }
}

//! What is wrong with a snapshot, said so that its author can mend it.

use std::fmt;

use serde::Serialize;

use super::json::Fault;

/// A stable name for a kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// The text is not JSON.
    InvalidJson,
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// An HTML page was found where JSON was expected.
    NotJsonHtml,
    /// The document is larger than [`limits::DOCUMENT_BYTES`](super::limits::DOCUMENT_BYTES).
    TooLarge,
    /// `schemaVersion` is not one that this version reads.
    UnsupportedVersion,
    /// A required field is absent.
    MissingField,
    /// A field that the schema doesn't have.
    UnknownField,
    /// A key that occurs twice in one object.
    DuplicateKey,
    /// A value of another JSON type than expected.
    WrongType,
    /// A value of the right type that can't be meant.
    InvalidValue,
    /// An operator that the schema doesn't have.
    UnknownOperator,
    /// A variant that the flag doesn't have.
    UnknownVariant,
    /// A flag that the snapshot doesn't have.
    UnknownFlag,
    /// A segment that the snapshot doesn't have.
    UnknownSegment,
    /// A layer that the snapshot doesn't have.
    UnknownLayer,
    /// An experiment that the layer doesn't have.
    UnknownExperiment,
    /// A holdout that the snapshot doesn't have.
    UnknownHoldout,
    /// A holdout that covers a flag with another unit.
    UnitMismatch,
    /// A definition that is itself refused.
    RefusedDependency,
    /// A chain of prerequisites or segments that comes back to where it began.
    Cycle,
    /// Deeper nesting than the limits allow.
    TooDeep,
    /// More entries than the limits allow.
    TooMany,
    /// A regular expression that can't be used.
    InvalidPattern,
    /// A flag that hashes units without a salt.
    MissingSalt,
    /// An update whose `sequence` is lower than the one in use.
    OlderSequence,
    /// A compiled snapshot that is damaged.
    InvalidImage,
    /// A snapshot that is not compiled, where only compiled ones are read.
    NotCompiled,
    /// A parameter that experiments of several flags set: a warning, which refuses nothing.
    ConflictingParameter,
}

impl Code {
    const ALL: [Self; 28] = [
        Self::InvalidJson,
        Self::InvalidUtf8,
        Self::NotJsonHtml,
        Self::TooLarge,
        Self::UnsupportedVersion,
        Self::MissingField,
        Self::UnknownField,
        Self::DuplicateKey,
        Self::WrongType,
        Self::InvalidValue,
        Self::UnknownOperator,
        Self::UnknownVariant,
        Self::UnknownFlag,
        Self::UnknownSegment,
        Self::UnknownLayer,
        Self::UnknownExperiment,
        Self::UnknownHoldout,
        Self::UnitMismatch,
        Self::RefusedDependency,
        Self::Cycle,
        Self::TooDeep,
        Self::TooMany,
        Self::InvalidPattern,
        Self::MissingSalt,
        Self::OlderSequence,
        Self::InvalidImage,
        Self::NotCompiled,
        Self::ConflictingParameter,
    ];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }

    /// The name, as it is written in a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidJson => "INVALID_JSON",
            Self::InvalidUtf8 => "INVALID_UTF8",
            Self::NotJsonHtml => "NOT_JSON_HTML",
            Self::TooLarge => "TOO_LARGE",
            Self::UnsupportedVersion => "UNSUPPORTED_VERSION",
            Self::MissingField => "MISSING_FIELD",
            Self::UnknownField => "UNKNOWN_FIELD",
            Self::DuplicateKey => "DUPLICATE_KEY",
            Self::WrongType => "WRONG_TYPE",
            Self::InvalidValue => "INVALID_VALUE",
            Self::UnknownOperator => "UNKNOWN_OPERATOR",
            Self::UnknownVariant => "UNKNOWN_VARIANT",
            Self::UnknownFlag => "UNKNOWN_FLAG",
            Self::UnknownSegment => "UNKNOWN_SEGMENT",
            Self::UnknownLayer => "UNKNOWN_LAYER",
            Self::UnknownExperiment => "UNKNOWN_EXPERIMENT",
            Self::UnknownHoldout => "UNKNOWN_HOLDOUT",
            Self::UnitMismatch => "UNIT_MISMATCH",
            Self::RefusedDependency => "REFUSED_DEPENDENCY",
            Self::Cycle => "CYCLE",
            Self::TooDeep => "TOO_DEEP",
            Self::TooMany => "TOO_MANY",
            Self::InvalidPattern => "INVALID_PATTERN",
            Self::MissingSalt => "MISSING_SALT",
            Self::OlderSequence => "OLDER_SEQUENCE",
            Self::InvalidImage => "INVALID_IMAGE",
            Self::NotCompiled => "NOT_COMPILED",
            Self::ConflictingParameter => "CONFLICTING_PARAMETER",
        }
    }
}

/// The definition that a problem refuses or warns about, by its key. Ordered as they are reported: what others need comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// A holdout.
    Holdout(String),
    /// A layer.
    Layer(String),
    /// A segment.
    Segment(String),
    /// A flag.
    Flag(String),
}

impl Subject {
    /// What it is, as a report names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Holdout(_) => "holdout",
            Self::Layer(_) => "layer",
            Self::Segment(_) => "segment",
            Self::Flag(_) => "flag",
        }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Holdout(key) | Self::Layer(key) | Self::Segment(key) | Self::Flag(key) => key,
        }
    }
}

/// One problem: where it is, what was found and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is refused because of it, or warned about, unless that is the document.
    #[serde(flatten)]
    pub subject: Option<Subject>,
    /// The stable name of this kind of problem.
    pub code: Code,
    /// Where: a JSON Pointer (RFC 6901) into the document, empty for the document itself.
    pub path: String,
    /// One sentence, lower case, without a full stop.
    pub message: String,
    /// The name that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence())
    }
}

impl Problem {
    /// One that names no definition yet.
    pub(crate) const fn new(code: Code, path: String, message: String) -> Self {
        Self { subject: None, code, path, message, suggestion: None }
    }

    /// What it displays as: the module asks here, and so has no use for formatters.
    pub(crate) fn sentence(&self) -> String {
        let place = if self.path.is_empty() { "" } else { ": " };
        let mut sentence = [&self.path, place, &self.message].concat();
        if let Some(suggestion) = &self.suggestion {
            sentence.extend([", did you mean `", suggestion, "`?"]);
        }
        sentence
    }
}

impl std::error::Error for Problem {}

/// A place in the document, linked to the place around it; it becomes text only when a problem is found there.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// `None` for the document, whose step means nothing.
    around: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Key(&'p str),
    Index(usize),
}

impl<'p> Place<'p> {
    pub(crate) const DOCUMENT: Place<'static> = Place { around: None, step: Step::Index(0) };

    pub(crate) fn key(&'p self, key: &'p str) -> Place<'p> {
        Place { around: Some(self), step: Step::Key(key) }
    }

    pub(crate) fn index(&'p self, index: usize) -> Place<'p> {
        Place { around: Some(self), step: Step::Index(index) }
    }

    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::new();
        self.write(&mut pointer);
        pointer
    }

    /// Recursion is bounded, since reading is what leads here.
    fn write(&self, pointer: &mut String) {
        let Some(around) = self.around else {
            return;
        };
        around.write(pointer);
        pointer.push('/');
        match self.step {
            Step::Key(key) => {
                for char in key.chars() {
                    match char {
                        '~' => pointer.push_str("~0"),
                        '/' => pointer.push_str("~1"),
                        _ => pointer.push(char),
                    }
                }
            }
            Step::Index(index) => pointer.push_str(&index.to_string()),
        }
    }
}

/// Collects what is wrong with one flag or segment; anything in it means that it is refused.
#[derive(Default)]
pub(crate) struct Problems {
    pub(crate) list: Vec<Problem>,
}

impl Problems {
    /// `message` comes in parts, so that putting them together is compiled once.
    pub(crate) fn add(&mut self, place: &Place<'_>, code: Code, message: &[&str]) {
        self.add_near(place, code, message, None);
    }

    pub(crate) fn add_near(&mut self, place: &Place<'_>, code: Code, message: &[&str], suggestion: Option<String>) {
        self.list.push(Problem { suggestion, ..Problem::new(code, place.pointer(), message.concat()) });
    }
}

/// The candidate closest to what was written, when it is close enough to be a slip; of equally close ones the first by name.
#[cfg(feature = "json")]
pub(crate) fn nearest(written: &str, candidates: &mut dyn Iterator<Item = &str>) -> Option<String> {
    // The distance costs the product of both lengths for every candidate: bounded, so that a hostile snapshot
    // full of long misspelt names is refused as fast as any other.
    const CANDIDATES: usize = 1_000;
    const LENGTH: usize = 64;
    if written.len() > LENGTH {
        return None;
    }
    let allowed = (written.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for _ in 0..CANDIDATES {
        let Some(candidate) = candidates.next() else { break };
        if candidate.len() > LENGTH || candidate.len().abs_diff(written.len()) > allowed * 4 {
            continue;
        }
        let found = (strsim::osa_distance(written, candidate), candidate);
        let is_close = found.0 <= allowed || candidate.eq_ignore_ascii_case(written);
        if is_close && best.is_none_or(|best| found < best) {
            best = Some(found);
        }
    }
    best.map(|(_, candidate)| candidate.to_owned())
}

/// A problem with a document as a whole.
pub(crate) fn whole(code: Code, message: String) -> Problem {
    Problem::new(code, String::new(), message)
}

/// A text that is not JSON, with the line and column where it stops being so.
pub(crate) fn unreadable(text: &str, fault: Fault) -> Problem {
    let (mut line, mut column) = (1_usize, 1_usize);
    for char in text.get(..fault.at).unwrap_or(text).chars() {
        (line, column) = if char == '\n' { (line + 1, 1) } else { (line, column + 1) };
    }
    let found = match text.get(fault.at..).and_then(|rest| rest.chars().next()) {
        Some(found) => ["`", found.encode_utf8(&mut [0; 4]), "`"].concat(),
        None => "the end".to_owned(),
    };
    let place = [" at line ", &line.to_string(), " column ", &column.to_string()].concat();
    whole(Code::InvalidJson, ["not JSON: found ", &found, &place, ", expected ", fault.expected].concat())
}

//! A notice with its place in a text.

use std::ops::Range;

use serde::Serialize;
use tidegate::{Code, Subject, limits};

use crate::locate::{Spot, locate};
use crate::notice::{Notice, Part};
use crate::show::printable;
use crate::source::{Position, Source, without_mark};

/// A notice, and where in the files it is.
pub(crate) struct Finding<'a> {
    pub(crate) source: &'a Source,
    pub(crate) notice: Notice,
    /// Nowhere for a document that is too large to be looked into, or compiled.
    pub(crate) place: Option<Place>,
}

/// What is underlined: a part of one line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// In bytes of the source's text.
    pub(crate) span: Range<usize>,
    pub(crate) start: Position,
    /// Behind the last character.
    pub(crate) end: Position,
    /// Where a key that occurs more than once stands first.
    pub(crate) first: Option<First>,
}

/// A place that comes before another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct First {
    /// Unless that is the same one.
    pub(crate) file: Option<String>,
    pub(crate) at: Position,
}

impl Finding<'_> {
    /// What tells it from all others: it is the same one in two environments.
    pub(crate) fn identity(&self) -> (String, Option<usize>, [String; 3]) {
        let Notice { code, path, message, .. } = &self.notice;
        let start = self.place.as_ref().map(|place| place.span.start);
        (self.source.name.clone(), start, [code.clone(), path.clone(), message.clone()])
    }

    /// What to do about it, or where else to look.
    pub(crate) fn help(&self) -> Option<String> {
        let Some(First { file, at }) = self.place.as_ref().and_then(|place| place.first.as_ref()) else {
            return self.notice.help.clone();
        };
        let file = file.as_ref().map(|file| format!("`{file}`, ")).unwrap_or_default();
        Some(format!("it stands first in {file}line {}, column {}", at.line, at.column))
    }
}

/// Longer values are named by their key.
pub(crate) const UNDERLINED: usize = 100;

/// The notices of a JSON text in its order.
pub(crate) fn findings<'a>(source: &'a Source, bytes: &[u8], notices: Vec<Notice>) -> Vec<Finding<'a>> {
    let paths: Vec<String> = notices.iter().map(|notice| notice.path.clone()).collect();
    let is_inside = notices.iter().map(|notice| !matches!(notice.part, Part::Text(_)));
    let spots = locate(&source.text, paths.iter().zip(is_inside).filter(|(_, is)| *is).map(|(path, _)| path.as_str()));
    let find = |mut notice: Notice| {
        let spot = spots.get(notice.path.as_str());
        let span = match notice.part {
            Part::Text(code) => unreadable_at(source, bytes, code, &mut notice.message),
            Part::Written { at, .. } => Some(at.bytes()),
            part => spot.map(|spot| underlined(source, part, &notice.path, spot)),
        };
        notice.message = printable(&notice.message);
        let first = spot.and_then(|spot| spot.first.clone()).filter(|_| notice.code == Code::DuplicateKey.name());
        let place = span.map(|span| Place {
            start: source.position(span.start),
            end: source.position(span.end),
            first: first.map(|first| First { file: None, at: source.position(first.start) }),
            span,
        });
        Finding { source, notice, place }
    };
    let mut findings: Vec<Finding<'a>> = notices.into_iter().map(find).collect();
    findings.sort_by_key(|finding| finding.place.as_ref().map(|place| place.span.start));
    findings
}

/// Where a text stops being a snapshot's, which is taken out of the message.
pub(crate) fn unreadable_at(source: &Source, bytes: &[u8], code: Code, message: &mut String) -> Option<Range<usize>> {
    let begin = source.text.len() - source.text.trim_ascii_start().len();
    let at = match code {
        Code::TooLarge => return None,
        Code::InvalidUtf8 => match std::str::from_utf8(without_mark(bytes)) {
            Ok(_) => 0,
            Err(error) => error.valid_up_to(),
        },
        Code::InvalidJson => match place_in(message) {
            Some((shorter, position)) => {
                *message = shorter;
                source.offset(position)
            }
            None => begin,
        },
        _ => begin,
    };
    Some(at..at + source.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8))
}

/// Takes ` at line 3 column 14` out of a message.
fn place_in(message: &str) -> Option<(String, Position)> {
    let (before, rest) = message.split_once(" at line ")?;
    let (line, rest) = rest.split_once(" column ")?;
    let (column, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    Some(([before, after].concat(), Position { line: line.parse().ok()?, column: column.parse().ok()? }))
}

/// The part of a line that stands for what is wrong.
pub(crate) fn underlined(source: &Source, part: Part, path: &str, spot: &Spot) -> Range<usize> {
    let value = source.text.get(spot.value.clone()).unwrap_or_default();
    let about_key = part == Part::Key || is_bad_name(path);
    let fits = value.chars().nth(UNDERLINED).is_none() && !value.contains('\n');
    let span = match &spot.key {
        Some(key) if about_key || !fits => key.clone(),
        _ if fits => spot.value.clone(),
        _ => spot.value.start..spot.value.start + value.chars().next().map_or(0, char::len_utf8),
    };
    let text = source.text.get(span.clone()).unwrap_or_default();
    let until = text.char_indices().nth(UNDERLINED).map_or(text.len(), |(at, _)| at);
    span.start..span.start + until
}

/// Whether the problem must be with the name itself.
fn is_bad_name(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(_, name)| matches!(name, "" | "__proto__") || name.len() > limits::NAME_BYTES)
}

/// A finding as programs read it. A place that is unknown has neither line nor column.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingReport {
    pub(crate) file: String,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) end_line: Option<usize>,
    pub(crate) end_column: Option<usize>,
    pub(crate) path: String,
    pub(crate) code: String,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) suggestion: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<String>,
    #[serde(flatten)]
    subject: Option<Subject>,
}

impl FindingReport {
    pub(crate) fn new(finding: &Finding<'_>) -> Self {
        let notice = &finding.notice;
        let place = finding.place.as_ref();
        Self {
            file: finding.source.name.clone(),
            line: place.map(|place| place.start.line),
            column: place.map(|place| place.start.column),
            end_line: place.map(|place| place.end.line),
            end_column: place.map(|place| place.end.column),
            path: notice.path.clone(),
            code: notice.code.clone(),
            message: notice.message.clone(),
            suggestion: notice.suggestion.clone(),
            help: finding.help(),
            subject: notice.subject.clone(),
        }
    }
}

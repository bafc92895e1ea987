//! A problem with its place in the text.

use std::ops::Range;

use tidegate::{Code, Problem, limits};

use crate::locate::{Spot, locate};
use crate::show::printable;
use crate::source::{Position, Source, without_mark};

/// A problem of a snapshot, and where in the file it is.
pub(crate) struct Finding<'a> {
    pub(crate) source: &'a Source,
    pub(crate) problem: &'a Problem,
    /// The problem's message, without the place that is given elsewhere.
    pub(crate) message: String,
    /// Nowhere for a document that is too large to be looked into.
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
    pub(crate) first: Option<Position>,
}

/// Longer values are named by their key.
const UNDERLINED: usize = 100;

/// The problems of a document in the order of the text.
pub(crate) fn findings<'a>(source: &'a Source, bytes: &[u8], problems: &'a [Problem]) -> Vec<Finding<'a>> {
    let inside = problems.iter().filter(|problem| !refuses_text(problem.code));
    let spots = locate(&source.text, inside.map(|problem| problem.path.as_str()));
    let find = |problem: &'a Problem| {
        let (span, message) = if refuses_text(problem.code) {
            unreadable_at(source, bytes, problem)
        } else {
            let span = spots.get(problem.path.as_str()).map(|spot| underlined(source, problem, spot));
            (span, problem.message.clone())
        };
        let first = spots.get(problem.path.as_str()).and_then(|spot| spot.first.clone());
        let first = first.filter(|_| problem.code == Code::DuplicateKey);
        let place = span.map(|span| Place {
            start: source.position(span.start),
            end: source.position(span.end),
            first: first.map(|first| source.position(first.start)),
            span,
        });
        Finding { source, problem, message: printable(&message), place }
    };
    let mut findings: Vec<Finding<'a>> = problems.iter().map(find).collect();
    findings.sort_by_key(|finding| finding.place.as_ref().map(|place| place.span.start));
    findings
}

/// Whether the text can't be looked into by pointers.
fn refuses_text(code: Code) -> bool {
    matches!(code, Code::TooLarge | Code::InvalidUtf8 | Code::NotJsonHtml | Code::InvalidJson)
}

/// Where a text stops being a snapshot's, and the message without that place.
fn unreadable_at(source: &Source, bytes: &[u8], problem: &Problem) -> (Option<Range<usize>>, String) {
    let begin = source.text.len() - source.text.trim_ascii_start().len();
    let mut message = problem.message.clone();
    let at = match problem.code {
        Code::TooLarge => return (None, message),
        Code::InvalidUtf8 => match std::str::from_utf8(without_mark(bytes)) {
            Ok(_) => 0,
            Err(error) => error.valid_up_to(),
        },
        Code::InvalidJson => match place_in(&problem.message) {
            Some((shorter, position)) => {
                message = shorter;
                source.offset(position)
            }
            None => begin,
        },
        _ => begin,
    };
    (Some(at..at + source.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)), message)
}

/// Takes ` at line 3 column 14` out of a message.
fn place_in(message: &str) -> Option<(String, Position)> {
    let (before, rest) = message.split_once(" at line ")?;
    let (line, rest) = rest.split_once(" column ")?;
    let (column, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    Some(([before, after].concat(), Position { line: line.parse().ok()?, column: column.parse().ok()? }))
}

/// The part of a line that stands for what is wrong.
fn underlined(source: &Source, problem: &Problem, spot: &Spot) -> Range<usize> {
    let value = source.text.get(spot.value.clone()).unwrap_or_default();
    let is_of_key = matches!(problem.code, Code::UnknownField | Code::DuplicateKey | Code::ConflictingParameter);
    let about_key = is_of_key || is_bad_name(&problem.path);
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

//! A finding as people read it, drawn by miette.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::ops::Range;

use anyhow::Result;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use crate::finding::{Finding, Place};
use crate::host;
use crate::show::{has_unicode, is_odd, printable};
use crate::source::Source;

/// Draws findings for where they are written to.
pub(crate) struct Painter(GraphicalReportHandler);

impl Painter {
    pub(crate) fn for_stdout() -> Self {
        let terminal = std::io::stdout();
        Self::new(terminal.is_terminal(), host::columns(terminal))
    }

    pub(crate) fn for_stderr() -> Self {
        let terminal = std::io::stderr();
        Self::new(terminal.is_terminal(), host::columns(terminal))
    }

    /// Colours are always drawn: the stream takes them out where they don't belong.
    fn new(terminal: bool, columns: Option<u16>) -> Self {
        let theme = if has_unicode(terminal) { GraphicalTheme::unicode() } else { GraphicalTheme::ascii() };
        let handler = GraphicalReportHandler::new_themed(theme).with_links(false);
        // A line that a program reads, or that goes into a log, stays one line.
        Self(match columns {
            Some(columns) if terminal => handler.with_width(usize::from(columns).clamp(40, 120)),
            _ => handler.with_wrap_lines(false),
        })
    }

    pub(crate) fn paint(&self, finding: &Finding<'_>, out: &mut impl Write) -> Result<()> {
        let mut drawn = String::new();
        self.0.render_report(&mut drawn, &Drawing::new(finding))?;
        writeln!(out, "{drawn}")?;
        Ok(())
    }
}

#[derive(Debug)]
struct Drawing {
    severity: Severity,
    title: String,
    message: String,
    label: Option<String>,
    help: Option<String>,
    excerpt: Option<Excerpt>,
}

impl Drawing {
    fn new(finding: &Finding<'_>) -> Self {
        let notice = &finding.notice;
        let mut title = notice.code.clone();
        if !notice.path.is_empty() {
            title.extend([" at ", &printable(&notice.path)]);
        }
        let suggestion = notice.suggestion.as_deref();
        let message = match finding.place {
            Some(_) => notice.message.clone(),
            None => format!("`{}`: {}", finding.source.name, notice.message),
        };
        Self {
            severity: notice.severity,
            title,
            message,
            label: suggestion.map(|name| format!("did you mean `{}`?", printable(name))),
            help: finding.help(),
            excerpt: finding.place.as_ref().map(|place| Excerpt::cut(finding.source, place)),
        }
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.title))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.excerpt.as_ref()?.span.clone();
        let label = LabeledSpan::new(self.label.clone(), span.start, span.len());
        Some(Box::new(std::iter::once(label)))
    }
}

/// The few lines around a place. A file may be one line of many megabytes, so a long line is cut on both sides.
#[derive(Debug)]
struct Excerpt {
    name: String,
    text: String,
    /// The lines before the text.
    lines_before: usize,
    /// The underlined part of `text`.
    span: Range<usize>,
    /// Of the underlined part, in the file, from 0.
    line: usize,
    column: usize,
}

/// Lines of more bytes are cut.
const LONG_LINE: usize = 200;
/// What is left on either side of the underlined part of a long line, in bytes.
const AROUND: usize = 60;
/// Stands for what was cut.
const CUT: &str = "...";

impl Excerpt {
    fn cut(source: &Source, place: &Place) -> Self {
        let (line, column) = (place.start.line, place.start.column);
        let first = line.saturating_sub(1).max(1);
        let last = (line + 1).min(source.last_line());
        let long = (first..=last).any(|number| source.line(number).len() > LONG_LINE);
        let whole = source.line(line);
        let range = if long {
            let start = place.span.start.saturating_sub(AROUND).max(whole.start);
            let end = (place.span.end + AROUND).min(whole.end).max(place.span.end);
            source.text.floor_char_boundary(start)..source.text.ceil_char_boundary(end)
        } else {
            source.line(first).start..source.line(last).end.max(place.span.end)
        };
        let before = if long && range.start > whole.start { CUT } else { "" };
        let after = if long && range.end < whole.end { CUT } else { "" };
        let mut text = [before, &harmless(source.text.get(range.clone()).unwrap_or_default()), after].concat();
        let start = place.span.start - range.start + before.len();
        let mut end = start + place.span.len();
        if start == end {
            // The end of the text was found where more was expected: a space, to have something to point at.
            text.push(' ');
            end += 1;
        }
        Self {
            name: source.name.clone(),
            text,
            lines_before: if long { line - 1 } else { first - 1 },
            span: start..end,
            line: line - 1,
            column: column - 1,
        }
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_lines_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let name = self.name.clone();
        // Without context it is asked where the span begins.
        if context_lines_before == 0 {
            let text = self.text.get(self.span.clone()).ok_or(MietteError::OutOfBounds)?.as_bytes();
            return Ok(Box::new(MietteSpanContents::new_named(name, text, *span, self.line, self.column, 1)));
        }
        let text = self.text.as_bytes();
        let whole = SourceSpan::from((0, text.len()));
        Ok(Box::new(MietteSpanContents::new_named(name, text, whole, self.lines_before, 0, 1)))
    }
}

/// The same text without what a terminal would obey; every character keeps its length in bytes, so spans stay right.
fn harmless(text: &str) -> String {
    let replace = |c: char| match c {
        '\t' | '\n' => c,
        _ if is_odd(c) => match c.len_utf8() {
            1 => '?',
            2 => '\u{b7}',
            _ => char::REPLACEMENT_CHARACTER,
        },
        _ => c,
    };
    text.split("\r\n").map(|part| part.chars().map(replace).collect()).collect::<Vec<String>>().join("\r\n")
}

//! Marks, tables, and values on one line.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use serde::Serialize;
use tidegate::Json;
use unicode_width::UnicodeWidthStr;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const DOUBTFUL: Style = AnsiColor::Yellow.on_default();
pub(crate) const FAINT: Style = Style::new().dimmed();
pub(crate) const STRONG: Style = Style::new().bold();

/// What stands before a line that says yes or no.
#[derive(Clone, Copy)]
pub(crate) struct Marks {
    yes: &'static str,
    no: &'static str,
}

impl Marks {
    pub(crate) fn for_stdout() -> Self {
        if has_unicode(std::io::stdout().is_terminal()) {
            Self { yes: "✓", no: "✗" }
        } else {
            Self { yes: "+", no: "-" }
        }
    }

    /// The mark with its colour.
    pub(crate) fn of(self, yes: bool) -> String {
        let (style, mark) = if yes { (GOOD, self.yes) } else { (BAD, self.no) };
        format!("{style}{mark}{style:#}")
    }
}

/// Whether marks and lines outside ASCII can be shown: on a terminal whose locale says UTF-8.
pub(crate) fn has_unicode(terminal: bool) -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
    let locale = locale.to_ascii_uppercase();
    terminal && (locale.ends_with("UTF-8") || locale.ends_with("UTF8"))
}

/// Whether a character would do something to a terminal, or to the lines or the order of the text, instead of being shown.
pub(crate) fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// Text on one line, with escapes for what a terminal would obey.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => printable.extend(c.escape_default()),
            _ if is_odd(c) => printable.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => printable.push(c),
        }
    }
    printable
}

/// The name of a file, as it is shown.
pub(crate) fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// A count with its thousands apart.
pub(crate) fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A value as JSON on one line.
pub(crate) fn json(value: &Json) -> String {
    printable(&compact(value))
}

/// Doubles are written as people write them: `25`, not `25.0`. Values nest at most 128 levels.
fn compact(value: &Json) -> String {
    match value {
        Json::List(items) => format!("[{}]", items.iter().map(compact).collect::<Vec<_>>().join(", ")),
        Json::Object(entries) => {
            let entry = |(key, value): &(String, Json)| format!("{}: {}", text(key), compact(value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Json::Number(_) | Json::Null | Json::Bool(_) => {
            let written = serde_json::to_string(value).unwrap_or_default();
            written.strip_suffix(".0").map_or(written.clone(), str::to_owned)
        }
        Json::String(string) => text(string),
    }
}

fn text(string: &str) -> String {
    serde_json::to_string(string).unwrap_or_default()
}

/// At most `width` columns of a line.
pub(crate) fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        if short.width() + c.len_utf8().min(2) + 3 > width {
            break;
        }
        short.push(c);
    }
    short + "..."
}

/// Lines of cells under each other; the first line is the heading.
pub(crate) fn table<const N: usize>(rows: &[[String; N]], out: &mut impl Write) -> Result<()> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    for (number, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(widths).map(|(cell, width)| {
            let space = " ".repeat(width.saturating_sub(cell.width()));
            format!("{cell}{space}")
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        let style = if number == 0 { FAINT } else { Style::new() };
        writeln!(out, "{style}{}{style:#}", line.trim_end())?;
    }
    Ok(())
}

/// Names with their values under each other.
pub(crate) fn fields(fields: &[(&str, String)], out: &mut impl Write) -> Result<()> {
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in fields {
        writeln!(out, "{FAINT}{name:width$}{FAINT:#}  {value}")?;
    }
    Ok(())
}

/// Writes JSON for programs.
///
/// # Errors
/// It can't be written.
pub(crate) fn write_json(value: &impl Serialize, out: &mut impl Write) -> Result<()> {
    serde_json::to_writer_pretty(&mut *out, value).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_is_printed() {
        assert_eq!(printable("a\u{1b}[31m\n\u{202e}é\u{9b}"), "a\\u001b[31m\\n\\u202eé\\u009b");
    }

    #[test]
    fn values_are_written_as_people_write_them() -> Result<()> {
        let value: Json = r#"{ "a": [25, 2.50, -0, 1e300, null],  "é": "x\n\"" }"#.parse()?;
        assert_eq!(json(&value), r#"{"a": [25, 2.5, -0, 1e+300, null], "é": "x\n\""}"#);
        Ok(())
    }

    #[test]
    fn a_long_line_is_cut_by_its_width() {
        assert_eq!(shorten("小小小小小", 10), "小小小小小");
        assert_eq!(shorten("小小小小小小", 10), "小小小...");
        assert_eq!(shorten("abcdefghijk", 10), "abcdefg...");
    }
}

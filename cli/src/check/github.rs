//! Findings as workflow commands, which GitHub shows beside the lines of a change.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>

use miette::Severity;

use crate::finding::Finding;
use crate::show::printable;

/// One command on one line.
pub(crate) fn annotation(finding: &Finding<'_>) -> String {
    let notice = &finding.notice;
    let command = match notice.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let mut properties = vec![("file", finding.source.name.clone())];
    if let Some(place) = &finding.place {
        properties.extend([
            ("line", place.start.line.to_string()),
            ("col", place.start.column.to_string()),
            ("endLine", place.end.line.to_string()),
            ("endColumn", place.end.column.to_string()),
        ]);
    }
    properties.push(("title", notice.code.clone()));
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(&printable(value)))).collect();
    let mut message = notice.message.clone();
    if let Some(suggestion) = &notice.suggestion {
        message.extend([", did you mean `", suggestion, "`?"]);
    }
    if let Some(help) = finding.help() {
        message.extend([". Help: ", &help]);
    }
    if !notice.path.is_empty() {
        message.extend([" (at ", &notice.path, ")"]);
    }
    format!("::{command} {}::{}", properties.join(","), data(&printable(&message)))
}

/// The text of a command. Line breaks would end it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which two more characters would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_ends_a_command() {
        assert_eq!(data("50%\r\n::error::"), "50%25%0D%0A::error::");
        assert_eq!(property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}

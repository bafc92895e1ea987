//! What is said of a flag above its declaration.

use crate::definition::Definition;
use crate::show::{json, printable, shorten};

/// Columns of a value; what is longer is cut.
const VALUE: usize = 60;

/// The lines of a comment, in Markdown, without what makes them a comment. Nothing in them breaks a line.
pub(super) fn lines(flag: &Definition) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    if let Some(description) = &flag.description {
        lines.extend(description.lines().map(|line| printable(line.trim_end())));
        lines.push(String::new());
    }
    for (name, value) in &flag.variants {
        lines.push(format!("- {}", variant(name, value)));
    }
    let tags = (!flag.tags.is_empty()).then(|| flag.tags.join(", "));
    let more = [("Owner", flag.owner.as_deref()), ("Tags", tags.as_deref()), ("Expires", flag.expires.as_deref())];
    let more: Vec<String> =
        more.into_iter().filter_map(|(what, text)| Some(format!("{what}: {}", printable(text?)))).collect();
    if !more.is_empty() {
        lines.push(String::new());
        lines.push(more.join(". "));
    }
    lines
}

/// A variant's name with its value.
pub(super) fn variant(name: &str, value: &tidegate::Json) -> String {
    format!("{}: {}", code(&printable(name)), code(&shorten(&json(value), VALUE)))
}

/// A span of code, in more backticks than there are in it.
pub(super) fn code(text: &str) -> String {
    let mut fence = "`".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    let space = if fence.len() > 1 { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

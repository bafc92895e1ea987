//! Texts that are a flag's key, or the name of a namespace, wherever they stand; and constants of generated Rust.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::Result;

use super::calls::{is_comment, is_word};
use crate::definition::Definitions;
use crate::types::constants;

/// Something that stands for flags, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mention<'d> {
    /// In bytes.
    pub(super) at: usize,
    pub(super) of: Meaning<'d>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning<'d> {
    /// A literal: a key, or the name of a namespace.
    Text(&'d str),
    /// The constant of a key.
    Constant(&'d str),
}

/// Finds mentions.
pub(super) struct Mentions<'d> {
    meanings: Vec<Meaning<'d>>,
    patterns: AhoCorasick,
}

impl<'d> Mentions<'d> {
    /// # Errors
    /// The keys are too many for a search: their text is larger than 2 GiB.
    pub(super) fn new(definitions: &'d Definitions) -> Result<Self> {
        let (mut patterns, mut meanings) = (Vec::new(), Vec::new());
        let namespaces = definitions.namespaces();
        let texts: BTreeSet<&str> =
            definitions.flags.keys().map(String::as_str).chain(namespaces.into_keys()).collect();
        for text in texts {
            for literal in literals(text) {
                patterns.push(literal);
                meanings.push(Meaning::Text(text));
            }
        }
        for (constant, key) in constants(definitions) {
            patterns.push(constant);
            meanings.push(Meaning::Constant(key));
        }
        let patterns = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns)?;
        Ok(Self { meanings, patterns })
    }

    /// The mentions of a text in its order. Linear in it.
    pub(super) fn find(&self, text: &str) -> Vec<Mention<'d>> {
        let mention = |found: aho_corasick::Match| {
            let of = *self.meanings.get(found.pattern().as_usize())?;
            let (before, behind) = (text.get(..found.start())?, text.get(found.end()..)?);
            let is_part =
                matches!(of, Meaning::Constant(_)) && (before.ends_with(is_word) || behind.starts_with(is_word));
            (!is_part && !is_comment(before)).then(|| Mention { at: found.start(), of })
        };
        self.patterns.find_iter(text).filter_map(mention).collect()
    }
}

/// How a text is written as a literal: in quotes of three kinds, with what has to be escaped in them.
fn literals(text: &str) -> BTreeSet<String> {
    let escaped = serde_json::to_string(text).unwrap_or_default();
    let inside = escaped.get(1..escaped.len().saturating_sub(1)).unwrap_or_default();
    let single = inside.replace("\\\"", "\"").replace('\'', "\\'");
    [format!("\"{text}\""), format!("'{text}'"), format!("`{text}`"), format!("'{single}'"), escaped].into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_as_literals_write_them() {
        let literals: Vec<String> = literals("it's \"a\"").into_iter().collect();
        let expected = [r#""it's "a"""#, r#""it's \"a\"""#, r#"'it's "a"'"#, r#"'it\'s "a"'"#, r#"`it's "a"`"#];
        assert_eq!(literals, expected);
    }
}

//! One JSON file to values with their places.

use std::collections::HashMap;

use serde_json::value::RawValue;
use tidegate::{Code, Json};

use super::tree::{Member, Node, Span, Value};
use super::trouble::Trouble;
use crate::finding::unreadable_at;
use crate::locate::{entries, range_in};
use crate::notice::Notice;
use crate::pointer::escaped;
use crate::source::Source;

/// Reads the file with the number `file`. `None` for a file that says nothing.
///
/// # Errors
/// What keeps it from being read.
pub(crate) fn read(source: &Source, file: usize) -> Result<Option<Node>, Vec<Notice>> {
    let text = source.text.trim_ascii();
    if text.is_empty() {
        return Ok(None);
    }
    // What is wrong with a single value is told where that is.
    if let Err(mut problem) = source.text.parse::<Json>()
        && problem.code != Code::InvalidValue
    {
        let at = match problem.code {
            Code::InvalidJson => unreadable_at(source, source.text.as_bytes(), problem.code, &mut problem.message),
            _ => None,
        };
        let at = Span::new(file, at.unwrap_or(0..0));
        return Err(vec![Trouble::new(problem.code.name(), Some(at), problem.message).into()]);
    }
    let mut reader = Reader { source, file, notices: Vec::new() };
    let root = reader.value(text, "");
    if reader.notices.is_empty() { Ok(Some(root)) } else { Err(reader.notices) }
}

struct Reader<'s> {
    source: &'s Source,
    file: usize,
    notices: Vec<Notice>,
}

impl Reader<'_> {
    /// The value that `text`, a part of the source that is sound JSON, is. It nests at most 128 levels, as was checked, and
    /// each level is delimited anew: linear in the text for every level.
    fn value(&mut self, text: &str, pointer: &str) -> Node {
        let value = match text.as_bytes().first() {
            Some(b'{') => Value::Object(self.members(text, pointer)),
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
                let items = items.into_iter().enumerate();
                Value::List(items.map(|(index, item)| self.value(item.get(), &format!("{pointer}/{index}"))).collect())
            }
            Some(b'"') => Value::String(self.string(text, pointer)),
            Some(b't') => Value::Bool(true),
            Some(b'f') => Value::Bool(false),
            Some(b'n') | None => Value::Null,
            Some(_) => Value::Number(text.to_owned()),
        };
        Node::new(value, Some(self.span(text)))
    }

    fn members(&mut self, text: &str, pointer: &str) -> Vec<Member> {
        let mut keys: HashMap<String, Span> = HashMap::new();
        let mut members = Vec::new();
        for (raw, value) in entries(text) {
            let key = self.string(raw, pointer);
            let (at, path) = (self.span(raw), format!("{pointer}/{}", escaped(&key)));
            let node = self.value(value, &path);
            if let Some(first) = keys.insert(key.clone(), at) {
                let message = format!("the key `{key}` occurs more than once, expected it once");
                self.notices.push(Trouble::new("DUPLICATE_KEY", Some(at), message).at_path(path).first(first).into());
            }
            members.push(Member { key, key_at: Some(at), node });
        }
        members
    }

    /// A string, whose quotes are `raw`'s first and last byte.
    fn string(&mut self, raw: &str, pointer: &str) -> String {
        serde_json::from_str(raw).unwrap_or_else(|_| {
            let message = "found a lone surrogate, expected none";
            self.notices.push(Trouble::new("INVALID_VALUE", Some(self.span(raw)), message).at_path(pointer).into());
            String::new()
        })
    }

    fn span(&self, part: &str) -> Span {
        Span::new(self.file, range_in(&self.source.text, part))
    }
}

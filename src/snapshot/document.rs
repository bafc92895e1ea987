//! The document's top level, and the text of its flags and segments.

use std::borrow::Cow;

use super::fields::{check_keys, check_name, is_safe_integer, listed};
use super::json::{self, Key, Member, Unreadable};
use super::limits;
use super::problem::{Code, Place, Problem, Problems, nearest, unreadable, whole};
use super::tree::Json;
use crate::sort::repeats;

/// A document whose top level is sound; its flags and segments are still text.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    pub(crate) revision: String,
    pub(crate) sequence: Option<u64>,
    pub(crate) environment: Option<String>,
    /// In the order written; keys may repeat.
    pub(crate) segments: Vec<Entry<'t>>,
    pub(crate) flags: Vec<Entry<'t>>,
}

/// The text of one flag or segment.
#[derive(Debug)]
pub(crate) struct Entry<'t> {
    pub(crate) key: Cow<'t, str>,
    /// Where the text begins in the document's bytes.
    pub(crate) start: usize,
    pub(crate) text: &'t str,
    /// The key has a lone surrogate.
    pub(crate) broken: bool,
}

const SECTIONS: [&str; 2] = ["segments", "flags"];
const FIELDS: [&str; 7] = ["schemaVersion", "revision", "sequence", "environment", "$schema", "segments", "flags"];

impl<'t> Document<'t> {
    /// Checks the whole text's syntax and the top level. Linear in the length of `bytes`.
    ///
    /// # Errors
    /// The first problem that refuses the document as a whole.
    pub(crate) fn read(bytes: &'t [u8]) -> Result<Self, Problem> {
        if bytes.len() > limits::DOCUMENT_BYTES {
            return Err(whole(Code::TooLarge, "the document is larger than 64 MiB, expected a smaller one".to_owned()));
        }
        let mark = b"\xEF\xBB\xBF";
        let before = if bytes.starts_with(mark) { mark.len() } else { 0 };
        let bytes = bytes.get(before..).unwrap_or_default();
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let place = error.valid_up_to().to_string();
            whole(Code::InvalidUtf8, ["byte ", &place, " is not UTF-8, expected JSON in UTF-8"].concat())
        })?;
        if text.trim_ascii_start().starts_with('<') {
            return Err(whole(Code::NotJsonHtml, "found an HTML page, expected a JSON snapshot".to_owned()));
        }
        if text.trim_ascii().is_empty() {
            return Err(whole(Code::InvalidJson, "found nothing, expected a JSON snapshot".to_owned()));
        }
        let Some(members) = json::outline(text, &SECTIONS).map_err(|fault| unreadable(text, fault))? else {
            return Err(whole(Code::WrongType, ["found ", kind(text), ", expected an object"].concat()));
        };
        Self::from_members(members, before)
    }

    /// The order of the checks is the specification's.
    fn from_members(mut members: Vec<Member<'t>>, before: usize) -> Result<Self, Problem> {
        let root = Place::DOCUMENT;
        let mut inside = |name: &str| {
            let section = members.iter_mut().rev().find(|member| member.key.text == name)?.entries.take()?;
            let entry = |(Key { text: key, broken }, start, text)| Entry { key, start: before + start, text, broken };
            Some(section.into_iter().map(entry).collect())
        };
        let (segments, flags) = (inside("segments"), inside("flags"));
        let mut top = TopLevel { members: &members, problem: None };
        let keys: Vec<&str> = members.iter().map(|member| member.key.text.as_ref()).collect();
        for (_, later) in repeats(&keys) {
            let key = keys.get(later).copied().unwrap_or_default();
            let message = ["the key `", key, "` occurs more than once, expected it once"].concat();
            top.refuse(&root.key(key), Code::DuplicateKey, message);
        }
        match top.required("schemaVersion", "1") {
            Some(Json::Number(1.0)) | None => {}
            Some(Json::Number(_)) => {
                let message = "found another schema version, expected 1".to_owned();
                top.refuse(&root.key("schemaVersion"), Code::UnsupportedVersion, message);
            }
            Some(other) => top.wrong_type("schemaVersion", other.kind(), "1"),
        }
        for key in keys {
            if !FIELDS.contains(&key) {
                top.unknown(key);
            }
        }
        let revision = top.required("revision", "a string").and_then(|json| top.string("revision", json));
        if revision.as_deref() == Some("") {
            let message = "found an empty string, expected the revision's name".to_owned();
            top.refuse(&root.key("revision"), Code::InvalidValue, message);
        }
        let sequence = top.optional("sequence").and_then(|json| top.sequence(&json));
        let environment = top.optional("environment").and_then(|json| top.string("environment", json));
        top.optional("$schema").and_then(|json| top.string("$schema", json));
        for name in SECTIONS {
            if let Some(text) = top.text(name).filter(|text| kind(text) != "an object") {
                top.wrong_type(name, kind(text), "an object");
            }
        }
        if top.text("flags").is_none() {
            top.refuse(&root, Code::MissingField, "missing field `flags`, expected an object".to_owned());
        }
        let (segments, flags) = (segments.unwrap_or_default(), flags.unwrap_or_default());
        match top.problem {
            Some(problem) => Err(problem),
            None => Ok(Self { revision: revision.unwrap_or_default(), sequence, environment, segments, flags }),
        }
    }
}

/// Reads the top level's fields and keeps the first problem.
struct TopLevel<'m, 't> {
    members: &'m [Member<'t>],
    problem: Option<Problem>,
}

impl<'t> TopLevel<'_, 't> {
    /// The text of the last member called `name`.
    fn text(&self, name: &str) -> Option<&'t str> {
        self.members.iter().rev().find(|member| member.key.text == name).map(|member| member.text)
    }

    fn refuse(&mut self, place: &Place<'_>, code: Code, message: String) {
        self.problem.get_or_insert_with(|| Problem { path: place.pointer(), ..whole(code, message) });
    }

    fn wrong_type(&mut self, name: &str, found: &str, expected: &str) {
        let message = ["found ", found, ", expected ", expected].concat();
        self.refuse(&Place::DOCUMENT.key(name), Code::WrongType, message);
    }

    fn unknown(&mut self, name: &str) {
        let message = ["unknown field `", name, "`, expected one of ", &listed(&FIELDS)].concat();
        self.refuse(&Place::DOCUMENT.key(name), Code::UnknownField, message);
        if let Some(problem) = self.problem.as_mut().filter(|problem| problem.code == Code::UnknownField) {
            problem.suggestion = problem.suggestion.take().or_else(|| nearest(name, FIELDS));
        }
    }

    fn optional(&mut self, name: &str) -> Option<Json> {
        let text = self.text(name)?;
        let read = json::parse(text).ok();
        if read.is_none() {
            let message = "found a lone surrogate or a number beyond the doubles, expected neither".to_owned();
            self.refuse(&Place::DOCUMENT.key(name), Code::InvalidValue, message);
        }
        read
    }

    fn required(&mut self, name: &str, expected: &str) -> Option<Json> {
        if self.text(name).is_none() {
            let message = ["missing field `", name, "`, expected ", expected].concat();
            self.refuse(&Place::DOCUMENT, Code::MissingField, message);
        }
        self.optional(name)
    }

    fn string(&mut self, name: &str, json: Json) -> Option<String> {
        if let Json::String(text) = json {
            return Some(text);
        }
        self.wrong_type(name, json.kind(), "a string");
        None
    }

    fn sequence(&mut self, json: &Json) -> Option<u64> {
        let expected = "an integer from 0 to 9007199254740991";
        match json {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
            Json::Number(number) if is_safe_integer(*number) && *number >= 0.0 => {
                return Some(*number as u64);
            }
            Json::Number(_) => {
                let message = ["found another number, expected ", expected].concat();
                self.refuse(&Place::DOCUMENT.key("sequence"), Code::InvalidValue, message);
            }
            other => self.wrong_type("sequence", other.kind(), expected),
        }
        None
    }
}

/// Reads what one flag's or segment's own text says. The tree is there whenever the text can be one; the meaning only when
/// nothing is wrong with it.
pub(crate) fn read_entry<'t, T>(
    entry: &Entry<'t>,
    repeated: bool,
    section: &'static str,
    problems: &mut Problems,
    read: impl FnOnce(&Json, &'t str, Place<'_>, &mut Problems) -> Option<T>,
) -> (Option<Json>, Option<T>) {
    let around = Place::DOCUMENT.key(section);
    let place = around.key(&entry.key);
    if entry.broken {
        problems.add(&place, Code::InvalidValue, &["the key has a lone surrogate, expected text"]);
    }
    check_name(&entry.key, &place, problems);
    if repeated {
        problems.add(
            &place,
            Code::DuplicateKey,
            &["the key `", &entry.key, "` occurs more than once in `", section, "`, expected it once"],
        );
        return (None, None);
    }
    match json::parse(entry.text) {
        Ok(json) => {
            check_keys(&json, &place, problems);
            let meaning = read(&json, entry.text, place, problems).filter(|_| problems.list.is_empty());
            (Some(json), meaning)
        }
        Err(Unreadable::TooDeep) => {
            problems.add(&place, Code::TooDeep, &["nests deeper than 128 levels, expected fewer"]);
            (None, None)
        }
        Err(Unreadable::Value) => {
            locate(entry.text, &place, problems);
            (None, None)
        }
    }
}

/// Finds the strings and numbers in syntactically sound JSON that have no value. At most 128 levels deep.
fn locate(text: &str, place: &Place<'_>, problems: &mut Problems) {
    if json::parse(text).is_ok() {
        return;
    }
    if let Some(entries) = json::entries(text) {
        if entries.iter().any(|(key, _)| key.broken) {
            problems.add(place, Code::InvalidValue, &["a key has a lone surrogate, expected text"]);
        }
        entries.iter().for_each(|(key, value)| locate(value, &place.key(&key.text), problems));
    } else if let Some(items) = json::items(text) {
        items.iter().enumerate().for_each(|(index, item)| locate(item, &place.index(index), problems));
    } else {
        let message = match kind(text) {
            "a string" => "found a lone surrogate, expected text",
            _ => "found a number beyond the range of a double, expected a smaller one",
        };
        problems.add(place, Code::InvalidValue, &[message]);
    }
}

/// What syntactically sound JSON is, by its first character.
fn kind(text: &str) -> &'static str {
    match text.trim_ascii_start().bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        _ => "a number",
    }
}

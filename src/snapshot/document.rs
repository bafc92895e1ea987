//! The document's top level, and the text of its flags and segments.

use super::fields::{
    check_keys, check_known, check_name, check_repeats, is_safe_integer, missing, object, string, wrong_type,
};
use super::findings::Findings;
use super::json::{self, Entry, Member};
use super::limits;
use super::problem::{Code, Place, Problem, Problems, unreadable, whole};
use super::tree::Json;
use super::window;
use crate::program::row::Window;

/// A document whose top level is sound; its flags and segments are still text.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    pub(crate) revision: String,
    pub(crate) sequence: Option<u64>,
    pub(crate) environment: Option<String>,
    /// The alarms that are up.
    pub(crate) alarms: Vec<String>,
    /// When hosts keep what they have.
    pub(crate) freezes: Vec<Window>,
    /// Where the text that the entries were read from begins in the document's bytes.
    pub(crate) start: usize,
    /// In the order written; keys may repeat.
    pub(crate) segments: Vec<Entry<'t>>,
    pub(crate) layers: Vec<Entry<'t>>,
    pub(crate) holdouts: Vec<Entry<'t>>,
    pub(crate) flags: Vec<Entry<'t>>,
}

/// The states of an alarm.
const ALARM: &str = "`alarm` or `ok`";

const SECTIONS: [&str; 4] = ["segments", "layers", "holdouts", "flags"];
const FIELDS: [&str; 11] = [
    "schemaVersion",
    "revision",
    "sequence",
    "environment",
    "$schema",
    "alarms",
    "freeze",
    "segments",
    "layers",
    "holdouts",
    "flags",
];

impl<'t> Document<'t> {
    /// Checks the whole text's syntax and the top level. Linear in the length of `bytes`.
    ///
    /// # Errors
    /// The first problem that refuses the document as a whole.
    pub(crate) fn read(bytes: &'t [u8], outline: json::Outline) -> Result<Self, Problem> {
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
        let Some(members) = outline(text, &SECTIONS).map_err(|fault| unreadable(text, fault))? else {
            return Err(whole(Code::WrongType, ["found ", kind(text), ", expected an object"].concat()));
        };
        Self::from_members(members, before)
    }

    /// The order of the checks is the specification's.
    fn from_members(mut members: Vec<Member<'t>>, start: usize) -> Result<Self, Problem> {
        let root = Place::DOCUMENT;
        let [segments, layers, holdouts, flags] = SECTIONS.map(|name| section(&mut members, name));
        let mut top = TopLevel { members: &members, problems: Problems::default() };
        let keys: Vec<&str> = members.iter().map(|member| member.key.as_ref()).collect();
        check_repeats(&keys, &root, &mut top.problems);
        top.check_version();
        for key in keys {
            check_known(key, &FIELDS, &root, &mut top.problems);
        }
        let revision = top.require("revision", "a string").and_then(|json| top.string("revision", json));
        if revision.as_deref() == Some("") {
            let message = "found an empty string, expected the revision's name";
            top.problems.add(&root.key("revision"), Code::InvalidValue, &[message]);
        }
        let sequence = top.sequence();
        let environment = top.get("environment").and_then(|json| top.string("environment", json));
        top.get("$schema").and_then(|json| top.string("$schema", json));
        let alarms = top.alarms();
        let freeze = top.get("freeze");
        let place = root.key("freeze");
        let freezes = freeze.and_then(|json| window::read(&json, place, &mut top.problems)).unwrap_or_default();
        for name in SECTIONS {
            if let Some(text) = top.text(name).filter(|text| kind(text) != "an object") {
                let message = ["found ", kind(text), ", expected an object"];
                top.problems.add(&root.key(name), Code::WrongType, &message);
            }
        }
        if top.text("flags").is_none() {
            missing("flags", "an object", &root, &mut top.problems);
        }
        match top.problems.list.into_iter().next() {
            Some(problem) => Err(problem),
            None => {
                let revision = revision.unwrap_or_default();
                Ok(Self { revision, sequence, environment, alarms, freezes, start, segments, layers, holdouts, flags })
            }
        }
    }
}

/// The entries of the last member called `name`.
fn section<'t>(members: &mut [Member<'t>], name: &str) -> Vec<Entry<'t>> {
    let member = members.iter_mut().rev().find(|member| member.key == name);
    member.and_then(|member| member.entries.take()).unwrap_or_default()
}

/// The top level's fields, of which the sections aren't read.
struct TopLevel<'m, 't> {
    members: &'m [Member<'t>],
    problems: Problems,
}

impl<'t> TopLevel<'_, 't> {
    /// The text of the last member called `name`.
    fn text(&self, name: &str) -> Option<&'t str> {
        self.members.iter().rev().find(|member| member.key == name).map(|member| member.text)
    }

    fn get(&mut self, name: &str) -> Option<Json> {
        let (text, place) = (self.text(name)?, Place::DOCUMENT.key(name));
        let mut problems = Problems::default();
        let read = json::parse(text, &place, &mut problems);
        if problems.list.is_empty() {
            return read;
        }
        let message = "found a lone surrogate or a number beyond the doubles, expected neither";
        self.problems.add(&place, Code::InvalidValue, &[message]);
        None
    }

    fn require(&mut self, name: &str, expected: &str) -> Option<Json> {
        if self.text(name).is_none() {
            missing(name, expected, &Place::DOCUMENT, &mut self.problems);
        }
        self.get(name)
    }

    fn string(&mut self, name: &str, json: Json) -> Option<String> {
        string(&json, "a string", &Place::DOCUMENT.key(name), &mut self.problems).map(str::to_owned)
    }

    fn check_version(&mut self) {
        let place = Place::DOCUMENT.key("schemaVersion");
        match self.require("schemaVersion", "1") {
            Some(Json::Number(1.0)) | None => {}
            Some(Json::Number(_)) => {
                let message = "found another schema version, expected 1";
                self.problems.add(&place, Code::UnsupportedVersion, &[message]);
            }
            Some(other) => wrong_type(&other, "1", &place, &mut self.problems),
        }
    }

    /// Those that are up; what isn't said to be one is not.
    fn alarms(&mut self) -> Vec<String> {
        let (json, place) = (self.get("alarms"), Place::DOCUMENT.key("alarms"));
        let mut raised = Vec::new();
        let entries = json.as_ref().and_then(|json| object(json, &place, &mut self.problems)).unwrap_or_default();
        for (name, state) in entries {
            let here = place.key(name);
            check_name(name, &here, &mut self.problems);
            match string(state, ALARM, &here, &mut self.problems) {
                Some("alarm") => raised.push(name.clone()),
                Some("ok") | None => {}
                Some(other) => {
                    self.problems.add(&here, Code::InvalidValue, &["found `", other, "`, expected ", ALARM]);
                }
            }
        }
        raised
    }

    fn sequence(&mut self) -> Option<u64> {
        let (expected, place) = ("an integer from 0 to 9007199254740991", Place::DOCUMENT.key("sequence"));
        match self.get("sequence")? {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
            Json::Number(number) if is_safe_integer(number) && number >= 0.0 => {
                return Some(number as u64);
            }
            Json::Number(_) => {
                self.problems.add(&place, Code::InvalidValue, &["found another number, expected ", expected]);
            }
            other => wrong_type(&other, expected, &place, &mut self.problems),
        }
        None
    }
}

/// Reads one flag's or segment's own text and lets `check` look for what is wrong with it. `None` when it can't be a tree.
pub(crate) fn read_entry(
    entry: &Entry<'_>,
    repeated: bool,
    section: &'static str,
    found: &mut Findings,
    check: fn(&Json, Place<'_>, &mut Findings),
) -> Option<Json> {
    let around = Place::DOCUMENT.key(section);
    let place = around.key(&entry.key);
    let problems = &mut found.problems;
    if entry.broken {
        problems.add(&place, Code::InvalidValue, &["the key has a lone surrogate, expected text"]);
    }
    check_name(&entry.key, &place, problems);
    if repeated {
        let message = ["the key `", &entry.key, "` occurs more than once in `", section, "`, expected it once"];
        problems.add(&place, Code::DuplicateKey, &message);
        return None;
    }
    let before = problems.list.len();
    let json = json::parse(entry.text, &place, problems).filter(|_| problems.list.len() == before)?;
    check_keys(&json, &place, problems);
    check(&json, place, found);
    Some(json)
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

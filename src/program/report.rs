//! What there is to say about a program that was loaded, as JSON text: it goes into compiled snapshots and over the boundary.

use super::directory::bytes_at;
use super::{Loaded, Program};
use crate::json_text::JsonText;
use crate::snapshot::Problem;

impl Problem {
    pub(crate) fn write(&self, text: &mut JsonText) {
        text.open('{');
        let named = [("flag", self.flag.as_deref()), ("segment", self.segment.as_deref())];
        let fields = [("code", Some(self.code.name())), ("path", Some(&self.path)), ("message", Some(&self.message))];
        let suggestion = [("suggestion", self.suggestion.as_deref())];
        for (key, value) in named.into_iter().chain(fields).chain(suggestion) {
            if let Some(value) = value {
                text.key(key);
                text.string(value);
            }
        }
        text.close('}');
    }
}

impl Program {
    /// The problems as a JSON list.
    pub(super) fn refused(&self) -> String {
        let [start, len] = self.header.refused;
        if len > 0 {
            return String::from_utf8_lossy(bytes_at(&self.words, start, len)).into_owned();
        }
        let mut text = JsonText::default();
        text.open('[');
        self.problems.iter().for_each(|problem| problem.write(&mut text));
        text.close(']');
        text.done()
    }
}

impl Loaded {
    /// `{ revision, sequence?, environment?, flags, checked, refused }`: how many flags aren't known to be refused, and how
    /// many were read so far.
    #[expect(clippy::cast_possible_wrap, reason = "a sequence is a safe integer, and there are fewer flags")]
    pub(crate) fn report(&mut self) -> String {
        self.program.sort_problems();
        let program = &self.program;
        let mut text = JsonText::default();
        text.open('{');
        text.key("revision");
        text.string(program.revision());
        if let Some(sequence) = program.sequence() {
            text.key("sequence");
            text.integer(sequence as i64);
        }
        if let Some(environment) = program.environment() {
            text.key("environment");
            text.string(environment);
        }
        text.key("flags");
        text.integer((program.len() as usize - self.refused()) as i64);
        text.key("checked");
        text.integer(self.checked() as i64);
        text.key("refused");
        text.raw(&program.refused());
        text.close('}');
        text.done()
    }
}

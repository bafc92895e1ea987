//! What was refused, as JSON text: it goes into compiled snapshots and over the boundary.

use super::Program;
use super::directory::bytes_at;
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

//! What was refused, as JSON text: it goes into compiled snapshots and over the boundary.

use super::Program;
use crate::json_text::JsonText;
#[cfg(feature = "json")]
use crate::snapshot::{Code, Json};
use crate::snapshot::{Problem, Subject};

impl Problem {
    /// `{ flag|segment|layer|holdout?, code, path, message, suggestion? }` as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = JsonText::default();
        self.write(&mut text);
        text.done()
    }

    pub(crate) fn write(&self, text: &mut JsonText) {
        text.open('{');
        let fields = [
            (self.subject.as_ref().map_or("", Subject::kind), self.subject.as_ref().map(Subject::key)),
            ("code", Some(self.code.name())),
            ("path", Some(&self.path)),
            ("message", Some(&self.message)),
            ("suggestion", self.suggestion.as_deref()),
        ];
        for (key, value) in fields {
            if let Some(value) = value {
                text.key(key);
                text.string(value);
            }
        }
        text.close('}');
    }
}

/// Reads what was written for a compiled snapshot; what isn't a problem is left out.
#[cfg(feature = "json")]
pub(super) fn read(bytes: &[u8]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(Json::List(list)) = std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()) {
        for json in &list {
            problems.extend(problem(json));
        }
    }
    problems
}

#[cfg(feature = "json")]
fn problem(json: &Json) -> Option<Problem> {
    let text = |field| match json.get(field) {
        Some(Json::String(text)) => Some(text.clone()),
        _ => None,
    };
    let flag = text("flag").map(Subject::Flag).or_else(|| text("segment").map(Subject::Segment));
    let subject = flag.or_else(|| text("layer").map(Subject::Layer)).or_else(|| text("holdout").map(Subject::Holdout));
    Some(Problem {
        subject,
        code: Code::from_name(&text("code")?)?,
        path: text("path")?,
        message: text("message")?,
        suggestion: text("suggestion"),
    })
}

impl Program {
    /// The problems as a JSON list.
    pub(super) fn refused(&self) -> String {
        let mut text = JsonText::default();
        text.open('[');
        // Where they are read, the compiled ones are among the problems.
        #[cfg(not(feature = "json"))]
        {
            let compiled = self.own_text(self.header.refused);
            let inside = compiled.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or_default();
            if !inside.is_empty() {
                text.raw(inside);
            }
        }
        self.problems.iter().for_each(|problem| problem.write(&mut text));
        text.close(']');
        text.done()
    }
}

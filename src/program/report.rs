//! What was refused, as JSON text: it goes into compiled snapshots and over the boundary.

use super::Program;
use crate::json_text::JsonText;
use crate::snapshot::Problem;
#[cfg(feature = "json")]
use crate::snapshot::{Code, Json};

impl Problem {
    /// `{ flag?, segment?, code, path, message, suggestion? }` as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = JsonText::default();
        self.write(&mut text);
        text.done()
    }

    pub(crate) fn write(&self, text: &mut JsonText) {
        text.open('{');
        let fields = [
            ("flag", self.flag.as_deref()),
            ("segment", self.segment.as_deref()),
            ("layer", self.layer.as_deref()),
            ("holdout", self.holdout.as_deref()),
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
    Some(Problem {
        flag: text("flag"),
        segment: text("segment"),
        layer: text("layer"),
        holdout: text("holdout"),
        code: Code::from_name(&text("code")?)?,
        path: text("path")?,
        message: text("message")?,
        suggestion: text("suggestion"),
    })
}

impl Program {
    /// The problems as a JSON list.
    pub(super) fn refused(&self) -> String {
        let compiled = self.own_text(self.header.refused);
        if !compiled.is_empty() {
            return compiled.to_owned();
        }
        let mut text = JsonText::default();
        text.open('[');
        self.problems.iter().for_each(|problem| problem.write(&mut text));
        text.close(']');
        text.done()
    }
}

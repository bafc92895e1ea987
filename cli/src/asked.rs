//! The decision of the flag that was asked for, with everything there is to say about it.

use serde::Serialize;
use serde_json::value::RawValue;
use tidegate::{Context, Decision, ErrorCode, Json, Program};

use crate::show::{self, BAD, STRONG, printable};

/// A decision as a program reads it, and as people do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'p> {
    flag: String,
    /// The value as the snapshot writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    #[serde(flatten)]
    decision: Decision<'p>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    /// The key that was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
    #[serde(skip)]
    shown: Option<Json>,
}

impl<'p> Answer<'p> {
    /// Decides a flag.
    pub(crate) fn new(program: &'p Program, flag: &str, context: &Context) -> Self {
        let decision = program.decide(flag, context);
        let unknown = decision.error == Some(ErrorCode::FlagNotFound);
        let error_message = match decision.error {
            None => None,
            Some(_) if unknown => Some(format!("no flag `{flag}` is in the snapshot")),
            Some(_) => program.explain(flag, context).and_then(|explanation| explanation.error_message),
        };
        Self {
            flag: flag.to_owned(),
            value: decision.json().and_then(|text| RawValue::from_string(text.to_owned()).ok()),
            shown: decision.value(),
            error_message,
            suggestion: if unknown { nearest(flag, program.keys()) } else { None },
            decision,
        }
    }

    pub(crate) fn is_error(&self) -> bool {
        self.decision.error.is_some()
    }

    /// The value on one line; nothing on an error.
    fn value(&self) -> String {
        self.shown.as_ref().map(show::json).unwrap_or_default()
    }

    /// What went wrong, in a sentence.
    fn complaint(&self) -> Option<String> {
        let code = self.decision.error?.name();
        let message = self.error_message.as_deref().unwrap_or_default();
        let suggestion = match &self.suggestion {
            Some(key) => format!(", did you mean `{key}`?"),
            None => String::new(),
        };
        Some(format!("{BAD}{code}{BAD:#}: {}", printable(&[message, &suggestion].concat())))
    }

    /// The cells of a table: flag, value or error, variant, reason, rule.
    pub(crate) fn row(&self) -> [String; 5] {
        let decision = &self.decision;
        let value = match decision.error {
            Some(code) => code.name().to_owned(),
            None => show::shorten(&self.value(), VALUE_WIDTH),
        };
        [
            printable(&self.flag),
            value,
            printable(decision.variant.unwrap_or_default()),
            decision.reason.name().to_owned(),
            printable(decision.rule.unwrap_or_default()),
        ]
    }

    /// Names and values of everything there is to say.
    pub(crate) fn fields(&self) -> Vec<(&'static str, String)> {
        let decision = &self.decision;
        let mut fields = vec![("flag", printable(&self.flag))];
        fields.extend(decision.variant.map(|_| ("value", format!("{STRONG}{}{STRONG:#}", self.value()))));
        fields.extend(decision.variant.map(|name| ("variant", printable(name))));
        fields.push(("reason", decision.reason.name().to_owned()));
        fields.extend(decision.rule.map(|id| ("rule", printable(id))));
        fields.extend(self.complaint().map(|complaint| ("error", complaint)));
        fields.push(("revision", printable(decision.revision)));
        fields
    }
}

/// Values in a table are cut at this width.
const VALUE_WIDTH: usize = 40;

/// The key closest to what was written, when it is close enough to be a slip.
pub(crate) fn nearest<'k>(written: &str, keys: impl Iterator<Item = &'k str>) -> Option<String> {
    let allowed = (written.chars().count() / 3).clamp(1, 3);
    keys.filter(|key| key.len().abs_diff(written.len()) <= allowed * 4)
        .map(|key| (strsim::osa_distance(written, key), key))
        .filter(|(distance, key)| *distance <= allowed || key.eq_ignore_ascii_case(written))
        .min()
        .map(|(_, key)| key.to_owned())
}

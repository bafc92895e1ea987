//! One thing that changed in a definition.

use serde::Serialize;
use tidegate::Json;

use super::definitions::same;
use super::words;

/// Whom a change concerns; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Effect {
    /// Units are hashed anew: whoever was in may be out, and the other way round.
    Reshuffles,
    /// Decisions may be others.
    Decides,
    /// Only what hosts and callers get beside a decision.
    Told,
    /// Only people read it.
    People,
}

/// What changed, as programs read it and in a sentence.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Change {
    /// Of what: `percent`, `variant`, `rule`.
    pub(super) what: &'static str,
    /// The rule, variant, id or name that it is about, within the definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    pub(super) effect: Effect,
    /// Absent where it wasn't there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<Json>,
    /// Printable, on one line.
    pub(super) text: String,
}

/// Collects the changes of one definition.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) list: Vec<Change>,
}

/// Two states of one thing.
#[derive(Clone, Copy)]
pub(super) struct Pair<'j> {
    pub(super) before: Option<&'j Json>,
    pub(super) after: Option<&'j Json>,
}

impl<'j> Pair<'j> {
    pub(super) fn of(before: &'j Json, after: &'j Json) -> Self {
        Self { before: Some(before), after: Some(after) }
    }

    pub(super) fn member(self, name: &str) -> Self {
        Self { before: self.before.and_then(|json| json.get(name)), after: self.after.and_then(|json| json.get(name)) }
    }

    /// With what holds where nothing is written.
    pub(super) fn or(self, default: &'j Json) -> Self {
        Self { before: self.before.or(Some(default)), after: self.after.or(Some(default)) }
    }

    pub(super) fn is_same(self) -> bool {
        match (self.before, self.after) {
            (Some(before), Some(after)) => same(before, after),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Changes {
    /// Notes that something is another one, in the words that `say` has for it, unless both are the same.
    pub(super) fn compare(
        &mut self,
        what: &'static str,
        of: Option<&str>,
        effect: Effect,
        pair: Pair<'_>,
        say: impl Fn(Option<&Json>) -> String,
    ) {
        if !pair.is_same() {
            let text = format!("{}: {} → {}", label(what, of), say(pair.before), say(pair.after));
            self.add(what, of, effect, pair, text);
        }
    }

    /// Notes something with a text of its own.
    pub(super) fn add(&mut self, what: &'static str, of: Option<&str>, effect: Effect, pair: Pair<'_>, text: String) {
        self.list.push(Change {
            what,
            of: of.map(str::to_owned),
            effect,
            before: pair.before.cloned(),
            after: pair.after.cloned(),
            text,
        });
    }
}

/// What a change begins with: the thing, and within what.
fn label(what: &str, of: Option<&str>) -> String {
    match of {
        Some(of) => format!("{}, {what}", words::name(of)),
        None => what.to_owned(),
    }
}

/// A value in words, or that there is none.
pub(super) fn value(value: Option<&Json>) -> String {
    value.map_or_else(|| "none".to_owned(), words::value)
}

//! A snapshot as it is written, definition by definition, for those that the evaluator accepted.

use std::collections::{BTreeMap, BTreeSet};

use tidegate::{Json, Program, Subject};

use crate::locate::{entries, unquote};
use crate::pointer::child;

/// The definitions of a text, read one by one: what is wrong with one keeps none of the others from being read.
#[derive(Default)]
pub(crate) struct Definitions {
    sections: Vec<(String, Vec<WrittenDefinition>)>,
}

/// A key with what is defined; `None` for what can't be read.
type WrittenDefinition = (String, Option<Json>);

impl Definitions {
    pub(crate) fn read(text: &str) -> Self {
        let section = |(key, text): (&str, &str)| {
            let definitions =
                entries(text).into_iter().map(|(key, text)| (unquote(key).into_owned(), text.parse().ok()));
            (unquote(key).into_owned(), definitions.collect())
        };
        Self { sections: entries(text).into_iter().map(section).collect() }
    }

    fn of(&self, section: &str) -> &[WrittenDefinition] {
        self.sections.iter().find(|(name, _)| name == section).map_or(&[], |(_, definitions)| definitions)
    }
}

/// The definitions of a snapshot that have no problem.
#[derive(Default)]
pub(crate) struct Snapshot<'j> {
    pub(crate) flags: BTreeMap<&'j str, Definition<'j>>,
    pub(crate) segments: BTreeMap<&'j str, Definition<'j>>,
    pub(crate) layers: BTreeMap<&'j str, Definition<'j>>,
    pub(crate) holdouts: BTreeMap<&'j str, Definition<'j>>,
    /// There is nothing else that could use what is unused here.
    pub(crate) is_whole: bool,
}

/// A flag, a segment, a layer or a holdout.
#[derive(Clone, Copy)]
pub(crate) struct Definition<'j> {
    section: &'static str,
    pub(crate) key: &'j str,
    pub(crate) json: &'j Json,
}

/// A rule of a flag, at its place in the list.
#[derive(Clone, Copy)]
pub(crate) struct Rule<'j> {
    pub(crate) flag: Definition<'j>,
    pub(crate) index: usize,
    pub(crate) json: &'j Json,
}

impl<'j> Snapshot<'j> {
    /// Looks only at definitions that `program`, which was loaded from the same text, has no problem with. It `is_all` that
    /// there is unless it is what an environment makes of something.
    pub(crate) fn new(written: &'j Definitions, program: &Program, is_all: bool) -> Self {
        let subjects = program.problems().iter().filter_map(|problem| problem.subject.as_ref());
        let refused: BTreeSet<(&str, &str)> = subjects.map(|subject| (subject.kind(), subject.key())).collect();
        // What is refused may use anything once it is mended.
        let mut snapshot = Self { is_whole: is_all && refused.is_empty(), ..Self::default() };
        for (section, kind) in
            [("flags", "flag"), ("segments", "segment"), ("layers", "layer"), ("holdouts", "holdout")]
        {
            let mut sound = BTreeMap::new();
            for (key, json) in written.of(section) {
                if let Some(json) = json.as_ref().filter(|_| !refused.contains(&(kind, key.as_str()))) {
                    sound.insert(key.as_str(), Definition { section, key, json });
                }
            }
            match section {
                "flags" => snapshot.flags = sound,
                "segments" => snapshot.segments = sound,
                "layers" => snapshot.layers = sound,
                _ => snapshot.holdouts = sound,
            }
        }
        snapshot
    }
}

impl<'j> Definition<'j> {
    /// The pointer to it.
    pub(crate) fn path(&self) -> String {
        child(&format!("/{}", self.section), self.key)
    }

    pub(crate) fn subject(&self) -> Subject {
        let key = self.key.to_owned();
        match self.section {
            "flags" => Subject::Flag(key),
            "segments" => Subject::Segment(key),
            "layers" => Subject::Layer(key),
            _ => Subject::Holdout(key),
        }
    }

    /// What it is, in a sentence.
    pub(crate) fn noun(&self) -> &'static str {
        match self.section {
            "flags" => "flag",
            "segments" => "segment",
            "layers" => "layer",
            _ => "holdout",
        }
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        (self.section, self.key) == (other.section, other.key)
    }

    pub(crate) fn rules(self) -> impl Iterator<Item = Rule<'j>> {
        list(self.json.get("rules")).iter().enumerate().map(move |(index, json)| Rule { flag: self, index, json })
    }

    /// Only what says `false` is disabled.
    pub(crate) fn is_enabled(&self) -> bool {
        self.json.get("enabled") != Some(&Json::Bool(false))
    }
}

impl<'j> Rule<'j> {
    pub(crate) fn path(&self) -> String {
        format!("{}/rules/{}", self.flag.path(), self.index)
    }

    /// What a decision calls it.
    pub(crate) fn id(&self) -> String {
        text(self.json.get("id")).map_or_else(|| self.index.to_string(), str::to_owned)
    }

    /// The attribute paths of what it hashes.
    pub(crate) fn unit(&self) -> Vec<&'j str> {
        unit(self.json.get("unit").or_else(|| self.flag.json.get("unit")))
    }

    pub(crate) fn salt(&self) -> Option<&'j str> {
        text(self.json.get("salt").or_else(|| self.flag.json.get("salt")))
    }

    /// The layer and the experiment that it is part of.
    pub(crate) fn lane(&self) -> Option<(&'j str, &'j str)> {
        Some((text(self.json.get("layer"))?, text(self.json.get("experiment"))?))
    }

    /// The entries of its split, and whether it is a switchback; a rule without either serves one variant.
    fn arms(&self) -> (&'j [Json], bool) {
        let serve = self.json.get("serve");
        let member = |name| serve.and_then(|serve| serve.get(name));
        (list(member("split").or_else(|| member("switchback"))), member("switchback").is_some())
    }

    /// The variants that it may serve: those with a weight, and what it is rolled back to.
    pub(crate) fn serves(&self) -> Vec<&'j str> {
        let arms = self.arms().0.iter().filter(|arm| has_weight(arm)).filter_map(|arm| text(arm.get("variant")));
        let rolled_back = rollbacks(self.json);
        text(self.json.get("serve")).into_iter().chain(arms).chain(rolled_back).collect()
    }

    /// The variants that it names, without a weight too.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'j str> {
        let arms = self.arms().0.iter().filter_map(|arm| text(arm.get("variant")));
        text(self.json.get("serve")).into_iter().chain(arms).chain(rollbacks(self.json))
    }

    /// Whether a unit is hashed to choose among its variants.
    pub(crate) fn splits(&self) -> bool {
        let (arms, is_switchback) = self.arms();
        !is_switchback && has_choice(arms)
    }

    /// Whether the slot of time chooses among its variants.
    pub(crate) fn switches(&self) -> bool {
        let (arms, is_switchback) = self.arms();
        is_switchback && has_choice(arms)
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.json.get(name) == Some(&Json::Bool(true))
    }
}

fn has_choice(arms: &[Json]) -> bool {
    arms.iter().filter(|arm| has_weight(arm)).count() > 1
}

fn has_weight(arm: &Json) -> bool {
    number(arm.get("weight")).is_some_and(|weight| weight > 0.0)
}

/// What the guardrails of a flag or a rule roll back to.
pub(crate) fn rollbacks(json: &Json) -> impl Iterator<Item = &str> {
    list(json.get("guardrails")).iter().filter_map(|guardrail| text(guardrail.get("rollbackTo")))
}

/// The attribute paths of a unit.
pub(crate) fn unit(json: Option<&Json>) -> Vec<&str> {
    match json {
        Some(Json::String(path)) => vec![path],
        Some(Json::List(paths)) => paths.iter().filter_map(|path| text(Some(path))).collect(),
        _ => vec!["targetingKey"],
    }
}

pub(crate) fn text(json: Option<&Json>) -> Option<&str> {
    json.and_then(Json::as_str)
}

pub(crate) fn texts(json: Option<&Json>) -> impl Iterator<Item = &str> {
    list(json).iter().filter_map(|item| text(Some(item)))
}

pub(crate) fn number(json: Option<&Json>) -> Option<f64> {
    json.and_then(Json::as_number)
}

pub(crate) fn list(json: Option<&Json>) -> &[Json] {
    json.and_then(Json::as_list).unwrap_or_default()
}

pub(crate) fn members(json: Option<&Json>) -> &[(String, Json)] {
    json.and_then(Json::as_object).unwrap_or_default()
}

/// An id of a list, as the text that a unit's is compared with; the empty one is nobody's.
pub(crate) fn id(json: &Json) -> Option<String> {
    match json {
        Json::String(text) if !text.is_empty() => Some(text.clone()),
        // Ids are safe integers; what is written as `-0` is 0.
        Json::Number(number) => Some(format!("{:.0}", number + 0.0)),
        _ => None,
    }
}

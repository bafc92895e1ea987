//! What a flag needs, through other definitions too.

use std::collections::BTreeSet;

use tidegate::{Json, Program, Subject};

use super::definitions::{Definitions, items, text};
use super::rules::memberships;

/// What a definition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Flag,
    Segment,
    Layer,
    Holdout,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::Segment => "segment",
            Self::Layer => "layer",
            Self::Holdout => "holdout",
        }
    }
}

/// A definition, by its key.
pub(super) type Node = (Kind, String);

/// A snapshot's definitions, and which of them are refused.
pub(super) struct Links<'d> {
    definitions: &'d Definitions,
    refused: BTreeSet<Node>,
}

impl<'d> Links<'d> {
    pub(super) fn new(definitions: &'d Definitions, program: &Program) -> Self {
        let node = |subject: &Subject| match subject {
            Subject::Flag(key) => (Kind::Flag, key.clone()),
            Subject::Segment(key) => (Kind::Segment, key.clone()),
            Subject::Layer(key) => (Kind::Layer, key.clone()),
            Subject::Holdout(key) => (Kind::Holdout, key.clone()),
        };
        let refused = program.problems().iter().filter_map(|problem| problem.subject.as_ref()).map(node).collect();
        Self { definitions, refused }
    }

    pub(super) fn get(&self, (kind, key): &Node) -> Option<&'d Json> {
        let section = match kind {
            Kind::Flag => &self.definitions.flags,
            Kind::Segment => &self.definitions.segments,
            Kind::Layer => &self.definitions.layers,
            Kind::Holdout => &self.definitions.holdouts,
        };
        section.get(key)
    }

    /// Everything that a flag needs, itself left out: prerequisites with what they need, segments, layers and the holdouts
    /// that cover it.
    pub(super) fn needs(&self, flag: &str) -> BTreeSet<Node> {
        let start = (Kind::Flag, flag.to_owned());
        let (mut found, mut next) = (BTreeSet::new(), vec![start.clone()]);
        while let Some(node) = next.pop() {
            for need in self.direct(&node) {
                if need != start && found.insert(need.clone()) {
                    next.push(need);
                }
            }
        }
        found
    }

    fn direct(&self, node: &Node) -> Vec<Node> {
        let Some(json) = self.get(node) else { return Vec::new() };
        let mut needs = Vec::new();
        let mut add = |kind, key: &str| needs.push((kind, key.to_owned()));
        match node.0 {
            Kind::Flag => {
                items(json, "prerequisites").iter().for_each(|one| add(Kind::Flag, text(one, "flag")));
                let whens = items(json, "rules").iter().filter_map(|rule| rule.get("when"));
                whens.for_each(|when| segments(when, &mut |key| add(Kind::Segment, key)));
                memberships(json).for_each(|(layer, _)| add(Kind::Layer, layer));
                self.covering(&node.1).iter().for_each(|holdout| add(Kind::Holdout, holdout));
            }
            Kind::Segment => segments(json, &mut |key| add(Kind::Segment, key)),
            Kind::Layer => {
                if let Some(within) = json.get("within") {
                    add(Kind::Layer, text(within, "layer"));
                }
            }
            Kind::Holdout => strings(json, "includes").for_each(|key| add(Kind::Holdout, key)),
        }
        needs
    }

    /// Whether a flag, or one of its rules, is guarded by an alarm.
    pub(super) fn watches(&self, flag: &str, alarm: &str) -> bool {
        let Some(json) = self.definitions.flags.get(flag) else { return false };
        let guarded = std::iter::once(json).chain(items(json, "rules"));
        guarded.flat_map(|json| items(json, "guardrails")).any(|guardrail| text(guardrail, "alarm") == alarm)
    }

    /// The holdouts that cover a flag and hold somebody back, by key.
    pub(super) fn covering(&self, flag: &str) -> Vec<&'d str> {
        let Some(json) = self.definitions.flags.get(flag) else { return Vec::new() };
        let covers = |(key, holdout): &(&'d String, &'d Json)| {
            let holds = matches!(holdout.get("percent"), Some(Json::Number(percent)) if *percent > 0.0);
            let is_sound = !self.refused.contains(&(Kind::Holdout, (*key).clone()));
            holds && is_sound && is_about(json, holdout) && self.names(key, flag, json)
        };
        self.definitions.holdouts.iter().filter(covers).map(|(key, _)| key.as_str()).collect()
    }

    /// Whether a holdout, or one that it includes, takes a flag by its key, by a tag, or every flag.
    fn names(&self, holdout: &str, key: &str, flag: &Json) -> bool {
        let (mut asked, mut next) = (BTreeSet::new(), vec![holdout]);
        while let Some(holdout) = next.pop() {
            let Some(json) = self.definitions.holdouts.get(holdout).filter(|_| asked.insert(holdout.to_owned())) else {
                continue;
            };
            let is_tagged = strings(json, "tags").any(|tag| strings(flag, "tags").any(|own| own == tag));
            if is_tagged || json.get("all") == Some(&Json::Bool(true)) || strings(json, "flags").any(|one| one == key) {
                return true;
            }
            next.extend(strings(json, "includes"));
        }
        false
    }
}

fn strings<'j>(json: &'j Json, list: &str) -> impl Iterator<Item = &'j str> {
    items(json, list).iter().filter_map(Json::as_str)
}

/// The segments that a condition names. Conditions nest at most 64 deep.
fn segments<'j>(condition: &'j Json, add: &mut dyn FnMut(&'j str)) {
    if let Some(Json::String(key)) = condition.get("segment") {
        add(key);
    }
    for part in items(condition, "all").iter().chain(items(condition, "any")).chain(condition.get("not")) {
        segments(part, add);
    }
}

/// Whether a flag is about the unit that a holdout holds back: its own unit is that one, and no rule has another.
fn is_about(flag: &Json, holdout: &Json) -> bool {
    let default = Json::String("targetingKey".to_owned());
    let unit = holdout.get("unit").unwrap_or(&default);
    let own = flag.get("unit").unwrap_or(&default);
    own == unit && items(flag, "rules").iter().all(|rule| rule.get("unit").is_none_or(|other| other == unit))
}

//! Which variants a flag can serve at all, whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use tidegate::Json;

use super::study::{FlagStudy, RuleStudy, Study};
use super::view::{Definition, Snapshot, id, list, members, rollbacks, text, texts, unit};

/// More than what a flag serves, never less. A refused flag has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Serving<'j> {
    /// With a reason other than `DISABLED` and `ERROR`.
    pub(crate) variants: BTreeSet<&'j str>,
    /// It is switched off.
    pub(crate) is_disabled: bool,
    /// Some context ends in an error.
    pub(crate) may_fail: bool,
}

/// How a prerequisite comes out, whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Met {
    Never,
    Always,
    Perhaps,
}

pub(crate) fn of_all<'j>(study: &Study<'j>) -> BTreeMap<&'j str, Serving<'j>> {
    let covered = Covered::new(study.snapshot);
    let mut servings = BTreeMap::new();
    for flag in study.flags.values() {
        add(study, flag, &covered, &mut servings);
    }
    servings
}

/// Adds a flag, and those that it needs before it. Chains have at most 64 members.
fn add<'j>(
    study: &Study<'j>,
    flag: &FlagStudy<'j>,
    covered: &Covered<'j>,
    servings: &mut BTreeMap<&'j str, Serving<'j>>,
) {
    if servings.contains_key(flag.definition.key) {
        return;
    }
    let prerequisites = list(flag.definition.json.get("prerequisites"));
    for prerequisite in prerequisites {
        if let Some(parent) = text(prerequisite.get("flag")).and_then(|key| study.flags.get(key)) {
            add(study, parent, covered, servings);
        }
    }
    let met: Vec<Met> = prerequisites.iter().map(|prerequisite| met(prerequisite, servings)).collect();
    servings.insert(flag.definition.key, of(flag, &met, covered));
}

/// How a prerequisite comes out; its flag must have been looked at.
pub(crate) fn met(prerequisite: &Json, servings: &BTreeMap<&str, Serving<'_>>) -> Met {
    let Some(parent) = text(prerequisite.get("flag")).and_then(|key| servings.get(key)) else {
        return Met::Perhaps;
    };
    let wanted: BTreeSet<&str> = texts(prerequisite.get("variants")).collect();
    if parent.is_disabled || parent.variants.is_disjoint(&wanted) {
        Met::Never
    } else if !parent.may_fail && parent.variants.is_subset(&wanted) {
        Met::Always
    } else {
        Met::Perhaps
    }
}

fn of<'j>(flag: &FlagStudy<'j>, met: &[Met], covered: &Covered<'j>) -> Serving<'j> {
    let json = flag.definition.json;
    if !flag.definition.is_enabled() {
        return Serving { is_disabled: true, ..Serving::default() };
    }
    let off = text(json.get("off"));
    let mut variants: BTreeSet<&str> = rollbacks(json).collect();
    if met.iter().any(|met| *met != Met::Always) {
        variants.extend(off);
    }
    if met.contains(&Met::Never) {
        return Serving { variants, is_disabled: false, may_fail: false };
    }
    for entry in list(json.get("overrides")) {
        if list(entry.get("ids")).iter().any(|listed| id(listed).is_some()) {
            variants.extend(text(entry.get("variant")));
        }
    }
    if covered.has(&flag.definition) {
        variants.extend(off);
    }
    if flag.rules.iter().any(|rule| rule.rule.is("sticky") || rule.rule.is("storedOnly")) {
        variants.extend(members(json.get("variants")).iter().map(|(name, _)| name.as_str()));
    }
    let last = flag.rules.iter().position(RuleStudy::is_last);
    let reached = flag.rules.get(..last.map_or(flag.rules.len(), |last| last + 1)).unwrap_or_default();
    let live = reached.iter().filter(|rule| rule.idle.is_none());
    variants.extend(live.flat_map(|rule| rule.rule.serves()));
    if last.is_none() {
        variants.extend(text(json.get("default")));
    }
    Serving { variants, is_disabled: false, may_fail: reached.iter().any(RuleStudy::may_fail) }
}

/// What some holdout could hold units back from. One that includes others has what those have.
struct Covered<'j> {
    flags: BTreeSet<&'j str>,
    tags: BTreeSet<&'j str>,
    units: BTreeSet<Vec<&'j str>>,
}

impl<'j> Covered<'j> {
    fn new(snapshot: &Snapshot<'j>) -> Self {
        let mut covered = Self { flags: BTreeSet::new(), tags: BTreeSet::new(), units: BTreeSet::new() };
        for holdout in snapshot.holdouts.values() {
            covered.flags.extend(texts(holdout.json.get("flags")));
            covered.tags.extend(texts(holdout.json.get("tags")));
            if holdout.json.get("all") == Some(&Json::Bool(true)) {
                covered.units.insert(unit(holdout.json.get("unit")));
            }
        }
        covered
    }

    fn has(&self, flag: &Definition<'j>) -> bool {
        self.flags.contains(flag.key)
            || texts(flag.json.get("tags")).any(|tag| self.tags.contains(tag))
            || self.units.contains(&unit(flag.json.get("unit")))
    }
}

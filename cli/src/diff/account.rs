//! What changed in meaning from one snapshot to another, definition by definition.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use tidegate::{Json, Program};

use super::change::{Change, Changes, Effect, Pair, value};
use super::definitions::{Definitions, Section, items, text};
use super::reach::{Kind, Links, Node};
use super::{flag, shared, words};
use crate::check::counted;

/// Everything that changed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    /// Whether both snapshots are JSON. Of a compiled one it is known that a flag means something else, and not what.
    pub(super) detailed: bool,
    /// Of the snapshot itself: its environment, its freezes, its alarms.
    pub(super) snapshot: Vec<Change>,
    pub(super) flags: Vec<FlagAccount>,
    /// Segments, layers and holdouts.
    pub(super) shared: Vec<SharedAccount>,
}

/// What became of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Status {
    Added,
    Removed,
    Changed,
    /// It is the same, and something that it needs is another one.
    Reached,
}

/// A flag that may decide otherwise.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FlagAccount {
    pub(super) flag: String,
    pub(super) status: Status,
    pub(super) effect: Effect,
    /// Whether it was refused before, and whether it is now: then every decision is an error.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) refused_before: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) refused_after: bool,
    pub(super) changes: Vec<Change>,
    /// The changed definitions that it needs, in whatever many steps.
    pub(super) through: Vec<Through>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct Through {
    pub(super) kind: &'static str,
    pub(super) key: String,
}

/// A segment, layer or holdout that changed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SharedAccount {
    pub(super) kind: &'static str,
    pub(super) key: String,
    pub(super) status: Status,
    pub(super) changes: Vec<Change>,
    /// The flags that it reaches.
    pub(super) reaches: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// One of the two snapshots.
pub(super) struct Side {
    pub(super) program: Program,
    /// Absent for a compiled one.
    pub(super) definitions: Option<Definitions>,
}

impl Account {
    /// Compares two snapshots; only the `only` flags and what reaches them, or all where there are none.
    pub(super) fn new(before: &Side, after: &Side, only: &[String]) -> Self {
        let affected = before.program.affected(&after.program);
        let is_wanted = |key: &String| only.is_empty() || only.contains(key);
        let (Some(old), Some(new)) = (&before.definitions, &after.definitions) else {
            let flags = affected.into_iter().filter(is_wanted).map(|key| plain(key, before, after)).collect();
            return Self { detailed: false, snapshot: Vec::new(), flags, shared: Vec::new() };
        };
        let (then, now) = (Links::new(old, &before.program), Links::new(new, &after.program));
        let snapshot = snapshot(old, new);
        let own = own_changes(&then, &now, &affected, &snapshot);
        let mut shared = shared_changes(old, new);
        let flags = affected.into_iter().map(|key| {
            let needs: BTreeSet<Node> = [&then, &now].into_iter().flat_map(|links| links.needs(&key)).collect();
            let through: Vec<_> = needs.iter().filter_map(|node| reached(node, &own, &mut shared, &key)).collect();
            let mut account = plain(key, before, after);
            account.changes = own.get(&account.flag).cloned().unwrap_or_default();
            let effects = account.changes.iter().map(|change| change.effect);
            account.effect = effects.chain(through.iter().map(|(_, effect)| *effect)).min().unwrap_or(Effect::Decides);
            if account.status == Status::Changed && account.changes.is_empty() {
                if through.is_empty() && account.refused_before == account.refused_after {
                    account.means_the_same();
                } else {
                    account.status = Status::Reached;
                }
            }
            account.through = through.into_iter().map(|(through, _)| through).collect();
            account
        });
        let flags: Vec<FlagAccount> = flags.filter(|account| is_wanted(&account.flag)).collect();
        let is_shown = |one: &SharedAccount| only.is_empty() || one.reaches.iter().any(is_wanted);
        let shared = shared.into_values().filter(is_shown).collect();
        Self { detailed: true, snapshot, flags, shared }
    }
}

impl FlagAccount {
    /// Its definition is another one by its digest alone: an empty list where there was none.
    fn means_the_same(&mut self) {
        let text = "written in another way that means the same".to_owned();
        self.effect = Effect::People;
        self.changes =
            vec![Change { what: "spelling", of: None, effect: Effect::People, before: None, after: None, text }];
    }
}

/// What is known of a flag without its definition.
fn plain(flag: String, before: &Side, after: &Side) -> FlagAccount {
    let has = |side: &Side| side.program.keys().any(|key| key == flag);
    let status = match (has(before), has(after)) {
        (false, _) => Status::Added,
        (_, false) => Status::Removed,
        _ => Status::Changed,
    };
    let is_refused = |side: &Side| has(side) && side.program.flag_type(&flag).is_none();
    FlagAccount {
        status,
        effect: Effect::Decides,
        refused_before: is_refused(before),
        refused_after: is_refused(after),
        changes: Vec::new(),
        through: Vec::new(),
        flag,
    }
}

/// The changes of each flag's own definition, of what covers it, and of the alarms that it watches, which are among those of
/// the snapshot.
fn own_changes(
    then: &Links<'_>,
    now: &Links<'_>,
    flags: &[String],
    snapshot: &[Change],
) -> BTreeMap<String, Vec<Change>> {
    let changes = |key: &String| {
        let node = (Kind::Flag, key.clone());
        let mut changes = match (then.get(&node), now.get(&node)) {
            (Some(old), Some(new)) => Changes { list: flag::changes(old, new) },
            (None, Some(new)) => return Some((key.clone(), vec![added(new)])),
            (Some(old), None) => return Some((key.clone(), vec![removed(old)])),
            (None, None) => return None,
        };
        let list = |keys: Vec<&str>| Json::List(keys.into_iter().map(Json::from).collect());
        let (old, new) = (list(then.covering(key)), list(now.covering(key)));
        changes.compare("holdouts", None, Effect::Decides, Pair::of(&old, &new), value);
        let alarms = snapshot.iter().filter(|change| change.what == "alarm");
        let watched = alarms.filter(|alarm| alarm.of.as_ref().is_some_and(|alarm| now.watches(key, alarm)));
        changes.list.extend(watched.cloned());
        changes.list.sort_by_key(|change| change.effect);
        (!changes.list.is_empty()).then(|| (key.clone(), changes.list))
    };
    flags.iter().filter_map(changes).collect()
}

fn added(flag: &Json) -> Change {
    whole(flag, Pair { before: None, after: Some(flag) }, "added")
}

fn removed(flag: &Json) -> Change {
    whole(flag, Pair { before: Some(flag), after: None }, "removed")
}

/// A flag that is only on one side, in short.
fn whole(flag: &Json, pair: Pair<'_>, word: &str) -> Change {
    let variants = flag.get("variants").and_then(Json::as_object).map_or(0, <[_]>::len);
    let (variants, rules) = (counted(variants, "variant"), counted(items(flag, "rules").len(), "rule"));
    let state = if flag.get("enabled") == Some(&Json::Bool(false)) { ", not enabled" } else { "" };
    let default = words::name(text(flag, "default"));
    let said = format!(
        "flag {word}: {}, {variants}, {rules}, default {default}{state}",
        words::plain_text(text(flag, "type"))
    );
    Change {
        what: "flag",
        of: None,
        effect: Effect::Decides,
        before: pair.before.cloned(),
        after: pair.after.cloned(),
        text: said,
    }
}

/// The changes of segments, layers and holdouts, by definition.
fn shared_changes(before: &Definitions, after: &Definitions) -> BTreeMap<Node, SharedAccount> {
    let mut all = BTreeMap::new();
    let kinds: [(Kind, &Section, &Section); 3] = [
        (Kind::Segment, &before.segments, &after.segments),
        (Kind::Layer, &before.layers, &after.layers),
        (Kind::Holdout, &before.holdouts, &after.holdouts),
    ];
    for (kind, old, new) in kinds {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let (status, changes) = match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) => (Status::Changed, shared::changes(kind, old, new)),
                (None, _) => (Status::Added, Vec::new()),
                (_, None) => (Status::Removed, Vec::new()),
            };
            if status != Status::Changed || !changes.is_empty() {
                let account =
                    SharedAccount { kind: kind.name(), key: key.clone(), status, changes, reaches: Vec::new() };
                all.insert((kind, key.clone()), account);
            }
        }
    }
    all
}

/// How a flag is reached by something that it needs, if that changed; notes there that it is.
fn reached(
    node: &Node,
    own: &BTreeMap<String, Vec<Change>>,
    shared: &mut BTreeMap<Node, SharedAccount>,
    flag: &str,
) -> Option<(Through, Effect)> {
    let through = || Through { kind: node.0.name(), key: node.1.clone() };
    if node.0 == Kind::Flag {
        let gravest = own.get(&node.1)?.iter().map(|change| change.effect).min()?;
        // Who falls anew there only meets the prerequisite or doesn't.
        return Some((through(), gravest.max(Effect::Decides)));
    }
    let account = shared.get_mut(node)?;
    account.reaches.push(flag.to_owned());
    Some((through(), account.changes.iter().map(|change| change.effect).min().unwrap_or(Effect::Decides)))
}

/// What changed of the snapshot itself.
fn snapshot(before: &Definitions, after: &Definitions) -> Vec<Change> {
    let mut changes = Changes::default();
    let pair = |before, after| Pair { before, after };
    changes.compare(
        "environment",
        None,
        Effect::Told,
        pair(before.environment.as_ref(), after.environment.as_ref()),
        value,
    );
    changes.compare("freeze", None, Effect::Told, pair(before.freeze.as_ref(), after.freeze.as_ref()), value);
    let names: BTreeSet<&String> = before.alarms.keys().chain(after.alarms.keys()).collect();
    for name in names {
        let state = |alarms: &BTreeMap<String, bool>| {
            Json::from(if alarms.get(name).copied().unwrap_or_default() { "alarm" } else { "ok" })
        };
        let (old, new) = (state(&before.alarms), state(&after.alarms));
        if old != new {
            let said = format!("alarm {}: {} → {}", words::name(name), words::value(&old), words::value(&new));
            changes.add("alarm", Some(name), Effect::Decides, Pair::of(&old, &new), said);
        }
    }
    changes.list
}

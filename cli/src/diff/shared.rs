//! What changed within segments, layers and holdouts.

use std::collections::BTreeSet;

use tidegate::Json;

use super::change::{Change, Changes, Effect, Pair, value};
use super::definitions::{items, text};
use super::flag::names;
use super::reach::Kind;
use super::words;

/// The changes from one definition to another, the gravest first.
pub(super) fn changes(kind: Kind, before: &Json, after: &Json) -> Vec<Change> {
    let mut changes = Changes::default();
    let pair = Pair::of(before, after);
    match kind {
        Kind::Segment => segment(&mut changes, pair),
        Kind::Layer => layer(&mut changes, pair),
        Kind::Holdout => holdout(&mut changes, pair),
        Kind::Flag => return super::flag::changes(before, after),
    }
    changes.compare("description", None, Effect::People, pair.member("description"), value);
    changes.list.sort_by_key(|change| change.effect);
    changes.list
}

fn segment(changes: &mut Changes, pair: Pair<'_>) {
    unit(changes, pair, Effect::Decides);
    ids(changes, pair, "include");
    ids(changes, pair, "exclude");
    // A segment is its condition, with its lists beside it.
    let condition = |segment: Option<&Json>| {
        let Some(Json::Object(entries)) = segment else { return None };
        const OTHERS: [&str; 4] = ["unit", "include", "exclude", "description"];
        let own: Vec<_> = entries.iter().filter(|(name, _)| !OTHERS.contains(&name.as_str())).cloned().collect();
        (!own.is_empty()).then_some(Json::Object(own))
    };
    let (before, after) = (condition(pair.before), condition(pair.after));
    let pair = Pair { before: before.as_ref(), after: after.as_ref() };
    changes.compare("condition", None, Effect::Decides, pair, |json| match json {
        Some(_) => words::condition(json),
        None => "nobody".to_owned(),
    });
}

fn unit(changes: &mut Changes, pair: Pair<'_>, effect: Effect) {
    let default = Json::String("targetingKey".to_owned());
    changes.compare("unit", None, effect, pair.member("unit").or(&default), words::unit);
}

/// Ids that came and went, whatever their order.
fn ids(changes: &mut Changes, pair: Pair<'_>, list: &'static str) {
    let all = |json: Option<&Json>| -> BTreeSet<String> {
        json.map(|json| items(json, list)).unwrap_or_default().iter().map(words::id).collect()
    };
    let (before, after) = (all(pair.before), all(pair.after));
    for (is_new, mut ids) in [(true, after.difference(&before)), (false, before.difference(&after))] {
        let ids: Vec<&str> = ids.by_ref().map(String::as_str).collect();
        if ids.is_empty() {
            continue;
        }
        let json = Json::List(ids.iter().map(|id| Json::String((*id).to_owned())).collect());
        let (word, pair) = if is_new {
            ("added", Pair { before: None, after: Some(&json) })
        } else {
            ("removed", Pair { before: Some(&json), after: None })
        };
        changes.add(list, None, Effect::Decides, pair, format!("{list}: {} {word}", words::ids(&ids)));
    }
}

fn layer(changes: &mut Changes, pair: Pair<'_>) {
    unit(changes, pair, Effect::Reshuffles);
    changes.compare("salt", None, Effect::Reshuffles, pair.member("salt"), value);
    changes.compare("within", None, Effect::Decides, pair.member("within"), |within| {
        within.map_or_else(
            || "nothing".to_owned(),
            |within| format!("{} of {}", words::name(text(within, "experiment")), words::name(text(within, "layer"))),
        )
    });
    let experiments = pair.member("experiments");
    for name in names(experiments) {
        let pair = experiments.member(&name);
        let shown = words::name(&name);
        let said = match (pair.before, pair.after) {
            (None, Some(ranges)) => format!("experiment {shown} added: {}", words::value(ranges)),
            (Some(ranges), None) => format!("experiment {shown} removed: {}", words::value(ranges)),
            _ if pair.is_same() => continue,
            _ => format!("experiment {shown}: {} → {}", value(pair.before), value(pair.after)),
        };
        changes.add("experiment", Some(&name), Effect::Decides, pair, said);
    }
}

fn holdout(changes: &mut Changes, pair: Pair<'_>) {
    unit(changes, pair, Effect::Reshuffles);
    changes.compare("salt", None, Effect::Reshuffles, pair.member("salt"), value);
    changes
        .compare("percent", None, Effect::Decides, pair.member("percent"), |percent| format!("{} %", value(percent)));
    for list in ["flags", "tags", "includes"] {
        ids(changes, pair, list);
    }
    let no = Json::Bool(false);
    changes.compare("all", None, Effect::Decides, pair.member("all").or(&no), value);
    changes.compare("until", None, Effect::Decides, pair.member("until"), value);
}

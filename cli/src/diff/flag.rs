//! What changed within a flag.

use std::collections::BTreeMap;

use tidegate::Json;

use super::change::{Change, Changes, Effect, Pair, value};
use super::definitions::{items, text};
use super::rules::{self, hashes};
use super::words;

/// The changes from one definition of a flag to another, the gravest first.
pub(super) fn changes(before: &Json, after: &Json) -> Vec<Change> {
    let mut changes = Changes::default();
    if *before == Json::Null || *after == Json::Null {
        let text = "definition: one of the two can't be read".to_owned();
        changes.add("definition", None, Effect::Decides, Pair::of(before, after), text);
        return changes.list;
    }
    let pair = Pair::of(before, after);
    let on = Json::Bool(true);
    changes.compare("enabled", None, Effect::Decides, pair.member("enabled").or(&on), value);
    changes.compare("type", None, Effect::Decides, pair.member("type"), value);
    for field in ["off", "default"] {
        changes.compare(field, None, Effect::Decides, pair.member(field), name_of);
    }
    variants(&mut changes, pair);
    key(&mut changes, pair);
    prerequisites(&mut changes, pair);
    overrides(&mut changes, pair);
    rules::compare(&mut changes, pair);
    guardrails(&mut changes, None, pair);
    changes.compare("namespace", None, Effect::Decides, pair.member("namespace"), value);
    changes.compare("metadata", None, Effect::Told, pair.member("metadata"), value);
    for field in ["description", "owner", "tags", "expires"] {
        changes.compare(field, None, Effect::People, pair.member(field), value);
    }
    changes.list.sort_by_key(|change| change.effect);
    changes.list
}

fn name_of(json: Option<&Json>) -> String {
    match json {
        Some(Json::String(name)) => words::name(name),
        other => value(other),
    }
}

fn variants(changes: &mut Changes, pair: Pair<'_>) {
    let pair = pair.member("variants");
    for name in names(pair) {
        let pair = pair.member(&name);
        let shown = words::name(&name);
        match (pair.before, pair.after) {
            (None, Some(json)) => {
                let text = format!("variant {shown} added: {}", words::value(json));
                changes.add("variant", Some(&name), Effect::Decides, pair, text);
            }
            (Some(json), None) => {
                let text = format!("variant {shown} removed: {}", words::value(json));
                changes.add("variant", Some(&name), Effect::Decides, pair, text);
            }
            _ if pair.is_same() => {}
            _ => {
                let text = format!("variant {shown}: {} → {}", value(pair.before), value(pair.after));
                changes.add("variant", Some(&name), Effect::Decides, pair, text);
            }
        }
    }
}

/// The names of the members of two objects, in the order of the later one and then of the earlier one.
pub(super) fn names(pair: Pair<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for json in [pair.after, pair.before].into_iter().flatten() {
        if let Json::Object(entries) = json {
            for (name, _) in entries {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
    }
    names
}

/// Unit and salt: who hashes by them falls anew.
fn key(changes: &mut Changes, pair: Pair<'_>) {
    for field in ["unit", "salt"] {
        let uses = |flag: Option<&Json>| {
            flag.is_some_and(|flag| items(flag, "rules").iter().any(|rule| rule.get(field).is_none() && hashes(rule)))
        };
        let effect = if uses(pair.before) && uses(pair.after) { Effect::Reshuffles } else { Effect::Decides };
        if field == "unit" {
            let default = Json::String("targetingKey".to_owned());
            changes.compare(field, None, effect, pair.member(field).or(&default), words::unit);
        } else {
            changes.compare(field, None, effect, pair.member(field), value);
        }
    }
}

fn prerequisites(changes: &mut Changes, pair: Pair<'_>) {
    let by_flag = |flag: Option<&Json>| -> Vec<(String, Json)> {
        let list = flag.map(|flag| items(flag, "prerequisites")).unwrap_or_default();
        list.iter()
            .map(|one| (text(one, "flag").to_owned(), one.get("variants").cloned().unwrap_or(Json::Null)))
            .collect()
    };
    named_lists(changes, "prerequisite", by_flag(pair.before), by_flag(pair.after), |variants| {
        format!("must be {}", words::value(variants))
    });
}

/// What guards a flag, or one of its rules.
pub(super) fn guardrails(changes: &mut Changes, rule: Option<&str>, pair: Pair<'_>) {
    let by_name = |json: Option<&Json>| -> Vec<(String, Json)> {
        let list = json.map(|json| items(json, "guardrails")).unwrap_or_default();
        let name = |one: &Json| [text(one, "alarm"), text(one, "outcome")].concat();
        let of = |one: &Json| match rule {
            Some(rule) => format!("{} of {rule}", name(one)),
            None => name(one),
        };
        list.iter().map(|one| (of(one), one.clone())).collect()
    };
    named_lists(changes, "guardrail", by_name(pair.before), by_name(pair.after), |one| {
        let rest = [("control", "against "), ("alpha", "alpha ")];
        let rest =
            rest.into_iter().filter_map(|(field, word)| Some(format!(", {word}{}", words::value(one.get(field)?))));
        format!("rolls back to {}{}", words::name(text(one, "rollbackTo")), rest.collect::<String>())
    });
}

/// Compares two lists whose entries have names; of two entries with one name, the first of each list are compared.
fn named_lists(
    changes: &mut Changes,
    what: &'static str,
    before: Vec<(String, Json)>,
    mut after: Vec<(String, Json)>,
    say: impl Fn(&Json) -> String,
) {
    for (name, old) in before {
        let shown = words::name(&name);
        let new = after.iter().position(|(other, _)| *other == name).map(|at| after.remove(at).1);
        let pair = Pair { before: Some(&old), after: new.as_ref() };
        match &new {
            None => {
                let text = format!("{what} {shown} removed: {}", say(&old));
                changes.add(what, Some(&name), Effect::Decides, pair, text);
            }
            Some(_) if pair.is_same() => {}
            Some(new) => {
                let text = format!("{what} {shown}: {} → {}", say(&old), say(new));
                changes.add(what, Some(&name), Effect::Decides, pair, text);
            }
        }
    }
    for (name, new) in after {
        let text = format!("{what} {} added: {}", words::name(&name), say(&new));
        let pair = Pair { before: None, after: Some(&new) };
        changes.add(what, Some(&name), Effect::Decides, pair, text);
    }
}

/// Units with a fixed variant, told of id by id.
fn overrides(changes: &mut Changes, pair: Pair<'_>) {
    let (before, after) = (listed(pair.before), listed(pair.after));
    // By what becomes of them: the variant before and the one after.
    let mut moves: BTreeMap<(Option<&str>, Option<&str>), Vec<&str>> = BTreeMap::new();
    for (key, variant) in &before {
        let now = after.get(key).map(String::as_str);
        if now != Some(variant.as_str()) {
            moves.entry((Some(variant.as_str()), now)).or_default().push(&key.1);
        }
    }
    for (key, variant) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
        moves.entry((None, Some(variant))).or_default().push(&key.1);
    }
    for ((old, new), ids) in moves {
        let shown = words::ids(&ids);
        let text = match (old, new) {
            (Some(old), Some(new)) => format!("overrides: {shown} from {} to {}", words::name(old), words::name(new)),
            (Some(old), None) => format!("overrides: {shown} no longer {}", words::name(old)),
            (None, Some(new)) => format!("overrides: {shown} now {}", words::name(new)),
            (None, None) => continue,
        };
        let list = |variant: Option<&str>| {
            let ids = Json::List(ids.iter().map(|id| Json::String((*id).to_owned())).collect());
            variant.map(|variant| Json::Object(vec![("variant".to_owned(), variant.into()), ("ids".to_owned(), ids)]))
        };
        let (old, new) = (list(old), list(new));
        let pair = Pair { before: old.as_ref(), after: new.as_ref() };
        changes.add("overrides", None, Effect::Decides, pair, text);
    }
}

/// The variants of listed units, by unit path and id. Of an id that is listed twice, the entry counts that is asked first.
fn listed(flag: Option<&Json>) -> BTreeMap<(String, String), String> {
    let mut listed = BTreeMap::new();
    let Some(flag) = flag else { return listed };
    let off = text(flag, "off");
    let all = items(flag, "overrides");
    let asked = |is_off: bool| all.iter().filter(move |entry| (text(entry, "variant") == off) == is_off);
    for entry in asked(true).chain(asked(false)) {
        let unit = words::unit(entry.get("unit").or_else(|| flag.get("unit")));
        for id in items(entry, "ids") {
            let variant = text(entry, "variant").to_owned();
            listed.entry((unit.clone(), words::id(id))).or_insert(variant);
        }
    }
    listed
}

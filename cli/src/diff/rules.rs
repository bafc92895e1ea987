//! What changed in a flag's rules: they are told apart by their ids.

use tidegate::Json;

use super::change::{Changes, Effect, Pair, value};
use super::definitions::{items, same, text};
use super::flag::guardrails;
use super::words;

/// A rule as a decision names it.
struct Rule<'j> {
    id: String,
    json: &'j Json,
}

/// Compares the rules of two definitions of a flag.
pub(super) fn compare(changes: &mut Changes, pair: Pair<'_>) {
    let (before, after) = (rules(pair.before), rules(pair.after));
    let matched = matched(&before, &after);
    for (position, old) in before.iter().enumerate() {
        if !matched.iter().any(|(from, _)| *from == position) {
            let text = format!("rule {} removed: {}", words::name(&old.id), words::rule(old.json));
            changes.add("rule", Some(&old.id), Effect::Decides, Pair { before: Some(old.json), after: None }, text);
        }
    }
    for (position, new) in after.iter().enumerate() {
        if !matched.iter().any(|(_, to)| *to == position) {
            let place = format!("as number {} of {}", position + 1, after.len());
            let text = format!("rule {} added {place}: {}", words::name(&new.id), words::rule(new.json));
            changes.add("rule", Some(&new.id), Effect::Decides, Pair { before: None, after: Some(new.json) }, text);
        }
    }
    let kept = in_order(&matched);
    for (from, to) in &matched {
        let (Some(old), Some(new)) = (before.get(*from), after.get(*to)) else { continue };
        let shown = words::name(&new.id);
        let own = Pair::of(old.json, new.json);
        if old.id != new.id {
            let text = format!("rule {shown} was called {}: it is told by its position", words::name(&old.id));
            changes.add("id", Some(&new.id), Effect::Told, own.member("id"), text);
        }
        if !kept.contains(to) {
            let text = format!("rule {shown} moved from number {} to number {}", from + 1, to + 1);
            changes.add("position", Some(&new.id), Effect::Decides, Pair { before: None, after: None }, text);
        }
        within(changes, &new.id, own, pair);
    }
}

fn rules(flag: Option<&Json>) -> Vec<Rule<'_>> {
    let rules = flag.map(|flag| items(flag, "rules")).unwrap_or_default();
    let id = |at: usize, json: &Json| match json.get("id") {
        Some(Json::String(id)) => id.clone(),
        _ => at.to_string(),
    };
    rules.iter().enumerate().map(|(at, json)| Rule { id: id(at, json), json }).collect()
}

/// Which rule became which, by position, in the order of the later ones: those with one id; but rules without an id of their own
/// first find the same rule, wherever it went.
fn matched(before: &[Rule<'_>], after: &[Rule<'_>]) -> Vec<(usize, usize)> {
    let mut matched: Vec<(usize, usize)> = Vec::new();
    let is_named = |rule: &Rule<'_>| rule.json.get("id").is_some();
    let mut join = |is_it: &dyn Fn(&Rule<'_>, &Rule<'_>) -> bool| {
        for (to, new) in after.iter().enumerate() {
            if matched.iter().any(|(_, taken)| *taken == to) {
                continue;
            }
            let is_free = |from: &usize| matched.iter().all(|(taken, _)| taken != from);
            let found = before.iter().enumerate().find(|(from, old)| is_free(from) && is_it(old, new));
            if let Some((from, _)) = found {
                matched.push((from, to));
            }
        }
    };
    join(&|old, new| is_named(old) && is_named(new) && old.id == new.id);
    join(&|old, new| !is_named(old) && !is_named(new) && same(old.json, new.json));
    join(&|old, new| old.id == new.id);
    matched.sort_by_key(|(_, to)| *to);
    matched
}

/// The later positions of a longest run of rules that are in the same order as before: the others moved. Quadratic.
fn in_order(matched: &[(usize, usize)]) -> Vec<usize> {
    // The longest run that ends with each of them, and the one before it there.
    let mut runs: Vec<(usize, Option<usize>)> = Vec::with_capacity(matched.len());
    for (at, (from, _)) in matched.iter().enumerate() {
        let earlier = matched.iter().zip(&runs).take(at).enumerate().filter(|(_, ((other, _), _))| other < from);
        let best = earlier.max_by_key(|(place, (_, (length, _)))| (*length, std::cmp::Reverse(*place)));
        runs.push(best.map_or((1, None), |(place, (_, (length, _)))| (length + 1, Some(place))));
    }
    let mut at = runs
        .iter()
        .enumerate()
        .max_by_key(|(place, (length, _))| (*length, std::cmp::Reverse(*place)))
        .map(|(at, _)| at);
    let mut kept = Vec::new();
    while let Some(place) = at {
        kept.extend(matched.get(place).map(|(_, to)| *to));
        at = runs.get(place).and_then(|(_, before)| *before);
    }
    kept
}

/// What changed within a rule; `flags` are the flags around.
fn within(changes: &mut Changes, id: &str, pair: Pair<'_>, flags: Pair<'_>) {
    let of = Some(id);
    changes.compare("when", of, Effect::Decides, pair.member("when"), words::condition);
    let share = |rule: Option<&Json>| rule.map(words::share).unwrap_or_default();
    if !pair.member("ramp").is_same() {
        let text = format!("{}, ramp: {} → {}", words::name(id), share(pair.before), share(pair.after));
        changes.add("ramp", of, Effect::Decides, pair.member("ramp"), text);
    }
    let (percent, all) = (pair.member("percent"), Json::Number(100.0));
    if pair.member("ramp").before.is_none() && pair.member("ramp").after.is_none() && !percent.or(&all).is_same() {
        let text = format!("{}, percent: {} → {}", words::name(id), share(pair.before), share(pair.after));
        changes.add("percent", of, Effect::Decides, percent.or(&all), text);
    }
    changes.compare("window", of, Effect::Decides, pair.member("window"), words::windows);
    changes.compare("serve", of, Effect::Decides, pair.member("serve"), |serve| {
        serve.map(words::serve).unwrap_or_default()
    });
    let falls_anew = pair.before.is_some_and(hashes) && pair.after.is_some_and(hashes);
    let effect = if falls_anew { Effect::Reshuffles } else { Effect::Decides };
    for field in ["unit", "salt"] {
        let own = pair.member(field);
        // What the flag says counts where the rule says nothing, and what becomes of that is told with the flag.
        let whole =
            Pair { before: own.before.or(flags.member(field).before), after: own.after.or(flags.member(field).after) };
        if own.before.is_some() || own.after.is_some() {
            let say = |json: Option<&Json>| if field == "unit" { words::unit(json) } else { value(json) };
            changes.compare(field, of, effect, whole, say);
        }
    }
    let no = Json::Bool(false);
    for field in ["sticky", "storedOnly"] {
        changes.compare(field, of, Effect::Decides, pair.member(field).or(&no), value);
    }
    for field in ["layer", "experiment"] {
        changes.compare(field, of, Effect::Decides, pair.member(field), value);
    }
    guardrails(changes, of, pair);
}

/// Whether a rule asks a hash whom it takes, or what it serves to them.
pub(super) fn hashes(rule: &Json) -> bool {
    let is_part = matches!(rule.get("percent"), Some(Json::Number(percent)) if *percent > 0.0 && *percent < 100.0);
    let serve = rule.get("serve");
    let weighs = |arm: &&Json| matches!(arm.get("weight"), Some(Json::Number(weight)) if *weight > 0.0);
    let arms = serve.map(|serve| items(serve, "split").iter().filter(weighs).count()).unwrap_or_default();
    let is_switched = serve.is_some_and(|serve| !items(serve, "switchback").is_empty());
    is_part || rule.get("ramp").is_some() || arms > 1 || is_switched
}

/// Every rule of a flag that is in a layer: the layer and its experiment.
pub(super) fn memberships(flag: &Json) -> impl Iterator<Item = (&str, &str)> {
    items(flag, "rules")
        .iter()
        .filter(|rule| rule.get("layer").is_some())
        .map(|rule| (text(rule, "layer"), text(rule, "experiment")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_was_put_in_front_moves_no_other() {
        let pairs = [(0, 1), (1, 2), (2, 3)];
        assert_eq!(in_order(&pairs), [3, 2, 1]);
        let moved = [(2, 0), (0, 1), (1, 2)];
        assert_eq!(in_order(&moved), [2, 1]);
        assert!(in_order(&[]).is_empty());
    }
}

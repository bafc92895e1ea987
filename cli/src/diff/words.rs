//! Parts of definitions in words, on one line each.

use tidegate::Json;

use super::definitions::{items, text};
use crate::check::counted;
use crate::show::{json, printable, shorten};

/// Longer values are cut.
const WIDTH: usize = 72;

/// A value on one line.
pub(super) fn value(value: &Json) -> String {
    shorten(&json(value), WIDTH)
}

/// A name in backticks.
pub(super) fn name(name: &str) -> String {
    format!("`{}`", shorten(&printable(name), WIDTH))
}

/// Text on one line.
pub(super) fn plain_text(text: &str) -> String {
    shorten(&printable(text), WIDTH)
}

/// A condition as people would say it: `shop.plan in ["plus"] and not (segment `staff`)`.
pub(super) fn condition(condition: Option<&Json>) -> String {
    condition.map_or_else(|| "everyone".to_owned(), |condition| shorten(&clause(condition, false), 2 * WIDTH))
}

/// `inner` where something is around it that it has to be told from.
fn clause(condition: &Json, inner: bool) -> String {
    let joined = |parts: &[Json], word: &str| {
        let text = parts.iter().map(|part| clause(part, parts.len() > 1)).collect::<Vec<_>>().join(word);
        if inner && parts.len() > 1 { format!("({text})") } else { text }
    };
    if condition.get("all").is_some() {
        return joined(items(condition, "all"), " and ");
    }
    if condition.get("any").is_some() {
        return joined(items(condition, "any"), " or ");
    }
    if let Some(not) = condition.get("not") {
        return format!("not ({})", clause(not, false));
    }
    if condition.get("segment").is_some() {
        return format!("segment {}", name(text(condition, "segment")));
    }
    let operand = condition.get("value").map(value).unwrap_or_default();
    let folded = if condition.get("ignoreCase") == Some(&Json::Bool(true)) { " ignoring case" } else { "" };
    format!("{} {} {operand}{folded}", printable(text(condition, "attr")), printable(text(condition, "op")))
}

/// What a rule serves: a variant, or variants with their weights.
pub(super) fn serve(serve: &Json) -> String {
    match serve {
        Json::String(variant) => name(variant),
        _ if serve.get("switchback").is_some() => {
            let minutes = serve.get("slotMinutes").map(json).unwrap_or_default();
            format!("switchback of {} every {minutes} minutes", arms(items(serve, "switchback")))
        }
        _ => format!("split {}", arms(items(serve, "split"))),
    }
}

fn arms(arms: &[Json]) -> String {
    let arm =
        |arm: &Json| format!("{} {}", name(text(arm, "variant")), arm.get("weight").map(json).unwrap_or_default());
    shorten(&arms.iter().map(arm).collect::<Vec<_>>().join(", "), 2 * WIDTH)
}

/// The share of a rule: its percentage, or its ramp.
pub(super) fn share(rule: &Json) -> String {
    match rule.get("ramp") {
        Some(ramp) => ramp_in_words(ramp),
        None => format!("{} %", rule.get("percent").map_or_else(|| "100".to_owned(), json)),
    }
}

fn ramp_in_words(ramp: &Json) -> String {
    let member = |name: &str| ramp.get(name).map(plain).unwrap_or_default();
    let baked =
        ramp.get("bakeMinutes").map(|minutes| format!(", baked for {} minutes", json(minutes))).unwrap_or_default();
    let way = match text(ramp, "kind") {
        "linear" => {
            format!(
                "linear ramp to {} % from {} until {} in {} steps",
                member("to"),
                member("from"),
                member("until"),
                member("steps")
            )
        }
        "exponential" => {
            let (start, minutes) = (member("start"), member("everyMinutes"));
            format!("ramp from {start} % at {}, doubled every {minutes} minutes to {} %", member("from"), member("to"))
        }
        _ => {
            let stage = |stage: &Json| {
                let member = |name: &str| stage.get(name).map(plain).unwrap_or_default();
                format!("{} % at {}", member("percent"), member("at"))
            };
            format!("ramp {}", items(ramp, "stages").iter().map(stage).collect::<Vec<_>>().join(", "))
        }
    };
    shorten(&(way + &baked), 2 * WIDTH)
}

/// When a rule may apply.
pub(super) fn windows(window: Option<&Json>) -> String {
    let one = |window: &Json| {
        let end = |name: &str, word: &str| window.get(name).map(|at| format!("{word} {}", plain(at)));
        let repeat = window.get("repeat").map(|repeat| format!("repeated {}", json(repeat)));
        [end("from", "from"), end("until", "until"), repeat].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    match window {
        None => "always".to_owned(),
        Some(Json::List(windows)) => shorten(&windows.iter().map(one).collect::<Vec<_>>().join("; "), 2 * WIDTH),
        Some(window) => shorten(&one(window), 2 * WIDTH),
    }
}

/// A unit's paths.
pub(super) fn unit(unit: Option<&Json>) -> String {
    match unit {
        Some(Json::List(paths)) => {
            paths.iter().map(|path| format!("`{}`", plain(path))).collect::<Vec<_>>().join(" + ")
        }
        Some(path) => format!("`{}`", plain(path)),
        None => "`targetingKey`".to_owned(),
    }
}

/// A whole rule.
pub(super) fn rule(rule: &Json) -> String {
    let mut parts = vec![condition(rule.get("when"))];
    if rule.get("percent").is_some() || rule.get("ramp").is_some() {
        parts.push(share(rule));
    }
    if let Some(window) = rule.get("window") {
        parts.push(windows(Some(window)));
    }
    format!("{} gets {}", parts.join(", "), rule.get("serve").map(serve).unwrap_or_default())
}

/// An id's text: 42 and "42" are the same id.
pub(super) fn id(id: &Json) -> String {
    match id {
        Json::String(text) => text.clone(),
        number => json(number),
    }
}

/// How many ids are named one by one.
const IDS: usize = 5;

/// How many ids there are, and which: `2 units (`u-7`, `u-9`)`.
pub(super) fn ids(ids: &[&str]) -> String {
    let named = ids.iter().take(IDS).map(|id| name(id)).collect::<Vec<_>>().join(", ");
    let more = if ids.len() > IDS { ", …" } else { "" };
    format!("{} ({named}{more})", counted(ids.len(), "unit"))
}

/// Text without quotes, everything else as JSON.
fn plain(value: &Json) -> String {
    match value {
        Json::String(text) => printable(text),
        _ => json(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_said_in_words() {
        let read = |text: &str| text.parse::<Json>().unwrap();
        for (written, expected) in [
            (r#"{"attr": "a.b", "op": "in", "value": ["x", 50.0]}"#, r#"a.b in ["x", 50]"#),
            (
                r#"{"all": [{"segment": "s"}, {"any": [{"attr": "a", "op": "eq", "value": 1, "ignoreCase": true}, {"not": {"segment": "t"}}]}]}"#,
                "segment `s` and (a eq 1 ignoring case or not (segment `t`))",
            ),
            (r#"{"any": [{"all": [{"segment": "s"}]}]}"#, "segment `s`"),
        ] {
            assert_eq!(condition(Some(&read(written))), expected);
        }
        let ramps = [
            (
                r#"{"kind": "linear", "from": "2026-11-24T08:00:00Z", "until": 5, "to": 100, "steps": 20, "bakeMinutes": 60}"#,
                "linear ramp to 100 % from 2026-11-24T08:00:00Z until 5 in 20 steps, baked for 60 minutes",
            ),
            (
                r#"{"kind": "exponential", "from": 1, "start": 1, "everyMinutes": 60, "to": 100}"#,
                "ramp from 1 % at 1, doubled every 60 minutes to 100 %",
            ),
            (
                r#"{"kind": "stages", "stages": [{"at": 1, "percent": 2.5}, {"at": 3, "percent": 50}]}"#,
                "ramp 2.5 % at 1, 50 % at 3",
            ),
        ];
        for (written, expected) in ramps {
            assert_eq!(share(&read(&format!(r#"{{"ramp": {written}}}"#))), expected);
        }
        let written = r#"{"window": [{"from": 1, "until": 2, "repeat": {"every": "day"}}, {"until": 9}], "percent": 5, "serve": {"split": [{"variant": "a", "weight": 1}]}}"#;
        assert_eq!(
            rule(&read(written)),
            r#"everyone, 5 %, from 1 until 2 repeated {"every": "day"}; until 9 gets split `a` 1"#
        );
        assert_eq!(unit(Some(&read(r#"["shop.id", "device"]"#))), "`shop.id` + `device`");
    }
}

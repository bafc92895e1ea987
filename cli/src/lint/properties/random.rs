//! Random snapshots and contexts, of few words, so that what conditions ask is often what contexts have.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::AT;

const HOUR: i64 = 3_600_000;

fn texts() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "x",
        "X",
        "xy",
        "Xyz",
        "y",
        "1",
        "1.2.3",
        "1.2.4-0",
        "2.0.0-rc.1",
        "2026-11-24T08:00:00Z",
        "2026-11-25T08:00:00Z",
        "10.1.2.3",
        "10.2.0.0",
        "::1",
        "2001:db8::1",
    ])
}

/// Texts that conditions mean, though they don't name them.
fn other_texts() -> impl Strategy<Value = &'static str> {
    select(vec![
        "v1.2",
        "1.2.3+b",
        "1.2.3-a",
        "2",
        "v2.0.0-rc.1",
        "9.9.9",
        "2026-11-24T09:00:00+01:00",
        "2026-11-24T20:00:00Z",
        "10.0.0.1",
        "::ffff:10.1.2.3",
        "11.0.0.0",
        "zzz",
    ])
}

fn numbers() -> impl Strategy<Value = f64> {
    select(vec![-1.0, 0.0, 1.0, 1.5, 2.0, 1_795_507_200_000.0, 1_795_507_200_001.0])
}

fn scalars() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => texts().prop_map(Value::from),
        2 => numbers().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
    ]
}

/// An operator with a value that it takes.
fn tests() -> impl Strategy<Value = (&'static str, Value)> {
    let versions = select(vec!["0.0.0-0", "1.2.3", "1.2.4-0", "2.0.0-rc.1", "2.0.0"]);
    let dates = prop_oneof![
        select(vec!["2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z"]).prop_map(Value::from),
        select(vec![1_795_507_200_000.0, 1_795_507_200_001.0, 1.5]).prop_map(Value::from),
    ];
    let ranges = select(vec!["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "::/0", "2001:db8::/32", "::ffff:10.1.0.0/112"]);
    prop_oneof![
        4 => (select(vec!["eq", "ne"]), scalars()),
        4 => (select(vec!["in", "notIn"]), vec(scalars(), 0..4).prop_map(Value::from)),
        2 => (select(vec!["startsWith", "endsWith", "contains"]), texts().prop_map(Value::from)),
        1 => (Just("matches"), select(vec!["^x", "y$", "", "[0-9]"]).prop_map(Value::from)),
        3 => (select(vec!["lt", "lte", "gt", "gte"]), numbers().prop_map(Value::from)),
        3 => (select(vec!["semverEq", "semverNe", "semverLt", "semverLte", "semverGt", "semverGte"]), versions.prop_map(Value::from)),
        2 => (select(vec!["before", "after"]), dates),
        2 => (Just("inCidr"), vec(ranges, 1..3).prop_map(Value::from)),
        1 => (Just("exists"), any::<bool>().prop_map(Value::from)),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    let test = (select(vec!["a", "b", "a.b"]), tests(), prop::bool::weighted(0.3)).prop_map(
        |(path, (operator, value), folds)| {
            let can_fold =
                ["eq", "ne", "in", "notIn", "startsWith", "endsWith", "contains", "matches"].contains(&operator);
            let mut condition = json!({ "attr": path, "op": operator, "value": value });
            if folds && can_fold {
                condition["ignoreCase"] = true.into();
            }
            condition
        },
    );
    prop_oneof![
        8 => test,
        1 => select(vec!["s0", "s1", "s2"]).prop_map(|key| json!({ "segment": key })),
    ]
}

pub(super) fn condition() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            3 => vec(inner.clone(), 1..5).prop_map(|parts| json!({ "all": parts })),
            2 => vec(inner.clone(), 1..5).prop_map(|parts| json!({ "any": parts })),
            2 => inner.prop_map(|part| json!({ "not": part })),
        ]
    })
}

/// Conditions that often have to do with each other.
fn plain_condition() -> impl Strategy<Value = Value> {
    select(vec![
        json!({ "attr": "a", "op": "exists", "value": true }),
        json!({ "attr": "a", "op": "exists", "value": false }),
        json!({ "attr": "a", "op": "eq", "value": "x" }),
        json!({ "attr": "a", "op": "ne", "value": "x" }),
        json!({ "attr": "a", "op": "in", "value": ["x", "y"] }),
        json!({ "attr": "a", "op": "notIn", "value": ["x", "y"] }),
        json!({ "attr": "a", "op": "gte", "value": 1 }),
        json!({ "attr": "a", "op": "lt", "value": 1.5 }),
    ])
}

/// Three segments, of which the later ones may name the earlier.
pub(super) fn segments() -> impl Strategy<Value = Value> {
    let segment = (condition(), vec(ids(), 0..3), vec(ids(), 0..3), any::<bool>());
    vec(segment, 3).prop_map(|segments| {
        let written = segments.into_iter().enumerate().map(|(number, (condition, include, exclude, has_condition))| {
            let mut segment = if has_condition { without_later(condition, number) } else { json!({}) };
            segment["include"] = include.into();
            segment["exclude"] = exclude.into();
            segment["unit"] = "u".into();
            (format!("s{number}"), segment)
        });
        Value::Object(written.collect())
    })
}

/// Segments may not be on a cycle.
fn without_later(mut condition: Value, number: usize) -> Value {
    if let Some(key) = condition["segment"].as_str().map(str::to_owned) {
        let earlier = key[1..].parse::<usize>().unwrap() < number;
        return if earlier { condition } else { json!({ "attr": "a", "op": "exists", "value": true }) };
    }
    for name in ["all", "any"] {
        if let Some(parts) = condition.get_mut(name).and_then(Value::as_array_mut) {
            *parts = parts.iter().map(|part| without_later(part.clone(), number)).collect();
        }
    }
    if let Some(part) = condition.get_mut("not") {
        *part = without_later(part.clone(), number);
    }
    condition
}

fn ids() -> impl Strategy<Value = Value> {
    select(vec![json!("1"), json!(1), json!("2"), json!(3), json!("x"), json!("")])
}

/// What an attribute can be, apart from a list.
pub(super) fn plain_values() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => scalars(),
        3 => other_texts().prop_map(Value::from),
        1 => Just(json!({})),
        1 => Just(Value::Null),
        1 => scalars().prop_map(|value| json!({ "b": value })),
    ]
}

pub(super) fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => plain_values(),
        1 => vec(prop_oneof![4 => plain_values(), 1 => Just(json!(["x"]))], 0..4).prop_map(Value::from),
    ]
}

/// A context without lists in it, and one with.
pub(super) fn contexts(values: impl Strategy<Value = Value> + Clone) -> impl Strategy<Value = Value> {
    let attributes = (prop::option::of(values.clone()), prop::option::of(values), prop::option::weighted(0.8, ids()));
    attributes.prop_map(|(a, b, unit)| {
        let members = [("a", a), ("b", b), ("u", unit)];
        let present = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(present.collect::<Map<_, _>>())
    })
}

fn ramp() -> impl Strategy<Value = Value> {
    let stage = |at: i64, percent: u32| json!({ "at": AT + at, "percent": percent });
    select(vec![
        json!({ "kind": "linear", "from": AT - 5 * HOUR, "until": AT - HOUR, "to": 100, "steps": 4 }),
        json!({ "kind": "linear", "from": AT - HOUR, "until": AT + HOUR, "to": 100, "steps": 4 }),
        json!({ "kind": "linear", "from": AT - HOUR, "until": AT + HOUR, "to": 0, "steps": 4 }),
        json!({ "kind": "exponential", "from": AT - 9 * HOUR, "start": 10, "everyMinutes": 60, "to": 50, "bakeMinutes": 60 }),
        json!({ "kind": "stages", "stages": [stage(-HOUR, 20), stage(2 * HOUR, 50)] }),
        json!({ "kind": "stages", "stages": [stage(-HOUR, 0), stage(2 * HOUR, 0)] }),
    ])
}

fn window() -> impl Strategy<Value = Value> {
    let days = |last: Value| {
        let mut window = json!({ "from": AT - 49 * HOUR, "until": AT - 48 * HOUR, "repeat": { "every": "day" } });
        for (name, value) in last.as_object().unwrap() {
            window["repeat"][name] = value.clone();
        }
        window
    };
    select(vec![
        json!({ "from": AT - 5 * HOUR, "until": AT - HOUR }),
        json!({ "until": AT }),
        json!({ "from": AT + HOUR }),
        json!({ "from": AT - HOUR, "until": AT + HOUR }),
        days(json!({})),
        days(json!({ "times": 2 })),
        days(json!({ "times": 9 })),
        days(json!({ "until": AT - 30 * HOUR })),
        json!([{ "until": AT - HOUR }, { "from": AT + 2 * HOUR, "until": AT + 3 * HOUR }]),
    ])
}

fn serve() -> impl Strategy<Value = Value> {
    let split =
        |weights: [u32; 2]| json!([{ "variant": "a", "weight": weights[0] }, { "variant": "b", "weight": weights[1] }]);
    prop_oneof![
        4 => select(vec!["a", "b", "c"]).prop_map(Value::from),
        1 => select(vec![[1, 1], [1, 0]]).prop_map(move |weights| json!({ "split": split(weights) })),
        1 => Just(json!({ "switchback": split([1, 1]), "slotMinutes": 60 })),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let share = prop_oneof![
        6 => Just(None),
        3 => select(vec![0, 10, 50, 100]).prop_map(|percent| Some(("percent", json!(percent)))),
        1 => ramp().prop_map(|ramp| Some(("ramp", ramp))),
    ];
    let lane = prop::option::weighted(0.15, select(vec!["all", "some", "empty", "inner"]));
    let parts = (
        prop::option::weighted(0.8, condition()),
        share,
        prop::option::weighted(0.15, window()),
        lane,
        serve(),
        (prop::bool::weighted(0.03), prop::bool::weighted(0.03), prop::bool::weighted(0.05), prop::bool::weighted(0.1)),
    );
    parts.prop_map(|(when, share, window, lane, serve, (is_sticky, is_stored_only, is_guarded, has_salt))| {
        let mut rule = json!({ "serve": serve });
        let mut add = |name: &str, value: Value| rule[name] = value;
        when.into_iter().for_each(|when| add("when", when));
        share.into_iter().for_each(|(name, value)| add(name, value));
        window.into_iter().for_each(|window| add("window", window));
        if let Some(lane) = lane {
            add("layer", if lane == "inner" { "within".into() } else { "layer".into() });
            add("experiment", lane.into());
        }
        if is_sticky {
            add("sticky", true.into());
        }
        if is_stored_only {
            add("storedOnly", true.into());
        }
        if is_guarded {
            add("guardrails", json!([{ "alarm": "alarm", "rollbackTo": "c" }]));
        }
        if has_salt {
            add("salt", "another".into());
        }
        rule
    })
}

fn plain_rule() -> impl Strategy<Value = Value> {
    plain_condition().prop_map(|when| json!({ "when": when, "serve": "a" }))
}

fn flag() -> impl Strategy<Value = Value> {
    let override_ = (vec(ids(), 0..3), select(vec!["a", "b", "off"]));
    let prerequisite = (0_usize..4, vec(select(vec!["a", "b", "c", "off", "default"]), 1..4));
    let parts = (
        vec(prop_oneof![rule(), plain_rule()], 0..7),
        prop::bool::weighted(0.9),
        prop::option::weighted(0.2, override_),
        prop::option::weighted(0.4, prerequisite),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.1),
    );
    parts.prop_map(|(rules, is_enabled, overridden, prerequisite, is_guarded, is_tagged)| {
        let mut flag = json!({
            "type": "string", "off": "off", "default": "default", "enabled": is_enabled, "unit": "u", "salt": "salt",
            "variants": { "a": "a", "b": "b", "c": "c", "off": "off", "default": "default" }, "rules": rules
        });
        if let Some((ids, variant)) = overridden {
            flag["overrides"] = json!([{ "ids": ids, "variant": variant }]);
        }
        if let Some((number, variants)) = prerequisite {
            flag["prerequisites"] = json!([{ "flag": format!("f{number}"), "variants": variants }]);
        }
        if is_guarded {
            flag["guardrails"] = json!([{ "alarm": "alarm", "rollbackTo": "b" }]);
        }
        if is_tagged {
            flag["tags"] = json!(["held"]);
        }
        flag
    })
}

pub(super) fn snapshot() -> impl Strategy<Value = Value> {
    (segments(), vec(flag(), 4)).prop_map(|(segments, flags)| {
        let flags = flags.into_iter().enumerate().map(|(number, mut flag)| {
            // A prerequisite may only name an earlier flag, or it would be on a cycle.
            let parent = flag["prerequisites"][0]["flag"].as_str().map(str::to_owned);
            if parent.is_some_and(|parent| parent[1..].parse::<usize>().unwrap() >= number) {
                flag["prerequisites"] = json!([]);
            }
            (format!("f{number}"), flag)
        });
        json!({
            "schemaVersion": 1, "revision": "1", "segments": segments, "flags": flags.collect::<Map<_, _>>(),
            "layers": {
                "layer": {
                    "unit": "u", "salt": "layer",
                    "experiments": { "all": [[0, 50]], "some": [[50, 90]], "empty": [] }
                },
                "within": {
                    "unit": "u", "salt": "within", "within": { "layer": "layer", "experiment": "empty" },
                    "experiments": { "inner": [[0, 100]] }
                }
            },
            "holdouts": { "held": { "unit": "u", "salt": "held", "percent": 50, "tags": ["held"] } }
        })
    })
}

/// An instant, and what the host says of the flags.
pub(super) fn asking() -> impl Strategy<Value = (Value, i64, Option<&'static str>, bool)> {
    let later = select(vec![0, 1, HOUR, 2 * HOUR, 26 * HOUR, 9_000 * HOUR]);
    let stored = prop::option::weighted(0.2, select(vec!["a", "b", "c"]));
    (contexts(values().boxed()), later, stored, prop::bool::weighted(0.15))
}

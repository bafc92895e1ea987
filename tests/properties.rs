//! What must hold for any snapshot and any unit.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Map, Value, json};
use tidegate::{Context, Program, Reason};

fn load(snapshot: &Value) -> Program {
    let program = Program::load(snapshot.to_string().as_bytes()).expect("the snapshot loads");
    assert_eq!(program.problems(), []);
    program
}

fn snapshot(flags: Value) -> Value {
    json!({ "schemaVersion": 1, "revision": "r", "flags": flags })
}

fn ramped(percent: f64) -> Program {
    load(&snapshot(json!({ "f": {
        "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off", "salt": "s",
        "rules": [{ "percent": percent, "serve": "on" }]
    } })))
}

fn weighted(weights: &[u32]) -> Program {
    let variants: Map<String, Value> = (0..weights.len()).map(|arm| (format!("v{arm}"), json!(arm))).collect();
    let split: Vec<Value> = weights
        .iter()
        .enumerate()
        .map(|(arm, weight)| json!({ "variant": format!("v{arm}"), "weight": weight }))
        .collect();
    load(&snapshot(json!({ "f": {
        "type": "number", "variants": variants, "off": "v0", "default": "v0", "salt": "s",
        "rules": [{ "serve": { "split": split } }]
    } })))
}

fn unit() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9-]{1,40}", any::<u64>().prop_map(|number| number.to_string()), "\\PC{1,20}"]
}

/// What once failed is tried first, from a file beside this one.
fn config() -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("regressions");
    ProptestConfig { failure_persistence: Some(Box::new(beside)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn raising_a_percentage_takes_nobody_out(low in 0_u32..=1_000_000, high in 0_u32..=1_000_000, unit in unit()) {
        let (low, high) = (low.min(high), low.max(high));
        let context = Context::keyed(unit);
        let [before, after] = [low, high].map(|share| ramped(f64::from(share) / 10_000.0).decide("f", &context).boolean());
        prop_assert!(before != Some(true) || after == Some(true));
    }

    #[test]
    fn raising_one_weight_takes_nobody_out_of_its_variant(
        weights in prop::collection::vec(0_u32..1_000_000, 2..6), arm in any::<prop::sample::Index>(), more in 1_u32..1_000_000,
        unit in unit(),
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let arm = arm.index(weights.len());
        let mut raised = weights.clone();
        raised[arm] += more;
        let context = Context::keyed(unit);
        let name = format!("v{arm}");
        let [before, after] = [weighted(&weights), weighted(&raised)]
            .map(|program| program.decide("f", &context).variant == Some(name.as_str()));
        prop_assert!(!before || after);
    }

    #[test]
    fn the_order_of_keys_and_flags_changes_nothing(seed in any::<u64>(), contexts in prop::collection::vec(context(), 8)) {
        let (plain, shuffled) = (sample(), shuffle(&sample(), &mut seed.max(1)));
        let [a, b] = [plain.to_string(), shuffled].map(|text| Program::load(text.as_bytes()).expect("the sample loads"));
        prop_assert_eq!(a.changed(&b), Vec::<String>::new());
        for context in &contexts {
            for key in a.keys() {
                let [a, b] = [&a, &b].map(|program| program.decide(key, context));
                prop_assert_eq!((a.variant, a.reason, a.rule, a.error), (b.variant, b.reason, b.rule, b.error));
            }
        }
    }

    #[test]
    fn the_explained_walk_is_the_silent_one(context in context()) {
        let program = load(&sample());
        let mut bound = program.bind(&context);
        for key in program.keys() {
            let decision = program.decide(key, &context);
            let explanation = program.explain(key, &context).expect("the flag exists");
            prop_assert_eq!(explanation.variant.as_deref(), decision.variant);
            prop_assert_eq!(explanation.rule.as_deref(), decision.rule);
            prop_assert_eq!((explanation.reason, explanation.error_code), (decision.reason, decision.error));
            prop_assert_eq!(bound.decide(key), decision);
            prop_assert_eq!(decision.error.is_some(), decision.reason == Reason::Error);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Program::load(&bytes);
    }

    #[test]
    fn no_damage_makes_it_panic(at in any::<prop::sample::Index>(), with in "\\PC{0,3}", cut in 0_usize..20) {
        let text = sample().to_string();
        let start = at.index(text.len());
        let end = (start + cut).min(text.len());
        let damaged = [&text.as_bytes()[..start], with.as_bytes(), &text.as_bytes()[end..]].concat();
        if let Ok(program) = Program::load(&damaged) {
            for key in program.keys() {
                let _ = program.explain(key, &Context::keyed("u-1").with("plan", "plus"));
            }
        }
    }
}

/// A snapshot in which every feature occurs.
fn sample() -> Value {
    let text = include_str!("vectors/random.json");
    let file: Value = serde_json::from_str(text).expect("vectors are JSON");
    file["snapshot"].clone()
}

fn context() -> impl Strategy<Value = Context> {
    let file: Value = serde_json::from_str(include_str!("vectors/random.json")).expect("vectors are JSON");
    let contexts: Vec<String> = file["contexts"].as_array().expect("a list").iter().map(Value::to_string).collect();
    prop::sample::select(contexts).prop_map(|text| text.parse().expect("contexts are objects"))
}

/// The same JSON text with the entries of every object in another order (a splitmix generator decides which).
fn shuffle(value: &Value, seed: &mut u64) -> String {
    match value {
        Value::Object(entries) => {
            let mut parts: Vec<(u64, String)> = entries
                .iter()
                .map(|(key, value)| {
                    *seed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
                    let order = (*seed ^ (*seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                    (order, format!("{} : {}", Value::from(key.as_str()), shuffle(value, seed)))
                })
                .collect();
            parts.sort();
            let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
            format!("{{\n{}\n}}", parts.join(",\n"))
        }
        Value::Array(items) => {
            format!("[ {} ]", items.iter().map(|item| shuffle(item, seed)).collect::<Vec<_>>().join(" , "))
        }
        _ => value.to_string(),
    }
}

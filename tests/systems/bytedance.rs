//! ByteDance, DataTester: layers and domains, parents and children, frozen experiments, filters, snapshots that are swapped under
//! load.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use tidegate::bucket::{self, Purpose};
use tidegate::{Context, Program, Reason};

use crate::ids;
use crate::snapshots::{choice, context, equal, even, load, load_among, parameters, setting, switch, variants, with};

#[test]
fn a_child_runs_only_where_its_parent_serves_a_variant_that_it_names() {
    let arms = |names: [&str; 2]| json!(names.map(|name| json!({ "variant": name, "weight": 1 })));
    let parent = choice(
        &["none", "deep", "wide", "old"],
        json!([
            { "percent": 90, "salt": "parent", "serve": { "split": [
                { "variant": "deep", "weight": 1 }, { "variant": "wide", "weight": 1 }, { "variant": "old", "weight": 1 },
            ] } },
        ]),
    );
    let child = with(
        &choice(&["none", "a", "b"], json!([{ "salt": "child", "serve": { "split": arms(["a", "b"]) } }])),
        json!({
            "prerequisites": [{ "flag": "parent", "variants": ["deep", "wide"] }],
        }),
    );
    let program = load(json!({ "parent": parent, "child": child }));
    let mut met = BTreeSet::new();
    for id in ids::sequential(3_000) {
        let [parent, child] = ["parent", "child"].map(|flag| program.decide(flag, &Context::keyed(id.as_str())));
        let runs = matches!(parent.variant, Some("deep" | "wide"));
        assert_eq!(child.variant != Some("none"), runs, "{id}");
        assert_eq!(child.reason, if runs { Reason::Split } else { Reason::PrerequisiteFailed }, "{id}");
        met.insert((parent.variant, child.variant));
    }
    assert_eq!(met.len(), 6, "each of two variants with each of two, and two without: {met:?}");
}

#[test]
fn a_filter_that_is_read_from_left_to_right_is_nested_conditions() {
    // `x or y and z`, folded from the left without precedence, is `(x or y) and z`.
    let [x, y, z] = ["x", "y", "z"].map(|name| equal(name, true));
    let program = load(json!({
        "folded": switch(json!([{ "when": { "all": [{ "any": [x, y] }, z] }, "serve": "on" }])),
        "precedence": switch(json!([{ "when": { "any": [x, { "all": [y, z] }] }, "serve": "on" }])),
    }));
    let mut differ = 0;
    for [x, y, z] in (0..8).map(|bits| [1, 2, 4].map(|bit| bits & bit > 0)) {
        let given = context(&json!({ "x": x, "y": y, "z": z }));
        let [folded, precedence] = ["folded", "precedence"].map(|flag| program.decide(flag, &given).boolean().unwrap());
        assert_eq!((folded, precedence), ((x || y) && z, x || y && z));
        differ += u32::from(folded != precedence);
    }
    assert_eq!(differ, 2, "the two readings are told apart");
}

/// A snapshot that names its revision in everything that it serves.
fn revision(number: usize) -> Program {
    let name = format!("model-{number}");
    let model = with(&choice(&["none", &name], json!([{ "percent": 50, "serve": name }])), json!({ "default": name }));
    let document = json!({
        "schemaVersion": 1, "revision": number.to_string(),
        // Not only values differ: flags come and go before them, so that numbers of flags and attributes move.
        "flags": Value::Object((0..number % 5).map(|flag| (format!("before-{flag}"), switch(json!([
            { "when": equal(&format!("attribute-{flag}"), 1), "serve": "on" },
        ])))).chain([("model".to_owned(), model.clone()), ("twin".to_owned(), model)]).collect()),
    });
    Program::load(document.to_string().as_bytes()).expect("the snapshot loads")
}

#[test]
fn a_snapshot_swapped_under_load_tears_no_decision() {
    const READERS: usize = 4;
    const REVISIONS: usize = 25;
    const SWAPS: usize = 1_000_000;
    let current = RwLock::new(Arc::new(revision(0)));
    let (finished, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let read = |reader: usize| {
        let mut seen = BTreeSet::new();
        for number in 0_u64.. {
            if seen.len() >= REVISIONS || stopped.load(Ordering::Acquire) {
                break;
            }
            let program = Arc::clone(&current.read().unwrap());
            let user = Context::keyed(format!("user-{reader}-{number}"));
            let mut bound = program.bind(&user);
            let decisions = [bound.decide("model"), program.decide("twin", &user), bound.decide("model")];
            for decision in decisions {
                let expected = format!("model-{}", decision.revision);
                assert_eq!(decision.variant, Some(expected.as_str()));
                assert_eq!(decision.json(), Some(format!("\"{expected}\"").as_str()));
                assert_eq!(decision.revision, program.revision());
            }
            seen.insert(program.revision().to_owned());
        }
        finished.fetch_add(1, Ordering::Release);
        seen.len()
    };
    thread::scope(|scope| {
        let read = &read;
        let readers: Vec<_> = (0..READERS).map(|reader| scope.spawn(move || read(reader))).collect();
        for number in 1..SWAPS {
            if finished.load(Ordering::Acquire) == READERS {
                break;
            }
            *current.write().unwrap() = Arc::new(revision(number));
        }
        stopped.store(true, Ordering::Release);
        for reader in readers {
            assert_eq!(reader.join().unwrap(), REVISIONS, "a reader saw too few of the snapshots");
        }
    });
}

#[test]
fn a_model_is_a_variants_parameter() {
    let flag = json!({
        "type": "object", "off": "old", "default": "old", "salt": "ranker", "rules": [{ "percent": 50, "serve": "new" }],
        "variants": { "old": { "model": "rank-7", "depth": 3 }, "new": { "model": "rank-8", "depth": 4 } },
    });
    let program = load(json!({ "ranker": flag }));
    let models: BTreeSet<String> = ids::sequential(200)
        .map(|id| {
            let decision = program.decide("ranker", &Context::keyed(id));
            let value: Value = serde_json::from_str(decision.json().unwrap()).unwrap();
            format!("{} {} {}", decision.variant.unwrap(), value["model"], value["depth"])
        })
        .collect();
    assert_eq!(models.into_iter().collect::<Vec<_>>(), ["new \"rank-8\" 4", "old \"rank-7\" 3"]);
}

/// A switch that is on for the units of an experiment.
fn member(layer: &str, experiment: &str) -> Value {
    switch(json!([{ "layer": layer, "experiment": experiment, "serve": "on" }]))
}

#[test]
fn an_id_is_in_one_experiment_of_a_layer_at_most() {
    let experiments: serde_json::Map<String, Value> =
        (0..10).map(|number| (number.to_string(), json!([[9 * number, 9 * number + 9]]))).collect();
    let layers = json!({ "feed": { "salt": "feed", "experiments": experiments } });
    let flags = (0..10).map(|number| (format!("f{number}"), member("feed", &number.to_string())));
    let program = load_among(json!({ "layers": layers }), Value::Object(flags.collect()));
    for (kind, ids) in ids::kinds(100_000) {
        let mut counts = vec![0_u8; ids.len()];
        for number in 0..10 {
            let served = variants(&program, &format!("f{number}"), ids.iter().cloned(), &Context::new());
            counts.iter_mut().zip(served).for_each(|(count, variant)| *count += u8::from(variant == "on"));
        }
        assert!(counts.iter().all(|count| *count <= 1), "{kind}");
        let inside = counts.iter().filter(|count| **count == 1).count();
        assert!((89_500..90_500).contains(&inside), "{kind}: {inside}");
    }
}

#[test]
fn outside_a_range_of_any_domain_around_it_nobody_is_in_an_experiment() {
    let layers = json!({
        "app": { "salt": "app", "experiments": { "feed": [[0, 30], [60, 80]], "search": [[30, 60]] } },
        "feed": { "salt": "feed", "within": { "layer": "app", "experiment": "feed" },
            "experiments": { "ranking": [[0, 50]], "ads": [[50, 100]] } },
        "ranking": { "salt": "ranking", "within": { "layer": "feed", "experiment": "ranking" },
            "experiments": { "deep": [[0, 50]], "all of it": [[50, 100]] } },
    });
    let flags = json!({
        "search": member("app", "search"), "ads": member("feed", "ads"), "deep": member("ranking", "deep"),
    });
    let program = load_among(json!({ "layers": layers }), flags);
    let mut met = BTreeSet::new();
    for id in ids::sequential(5_000) {
        let [app, feed, ranking] =
            ["app", "feed", "ranking"].map(|salt| bucket::of(salt, Purpose::Layer, &id) / 10_000);
        let in_feed = matches!(app, 0..30 | 60..80);
        let expected = [(30..60).contains(&app), in_feed && feed >= 50, in_feed && feed < 50 && ranking < 50];
        let found = ["search", "ads", "deep"].map(|flag| program.decide(flag, &Context::keyed(id.as_str())).boolean());
        assert_eq!(found, expected.map(Some), "{id}: {app}, {feed}, {ranking}");
        met.insert((in_feed, feed < 50, ranking < 50));
    }
    assert_eq!(met.len(), 8, "in and out of every range: {met:?}");
}

#[test]
fn a_frozen_experiment_keeps_whom_it_has_and_a_frozen_version_what_they_have() {
    let rule = json!({ "id": "test", "sticky": true, "percent": 80, "salt": "v1", "serve": even(&["a", "b"]) });
    let flag = |fields: Value| choice(&["none", "a", "b"], json!([with(&rule, fields)]));
    let program = load(json!({
        "test": flag(json!({})),
        "frozen": flag(json!({ "storedOnly": true })),
        // The next version draws anew.
        "version": flag(json!({ "salt": "v2" })),
    }));
    let mut met = BTreeSet::new();
    for id in ids::sequential(2_000) {
        let user = Context::keyed(id.as_str());
        let before = program.decide("test", &user).variant.unwrap();
        let fresh = program.decide("version", &user);
        assert!(!fresh.stored);
        assert_eq!(program.decide("frozen", &user).variant, Some("none"), "{id}: nobody new");
        if before != "none" {
            for flag in ["frozen", "version"] {
                let kept = program.decide(flag, &user.clone().stored(flag, before));
                assert_eq!((kept.variant, kept.stored), (Some(before), true), "{flag}: {id}");
            }
        }
        met.insert((before, fresh.variant));
    }
    assert_eq!(met.len(), 9, "the versions are drawn apart: {met:?}");
}

#[test]
fn an_experiment_sets_a_parameter_before_a_feature_and_the_first_before_another() {
    let test = |salt: &str| {
        let rules = json!([{ "experiment": salt, "salt": salt, "percent": 50, "serve": "on" }]);
        setting(json!({ "on": { "model": salt } }), rules)
    };
    let feature = setting(json!({ "on": { "model": "feature", "depth": 3 } }), json!([{ "serve": "on" }]));
    let program = load(json!({ "a-feature": feature, "test-1": test("one"), "test-2": test("two") }));
    let mut met = BTreeSet::new();
    for id in ids::sequential(500) {
        let user = Context::keyed(id);
        let [one, two] = ["test-1", "test-2"].map(|flag| program.decide(flag, &user).variant == Some("on"));
        let model = match (one, two) {
            (true, _) => "one",
            (false, true) => "two",
            (false, false) => "feature",
        };
        assert_eq!(parameters(&program, &user), json!({ "model": model, "depth": 3 }));
        met.insert((one, two));
    }
    assert_eq!(met.len(), 4, "in both, in either, in none");
}

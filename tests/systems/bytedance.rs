//! ByteDance, DataTester: parents and children, filters, snapshots that are swapped under load.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};
use tidegate::{Context, Program, Reason};

use crate::ids;
use crate::snapshots::{choice, context, equal, load, switch, with};

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

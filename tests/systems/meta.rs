//! Meta, Gatekeeper and PlanOut: gates, gates over gates, weighted choices, namespaces.

use serde_json::{Value, json};
use tidegate::bucket::{self, Purpose};
use tidegate::{Context, Reason};

use crate::ids;
use crate::snapshots::{
    choice, close, context, equal, even, load, load_among, load_with, share, switch, variants, with,
};

/// The gates in `docs/SPEC.md`: employees; or 1% of the United States; or 5% of those who are neither there nor on a trial.
/// And half of all those.
fn gates() -> Value {
    let (_, section) = include_str!("../../docs/SPEC.md").split_once("\n### Gates\n").expect("the section");
    let (_, example) = section.split_once("```json Flag members\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    serde_json::from_str(example).expect("the example is JSON")
}

#[test]
fn a_gate_opens_as_its_truth_table_says() {
    let program = load(gates());
    let sampled = |salt, percent: u32, id: &str| bucket::of(salt, Purpose::Ramp, id) < percent * 10_000;
    let mut met = [0; 32];
    for id in ids::sequential(3_000) {
        for [employee, us, trial] in (0..8).map(|bits| [1, 2, 4].map(|bit| bits & bit > 0)) {
            let [one, five] = [sampled("gate-us", 1, &id), sampled("gate-elsewhere", 5, &id)];
            let expected = employee || us && one || !us && !trial && five;
            let country = if us { "US" } else { "CA" };
            let given = json!({ "targetingKey": id, "employee": employee, "country": country, "trial": trial });
            let found = program.decide("gate", &context(&given)).boolean();
            assert_eq!(found, Some(expected), "{given}: {one}, {five}");
            let row = [employee, us, trial, one, five].iter().fold(0, |row, bit| 2 * row + usize::from(*bit));
            met[row] += 1;
        }
    }
    assert!(met.iter().all(|count| *count > 0), "a row of the table that nobody met: {met:?}");
}

#[test]
fn a_negated_restraint_holds_where_the_attribute_is_missing() {
    let program = load(json!({ "gate": switch(json!([
        { "when": { "not": equal("country", "US") }, "serve": "on" },
    ])) }));
    let decide = |given: Value| program.decide("gate", &context(&given)).boolean();
    assert_eq!(
        [json!({ "country": "US" }), json!({ "country": "CA" }), json!({})].map(decide),
        [Some(false), Some(true), Some(true)]
    );
}

#[test]
fn raising_a_gates_percentage_drops_nobody() {
    let mut before = vec![false; 20_000];
    for percent in [0.0, 0.01, 0.5, 1.0, 2.0, 10.0, 49.9999, 50.0, 99.9999, 100.0] {
        let clause = json!([{ "when": equal("country", "US"), "percent": percent, "serve": "on" }]);
        let program = load(json!({ "gate": switch(clause) }));
        let served = variants(&program, "gate", ids::sequential(20_000), &Context::new().with("country", "US"));
        let now: Vec<bool> = served.into_iter().map(|variant| variant == "on").collect();
        assert!(before.iter().zip(&now).all(|(before, now)| *now || !before), "at {percent}%");
        close(share(now.iter().copied()), percent, 1.0);
        before = now;
    }
    assert!(before.iter().all(|on| *on), "everybody at 100%");
}

#[test]
fn a_parent_that_is_off_switches_its_children_off() {
    let open = switch(json!([{ "serve": "on" }]));
    let below = |parent: &str| with(&open, json!({ "prerequisites": [{ "flag": parent, "variants": ["on"] }] }));
    let family =
        |parent: Value| load(json!({ "parent": parent, "child": below("parent"), "grandchild": below("child") }));
    let closed = [
        with(&open, json!({ "enabled": false })),
        switch(json!([{ "percent": 0, "serve": "on" }])),
        with(&open, json!({ "overrides": [{ "ids": ["u"], "variant": "off" }] })),
    ];
    for parent in closed {
        let program = family(parent.clone());
        for flag in ["child", "grandchild"] {
            let decision = program.decide(flag, &Context::keyed("u"));
            assert_eq!((decision.boolean(), decision.reason), (Some(false), Reason::PrerequisiteFailed), "{parent}");
        }
    }
    let program = family(open.clone());
    assert!(
        ["child", "grandchild"].iter().all(|flag| program.decide(flag, &Context::keyed("u")).boolean() == Some(true))
    );
}

#[test]
fn a_childs_share_is_of_those_whom_its_parent_lets_in() {
    let program = load(gates());
    let abroad = Context::new().with("country", "CA");
    let open = |flag: &str| variants(&program, flag, ids::sequential(200_000), &abroad);
    let [parent, child] = ["gate", "inner-gate"].map(open);
    assert!(parent.iter().zip(&child).all(|(parent, child)| *parent == "on" || *child == "off"));
    close(share(parent.iter().map(|variant| *variant == "on")), 5.0, 0.25);
    close(share(child.iter().map(|variant| *variant == "on")), 2.5, 0.25);
}

#[test]
fn a_gate_may_be_a_restraint_of_others() {
    let staff = json!({ "staff": { "any": [equal("employee", true), equal("contractor", true)] } });
    let program = load_with(
        staff,
        json!({
            "open": switch(json!([{ "when": { "segment": "staff" }, "serve": "on" }])),
            "closed": switch(json!([{ "when": { "not": { "segment": "staff" } }, "serve": "on" }])),
        }),
    );
    for (given, is_staff) in [(json!({ "contractor": true }), true), (json!({ "employee": false }), false)] {
        let [open, closed] = ["open", "closed"].map(|flag| program.decide(flag, &context(&given)).boolean());
        assert_eq!((open, closed), (Some(is_staff), Some(!is_staff)), "{given}");
    }
}

#[test]
fn a_weighted_choice_keeps_its_weights() {
    let split =
        json!([{ "variant": "a", "weight": 5 }, { "variant": "b", "weight": 0 }, { "variant": "c", "weight": 15 }]);
    let program = load(json!({ "f": choice(&["a", "b", "c"], json!([{ "serve": { "split": split } }])) }));
    let served = variants(&program, "f", ids::sequential(200_000), &Context::new());
    for (arm, expected) in [("a", 25.0), ("c", 75.0)] {
        close(share(served.iter().map(|variant| *variant == arm)), expected, 0.5);
    }
    assert!(!served.contains(&"b"));
}

#[test]
fn outside_the_experiment_the_default_is_served_and_says_so() {
    let split = json!([{ "variant": "a", "weight": 1 }, { "variant": "b", "weight": 1 }]);
    let rules = json!([{ "id": "test", "when": equal("country", "US"), "percent": 50, "serve": { "split": split } }]);
    let program = load(json!({ "f": choice(&["usual", "a", "b"], rules) }));
    let mut inside = 0;
    for id in ids::sequential(1_000) {
        let abroad = program.decide("f", &Context::keyed(id.as_str()).with("country", "CA"));
        assert_eq!((abroad.variant, abroad.reason, abroad.rule), (Some("usual"), Reason::Default, None));
        let decision = program.decide("f", &Context::keyed(id).with("country", "US"));
        let is_inside = decision.variant != Some("usual");
        let expected = if is_inside { (Reason::Split, Some("test")) } else { (Reason::Default, None) };
        assert_eq!((decision.reason, decision.rule), expected);
        inside += u32::from(is_inside);
    }
    assert!((400..600).contains(&inside), "{inside}");
}

#[test]
fn one_more_experiment_of_a_namespace_moves_nobody() {
    let namespace = |experiments: &[(&str, Value)]| {
        let rule = |name: &str| json!({ "id": name, "layer": "feed", "experiment": name, "salt": name, "serve": even(&["a", "b"]) });
        let rules: Vec<Value> = experiments.iter().map(|(name, _)| rule(name)).collect();
        let ranges: Value = experiments.iter().map(|(name, ranges)| ((*name).to_owned(), ranges.clone())).collect();
        let layers = json!({ "feed": { "salt": "feed-segment", "experiments": ranges } });
        load_among(json!({ "layers": layers }), json!({ "f": choice(&["none", "a", "b"], json!(rules)) }))
    };
    let first = ("first", json!([[0, 20]]));
    let second = ("second", json!([[20, 40], [90, 100]]));
    let third = ("third", json!([[40, 50]]));
    let wider = ("first", json!([[0, 20], [50, 70]]));
    let steps = [
        namespace(std::slice::from_ref(&first)),
        namespace(&[first.clone(), second.clone()]),
        namespace(&[third.clone(), first, second.clone()]),
        namespace(&[wider, third, second]),
    ];
    let mut inside = [0; 4];
    for id in ids::sequential(5_000) {
        let user = Context::keyed(id.as_str());
        let mut before = None;
        for (program, inside) in steps.iter().zip(&mut inside) {
            let decision = program.decide("f", &user);
            let now = decision.rule.map(|experiment| (experiment.to_owned(), decision.variant.unwrap().to_owned()));
            assert!(before.is_none() || before == now, "{id}: from {before:?} to {now:?}");
            *inside += u32::from(now.is_some());
            before = now;
        }
    }
    for (inside, percent) in inside.into_iter().zip([20.0, 50.0, 60.0, 80.0]) {
        close(f64::from(inside) / 50.0, percent, 3.0);
    }
}

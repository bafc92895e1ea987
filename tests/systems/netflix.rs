//! Netflix, XP: allocation behind rules, stored allocations, many tests at once and on one
//! parameter, canaries.

use serde_json::{Value, json};
use tidegate::{Context, Program, Reason};

use crate::ids;
use crate::snapshots::{choice, close, context, equal, even, load, parameters, setting, share, variants, with};

/// Three numbered cells for consoles in Australia.
fn allocation() -> Value {
    let cells =
        json!([{ "variant": "1", "weight": 1 }, { "variant": "2", "weight": 1 }, { "variant": "3", "weight": 1 }]);
    choice(
        &["none", "1", "2", "3"],
        json!([{
            "id": "eligible", "serve": { "split": cells },
            "when": { "all": [equal("country", "AU"), { "attr": "device", "op": "in", "value": ["ps5", "xbox"] }] },
        }]),
    )
}

#[test]
fn whoever_the_rules_take_in_has_a_cell_and_nobody_else() {
    let program = load(json!({ "test": allocation() }));
    for (country, device, is_eligible) in [
        ("AU", "ps5", true),
        ("AU", "xbox", true),
        ("AU", "phone", false),
        ("NZ", "ps5", false),
        ("NZ", "phone", false),
    ] {
        let given = context(&json!({ "targetingKey": "user-1", "country": country, "device": device }));
        let decision = program.decide("test", &given);
        assert_eq!(decision.variant != Some("none"), is_eligible, "{country}, {device}");
        assert_eq!(decision.reason, if is_eligible { Reason::Split } else { Reason::Default });
    }
    let australian = context(&json!({ "country": "AU", "device": "ps5" }));
    let served = variants(&program, "test", ids::sequential(200_000), &australian);
    for cell in ["1", "2", "3"] {
        close(share(served.iter().map(|variant| *variant == cell)), 100.0 / 3.0, 0.5);
    }
}

#[test]
fn one_reading_of_a_context_answers_every_test() {
    let salted =
        |number: u32| (format!("test-{number}"), with(&allocation(), json!({ "salt": format!("s-{number}") })));
    let program = load(Value::Object((0..300).map(salted).collect()));
    let given = context(&json!({ "targetingKey": "user-1", "country": "AU", "device": "xbox" }));
    let mut bound = program.bind(&given);
    let together: Vec<_> = program.keys().map(|flag| bound.decide(flag)).collect();
    let alone: Vec<_> = program.keys().map(|flag| program.decide(flag, &given)).collect();
    assert_eq!(together, alone);
    // 300 tests don't put one person in one cell.
    for cell in ["1", "2", "3"] {
        close(share(together.iter().map(|decision| decision.variant == Some(cell))), 100.0 / 3.0, 9.0);
    }
}

#[test]
fn the_order_of_asking_changes_no_allocation() {
    let program = load(json!({ "a": allocation(), "b": with(&allocation(), json!({ "salt": "b" })) }));
    for id in ids::sequential(500) {
        let given = Context::keyed(id).with("country", "AU").with("device", "ps5");
        let [mut first, mut second] = [program.bind(&given), program.bind(&given)];
        let forwards = [first.decide("a"), first.decide("b")];
        let [b, a] = [second.decide("b"), second.decide("a")];
        assert_eq!(forwards, [a, b]);
    }
}

#[test]
fn a_stored_cell_survives_new_rules_and_weights() {
    let sticky = |salt: &str, weights: [u32; 3], when: Value| {
        let cells: Vec<Value> = ["1", "2", "3"]
            .iter()
            .zip(weights)
            .map(|(cell, weight)| json!({ "variant": cell, "weight": weight }))
            .collect();
        let rule = json!({ "when": when, "salt": salt, "sticky": true, "serve": { "split": cells } });
        load(json!({ "test": choice(&["none", "1", "2", "3"], json!([rule])) }))
    };
    let first = sticky("2025", [1, 1, 1], equal("country", "AU"));
    let later = [
        sticky("2026", [1, 1, 1], equal("country", "AU")),
        sticky("2025", [0, 0, 1], equal("country", "AU")),
        sticky("2025", [1, 1, 1], equal("country", "NZ")),
    ];
    let mut moved = [0; 3];
    for id in ids::sequential(1_000) {
        let user = Context::keyed(id).with("country", "AU");
        let cell = first.decide("test", &user).variant.unwrap();
        for (program, moved) in later.iter().zip(&mut moved) {
            let decision = program.decide("test", &user.clone().stored("test", cell));
            assert_eq!((decision.variant, decision.stored), (Some(cell), true));
            *moved += u32::from(program.decide("test", &user).variant != Some(cell));
        }
        // A cell that is no longer there is none.
        assert_eq!(first.decide("test", &user.stored("test", "4")).variant, Some(cell));
    }
    assert!(moved.iter().all(|moved| *moved > 500), "without what is stored most have moved: {moved:?}");
}

#[test]
fn cells_that_were_allocated_elsewhere_come_in_as_stored_ones() {
    let rule = json!({ "sticky": true, "storedOnly": true, "serve": even(&["1", "2"]) });
    let program = load(json!({ "test": choice(&["none", "1", "2"], json!([rule])) }));
    // Two strata of 500 units each, in each of which the cells take turns: they are exactly even, as no hash would have them.
    let mut counts = std::collections::BTreeMap::new();
    for (number, id) in ids::sequential(1_000).enumerate() {
        let (stratum, cell) = (number % 2, ["1", "2"][number / 2 % 2]);
        let decision = program.decide("test", &Context::keyed(id.as_str()).stored("test", cell));
        assert_eq!(decision.variant, Some(cell), "{id}");
        *counts.entry((stratum, decision.variant)).or_insert(0) += 1;
        assert_eq!(program.decide("test", &Context::keyed(id)).variant, Some("none"), "nobody else is allocated");
    }
    assert_eq!(counts.into_values().collect::<Vec<_>>(), [250; 4]);
}

#[test]
fn a_canary_that_was_stopped_serves_its_control_arm() {
    let guardrail = json!({ "outcome": "errors", "control": "old", "alpha": 0.01, "rollbackTo": "old" });
    let rule = json!({ "id": "canary", "percent": 10, "guardrails": [guardrail], "serve": even(&["old", "new"]) });
    let program = load(json!({ "build": choice(&["old", "new"], json!([rule])) }));
    let mut stopped = 0;
    for id in ids::sequential(2_000) {
        let user = Context::keyed(id);
        let before = program.decide("build", &user);
        let after = program.decide("build", &user.rolled_back("build", "errors"));
        let reason = if before.rule == Some("canary") { Reason::RolledBack } else { Reason::Default };
        assert_eq!((after.variant, after.reason, after.rule), (Some("old"), reason, before.rule));
        stopped += u32::from(before.variant == Some("new"));
    }
    assert!((60..140).contains(&stopped), "{stopped}");
}

#[test]
fn two_tests_of_one_parameter_are_resolved_the_same_way_every_time() {
    let test = |salt: &str, percent: u32, color: &str| {
        let rules = json!([{ "experiment": salt, "salt": salt, "percent": percent, "serve": "on" }]);
        setting(json!({ "on": { "color": color, salt: true } }), rules)
    };
    let (first, second) = (test("first", 40, "red"), test("second", 60, "blue"));
    let written = [["a", "b"], ["b", "a"]].map(|order| {
        let flags = order.map(|key| format!("\"{key}\": {}", if key == "a" { &first } else { &second }));
        let document = format!(r#"{{ "schemaVersion": 1, "revision": "1", "flags": {{ {} }} }}"#, flags.join(", "));
        Program::load(document.as_bytes()).unwrap()
    });
    let mut met = std::collections::BTreeSet::new();
    for id in ids::sequential(500) {
        let user = Context::keyed(id.as_str());
        let [in_first, in_second] = ["a", "b"].map(|flag| written[0].decide(flag, &user).variant == Some("on"));
        let mut expected = json!({});
        for (is_in, test, color) in [(in_second, "second", "blue"), (in_first, "first", "red")] {
            if is_in {
                expected = with(&expected, json!({ "color": color, test: true }));
            }
        }
        for program in &written {
            assert_eq!(parameters(program, &user), expected, "{id}");
        }
        met.insert((in_first, in_second));
    }
    assert_eq!(met.len(), 4, "in both, in either, in none");
}

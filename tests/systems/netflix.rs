//! Netflix, XP: allocation behind rules, many tests at once.

use serde_json::{Value, json};
use tidegate::{Context, Reason};

use crate::ids;
use crate::snapshots::{choice, close, context, equal, load, share, variants, with};

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

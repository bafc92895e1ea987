//! Amazon, AWS AppConfig: ordered variants, percentages in a row, experiments with overrides, deployments.

use serde_json::{Value, json};
use tidegate::{Context, Reason};

use crate::ids;
use crate::snapshots::{HOUR, TUESDAY, choice, close, equal, load, load_among, on, share, switch, variants, with};

const COUNT: u64 = 200_000;

#[test]
fn the_first_variant_that_fits_is_served() {
    let ends = json!({ "attr": "email", "op": "endsWith", "value": "@qa.example" });
    let program = load(json!({ "look": choice(&["plain", "tested", "early"], json!([
        { "when": ends, "serve": "tested" },
        { "when": { "any": [ends, equal("ring", 1)] }, "serve": "early" },
    ])) }));
    let served = |context: Context| program.decide("look", &context).variant;
    assert_eq!(served(Context::new().with("email", "kim@qa.example")), Some("tested"));
    assert_eq!(served(Context::new().with("email", "kim@qa.example").with("ring", 1)), Some("tested"));
    assert_eq!(served(Context::new().with("email", "kim@shop.example").with("ring", 1)), Some("early"));
    assert_eq!(served(Context::new().with("email", "kim@shop.example")), Some("plain"));
    assert_eq!(served(Context::new()), Some("plain"));
}

/// The shares of A, B and C, where A and B are asked in order for these percentages under these salts.
fn in_order([a, b]: [u32; 2], salts: [&str; 2]) -> [f64; 3] {
    let program = load(json!({ "f": choice(&["c", "a", "b"], json!([
        { "percent": a, "salt": salts[0], "serve": "a" },
        { "percent": b, "salt": salts[1], "serve": "b" },
    ])) }));
    let served = variants(&program, "f", ids::sequential(COUNT), &Context::new());
    ["a", "b", "c"].map(|name| share(served.iter().map(|variant| *variant == name)))
}

#[test]
fn percentages_in_a_row_add_up_as_their_salts_say() {
    for (percentages, salts, expected) in [
        // Under one salt those whom the first leaves out begin where it ended.
        ([20, 20], ["seed", "seed"], [20.0, 0.0, 80.0]),
        ([20, 25], ["seed", "seed"], [20.0, 5.0, 75.0]),
        // Under two the second draws anew from what is left: 25% of 80%.
        ([20, 25], ["seed", "other"], [20.0, 20.0, 60.0]),
    ] {
        for (found, expected) in in_order(percentages, salts).into_iter().zip(expected) {
            close(found, expected, 0.5);
        }
    }
}

#[test]
fn flags_of_one_salt_agree_and_of_two_are_independent() {
    let half = switch(json!([{ "percent": 50, "serve": "on" }]));
    let salted = |salt| with(&half, json!({ "salt": salt }));
    let program = load(json!({ "f": salted("one"), "same": salted("one"), "other": salted("two") }));
    let [f, same, other] = ["f", "same", "other"].map(|flag| on(&program, flag, ids::sequential(COUNT)));
    assert_eq!(f, same);
    close(share(f.iter().zip(&other).map(|(f, other)| f == other)), 50.0, 0.5);
}

#[test]
fn a_disabled_flag_shows_nothing_of_its_variants_and_an_enabled_one_names_its_own() {
    let flag = json!({
        "type": "object", "off": "off", "default": "plain", "rules": [{ "when": equal("ring", 1), "serve": "early" }],
        "variants": { "off": {}, "plain": { "color": "grey" }, "early": { "color": "teal", "limit": 20 } },
    });
    let program = load(json!({ "enabled": flag, "disabled": with(&flag, json!({ "enabled": false })) }));
    let early = Context::new().with("ring", 1);
    let decision = program.decide("enabled", &early);
    assert_eq!(decision.variant, Some("early"));
    let value: Value = serde_json::from_str(decision.json().unwrap()).unwrap();
    assert_eq!(value, json!({ "color": "teal", "limit": 20 }));
    let decision = program.decide("disabled", &early);
    assert_eq!((decision.json(), decision.reason, decision.rule), (Some("{}"), Reason::Disabled, None));
}

/// An experiment for one audience, of which this share is exposed, and one unit that is shown a treatment by hand.
fn experiment(percent: f64) -> Value {
    let split = json!([{ "variant": "control", "weight": 50 }, { "variant": "b", "weight": 30 }, { "variant": "c", "weight": 20 }]);
    let base = choice(
        &["none", "control", "b", "c"],
        json!([
            { "when": equal("country", "CA"), "percent": percent, "serve": { "split": split } },
        ]),
    );
    with(&base, json!({ "overrides": [{ "ids": ["user-7"], "variant": "c" }] }))
}

#[test]
fn an_experiment_exposes_its_audience_by_its_weights() {
    let program = load(json!({ "f": experiment(40.0) }));
    let inside = variants(&program, "f", ids::sequential(COUNT), &Context::new().with("country", "CA"));
    for (arm, expected) in [("none", 60.0), ("control", 20.0), ("b", 12.0), ("c", 8.0)] {
        close(share(inside.iter().map(|variant| *variant == arm)), expected, 0.5);
    }
    let outside = variants(&program, "f", ids::sequential(1_000), &Context::new().with("country", "DE"));
    assert_eq!(outside.iter().filter(|variant| **variant != "none").count(), 1, "the override alone");
}

#[test]
fn an_experiment_at_nothing_is_seen_by_overrides_alone() {
    let program = load(json!({ "f": experiment(0.0) }));
    let canada = Context::new().with("country", "CA");
    for (id, variant) in ids::sequential(10_000).zip(variants(&program, "f", ids::sequential(10_000), &canada)) {
        assert_eq!(variant, if id == "user-7" { "c" } else { "none" }, "{id}");
    }
    let decision = program.decide("f", &canada.with("targetingKey", "user-7"));
    assert_eq!((decision.variant, decision.reason), (Some("c"), Reason::Override));
}

#[test]
fn raising_an_experiments_exposure_moves_nobody_who_is_in_it() {
    let canada = Context::new().with("country", "CA");
    let mut before: Option<Vec<String>> = None;
    for percent in [0.0, 0.01, 1.0, 5.0, 33.3333, 50.0, 99.9999, 100.0] {
        let program = load(json!({ "f": experiment(percent) }));
        let now = variants(&program, "f", ids::sequential(20_000), &canada);
        if let Some(before) = before {
            let moved = before.iter().zip(&now).filter(|(before, now)| *before != "none" && before.as_str() != **now);
            assert_eq!(moved.count(), 0, "at {percent}%");
        }
        before = Some(now.into_iter().map(str::to_owned).collect());
    }
    assert!(before.unwrap().iter().all(|variant| variant != "none"), "everybody at 100%");
}

/// A version that is deployed by a ramp, which an alarm guards.
fn deployment(ramp: &Value) -> Value {
    let guardrails = json!([{ "alarm": "5xx", "rollbackTo": "old" }]);
    let rules = json!([{ "id": "rollout", "ramp": ramp, "guardrails": guardrails, "serve": "new" }]);
    json!({ "version": choice(&["old", "new"], rules) })
}

/// Deploys by a ramp that begins on Tuesday, and holds its percentages at so many minutes against the table. Nobody who has the
/// new version gets the old one back.
fn deploys(ramp: &Value, table: &[(i64, f64)]) {
    let program = load(deployment(ramp));
    let mut before: Option<Vec<bool>> = None;
    for (minutes, percent) in table {
        let at = Context::new().at(TUESDAY + minutes * HOUR / 60);
        let served = variants(&program, "version", ids::sequential(COUNT), &at);
        let now: Vec<bool> = served.into_iter().map(|variant| variant == "new").collect();
        close(share(now.iter().copied()), *percent, if percent % 100.0 == 0.0 { 0.0 } else { 0.5 });
        let kept = before.is_none_or(|before| before.iter().zip(&now).all(|(before, now)| *now || !before));
        assert!(kept, "{minutes} minutes");
        before = Some(now);
    }
}

#[test]
fn a_rollout_in_equal_steps_takes_them_one_after_the_other() {
    let ramp = json!({ "kind": "linear", "from": TUESDAY, "until": TUESDAY + 10 * HOUR, "to": 100, "steps": 5 });
    deploys(
        &ramp,
        &[
            (-1, 0.0),
            (0, 0.0),
            (119, 0.0),
            (120, 20.0),
            (239, 20.0),
            (240, 40.0),
            (360, 60.0),
            (599, 80.0),
            (600, 100.0),
        ],
    );
}

#[test]
fn a_rollout_that_doubles_does_so_every_time() {
    let ramp = json!({ "kind": "exponential", "from": TUESDAY, "start": 2, "everyMinutes": 60, "to": 100 });
    let doubled = (0..6).map(|hour| (60 * hour, 2.0 * f64::from(1 << hour)));
    let table: Vec<_> =
        [(-1, 0.0)].into_iter().chain(doubled).chain([(359, 64.0), (360, 100.0), (9_999, 100.0)]).collect();
    deploys(&ramp, &table);
}

#[test]
fn an_alarm_before_the_bake_time_ends_puts_everybody_on_the_version_before() {
    let end = TUESDAY + 10 * HOUR;
    let flags = deployment(
        &json!({ "kind": "linear", "from": TUESDAY, "until": end, "to": 100, "steps": 5, "bakeMinutes": 60 }),
    );
    let alarms = |state: &str| load_among(json!({ "alarms": { "5xx": state } }), flags.clone());
    let (quiet, raised) = (alarms("ok"), alarms("alarm"));
    for (at, percent) in [(TUESDAY + 4 * HOUR, 40.0), (end - 1, 80.0), (end, 100.0), (end + HOUR - 1, 100.0)] {
        let mut deployed = 0_u32;
        for id in ids::sequential(2_000) {
            let user = Context::keyed(id).at(at);
            let (fine, alarmed) = (quiet.decide("version", &user), raised.decide("version", &user));
            let (reason, rule) = if fine.variant == Some("new") {
                deployed += 1;
                (Reason::RolledBack, Some("rollout"))
            } else {
                (Reason::Default, None)
            };
            assert_eq!((alarmed.variant, alarmed.reason, alarmed.rule), (Some("old"), reason, rule));
        }
        close(f64::from(deployed) / 20.0, percent, 3.5);
    }
    // Then the deployment is complete, and an alarm is about something else; a rollback that has happened stays.
    let late = Context::keyed("user-1").at(end + HOUR);
    assert_eq!(raised.decide("version", &late).variant, Some("new"));
    let decision = quiet.decide("version", &late.rolled_back("version", "5xx"));
    assert_eq!((decision.variant, decision.reason), (Some("old"), Reason::RolledBack));
}

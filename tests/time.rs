//! What must hold at any instant, for any rules that depend on it.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Value, json};
use tidegate::{Context, Program};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// 2026-11-24T00:00:00Z, a Tuesday.
const START: i64 = 1_795_478_400_000;

fn load(snapshot: &Value) -> Program {
    let program = Program::load(snapshot.to_string().as_bytes()).expect("the snapshot loads");
    assert_eq!(program.problems(), []);
    program
}

fn instant() -> impl Strategy<Value = i64> {
    prop_oneof![START - 2 * DAY..START + 40 * DAY, (-20_i64..400).prop_map(|hours| START + hours * HOUR)]
}

fn percent() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0_u32), Just(1_000_000), 0..=1_000_000_u32].prop_map(|share| f64::from(share) / 10_000.0)
}

fn ramp() -> impl Strategy<Value = Value> {
    let linear = (instant(), 1..30 * DAY, percent(), prop_oneof![1..50_u32, Just(1_000_000)]).prop_map(
        |(from, length, to, steps)| json!({ "kind": "linear", "from": from, "until": from + length, "to": to, "steps": steps }),
    );
    let exponential = (instant(), 1..1_000_000_u32, 1..20_000_u32, 0..1_000_000_u32).prop_map(|(from, start, every, more)| {
        let [start, to] = [start, start.saturating_add(more).min(1_000_000)].map(|share| f64::from(share) / 10_000.0);
        json!({ "kind": "exponential", "from": from, "start": start, "everyMinutes": every, "to": to, "bakeMinutes": 5 })
    });
    let stages = prop::collection::btree_map(instant(), percent(), 1..6).prop_map(|stages| {
        let mut percents: Vec<f64> = stages.values().copied().collect();
        percents.sort_by(f64::total_cmp);
        let stages: Vec<Value> =
            stages.keys().zip(percents).map(|(at, percent)| json!({ "at": at, "percent": percent })).collect();
        json!({ "kind": "stages", "stages": stages })
    });
    prop_oneof![linear, exponential, stages]
}

fn window() -> impl Strategy<Value = Value> {
    let once = (instant(), 1..9 * DAY, 0..3).prop_map(|(from, length, sides)| match sides {
        0 => json!({ "from": from, "until": from + length }),
        1 => json!({ "from": from }),
        _ => json!({ "until": from }),
    });
    let end = prop_oneof![
        Just(json!({})),
        (1..9).prop_map(|times| json!({ "times": times })),
        (40 * DAY..50 * DAY).prop_map(|after| json!({ "until": START + after })),
    ];
    let repeat = (instant(), 1..=DAY, 1..4_u32, any::<bool>(), any::<[bool; 7]>(), end).prop_map(
        |(from, length, interval, weekly, on, mut repeat)| {
            repeat["interval"] = interval.into();
            repeat["every"] = if weekly { "week" } else { "day" }.into();
            if weekly {
                let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
                let today = usize::try_from((from.div_euclid(DAY) + 3).rem_euclid(7)).unwrap();
                let days: Vec<&str> = (0..7).filter(|day| on[*day] || *day == today).map(|day| names[day]).collect();
                repeat["days"] = days.into();
            }
            json!({ "from": from, "until": from + length, "repeat": repeat })
        },
    );
    prop_oneof![once, repeat]
}

fn rule() -> impl Strategy<Value = Value> {
    let arms = json!([{ "variant": "a", "weight": 1 }, { "variant": "b", "weight": 2 }]);
    let serve = prop_oneof![
        Just(json!("a")),
        Just(json!("b")),
        Just(json!({ "split": arms })),
        (1..3_000).prop_map(move |minutes| json!({ "switchback": arms, "slotMinutes": minutes })),
    ];
    let share = prop_oneof![
        Just(json!({})),
        percent().prop_map(|percent| json!({ "percent": percent })),
        ramp().prop_map(|ramp| json!({ "ramp": ramp })),
    ];
    let when = prop_oneof![Just(None), Just(Some(json!({ "attr": "plan", "op": "eq", "value": "plus" })))];
    let windows = prop_oneof![
        Just(None),
        window().prop_map(Some),
        prop::collection::vec(window(), 1..4).prop_map(|windows| Some(windows.into())),
    ];
    (share, serve, when, windows).prop_map(|(mut rule, serve, when, windows)| {
        rule["serve"] = serve;
        rule.as_object_mut().unwrap().extend(when.map(|when| ("when".to_owned(), when)));
        rule.as_object_mut().unwrap().extend(windows.map(|windows| ("window".to_owned(), windows)));
        rule
    })
}

/// Flags, each of which may need the one before.
fn snapshot() -> impl Strategy<Value = Value> {
    let flag = (prop::collection::vec(rule(), 1..4), any::<bool>(), prop::bool::weighted(0.9));
    prop::collection::vec(flag, 1..4).prop_map(|written| {
        let mut flags = json!({});
        for (number, (rules, needs, enabled)) in written.into_iter().enumerate() {
            let mut flag = json!({
                "type": "string", "variants": { "a": "a", "b": "b", "c": "c" }, "off": "c", "default": "c",
                "salt": format!("salt-{number}"), "rules": rules, "enabled": enabled,
            });
            if needs && number > 0 {
                flag["prerequisites"] = json!([{ "flag": format!("f{}", number - 1), "variants": ["a", "c"] }]);
            }
            flags[format!("f{number}")] = flag;
        }
        json!({ "schemaVersion": 1, "revision": "r", "flags": flags })
    })
}

fn contexts() -> Vec<Context> {
    let units = (0..12).map(|unit| Context::keyed(format!("u-{unit}")));
    units.clone().chain(units.map(|context| context.with("plan", "plus"))).chain([Context::new()]).collect()
}

/// Everything that a program answers at an instant.
fn answers<'p>(program: &'p Program, key: &str, contexts: &[Context], now: i64) -> Vec<tidegate::Decision<'p>> {
    contexts.iter().map(|context| program.decide(key, &context.clone().at(now))).collect()
}

fn config() -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("regressions");
    ProptestConfig { failure_persistence: Some(Box::new(beside)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn no_decision_changes_before_the_next_change(
        snapshot in snapshot(), now in instant(), between in prop::collection::vec(0.0..1.0_f64, 6),
    ) {
        let (program, contexts) = (load(&snapshot), contexts());
        let mut first = None;
        for key in program.keys() {
            let next = program.next_change_of(key, now);
            prop_assert!(next.is_none_or(|next| next > now));
            first = [first, next].into_iter().flatten().min();
            let before = answers(&program, key, &contexts, now);
            // Where nothing changes any more, the farthest instant is as now.
            let last = next.map_or(i64::MAX, |next| next - 1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any instant between will do")]
            let middle = between.iter().map(|part| now + ((last.min(START + 100 * DAY) - now).max(0) as f64 * part) as i64);
            for at in middle.chain([last]) {
                prop_assert_eq!(&answers(&program, key, &contexts, at), &before, "{} at {}", key, at);
            }
        }
        prop_assert_eq!(program.next_change(now), first);
    }

    #[test]
    fn whoever_is_in_stays_in_while_the_clock_runs_forward(ramp in ramp(), mut instants in prop::collection::vec(instant(), 12)) {
        let program = load(&json!({ "schemaVersion": 1, "revision": "r", "flags": { "f": {
            "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off", "salt": "s",
            "rules": [{ "ramp": ramp, "serve": "on" }],
        } } }));
        instants.sort_unstable();
        for unit in 0..20 {
            let context = Context::keyed(format!("u-{unit}"));
            let within: Vec<bool> =
                instants.iter().map(|now| program.decide("f", &context.clone().at(*now)).boolean().unwrap()).collect();
            prop_assert!(within.is_sorted(), "{within:?}");
        }
    }

    #[test]
    fn bound_explained_and_compiled_it_is_the_same(snapshot in snapshot(), now in instant()) {
        let program = load(&snapshot);
        #[cfg(feature = "compile")]
        let again = Program::load(&program.to_bytes().expect("it compiles")).expect("what was compiled loads");
        #[cfg(feature = "compile")]
        prop_assert_eq!(again.next_change(now), program.next_change(now));
        for context in contexts() {
            let context = context.at(now);
            let mut bound = program.bind(&context);
            for key in program.keys() {
                let decision = program.decide(key, &context);
                prop_assert_eq!(bound.decide(key), decision);
                let explained = program.explain(key, &context).expect("the flag is there");
                prop_assert_eq!((explained.variant.as_deref(), explained.reason), (decision.variant, decision.reason));
                prop_assert_eq!((explained.rule.as_deref(), explained.error_code), (decision.rule, decision.error));
                #[cfg(feature = "compile")]
                prop_assert_eq!(again.decide(key, &context), decision);
            }
        }
    }
}

#[test]
fn a_switchback_flips_for_everybody_at_once() {
    let program = load(&json!({ "schemaVersion": 1, "revision": "r", "flags": { "f": {
        "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off", "salt": "s",
        "rules": [{ "serve": { "switchback": [{ "variant": "on", "weight": 1 }, { "variant": "off", "weight": 1 }], "slotMinutes": 30 } }],
    } } }));
    let slots: Vec<bool> = (0..1_000)
        .map(|slot| {
            let within = [0, 17 * 60_000, 30 * 60_000 - 1].map(|at| START + slot * 30 * 60_000 + at);
            let served: Vec<Option<bool>> = within
                .iter()
                .flat_map(|now| (0..50).map(|unit| program.decide("f", &Context::keyed(unit).at(*now)).boolean()))
                .collect();
            assert!(served.iter().all(|one| *one == served[0]), "slot {slot}");
            served[0].expect("it decides")
        })
        .collect();
    let on = slots.iter().filter(|on| **on).count();
    // Within four standard errors of a half.
    assert!((437..=563).contains(&on), "{on} of 1000");
    assert!(slots.windows(2).filter(|pair| pair[0] != pair[1]).count() > 400);
}

#[test]
fn an_explanation_names_percentage_step_window_and_slot() {
    let program = load(&json!({ "schemaVersion": 1, "revision": "r", "flags": { "f": {
        "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off", "salt": "s",
        "rules": [
            { "window": { "from": START, "until": START + HOUR, "repeat": { "every": "day" } }, "serve": "off" },
            { "ramp": { "kind": "linear", "from": START, "until": START + 10 * HOUR, "to": 50, "steps": 5, "bakeMinutes": 90 },
              "serve": { "switchback": [{ "variant": "on", "weight": 1 }, { "variant": "off", "weight": 1 }], "slotMinutes": 60 } },
        ],
    } } }));
    let context = Context::keyed("u-7").at(START + 9 * HOUR + 1);
    let steps =
        serde_json::to_value(program.explain("f", &context).expect("the flag is there")).unwrap()["steps"].clone();
    assert_eq!(steps[1]["window"], json!({ "open": false, "from": START + DAY, "until": START + DAY + HOUR }));
    assert_eq!(steps[1]["why"], "it is outside its window");
    let ramp = json!({ "percent": 40, "step": 4, "steps": 5, "next": START + 10 * HOUR, "baked": START + 11 * HOUR + HOUR / 2 });
    assert_eq!(steps[2]["ramp"], ramp);
    let number = START / HOUR + 9;
    let explained = |unit: &str| {
        let steps = program.explain("f", &Context::keyed(unit).at(START + 9 * HOUR)).expect("the flag is there").steps;
        serde_json::to_value(&steps[2]).unwrap()
    };
    let inside = (0..100).map(|unit| explained(&format!("u-{unit}"))).find(|step| step["verdict"] == "decided");
    let inside = inside.expect("40 % are in");
    assert_eq!(inside["slot"], json!({ "number": number, "from": number * HOUR, "until": (number + 1) * HOUR }));
    let bucket = &inside["buckets"][1];
    assert_eq!((&bucket["purpose"], &bucket["unit"]), (&json!("slot"), &json!([])));
    assert_eq!(bucket["key"], format!("s/slot.{number}"));
}

//! `tidegate simulate`, as it is used.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use tidegate::{Context, Program};

use crate::support::{finish, folder, golden, run, tidegate};

const FILE: &str = "snapshots/shares.json";
const AT: [&str; 2] = ["--at", "2026-11-24T20:00:00Z"];
const SERIES: [&str; 6] = ["--from", "2026-11-24T06:00:00Z", "--to", "2026-11-25T10:00:00Z", "--every", "2h"];

fn simulate(arguments: &[&str]) -> crate::support::Run {
    run(&[&["simulate", FILE], arguments].concat(), b"")
}

#[test]
fn shares_reasons_and_tests_are_shown() {
    golden("simulate", &simulate(&AT));
    golden("simulate-json", &simulate(&[&AT[..], &["--json"]].concat()));
    golden("simulate-one-flag", &simulate(&[&AT[..], &["--flag", "button", "--units", "1000"]].concat()));
}

#[test]
fn a_context_is_shared_by_all_units() {
    let context = r#"{"account": "acme", "device": "written over", "shop": {"plan": "plus"}}"#;
    golden("simulate-context", &simulate(&[&AT[..], &["--flag", "checkout", "--context", context]].concat()));
    // The button's own unit is the shop's id too, so that it needs the checkout by another unit makes no difference.
    let fixed = r#"{"shop": {"id": "u-3"}}"#;
    let told = simulate(&[&AT[..], &["--flag", "button", "--context", fixed]].concat());
    assert_eq!(told.out, simulate(&[&AT[..], &["--flag", "button"]].concat()).out);
}

#[test]
fn what_only_a_prerequisite_is_about_stays_as_the_context_has_it() {
    let snapshot = json!({ "schemaVersion": 1, "revision": "r", "flags": {
        "shop": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off", "unit": "shop.id",
            "salt": "s", "rules": [{ "percent": 50, "serve": "on" }] },
        "user": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on", "unit": "user.id",
            "prerequisites": [{ "flag": "shop", "variants": ["on"] }] } } })
    .to_string();
    let on = |context: &str| {
        let told = run(&["simulate", "-", "--flag", "user", "--json", "--context", context], snapshot.as_bytes());
        let report: Value = serde_json::from_str(&told.out).unwrap();
        report["flags"][0]["series"][0]["variants"][0]["units"].as_u64().unwrap()
    };
    assert_eq!((on(r#"{"shop": {"id": "a"}}"#), on(r#"{"shop": {"id": "b"}}"#)), (10_000, 0));
    assert!((4_500..5_500).contains(&on("{}")));
}

#[test]
fn a_series_is_counted_at_each_instant() {
    golden("simulate-series", &simulate(&[&SERIES[..], &["--flag", "checkout"]].concat()));
}

const PICTURE: &str = "../../docs/ramp.svg";

#[test]
fn the_picture_in_the_documents_is_the_one_that_is_drawn() {
    let arguments = [
        "simulate",
        "../../examples/snapshot.json",
        "--flag",
        "express-delivery",
        "--flag",
        "register-redesign",
        "--context",
        r#"{"shop": {"plan": "plus"}}"#,
        "--from",
        "2026-11-24T00:00:00Z",
        "--to",
        "2026-11-28T00:00:00Z",
        "--every",
        "1h",
        "--svg",
    ];
    let drawn = run(&[&arguments[..], &["-"]].concat(), b"");
    assert_eq!((drawn.code, drawn.err.as_str()), (Some(0), ""));
    if std::env::var_os("TIDEGATE_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(folder().join(PICTURE), &drawn.out).unwrap();
    }
    assert_eq!(drawn.out, std::fs::read_to_string(folder().join(PICTURE)).unwrap());
    // The page says how it is made.
    let page = std::fs::read_to_string(folder().join("../../docs/SIMULATE.md")).unwrap();
    let words = page.replace("\\\n", " ").replace(['\'', '\n'], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let command = [&["tidegate"], &arguments[..], &["docs/ramp.svg"]].concat().join(" ").replace("../../", "");
    assert!(words.contains(&command), "{command}");
    // With a file it says the rest, too.
    let file = tempfile::NamedTempFile::new().unwrap();
    let told = run(&[&arguments[..], &[file.path().to_str().unwrap()]].concat(), b"");
    assert!(told.out.starts_with("10,000 units"), "{told:?}");
    assert_eq!(std::fs::read_to_string(file.path()).unwrap(), drawn.out);
}

#[test]
fn a_picture_is_xml_whatever_the_names_are() {
    let names = ["<script>alert(1)</script>", "a & b", "\"'", "]]>", "\u{1b}[1m", "小明"];
    let variants: serde_json::Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), json!(name))).collect();
    let split: Vec<Value> = names.iter().map(|name| json!({ "variant": name, "weight": 1 })).collect();
    let snapshot = json!({ "schemaVersion": 1, "revision": names[0], "flags": { names[1]: { "type": "string", "variants": variants,
        "off": names[0], "default": names[0], "salt": "s",
        "rules": [{ "ramp": { "kind": "linear", "from": 0, "until": 9_000, "to": 100, "steps": 9 }, "serve": { "split": split } }] } } });
    let arguments = ["simulate", "-", "--from", "0", "--to", "9000", "--every", "1s", "--svg", "-"];
    let drawn = run(&arguments, snapshot.to_string().as_bytes());
    let picture = roxmltree::Document::parse(&drawn.out).unwrap();
    let texts: Vec<&str> =
        picture.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
    assert!(texts.contains(&"a & b"), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("小明 1")), "{texts:?}");
    assert!(!picture.descendants().any(|node| node.has_tag_name("script")));
    // What says what it shows is found by those who can't see it.
    let labels = picture.root_element().attribute("aria-labelledby").unwrap();
    for id in labels.split(' ') {
        assert!(picture.descendants().any(|node| node.attribute("id") == Some(id) && node.text().is_some()), "{id}");
    }
}

#[test]
fn the_number_of_cores_makes_no_difference() {
    let arguments = [&["simulate", FILE, "--json", "--units", "60000"], &SERIES[..]].concat();
    let with = |threads: &str| finish(tidegate().args(&arguments).env("RAYON_NUM_THREADS", threads), b"");
    let one = with("1");
    assert_eq!(one.code, Some(0), "{one:?}");
    for threads in ["2", "3", "16"] {
        assert_eq!(with(threads).out, one.out, "{threads}");
    }
}

#[test]
fn a_compiled_snapshot_gives_the_same() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    assert_eq!(run(&["compile", FILE, "-o", path, "--allow-refused"], b"").code, Some(0));
    let from_file = run(&[&["simulate", path], &AT[..]].concat(), b"");
    assert_eq!((from_file.code, from_file.out), (Some(0), simulate(&AT).out));
}

#[test]
fn a_p_value_below_the_limit_is_a_failure_and_others_are_none() {
    let arguments = [&AT[..], &["--units", "2000", "--prefix", "user-"]].concat();
    assert_eq!(simulate(&arguments).code, Some(0));
    assert_eq!(simulate(&[&arguments[..], &["--fail-under", "0.001"]].concat()).code, Some(0));
    // Nothing is below 0, and chance alone is below 1 now and then.
    golden(
        "simulate-fail-under",
        &simulate(&[&AT[..], &["--flag", "button", "--units", "900", "--fail-under", "1"]].concat()),
    );
}

#[test]
fn what_cannot_be_simulated_is_said() {
    for (name, arguments) in [
        ("to-before-from", &["--from", "2026-11-25T08:00:00Z", "--to", "2026-11-24T08:00:00Z", "--every", "1h"][..]),
        ("too-many", &["--from", "2026-11-24T08:00:00Z", "--to", "2026-11-25T08:00:00Z", "--every", "1s"]),
        ("no-duration", &["--from", "0", "--to", "1", "--every", "often"]),
        ("backwards", &["--from", "0", "--to", "1", "--every", "-1h"]),
        ("no-time", &["--from", "yesterday", "--to", "1", "--every", "1h"]),
        ("at-and-from", &["--at", "0", "--from", "0", "--to", "1", "--every", "1h"]),
        ("no-every", &["--from", "0", "--to", "1"]),
        ("unknown", &["--flag", "chekout"]),
        ("unknown-far", &["--flag", "something-else"]),
        ("refused", &["--flag", "refused"]),
        ("no-units", &["--units", "0"]),
        ("no-probability", &["--fail-under", "5"]),
        ("no-string", &["--context", r#"{"shop": {"id": [1, "\u001b"]}}"#]),
        ("no-object", &["--context", r#"{"shop": "7"}"#]),
        ("no-file", &["--context", "@nowhere.json"]),
        ("no-series", &["--svg", "ramp.svg"]),
        ("two-outputs", &["--from", "0", "--to", "1", "--every", "1h", "--svg", "-", "--json"]),
        ("no-folder", &["--from", "0", "--to", "1", "--every", "1h", "--svg", "nowhere/ramp.svg"]),
    ] {
        let told = simulate(arguments);
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{told:?}");
        golden(&format!("simulate-{name}"), &told);
    }
    golden("usage-simulate-help", &run(&["simulate", "--help"], b""));
}

/// A context for each number, with the number's id wherever the snapshot looks for a unit.
fn contexts(numbers: impl Iterator<Item = u32>) -> String {
    let line = |number: u32| {
        let id = format!("u-{number}");
        let context = json!({ "targetingKey": id, "user": { "id": id }, "shop": { "id": id }, "device": id });
        format!("{context}\n")
    };
    numbers.map(line).collect()
}

#[test]
fn contexts_are_counted_and_their_units_are_tested_once() {
    // Every unit three times, in another order each.
    let lines = contexts((0..1_000).chain((0..1_000).rev()).chain((0..1_000).map(|number| number * 7 % 1_000)));
    let told = |arguments: &[&str], input: &str| -> Value {
        let run = run(&[&["simulate", FILE, "--json"], &SERIES[..], arguments].concat(), input.as_bytes());
        assert_eq!(run.code, Some(0), "{run:?}");
        serde_json::from_str(&run.out).unwrap()
    };
    let (given, made) = (told(&["--contexts", "-"], &lines), told(&["--units", "1000"], ""));
    assert_eq!((&given["units"], &given["contexts"]), (&json!(3_000), &json!("<stdin>")));
    for (given, made) in given["flags"].as_array().unwrap().iter().zip(made["flags"].as_array().unwrap()) {
        for (given, made) in given["series"].as_array().unwrap().iter().zip(made["series"].as_array().unwrap()) {
            let thrice: Counts = self::told(made).into_iter().map(|(what, units)| (what, 3 * units)).collect();
            assert_eq!((&given["at"], self::told(given)), (&made["at"], thrice));
        }
    }
    assert_eq!(given["intended"], made["intended"]);
    // The same id at two paths is one unit where ids are made up, and may be two where they are given: so each once.
    let p_values = |report: &Value| -> BTreeSet<String> {
        let tests = report["tests"].as_array().unwrap().iter().filter(|test| test["hypothesis"] != "independence");
        tests.map(|test| format!("{} {}", test["hypothesis"], test["pValue"])).collect()
    };
    assert_eq!(p_values(&given), p_values(&made));
    assert!(p_values(&given).len() > 5);
}

#[test]
fn contexts_that_leave_units_of_one_arm_out_are_found() {
    let snapshot = json!({ "schemaVersion": 1, "revision": "r", "flags": { "halves": { "type": "boolean",
        "variants": { "on": true, "off": false }, "off": "off", "default": "off", "unit": "user.id", "salt": "halves",
        "rules": [{ "id": "half", "serve": { "split": [{ "variant": "on", "weight": 1 }, { "variant": "off", "weight": 1 }] } }] } } });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), snapshot.to_string()).unwrap();
    let program = Program::load(snapshot.to_string().as_bytes()).unwrap();
    let is_on = |number: u32| {
        program.decide("halves", &Context::new().with("user.id", format!("u-{number}"))).variant == Some("on")
    };
    let path = file.path().to_str().unwrap();
    let code = |numbers: Vec<u32>| {
        let lines = contexts(numbers.into_iter());
        run(&["simulate", path, "--contexts", "-", "--fail-under", "0.001"], lines.as_bytes()).code
    };
    assert_eq!(code((0..4_000).collect()), Some(0));
    // One in five of those who are on got lost on the way.
    assert_eq!(code((0..4_000).filter(|number| !(is_on(*number) && number % 5 == 0)).collect()), Some(1));
}

#[test]
fn contexts_are_shown_with_what_is_wrong_in_them() {
    let lines = r#"{"user": {"id": "u-1"}, "shop": {"id": 7}, "device": "d"}
{"user": {"id": true}, "shop": {"id": "8"}}
{"user": {"id": ""}, "account": "acme"}
"#;
    let arguments = [&["simulate", FILE, "--contexts", "-"], &AT[..]].concat();
    golden("simulate-contexts", &run(&arguments, lines.as_bytes()));
    let broken = format!("{lines}[1]\n");
    golden("simulate-contexts-bad-row", &run(&arguments, broken.as_bytes()));
    golden(
        "simulate-contexts-skip",
        &run(&[&arguments[..], &["--flag", "banner", "--skip-bad-rows"]].concat(), broken.as_bytes()),
    );
    golden("simulate-contexts-and-units", &run(&[&arguments[..], &["--units", "5"]].concat(), b""));
    golden("simulate-contexts-twice", &run(&["simulate", "-", "--contexts", "-"], b""));
}

#[test]
fn a_snapshot_without_flags_has_nothing_to_simulate() {
    golden(
        "simulate-empty",
        &run(&[&["simulate", "-"], &AT[..]].concat(), br#"{"schemaVersion":1,"revision":"1","flags":{}}"#),
    );
}

#[test]
fn nothing_that_a_terminal_obeys_comes_out() {
    let snapshot = "{\"schemaVersion\":1,\"revision\":\"\\u001b[1m\",\"flags\":{\"\\u001b[2m\":{\"type\":\"boolean\",\"variants\":{\"\\u001b[3m\":true},\
        \"off\":\"\\u001b[3m\",\"default\":\"\\u001b[3m\",\"unit\":\"\u{9b}\",\"salt\":\"s\",\"rules\":[{\"id\":\"\u{202e}\",\"percent\":50,\"serve\":\"\\u001b[3m\"}]}}}";
    let told = run(&["simulate", "-", "--prefix", "\u{1b}[4m"], snapshot.as_bytes());
    assert_eq!(told.code, Some(0), "{told:?}");
    assert!(!told.out.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{told:?}");
}

/// A snapshot of flags of every kind that can split units: `choices` says which.
fn snapshot(choices: &[(u8, u8, u32)]) -> Value {
    let units = [json!("user.id"), json!("targetingKey"), json!(["shop.id", "device"])];
    let mut flags = serde_json::Map::new();
    for (number, (kind, unit, share)) in choices.iter().enumerate() {
        let percent = f64::from(*share) / 10.0;
        let unit = if matches!(kind, 3 | 8) { json!("user.id") } else { units[usize::from(*unit) % 3].clone() };
        let split = json!({ "split": [{ "variant": "a", "weight": share }, { "variant": "b", "weight": 1000 - share }, { "variant": "a", "weight": 7 }] });
        let rule = match kind {
            0 => json!({ "id": "share", "percent": percent, "serve": "b" }),
            1 => json!({ "serve": split }),
            2 => json!({ "percent": percent, "serve": split }),
            3 => json!({ "layer": "l", "experiment": if *share < 500 { "x" } else { "y" }, "serve": split }),
            4 => {
                json!({ "ramp": { "kind": "linear", "from": 0, "until": 3_600_000, "to": percent, "steps": 7 }, "serve": "b" })
            }
            5 => {
                json!({ "ramp": { "kind": "exponential", "from": 1_000_000, "start": 0.5, "everyMinutes": 11, "to": 0.5 + percent / 2.0 }, "serve": split })
            }
            6 => json!({ "window": { "from": u64::from(*share) * 3_000, "until": 3_300_000 }, "serve": split }),
            7 => json!({ "serve": { "switchback": split["split"], "slotMinutes": 13 } }),
            _ => json!({ "when": { "attr": "user.id", "op": "in", "value": ["u-1", "u-22", "u-333"] }, "serve": "c" }),
        };
        let mut flag = json!({ "type": "string", "variants": { "a": "a", "b": "b", "c": "c" }, "off": "c", "default": "a", "unit": unit,
            "salt": format!("s{}", number % 4), "rules": [rule, { "id": "rest", "percent": percent / 2.0, "serve": "c" }],
            "overrides": [{ "ids": ["u-4", format!("u-{share}")], "variant": "b" }] });
        if share % 3 == 0 && number > 0 {
            flag["prerequisites"] = json!([{ "flag": format!("f{}", number - 1), "variants": ["a", "b"] }]);
        }
        flags.insert(format!("f{number}"), flag);
    }
    json!({ "schemaVersion": 1, "revision": "r", "flags": flags,
        "layers": { "l": { "unit": "user.id", "salt": "l", "experiments": { "x": [[0, 40]], "y": [[40, 70], [80, 90]] } } },
        "holdouts": { "h": { "unit": "user.id", "salt": "h", "percent": 8, "all": true, "until": 3_000_000 } } })
}

/// What a report says of a flag at an instant, and what a loop over [`Program::decide`] counts.
type Counts = BTreeMap<(&'static str, String), u64>;

fn told(point: &Value) -> Counts {
    let lists = [
        ("variants", "variant"),
        ("reasons", "reason"),
        ("rules", "rule"),
        ("holdouts", "holdout"),
        ("errors", "errorCode"),
    ];
    let entries = lists.iter().flat_map(|(list, name)| {
        let list = point[list].as_array().cloned().unwrap_or_default();
        list.into_iter()
            .map(move |entry| ((*name, entry[name].as_str().unwrap().to_owned()), entry["units"].as_u64().unwrap()))
    });
    entries.filter(|(_, units)| *units > 0).collect()
}

fn counted(program: &Program, flag: &str, units: u32, at: i64) -> Counts {
    let mut counts = Counts::new();
    for number in 0..units {
        let id = format!("u-{number}");
        let paths = ["user.id", "targetingKey", "shop.id", "device"];
        let context = paths.iter().fold(Context::new().at(at), |context, path| context.with(path, id.as_str()));
        let decision = program.decide(flag, &context);
        let mut add = |list, name: Option<&str>| {
            if let Some(name) = name {
                *counts.entry((list, name.to_owned())).or_default() += 1;
            }
        };
        add("variant", decision.variant);
        add("reason", Some(decision.reason.name()));
        add("rule", decision.rule);
        add("holdout", decision.holdout);
        add("errorCode", decision.error.map(tidegate::ErrorCode::name));
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_those_of_a_loop_over_every_decision(choices in prop::collection::vec((0_u8..9, 0_u8..3, 1_u32..1_000), 1..5), units in 1_u32..400) {
        let text = snapshot(&choices).to_string();
        let program = Program::load(text.as_bytes()).unwrap();
        prop_assert!(program.problems().is_empty(), "{:?}", program.problems());
        let units_text = units.to_string();
        let arguments = ["simulate", "-", "--json", "--units", &units_text, "--from", "-400000", "--to", "4000000", "--every", "7m"];
        let run = run(&arguments, text.as_bytes());
        prop_assert_eq!(run.code, Some(0), "{:?}", run);
        let report: Value = serde_json::from_str(&run.out).unwrap();
        for (number, flag) in report["flags"].as_array().unwrap().iter().enumerate() {
            let series = flag["series"].as_array().unwrap();
            prop_assert_eq!(series.len(), 11);
            for (step, point) in (0..).zip(series) {
                let expected = counted(&program, &format!("f{number}"), units, -400_000 + step * 420_000);
                prop_assert_eq!(told(point), expected, "f{} at {}", number, step);
            }
        }
    }
}

#[test]
fn shares_of_the_example_are_the_same_on_every_machine() {
    let program = Program::load(&std::fs::read(folder().join(FILE)).unwrap()).unwrap();
    let told = simulate(&[&AT[..], &["--json", "--units", "3000"]].concat());
    let report: Value = serde_json::from_str(&told.out).unwrap();
    for flag in report["flags"].as_array().unwrap() {
        let expected = counted(&program, flag["flag"].as_str().unwrap(), 3_000, 1_795_550_400_000);
        assert_eq!(self::told(&flag["series"][0]), expected);
    }
}

//! Hostile and broken snapshots: refused with a reason, never a panic, never a hang.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

use serde_json::{Value, json};
use tidegate::{Code, Context, ErrorCode, Problem, Program, Reason, limits};

fn refusal(bytes: &[u8]) -> Problem {
    Program::load(bytes).expect_err("the document is refused")
}

fn flag() -> Value {
    json!({ "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" })
}

fn document(flags: &str) -> String {
    format!(r#"{{ "schemaVersion": 1, "revision": "r", "flags": {{ {flags} }} }}"#)
}

#[test]
fn a_truncated_document_is_refused_wherever_it_ends() {
    let text = document(&format!(r#""a": {}"#, flag()));
    for end in 0..text.len() {
        assert_eq!(refusal(&text.as_bytes()[..end]).code, Code::InvalidJson, "cut at {end}");
    }
}

#[test]
fn html_is_called_what_it_is() {
    let problem = refusal(b"\n <!doctype html><title>404</title>");
    assert_eq!(problem.code, Code::NotJsonHtml);
    assert_eq!(problem.to_string(), "found an HTML page, expected a JSON snapshot");
}

#[test]
fn fifty_megabytes_load_or_are_refused() {
    let padding = " ".repeat(50 << 20);
    assert_eq!(Program::load(document(&padding).as_bytes()).expect("white space is fine").flag_count(), 0);
    let long = format!(
        r#""a": {{ "type": "string", "variants": {{ "v": "{}" }}, "off": "v", "default": "v" }}"#,
        "x".repeat(50 << 20)
    );
    assert_eq!(Program::load(document(&long).as_bytes()).expect("a long value is fine").flag_count(), 1);
    assert_eq!(refusal(&vec![b' '; limits::DOCUMENT_BYTES + 1]).code, Code::TooLarge);
    assert_eq!(refusal(&vec![b'['; 50 << 20]).code, Code::InvalidJson);
}

#[test]
fn ten_thousand_levels_refuse_the_flag_alone() {
    for (open, close) in [("[", "]"), (r#"{"all":["#, "]}"), (r#"{"not":"#, "}")] {
        let deep = format!("{}true{}", open.repeat(10_000), close.repeat(10_000));
        let program =
            Program::load(document(&format!(r#""deep": {deep}, "good": {}"#, flag())).as_bytes()).expect("it loads");
        assert_eq!(program.decide("deep", &Context::new()).error, Some(ErrorCode::ParseError));
        assert_eq!(program.decide("good", &Context::new()).boolean(), Some(true));
        assert_eq!(program.problems()[0].code, Code::TooDeep);
    }
}

#[test]
fn deep_nesting_behind_a_lone_surrogate_is_not_searched() {
    let deep = format!(r#"["\ud800", {}{}]"#, "[".repeat(100_000), "]".repeat(100_000));
    let program = Program::load(document(&format!(r#""deep": {deep}"#)).as_bytes()).expect("it loads");
    assert_eq!(program.problems()[0].code, Code::TooDeep);
}

#[test]
fn a_repeated_rule_id_is_found_behind_a_broken_rule() {
    let mut flag = flag();
    let rule = json!({ "id": "same", "serve": "on" });
    flag["rules"] = json!([{ "id": "other" }, rule, rule]);
    let program = Program::load(document(&format!(r#""f": {flag}"#)).as_bytes()).expect("it loads");
    let paths: Vec<&str> = program.problems().iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(paths, ["/flags/f/rules/0", "/flags/f/rules/2/id"]);
}

#[test]
fn a_suggestion_is_for_the_field_that_is_reported() {
    let problem = refusal(br#"{ "schemaVersion": 1, "revision": "r", "flags": {}, "value": 1, "flag": {} }"#);
    assert_eq!((problem.path.as_str(), problem.suggestion), ("/value", None));
}

#[test]
fn one_broken_flag_among_a_thousand() {
    let mut flags: Vec<String> = (0..999).map(|n| format!(r#""flag-{n}": {}"#, flag())).collect();
    flags.insert(500, r#""broken": { "type": "boolean", "varients": {} }"#.to_owned());
    let program = Program::load(document(&flags.join(",")).as_bytes()).expect("the document loads");
    assert_eq!(program.flag_count(), 999);
    for n in 0..999 {
        assert_eq!(program.decide(&format!("flag-{n}"), &Context::new()).boolean(), Some(true));
    }
    let decision = program.decide("broken", &Context::new());
    assert_eq!((decision.reason, decision.error, decision.value()), (Reason::Error, Some(ErrorCode::ParseError), None));
    let typo = program.problems().iter().find(|problem| problem.code == Code::UnknownField).expect("it is reported");
    assert_eq!(typo.to_string().split(", did").nth(1), Some(" you mean `variants`?"));
}

#[test]
fn a_long_chain_of_prerequisites_ends() {
    let link = |n: usize| {
        let mut flag = flag();
        if n > 0 {
            flag["prerequisites"] = json!([{ "flag": format!("f{:05}", n - 1), "variants": ["on"] }]);
        }
        format!(r#""f{n:05}": {flag}"#)
    };
    let flags: Vec<String> = (0..10_000).map(link).collect();
    let program = Program::load(document(&flags.join(",")).as_bytes()).expect("it loads");
    assert_eq!(program.flag_count(), limits::CHAIN_DEPTH);
    assert_eq!(program.decide("f00063", &Context::new()).boolean(), Some(true));
}

#[test]
fn a_cycle_of_ten_thousand_is_refused() {
    let link = |n: usize| {
        let mut flag = flag();
        flag["prerequisites"] = json!([{ "flag": format!("f{:05}", (n + 1) % 10_000), "variants": ["on"] }]);
        format!(r#""f{n:05}": {flag}"#)
    };
    let flags: Vec<String> = (0..10_000).map(link).collect();
    let program = Program::load(document(&flags.join(",")).as_bytes()).expect("it loads");
    assert_eq!(program.flag_count(), 0);
    assert!(program.problems().iter().all(|problem| problem.code == Code::Cycle));
}

#[test]
fn a_pattern_that_backtracks_elsewhere_is_linear_here() {
    let mut flag = flag();
    flag["rules"] = json!([{ "when": { "attr": "text", "op": "matches", "value": "^(a+)+$" }, "serve": "on" }]);
    let program = Program::load(document(&format!(r#""f": {flag}"#)).as_bytes()).expect("it loads");
    let text = format!("{}b", "a".repeat(100_000));
    assert_eq!(program.decide("f", &Context::new().with("text", text)).reason, Reason::Default);
}

#[test]
fn numbers_that_are_none_are_missing() {
    let mut flag = flag();
    flag["rules"] = json!([{ "when": { "attr": "n", "op": "exists", "value": true }, "serve": "off" }]);
    let program = Program::load(document(&format!(r#""f": {flag}"#)).as_bytes()).expect("it loads");
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(program.decide("f", &Context::new().with("n", number)).boolean(), Some(true));
    }
    assert_eq!(program.decide("f", &Context::new().with("n", 0.0)).boolean(), Some(false));
}

#[test]
fn instants_at_the_ends_of_time_are_decided() {
    let ends = [i64::MIN, -8_640_000_000_000_000, 0, 8_640_000_000_000_000, i64::MAX];
    let repeat = json!({ "every": "week", "interval": 1000, "days": ["thursday"], "times": 1_000_000 });
    let far = json!([
        { "window": { "from": -8.64e15 }, "serve": "on" },
        { "window": { "from": 0, "until": 1, "repeat": repeat }, "serve": "on" },
        { "ramp": { "kind": "linear", "from": 8.64e15 - 3.155_76e12, "until": 8.64e15, "to": 100, "steps": 1_000_000 }, "serve": "on" },
        { "ramp": { "kind": "exponential", "from": 8.64e15, "start": 0.0001, "everyMinutes": 5_256_000, "to": 100 }, "serve": "on" },
        { "serve": { "switchback": [{ "variant": "on", "weight": 1 }, { "variant": "off", "weight": 1 }], "slotMinutes": 1 } },
    ]);
    for rule in far.as_array().expect("a list") {
        let mut flag = flag();
        flag["rules"] = json!([rule]);
        flag["salt"] = json!("s");
        let program = Program::load(document(&format!(r#""f": {flag}"#)).as_bytes()).expect("it loads");
        assert_eq!(program.problems(), [], "{rule}");
        for now in ends {
            let context = Context::keyed("u-1").at(now);
            assert_eq!(program.decide("f", &context).error, None, "{rule} at {now}");
            assert!(program.explain("f", &context).is_some());
            assert!(program.next_change(now).is_none_or(|next| next > now), "{rule} at {now}");
        }
    }
}

#[test]
fn what_is_wrong_with_time_is_said_in_a_sentence() {
    let linear = json!({ "kind": "linear", "from": "2026-11-24T08:00:00Z", "until": "2026-11-24T08:00:00Z", "to": 100, "steps": 5 });
    let stages = json!({ "kind": "stages", "stages": [{ "at": 5, "percent": 50 }, { "at": 5, "percent": 10 }] });
    let weekly = json!({ "from": "2026-11-24T08:00:00Z", "until": "2026-11-24T09:00:00Z",
        "repeat": { "every": "week", "days": ["monday", "teusday"] } });
    let long = json!({ "from": 0, "until": 86_400_001, "repeat": { "every": "day" } });
    for (rule, told) in [
        (
            json!({ "ramp": linear }),
            "/rules/0/ramp/until: found an end that is not after `from`, or more than 36525 days after it, expected one in between",
        ),
        (
            json!({ "ramp": stages }),
            "/rules/0/ramp/stages/1/at: found a stage that is not after the one before, expected a later one",
        ),
        (
            json!({ "ramp": stages }),
            "/rules/0/ramp/stages/1/percent: found a percentage below the one before, expected one that doesn't fall",
        ),
        (
            json!({ "window": weekly }),
            "/rules/0/window/repeat/days/1: unknown day `teusday`, expected `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday` or `sunday`, did you mean `tuesday`?",
        ),
        (
            json!({ "window": long }),
            "/rules/0/window/until: found a window that ends after it begins again, expected a shorter one",
        ),
        (
            json!({ "window": { "from": "soon" } }),
            "/rules/0/window/from: found `soon`, expected a date such as `2026-11-24T08:00:00Z` or epoch milliseconds",
        ),
        (
            json!({ "window": { "from": 9e15 } }),
            "/rules/0/window/from: found a number out of range, expected a date such as `2026-11-24T08:00:00Z` or epoch milliseconds",
        ),
    ] {
        let (mut flag, mut rule) = (flag(), rule);
        rule["serve"] = json!("on");
        flag["rules"] = json!([rule]);
        flag["salt"] = json!("s");
        let program = Program::load(document(&format!(r#""f": {flag}"#)).as_bytes()).expect("it loads");
        let found: Vec<String> = program.problems().iter().map(ToString::to_string).collect();
        assert!(found.contains(&format!("/flags/f{told}")), "{told} is not in {found:?}");
    }
}

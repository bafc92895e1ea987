//! `tidegate eval` and `tidegate explain`, as they are used.

use crate::support::{golden, run};

const FILE: &str = "snapshots/reasons.json";
const AT: [&str; 2] = ["--at", "2026-11-24T08:00:00Z"];

#[test]
fn every_reason_is_shown() {
    for (name, flag, context, code) in [
        ("static", "static", "{}", 0),
        ("disabled", "disabled", "{}", 0),
        ("default", "parent", "{}", 0),
        ("targeting-match", "parent", r#"{"app": {"version": "v2.2"}}"#, 0),
        ("prerequisite-failed", "walk", r#"{"app": {"version": "v2.2"}}"#, 0),
        ("override", "walk", r#"{"user": {"id": "u-9"}}"#, 0),
        ("split", "walk", r#"{"user": {"id": "u-1"}}"#, 0),
        ("no-unit", "walk", "{}", 1),
        ("bad-unit", "walk", r#"{"user": {"id": true}}"#, 1),
        ("refused", "refused", "{}", 1),
        ("unknown", "wallk", "{}", 1),
        ("unknown-far", "something-else", "{}", 1),
    ] {
        let arguments = [FILE, "--flag", flag, "--context", context];
        let shown = run(&[&["eval"], &arguments[..]].concat(), b"");
        assert_eq!(shown.code, Some(code), "{shown:?}");
        golden(&format!("eval-{name}"), &shown);
        golden(&format!("eval-{name}-json"), &run(&[&["eval", "--json"], &arguments[..]].concat(), b""));
        golden(&format!("explain-{name}"), &run(&[&["explain"], &arguments[..], &AT].concat(), b""));
    }
}

#[test]
fn explanations_show_segments_prerequisites_and_buckets() {
    for (name, context) in [
        ("segment", r#"{"user": {"id": "u-1", "email": "Mira@Shop.example"}, "app": {"version": "2.3"}}"#),
        ("segment-in-segment", r#"{"user": {"id": "u-77", "email": "a@b.example"}}"#),
        ("outside", r#"{"user": {"id": "u-6", "country": "FR"}}"#),
        ("not", r#"{"user": {"id": "u-1", "country": ["DE", 7]}}"#),
    ] {
        let arguments = ["explain", FILE, "--flag", "walk", "--context", context];
        golden(&format!("explain-{name}"), &run(&[&arguments[..], &AT].concat(), b""));
    }
}

#[test]
fn an_explanation_as_json_is_the_evaluator_s() {
    let arguments = ["explain", FILE, "--flag", "walk", "--json", "--context", r#"{"user": {"id": "u-77"}}"#];
    golden("explain-json", &run(&[&arguments[..], &AT].concat(), b""));
    let unknown = ["explain", FILE, "--flag", "wallk", "--json"];
    golden("explain-unknown-json", &run(&[&unknown[..], &AT].concat(), b""));
}

#[test]
fn every_flag_is_shown_as_a_table() {
    golden("eval-all", &run(&["eval", FILE, "--context", r#"{"user": {"id": "u-1"}}"#], b""));
    golden("eval-all-json", &run(&["eval", FILE, "--json", "--context", r#"{"user": {"id": "u-1"}}"#], b""));
    let context = r#"{"targetingKey": "u-1", "user": {"id": "u-1"}, "shop": {"id": "7"}}"#;
    let sound = run(&["eval", "../../examples/snapshot.json", "--context", context], b"");
    assert_eq!(sound.code, Some(0), "{sound:?}");
}

#[test]
fn a_context_comes_from_the_command_line_a_file_or_standard_input() {
    let written = r#"{"user": {"id": "u-9"}}"#;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("\u{feff}{written}\r\n")).unwrap();
    let named = format!("@{}", file.path().display());
    let ask =
        |context: &str, input: &str| run(&["eval", FILE, "--flag", "walk", "--context", context], input.as_bytes());
    let expected = ask(written, "");
    assert!(expected.out.contains("OVERRIDE"), "{expected:?}");
    assert_eq!(ask(&named, "").out, expected.out);
    assert_eq!(ask("-", written).out, expected.out);
}

#[test]
fn what_cannot_be_read_is_said() {
    let sound = r#"{"schemaVersion": 1, "revision": "1", "flags": {}}"#;
    for (name, arguments, input) in [
        ("context-not-json", &["eval", FILE, "--context", "{user: 1}"][..], ""),
        ("context-list", &["eval", FILE, "--context", "[]"], ""),
        ("context-missing", &["eval", FILE, "--context", "@snapshots/nowhere.json"], ""),
        ("context-both", &["eval", "-", "--context", "-"], sound),
        ("snapshot-refused", &["explain", "-", "--flag", "a"], "{\"schemaVersion\": 1,\n \"flags\": {}}"),
        ("snapshot-missing", &["eval", "snapshots/nowhere.json"], ""),
        ("bad-time", &["explain", FILE, "--flag", "walk", "--at", "tomorrow"], ""),
    ] {
        let told = run(arguments, input.as_bytes());
        assert_eq!(told.code, Some(2), "{told:?}");
        golden(name, &told);
    }
}

#[test]
fn a_time_is_a_date_or_milliseconds() {
    let ask = |at: &str| run(&["explain", FILE, "--flag", "static", "--at", at], b"").out;
    assert!(ask("2026-11-24T08:00:00Z").contains("2026-11-24T08:00:00Z"));
    assert_eq!(ask("1795507200000"), ask("2026-11-24t09:00:00+01:00"));
    assert!(ask("-1").contains("1969-12-31T23:59:59.999Z"));
    assert!(run(&["explain", FILE, "--flag", "static"], b"").out.contains("at        20"));
}

#[test]
fn what_depends_on_time_is_asked_at_an_instant() {
    const TIME: &str = "snapshots/time.json";
    for (name, flag, at) in [
        ("window-open", "happy-hour", "2026-12-04T18:59:59+01:00"),
        ("window-closed", "happy-hour", "2026-12-04T19:00:00+01:00"),
        ("window-over", "happy-hour", "2026-12-11T19:00:00+01:00"),
        ("ramp-before", "ranking", "2026-11-24T07:59:59Z"),
        ("ramp", "ranking", "2026-11-24T10:29:00Z"),
    ] {
        let arguments = [TIME, "--flag", flag, "--context", r#"{"targetingKey": "u-3"}"#, "--at", at];
        golden(&format!("explain-{name}"), &run(&[&["explain"], &arguments[..]].concat(), b""));
    }
    golden(
        "eval-at",
        &run(&["eval", TIME, "--context", r#"{"targetingKey": "u-3"}"#, "--at", "2026-11-27T16:00:00Z"], b""),
    );
    golden("eval-bad-time", &run(&["eval", TIME, "--at", "noon"], b""));
}

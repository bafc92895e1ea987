//! `tidegate check`, as it is used.

use crate::support::{finish, folder, golden, run, tidegate};

const SOUND: &str = r#"{"schemaVersion": 1, "revision": "1", "flags": {}}"#;

#[test]
fn a_broken_snapshot_is_told_problem_by_problem() {
    golden("check-broken", &run(&["check", "snapshots/broken.json"], b""));
}

#[test]
fn the_same_as_json() {
    let told = run(&["check", "--json", "snapshots/broken.json"], b"");
    golden("check-broken-json", &told);
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(report["problems"].as_array().unwrap().len(), 21);
}

#[test]
fn a_sound_snapshot_is_said_to_be() {
    let at = "2026-11-01T00:00:00Z";
    golden("check-sound", &run(&["check", "../../examples/snapshot.json", "--at", at], b""));
}

#[test]
fn warnings_come_after_problems_and_leave_the_exit_code_alone() {
    golden("check-warning", &run(&["check", "--no-lints", "snapshots/conflicts.json"], b""));
    golden("check-warning-json", &run(&["check", "--no-lints", "--json", "snapshots/conflicts.json"], b""));
    let plain = std::fs::read_to_string(folder().join("snapshots/conflicts.json")).unwrap();
    let broken = plain.replace(r#""v7" } },"#, r#""v7" } }, "enabeld": true,"#);
    golden("check-problem-and-warning", &run(&["check", "--no-lints", "-"], broken.as_bytes()));
}

#[test]
fn a_compiled_snapshot_has_the_same_warnings_without_their_places() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    assert_eq!(run(&["compile", "snapshots/conflicts.json", "-o", path], b"").code, Some(0));
    let told = run(&["check", "--json", path], b"");
    assert_eq!(told.code, Some(0), "{told:?}");
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(report["files"][0]["warnings"], 1);
    let warning = &report["warnings"][0];
    assert_eq!(warning["path"], "/flags/ranker/variants/new/model");
    assert_eq!((&warning["flag"], warning["line"].as_u64()), (&"ranker".into(), None));
    let painted = run(&["check", path], b"");
    assert!(painted.out.contains("no problems, 1 warning; 3 flags serve"), "{painted:?}");
}

#[test]
fn standard_input_is_read_for_a_dash() {
    golden("check-stdin", &run(&["check", "-"], br#"{"schemaVersion": 1, "revisoin": "1", "flags": {}}"#));
}

#[test]
fn files_that_cannot_be_read_do_not_hide_the_others() {
    golden("check-missing", &run(&["check", "snapshots/nowhere.json", "command", "-"], SOUND.as_bytes()));
}

#[test]
fn what_is_no_snapshot_at_all_is_called_what_it_is() {
    for (name, text) in [
        ("html", &b"\n <!doctype html>\n<html></html>\n"[..]),
        ("empty", b""),
        ("list", b"[1, 2]"),
        ("truncated", b"{\n  \"schemaVersion\": 1,\n  \"revision\": \"1\",\n  \"fl"),
        ("truncated-line", b"{\n  \"schemaVersion\": 1,\n"),
        ("trailing-comma", b"{\n  \"schemaVersion\": 1,\n}\n"),
        ("raw-line-break", b"{\r\n  \"revision\": \"a\r\nb\"}"),
        ("not-utf-8", b"\xef\xbb\xbf{\r\n  \"r\xc3\xa9\xff\": 1}"),
        ("utf-16", b"\xff\xfe{\0}\0"),
    ] {
        golden(&format!("check-{name}"), &run(&["check", "-"], text));
    }
}

#[test]
fn too_large_a_document_is_refused_without_a_place() {
    let large = vec![b' '; tidegate::limits::DOCUMENT_BYTES + 2];
    golden("check-too-large", &run(&["check", "-"], &large));
}

#[test]
fn byte_order_marks_and_line_breaks_of_windows_move_no_column() {
    let plain = std::fs::read_to_string(folder().join("snapshots/broken.json")).unwrap();
    let places = |text: &str| {
        let told: serde_json::Value =
            serde_json::from_str(&run(&["check", "--json", "-"], text.as_bytes()).out).unwrap();
        told["problems"].clone()
    };
    let expected = places(&plain);
    assert_eq!(expected[0]["line"], 5);
    assert_eq!(expected[0]["column"], 44);
    assert_eq!(places(&format!("\u{feff}{plain}")), expected);
    assert_eq!(places(&plain.replace('\n', "\r\n")), expected);
    assert_eq!(places(&format!("\u{feff}{}", plain.replace('\n', "\r\n"))), expected);
}

#[test]
fn columns_count_characters() {
    let text = r#"{"schemaVersion": 1, "revision": "小😀é", "flags": 7}"#;
    let told: serde_json::Value = serde_json::from_str(&run(&["check", "--json", "-"], text.as_bytes()).out).unwrap();
    let place = |name: &str| told["problems"][0][name].as_u64().unwrap();
    assert_eq!([place("line"), place("column"), place("endLine"), place("endColumn")], [1, 50, 1, 51]);
}

#[test]
fn a_long_line_is_cut_around_the_place() {
    let plain = std::fs::read_to_string(folder().join("snapshots/broken.json")).unwrap();
    golden("check-one-line", &run(&["check", "-"], plain.replace('\n', "").as_bytes()));
}

#[test]
fn nothing_in_a_snapshot_reaches_the_terminal_as_a_command() {
    let text = "{\"schemaVersion\": 1, \"revision\": \"\u{9b}\u{202e}\", \"\\u001b[31m\": \"\u{7f}\", \"flags\": {}}";
    let told = run(&["check", "-"], text.as_bytes());
    assert!(!told.out.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7f}']), "{told:?}");
    assert!(told.out.contains(r"UNKNOWN_FIELD at /\u001b[31m"), "{told:?}");
}

#[test]
fn colours_are_for_terminals_and_those_who_ask() {
    let arguments = ["check", "snapshots/broken.json"];
    let coloured = finish(tidegate().args(arguments).env("CLICOLOR_FORCE", "1"), b"");
    assert!(coloured.out.contains("\u{1b}["), "{coloured:?}");
    let refused = finish(tidegate().args(arguments).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"), b"");
    assert_eq!(refused.out, run(&arguments, b"").out);
    assert!(!refused.out.contains('\u{1b}'));
}

#[test]
fn depth_and_length_take_neither_the_stack_nor_much_time() {
    let nested = format!(
        r#"{{"schemaVersion": 1, "revision": "1", "flags": {{"a": {{"x": {}{}}}, "b": 3}}}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    golden("check-deep", &run(&["check", "-"], nested.as_bytes()));
    let open = run(&["check", "-"], "{\"a\":[".repeat(1_000_000).as_bytes());
    assert_eq!(open.code, Some(1), "{open:?}");
    assert!(open.out.contains("<stdin>:1:6000001"), "{open:?}");
}

#[test]
fn a_closed_pipe_is_no_failure_to_speak_of() {
    let many: Vec<String> = (0..5_000).map(|number| format!("\"f{number}\": {number}")).collect();
    let text = format!(r#"{{"schemaVersion": 1, "revision": "1", "flags": {{{}}}}}"#, many.join(","));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let mut command = tidegate();
    command.arg("check").arg(file.path()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_wrong_call_is_told_what_is_right() {
    golden("usage-no-file", &run(&["check"], b""));
    golden("usage-help", &run(&["--help"], b""));
    golden("usage-check-help", &run(&["check", "--help"], b""));
    let version = run(&["--version"], b"");
    assert_eq!(version.out, format!("tidegate {}\n", env!("CARGO_PKG_VERSION")));
}

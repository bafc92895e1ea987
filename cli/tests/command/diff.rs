//! `tidegate diff`, as it is used.

use crate::support::{Run, golden, run};

const PAIR: [&str; 3] = ["diff", "diff/old.json", "diff/new.json"];
const AT: [&str; 2] = ["--at", "2026-11-24T08:00:00Z"];
const USERS: [&str; 2] = ["--contexts", "diff/users.ndjson"];

fn diff(more: &[&str]) -> Run {
    run(&[&PAIR[..], &AT, more].concat(), b"")
}

#[test]
fn what_changed_is_told_flag_by_flag() {
    golden("diff", &diff(&[]));
    golden("diff-json", &diff(&["--json"]));
}

#[test]
fn who_sees_something_else_is_counted() {
    golden("diff-contexts", &diff(&USERS));
    golden("diff-contexts-json", &diff(&[&USERS[..], &["--format", "json", "--flag", "checkout"]].concat()));
    golden("diff-simulate", &diff(&["--simulate", "1000", "--context", r#"{"plan": "plus"}"#]));
}

#[test]
fn too_many_are_a_finding() {
    let told = diff(&[&USERS[..], &["--flag", "checkout", "--fail-over", "5%", "--fail-over", "checkout=1%"]].concat());
    assert_eq!(told.code, Some(1));
    golden("diff-fail-over", &told);
    let few = diff(&[&USERS[..], &["--flag", "checkout", "--fail-over", "19.5%"]].concat());
    assert_eq!((few.code, few.err.as_str()), (Some(0), ""));
    golden("diff-fail-on", &diff(&["--flag", "colour", "--fail-on", "reshuffle"]));
}

#[test]
fn nothing_changed_is_said() {
    golden("diff-same", &run(&["diff", "diff/old.json", "diff/old.json"], b""));
}

#[test]
fn a_pull_request_and_a_review_get_forms_of_their_own() {
    let limits = ["--fail-over", "5%", "--fail-over", "checkout=50%"];
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in [("diff-markdown", "out.md"), ("diff-html", "out.html"), ("diff-file", "out.txt")] {
        let path = folder.path().join(file);
        let run = diff(&[&USERS[..], &limits, &["-o", path.to_str().unwrap()]].concat());
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
        golden(name, &Run { out: std::fs::read_to_string(&path).unwrap(), ..run });
    }
    golden("diff-markdown-plain", &diff(&["--format", "markdown", "--flag", "words"]));
    golden("diff-html-plain", &diff(&["--format", "html", "--flag", "colour"]));
}

#[test]
fn nothing_that_was_written_is_taken_for_markup() {
    let evil = "</code><script>alert(1)</script>|`![x](http://e.example)` \u{1b}[31m@team";
    let flag = |percent: u64| {
        let variants = serde_json::json!({ evil: true, "off": false });
        let rules = serde_json::json!([{ "id": evil, "percent": percent, "serve": evil }]);
        let flag = serde_json::json!({ "type": "boolean", "variants": variants, "off": "off", "default": "off", "salt": "s", "rules": rules });
        serde_json::json!({ "schemaVersion": 1, "revision": evil, "flags": { evil: flag } }).to_string()
    };
    let folder = tempfile::tempdir().unwrap();
    let [old, new] = [("old.json", 10), ("new.json", 90)].map(|(name, percent)| {
        let path = folder.path().join(name);
        std::fs::write(&path, flag(percent)).unwrap();
        path.to_str().unwrap().to_owned()
    });
    for (format, forbidden) in [
        ("text", &["\u{1b}"][..]),
        ("markdown", &["<script", "`", "![", "@", "\u{1b}", "http:"]),
        ("html", &["<script", "\u{1b}"]),
    ] {
        let run = run(&["diff", &old, &new, "--simulate", "50", "--format", format], b"");
        assert_eq!(run.code, Some(0), "{run:?}");
        for forbidden in forbidden {
            assert!(!run.out.contains(forbidden), "{format} has {forbidden}: {}", run.out);
        }
        assert!(run.out.contains("script"), "{format}: {}", run.out);
    }
}

#[test]
fn what_cannot_be_compared_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let [bad, empty, what] = [
        file("bad.ndjson", "{\"plan\": \"plus\"}\n{\"plan\": 1\n[]\n{}\n"),
        file("empty.ndjson", "\n"),
        file("contexts", "user.id\n1\n"),
    ];
    for (name, more) in [
        ("bad-row", &["--contexts", &bad][..]),
        ("no-context", &["--contexts", &empty]),
        ("no-format", &["--contexts", &what]),
        ("no-file", &["--contexts", "nowhere.ndjson"]),
        ("unknown-flag", &["--flag", "chekout"]),
        ("unknown-limit", &["--simulate", "1", "--fail-over", "nothing-like-it=1%"]),
        ("limit-alone", &["--fail-over", "1%"]),
        ("bad-limit", &["--simulate", "1", "--fail-over", "much"]),
        ("two-stdin", &["--contexts", "-", "--simulate", "1"]),
    ] {
        let mut told = diff(more);
        assert_eq!(told.code, Some(2), "{told:?}");
        told.err = told.err.replace(folder.path().to_str().unwrap(), "FOLDER");
        golden(&format!("diff-{name}"), &told);
    }
    golden("diff-stdin-twice", &run(&["diff", "-", "diff/new.json", "--contexts", "-"], b""));
    let skipped = diff(&["--contexts", &bad, "--skip-bad-rows", "--flag", "checkout"]);
    assert_eq!(skipped.code, Some(0));
    golden(
        "diff-skip-bad-rows",
        &Run { err: skipped.err.replace(folder.path().to_str().unwrap(), "FOLDER"), ..skipped },
    );
}

#[test]
fn contexts_come_in_three_forms_and_from_standard_input() {
    let lines = std::fs::read_to_string(crate::support::folder().join("diff/users.ndjson")).unwrap();
    let expected = diff(&[&USERS[..], &["--json"]].concat()).out;
    let objects: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(String::new, str::to_owned);
    let row = |one: &serde_json::Value| {
        format!(
            "{},{},{},{}",
            text(&one["user"]["id"]),
            text(&one["user"]["email"]),
            one["user"]["age"],
            text(&one["plan"])
        )
    };
    let table: Vec<String> = objects.iter().map(row).collect();
    let counts = |json: &str| {
        let report: serde_json::Value = serde_json::from_str(json).unwrap();
        let flags = report["flags"].as_array().unwrap().iter();
        flags.map(|flag| (flag["flag"].clone(), flag["contexts"]["moved"].clone())).collect::<Vec<_>>()
    };
    for (format, text) in [
        (&[][..], lines.clone()),
        (&[], serde_json::to_string_pretty(&objects).unwrap()),
        (&["--contexts-format", "csv"], format!("user.id,user.email,user.age,plan\n{}", table.join("\n"))),
    ] {
        let arguments = [&PAIR[..], &AT, &["--json", "--contexts", "-"], format].concat();
        let told = run(&arguments, text.as_bytes());
        assert_eq!(told.code, Some(0), "{told:?}");
        assert_eq!(counts(&told.out), counts(&expected));
    }
}

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

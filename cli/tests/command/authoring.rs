//! What docs/AUTHORING.md shows is built as it stands there.

use crate::support::{folder_of, run_in};

/// The files that a page shows: blocks of YAML whose first line is a comment with the file's name.
fn files(page: &str) -> Vec<(&str, &[u8])> {
    let blocks = page.split("```yaml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    blocks.map(|block| (block.lines().next().unwrap().strip_prefix("# ").unwrap(), block.as_bytes())).collect()
}

#[test]
fn every_example_builds() {
    let page = include_str!("../../../docs/AUTHORING.md");
    let files = files(page);
    assert_eq!(files.len(), 5);
    let folder = folder_of(&files);
    for arguments in [
        &["check", "flags"][..],
        &["build", "flags", "-o", "snapshot.json"],
        &["build", "flags", "-o", "production.json", "--env", "production"],
        &["build", "flags", "-o", "client.json", "--audience", "client"],
    ] {
        let told = run_in(folder.path(), arguments);
        assert_eq!(told.code, Some(0), "{arguments:?}: {told:?}");
    }
    let decided = |file: &str, flag: &str, at: &str| {
        let told = run_in(folder.path(), &["eval", file, "--flag", flag, "--at", at, "--json"]);
        serde_json::from_str::<serde_json::Value>(&told.out).unwrap()["value"].clone()
    };
    assert_eq!(decided("snapshot.json", "dark-mode", "0"), true);
    assert_eq!(decided("production.json", "new-checkout", "0"), false);
    // Friday at five in Berlin, in winter and in summer.
    assert_eq!(decided("snapshot.json", "happy-hour", "2026-11-27T16:30:00Z"), true);
    assert_eq!(decided("snapshot.json", "happy-hour", "2027-07-02T15:30:00Z"), true);
    assert_eq!(decided("snapshot.json", "happy-hour", "2027-07-02T17:30:00Z"), false);
    let client = std::fs::read_to_string(folder.path().join("client.json")).unwrap();
    assert!(client.contains("new-checkout") && !client.contains("prices") && !client.contains("dark-mode"), "{client}");
}

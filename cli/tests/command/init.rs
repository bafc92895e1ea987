//! `tidegate init`: what it writes is a snapshot.

use crate::support::{folder_of, golden, run_in};

#[test]
fn what_is_written_builds_and_checks_without_a_problem() {
    let folder = folder_of(&[]);
    golden("init", &run_in(folder.path(), &["init"]));
    for arguments in [
        &["check", "flags", "flags/environments/production.yaml"][..],
        &["build", "flags", "-o", "snapshot.json"],
        &["build", "flags", "-o", "production.json", "--env", "production"],
        &["build", "flags", "-o", "client.json", "--env", "production", "--audience", "client"],
        &["check", "snapshot.json", "production.json", "client.json"],
        &["eval", "flags", "--context", r#"{"user": {"id": "7", "email": "me@example.com"}}"#],
    ] {
        let told = run_in(folder.path(), arguments);
        assert_eq!(told.code, Some(0), "{arguments:?}: {told:?}");
        assert!(!told.out.contains("problem in") && !told.out.contains("warning"), "{told:?}");
    }
    let staff = run_in(
        folder.path(),
        &["eval", "client.json", "--flag", "new-checkout", "--context", r#"{"user": {"email": "me@example.com"}}"#],
    );
    assert!(staff.out.contains("rule      staff"), "{staff:?}");
    let built = std::fs::read_to_string(folder.path().join("production.json")).unwrap();
    assert!(!built.contains("tenth"), "{built}");
}

#[test]
fn a_folder_of_another_name_is_named_in_what_it_says() {
    let folder = folder_of(&[("config/flags/notes.txt", b"mine")]);
    golden("init-json", &run_in(folder.path(), &["init", "config/flags", "--json"]));
    let readme = std::fs::read_to_string(folder.path().join("config/flags/README.md")).unwrap();
    assert!(readme.contains("tidegate check config/flags\n") && !readme.contains("FOLDER"), "{readme}");
}

#[test]
fn nothing_is_overwritten_and_nothing_else_is_left_behind() {
    let folder = folder_of(&[("flags/segments.yaml", b"# mine\n")]);
    golden("init-there", &run_in(folder.path(), &["init"]));
    assert_eq!(std::fs::read_to_string(folder.path().join("flags/segments.yaml")).unwrap(), "# mine\n");
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path().join("flags")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["segments.yaml"]);
    let folder = folder_of(&[("flags", b"a file")]);
    golden("init-file", &run_in(folder.path(), &["init"]));
    golden("init-help", &run_in(folder.path(), &["init", "--help"]));
}

//! `tidegate compile`: what it writes decides as the snapshot does.

use crate::support::{finish, folder, golden, run, tidegate};

fn target(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    folder.join(name).to_str().unwrap().to_owned()
}

fn refused(snapshot: &str, name: &str, said: &str) {
    let file = target(name);
    let _ = std::fs::remove_file(&file);
    let compiled = run(&["compile", "-", "-o", &file], snapshot.as_bytes());
    assert_eq!((compiled.code, compiled.out.as_str()), (Some(1), ""));
    assert!(compiled.err.contains(said), "{}", compiled.err);
    assert!(!std::path::Path::new(&file).exists());
}

#[test]
fn the_file_decides_as_the_snapshot() {
    let (json, file) = ("snapshots/reasons.json", target("reasons.tide"));
    let compiled = run(&["compile", json, "-o", &file, "--allow-refused"], b"");
    assert_eq!((compiled.code, compiled.out.as_str()), (Some(0), ""), "{}", compiled.err);
    assert!(compiled.err.contains("bytes of JSON"), "{}", compiled.err);
    for context in ["{}", r#"{"targetingKey":"u-1","shop":{"id":"42","plan":"plus"}}"#] {
        let eval = |file: &str| run(&["eval", file, "--context", context, "--json"], b"");
        let (from_json, from_file) = (eval(json), eval(&file));
        assert_eq!((from_json.code, &from_json.out), (from_file.code, &from_file.out));
    }
}

#[test]
fn standard_output_gets_the_same_bytes() {
    let file = target("same.tide");
    let arguments = ["compile", "snapshots/reasons.json", "--allow-refused", "-o"];
    assert_eq!(run(&[&arguments[..], &[&file]].concat(), b"").code, Some(0));
    let output = tidegate().args(arguments).arg("-").output().unwrap();
    assert!(output.stdout == std::fs::read(&file).unwrap(), "{} bytes", output.stdout.len());
}

#[test]
fn a_snapshot_with_problems_is_compiled_only_when_told() {
    let broken = std::fs::read_to_string(folder().join("snapshots/broken.json")).unwrap();
    refused(&broken, "broken.tide", "unknown operator");
    let file = target("allowed.tide");
    let compiled = run(&["compile", "-", "-o", &file, "--allow-refused"], broken.as_bytes());
    assert_eq!(compiled.code, Some(0), "{}", compiled.err);
    let (from_json, from_file) =
        (run(&["eval", "-", "--json"], broken.as_bytes()), run(&["eval", &file, "--json"], b""));
    assert_eq!((from_json.code, from_json.out), (from_file.code, from_file.out));
}

#[test]
fn a_pattern_that_grows_too_large_is_refused_with_its_place() {
    let snapshot = r#"{"schemaVersion":1,"revision":"r","flags":{"f":{"type":"boolean","variants":{"on":true,"off":false},
        "off":"off","default":"off","rules":[{"when":{"not":{"attr":"a","op":"matches","value":"(?s)^.{20000}$"}},"serve":"on"}]}}}"#;
    refused(snapshot, "pattern.tide", "can't be compiled ahead");
    let checked = run(&["check", "-", "--json"], snapshot.as_bytes());
    assert_eq!(checked.code, Some(1));
    assert!(checked.out.contains("\"/flags/f/rules/0/when/not/value\""), "{}", checked.out);
}

#[test]
fn a_file_that_is_damaged_is_refused() {
    let file = target("damaged.tide");
    assert_eq!(run(&["compile", "snapshots/reasons.json", "-o", &file, "--allow-refused"], b"").code, Some(0));
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let evaluated = run(&["eval", "-"], &bytes);
    assert_eq!(evaluated.code, Some(2));
    assert!(evaluated.err.contains("is damaged"), "{}", evaluated.err);
}

#[test]
fn a_program_reads_what_was_written_or_what_kept_it_from_being() {
    let place = tempfile::tempdir().unwrap();
    let compile = |snapshot: &str, more: &[&str], input: &str| {
        let mut command = tidegate();
        command.args(["compile", snapshot, "--json", "-o"]).args(more);
        finish(command.current_dir(place.path()), input.as_bytes())
    };
    let read = |name: &str| std::fs::read_to_string(folder().join("snapshots").join(name)).unwrap();
    let mut told = compile("-", &["snapshot.tide"], &read("conflicts.json"));
    let written = std::fs::read(place.path().join("snapshot.tide")).unwrap();
    // How many bytes there are is for the compiled form to say, which may change.
    told.out = told.out.replace(&format!("\"bytesOut\": {},", written.len()), "\"bytesOut\": N,");
    golden("compile-json", &told);
    let misspelt = read("conflicts.json").replace(r#""v7" } },"#, r#""v7" } }, "enabeld": true,"#);
    golden("compile-json-problem", &compile("-", &["snapshot.tide"], &misspelt));
    assert_eq!(std::fs::read(place.path().join("snapshot.tide")).unwrap(), written);
    golden("compile-json-refused", &compile("-", &["snapshot.tide"], "[]"));
    golden("compile-json-to-stdout", &compile("-", &["-"], &read("conflicts.json")));
}

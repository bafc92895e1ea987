//! The published vectors, natively.
#![cfg(not(target_family = "wasm"))]

mod runner;

#[test]
fn every_vector_has_its_answer() {
    let mut failed = Vec::new();
    for (name, kind, text) in runner::FILES {
        match std::panic::catch_unwind(|| runner::run(*kind, text)) {
            Ok(compared) => {
                println!("{name}: {compared} answers");
                assert!(compared > 0, "{name} has no vectors");
            }
            Err(_) => failed.push(*name),
        }
    }
    assert!(failed.is_empty(), "failed: {failed:?}");
}

#[test]
fn every_file_is_run() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    found.sort();
    assert_eq!(found, runner::FILES.iter().map(|(name, ..)| name.to_string()).collect::<Vec<_>>());
}

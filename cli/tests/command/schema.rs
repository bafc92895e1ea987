//! `tidegate schema`: the schema that the package ships is the one that the types say.

use crate::support::{folder, golden, run};

fn shipped() -> String {
    folder().join("../../pkg-template/schema.json").to_str().unwrap().to_owned()
}

#[test]
fn the_package_ships_the_schema_of_the_types() {
    if std::env::var_os("TIDEGATE_GOLDEN").is_some_and(|value| value == "write") {
        assert_eq!(run(&["schema", "-o", &shipped()], b"").code, Some(0));
    }
    let checked = run(&["schema", "-o", &shipped(), "--check"], b"");
    assert_eq!((checked.code, checked.out.as_str(), checked.err.as_str()), (Some(0), "", ""));
    assert_eq!(run(&["schema"], b"").out, std::fs::read_to_string(shipped()).unwrap());
}

#[test]
fn another_schema_is_told_of_and_left_as_it_is() {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("other.schema.json");
    std::fs::write(&file, "{}").unwrap();
    let path = file.to_str().unwrap();
    let checked = run(&["schema", "-o", path, "--check"], b"");
    let said = format!("found another schema in `{path}`, expected what `tidegate schema -o {path}` writes\n");
    assert_eq!((checked.code, checked.out.as_str(), checked.err), (Some(1), "", format!("tidegate: {said}")));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{}");
}

#[test]
fn what_could_not_be_checked_says_why() {
    golden("schema-check-nothing", &run(&["schema", "--check"], b""));
    golden("schema-check-missing", &run(&["schema", "--check", "-o", "missing.json"], b""));
    golden("usage-schema-help", &run(&["schema", "--help"], b""));
}

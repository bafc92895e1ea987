//! `tidegate types`: what is written is what compilers take, and stays the same for the same flags.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use tidegate::{Context, Program};

use crate::support::{Run, folder, golden, run};

/// What is written of the snapshot, compiled as a part of this test.
#[deny(warnings, reason = "whoever uses it may do so")]
#[rustfmt::skip]
#[path = "../generated/flags.rs"]
mod flags;

const SNAPSHOT: &str = "snapshots/types.json";

/// A folder of a test's own, empty.
fn place(name: &str) -> PathBuf {
    let place = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("types").join(name);
    let _ = std::fs::remove_dir_all(&place);
    std::fs::create_dir_all(&place).unwrap();
    place
}

/// A run whose paths are those of a folder, which are not shown.
fn run_in(place: &std::path::Path, arguments: &[&str], input: &str) -> Run {
    let shown = place.to_str().unwrap();
    let arguments: Vec<String> = arguments.iter().map(|argument| argument.replace("PLACE", shown)).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut run = run(&arguments, input.as_bytes());
    run.out = run.out.replace(shown, "PLACE");
    run.err = run.err.replace(shown, "PLACE");
    run
}

fn snapshot(flags: &str) -> String {
    format!(r#"{{"schemaVersion":1,"revision":"1","flags":{{{flags}}}}}"#)
}

fn typescript(flags: &str) -> String {
    let run = run(&["types", "-", "-o", "-", "--lang", "typescript"], snapshot(flags).as_bytes());
    assert_eq!(run.code, Some(0), "{}", run.err);
    run.out
}

/// Kept where compilers see it: `npm run types` reads one, this test the other.
#[test]
fn the_kept_files_are_what_is_written() {
    let typescript = "../../pkg-template/tests/types/generated/flags.d.ts";
    for file in [typescript, "generated/flags.rs"] {
        let mut arguments = vec!["types", SNAPSHOT, "-o", file];
        if std::env::var_os("TIDEGATE_GOLDEN").is_none() {
            arguments.push("--check");
        }
        let run = run(&arguments, b"");
        assert_eq!(run.code, Some(0), "{}", run.out);
    }
}

#[test]
fn what_is_said_of_flags_that_are_refused() {
    golden("types-stdout", &run(&["types", SNAPSHOT, "-o", "-", "--lang", "ts", "--widen"], b""));
}

#[test]
fn a_file_is_written_once_and_known_when_it_is_stale() {
    let place = place("stale");
    let on = r#""new":{"type":"boolean","variants":{"on":true,"off":false},"off":"off","default":"off"}"#;
    let (before, after) = (snapshot(on), snapshot(&on.replace(r#""on":true,"#, "")));
    let arguments = ["types", "-", "-o", "PLACE/flags.d.ts"];
    let check = [&arguments[..], &["--check"]].concat();
    let check_json = [&check[..], &["--json"]].concat();
    golden("types-absent", &run_in(&place, &check, &before));
    golden("types-written", &run_in(&place, &arguments, &before));
    let file = place.join("flags.d.ts");
    let written = std::fs::metadata(&file).unwrap().modified().unwrap();
    golden("types-up-to-date", &run_in(&place, &arguments, &before));
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), written);
    golden("types-checked", &run_in(&place, &check, &before));
    golden("types-stale", &run_in(&place, &check, &after));
    golden("types-stale-json", &run_in(&place, &check_json, &after));
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), written);
    let windows = std::fs::read_to_string(&file).unwrap().replace('\n', "\r\n");
    std::fs::write(&file, windows).unwrap();
    assert_eq!(run_in(&place, &check, &before).code, Some(0));
    golden("types-written-json", &run_in(&place, &[&arguments[..], &["--json"]].concat(), &after));
}

#[test]
fn what_it_cannot_do() {
    let place = place("cannot");
    let empty = snapshot("");
    golden("types-no-language", &run_in(&place, &["types", "-", "-o", "PLACE/flags"], &empty));
    golden("types-check-stdout", &run_in(&place, &["types", "-", "-o", "-", "--lang", "rust", "--check"], &empty));
    golden("types-json-stdout", &run_in(&place, &["types", "-", "-o", "-", "--lang", "rust", "--json"], &empty));
    golden("types-folder", &run_in(&place, &["types", "-", "-o", "PLACE", "--lang", "rust"], &empty));
    let no_folder = run_in(&place, &["types", "-", "-o", "PLACE/none/flags.rs"], &empty);
    assert_eq!(no_folder.code, Some(2));
    assert!(no_folder.err.starts_with("tidegate: could not write `PLACE/none/flags.rs`: "), "{}", no_folder.err);
    golden("types-refused", &run_in(&place, &["types", "-", "-o", "PLACE/flags.rs"], "{}"));
    let compiled = place.join("snapshot.tide");
    std::fs::write(place.join("snapshot.json"), &empty).unwrap();
    run_in(&place, &["compile", "PLACE/snapshot.json", "-o", "PLACE/snapshot.tide"], "");
    assert!(compiled.exists());
    golden("types-compiled", &run_in(&place, &["types", "PLACE/snapshot.tide", "-o", "PLACE/flags.rs"], ""));
    golden("types-help", &run_in(&place, &["types", "--help"], ""));
}

#[test]
fn a_snapshot_without_flags_has_types_without_keys() {
    golden("types-empty", &run(&["types", "-", "-o", "-", "--lang", "typescript"], snapshot("").as_bytes()));
    golden("types-empty-rust", &run(&["types", "-", "-o", "-", "--lang", "rust"], snapshot("").as_bytes()));
}

#[test]
fn a_folder_of_sources_has_types() {
    let place = place("folder");
    let theme = "flags:\n  theme: {type: string, variants: {a: A, b: B}, off: a, default: b}\n";
    std::fs::write(place.join("theme.yaml"), theme).unwrap();
    let run = run_in(&place, &["types", "PLACE", "-o", "-", "--lang", "typescript"], "");
    assert!(run.out.contains(r#"readonly "theme": "A" | "B";"#), "{run:?}");
}

#[test]
fn the_order_in_which_a_snapshot_is_written_does_not_matter() {
    let flag = |variants: &str| format!(r#"{{"type":"object","variants":{{{variants}}},"off":"a","default":"a"}}"#);
    let (a, b) = (r#""a":{"x":1,"y":[1,2]}"#, r#""b":{"y":[2,1],"x":3}"#);
    let (one, other) = (flag(&format!("{a},{b}")), flag(&format!("{b},{a}")));
    let written = typescript(&format!(r#""f":{one},"g":{one}"#));
    assert_eq!(typescript(&format!(r#""g":{other},"f":{other}"#)), written);
}

#[test]
fn rust_takes_it_without_a_warning_and_rustfmt_as_it_is() {
    let place = place("rust");
    let written = run_in(&place, &["types", SNAPSHOT, "-o", "PLACE/flags.rs"], "");
    assert_eq!(written.code, Some(0), "{}", written.err);
    let file = place.join("flags.rs");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata", "-D", "warnings", "-D"]);
    let compiled = rustc.args(["missing_docs", "--out-dir"]).arg(&place).arg(&file).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let plain = "max_width=100,use_small_heuristics=Default";
    let rustfmt = Command::new("rustfmt").args(["--check", "--edition", "2024", "--config", plain]).arg(&file).output();
    let formatted = rustfmt.unwrap();
    assert!(formatted.status.success(), "{}", String::from_utf8_lossy(&formatted.stdout));
}

#[test]
fn rust_finds_variants_by_what_was_decided() {
    let program = Program::load(&std::fs::read(folder().join(SNAPSHOT)).unwrap()).unwrap();
    let context = Context::keyed("u-1");
    let decision = program.decide(flags::PAGE_SIZE, &context);
    let size = flags::PageSize::from_name(decision.variant.unwrap()).unwrap();
    assert_eq!((size, size.name()), (flags::PageSize::Few, "few"));
    assert!((size.value() - 10.0).abs() < f64::EPSILON);
    assert_eq!(flags::PageSize::from_name("none"), None);
    let odd = program.decide(flags::CONSTRUCTOR, &context).variant.unwrap();
    assert_eq!(flags::Constructor::from_name(odd), Some(flags::Constructor::Self3));
    assert!(flags::NewCheckout::On.value());
}

#[test]
fn two_thousand_flags_are_written() {
    let mut flags = String::new();
    for number in 0..2000 {
        let comma = if number == 0 { "" } else { "," };
        write!(flags, r#"{comma}"flag-{number}":{{"type":"string","variants":{{"a":"A{number}","b":"B"}},"off":"a","default":"b"}}"#)
            .unwrap();
    }
    let written = typescript(&flags);
    assert_eq!(written.matches("readonly ").count(), 2000);
    assert!(written.contains(r#"readonly "flag-1999": "A1999" | "B";"#));
}

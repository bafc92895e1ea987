//! Lints: each with its example, what is allowed and denied, and the formats that others read.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{Run, folder, golden, run};

const AT: &str = "2026-11-24T08:00:00Z";
const TEAM: &str = "snapshots/lints/team/snapshot.json";

fn lints() -> Vec<Value> {
    serde_json::from_str(&run(&["help-lint", "--json"], b"").out).unwrap()
}

/// The members of an example as a snapshot.
fn snapshot(members: &str) -> String {
    members.replacen('{', "{\n  \"schemaVersion\": 1,\n  \"revision\": \"1\",", 1)
}

fn report(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

fn codes(report: &Value) -> BTreeSet<String> {
    report["lints"].as_array().unwrap().iter().map(|lint| lint["code"].as_str().unwrap().to_owned()).collect()
}

/// Checks an example, which for the lints about allowances is a `tidegate.toml`.
fn check(lint: &Value, which: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let (code, example) = (lint["code"].as_str().unwrap(), lint[which].as_str().unwrap());
    let path = folder.path().join("snapshot.json");
    let mut written = example;
    if !example.starts_with('{') {
        std::fs::write(folder.path().join("tidegate.toml"), example).unwrap();
        written = lints_of("VARIANT_UNUSED");
    }
    std::fs::write(&path, snapshot(written)).unwrap();
    let mut arguments = vec!["check", "--json", path.to_str().unwrap()];
    if lint["severity"] == "off" {
        arguments.extend(["--warn", code]);
    }
    report(&run(&arguments, b""))
}

fn lints_of(code: &str) -> &'static str {
    let lint = lints().into_iter().find(|lint| lint["code"] == code).unwrap();
    lint["example"].as_str().unwrap().to_owned().leak()
}

#[test]
fn every_example_has_its_lint_and_loses_it_when_it_is_mended() {
    let lints = lints();
    assert!(lints.len() >= 26, "{}", lints.len());
    for lint in &lints {
        let code = lint["code"].as_str().unwrap();
        let [broken, mended] = ["example", "mended"].map(|which| check(lint, which));
        assert_eq!([&broken["problems"], &mended["problems"]], [&json!([]), &json!([])], "{code}");
        assert!(codes(&broken).contains(code), "{code}: {broken}");
        for told in broken["lints"].as_array().unwrap() {
            assert!(told["line"].as_u64() >= Some(1) && told["column"].as_u64() >= Some(1), "{told}");
        }
        assert!(!codes(&mended).contains(code), "{code}: {mended}");
    }
}

#[test]
fn every_lint_is_told_with_its_place_and_what_to_do() {
    for lint in lints() {
        let code = lint["code"].as_str().unwrap();
        let example = lint["example"].as_str().unwrap();
        if example.starts_with('{') {
            let mut arguments = vec!["check", "-", "--at", AT];
            if lint["severity"] == "off" {
                arguments.extend(["--warn", code]);
            }
            golden(&format!("lint-{code}"), &run(&arguments, snapshot(example).as_bytes()));
        }
    }
}

#[test]
fn every_lint_is_explained() {
    for lint in lints() {
        let code = lint["code"].as_str().unwrap();
        golden(&format!("help-lint-{code}"), &run(&["help-lint", code], b""));
    }
    golden("help-lint", &run(&["help-lint"], b""));
    golden("help-lint-json", &run(&["help-lint", "RULE_AT_ZERO", "--json"], b""));
    assert_eq!(run(&["help-lint", "rule-at-zero"], b"").out, run(&["help-lint", "RULE_AT_ZERO"], b"").out);
}

#[test]
fn an_unknown_lint_is_answered_with_the_nearest() {
    golden("help-lint-unknown", &run(&["help-lint", "RULE_SHADOWD"], b""));
    golden("help-lint-far", &run(&["help-lint", "x"], b""));
    golden("lint-unknown-deny", &run(&["check", "-", "--deny", "FLAG_CONSTNT"], b""));
    golden("usage-help-lint-help", &run(&["help-lint", "--help"], b""));
}

/// `tidegate help-lint --markdown > docs/LINTS.md` writes it anew.
#[test]
fn the_page_of_lints_is_what_the_command_writes() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/LINTS.md")).unwrap();
    assert_eq!(run(&["help-lint", "--markdown"], b"").out, page);
}

#[test]
fn what_is_allowed_is_counted_and_keeps_its_reason() {
    golden("lints-allowed", &run(&["check", TEAM, "--at", AT], b""));
    golden("lints-allowed-json", &run(&["check", TEAM, "--at", AT, "--json"], b""));
    golden("lints-allowed-github", &run(&["check", TEAM, "--at", AT, "--format", "github"], b""));
    golden("lints-allowed-sarif", &run(&["check", TEAM, "--at", AT, "--format", "sarif"], b""));
}

#[test]
fn the_command_line_counts_more_than_the_configuration() {
    let told = |arguments: &[&str]| run(&[&["check", TEAM, "--at", AT, "--json"], arguments].concat(), b"");
    let severities = |run: &Run, code: &str| -> Vec<String> {
        let report = report(run);
        let lints = report["lints"].as_array().unwrap().iter().filter(|lint| lint["code"] == code);
        lints.map(|lint| format!("{} {}", lint["severity"].as_str().unwrap(), lint["path"].as_str().unwrap())).collect()
    };
    let denied = told(&[]);
    assert_eq!(denied.code, Some(1));
    assert_eq!(severities(&denied, "RULE_SHADOWED"), ["error /flags/search/rules/1", "error /flags/theme/rules/1"]);
    let warned = told(&["--warn", "RULE_SHADOWED"]);
    assert_eq!(warned.code, Some(0), "{warned:?}");
    assert_eq!(severities(&warned, "RULE_SHADOWED"), ["warning /flags/search/rules/1", "warning /flags/theme/rules/1"]);
    assert_eq!(told(&["--allow", "rule-shadowed"]).code, Some(0));
    let unused = told(&["--warn", "RULE_SHADOWED", "--deny", "UNUSED_ALLOWANCE"]);
    assert_eq!(unused.code, Some(1), "{unused:?}");
    let without = told(&["--no-lints"]);
    assert_eq!((without.code, &report(&without)["lints"]), (Some(0), &json!([])));
    assert_eq!(report(&without)["files"][0]["lints"], Value::Null);
}

#[test]
fn an_allowance_in_a_snapshot_that_is_not_linted_is_not_called_unused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot.json");
    std::fs::copy(self::folder().join("snapshots/lints/tidegate.toml"), folder.path().join("tidegate.toml")).unwrap();
    for text in ["{", &snapshot(r#"{ "flags": { "serach": { "rules": 7 } } }"#)] {
        std::fs::write(&path, text).unwrap();
        let told = report(&run(&["check", "--json", path.to_str().unwrap()], b""));
        assert_eq!(
            (told["lints"].as_array().unwrap().len(), told["problems"].as_array().unwrap().is_empty()),
            (0, false)
        );
    }
    std::fs::write(&path, snapshot(r#"{ "flags": {} }"#)).unwrap();
    let told = report(&run(&["check", "--json", path.to_str().unwrap()], b""));
    assert_eq!(told["lints"].as_array().unwrap().len(), 4, "{told}");
}

#[test]
fn a_configuration_that_cannot_be_read_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.toml");
    for (text, expected) in [
        ("[[allow]]\ncode = \"FLAG_CONSTANT\"", "line 1, column 1: missing field `reason`"),
        (
            "[[allow]]\ncode = \"FLAG_CONSTANT\"\nreason = \" \"",
            "line 3, column 10: found no reason, expected why it is allowed",
        ),
        (
            "[[allow]]\ncode = \"FLAG_CONSTNT\"\nreason = \"x\"",
            "expected the code of a lint as `tidegate help-lint` lists them, did you mean `FLAG_CONSTANT`?",
        ),
        (
            "[[allow]]\ncode = \"FLAG_CONSTANT\"\nreasn = \"x\"",
            "line 3, column 1: unknown field `reasn`, expected one of `code`, `at`, `flag`, `reason`, `until`",
        ),
        (
            "[[allow]]\ncode = \"FLAG_CONSTANT\"\nreason = \"x\"\nat = \"flags/x\"",
            "line 4, column 6: found `flags/x`, expected a JSON Pointer such as `/flags/new-cart`",
        ),
        (
            "[[allow]]\ncode = \"FLAG_CONSTANT\"\nreason = \"x\"\nat = \"/flags/x\"\nflag = \"x\"",
            "line 2, column 8: found `at` and `flag`, expected one of them",
        ),
        (
            "[[allow]]\ncode = \"FLAG_CONSTANT\"\nreason = \"x\"\nuntil = \"spring\"",
            "line 4, column 9: found `spring`, expected a day such as `2027-01-31`",
        ),
        ("deny = [\"X\"]", "line 1, column 9, expected the code of a lint"),
        ("deny = 7", "line 1, column 8: invalid type: integer `7`, expected a sequence"),
        ("deny = [", "line 1, column 9: "),
    ] {
        std::fs::write(&path, text).unwrap();
        let told = run(&["check", TEAM, "--config", path.to_str().unwrap()], b"");
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{text}: {told:?}");
        assert!(told.err.contains(expected), "{text}: {}", told.err);
    }
    let missing = run(&["check", TEAM, "--config", "nowhere.toml"], b"");
    assert_eq!(missing.code, Some(2), "{missing:?}");
}

#[test]
fn a_compiled_snapshot_is_said_not_to_be_linted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("snapshot.tide");
    let path = path.to_str().unwrap();
    assert_eq!(run(&["compile", TEAM, "-o", path], b"").code, Some(0));
    let told = run(&["check", path], b"");
    assert_eq!(told.code, Some(0));
    assert!(
        told.out.ends_with(": compiled, so there is nothing to lint: check what it was compiled from\n"),
        "{told:?}"
    );
    assert_eq!(report(&run(&["check", path, "--json"], b""))["files"][0]["lints"], Value::Null);
}

#[test]
fn lints_of_sources_stand_in_the_files_that_people_write() {
    let folder = tempfile::tempdir().unwrap();
    let flags = folder.path().join("flags");
    std::fs::create_dir_all(&flags).unwrap();
    let yaml = "flags:\n  banner:\n    type: boolean\n    variants: { \"on\": true, \"off\": false, spare: true }\n    off: \"off\"\n    default: \"on\"\n";
    std::fs::write(flags.join("banner.yaml"), yaml).unwrap();
    let told = report(&run(&["check", "--json", flags.to_str().unwrap()], b""));
    let lint = &told["lints"][0];
    assert_eq!(
        (&lint["code"], &lint["line"], &lint["column"]),
        (&"VARIANT_UNUSED".into(), &4.into(), &43.into()),
        "{told}"
    );
    assert!(lint["file"].as_str().unwrap().ends_with("banner.yaml"), "{lint}");
    let allowed = "[[allow]]\ncode = \"VARIANT_UNUSED\"\nflag = \"banner\"\nreason = \"soon\"\n";
    std::fs::write(folder.path().join("tidegate.toml"), allowed).unwrap();
    let told = report(&run(&["check", "--json", flags.to_str().unwrap()], b""));
    assert_eq!(told["lints"][0]["allowed"], "soon", "{told}");
    assert_eq!((&told["files"][0]["lints"], &told["files"][0]["allowed"]), (&0.into(), &1.into()));
}

#[test]
fn refused_definitions_are_not_linted_and_then_nothing_is_called_unused() {
    let text = snapshot(
        r#"{
  "layers": { "home": { "salt": "home", "experiments": { "shelf": [[0, 10]] } } },
  "segments": { "staff": { "attr": "a", "op": "in", "value": [] } },
  "flags": {
    "x": {
      "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "of",
      "rules": [{ "percent": 0, "serve": "on" }]
    }
  }
}"#,
    );
    let told = report(&run(&["check", "--json", "-"], text.as_bytes()));
    assert_eq!(codes(&told), BTreeSet::from(["NEVER_HOLDS".to_owned()]), "{told}");
    assert_eq!(told["lints"][0]["path"], "/segments/staff");
}

#[test]
fn the_time_of_the_check_is_the_time_of_the_lints() {
    let check = |at: &str| {
        let text = snapshot(lints_of("FLAG_EXPIRED")).replace("2020-03-01", "2026-11-24");
        codes(&report(&run(&["check", "--json", "-", "--at", at], text.as_bytes())))
    };
    assert_eq!(check("2026-11-24T23:59:59Z"), BTreeSet::new());
    assert_eq!(check("2026-11-25T00:00:00Z"), BTreeSet::from(["FLAG_EXPIRED".to_owned()]));
}

/// What SARIF 2.1.0 requires of what is written here.
#[test]
fn the_sarif_log_has_what_its_standard_requires() {
    let log = report(&run(&["check", TEAM, "snapshots/broken.json", "-", "--format", "sarif", "--at", AT], b"{"));
    assert_eq!(log["version"], "2.1.0");
    let [one] = log["runs"].as_array().unwrap().as_slice() else { panic!("{log}") };
    let driver = &one["tool"]["driver"];
    assert_eq!(driver["name"], "tidegate");
    let rules: Vec<&str> =
        driver["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(rules.iter().collect::<BTreeSet<_>>().len(), rules.len(), "the ids of rules differ");
    let results = one["results"].as_array().unwrap();
    assert!(results.len() > 20, "{}", results.len());
    for result in results {
        assert!(rules.contains(&result["ruleId"].as_str().unwrap()), "{result}");
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()), "{result}");
        assert!(!result["message"]["text"].as_str().unwrap().is_empty(), "{result}");
        let place = &result["locations"][0];
        if let Some(physical) = place.get("physicalLocation") {
            assert!(physical["artifactLocation"]["uri"].as_str().unwrap().starts_with("snapshots/"), "{result}");
            let number = |name: &str| physical["region"][name].as_u64().unwrap();
            assert!(number("startLine") >= 1 && number("startColumn") >= 1, "{result}");
            assert!(
                number("endLine") == number("startLine") && number("endColumn") >= number("startColumn"),
                "{result}"
            );
        }
    }
    let suppressed = results.iter().filter_map(|result| result.get("suppressions"));
    assert!(suppressed.clone().count() >= 2);
    for suppression in suppressed {
        assert_eq!(suppression[0]["kind"], "external");
        assert!(suppression[0]["justification"].is_string(), "{suppression}");
    }
}

#[test]
fn a_file_s_name_cannot_write_a_workflow_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a,b:50%\n::error::.json");
    std::fs::write(&path, snapshot(lints_of("VARIANT_UNUSED"))).unwrap();
    let told = run(&["check", path.to_str().unwrap(), "--format", "github"], b"");
    assert_eq!(told.out.lines().count(), 1, "{told:?}");
    assert!(told.out.starts_with("::notice file="), "{told:?}");
    assert!(told.out.contains("a%2Cb%3A50%25\\n%3A%3Aerror%3A%3A.json,line=7,col=35,"), "{told:?}");
}

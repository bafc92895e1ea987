//! Folders of sources, wherever a snapshot is asked for: what is wrong with them, and where.

use crate::support::{folder_of, golden, run_in};

const CHECKOUT: &str = "\
owner: checkout
tags: [growth]
x-switch: &switch
  type: boolean
  variants: { on: true, off: false }
  off: off
  default: off
segments:
  staff: { attr: user.email, op: endsWith, value: '@shop.example' }
flags:
  new-checkout:
    <<: *switch
    salt: new-checkout
    unit: shop.id
    rules:
      - id: staff
        when: { segment: staff }
        serve: on
      - percent: 50
        serve: on
";

const SEARCH: &str = r#"{
  "flags": {
    "new-search": { "type": "string", "variants": { "a": "no", "b": "off" }, "off": "a", "default": "b" }
  }
}
"#;

/// Golden output of `check` for one broken YAML file.
fn broken(name: &str, yaml: &[u8]) {
    let folder = folder_of(&[("flags/broken.yaml", yaml)]);
    golden(&format!("sources-{name}"), &run_in(folder.path(), &["check", "flags"]));
}

#[test]
fn every_verb_takes_a_folder() {
    let folder = folder_of(&[("flags/checkout.yaml", CHECKOUT.as_bytes()), ("flags/b/search.json", SEARCH.as_bytes())]);
    golden("sources-check", &run_in(folder.path(), &["check", "flags"]));
    let context = r#"{"shop": {"id": "42"}, "user": {"email": "a@shop.example"}}"#;
    golden("sources-eval", &run_in(folder.path(), &["eval", "flags", "--context", context]));
    let explained = run_in(folder.path(), &["explain", "flags/", "--flag", "new-checkout", "--context", context]);
    assert!(explained.out.contains("segment `staff`"), "{explained:?}");
    let compiled = run_in(folder.path(), &["compile", "flags", "-o", "snapshot.tide"]);
    assert_eq!(compiled.code, Some(0), "{compiled:?}");
    let from_compiled = run_in(folder.path(), &["eval", "snapshot.tide", "--context", context]);
    assert_eq!(from_compiled.out, run_in(folder.path(), &["eval", "flags", "--context", context]).out);
}

#[test]
fn a_single_yaml_file_is_a_snapshot_too() {
    let folder = folder_of(&[("checkout.yaml", CHECKOUT.as_bytes())]);
    let checked = run_in(folder.path(), &["check", "checkout.yaml"]);
    assert_eq!(checked.out, "checkout.yaml: no problems; 1 flag serves\n", "{checked:?}");
}

#[test]
fn a_problem_is_shown_where_it_was_written() {
    let yaml = CHECKOUT.replace("percent: 50", "percent: 120").replace("segment: staff", "segment: stuff");
    let json = SEARCH.replace("\"off\": \"a\"", "\"of\": \"a\"");
    let folder = folder_of(&[("flags/checkout.yaml", yaml.as_bytes()), ("flags/search.json", json.as_bytes())]);
    golden("sources-problems", &run_in(folder.path(), &["check", "flags"]));
    golden("sources-problems-json", &run_in(folder.path(), &["check", "flags", "--json"]));
    golden("sources-problems-compile", &run_in(folder.path(), &["compile", "flags", "-o", "snapshot.tide"]));
}

#[test]
fn a_definition_in_two_files_names_both_places() {
    let again = "flags:\n  # a copy\n  new-checkout:\n    type: boolean\nsegments: { staff: { include: [u-1] } }\n";
    let folder = folder_of(&[("flags/checkout.yaml", CHECKOUT.as_bytes()), ("flags/copy.yml", again.as_bytes())]);
    golden("sources-twice", &run_in(folder.path(), &["check", "flags"]));
    golden("sources-twice-eval", &run_in(folder.path(), &["eval", "flags"]));
}

#[test]
fn what_is_said_of_the_whole_snapshot_is_said_once() {
    let one = "environment: staging\nalarms: { checkout: ok }\n";
    let folder =
        folder_of(&[("flags/a.yaml", one.as_bytes()), ("flags/b.yaml", b"environment: production\nalarms:\n")]);
    golden("sources-whole-twice", &run_in(folder.path(), &["check", "flags"]));
}

#[test]
fn broken_yaml_is_told_with_its_place() {
    broken("yaml-mapping", b"flags:\n  a: b: c\n");
    broken("yaml-tab", b"flags:\n  a:\n\ttype: boolean\n");
    broken("yaml-unclosed", b"flags: { a: [1, 2\n");
    broken("yaml-quote", b"flags:\n  a: \"open\n");
    broken("yaml-indent", b"flags:\n  a:\n    type: boolean\n   off: on\n");
    broken("yaml-alias", b"flags:\n  a: *nobody\n");
    broken("yaml-two-documents", b"flags: {}\n---\nflags: {}\n");
    broken("yaml-key", b"flags:\n  ? [a, b]\n  : 1\n");
    broken("yaml-tag", b"flags:\n  a: !!binary aGk=\n");
    broken("yaml-list", b"- flags\n");
    broken("yaml-section", b"flags:\n  - a\nsegments: 7\n");
}

#[test]
fn a_file_that_is_no_yaml_hides_no_other_and_blames_nobody_for_what_it_may_define() {
    let uses = "flags:\n  b:\n    type: boolean\n    variants: { x: true }\n    off: x\n    default: x\n    rules:\n      - when: { segment: staff }\n        serve: x\n";
    let folder = folder_of(&[
        ("flags/a.yaml", b"segments: [\n"),
        ("flags/b.yaml", uses.as_bytes()),
        ("flags/c.json", b"{\n  \"flags\": {},\n}\n"),
    ]);
    golden("sources-two-broken", &run_in(folder.path(), &["check", "flags"]));
}

#[test]
fn keys_that_occur_twice_are_refused() {
    broken("twice-in-yaml", b"flags:\n  a:\n    type: boolean\n    type: string\n  'a': {}\n");
    let folder = folder_of(&[("flags/a.json", b"{ \"flags\": { \"a\": 1, \"\\u0061\": 2 } }")]);
    golden("sources-twice-in-json", &run_in(folder.path(), &["check", "flags"]));
}

#[test]
fn numbers_that_json_does_not_have_are_refused() {
    broken("numbers", b"flags:\n  a: { x: .inf, y: [007], z: 0x1FFFFFFFFFFFFFFFFF }\n");
}

#[test]
fn texts_in_other_encodings_are_refused() {
    let utf_16: Vec<u8> =
        std::iter::once(0xFEFF).chain("flags: {}\n".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    broken("utf-16", &utf_16);
    broken("latin-1", b"flags:\n  # r\xe9sum\xe9\n  a: 1\n");
}

#[test]
fn byte_order_marks_and_line_breaks_of_windows_move_no_column() {
    let plain = CHECKOUT.replace("percent: 50", "percent: 120");
    let problems = |yaml: &str| {
        let folder = folder_of(&[("a.yaml", yaml.as_bytes())]);
        let told: serde_json::Value =
            serde_json::from_str(&run_in(folder.path(), &["check", "a.yaml", "--json"]).out).unwrap();
        told["problems"].clone()
    };
    let expected = problems(&plain);
    assert_eq!((&expected[0]["line"], &expected[0]["column"]), (&19.into(), &18.into()), "{expected}");
    assert_eq!(problems(&format!("\u{feff}{plain}")), expected);
    assert_eq!(problems(&plain.replace('\n', "\r\n")), expected);
    assert_eq!(problems(&format!("\u{feff}{}", plain.replace('\n', "\r\n"))), expected);
}

#[test]
fn columns_count_characters() {
    let folder = folder_of(&[("a.yaml", "flags: { '小😀é': { típe: 1 } }".as_bytes())]);
    let told: serde_json::Value =
        serde_json::from_str(&run_in(folder.path(), &["check", "a.yaml", "--json"]).out).unwrap();
    let unknown =
        &told["problems"].as_array().unwrap().iter().find(|problem| problem["code"] == "UNKNOWN_FIELD").unwrap();
    assert_eq!((&unknown["column"], &unknown["endColumn"]), (&19.into(), &23.into()), "{told}");
}

#[test]
fn aliases_cannot_be_made_to_laugh() {
    let mut laughs = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
    for level in 1..12 {
        let below = format!("*a{}", level - 1);
        laughs.push_str(&format!("a{level}: &a{level} [{}]\n", [below.as_str(); 10].join(", ")));
    }
    broken("laughs", laughs.as_bytes());
    let mut merges = "x-0: &m0 { k0: v }\n".to_owned();
    for level in 1..40 {
        merges.push_str(&format!("x-{level}: &m{level} {{ <<: [*m{0}, *m{0}], k{level}: *m{0} }}\n", level - 1));
    }
    broken("laughing-merges", merges.as_bytes());
    let deep: String = (0..300).map(|level| format!("x-{level}: &d{level} [*d{}]\n", level - 1)).collect();
    broken("deep-aliases", deep.replacen("*d-1", "", 1).as_bytes());
    broken("deep", format!("flags: {}{}\n", "[".repeat(300), "]".repeat(300)).as_bytes());
    broken("alias-of-itself", b"flags: &a { b: *a }\n");
    broken("merge-of-a-text", b"flags:\n  a:\n    <<: [{ type: boolean }, text]\n");
}

#[test]
fn a_field_that_is_unknown_is_told_what_is_known() {
    broken("unknown-field", b"ownr: me\nflags: {}\n");
    broken("wrong-defaults", b"owner: [me]\ntags: growth\nflags: {}\n");
    let built = r#"{ "schemaVersion": 1, "revision": "7", "flags": {} }"#;
    let folder = folder_of(&[("flags/snapshot.json", built.as_bytes())]);
    golden("sources-built", &run_in(folder.path(), &["check", "flags"]));
}

#[test]
fn a_file_that_says_nothing_is_no_problem() {
    let empty: &[(&str, &[u8])] =
        &[("f/a.yaml", b"# nothing yet\n"), ("f/b.json", b" \n"), ("f/c.yml", b""), ("f/d.yaml", b"flags:\n")];
    let checked = run_in(folder_of(empty).path(), &["check", "f"]);
    assert_eq!((checked.code, checked.out.as_str()), (Some(0), "f: no problems; 0 flags serve\n"), "{checked:?}");
}

#[test]
fn a_folder_without_sources_is_no_snapshot() {
    let folder = folder_of(&[("flags/README.md", b"# Flags"), ("flags/.hidden.yaml", b"flags: {}")]);
    golden("sources-none", &run_in(folder.path(), &["eval", "flags"]));
}

#[cfg(unix)]
#[test]
fn links_that_lead_round_in_a_circle_are_refused_and_others_followed() {
    let folder = folder_of(&[("flags/a.yaml", CHECKOUT.as_bytes()), ("shared/search.json", SEARCH.as_bytes())]);
    std::os::unix::fs::symlink("../shared", folder.path().join("flags/shared")).unwrap();
    let checked = run_in(folder.path(), &["check", "flags"]);
    assert_eq!(checked.out, "flags: no problems; 2 flags serve\n", "{checked:?}");
    std::os::unix::fs::symlink("../flags", folder.path().join("flags/again")).unwrap();
    golden("sources-loop", &run_in(folder.path(), &["check", "flags"]));
}

#[cfg(unix)]
#[test]
fn a_source_that_cannot_be_read_is_named() {
    let folder = folder_of(&[("flags/a.yaml", CHECKOUT.as_bytes())]);
    std::os::unix::fs::symlink("nowhere.yaml", folder.path().join("flags/link.yaml")).unwrap();
    golden("sources-broken-link", &run_in(folder.path(), &["check", "flags"]));
}

#[test]
fn an_environment_is_merged_over_the_rest() {
    let production = "\
flags:
  new-checkout:
    enabled: false
    rules:
      - { percent: 120, serve: on }
  new-search: { default: a, owner: search }
segments:
  staff: null
";
    let folder = folder_of(&[
        ("flags/checkout.yaml", CHECKOUT.as_bytes()),
        ("flags/search.json", SEARCH.as_bytes()),
        ("flags/environments/production.yaml", production.as_bytes()),
        (
            "flags/environments/staging/search.yaml",
            b"flags:\n  new-serch:\n    enabled: false\nowner: x\nenvironment: y\n",
        ),
        ("flags/environments/staging/others.json", b"{ \"segments\": { \"stff\": null } }"),
    ]);
    golden("sources-environment", &run_in(folder.path(), &["check", "flags/environments/production.yaml"]));
    golden("sources-environment-unknown", &run_in(folder.path(), &["check", "flags/environments/staging"]));
    let evaluated = run_in(folder.path(), &["eval", "flags", "--flag", "new-search"]);
    assert!(evaluated.out.contains("off"), "{evaluated:?}");
    golden("sources-environment-none", &run_in(folder.path(), &["eval", "flags/environments/prodution.yaml"]));
    let alone = folder_of(&[("flags/a.yaml", b"flags: {}"), ("flags/environments/README.md", b"")]);
    std::fs::write(alone.path().join("flags/environments/none.txt"), "").unwrap();
    golden("sources-no-environments", &run_in(alone.path(), &["eval", "flags/environments/production.yaml"]));
}

#[test]
fn a_folder_is_checked_in_each_of_its_environments() {
    let folder = folder_of(&[
        ("flags/checkout.yaml", CHECKOUT.replace("salt: new-checkout", "salt: 'a b'").as_bytes()),
        ("flags/environments/production.yaml", b"flags: { new-checkout: { default: onn } }"),
        ("flags/environments/staging.yaml", b"flags: { new-checkout: { salt: ab } }"),
    ]);
    golden("sources-each-environment", &run_in(folder.path(), &["check", "flags"]));
    let told: serde_json::Value =
        serde_json::from_str(&run_in(folder.path(), &["check", "flags", "--json"]).out).unwrap();
    let problems: Vec<_> =
        told["files"].as_array().unwrap().iter().map(|file| file["problems"].as_u64().unwrap()).collect();
    assert_eq!((problems, told["problems"].as_array().unwrap().len()), (vec![1, 2, 0], 2));
}

#[test]
fn what_no_json_source_may_have_is_told() {
    for (name, text) in [
        ("surrogate", "{ \"flags\": { \"a\": \"\\ud83d\", \"\\udc00\": 1, \"c\": 1e400 } }".to_owned()),
        ("deep", format!("{{ \"flags\": {}{} }}", "[".repeat(200), "]".repeat(200))),
        ("comment", "{\n  // none\n}".to_owned()),
    ] {
        let folder = folder_of(&[("flags/a.json", text.as_bytes())]);
        golden(&format!("sources-json-{name}"), &run_in(folder.path(), &["check", "flags"]));
    }
}

#[test]
fn sources_that_are_too_large_together_are_refused() {
    let half = vec![b'#'; tidegate::limits::DOCUMENT_BYTES / 2 + 1];
    let folder = folder_of(&[("flags/a.yaml", &half), ("flags/b.yaml", &half)]);
    golden("sources-too-large", &run_in(folder.path(), &["check", "flags"]));
}

//! `tidegate build`: many sources, one snapshot.

use std::path::Path;

use serde_json::Value;

use crate::support::{folder_of, golden, run_in};

const SHOP: &str = "\
owner: checkout
audience: [client, server]
segments:
  staff:
    description: Everybody who works here
    attr: user.email
    op: endsWith
    value: '@shop.example'
    include: [u-7, u-8]
  beta: { include: [u-9] }
layers:
  feed:
    unit: user.id
    salt: feed
    experiments: { ranking: [[0, 25]], secret-ads: [[25, 50]] }
holdouts:
  2026-q4: { unit: user.id, salt: q4, percent: 2, tags: [growth], flags: [prices] }
  everything: { unit: user.id, salt: all, percent: 1, includes: [2026-q4, ops] }
  ops: { unit: user.id, salt: ops, percent: 1, flags: [prices] }
alarms: { errors: ok, price-errors: ok }
flags:
  ranker:
    type: string
    description: Which model ranks the feed
    tags: [growth]
    variants: { b: new, a: old }
    off: a
    default: a
    unit: user.id
    overrides: [{ ids: [u-1, 2], variant: b }]
    guardrails: [{ alarm: errors, rollbackTo: a }]
    rules:
      - when: { any: [{ segment: staff }, { attr: country, op: in, value: [DE, FR] }] }
        serve: b
      - layer: feed
        experiment: ranking
        serve: b
";

const PRICES: &str = r#"{
  "flags": {
    "prices": {
      "type": "number", "variants": { "low": 1e3, "high": 2000 }, "off": "low", "default": "low", "unit": "user.id",
      "guardrails": [{ "alarm": "price-errors", "rollbackTo": "low" }],
      "rules": [{ "when": { "segment": "beta" }, "serve": "high" }]
    }
  }
}
"#;

const PRODUCTION: &str = "\
flags:
  prices: { enabled: false, rules: null }
alarms: { errors: alarm }
";

const FILES: [(&str, &[u8]); 3] = [
    ("flags/shop.yaml", SHOP.as_bytes()),
    ("flags/money/prices.json", PRICES.as_bytes()),
    ("flags/environments/production.yaml", PRODUCTION.as_bytes()),
];

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn json(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&read(folder, name)).unwrap()
}

#[test]
fn sources_become_one_snapshot() {
    let folder = folder_of(&FILES);
    golden("build", &run_in(folder.path(), &["build", "flags", "-o", "snapshot.json"]));
    golden("build-unchanged", &run_in(folder.path(), &["build", "flags", "-o", "snapshot.json"]));
    golden("build-json", &run_in(folder.path(), &["build", "flags", "-o", "snapshot.json", "--json"]));
    golden("build-stdout", &run_in(folder.path(), &["build", "flags/", "-o", "-"]));
    assert_eq!(run_in(folder.path(), &["build", "flags", "-o", "-"]).out, read(folder.path(), "snapshot.json"));
    let checked = run_in(folder.path(), &["check", "--no-lints", "snapshot.json"]);
    assert_eq!(checked.out, "snapshot.json: no problems; 2 flags serve\n");
}

#[test]
fn an_environment_changes_what_it_says_and_nothing_else() {
    let folder = folder_of(&FILES);
    let built = run_in(folder.path(), &["build", "flags", "-o", "production.json", "--env", "production"]);
    golden("build-environment", &built);
    assert_eq!(run_in(folder.path(), &["build", "flags", "-o", "base.json"]).code, Some(0));
    let (mut expected, mut production) = (json(folder.path(), "base.json"), json(folder.path(), "production.json"));
    expected["environment"] = "production".into();
    expected["alarms"]["errors"] = "alarm".into();
    expected["flags"]["prices"]["enabled"] = false.into();
    expected["flags"]["prices"].as_object_mut().unwrap().remove("rules");
    for snapshot in [&mut expected, &mut production] {
        assert!(snapshot.as_object_mut().unwrap().remove("revision").is_some());
    }
    assert_eq!(production, expected);
    let by_path = ["build", "flags/environments/production.yaml", "-o", "-"];
    assert_eq!(run_in(folder.path(), &by_path).out, read(folder.path(), "production.json"));
    golden("build-environment-unknown", &run_in(folder.path(), &["build", "flags", "-o", "x.json", "--env", "prod"]));
}

#[test]
fn a_merge_patch_is_that_of_its_rfc() {
    // The examples of RFC 7396, appendix A, that have an object on both sides: a flag's metadata is patched.
    for (target, patch, expected) in [
        (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
        (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
        (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
        (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
        (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
        (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
        (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
        (r#"{"e":null}"#, r#"{"a":1}"#, r#"{"a":1,"e":null}"#),
        ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        (r#"["a","b"]"#, r#"["c","d"]"#, r#"["c","d"]"#),
        (r#"{"a":"foo"}"#, r#""bar""#, r#""bar""#),
        (r#"[1,2]"#, r#"{"a":"b","c":null}"#, r#"{"a":"b"}"#),
    ] {
        let flag = |value: &str| {
            format!(r#"{{"flags":{{"f":{{"type":"object","variants":{{"v":{value}}},"off":"v","default":"v"}}}}}}"#)
        };
        let change = format!(r#"{{"flags":{{"f":{{"variants":{{"v":{patch}}}}}}}}}"#);
        let folder = folder_of(&[("f/f.json", flag(target).as_bytes()), ("f/environments/e.json", change.as_bytes())]);
        let built = run_in(folder.path(), &["build", "f", "--env", "e", "-o", "s.json"]);
        let is_object = !expected.starts_with('"');
        assert_eq!(built.code, Some(if is_object { 0 } else { 1 }), "{target} {patch} {built:?}");
        if is_object {
            let value = &json(folder.path(), "s.json")["flags"]["f"]["variants"]["v"];
            assert_eq!(*value, serde_json::from_str::<Value>(expected).unwrap(), "{target} {patch}");
        }
    }
}

#[test]
fn clients_get_what_is_marked_and_what_that_needs() {
    let server_only = SHOP.replace("flags:\n  ranker:", "flags:\n  ranker:\n    audience: [client]");
    let server_only = server_only.replace("audience: [client, server]\n", "");
    let folder = folder_of(&[("flags/shop.yaml", server_only.as_bytes()), FILES[1], FILES[2]]);
    let arguments = ["build", "flags", "-o", "client.json", "--audience", "client"];
    golden("build-client", &run_in(folder.path(), &arguments));
    golden("build-client-json", &run_in(folder.path(), &[&arguments[..], &["--json"]].concat()));
    golden("build-client-snapshot", &run_in(folder.path(), &["build", "flags", "-o", "-", "--audience", "client"]));
    let text = read(folder.path(), "client.json");
    for hidden in ["prices", "secret-ads", "beta", "audience", "Everybody", "checkout", "growth", "price-errors", "ops"]
    {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    let kept = ["--keep", "owner", "--keep", "tags", "--keep", "description", "--keep", "expires"];
    let kept = run_in(folder.path(), &[&arguments[..], &kept].concat());
    golden("build-client-kept", &kept);
    assert!(read(folder.path(), "client.json").contains("Which model"), "{kept:?}");
    let server = run_in(folder.path(), &["build", "flags", "-o", "server.json", "--audience", "server"]);
    assert_eq!(server.code, Some(0), "{server:?}");
    let server = json(folder.path(), "server.json");
    assert_eq!(server["flags"].as_object().unwrap().keys().collect::<Vec<_>>(), ["prices"]);
}

#[test]
fn what_clients_get_decides_as_the_whole_does() {
    let marked = SHOP.replace("audience: [client, server]", "audience: [client]");
    let folder = folder_of(&[("flags/shop.yaml", marked.as_bytes()), FILES[1]]);
    assert_eq!(run_in(folder.path(), &["build", "flags", "-o", "whole.json"]).code, Some(0));
    assert_eq!(run_in(folder.path(), &["build", "flags", "-o", "part.json", "--audience", "client"]).code, Some(0));
    let mut reasons = std::collections::BTreeMap::<String, usize>::new();
    for user in 0..400 {
        let context = format!(r#"{{"user": {{"id": "u-{user}"}}, "country": "{}"}}"#, ["US", "DE"][user / 390]);
        let decide = |file: &str| {
            let told = run_in(folder.path(), &["eval", file, "--flag", "ranker", "--context", &context, "--json"]);
            let mut decision: Value = serde_json::from_str(&told.out).unwrap();
            decision["revision"] = Value::Null;
            decision
        };
        let whole = decide("whole.json");
        assert_eq!(decide("part.json"), whole, "{context}");
        *reasons.entry(whole["reason"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let seen: Vec<&str> = reasons.keys().map(String::as_str).collect();
    assert_eq!(seen, ["DEFAULT", "HOLDOUT", "OVERRIDE", "SPLIT", "TARGETING_MATCH"], "{reasons:?}");
}

#[test]
fn a_needed_flag_that_is_not_marked_is_an_error() {
    let child = "flags:\n  child:\n    audience: [client]\n    type: boolean\n    variants: { on: true }\n    off: on\n    default: on\n    prerequisites:\n      - { flag: prices, variants: [low] }\n";
    let folder = folder_of(&[("flags/child.yaml", child.as_bytes()), FILES[0], FILES[1]]);
    let arguments = ["build", "flags", "-o", "client.json", "--audience", "client"];
    golden("build-needed", &run_in(folder.path(), &arguments));
    assert!(!folder.path().join("client.json").exists());
    assert_eq!(run_in(folder.path(), &["build", "flags", "-o", "server.json", "--audience", "server"]).code, Some(0));
}

#[test]
fn a_mark_that_names_nobody_is_told() {
    let mut flags = "x-f: &f { type: boolean, variants: { on: true }, off: on, default: on }\nflags:\n".to_owned();
    for (key, mark) in [("a", "client"), ("b", "[clint]"), ("c", "[]"), ("d", "[7]"), ("e", "[client, client]")] {
        flags.push_str(&format!("  {key}: {{ <<: *f, audience: {mark} }}\n"));
    }
    let folder = folder_of(&[("flags/a.yaml", flags.as_bytes())]);
    golden("build-marks", &run_in(folder.path(), &["check", "flags"]));
}

#[test]
fn windows_with_a_zone_become_windows_with_offsets() {
    let rule = |window: &str| {
        format!(
            "flags:\n  happy-hour:\n    type: boolean\n    variants: {{ on: true, off: false }}\n    off: off\n    default: off\n    rules:\n      - serve: on\n        window:\n{window}"
        )
    };
    let hours = "          zone: Europe/Berlin\n          from: 2026-03-02T17:00\n          until: 2026-03-02T19:00\n          repeat: { every: week, days: [monday, friday] }\n";
    let folder = folder_of(&[("flags/hours.yaml", rule(hours).as_bytes())]);
    golden("build-zone", &run_in(folder.path(), &["build", "flags", "-o", "s.json", "--horizon", "2028"]));
    golden("build-zone-snapshot", &run_in(folder.path(), &["build", "flags", "-o", "-", "--horizon", "2028"]));
    golden("build-zone-json", &run_in(folder.path(), &["build", "flags", "-o", "s.json", "--json"]));
    for (name, window) in [
        ("unknown", hours.replace("Europe/Berlin", "Europe/Berln")),
        ("no-text", hours.replace("Europe/Berlin", "[Europe]")),
        ("offset", hours.replace("T17:00", "T17:00:00+01:00").replace("T19:00", "T19:00:00Z")),
        ("number", hours.replace("2026-03-02T17:00", "1772467200000")),
        ("late", hours.replace("2026-03-02", "2040-03-05")),
        ("wrong-day", hours.replace("monday", "tuesday")),
        ("misspelt", hours.replace("repeat", "repat").replace("until", "untl")),
        ("many", "          { zone: Europe/Berlin, from: 1990-01-01T22:00, until: 1990-01-02T05:00, repeat: { every: day } }\n".to_owned()),
        (
            "skipped",
            "          - { zone: Europe/Berlin, from: 2026-03-29T02:10, until: 2026-03-29T02:50 }\n".to_owned(),
        ),
        ("seconds", "          - { zone: Africa/Monrovia, from: 1960-01-01, until: 1961-01-01 }\n".to_owned()),
    ] {
        let folder = folder_of(&[("flags/hours.yaml", rule(&window).as_bytes())]);
        let horizon = if name == "many" { "2060" } else { "2039" };
        let built = run_in(folder.path(), &["build", "flags", "-o", "s.json", "--horizon", horizon]);
        golden(&format!("build-zone-{name}"), &built);
    }
    let freeze = "freeze:\n  - zone: Europe/Berlin\n    from: 2026-12-24T18:00\n    until: 2026-12-27\n  - { from: '2027-01-01T00:00:00Z', until: '2027-01-02T00:00:00Z' }\n";
    let folder = folder_of(&[("flags/freeze.yaml", freeze.as_bytes())]);
    golden("build-zone-freeze", &run_in(folder.path(), &["build", "flags", "-o", "-"]));
    let wrong = freeze.replace("until: 2026-12-27", "until: 2026-12-23");
    let folder = folder_of(&[("flags/freeze.yaml", wrong.as_bytes())]);
    golden("build-zone-freeze-wrong", &run_in(folder.path(), &["build", "flags", "-o", "-"]));
}

#[test]
fn problems_keep_the_old_file() {
    let folder = folder_of(&FILES);
    std::fs::write(folder.path().join("snapshot.json"), "the old one").unwrap();
    std::fs::write(folder.path().join("flags/broken.yaml"), "flags:\n  a: { type: bolean }\n").unwrap();
    golden("build-broken", &run_in(folder.path(), &["build", "flags", "-o", "snapshot.json"]));
    golden("build-broken-json", &run_in(folder.path(), &["build", "flags", "-o", "snapshot.json", "--json"]));
    assert_eq!(read(folder.path(), "snapshot.json"), "the old one");
}

#[test]
fn a_wrong_call_is_told_what_is_right() {
    let folder = folder_of(&FILES);
    for (name, arguments) in [
        ("no-folder", &["build", "nowhere", "-o", "s.json"][..]),
        ("json-file", &["build", "flags/money/prices.json", "-o", "s.json"]),
        ("stdin", &["build", "-", "-o", "s.json"]),
        ("into-itself", &["build", "flags", "-o", "flags/snapshot.json"]),
        ("no-target", &["build", "flags", "-o", "nowhere/snapshot.json"]),
        ("json-and-stdout", &["build", "flags", "-o", "-", "--json"]),
        ("watch-and-stdout", &["build", "flags", "-o", "-", "--watch"]),
        ("keep-alone", &["build", "flags", "-o", "s.json", "--keep", "tags"]),
        ("sequence", &["build", "flags", "-o", "s.json", "--sequence", "9007199254740992"]),
        ("horizon", &["build", "flags", "-o", "s.json", "--horizon", "12"]),
        ("revision", &["build", "flags", "-o", "s.json", "--revision", ""]),
        ("help", &["build", "--help"]),
    ] {
        golden(&format!("build-usage-{name}"), &run_in(folder.path(), arguments));
    }
}

#[test]
fn a_revision_and_a_sequence_are_written_as_given() {
    let folder = folder_of(&FILES);
    let arguments = ["build", "flags", "-o", "s.json", "--revision", "r \"7\"", "--sequence", "9007199254740991"];
    assert_eq!(run_in(folder.path(), &arguments).code, Some(0));
    let snapshot = json(folder.path(), "s.json");
    assert_eq!((&snapshot["revision"], &snapshot["sequence"]), (&"r \"7\"".into(), &9_007_199_254_740_991_u64.into()));
}

#[test]
fn the_same_content_is_the_same_bytes_however_it_is_spread() {
    let built = |files: &[(&str, &[u8])]| {
        let folder = folder_of(files);
        assert_eq!(run_in(folder.path(), &["build", "flags", "-o", "s.json"]).code, Some(0));
        read(folder.path(), "s.json")
    };
    let expected = built(&FILES[..2]);
    let mut shuffled = FILES[..2].to_vec();
    shuffled.reverse();
    assert_eq!(built(&shuffled), expected);
    // In other files, under other names, in another order, with an owner at each flag instead of the file.
    let (head, flags) = SHOP.split_once("flags:\n").unwrap();
    let head = head.replace("owner: checkout\n", "");
    let flags = format!("flags:\n{}", flags.replace("type: string\n", "type: 'string'\n    owner: checkout\n"));
    let moved: [(&str, &[u8]); 3] =
        [("flags/z.yml", head.as_bytes()), ("flags/a/b/c.yaml", flags.as_bytes()), ("flags/0.json", PRICES.as_bytes())];
    assert_eq!(built(&moved), expected);
    let other = SHOP.replace("[DE, FR]", "[DE, IT]");
    assert_ne!(built(&[("flags/a.yaml", other.as_bytes()), FILES[1]]), expected);
}

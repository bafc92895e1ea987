//! Compiled snapshots that are damaged or forged: refused, or used without a panic, a hang or a look outside.
#![cfg(all(not(target_family = "wasm"), feature = "compile"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "a test that fails panics")]

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use tidegate::{Code, Context, Program, bucket};

/// Every kind of row: overrides, prerequisites, segments, all operators, splits, ramps, windows, switchbacks, long lists, layers,
/// holdouts, guardrails, sticky rules.
fn compiled() -> Vec<u8> {
    let ids: Vec<String> = (0..200).map(|n| format!("\"id-{n}\"")).collect();
    let operators = [
        ("eq", "\"x\""),
        ("ne", "true"),
        ("in", "[1, 2.5, \"y\"]"),
        ("notIn", "[\"z\"]"),
        ("startsWith", "\"a\""),
        ("contains", "\"b\""),
        ("matches", "\"^a+b\""),
        ("lt", "3"),
        ("semverGte", "\"1.2.3\""),
        ("semverEq", "\"1.2.3-rc.1\""),
        ("before", "\"2027-01-01T00:00:00Z\""),
        ("exists", "true"),
        ("inCidr", "[\"10.0.0.0/8\", \"2001:db8::/32\"]"),
    ];
    let tests: Vec<String> = operators
        .iter()
        .map(|(op, value)| format!(r#"{{ "not": {{ "attr": "a.{op}", "op": "{op}", "value": {value} }} }}"#))
        .collect();
    let snapshot = format!(
        r#"{{ "schemaVersion": 1, "revision": "r", "environment": "e", "sequence": 7,
        "segments": {{ "listed": {{ "include": [{ids}], "exclude": ["id-0"] }}, "outer": {{ "any": [{{ "segment": "listed" }}, {tests}] }} }},
        "alarms": {{ "up": "alarm" }},
        "layers": {{ "outer": {{ "salt": "l", "experiments": {{ "in": [[0, 60], [70, 90]], "rest": [[60, 70]] }} }},
            "inner": {{ "salt": "m", "unit": ["targetingKey", "shop.id"], "experiments": {{ "e": [[0, 80]], "none": [] }}, "within": {{ "layer": "outer", "experiment": "in" }} }} }},
        "holdouts": {{ "part": {{ "salt": "h", "percent": 30, "tags": ["held"], "flags": ["shared"], "until": 90 }},
            "sum": {{ "salt": "i", "percent": 50, "includes": ["part"] }} }},
        "flags": {{
            "shared": {{ "type": "boolean", "variants": {{ "on": true, "off": false }}, "off": "off", "default": "on", "tags": ["held"], "salt": "s",
                "guardrails": [{{ "alarm": "down", "rollbackTo": "off" }}],
                "rules": [{{ "layer": "inner", "experiment": "e", "sticky": true, "guardrails": [{{ "alarm": "up", "rollbackTo": "on" }}, {{ "outcome": "o", "control": "off", "rollbackTo": "off" }}],
                    "ramp": {{ "kind": "linear", "from": 5, "until": 50, "to": 90, "steps": 3 }},
                    "serve": {{ "split": [{{ "variant": "on", "weight": 1 }}, {{ "variant": "off", "weight": 2 }}] }} }}, {{ "experiment": "named", "serve": "off" }}] }},
            "plain": {{ "type": "boolean", "variants": {{ "on": true, "off": false }}, "off": "off", "default": "on", "metadata": {{ "m": 1 }} }},
            "rich": {{ "type": "string", "variants": {{ "a": "a", "b": "b", "c": "c" }}, "off": "a", "default": "b", "salt": "s",
                "unit": ["targetingKey", "shop.id"], "prerequisites": [{{ "flag": "plain", "variants": ["on"] }}],
                "overrides": [{{ "ids": ["id-1"], "unit": "targetingKey", "variant": "a" }}],
                "rules": [ {{ "when": {{ "all": [{tests}] }}, "percent": 50, "serve": "c" }}, {{ "when": {{ "segment": "outer" }}, "serve": "a" }},
                    {{ "serve": {{ "split": [{{ "variant": "a", "weight": 1 }}, {{ "variant": "b", "weight": 2 }}] }} }} ] }},
            "timed": {{ "type": "boolean", "variants": {{ "on": true, "off": false }}, "off": "off", "default": "on", "salt": "s",
                "rules": [ {{ "window": [ {{ "from": 5000, "until": 90000000, "repeat": {{ "every": "week", "days": ["thursday", "sunday"], "times": 9 }} }},
                        {{ "until": 70 }} ], "ramp": {{ "kind": "linear", "from": 5, "until": 5000, "to": 50, "steps": 7, "bakeMinutes": 3 }}, "serve": "on" }},
                    {{ "ramp": {{ "kind": "stages", "stages": [{{ "at": 1, "percent": 0.5 }}, {{ "at": 9, "percent": 70 }}] }},
                        "serve": {{ "switchback": [{{ "variant": "on", "weight": 1 }}, {{ "variant": "off", "weight": 2 }}], "slotMinutes": 5 }} }},
                    {{ "window": {{ "from": 1, "until": 2, "repeat": {{ "every": "day", "interval": 3 }} }}, "serve": "off" }} ] }},
            "refused": {{}}
        }} }}"#,
        ids = ids.join(","),
        tests = tests.join(",")
    );
    let program = Program::load(snapshot.as_bytes()).expect("it loads");
    assert_eq!(program.flag_count(), 4, "{:?}", program.problems());
    program.to_bytes().expect("it compiles")
}

/// Where in the header the places of the directories are, in words.
const DIRECTORIES: [usize; 4] = [13, 17, 21, 25];

fn word_at(bytes: &[u8], at: usize) -> Option<usize> {
    let word = bytes.get(at.checked_mul(4)?..)?.first_chunk()?;
    Some(u32::from_le_bytes(*word) as usize)
}

/// Where the rows of a directory begin.
fn rows_of(bytes: &[u8], directory: usize) -> impl Iterator<Item = usize> {
    const ROW_WORDS: usize = 9;
    let (rows, count) = (word_at(bytes, directory).unwrap(), word_at(bytes, directory + 1).unwrap());
    (0..count.min(100)).map_while(move |number| rows.checked_add(number * ROW_WORDS))
}

/// Makes the checksum and the sums of blocks right again, as far as the places that are written lead to anything.
fn sign(bytes: &mut [u8]) {
    for row in DIRECTORIES.into_iter().flat_map(|directory| rows_of(bytes, directory)).collect::<Vec<_>>() {
        let block = word_at(bytes, row + 2).zip(word_at(bytes, row + 7));
        let sum = block.and_then(|(at, len)| bytes.get(at * 4..(at + len) * 4)).map(bucket::hash);
        if let (Some(sum), Some(place)) = (sum, bytes.get_mut((row + 8) * 4..(row + 9) * 4)) {
            place.copy_from_slice(&sum.to_le_bytes()[..4]);
        }
    }
    let frame = word_at(bytes, 5).unwrap();
    let checksum = bucket::hash(bytes.get(20..frame.saturating_mul(4)).unwrap_or_default());
    bytes[12..20].copy_from_slice(&checksum.to_le_bytes());
}

fn ask_everything(program: &Program) {
    let context: Context = r#"{ "targetingKey": "id-5", "shop": { "id": 7 },
        "a": { "eq": "x", "in": [1, "y"], "startsWith": "ab", "contains": "abc", "matches": "aab", "lt": 2, "semverGte": "1.3.0",
               "semverEq": "1.2.3", "before": 5, "inCidr": "10.1.2.3" } }"#
        .parse()
        .unwrap();
    let keys: Vec<String> = program.keys().map(str::to_owned).collect();
    for now in [i64::MIN, -5, 60, 100_000_000, i64::MAX] {
        let context = context.clone().at(now).stored("shared", "on").forced("plain", "off").rolled_back("shared", "o");
        let mut bound = program.bind(&context);
        for key in &keys {
            let decision = bound.decide(key);
            let _ = (decision.value(), program.explain(key, &context), program.next_change_of(key, now));
        }
        let _ = program.next_change(now);
    }
    for key in &keys {
        let _ = (program.metadata(key), program.flag_type(key));
    }
    let _ = (program.revision(), program.environment(), program.sequence(), program.changed(program));
}

#[test]
fn a_file_that_ends_early_is_refused() {
    let bytes = compiled();
    for end in 4..bytes.len() {
        let code = Program::load(&bytes[..end]).expect_err("it is cut off").code;
        assert!(matches!(code, Code::InvalidImage | Code::UnsupportedVersion), "cut at {end}: {code:?}");
    }
}

#[test]
fn a_file_of_another_version_is_refused() {
    let mut bytes = compiled();
    bytes[4] += 1;
    sign(&mut bytes);
    let problem = Program::load(&bytes).expect_err("the version is another");
    assert_eq!(problem.code, Code::UnsupportedVersion);
    assert!(problem.message.contains("compile it anew"), "{problem}");
}

#[test]
fn a_flipped_bit_is_noticed() {
    let bytes = compiled();
    // What a row says of how much was checked isn't believed.
    let rows: Vec<usize> = DIRECTORIES.into_iter().flat_map(|directory| rows_of(&bytes, directory)).collect();
    let is_believed = |at: &usize| !rows.contains(&(at / 4).saturating_sub(3));
    for at in (20..bytes.len()).filter(is_believed).step_by(7) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1;
        assert_eq!(Program::load(&damaged).expect_err("it is damaged").code, Code::InvalidImage, "at {at}");
    }
}

fn config() -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("regressions");
    ProptestConfig { failure_persistence: Some(Box::new(beside)), cases: 3_000, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn forged_words_make_nothing_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), word()), 1..6)) {
        let mut bytes = compiled_once().to_vec();
        let words = bytes.len() / 4;
        for (place, word) in changes {
            let at = place.index(words - 5) * 4 + 20;
            let old = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
            let new = match word { Word::Is(new) => new, Word::Moves(by) => old.wrapping_add_signed(by), Word::Flips(bit) => old ^ 1 << bit };
            bytes[at..at + 4].copy_from_slice(&new.to_le_bytes());
        }
        sign(&mut bytes);
        if let Ok(program) = Program::load(&bytes) {
            ask_everything(&program);
        }
    }
}

#[derive(Debug, Clone)]
enum Word {
    Is(u32),
    Moves(i32),
    Flips(u32),
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![
        any::<u32>().prop_map(Word::Is),
        (0_u32..300).prop_map(Word::Is),
        (-40_i32..40).prop_map(Word::Moves),
        (0_u32..32).prop_map(Word::Flips),
    ]
}

fn compiled_once() -> &'static [u8] {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(compiled)
}

//! `tidegate diff` against brute force, and against itself: what must not matter doesn't, and what is known beforehand comes out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tidegate::{Context, Decision, Program};

use crate::support::{finish, tidegate};

const NOW: i64 = 1_795_507_200_000;
const KEYS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Numbers out of a seed, one after the other (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn condition(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 4 } else { 7 }) {
            0 => json!({ "attr": "plan", "op": "in", "value": [self.one(&["plus", "pro", "free"])] }),
            1 => json!({ "attr": "user.age", "op": "lt", "value": 20 + self.below(40) }),
            2 => json!({ "segment": self.one(&["s", "t"]) }),
            3 => json!({ "attr": "user.id", "op": "exists", "value": self.below(3) > 0 }),
            4 => json!({ "not": self.condition(depth - 1) }),
            5 => json!({ "all": [self.condition(depth - 1), self.condition(depth - 1)] }),
            _ => json!({ "any": [self.condition(depth - 1), self.condition(depth - 1)] }),
        }
    }

    fn rule(&mut self, id: u64) -> Value {
        let mut rule = json!({ "id": format!("r{id}") });
        if self.below(2) == 0 {
            rule["when"] = self.condition(2);
        }
        match self.below(4) {
            0 => rule["percent"] = json!(self.below(101)),
            1 => {
                rule["ramp"] = json!({ "kind": "linear", "from": NOW - 3_600_000, "until": NOW + 3_600_000,
                    "to": 10 + self.below(91), "steps": 10 });
            }
            2 => (rule["layer"], rule["experiment"]) = (json!("l"), json!(self.one(&["x", "y"]))),
            _ => {}
        }
        rule["serve"] = match self.below(2) {
            0 => json!(self.one(&["on", "off", "half"])),
            _ => {
                json!({ "split": [{ "variant": "on", "weight": 1 + self.below(3) }, { "variant": "half", "weight": self.below(3) }] })
            }
        };
        rule
    }

    fn flag(&mut self, position: usize) -> Value {
        let half = if self.below(2) == 0 { json!(50) } else { json!({ "b": 50.0, "a": self.below(2) }) };
        let value = |value: Value| json!({ "v": value });
        let mut flag = json!({
            "type": "object", "off": "off", "default": self.one(&["on", "off"]), "unit": "user.id", "salt": format!("s{}", self.below(2)),
            "variants": { "on": value(json!(true)), "off": value(json!(1)), "half": value(half) },
            "enabled": self.below(8) > 0,
        });
        flag["rules"] = (0..self.below(4)).map(|id| self.rule(id)).collect();
        if self.below(3) == 0 {
            flag["overrides"] = json!([{ "ids": [format!("u-{}", self.below(20)), self.below(9)], "variant": "half" }]);
        }
        if position > 0 && self.below(3) == 0 {
            let parent = KEYS[usize::try_from(self.below(position as u64)).unwrap()];
            flag["prerequisites"] = json!([{ "flag": parent, "variants": ["on", "half"] }]);
        }
        if self.below(4) == 0 {
            flag["guardrails"] = json!([{ "alarm": "errors", "rollbackTo": "off" }]);
        }
        if self.below(3) == 0 {
            flag["tags"] = json!(["held"]);
        }
        if self.below(12) == 0 {
            flag["default"] = json!("no such variant");
        }
        flag
    }
}

/// A snapshot out of seeds: one for what flags share, and one for each of them; 0 leaves a flag out.
fn snapshot(shared: u64, flags: &[u64]) -> Value {
    let mut dice = Dice(shared);
    let cut = 10 + dice.below(80);
    let all: Map<String, Value> = KEYS
        .iter()
        .zip(flags)
        .enumerate()
        .filter(|(_, (_, seed))| **seed != 0)
        .map(|(at, (key, seed))| ((*key).to_owned(), Dice(*seed).flag(at)))
        .collect();
    json!({
        "schemaVersion": 1, "revision": "r", "alarms": { "errors": dice.one(&["ok", "alarm"]) },
        "segments": {
            "s": { "unit": "user.id", "include": [format!("u-{}", dice.below(9))], "attr": "plan", "op": "eq", "value": dice.one(&["pro", "plus"]) },
            "t": { "segment": "s" },
        },
        "layers": { "l": { "unit": "user.id", "salt": "l", "experiments": { "x": [[0, cut]], "y": [[cut, 100]] } } },
        "holdouts": { "h": { "unit": "user.id", "salt": "h", "percent": dice.below(3) * 10, "tags": ["held"] } },
        "flags": all,
    })
}

fn contexts(seed: u64, count: u64) -> Vec<Value> {
    let mut dice = Dice(seed);
    let context = |_| {
        let mut context = json!({ "plan": dice.one(&["free", "plus", "pro"]), "user": { "age": 18 + dice.below(50) } });
        match dice.below(10) {
            0 => {}
            1 => context["user"]["id"] = json!(dice.below(9)),
            _ => context["user"]["id"] = json!(format!("u-{}", dice.below(100_000))),
        }
        context
    };
    (0..count).map(context).collect()
}

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new(before: &Value, after: &Value, contexts: &[Value]) -> Self {
        let files = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::write(files.path("old.json"), before.to_string()).unwrap();
        std::fs::write(files.path("new.json"), after.to_string()).unwrap();
        let lines: Vec<String> = contexts.iter().map(Value::to_string).collect();
        std::fs::write(files.path("users.ndjson"), lines.join("\n")).unwrap();
        files
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, old: &str, new: &str, threads: &str) -> String {
        let mut command = tidegate();
        command.args(["diff", "--json", "--at", &NOW.to_string(), "--contexts"]).arg(self.path("users.ndjson"));
        command.arg(self.path(old)).arg(self.path(new)).env("RAYON_NUM_THREADS", threads);
        let run = finish(&mut command, b"");
        assert_eq!(run.code, Some(0), "{run:?}");
        run.out
    }

    fn report(&self, old: &str, new: &str) -> Value {
        serde_json::from_str(&self.text(old, new, "2")).unwrap()
    }
}

/// A value with its members sorted and its numbers as doubles.
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{}", number.as_f64().unwrap() + 0.0),
        Value::Array(items) => format!("{:?}", items.iter().map(canonical).collect::<Vec<_>>()),
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().map(|(name, value)| (name, canonical(value))).collect();
            format!("{sorted:?}")
        }
        other => other.to_string(),
    }
}

fn value(decision: &Decision<'_>) -> Option<String> {
    decision.json().map(|text| canonical(&serde_json::from_str(text).unwrap()))
}

/// Moved contexts and those with another reason, by flag; and the moved ones in all.
fn brute_force(before: &Value, after: &Value, contexts: &[Value]) -> (BTreeMap<String, (u64, u64)>, u64) {
    let [before, after] = [before, after].map(|snapshot| Program::load(snapshot.to_string().as_bytes()).unwrap());
    let (mut counts, mut total) = (BTreeMap::new(), 0);
    for context in contexts {
        let context: Context = context.to_string().parse::<Context>().unwrap().at(NOW);
        let mut moves = false;
        for key in before.keys() {
            let (old, new) = (before.decide(key, &context), after.decide(key, &context));
            let count: &mut (u64, u64) = counts.entry(key.to_owned()).or_default();
            let why = |decision: &Decision<'_>| {
                format!("{:?}", (decision.variant, decision.reason, decision.rule, decision.holdout, decision.error))
            };
            if value(&old) != value(&new) {
                count.0 += 1;
                moves = true;
            } else if why(&old) != why(&new) {
                count.1 += 1;
            }
        }
        total += u64::from(moves);
    }
    (counts, total)
}

fn counted(report: &Value) -> BTreeMap<String, (u64, u64)> {
    let flags = report["flags"].as_array().unwrap().iter();
    let count = |flag: &Value, name: &str| flag["contexts"][name].as_u64().unwrap();
    flags
        .map(|flag| (flag["flag"].as_str().unwrap().to_owned(), (count(flag, "moved"), count(flag, "otherReason"))))
        .collect()
}

fn seeds() -> impl Strategy<Value = (u64, u64, Vec<(u64, u64, bool)>, u64)> {
    let flag = (0..6_u64, 0..6_u64, any::<bool>()).prop_flat_map(|(left, right, same)| {
        (any::<u64>(), any::<u64>()).prop_map(move |(one, other)| {
            (if left == 0 { 0 } else { one | 1 }, if right == 0 { 0 } else { other | 1 }, same)
        })
    });
    (any::<u64>(), any::<u64>(), prop::collection::vec(flag, KEYS.len()), any::<u64>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_those_of_brute_force_and_the_way_back_is_their_mirror((one, other, flags, seed) in seeds()) {
        let before = snapshot(one, &flags.iter().map(|(left, ..)| *left).collect::<Vec<_>>());
        let right = |(left, right, same): &(u64, u64, bool)| if *same { *left } else { *right };
        let shared = if seed % 3 == 0 { one } else { other };
        let after = snapshot(shared, &flags.iter().map(right).collect::<Vec<_>>());
        let contexts = contexts(seed, 120);
        let files = Files::new(&before, &after, &contexts);
        let report = files.report("old.json", "new.json");
        let (expected, total) = brute_force(&before, &after, &contexts);
        let found = counted(&report);
        for (flag, counts) in &expected {
            prop_assert_eq!(found.get(flag).copied().unwrap_or_default(), *counts, "{} of {}", flag, report);
        }
        prop_assert_eq!(report["contexts"]["moved"].as_u64(), Some(total));
        for flag in report["flags"].as_array().unwrap() {
            let ways = flag["contexts"]["ways"].as_array().unwrap();
            prop_assert_eq!(ways.iter().map(|way| way["count"].as_u64().unwrap()).sum::<u64>(), 120);
            // A flag that nothing is known to have changed in is said to mean the same: then it moves nobody.
            if flag["effect"] == "people" {
                prop_assert_eq!(&flag["contexts"]["moved"], 0);
            }
        }
        let back = files.report("new.json", "old.json");
        prop_assert_eq!(ways(&report, ["before", "after"]), ways(&back, ["after", "before"]));
    }
}

/// Everything that was counted, without examples, of flags on both sides.
fn ways(report: &Value, [from, to]: [&str; 2]) -> BTreeMap<String, u64> {
    let mut all = BTreeMap::new();
    for flag in report["flags"].as_array().unwrap() {
        if flag["status"] == "added" || flag["status"] == "removed" {
            continue;
        }
        for way in flag["contexts"]["ways"].as_array().unwrap() {
            let key = format!("{} {} {} {}", flag["flag"], way["kind"], way[from], way[to]);
            all.insert(key, way["count"].as_u64().unwrap());
        }
    }
    all
}

#[test]
fn a_snapshot_moves_nobody_from_itself() {
    let before = snapshot(3, &[1, 2, 3, 4, 5, 6]);
    let files = Files::new(&before, &before, &contexts(1, 50));
    let report = files.report("old.json", "new.json");
    assert_eq!((&report["flags"], &report["contexts"]["moved"]), (&json!([]), &json!(0)));
}

#[test]
fn a_raised_percentage_takes_in_a_tenth_and_lets_nobody_out() {
    let with = |percent: u64| {
        json!({ "schemaVersion": 1, "revision": "r", "flags": { "ramp": { "type": "boolean", "variants": { "on": true, "off": false },
            "off": "off", "default": "off", "salt": "ramp", "rules": [{ "percent": percent, "serve": "on" }] } } })
    };
    let users: Vec<Value> = (0..20_000).map(|number| json!({ "targetingKey": format!("user-{number}") })).collect();
    let files = Files::new(&with(10), &with(20), &users);
    let report = files.report("old.json", "new.json");
    let moved = report["contexts"]["moved"].as_u64().unwrap();
    // Four standard deviations of a tenth of 20,000.
    assert!((1_830..2_170).contains(&moved), "{moved}");
    let ways = report["flags"][0]["contexts"]["ways"].as_array().unwrap().clone();
    let moving: Vec<&Value> = ways.iter().filter(|way| way["kind"] == "moved").collect();
    assert_eq!(moving.len(), 1);
    assert_eq!((&moving[0]["before"]["variant"], &moving[0]["after"]["variant"]), (&json!("off"), &json!("on")));
}

#[test]
fn neither_threads_nor_the_order_of_contexts_matter() {
    let (before, after) = (snapshot(3, &[1, 3, 5, 7, 9, 11]), snapshot(4, &[1, 3, 5, 8, 10, 12]));
    let mut users = contexts(7, 12_000);
    let files = Files::new(&before, &after, &users);
    let size = std::fs::metadata(files.path("users.ndjson")).unwrap().len();
    assert!(size > 2 * 256 * 1024, "{size} bytes are too few for several batches");
    let one = files.text("old.json", "new.json", "1");
    assert!(one == files.text("old.json", "new.json", "2"));
    assert!(one == files.text("old.json", "new.json", "7"));
    users.reverse();
    let reversed = Files::new(&before, &after, &users).report("old.json", "new.json");
    let report: Value = serde_json::from_str(&one).unwrap();
    assert_eq!(ways(&report, ["before", "after"]), ways(&reversed, ["before", "after"]));
    assert_eq!(report["contexts"]["moved"], reversed["contexts"]["moved"]);
    assert!(!ways(&report, ["before", "after"]).is_empty());
    assert!(Path::new(&files.path("old.json")).exists());
}

#[test]
fn compiled_snapshots_count_the_same() {
    let (before, after) = (snapshot(3, &[1, 3, 5, 7, 9, 11]), snapshot(5, &[1, 3, 5, 8, 10, 0]));
    let files = Files::new(&before, &after, &contexts(9, 300));
    for name in ["old", "new"] {
        let (json, tide) = (files.path(&format!("{name}.json")), files.path(&format!("{name}.tide")));
        let run = finish(tidegate().args(["compile", "--allow-refused", "-o"]).arg(&tide).arg(&json), b"");
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    let (json, compiled) = (files.report("old.json", "new.json"), files.report("old.tide", "new.tide"));
    assert_eq!((&json["detailed"], &compiled["detailed"]), (&json!(true), &json!(false)));
    assert_eq!(counted(&json), counted(&compiled));
    assert_eq!(json["contexts"]["moved"], compiled["contexts"]["moved"]);
}

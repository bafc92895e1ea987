//! What the native benchmarks decide: the flags of the benchmark in `node/`, two rules on four attributes, then a split
//! in three; and the users that they are decided for.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that can't be set up stops")]

use serde_json::{Map, Value, json};
use tidegate::{Context, Program};

pub(crate) const USERS: usize = 10_000;

const COUNTRIES: [&str; 10] = ["DE", "AT", "CH", "FR", "IT", "ES", "PL", "NL", "SE", "US"];
const PLANS: [&str; 4] = ["free", "plus", "pro", "trial"];

/// The flags that are asked one by one.
pub(crate) fn four() -> Value {
    let split = || json!({ "serve": split() });
    let [loyal, paying] = rules(0);
    json!({
        "constant": flag("constant", &[]),
        "rollout": flag("rollout", &[split()]),
        "rule": flag("rule", &[loyal.clone(), paying.clone()]),
        "mixed": flag("mixed", &[loyal, paying, split()]),
    })
}

/// Flags like `mixed`, each with lists and limits of its own.
pub(crate) fn many(count: usize) -> Value {
    let mut flags = Map::new();
    for number in 0..count {
        let key = format!("flag-{number}");
        let [loyal, paying] = rules(number);
        let flag = flag(&key, &[loyal, paying, json!({ "serve": split() })]);
        flags.insert(key, flag);
    }
    flags.into()
}

fn flag(salt: &str, rules: &[Value]) -> Value {
    let variants = json!({ "off": "off", "loyal": "loyal", "paying": "paying", "a": "a", "b": "b", "c": "c" });
    json!({ "type": "string", "variants": variants, "off": "off", "default": "off", "salt": salt, "rules": rules })
}

fn split() -> Value {
    let shares = [("a", 50), ("b", 30), ("c", 20)];
    json!({ "split": shares.map(|(variant, weight)| json!({ "variant": variant, "weight": weight })) })
}

fn rules(number: usize) -> [Value; 2] {
    let countries = [0, 3, 6].map(|offset| COUNTRIES[(number + offset) % COUNTRIES.len()]);
    let plans = [0, 1].map(|offset| PLANS[(number + offset) % PLANS.len()]);
    let test = |attr: &str, op: &str, value: Value| json!({ "attr": attr, "op": op, "value": value });
    let version = test("version", "semverGte", json!(format!("{}.2.0", number % 6 + 1)));
    let age = test("age", "gte", json!(20 + number % 50));
    [
        json!({ "when": { "all": [test("country", "in", json!(countries)), version] }, "serve": "loyal" }),
        json!({ "when": { "all": [test("plan", "in", json!(plans)), age] }, "serve": "paying" }),
    ]
}

pub(crate) fn snapshot(flags: &Value) -> Vec<u8> {
    json!({ "schemaVersion": 1, "revision": "1", "flags": flags }).to_string().into_bytes()
}

pub(crate) fn program(flags: Value) -> Program {
    let program = Program::load(&snapshot(&flags)).expect("the snapshot loads");
    assert_eq!(program.problems(), []);
    program
}

pub(crate) fn users() -> Vec<Context> {
    let user = |number: usize| {
        let mixed = number * 7919 + 100_003;
        Context::keyed(format!("user-{mixed:x}-{number}"))
            .with("country", COUNTRIES[mixed % COUNTRIES.len()])
            .with("version", format!("{}.{}.{}", mixed % 7 + 1, mixed / 7 % 10, mixed / 70 % 20))
            .with("plan", PLANS[mixed / 11 % PLANS.len()])
            .with("age", f64::from(u32::try_from(16 + mixed / 13 % 60).expect("an age is small")))
    };
    (0..USERS).map(user).collect()
}

//! The evaluator natively: decisions, and loading snapshots.
//!
//! The flags are those of the benchmark in `node/`: two rules on four attributes, then a split in three.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that can't be set up stops")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use serde_json::{Map, Value, json};
use tidegate::{Context, Program};

const USERS: usize = 10_000;
const COUNTRIES: [&str; 10] = ["DE", "AT", "CH", "FR", "IT", "ES", "PL", "NL", "SE", "US"];
const PLANS: [&str; 4] = ["free", "plus", "pro", "trial"];

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    one_flag(&mut criterion);
    thousand_flags(&mut criterion);
    load(&mut criterion);
    criterion.final_summary();
}

/// One flag again and again, another user with every call.
fn one_flag(criterion: &mut Criterion) {
    let split = || json!({ "serve": split() });
    let [loyal, paying] = rules(0);
    let program = program(json!({
        "constant": flag("constant", &[]),
        "rollout": flag("rollout", &[split()]),
        "rule": flag("rule", &[loyal.clone(), paying.clone()]),
        "mixed": flag("mixed", &[loyal, paying, split()]),
    }));
    let everyone = users();
    let hit: Vec<Context> =
        everyone.iter().filter(|user| program.decide("rule", user).rule.is_some()).cloned().collect();

    let mut group = criterion.benchmark_group("decide");
    for (key, users) in [("constant", &everyone), ("rollout", &everyone), ("rule", &hit), ("mixed", &everyone)] {
        let mut users = users.iter().cycle();
        group.bench_function(key, |bencher| bencher.iter(|| program.decide(key, users.next().expect("users cycle"))));
    }
    group.finish();
}

/// A thousand flags: another one and another user with every call, and all of one user.
fn thousand_flags(criterion: &mut Criterion) {
    let program = program(many(1000));
    let keys: Vec<&str> = program.keys().collect();
    let users = users();

    let mut group = criterion.benchmark_group("thousand flags");
    let mut call = 0;
    group.bench_function("spread", |bencher| {
        bencher.iter(|| {
            call += 1;
            // The step from round to round of the users makes them meet other flags.
            program.decide(keys[(call + call / USERS) % keys.len()], &users[call % USERS])
        });
    });
    let mut users = users.iter().cycle();
    group.throughput(Throughput::Elements(1000));
    group.bench_function("all of one bound context", |bencher| {
        bencher.iter(|| {
            let mut bound = program.bind(users.next().expect("users cycle"));
            for key in &keys {
                black_box(bound.decide(key));
            }
        });
    });
    group.finish();
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    for count in [100, 1_000, 10_000] {
        let bytes = snapshot(&many(count));
        group.bench_function(BenchmarkId::new("flags", count), |bencher| {
            bencher.iter_with_large_drop(|| Program::load(&bytes).expect("the snapshot loads"));
        });
    }
    group.finish();
}

/// Flags like `mixed`, each with lists and limits of its own.
fn many(count: usize) -> Value {
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

fn snapshot(flags: &Value) -> Vec<u8> {
    json!({ "schemaVersion": 1, "revision": "1", "flags": flags }).to_string().into_bytes()
}

fn program(flags: Value) -> Program {
    let program = Program::load(&snapshot(&flags)).expect("the snapshot loads");
    assert_eq!(program.problems(), []);
    program
}

fn users() -> Vec<Context> {
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

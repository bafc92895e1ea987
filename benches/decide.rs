//! The evaluator natively: decisions, and loading snapshots, by the clock.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that can't be set up stops")]

mod workload;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use tidegate::{Context, Program};
use workload::{USERS, four, many, program, snapshot, users};

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    one_flag(&mut criterion);
    many_units(&mut criterion);
    thousand_flags(&mut criterion);
    load(&mut criterion);
    criterion.final_summary();
}

/// One flag again and again, another user with every call.
fn one_flag(criterion: &mut Criterion) {
    let program = program(four());
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

/// A population through one flag.
fn many_units(criterion: &mut Criterion) {
    let program = program(four());
    let ids: Vec<String> = (0..100_000).map(|number| format!("user-{number}")).collect();

    let mut group = criterion.benchmark_group("100,000 units through one flag");
    group.throughput(Throughput::Elements(ids.len() as u64));
    for key in ["rollout", "mixed"] {
        let context = Context::new().with("country", "DE").with("version", "3.1.4").with("plan", "pro").with("age", 30);
        let mut units = program.units(key, "targetingKey", &context).expect("the flag is there");
        group.bench_function(key, |bencher| {
            bencher.iter(|| {
                for id in &ids {
                    black_box(units.decide(id));
                }
            });
        });
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

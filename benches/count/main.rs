//! The evaluator natively, for counting instructions rather than time: `cargo xtask count` runs each benchmark by itself
//! under callgrind, which counts while `counted` runs.
//!
//! With a benchmark's name as its argument the program runs that; with none it prints the names. Inputs are the same in
//! every process.
#![expect(clippy::expect_used, reason = "a benchmark that can't be set up stops")]

#[path = "../workload/mod.rs"]
mod workload;

use std::env;
use std::hint::black_box;

use dlmalloc::GlobalDlmalloc;
use serde_json::json;
use tidegate::{Context, Program, Reason};
use workload::{four, many, program, snapshot, users};

/// Not the C library's, which makes the counts depend on its version and, putting work off, on what set-up freed.
#[global_allocator]
static ALLOCATOR: GlobalDlmalloc = GlobalDlmalloc;

const BENCHMARKS: [(&str, fn()); 9] = [
    ("bound decision/constant", || bound("constant", Reason::Static)),
    ("bound decision/rollout", || bound("rollout", Reason::Split)),
    ("bound decision/rule", || bound("rule", Reason::TargetingMatch)),
    ("bound decision/mixed", || bound("mixed", Reason::Split)),
    ("decision with a fresh context", fresh_context),
    ("load of 1,000 flags", load),
    ("100,000 units through one flag", many_units),
    ("lookup among 100 ids", || lookup(100)),
    ("lookup among 100,000 ids", || lookup(100_000)),
];

fn main() {
    // `cargo bench` adds the option `--bench`.
    let Some(asked) = env::args().skip(1).find(|argument| argument != "--bench") else {
        for (name, _) in BENCHMARKS {
            println!("{name}");
        }
        return;
    };
    let (_, run) = BENCHMARKS.into_iter().find(|(name, _)| *name == asked).expect("a benchmark has that name");
    run();
}

/// What callgrind counts, found by this name. Set-up is done before, and what `work` returns is dropped after.
#[inline(never)]
fn counted<T>(work: impl FnOnce() -> T) -> T {
    black_box(work())
}

/// A flag asked of a bound context, for the first user that gets such an answer.
fn bound(key: &str, reason: Reason) {
    let program = program(four());
    let users = users();
    let user = users.iter().find(|user| program.decide(key, user).reason == reason).expect("users differ");
    let mut bound = program.bind(user);
    let key = black_box(key);
    counted(|| bound.decide(key));
}

/// All that a decision takes when nothing is kept between two but the program.
fn fresh_context() {
    let program = program(four());
    let [key, id, version] = black_box(["mixed", "user-186a3-0", "3.1.4"]);
    counted(|| {
        let context =
            Context::keyed(id).with("country", "DE").with("version", version).with("plan", "pro").with("age", 30);
        program.decide(key, &context)
    });
}

fn load() {
    let bytes = snapshot(&many(1_000));
    let loaded = counted(|| Program::load(&bytes));
    assert!(loaded.is_ok_and(|program| program.problems().is_empty()));
}

fn many_units() {
    let program = program(four());
    let ids: Vec<String> = (0..100_000).map(|number| format!("user-{number}")).collect();
    let mut units = program.units("rollout", "targetingKey", &Context::new()).expect("the flag is there");
    counted(|| {
        for id in &ids {
            black_box(units.decide(id));
        }
    });
}

/// A segment's list of this many, and somebody in its middle.
fn lookup(count: u32) {
    let ids: Vec<String> = (0..count).map(|number| format!("user-{number}")).collect();
    let flag = json!({
        "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off",
        "rules": [{ "when": { "segment": "beta" }, "serve": "on" }],
    });
    let document = json!({
        "schemaVersion": 1, "revision": "1", "segments": { "beta": { "include": ids } }, "flags": { "beta": flag },
    });
    let program = Program::load(document.to_string().as_bytes()).expect("the snapshot loads");
    let mut bound = program.bind(&Context::keyed(format!("user-{}", count / 2)));
    let key = black_box("beta");
    let decision = counted(|| bound.decide(key));
    assert_eq!(decision.boolean(), Some(true));
}

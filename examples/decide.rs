//! Decides every flag of the sample snapshot on a native host: `cargo run --example decide`.

use tidegate::{Context, Program};

fn main() -> Result<(), tidegate::Problem> {
    let program = Program::load(include_bytes!("snapshot.json"))?;
    for problem in program.problems() {
        eprintln!("{problem}");
    }

    let context = Context::keyed("u-1")
        .with("user.id", "u-1")
        .with("user.email", "ada@shop.example")
        .with("user.country", "DE")
        .with("shop.id", "7")
        .with("shop.plan", "plus")
        .with("app.version", "2.4.1");

    // Bound once: the attributes are written once, however many flags are asked.
    let mut bound = program.bind(&context);
    for key in program.keys() {
        let decision = bound.decide(key);
        let value = decision.json().unwrap_or("no value");
        println!("{key:<16} {value:<40} {:<16} {}", decision.reason.name(), decision.rule.unwrap_or("-"));
    }
    Ok(())
}

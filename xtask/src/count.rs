//! `cargo xtask count`: holds the evaluator to the instruction counts in `benches/counts.json`.
//!
//! A clock is too unsteady for a gate on a shared machine; a simulated processor counts the same each time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::counts::Counts;
use crate::valgrind::Valgrind;
use crate::{project, run};

const BASELINE: &str = "benches/counts.json";

pub(crate) fn run(write: bool) -> Result<()> {
    if !write {
        let gate = Gate::open()?;
        println!("count: {}", gate.check(&gate.valgrind()?)?);
        return Ok(());
    }
    let instructions = count(&Valgrind::find_or_install()?)?;
    Counts { compiler: compiler()?, instructions }.write(&project::path(BASELINE))?;
    println!("count: wrote {BASELINE}");
    Ok(())
}

/// The committed counts, and what it takes to hold others against them.
pub(crate) struct Gate {
    baseline: Counts,
}

impl Gate {
    pub(crate) fn open() -> Result<Self> {
        let json = project::read_json(&project::path(BASELINE))?;
        let expected = || format!("`{BASELINE}`: expected a compiler and instructions by benchmark");
        Ok(Self { baseline: Counts::read(&json).with_context(expected)? })
    }

    /// Fails where counts can't be had, or would say nothing.
    pub(crate) fn valgrind(&self) -> Result<Valgrind> {
        let Counts { compiler: expected, .. } = &self.baseline;
        let found = compiler()?;
        if found != *expected {
            bail!("`{BASELINE}` is for {expected} and this is {found}: `cargo xtask count --write` counts with it");
        }
        Valgrind::find_or_install()
    }

    /// Fails on counts that aren't the baseline's, after a table of them.
    pub(crate) fn check(&self, valgrind: &Valgrind) -> Result<String> {
        let comparison = self.baseline.compare(&count(valgrind)?);
        println!("\n{comparison}");
        comparison.check()?;
        Ok(format!("the instructions are those of {BASELINE}"))
    }
}

fn count(valgrind: &Valgrind) -> Result<BTreeMap<String, u64>> {
    run::quiet("count", "compiling the counted benchmarks", &mut compile())?;
    let messages = run::answer(compile().args(["--message-format", "json"]));
    let program = messages.as_deref().and_then(executable);
    let program = program.context("`cargo build --bench count` named no program")?;
    let names =
        run::answer(&mut project::command(&program)).context("the counted benchmarks did not list their names")?;
    // A process each, so that none finds the memory as another one left it.
    names.lines().map(|name| Ok((name.to_owned(), valgrind.count(&program, name)?))).collect()
}

fn compile() -> Command {
    let mut command = project::cargo();
    command.args(["build", "--profile", "bench", "--package", "tidegate", "--bench", "count"]);
    // Somebody's flags for their own processor make other code.
    command.env("CARGO_ENCODED_RUSTFLAGS", "");
    command
}

/// Where cargo's messages, one a line, say that the program is.
fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().find_map(|line| {
        let message: Value = serde_json::from_str(line).ok()?;
        Some(message.get("executable")?.as_str()?.into())
    })
}

/// The compiler's version and the machine that it compiles for.
fn compiler() -> Result<String> {
    let printed = run::answer(project::command("rustc").arg("-vV"));
    let printed = printed.context("`rustc -vV` failed: expected Rust on the search path")?;
    let field = |name: &str| printed.lines().find_map(|line| line.strip_prefix(name));
    let release = field("release: ").zip(field("host: "));
    let (release, host) = release.context("`rustc -vV` printed no `release` or no `host`")?;
    Ok(format!("rustc {release} for {host}"))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::executable;

    #[test]
    fn the_program_is_in_cargo_s_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"tidegate"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"count"},"executable":"target/release/deps/count-1"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages), Some(PathBuf::from("target/release/deps/count-1")));
        assert_eq!(executable(""), None);
    }
}

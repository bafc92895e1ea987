//! `cargo xtask systems`: what eight companies' systems decide, row by row, each with the test that shows it here.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::process::Command;
use std::{env, iter};

use anyhow::{Result, bail};

use crate::rows::Rows;
use crate::{build, project, run, setup};

const FOLDER: &str = "tests/systems";

pub(crate) fn run() -> Result<()> {
    setup::run()?;
    build::run()?;
    println!("\nsystems: {}", check(true)?);
    Ok(())
}

/// Runs the tests and holds the rows against them. The table is shown when something failed, or `always`. Expects the
/// package to be built.
pub(crate) fn check(always: bool) -> Result<String> {
    let rows = Rows::read(&project::read_json(&project::path(FOLDER).join("rows.json"))?)?;
    let mut results = BTreeMap::new();
    // As `cargo xtask test` compiles the workspace, so that nothing is compiled twice.
    let mut native = project::cargo();
    native.args(["test", "--workspace", "--test", "systems"]);
    results.extend(outcomes("the crate", &mut native, native_outcome)?);
    results.extend(outcomes("the package", &mut package_tests()?, package_outcome)?);

    let judged = rows.judge(results);
    let outcome = judged.check();
    if always || outcome.is_err() {
        let in_colour = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
        print!("{}", judged.table(in_colour));
    }
    if let Err(error) = outcome {
        bail!("{error:#}: {}", judged.summary());
    }
    Ok(judged.summary())
}

fn package_tests() -> Result<Command> {
    let files = project::read_folder(&project::path(FOLDER))?;
    let mut command = project::command("node");
    command.args(["--test", "--test-reporter", "tap"]);
    command.args(files.into_iter().filter(|file| file.to_string_lossy().ends_with(".test.mjs")));
    Ok(command)
}

/// Whether each test passed. What the tests said is printed when one failed; none at all is an error.
fn outcomes(
    what: &str,
    command: &mut Command,
    read: fn(&str) -> Option<(String, bool)>,
) -> Result<BTreeMap<String, bool>> {
    let finished = run::observe("systems", what, command)?;
    if !finished.status.success() {
        print!("{}", finished.output);
    }
    let outcomes: BTreeMap<String, bool> = finished.output.lines().filter_map(read).collect();
    let none_failed = outcomes.values().all(|passed| *passed);
    if outcomes.is_empty() || none_failed && !finished.status.success() {
        bail!("the systems' tests of {what} ended with {}, and no test of them failed", finished.status);
    }
    Ok(outcomes)
}

/// `test amazon::first ... ok`. A test that is ignored says nothing.
fn native_outcome(line: &str) -> Option<(String, bool)> {
    let (name, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let passed = match outcome {
        "ok" => true,
        "FAILED" => false,
        _ => return None,
    };
    Some((name.to_owned(), passed))
}

/// `ok 1 - amazon: first`. A test that is skipped says nothing.
fn package_outcome(line: &str) -> Option<(String, bool)> {
    let (passed, rest) = match line.strip_prefix("not ok ") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok ")?),
    };
    let (_, title) = rest.split_once(" - ")?;
    (!title.contains(" # ")).then(|| (iter::once("node ").chain([title]).collect(), passed))
}

#[cfg(test)]
mod tests {
    use super::{native_outcome, package_outcome};

    fn outcome(name: &str, passed: bool) -> Option<(String, bool)> {
        Some((name.to_owned(), passed))
    }

    #[test]
    fn outcomes_are_in_the_runners_lines() {
        assert_eq!(native_outcome("test a::one ... ok"), outcome("a::one", true));
        assert_eq!(native_outcome("test a::one ... FAILED"), outcome("a::one", false));
        assert_eq!(native_outcome("test a::one ... ignored, long"), None);
        assert_eq!(native_outcome("test result: ok. 1 passed; 0 failed"), None);
        assert_eq!(package_outcome("ok 1 - a: one"), outcome("node a: one", true));
        assert_eq!(package_outcome("not ok 12 - a: one - two"), outcome("node a: one - two", false));
        assert_eq!(package_outcome("ok 2 - a: one # SKIP"), None);
        assert_eq!(package_outcome("# Subtest: a: one"), None);
    }
}

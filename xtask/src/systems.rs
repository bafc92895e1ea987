//! `cargo xtask systems`: what eight companies' systems decide, row by row, each with the test that shows it here.

use std::collections::BTreeMap;
use std::env;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::rows::{PACKAGE, Rows};
use crate::{build, project, run, setup};

const FOLDER: &str = "tests/systems";
const PACKAGE_TESTS: &str = "pkg-template/tests";

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
    let package = outcomes("the package", &mut node_tests(files()?), node_outcome)?;
    results.extend(package.into_iter().map(|(title, passed)| (["node ", &title].concat(), passed)));
    for file in rows.package_files() {
        let path = project::path(PACKAGE_TESTS).join(format!("{file}.test.mjs"));
        let found = outcomes(&format!("the package's {file}"), &mut node_tests([path]), node_outcome)?;
        let named = found.into_iter().map(|(title, passed)| (format!("{PACKAGE}{file}: {title}"), passed));
        // The others are no row's: `cargo xtask test --only npm` runs them all.
        results.extend(named.filter(|(test, _)| rows.names(test)));
    }

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

fn files() -> Result<Vec<PathBuf>> {
    let mut files = project::read_folder(&project::path(FOLDER))?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    Ok(files)
}

fn node_tests(files: impl IntoIterator<Item = PathBuf>) -> Command {
    let mut command = project::command("node");
    command.args(["--test", "--test-reporter", "tap"]).args(files);
    command
}

/// Whether each test passed, by name; of several of one name, whether all did. What the tests said is printed when one failed;
/// none at all is an error.
fn outcomes(
    what: &str,
    command: &mut Command,
    read: fn(&str) -> Option<(String, bool)>,
) -> Result<BTreeMap<String, bool>> {
    let finished = run::observe("systems", what, command)?;
    if !finished.status.success() {
        print!("{}", finished.output);
    }
    let mut outcomes = BTreeMap::new();
    for (name, passed) in finished.output.lines().filter_map(read) {
        *outcomes.entry(name).or_insert(true) &= passed;
    }
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

/// `ok 1 - amazon: first`, indented within a suite. A test that is skipped says nothing.
fn node_outcome(line: &str) -> Option<(String, bool)> {
    let line = line.trim_start();
    let (passed, rest) = match line.strip_prefix("not ok ") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok ")?),
    };
    let (_, title) = rest.split_once(" - ")?;
    (!title.contains(" # ")).then(|| (title.to_owned(), passed))
}

#[cfg(test)]
mod tests {
    use super::{native_outcome, node_outcome};

    fn outcome(name: &str, passed: bool) -> Option<(String, bool)> {
        Some((name.to_owned(), passed))
    }

    #[test]
    fn outcomes_are_in_the_runners_lines() {
        assert_eq!(native_outcome("test a::one ... ok"), outcome("a::one", true));
        assert_eq!(native_outcome("test a::one ... FAILED"), outcome("a::one", false));
        assert_eq!(native_outcome("test a::one ... ignored, long"), None);
        assert_eq!(native_outcome("test result: ok. 1 passed; 0 failed"), None);
        assert_eq!(node_outcome("ok 1 - a: one"), outcome("a: one", true));
        assert_eq!(node_outcome("    not ok 12 - a: one - two"), outcome("a: one - two", false));
        assert_eq!(node_outcome("ok 2 - a: one # SKIP"), None);
        assert_eq!(node_outcome("# Subtest: a: one"), None);
    }
}

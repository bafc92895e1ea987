//! Runs named steps one after the other and prints a table of them at the end.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::run::{self, Seconds};

/// A step's lines that begin with this are shown even when it passes: a test that did not run should not look as if it had.
const SKIPPED: &str = "skipped: ";

/// One command of a verb that consists of many.
pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) command: Command,
}

/// What ran so far.
pub(crate) struct Summary {
    verb: &'static str,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    passed: bool,
    took: Duration,
}

impl Summary {
    pub(crate) fn new(verb: &'static str) -> Self {
        Self { verb, rows: Vec::new() }
    }

    /// Runs a job. When it fails: its whole output, the table, and an error.
    pub(crate) fn run(&mut self, mut job: Job) -> Result<()> {
        let finished = run::observe(self.verb, &job.name, &mut job.command)?;
        let passed = finished.status.success();
        self.rows.push(Row { name: job.name.clone(), passed, took: finished.took });
        if passed {
            println!("{}: {}: passed in {}", self.verb, job.name, Seconds(finished.took));
            for line in skipped_lines(&finished.output) {
                println!("{}: {}: {line}", self.verb, job.name);
            }
            return Ok(());
        }
        print!("{}", finished.output);
        self.print();
        bail!("{}: `{}` failed with {}; its output is above the table", self.verb, job.name, finished.status)
    }

    /// A step that is done here rather than by a command; what it returns is printed.
    pub(crate) fn check(&mut self, name: &str, work: impl FnOnce() -> Result<String>) -> Result<()> {
        let began = Instant::now();
        let outcome = work();
        let took = began.elapsed();
        self.rows.push(Row { name: name.to_owned(), passed: outcome.is_ok(), took });
        match outcome {
            Ok(found) => {
                println!("{}: {name}: passed in {}: {found}", self.verb, Seconds(took));
                Ok(())
            }
            Err(error) => {
                self.print();
                Err(error)
            }
        }
    }

    /// The table, with a closing line that counts.
    pub(crate) fn print(&self) {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        println!();
        for row in &self.rows {
            let result = if row.passed { "passed" } else { "FAILED" };
            println!("  {:width$}  {result}  {:>9}", row.name, Seconds(row.took));
        }
        let passed = self.rows.iter().filter(|row| row.passed).count();
        println!("\n{passed} passed, {} failed", self.rows.len() - passed);
    }
}

/// Test runners indent what a test prints, and some put a mark before it.
fn skipped_lines(output: &str) -> impl Iterator<Item = &str> {
    output.lines().filter_map(|line| {
        let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
        line.starts_with(SKIPPED).then_some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::skipped_lines;

    #[test]
    fn skipped_lines_are_found_behind_the_runners_marks() {
        let output = "    skipped: no browser\n# skipped: no files\nok 1 - not skipped: this\n1 skipped\n";
        let found: Vec<_> = skipped_lines(output).collect();
        assert_eq!(found, ["skipped: no browser", "skipped: no files"]);
    }
}

//! `tidegate check`: every problem and every warning of snapshots.

use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde::Serialize;
use tidegate::{Problem, Program, Subject};

use crate::Outcome;
use crate::diagnostic::Painter;
use crate::document::Document;
use crate::finding::FindingReport;
use crate::input;
use crate::notice::Notice;
use crate::show::{BAD, DOUBTFUL, GOOD, write_json};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate check snapshot.json
  tidegate check flags/
  curl -s https://flags.example/snapshot.json | tidegate check -
  tidegate check snapshot.json --json | jq -r '.problems[] | "\(.file):\(.line):\(.column) \(.code)"'

A warning is about what serves but can't all be meant: two experiments that set one parameter.

A folder of sources is checked as it is, and as it is in each of its environments.

Exit codes: 0 no problems, with or without warnings; 1 problems; 2 a file could not be read."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// Snapshots, or folders of sources; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

/// What a program reads.
#[derive(Default, Serialize)]
struct Report {
    files: Vec<FileReport>,
    problems: Vec<FindingReport>,
    warnings: Vec<FindingReport>,
}

#[derive(Serialize)]
struct FileReport {
    file: String,
    /// Absent when the document is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    /// How many flags serve.
    flags: usize,
    /// How many problems there are.
    problems: usize,
    /// How many warnings there are.
    warnings: usize,
}

/// Checks the files one after the other; one that can't be read doesn't keep the others from being checked.
pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let painter = Painter::for_stdout();
    let mut report = Report::default();
    let mut unread = false;
    let mut told = HashSet::new();
    for document in asked.files.iter().flat_map(|path| Document::open_each(path)) {
        let document = match document {
            Ok(document) => document,
            Err(error) => {
                input::complain(&error);
                unread = true;
                continue;
            }
        };
        // Where a source is missing, so is what others name in it.
        let loaded = document.is_complete().then(|| document.load());
        let problems = match &loaded {
            None => Vec::new(),
            Some(Ok(program)) => [program.problems(), &program.compile_problems()].concat(),
            Some(Err(problem)) => vec![problem.clone()],
        };
        let troubles = document.troubles();
        let program = loaded.as_ref().and_then(|loaded| loaded.as_ref().ok()).filter(|_| troubles.is_empty());
        let warnings = program.map(Program::warnings).unwrap_or_default();
        let found = troubles.iter().cloned().chain(problems.iter().map(Notice::error)).collect();
        let mut found = document.find(found);
        let mut doubted = document.find(warnings.iter().map(Notice::warning).collect());
        let count = found.len();
        // What is wrong in every environment is told once.
        found.retain(|finding| told.insert(finding.identity()));
        doubted.retain(|finding| told.insert(finding.identity()));
        if !asked.json {
            found.iter().chain(&doubted).try_for_each(|finding| painter.paint(finding, out))?;
            writeln!(out, "{}", summary(&document.name, &problems, warnings.len(), program))?;
        }
        report.files.push(FileReport {
            file: document.name.clone(),
            revision: program.map(|program| program.revision().to_owned()),
            flags: program.map_or(0, Program::flag_count),
            problems: count,
            warnings: warnings.len(),
        });
        report.problems.extend(found.iter().map(FindingReport::new));
        report.warnings.extend(doubted.iter().map(FindingReport::new));
    }
    if asked.json {
        write_json(&report, out)?;
    }
    Ok(match (unread, report.problems.is_empty()) {
        (true, _) => Outcome::Undone,
        (false, true) => Outcome::Fine,
        (false, false) => Outcome::Wrong,
    })
}

/// One line that says how a file is.
pub(crate) fn summary(name: &str, problems: &[Problem], warnings: usize, program: Option<&Program>) -> String {
    let Some(program) = program else {
        return format!("{BAD}{name}: the snapshot is refused{BAD:#}");
    };
    let serving = program.flag_count();
    let rest = format!("{} {}", counted(serving, "flag"), if serving == 1 { "serves" } else { "serve" });
    let rest = if warnings == 0 { format!("; {rest}") } else { format!(", {}; {rest}", counted(warnings, "warning")) };
    if problems.is_empty() {
        let style = if warnings == 0 { GOOD } else { DOUBTFUL };
        return format!("{style}{name}: no problems{rest}{style:#}");
    }
    let subjects: BTreeSet<&Subject> = problems.iter().filter_map(|problem| problem.subject.as_ref()).collect();
    let places = ["flag", "segment", "layer", "holdout"].map(|kind| {
        let count = subjects.iter().filter(|subject| subject.kind() == kind).count();
        (count > 0).then(|| counted(count, kind))
    });
    let places = places.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    format!("{BAD}{name}: {} in {places}{rest}{BAD:#}", counted(problems.len(), "problem"))
}

pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

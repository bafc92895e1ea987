//! `tidegate check`: every problem and every warning of snapshots.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::Result;
use miette::Severity;
use serde::Serialize;
use tidegate::{Code, Problem, Program, Subject};

use crate::Outcome;
use crate::args::Check;
use crate::diagnostic::Painter;
use crate::finding::{Finding, findings};
use crate::input;
use crate::show::{BAD, DOUBTFUL, GOOD, write_json};
use crate::source::Source;

/// What a program reads.
#[derive(Default, Serialize)]
struct Report {
    files: Vec<FileReport>,
    problems: Vec<ProblemReport>,
    warnings: Vec<ProblemReport>,
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

/// A place that is unknown has neither line nor column.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProblemReport {
    file: String,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    path: String,
    code: Code,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
    #[serde(flatten)]
    subject: Option<Subject>,
}

/// Checks the files one after the other; one that can't be read doesn't keep the others from being checked.
pub(crate) fn run(asked: &Check, out: &mut impl Write) -> Result<Outcome> {
    let painter = Painter::for_stdout();
    let mut report = Report::default();
    let mut unread = false;
    for path in &asked.files {
        let (name, bytes) = match input::read(path) {
            Ok(read) => read,
            Err(error) => {
                input::complain(&error);
                unread = true;
                continue;
            }
        };
        let source = Source::new(name, &bytes);
        let loaded = Program::load(&bytes);
        let problems = match &loaded {
            Ok(program) => [program.problems(), &program.compile_problems()].concat(),
            Err(problem) => vec![problem.clone()],
        };
        let program = loaded.as_ref().ok();
        let warnings = program.map(Program::warnings).unwrap_or_default();
        let (found, doubted) = (findings(&source, &bytes, &problems), findings(&source, &bytes, &warnings));
        if !asked.json {
            found.iter().try_for_each(|finding| painter.paint(finding, Severity::Error, out))?;
            doubted.iter().try_for_each(|finding| painter.paint(finding, Severity::Warning, out))?;
            writeln!(out, "{}", summary(&source.name, &problems, warnings.len(), program))?;
        }
        report.files.push(FileReport {
            file: source.name.clone(),
            revision: program.map(|program| program.revision().to_owned()),
            flags: program.map_or(0, Program::flag_count),
            problems: problems.len(),
            warnings: warnings.len(),
        });
        report.problems.extend(found.iter().map(ProblemReport::new));
        report.warnings.extend(doubted.iter().map(ProblemReport::new));
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

impl ProblemReport {
    fn new(finding: &Finding<'_>) -> Self {
        let problem = finding.problem;
        let place = finding.place.as_ref();
        Self {
            file: finding.source.name.clone(),
            line: place.map(|place| place.start.line),
            column: place.map(|place| place.start.column),
            end_line: place.map(|place| place.end.line),
            end_column: place.map(|place| place.end.column),
            path: problem.path.clone(),
            code: problem.code,
            message: finding.message.clone(),
            suggestion: problem.suggestion.clone(),
            subject: problem.subject.clone(),
        }
    }
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

//! `tidegate check`: every problem, every warning and every lint of snapshots.

mod github;
mod linting;
mod report;
mod sarif;

use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};
use tidegate::{Problem, Program, Subject};

use crate::Outcome;
use crate::diagnostic::Painter;
use crate::document::Document;
use crate::finding::{Finding, FindingReport};
use crate::input;
use crate::notice::Notice;
use crate::show::{BAD, DOUBTFUL, FAINT, GOOD, write_json};
use linting::{LintArguments, Linted, Linting, Lints};
use report::{FileReport, LintReport, Report};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate check snapshot.json
  tidegate check flags/
  curl -s https://flags.example/snapshot.json | tidegate check -
  tidegate check snapshot.json --json | jq -r '.problems[] | "\(.file):\(.line):\(.column) \(.code)"'
  tidegate check snapshot.json --deny RULE_SHADOWED --allow FLAG_CONSTANT
  tidegate check snapshot.json --format github

A problem refuses something. A warning is about what serves but can't all be meant: two experiments that set one
parameter. A lint is about what can hardly be meant, such as a rule that nobody can reach: `tidegate help-lint`
lists them and explains each. Lints are allowed, with a reason, in a `tidegate.toml` beside the snapshot or in a
folder around it.

A folder of sources is checked as it is, and as it is in each of its environments.

Exit codes: 0 no problems and no lints that are errors; 1 some; 2 a file could not be read."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// Snapshots, or folders of sources; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write JSON for programs
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    lints: LintArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// Annotations of a GitHub workflow
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Checks the files one after the other; one that can't be read doesn't keep the others from being checked.
pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let mut linting = Linting::new(&asked.lints)?;
    let format = if asked.json { Format::Json } else { asked.format };
    let mut telling = Telling { format, painter: Painter::for_stdout(), out };
    let mut report = Report::default();
    let mut unread = false;
    let mut told = HashSet::new();
    let documents =
        asked.files.iter().flat_map(|path| Document::open_each(path).into_iter().map(move |one| (path, one)));
    for (path, document) in documents {
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
        let mut lints = linting.lint(path, &document, program)?;
        let (count, tally) = (found.len(), Tally::new(warnings.len(), lints.all()));
        // What is wrong in every environment is told once.
        found.retain(|finding| told.insert(finding.identity()));
        doubted.retain(|finding| told.insert(finding.identity()));
        lints.retain(|linted| told.insert(linted.finding.identity()));
        found.iter().chain(&doubted).try_for_each(|finding| telling.tell(finding))?;
        telling.tell_lints(lints.all())?;
        telling.conclude(&summary(&document.name, &problems, &tally, program))?;
        if matches!(lints, Lints::Compiled) {
            telling.conclude(&format!(
                "{FAINT}{}: compiled, so there is nothing to lint: check what it was compiled from{FAINT:#}",
                document.name
            ))?;
        }
        report.files.push(FileReport {
            file: document.name.clone(),
            revision: program.map(|program| program.revision().to_owned()),
            flags: program.map_or(0, Program::flag_count),
            problems: count,
            warnings: warnings.len(),
            lints: lints.are_done().then_some(tally.lints),
            allowed: lints.are_done().then_some(tally.allowed),
        });
        report.problems.extend(found.iter().map(FindingReport::new));
        report.warnings.extend(doubted.iter().map(FindingReport::new));
        report.lints.extend(lints.all().iter().map(LintReport::new));
    }
    let linted = linting.of_configurations();
    telling.tell_lints(&linted)?;
    report.lints.extend(linted.iter().map(LintReport::new));
    match format {
        Format::Text | Format::Github => {}
        Format::Json => write_json(&report, telling.out)?,
        Format::Sarif => write_json(&sarif::log(&report, !unread), telling.out)?,
    }
    let is_fine = report.problems.is_empty() && !report.lints.iter().any(LintReport::is_wrong);
    Ok(match (unread, is_fine) {
        (true, _) => Outcome::Undone,
        (false, true) => Outcome::Fine,
        (false, false) => Outcome::Wrong,
    })
}

/// Where findings are told one by one, as they are found.
struct Telling<'o, W> {
    format: Format,
    painter: Painter,
    out: &'o mut W,
}

impl<W: Write> Telling<'_, W> {
    fn tell(&mut self, finding: &Finding<'_>) -> Result<()> {
        match self.format {
            Format::Text => self.painter.paint(finding, self.out)?,
            Format::Github => writeln!(self.out, "{}", github::annotation(finding))?,
            Format::Json | Format::Sarif => {}
        }
        Ok(())
    }

    fn tell_lints(&mut self, linted: &[Linted<'_>]) -> Result<()> {
        let told = linted.iter().filter(|linted| linted.allowed.is_none());
        told.map(|linted| &linted.finding).try_for_each(|finding| self.tell(finding))
    }

    /// What is said of a whole file.
    fn conclude(&mut self, line: &str) -> Result<()> {
        if self.format == Format::Text {
            writeln!(self.out, "{line}")?;
        }
        Ok(())
    }
}

/// What there is to say of a snapshot, beside its problems.
#[derive(Default)]
pub(crate) struct Tally {
    warnings: usize,
    /// Lints that are told.
    lints: usize,
    allowed: usize,
    /// A lint is an error.
    is_wrong: bool,
}

impl Tally {
    fn new(warnings: usize, linted: &[Linted<'_>]) -> Self {
        let allowed = linted.iter().filter(|linted| linted.allowed.is_some()).count();
        let is_wrong = linted.iter().any(Linted::is_wrong);
        Self { warnings, lints: linted.len() - allowed, allowed, is_wrong }
    }

    /// The parts of a sentence.
    fn parts(&self) -> String {
        let mut parts = String::new();
        for (count, what) in [(self.warnings, "warning"), (self.lints, "lint")] {
            if count > 0 {
                parts.extend([", ", &counted(count, what)]);
            }
        }
        if self.allowed > 0 {
            parts.extend([", ", &counted(self.allowed, "allowed lint")]);
        }
        parts
    }
}

/// One line that says how a file is.
pub(crate) fn summary(name: &str, problems: &[Problem], tally: &Tally, program: Option<&Program>) -> String {
    let Some(program) = program else {
        return format!("{BAD}{name}: the snapshot is refused{BAD:#}");
    };
    let serving = program.flag_count();
    let verb = if serving == 1 { "serves" } else { "serve" };
    let rest = format!("{}; {} {verb}", tally.parts(), counted(serving, "flag"));
    if problems.is_empty() {
        let style = match tally {
            Tally { is_wrong: true, .. } => BAD,
            Tally { warnings: 0, lints: 0, .. } => GOOD,
            _ => DOUBTFUL,
        };
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

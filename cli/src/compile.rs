//! `tidegate compile`: a snapshot to a file that needs no reading.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use serde::Serialize;
use tidegate::{Problem, Program};

use crate::Outcome;
use crate::check::{Tally, counted, summary};
use crate::document::Document;
use crate::finding::FindingReport;
use crate::notice::Notice;
use crate::show::{GOOD, shown, write_json};
use crate::{input, output};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate compile snapshot.json -o snapshot.tide
  tidegate eval snapshot.tide --flag new-checkout --context '{"shop": {"id": "42"}}'
  tidegate compile snapshot.json -o snapshot.tide --json | jq .bytesOut
  tidegate compile - -o - < snapshot.json | ssh edge 'cat > snapshot.tide'

Exit codes: 0 written; 1 the snapshot has problems, nothing is written; 2 it could not be done."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The snapshot, or the folder of its sources; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Compile although flags or segments are refused: they answer with an error, as they do from JSON
    #[arg(long)]
    allow_refused: bool,
    /// Write JSON for programs, on standard output
    #[arg(long)]
    json: bool,
}

/// What a program reads.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    file: String,
    /// Absent when the document is refused, as `output` and `bytesOut` are when nothing was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    /// How many flags serve.
    flags: usize,
    bytes_in: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes_out: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// What keeps it from being written.
    problems: Vec<FindingReport>,
}

impl Report {
    /// Of a run that has written nothing so far.
    fn new(document: &Document, program: Option<&Program>, problems: &[Problem]) -> Self {
        let found = document.find(problems.iter().map(Notice::error).collect());
        Self {
            file: document.name.clone(),
            revision: program.map(|program| program.revision().to_owned()),
            flags: program.map_or(0, Program::flag_count),
            bytes_in: document.bytes.len(),
            bytes_out: None,
            output: None,
            problems: found.iter().map(FindingReport::new).collect(),
        }
    }
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    if asked.json && asked.output == Path::new(output::STDOUT) {
        bail!("found `-` for --output beside --json, expected a file: standard output is where the JSON goes");
    }
    let document = Document::open(&asked.file)?;
    // Standard output may be where the file goes.
    let mut said = anstream::stderr();
    let loaded = document.load();
    let (program, file) = match compile(&loaded, asked.allow_refused) {
        Ok(compiled) => compiled,
        Err(problems) => {
            if asked.json {
                write_json(&Report::new(&document, loaded.as_ref().ok(), &problems), out)?;
                return Ok(Outcome::Wrong);
            }
            refuse(&document, &problems, &loaded)?;
            return Ok(Outcome::Wrong);
        }
    };
    output::write(&asked.output, &file)?;
    if asked.json {
        let output = Some(shown(&asked.output));
        let report = Report { bytes_out: Some(file.len()), output, ..Report::new(&document, Some(program), &[]) };
        write_json(&report, out)?;
        return Ok(Outcome::Fine);
    }
    let flags = counted(program.flag_count(), "flag");
    let (from, to) = (document.bytes.len(), file.len());
    writeln!(said, "{GOOD}{}: {flags}, {from} bytes of JSON, {to} compiled{GOOD:#}", document.name)?;
    Ok(Outcome::Fine)
}

/// Shows on standard error what keeps a snapshot from being compiled.
///
/// # Errors
/// It can't be written.
pub(crate) fn refuse(document: &Document, problems: &[Problem], loaded: &Result<Program, Problem>) -> Result<()> {
    input::show(document, problems)?;
    let said = summary(&document.name, problems, &Tally::default(), loaded.as_ref().ok());
    Ok(writeln!(anstream::stderr(), "{said}")?)
}

/// The program and its file, or everything that keeps it from being written.
pub(crate) fn compile(
    loaded: &Result<Program, Problem>,
    allow_refused: bool,
) -> Result<(&Program, Vec<u8>), Vec<Problem>> {
    let program = loaded.as_ref().map_err(|problem| vec![problem.clone()])?;
    let compiled = program.to_bytes();
    let mut problems = if allow_refused { Vec::new() } else { program.problems().to_vec() };
    match compiled {
        Ok(file) if problems.is_empty() => return Ok((program, file)),
        Ok(_) => {}
        Err(more) => problems.extend(more),
    }
    Err(problems)
}

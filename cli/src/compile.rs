//! `tidegate compile`: a snapshot to a file that needs no reading.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use tidegate::{Problem, Program};

use crate::Outcome;
use crate::check::{Tally, counted, summary};
use crate::document::Document;
use crate::show::GOOD;
use crate::{input, output};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate compile snapshot.json -o snapshot.tide
  tidegate eval snapshot.tide --flag new-checkout --context '{"shop": {"id": "42"}}'
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
}

pub(crate) fn run(asked: &Asked) -> Result<Outcome> {
    let document = Document::open(&asked.file)?;
    // Standard output may be where the file goes.
    let mut said = anstream::stderr();
    let loaded = document.load();
    let (program, file) = match compile(&loaded, asked.allow_refused) {
        Ok(compiled) => compiled,
        Err(problems) => {
            input::show(&document, &problems)?;
            writeln!(said, "{}", summary(&document.name, &problems, &Tally::default(), loaded.as_ref().ok()))?;
            return Ok(Outcome::Wrong);
        }
    };
    output::write(&asked.output, &file)?;
    let flags = counted(program.flag_count(), "flag");
    let (from, to) = (document.bytes.len(), file.len());
    writeln!(said, "{GOOD}{}: {flags}, {from} bytes of JSON, {to} compiled{GOOD:#}", document.name)?;
    Ok(Outcome::Fine)
}

/// The program and its file, or everything that keeps it from being written.
fn compile(loaded: &Result<Program, Problem>, allow_refused: bool) -> Result<(&Program, Vec<u8>), Vec<Problem>> {
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

//! `tidegate compile`: a snapshot to a file that needs no reading.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};
use tidegate::{Problem, Program};

use crate::Outcome;
use crate::args::Compile;
use crate::check::{counted, summary};
use crate::input;
use crate::show::{GOOD, printable};
use crate::source::Source;

pub(crate) fn run(asked: &Compile) -> Result<Outcome> {
    let (name, bytes) = input::read(&asked.file)?;
    let source = Source::new(name, &bytes);
    // Standard output may be where the file goes.
    let mut said = anstream::stderr();
    let loaded = Program::load(&bytes);
    let (program, file) = match compile(&loaded, asked.allow_refused) {
        Ok(compiled) => compiled,
        Err(problems) => {
            input::show(&source, &bytes, &problems)?;
            writeln!(said, "{}", summary(&source.name, &problems, 0, loaded.as_ref().ok()))?;
            return Ok(Outcome::Wrong);
        }
    };
    if asked.output == Path::new("-") {
        // Not by `anstream`, which takes what looks like colours out of what it is given.
        std::io::stdout().lock().write_all(&file)?;
    } else {
        let name = printable(&asked.output.to_string_lossy());
        std::fs::write(&asked.output, &file).with_context(|| format!("could not write `{name}`"))?;
    }
    let flags = counted(program.flag_count(), "flag");
    let (from, to) = (bytes.len(), file.len());
    writeln!(said, "{GOOD}{}: {flags}, {from} bytes of JSON, {to} compiled{GOOD:#}", source.name)?;
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

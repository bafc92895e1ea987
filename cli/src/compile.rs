//! `tidegate compile`: a snapshot to a file that needs no reading.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use tidegate::Program;

use crate::Outcome;
use crate::args::Compile;
use crate::check::{all_problems, counted, summary};
use crate::diagnostic::Painter;
use crate::finding::findings;
use crate::input;
use crate::show::{GOOD, printable};
use crate::source::Source;

pub(crate) fn run(asked: &Compile) -> Result<Outcome> {
    let (name, bytes) = input::read(&asked.file)?;
    let source = Source::new(name, &bytes);
    let loaded = Program::load(&bytes);
    let problems = match &loaded {
        Ok(program) if asked.allow_refused => program.compile_problems(),
        Ok(program) => all_problems(program),
        Err(problem) => vec![problem.clone()],
    };
    // Standard output may be where the file goes.
    let mut said = anstream::stderr();
    let (Ok(program), true) = (&loaded, problems.is_empty()) else {
        let painter = Painter::for_stderr();
        let mut shown = Vec::new();
        findings(&source, &bytes, &problems).iter().try_for_each(|finding| painter.paint(finding, &mut shown))?;
        writeln!(shown, "{}", summary(&source.name, &problems, loaded.as_ref().ok()))?;
        said.write_all(&shown)?;
        return Ok(Outcome::Wrong);
    };
    let file = program.to_bytes().map_err(|_| anyhow!("a problem came up while compiling that wasn't there before"))?;
    if asked.output == Path::new("-") {
        // Not through `out`, which takes what looks like colours out of what it is given.
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

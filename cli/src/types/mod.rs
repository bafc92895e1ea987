//! `tidegate types`: what a snapshot's flags are, for compilers.

mod comment;
mod definition;
mod naming;
mod rust;
mod shape;
mod stale;
mod typescript;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::Outcome;
use crate::check::counted;
use crate::document::Document;
use crate::show::{BAD, GOOD, printable, write_json};
use crate::{input, output};
use definition::Definitions;
use stale::Difference;

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate types snapshot.json -o src/flags.d.ts
  tidegate types snapshot.json -o src/flags.rs
  tidegate types snapshot.json -o src/flags.d.ts --check
  curl -s https://flags.example/snapshot.json | tidegate types - -o - --lang typescript

In TypeScript, `Tidegate.load<Flags>(…)` then knows every key and its values. Flags that are refused are left out.

Exit codes: 0 written, or up to date; 1 with --check, the file is stale; 2 it could not be done."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The snapshot, or the folder of its sources; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Where to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The language [default: by the output's extension]
    #[arg(long, value_name = "LANGUAGE")]
    lang: Option<Language>,
    /// Write `string` and `number` for what is inside of objects, where there would be the very texts and numbers
    #[arg(long)]
    widen: bool,
    /// Write nothing, and fail where the file isn't what would be written
    #[arg(long)]
    check: bool,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    #[value(name = "typescript", alias = "ts")]
    TypeScript,
    #[value(name = "rust", alias = "rs")]
    Rust,
}

/// What a program reads.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    file: String,
    flags: usize,
    /// Flags that are refused.
    left_out: &'a [String],
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<&'a Difference>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
enum State {
    Written,
    UpToDate,
    Stale,
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let to_stdout = asked.output == Path::new(output::STDOUT);
    if to_stdout && (asked.check || asked.json) {
        let option = if asked.check { "--check" } else { "--json" };
        return Err(anyhow!("found `-` for the output together with {option}, expected a file"));
    }
    let language = language(asked)?;
    let document = Document::open(&asked.file)?;
    let program = input::load(&document)?;
    let definitions = Definitions::read(&document, &program)?;
    let text = match language {
        Language::TypeScript => typescript::write(&definitions, asked.widen),
        Language::Rust => rust::write(&definitions),
    };
    tell_left_out(&document, &program, &definitions)?;
    if to_stdout {
        output::write(&asked.output, text.as_bytes())?;
        return Ok(Outcome::Fine);
    }
    let difference = stale::difference(&text, old(&asked.output)?.as_deref());
    let state = match (&difference, asked.check) {
        (None, _) => State::UpToDate,
        (Some(_), true) => State::Stale,
        (Some(_), false) => {
            output::write(&asked.output, text.as_bytes())?;
            State::Written
        }
    };
    let file = printable(&asked.output.to_string_lossy());
    let flags = definitions.flags.len();
    if asked.json {
        let difference = difference.as_ref().filter(|_| asked.check);
        write_json(&Report { file, flags, left_out: &definitions.left_out, state, difference }, out)?;
    } else {
        let flags = counted(flags, "flag");
        match (state, &difference) {
            (State::Stale, Some(difference)) => writeln!(out, "{BAD}{file} is stale: {difference}{BAD:#}")?,
            (State::Written, _) => writeln!(out, "{GOOD}{file}: {flags}, written{GOOD:#}")?,
            _ => writeln!(out, "{GOOD}{file}: {flags}, up to date{GOOD:#}")?,
        }
    }
    Ok(if matches!(state, State::Stale) { Outcome::Wrong } else { Outcome::Fine })
}

fn language(asked: &Asked) -> Result<Language> {
    let extension = asked.output.extension().and_then(|extension| extension.to_str());
    match (asked.lang, extension) {
        (Some(language), _) => Ok(language),
        (None, Some("ts" | "mts" | "cts")) => Ok(Language::TypeScript),
        (None, Some("rs")) => Ok(Language::Rust),
        (None, _) => {
            let name = printable(&asked.output.to_string_lossy());
            Err(anyhow!("found `{name}` for the output, expected a name that ends with `.ts` or `.rs`, or --lang"))
        }
    }
}

/// What the file holds; nothing where there is none.
fn old(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("could not read `{}`", printable(&path.to_string_lossy()))),
    }
}

fn tell_left_out(document: &Document, program: &tidegate::Program, definitions: &Definitions) -> Result<()> {
    let left_out = &definitions.left_out;
    if left_out.is_empty() {
        return Ok(());
    }
    input::show(document, program.problems())?;
    let are = if left_out.len() == 1 { "is refused and left out" } else { "are refused and left out" };
    writeln!(anstream::stderr(), "{BAD}{}: {} {are}{BAD:#}", document.name, counted(left_out.len(), "flag"))?;
    Ok(())
}

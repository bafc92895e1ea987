//! `tidegate schema`: what snapshots look like, as JSON Schema.
//!
//! The evaluator reads a snapshot into one generic tree and checks it by hand, so that it can name every place and weighs little;
//! nothing there could say its own shape. Here the shape is written once as Rust types, a file for each part of
//! docs/SPEC.md. `tests/schema` holds them to what the evaluator takes and refuses.

#![expect(dead_code, reason = "nothing is read into these types: they are the schema")]

mod condition;
mod flag;
mod generate;
mod guardrail;
mod holdout;
mod layer;
mod ramp;
mod rule;
mod segment;
mod snapshot;
mod text;
mod window;

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::Args;

use crate::{Outcome, input, output};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate schema -o snapshot.schema.json
  tidegate schema -o snapshot.schema.json --check
  tidegate schema | jq '."$defs" | keys'

Exit codes: 0 it was written, or is what would be written; 1 with --check, the file has another schema; 2 it could not be done."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// Where to write it; `-` is standard output
    #[arg(short, long, value_name = "FILE", default_value = output::STDOUT)]
    output: PathBuf,
    /// Write nothing, and fail where the file has another schema
    #[arg(long)]
    check: bool,
}

/// Writes the schema, or compares it.
///
/// # Errors
/// The file can't be written, or read.
pub(crate) fn run(asked: &Asked) -> Result<Outcome> {
    let text = format!("{:#}\n", generate::schema().as_value());
    if !asked.check {
        output::write(&asked.output, text.as_bytes())?;
        return Ok(Outcome::Fine);
    }
    if asked.output == Path::new(output::STDOUT) {
        return Err(anyhow!("found --check without --output, expected the file to check"));
    }
    let (name, found) = input::read(&asked.output)?;
    if found == text.as_bytes() {
        return Ok(Outcome::Fine);
    }
    input::complain(&anyhow!("found another schema in `{name}`, expected what `tidegate schema -o {name}` writes"));
    Ok(Outcome::Wrong)
}

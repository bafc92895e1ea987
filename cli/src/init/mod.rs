//! `tidegate init`: a small folder of sources to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use serde::Serialize;

use crate::Outcome;
use crate::show::{GOOD, shown, write_json};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate init
  tidegate init config/flags

Exit codes: 0 written; 2 it could not be done, and nothing is written."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The folder to write; files that are there stay as they are
    #[arg(value_name = "FOLDER", default_value = "flags")]
    folder: PathBuf,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

/// What is written, by its path in the folder.
const FILES: [(&str, &str); 4] = [
    ("README.md", include_str!("start/README.md")),
    ("checkout.yaml", include_str!("start/checkout.yaml")),
    ("segments.yaml", include_str!("start/segments.yaml")),
    ("environments/production.yaml", include_str!("start/environments/production.yaml")),
];
/// Stands for the folder in the text.
const FOLDER: &str = "FOLDER";

/// What a program reads.
#[derive(Serialize)]
struct Report {
    folder: String,
    files: Vec<String>,
}

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let folder = shown(&asked.folder);
    let mut written = Vec::new();
    if let Err(error) = FILES.iter().try_for_each(|(name, text)| {
        let path = asked.folder.join(name);
        write_new(&path, &text.replace(FOLDER, &folder))?;
        written.push(path);
        Ok(())
    }) {
        // What can't be taken back was written by this run, and harms nobody.
        written.iter().for_each(|path| drop(std::fs::remove_file(path)));
        return Err(error);
    }
    let files: Vec<String> = written.iter().map(|path| shown(path)).collect();
    if asked.json {
        write_json(&Report { folder, files }, out)?;
        return Ok(Outcome::Fine);
    }
    files.iter().try_for_each(|file| writeln!(out, "{GOOD}written{GOOD:#}  {file}"))?;
    writeln!(out, "\nNext:\n  tidegate check {folder}\n  tidegate build {folder} -o snapshot.json --env production")?;
    Ok(Outcome::Fine)
}

/// Writes a file that isn't there yet.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let failed = || format!("could not write `{}`", shown(path));
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(failed)?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(anyhow!("`{}` is there already, expected a folder without it", shown(path)));
        }
        opened => opened.with_context(failed)?,
    };
    file.write_all(text.as_bytes()).with_context(failed)
}

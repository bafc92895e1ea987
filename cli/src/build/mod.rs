//! `tidegate build`: one snapshot of the sources that several people write.

mod report;
#[cfg(not(target_family = "wasm"))]
mod watch;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use report::Report;

use crate::document::Document;
use crate::notice::Notice;
use crate::show::shown;
use crate::sources::{self, Audience, Choices, Label, Note, Target};
use crate::{Outcome, output};

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate build flags/ -o snapshot.json
  tidegate build flags/ -o snapshot.json --env production
  tidegate build flags/ -o public/flags.json --env production --audience client
  tidegate build flags/ -o snapshot.json --watch

Every `.yaml`, `.yml` and `.json` file of the folder is a source, but for those in `environments/`, of which one says what is
different. docs/AUTHORING.md has the format. The same sources give the same bytes; without --revision the revision is made
from the content.

Exit codes: 0 written, or as it was; 1 the sources have problems, nothing is written; 2 it could not be done."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The folder of the sources, or one YAML file
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Where to write; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The environment whose changes are merged over the rest
    #[arg(long = "env", value_name = "NAME")]
    environment: Option<String>,
    /// Keep only what is marked for them, and what that needs
    #[arg(long, value_enum, value_name = "AUDIENCE")]
    audience: Option<Audience>,
    /// What is written for people and clients get all the same; may be given several times
    #[arg(long, value_enum, value_name = "FIELD", requires = "audience")]
    keep: Vec<Note>,
    /// The snapshot's revision [default: made from the content]
    #[arg(long, value_name = "REVISION", value_parser = NonEmptyStringValueParser::new())]
    revision: Option<String>,
    /// Orders snapshots: hosts refuse one with a lower number than theirs
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(0..=MOST))]
    sequence: Option<u64>,
    /// The year at whose beginning recurring windows end whose zone changes its clock [default: ten years behind the zone data]
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(1970..=9999))]
    horizon: Option<i16>,
    /// Build again whenever a source changes, until Ctrl-C
    #[arg(long)]
    watch: bool,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

/// The largest integer that every JSON reader keeps.
const MOST: u64 = (1 << 53) - 1;

pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let target = target(asked)?;
    if asked.watch {
        return watch(asked, &target, out);
    }
    once(asked, &target, out)
}

#[cfg(not(target_family = "wasm"))]
fn watch(asked: &Asked, target: &Target, out: &mut impl Write) -> Result<Outcome> {
    watch::run(asked, target, out)
}

/// Nothing tells of changes there.
#[cfg(target_family = "wasm")]
fn watch(asked: &Asked, _: &Target, _: &mut impl Write) -> Result<Outcome> {
    let name = shown(&asked.folder);
    Err(anyhow!(
        "could not watch `{name}`: the command that npm brings hears of no changes, expected the native one of `cargo install tidegate-cli`"
    ))
}

/// Where the sources are.
///
/// # Errors
/// There are none, or what is asked for doesn't go together.
fn target(asked: &Asked) -> Result<Target> {
    let name = shown(&asked.folder);
    let metadata = asked.folder.metadata().with_context(|| format!("could not read `{name}`"));
    let found = sources::target(&asked.folder);
    let mut target = match (found, metadata) {
        (Some(target), _) => target,
        (None, Err(error)) => return Err(error),
        (None, Ok(_)) => return Err(anyhow!("found the file `{name}`, expected a folder of sources or a YAML file")),
    };
    if asked.environment.is_some() {
        target.environment.clone_from(&asked.environment);
    }
    if asked.output == Path::new(output::STDOUT) {
        if asked.json {
            return Err(anyhow!("found `-o -` and `--json`, expected one of them on standard output"));
        }
        if asked.watch {
            return Err(anyhow!("found `-o -` and `--watch`, expected a file that is kept up to date"));
        }
    } else if sources::is_source(&target, &asked.output) {
        let output = shown(&asked.output);
        return Err(anyhow!("the output `{output}` would be one of the sources, expected it outside of `{name}`"));
    }
    Ok(target)
}

/// Builds, and writes what was built where that is sound.
fn once(asked: &Asked, target: &Target, out: &mut impl Write) -> Result<Outcome> {
    let label = Label { revision: asked.revision.clone(), sequence: asked.sequence };
    let choices = Choices { label, horizon: asked.horizon };
    let mut document = Document::build(&asked.folder, target, &choices)?;
    let (mut revision, mut problems, mut warnings) = judge(&document);
    if let (Some(audience), true) = (asked.audience, problems.is_empty()) {
        match document.cut(audience, &asked.keep, &choices) {
            Ok(()) => (revision, problems, warnings) = judge(&document),
            Err(missing) => problems = missing,
        }
    }
    let written = if problems.is_empty() { Some(write(&asked.output, &document.bytes)?) } else { None };
    let report = Report::new(asked, &document, revision.zip(written), &problems, &warnings);
    if asked.json {
        report.write_json(asked.watch, out)?;
        out.flush()?;
    } else {
        document.show([problems, warnings].concat())?;
        report.say()?;
    }
    Ok(if written.is_some() { Outcome::Fine } else { Outcome::Wrong })
}

/// A snapshot's revision, what keeps it from being written, and what is doubtful about it.
fn judge(document: &Document) -> (Option<String>, Vec<Notice>, Vec<Notice>) {
    let mut problems = document.troubles().to_vec();
    // Where a source is missing, so is what others name in it.
    if !document.is_complete() {
        return (None, problems, Vec::new());
    }
    match document.load() {
        Ok(program) => {
            problems.extend(program.problems().iter().map(Notice::error));
            let warnings = program.warnings().iter().map(Notice::warning).collect();
            (Some(program.revision().to_owned()), problems, warnings)
        }
        Err(problem) => {
            problems.push(Notice::error(&problem));
            (None, problems, Vec::new())
        }
    }
}

/// Whether the file has changed. One that is as it should be is left alone, so that nobody reads it anew for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Written {
    changed: bool,
}

fn write(path: &Path, bytes: &[u8]) -> Result<Written> {
    let is_file = path.metadata().is_ok_and(|there| there.is_file());
    if is_file && std::fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(Written { changed: false });
    }
    output::write(path, bytes)?;
    Ok(Written { changed: true })
}

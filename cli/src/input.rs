//! What comes in: files, standard input, snapshots and contexts.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use jiff::Timestamp;
use tidegate::{Context, Problem, Program, limits};

use crate::document::Document;
use crate::notice::Notice;
use crate::show::{printable, shown};
use crate::source::without_mark;

/// Stands for standard input where a file is named.
pub(crate) const STDIN: &str = "-";

#[derive(Args)]
pub(crate) struct ContextArguments {
    /// The attributes: a JSON object, `@` and a file that has one, or `-` for standard input
    #[arg(long = "context", value_name = "JSON", default_value = "{}")]
    written: String,
    /// The instant to decide at, as `2026-11-24T08:00:00Z` or epoch milliseconds [default: now]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    at: Option<String>,
}

/// The bytes of a file, and what to call it.
pub(crate) fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    if path == Path::new(STDIN) {
        let bytes = read_bounded(std::io::stdin().lock()).context("could not read standard input")?;
        return Ok(("<stdin>".to_owned(), bytes));
    }
    let name = shown(path);
    let bytes = open(path).and_then(read_bounded).with_context(|| format!("could not read `{name}`"))?;
    Ok((name, bytes))
}

/// A folder opens too, and what reading it says is another thing natively than in WASI.
fn open(path: &Path) -> std::io::Result<File> {
    if path.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { File::open(path) }
}

/// One byte more than a snapshot may have is enough to refuse it.
fn read_bounded(input: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limits::DOCUMENT_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    input.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The program that a snapshot is; a refused one is shown on standard error as `check` shows it.
///
/// # Errors
/// The snapshot can't be read or is refused as a whole.
pub(crate) fn program(path: &Path) -> Result<Program> {
    load(&Document::open(path)?)
}

/// The program that a document is; a refused one is shown on standard error as `check` shows it.
///
/// # Errors
/// It is refused as a whole.
pub(crate) fn load(document: &Document) -> Result<Program> {
    document.load().map_err(|problem| {
        // What can't be shown on standard error can't be said anywhere else.
        let _ = show(document, &[problem]);
        anyhow!("the snapshot `{}` is refused", document.name)
    })
}

/// Shows problems on standard error as `check` shows them.
pub(crate) fn show(document: &Document, problems: &[Problem]) -> Result<()> {
    document.show(problems.iter().map(Notice::error).collect())
}

/// The context written on the command line, in a file or on standard input, and the instant to decide at, which it has too.
///
/// # Errors
/// It can't be read, isn't JSON, or isn't an object; or the instant isn't one.
pub(crate) fn context(asked: &ContextArguments, snapshot: &Path) -> Result<(Context, Timestamp)> {
    let at = instant(asked.at.as_deref(), "--at")?;
    Ok((attributes(&asked.written, snapshot)?.at(at.as_millisecond()), at))
}

/// The context that is written on the command line: a JSON object, `@` and a file that has one, or `-` for standard input.
///
/// # Errors
/// It can't be read, isn't JSON, or isn't an object.
pub(crate) fn attributes(written: &str, snapshot: &Path) -> Result<Context> {
    if written == STDIN && snapshot == Path::new(STDIN) {
        return Err(anyhow!("found `-` for both the snapshot and the context, expected it for one of them"));
    }
    let file = if written == STDIN { Some(STDIN) } else { written.strip_prefix('@') };
    let text = match file {
        Some(file) => {
            let (name, bytes) = read(Path::new(file))?;
            let text = std::str::from_utf8(without_mark(&bytes))
                .with_context(|| format!("the context in `{name}` is not UTF-8"))?;
            text.to_owned()
        }
        None => written.to_owned(),
    };
    text.parse().map_err(|problem| anyhow!("the context: {problem}"))
}

/// The instant that is written for an option, or now.
///
/// # Errors
/// It isn't one.
pub(crate) fn instant(written: Option<&str>, option: &str) -> Result<Timestamp> {
    let Some(written) = written else {
        return Ok(Timestamp::from_millisecond(Timestamp::now().as_millisecond())?);
    };
    let read = match written.parse() {
        Ok(milliseconds) => Timestamp::from_millisecond(milliseconds).ok(),
        Err(_) => written.parse().ok(),
    };
    read.ok_or_else(|| {
        anyhow!("found `{written}` for {option}, expected a time such as `2026-11-24T08:00:00Z` or epoch milliseconds")
    })
}

/// Says on standard error what could not be done.
pub(crate) fn complain(error: &anyhow::Error) {
    // Nobody is left to tell when this fails.
    let _ = writeln!(anstream::stderr(), "tidegate: {}", printable(&sentence(error)));
}

/// What went wrong, with its causes. The system's numbers of them are left out: the same has another in WASI.
fn sentence(error: &anyhow::Error) -> String {
    let causes = error.chain().map(|cause| {
        let text = cause.to_string();
        let number = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::raw_os_error);
        match number.and_then(|number| text.strip_suffix(&format!(" (os error {number})"))) {
            Some(text) => text.to_owned(),
            None => text,
        }
    });
    causes.collect::<Vec<_>>().join(": ")
}

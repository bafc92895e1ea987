//! `tidegate usage`: which flags a code base asks for.
//!
//! ```text
//! files ──► calls ─────► tally ──► report
//! walked    and          per       for people
//!           mentions     flag      and programs
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `files.rs` | which files are code |
//! | `methods.rs` | the calls that ask for a flag |
//! | `calls.rs` | such calls in a text |
//! | `mentions.rs` | texts and names that stand for a flag elsewhere |
//! | `tally.rs` | what all files say of every flag |
//! | `report.rs` | what is said of that |

mod calls;
mod files;
mod mentions;
mod methods;
mod report;
mod tally;

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::Outcome;
use crate::definition::Definitions;
use crate::document::Document;
use crate::input;
use calls::Calls;
use files::Content;
use mentions::Mentions;
use methods::Methods;
use report::Report;
use tally::Tally;

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate usage snapshot.json src/
  tidegate usage snapshot.json apps/ packages/ --fail-on unknown,unused
  tidegate usage snapshot.json src/ --on tide --on flags --call useExperiment
  tidegate usage snapshot.json src/ --json | jq -r '.flags[] | select(.state == "unused").flag'

A flag is used where a call names it as a text: `tide.boolean("key", …)`, `decide("key")`, `getBooleanValue("key", …)`,
`useFlag("key")`. Where the same text stands elsewhere it is mentioned, as it may reach a call by a constant. A key that is
computed can't be seen: such calls are listed.

Exit codes: 0 nothing to fail for; 1 what --fail-on says was found; 2 a file could not be read."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// The snapshot, or the folder of its sources; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Folders and files of code; what .gitignore names is left out
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// One more function or method whose first argument is a key
    #[arg(long, value_name = "NAME")]
    call: Vec<String>,
    /// What `boolean`, `string`, `number` and `object` are called on, such as `tide` [default: anything]
    #[arg(long, value_name = "NAME")]
    on: Vec<String>,
    /// One more extension of files of code
    #[arg(long, value_name = "EXTENSION")]
    ext: Vec<String>,
    /// What to fail for
    #[arg(long, value_name = "WHAT", value_delimiter = ',', default_value = "unknown")]
    fail_on: Vec<Failing>,
    /// Write JSON for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Failing {
    /// A call names a flag that the snapshot lacks
    Unknown,
    /// A flag that no code asks for
    Unused,
    /// A call whose key can't be seen
    Computed,
    /// Nothing
    Nothing,
}

/// A file that can't be read doesn't keep the others from being read.
pub(crate) fn run(asked: &Asked, out: &mut impl Write) -> Result<Outcome> {
    let document = Document::open(&asked.file)?;
    let definitions = Definitions::read(&document, &input::load(&document)?)?;
    let calls = Calls::new(Methods::new(&asked.call, &asked.on))?;
    let mentions = Mentions::new(&definitions)?;
    let mut tally = Tally::new(&definitions);
    let mut unread = false;
    for file in files::walk(&asked.paths, &asked.ext) {
        match file.and_then(|file| files::read(&file)) {
            Ok(Content::Code(source)) => tally.add(&source, calls.find(&source.text), mentions.find(&source.text)),
            Ok(Content::Generated { rust }) => tally.generated(rust),
            Ok(Content::Skipped { file, why }) => tally.skip(file, why),
            Err(error) => {
                input::complain(&error);
                unread = true;
            }
        }
    }
    let report = Report::new(&definitions, tally);
    if asked.json {
        crate::show::write_json(&report, out)?;
    } else {
        report.show(out)?;
    }
    let found = asked.fail_on.iter().any(|failing| match failing {
        Failing::Unknown => report.has_unknown(),
        Failing::Unused => report.has_unused(),
        Failing::Computed => report.has_computed(),
        Failing::Nothing => false,
    });
    Ok(match (unread, found) {
        (true, _) => Outcome::Undone,
        (false, true) => Outcome::Wrong,
        (false, false) => Outcome::Fine,
    })
}

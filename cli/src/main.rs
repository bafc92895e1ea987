//! The command `tidegate`: checks snapshots, decides their flags and explains the decisions.
//!
//! | file | what is in it |
//! |---|---|
//! | `args.rs` | the command line |
//! | `build/` `check.rs` `compile.rs` `completions.rs` `diff/` `eval.rs` `explain.rs` `help_lint.rs` `init/` `serve/` `simulate/` | one verb each |
//! | `changes.rs` | news of changed files |
//! | `contexts/` | many contexts out of a file |
//! | `definition.rs` | what a snapshot says of its flags |
//! | `document.rs` | the snapshot that a verb is pointed at |
//! | `input.rs` | files, standard input, snapshots and contexts |
//! | `output.rs` | files that are written whole or not at all |
//! | `notice.rs` | what a check has to say about a place of a snapshot |
//! | `source.rs` | a text with its lines |
//! | `sources/` | a snapshot that is written as several files |
//! | `pointer.rs` | JSON Pointers, and their steps |
//! | `locate.rs` | from a JSON Pointer to a place in the text |
//! | `finding.rs` | a notice with its place |
//! | `lint/` | what serves, and can hardly be meant |
//! | `diagnostic.rs` | a finding as people read it |
//! | `asked.rs` | the decision of the flag that was asked for |
//! | `schema/` | what snapshots look like, as Rust types and as JSON Schema |
//! | `markup.rs` | text as HTML and SVG have it |
//! | `wilson.rs` | the interval of a share |
//! | `host.rs` | what differs between the system and WASI |
//! | `show.rs` | marks, tables, values on one line |
//! | `types/` | a snapshot's flags as declarations for compilers |
//! | `usage/` | where a code base asks for flags |

mod args;
mod asked;
mod build;
#[cfg(not(target_family = "wasm"))]
mod changes;
mod check;
mod compile;
mod completions;
mod contexts;
mod definition;
mod diagnostic;
mod diff;
mod document;
mod eval;
mod explain;
mod finding;
mod help_lint;
mod host;
mod init;
mod input;
mod lint;
mod locate;
mod markup;
mod notice;
mod output;
mod pointer;
mod schema;
mod serve;
mod show;
mod simulate;
mod source;
mod sources;
mod types;
mod usage;
mod wilson;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anyhow::Result;
use args::{Arguments, Verb};
use clap::Parser;

/// How a run that could do its work came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing is wrong.
    Fine,
    /// The snapshot has problems, a decision is an error, or a limit is exceeded.
    Wrong,
    /// A part of the work could not be done, which has been said.
    Undone,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Wrong) => ExitCode::from(1),
        Ok(Outcome::Undone) => ExitCode::from(2),
        Err(error) => {
            // Whoever closed the pipe has read enough, and knows it.
            if !is_closed_pipe(&error) {
                input::complain(&error);
            }
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> Result<Outcome> {
    host::enter_folder()?;
    let mut out = std::io::BufWriter::new(anstream::stdout().lock());
    let outcome = match arguments.verb {
        Verb::Build(asked) => build::run(&asked, &mut out),
        Verb::Check(asked) => check::run(&asked, &mut out),
        Verb::Compile(asked) => compile::run(&asked, &mut out),
        Verb::Diff(asked) => diff::run(&asked, &mut out),
        Verb::Eval(asked) => eval::run(&asked, &mut out),
        Verb::Explain(asked) => explain::run(&asked, &mut out),
        Verb::Init(asked) => init::run(&asked, &mut out),
        Verb::Types(asked) => types::run(&asked, &mut out),
        Verb::Schema(asked) => schema::run(&asked),
        Verb::Simulate(asked) => simulate::run(&asked, &mut out),
        Verb::Usage(asked) => usage::run(&asked, &mut out),
        Verb::HelpLint(asked) => help_lint::run(&asked, &mut out),
        Verb::Serve(asked) => serve::run(&asked, &mut out),
        Verb::Completions(asked) => completions::run(&asked, &mut out),
    }?;
    out.flush()?;
    Ok(outcome)
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

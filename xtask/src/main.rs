//! Everything a newcomer needs to do with this project, a verb each: `cargo xtask` lists them.
//!
//! | file | what is in it |
//! |---|---|
//! | `setup.rs` … `bench.rs` | one verb each |
//! | `debian.rs` | installs Debian's packages, where that is possible |
//! | `browser.rs` | finds Chromium and its driver, and Firefox, or installs them |
//! | `wasi.rs` | builds the crate's program for WASI, and finds wasmtime, or installs it |
//! | `valgrind.rs` | counts instructions with valgrind, or installs it |
//! | `counts.rs` | compares counts with the committed ones |
//! | `server.rs` | the static server with the strict Content-Security-Policy |
//! | `module.rs` | the two builds of the crate that the package brings |
//! | `command.rs` | the build of the command that the package brings |
//! | `size.rs` | what they weigh on the wire, and what they may |
//! | `project.rs` | where things are, and how the tools are called |
//! | `passes.rs` | the README's table of `runtimes` |
//! | `python.rs` | finds Python, or installs it |
//! | `rows.rs` | the rows of `systems`, and what the tests say of them |
//! | `run.rs` | runs a command with progress, keeps its output for when it fails |
//! | `stamp.rs` | remembers what a step was made from, so that it can be skipped |
//! | `summary.rs` | the table at the end of `test` and `lint` |

mod bench;
mod browser;
mod build;
mod command;
mod count;
mod counts;
mod debian;
mod demo;
mod docs;
mod lint;
mod module;
mod pack;
mod packaging;
mod passes;
mod project;
mod python;
mod rows;
mod run;
mod runtimes;
mod serve;
mod server;
mod setup;
mod size;
mod stamp;
mod summary;
mod systems;
mod test;
mod valgrind;
mod wasi;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", about = "Tidegate's tasks", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Install what is missing: the wasm32 targets, the wasm-bindgen tools, the npm dependencies
    Setup,
    /// Build the WebAssembly modules, the command for WASI and the npm package
    Build,
    /// Decide the sample snapshot through the built package, print a table, then serve the demo page
    Demo {
        /// Stop after the table
        #[arg(long)]
        once: bool,
        /// Serve on this port; without it a free one is taken when the usual one is not
        #[arg(long)]
        port: Option<u16>,
    },
    /// Build and serve the demo page alone
    Serve {
        /// Serve on this port, 0 for any; without it a free one is taken when the usual one is not
        #[arg(long)]
        port: Option<u16>,
    },
    /// Set up, build and run every test; the first failure stops with its output
    Test {
        /// Run this step alone; may be given more than once
        #[arg(long, value_name = "STEP")]
        only: Vec<test::Step>,
    },
    /// Show what eight companies' systems decide, row by row, and whether its test passes here
    Systems,
    /// Run the vectors with the packed package in every runtime, and write the table in README.md
    Runtimes {
        /// Run this runtime alone, and leave README.md as it is; may be given more than once
        #[arg(long, value_name = "NAME")]
        only: Vec<runtimes::Runtime>,
        /// Fail where README.md has other runtimes or counts, instead of writing it
        #[arg(long)]
        check: bool,
    },
    /// Build the documentation site, with both API references, into target/docs/site/
    Docs {
        /// Fail where pages that are made of the schema or the command's help are others, instead of writing them
        #[arg(long)]
        check: bool,
    },
    /// Check formatting, lints and types, in Rust and TypeScript
    Lint,
    /// Write the npm tarball into target/package/
    Pack,
    /// Try the tarball in a project of each bundler and framework, and write the table in pkg-template/README.md
    Packaging {
        /// Try this one alone, a folder of tests/packaging/projects, and write nothing; may be given more than once
        #[arg(long, value_name = "TOOL")]
        only: Vec<String>,
        /// Compare the table, and write nothing
        #[arg(long, conflicts_with = "only")]
        check: bool,
    },
    /// Hold the evaluator to the instruction counts in benches/counts.json
    Count {
        /// Write the file instead
        #[arg(long)]
        write: bool,
    },
    /// Measure natively and as a package, beside other evaluators and in other runtimes, and write docs/BENCHMARKS.md
    Bench {
        /// Fewer samples: four minutes instead of twenty, numbers less steady
        #[arg(long)]
        quick: bool,
        /// Measure one section of the package's anew, and leave the rest of the document: beside, contexts, runtimes, edge, command, growth
        #[arg(long, value_name = "SECTION")]
        only: Option<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().verb {
        None => Arguments::command().print_help().map_err(Into::into),
        Some(Verb::Setup) => setup::run(),
        Some(Verb::Build) => setup::run().and_then(|()| build::run()),
        Some(Verb::Demo { once, port }) => demo::run(once, port),
        Some(Verb::Serve { port }) => serve::run(port),
        Some(Verb::Test { only }) => test::run(&only),
        Some(Verb::Systems) => systems::run(),
        Some(Verb::Runtimes { only, check }) => runtimes::run(&only, check),
        Some(Verb::Docs { check }) => docs::run(check),
        Some(Verb::Lint) => lint::run(),
        Some(Verb::Pack) => pack::run(),
        Some(Verb::Packaging { only, check }) => packaging::run(&only, check),
        Some(Verb::Count { write }) => count::run(write),
        Some(Verb::Bench { quick, only }) => bench::run(quick, only.as_deref()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

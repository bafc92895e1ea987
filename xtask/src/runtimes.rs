//! `cargo xtask runtimes`: the packed package, and the crate, give the vectors' answers in every runtime that is named in
//! the README's table, which this writes.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::browser::{self, Browser};
use crate::passes::{self, Row};
use crate::wasi::Wasi;
use crate::{build, pack, project, run, setup};

/// What `--only` takes: the names that `tests/runtimes/run.mjs` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "kebab-case")]
pub(crate) enum Runtime {
    /// Bun, from npm
    Bun,
    /// A page of headless Chromium
    ChromiumPage,
    /// A service worker of headless Chromium
    ChromiumServiceWorker,
    /// A dedicated worker of headless Chromium
    ChromiumWorker,
    /// Deno, from npm
    Deno,
    /// Vercel's edge runtime, from npm, with code generation off
    Edge,
    /// A page of headless Firefox
    FirefoxPage,
    /// A dedicated worker of headless Firefox
    FirefoxWorker,
    /// Node 20, from npm
    Node20,
    /// Node 22, from npm
    Node22,
    /// Node 24, from npm
    Node24,
    /// The crate in wasmtime, a WASI host
    Wasi,
    /// Cloudflare's workerd, from npm, with its key-value store and its cache
    Workerd,
}

/// Those that need nothing but what the other tests need, a few seconds each: `cargo xtask test` runs them.
pub(crate) const QUICK: [Runtime; 3] = [Runtime::ChromiumPage, Runtime::Node20, Runtime::Workerd];

impl Runtime {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

pub(crate) fn run(only: &[Runtime], check: bool) -> Result<()> {
    setup::run()?;
    build::run()?;
    let wanted: Vec<Runtime> =
        Runtime::value_variants().iter().copied().filter(|one| only.is_empty() || only.contains(one)).collect();
    let rows = measure(&wanted)?;
    print!("\n{}", passes::table(&rows));
    if check {
        passes::check(&rows, only.is_empty())?;
        println!("\nruntimes: README.md says the same");
    } else if only.is_empty() {
        passes::write(&rows)?;
        println!("\nruntimes: wrote the table in README.md");
    }
    Ok(())
}

/// Runs the runtimes and holds their counts against the README's. Expects the package to be built.
pub(crate) fn check(wanted: &[Runtime]) -> Result<String> {
    let rows = measure(wanted)?;
    passes::check(&rows, false)?;
    let answers: u64 = rows.iter().flat_map(Row::passed).sum();
    Ok(format!("{answers} vectors in {} runtimes", rows.len()))
}

/// What each runtime came to; a vector that failed in one of them is an error.
fn measure(wanted: &[Runtime]) -> Result<Vec<Row>> {
    setup::runtimes()?;
    let needs = |those: &[Runtime]| wanted.iter().any(|one| those.contains(one));
    let mut command = project::command("node");
    command.arg(project::path("tests/runtimes/run.mjs")).args(wanted.iter().map(|one| one.name()));
    if needs(&[Runtime::ChromiumPage, Runtime::ChromiumServiceWorker, Runtime::ChromiumWorker]) {
        Browser::find_or_install()?.announce(&mut command);
    }
    if needs(&[Runtime::FirefoxPage, Runtime::FirefoxWorker]) {
        command.env("FIREFOX", browser::firefox()?);
    }
    if needs(&[Runtime::Wasi]) {
        Wasi::build_and_install()?.announce(&mut command);
    }
    let tarball: PathBuf = pack::tarball()?;
    command.env("TIDEGATE_TARBALL", tarball).stderr(Stdio::inherit());
    println!("runtimes: running the vectors");
    let printed = run::answer(&mut command).context("`node tests/runtimes/run.mjs` failed")?;
    let rows = Row::read_all(&printed).context("`tests/runtimes/run.mjs` printed something unexpected")?;
    let failed: Vec<&str> = rows.iter().filter(|row| row.failed()).map(Row::title).collect();
    if !failed.is_empty() {
        bail!("vectors failed in {}: what was found and expected is above", failed.join(", "));
    }
    Ok(rows)
}

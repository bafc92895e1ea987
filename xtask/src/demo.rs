//! `cargo xtask demo`: from a clean checkout to decisions on the screen.

use anyhow::{Context, Result, bail};

use crate::{build, project, serve, setup};

pub(crate) fn run(once: bool, port: Option<u16>) -> Result<()> {
    setup::run()?;
    build::run()?;
    println!("demo: deciding examples/snapshot.json through the built package in Node\n");
    let status = project::command("node").arg(project::path("examples/table.mjs")).status();
    let status = status.context("cannot start `node`")?;
    if !status.success() {
        bail!("`node examples/table.mjs` ended with {status}");
    }
    if once { Ok(()) } else { serve::page(port) }
}

//! `cargo xtask lint`: formatting, lints and types, in Rust and TypeScript.

use std::process::Command;

use anyhow::Result;

use crate::module::{MODULES, Module};
use crate::project::{self, WASM_TARGET};
use crate::summary::{Job, Summary};
use crate::wasi::WASI_TARGET;
use crate::{build, setup};

pub(crate) fn run() -> Result<()> {
    setup::run()?;
    setup::rust_components()?;
    let mut summary = Summary::new("lint");

    let mut format = project::cargo();
    format.args(["fmt", "--all", "--check"]);
    let mut host = project::cargo();
    host.args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
    let clippy_for = |module: &Module| {
        let mut clippy = project::cargo();
        clippy.args(["clippy", "--package", "tidegate-module", "--target", WASM_TARGET]).args(module.features);
        clippy.args(["--", "--deny", "warnings"]);
        Job { name: format!("clippy for the {} module", module.name), command: clippy }
    };
    let mut biome = project::npm_tool("biome");
    biome.args(["check", "--error-on-warnings"]);
    for job in [("rustfmt", format), ("clippy", host), ("biome", biome)].map(named) {
        summary.run(job)?;
    }
    for job in MODULES.iter().map(clippy_for) {
        summary.run(job)?;
    }

    let mut wasi = project::cargo();
    wasi.args(["clippy", "--package", "tidegate-cli", "--target", WASI_TARGET, "--", "--deny", "warnings"]);
    summary.run(named(("clippy for the command in WASI", wasi)))?;

    // TypeScript sources import the module's glue and the package, whose types exist once they are built.
    build::run()?;
    for workspace in project::workspaces()? {
        let folder = workspace.folder;
        if project::path(&folder).join("tsconfig.json").is_file() {
            let mut check = project::npm_tool("tsc");
            check.args(["--noEmit", "--strict", "--project", &folder]);
            summary.run(Job { name: format!("types of {folder}"), command: check })?;
        }
    }
    summary.print();
    Ok(())
}

fn named((name, command): (&str, Command)) -> Job {
    Job { name: name.to_owned(), command }
}

//! `cargo xtask docs`: the documentation site, in `target/docs/site`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{build, project, run, setup};

/// Writes the pages that are made of something else, builds the site with both API references, and follows its links. With
/// `check`, pages that would be written otherwise are an error.
pub(crate) fn run(check: bool) -> Result<()> {
    setup::run()?;
    build::run()?;
    println!("docs: {}", site(check)?);
    println!("docs: the site is in {}; any static server serves it", project::path("target/docs/site").display());
    Ok(())
}

/// The same, once the package is built; answers how many links were followed.
pub(crate) fn site(check: bool) -> Result<String> {
    command()?;
    let mut generate = project::command("node");
    generate.arg("docs/tools/generate.mjs").args(check.then_some("--check"));
    run::quiet("docs", "the pages that are made of the schema and of the command's help", &mut generate)?;
    run::quiet("docs", "building the site", &mut script("site"))?;
    run::quiet("docs", "the reference of the npm package", &mut script("api"))?;
    crate_reference()?;
    let links = run::quiet("docs", "following the links", project::command("node").arg("docs/tools/links.mjs"))?;
    Ok(links.output.trim().to_owned())
}

/// Every fenced block of the pages, as `docs/tools/blocks.mjs` says; answers how many there are, and how many are not run and
/// why. Expects the package to be built.
pub(crate) fn blocks() -> Result<String> {
    command()?;
    let tested = run::quiet("docs", "running the pages' blocks", &mut script("blocks"))?;
    let told = tested.output.lines().filter_map(|line| line.split_once("blocks: ")).map(|(_, told)| told);
    Ok(told.collect::<Vec<_>>().join("; "))
}

/// The command `tidegate`, whose help is a page and which the pages' commands run.
fn command() -> Result<()> {
    let mut build = project::cargo();
    build.args(["build", "--package", "tidegate-cli"]);
    run::quiet("docs", "building the command", &mut build)?;
    Ok(())
}

fn script(name: &str) -> std::process::Command {
    let mut command = project::command("npm");
    command.args(["run", name, "--workspace", "docs"]);
    command
}

/// rustdoc's pages of the crate, in a target folder of their own: the usual one may have other crates' pages too.
fn crate_reference() -> Result<()> {
    let target = project::path("target/docs/rust");
    let mut rustdoc = project::cargo();
    rustdoc.args(["doc", "--no-deps", "--package", "tidegate", "--target-dir"]).arg(&target);
    rustdoc.env("RUSTDOCFLAGS", "--deny warnings");
    run::quiet("docs", "the reference of the crate", &mut rustdoc)?;
    copy(&target.join("doc"), &project::path("target/docs/site/api/rust"))
}

/// A folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make the folder `{}`", to.display()))?;
    for entry in project::read_folder(from)? {
        let target = to.join(entry.file_name().unwrap_or_default());
        if entry.is_dir() {
            copy(&entry, &target)?;
        } else {
            fs::copy(&entry, &target).with_context(|| format!("cannot copy `{}`", entry.display()))?;
        }
    }
    Ok(())
}

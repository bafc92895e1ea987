//! The command for WASI, which the npm package brings.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::{FEATURES, compiler_flags};
use crate::stamp::Stamp;
use crate::wasi::WASI_TARGET;
use crate::{pack, project, run, size};

/// Smaller by a tenth than what rustc leaves. To repeat it until nothing changes would take as long again, for a thousandth.
const OPTIMISE: [&str; 1] = ["-Os"];

/// Where it is kept. The package's own build knows the same name.
pub(crate) fn wasm() -> PathBuf {
    project::path("target/command/tidegate.wasm")
}

/// Compiles and optimises it, unless nothing changed.
pub(crate) fn build() -> Result<()> {
    let mut compile = project::cargo();
    compile.args(["build", "--profile", "command", "--target", WASI_TARGET, "--package", "tidegate-cli"]);
    compile.env("CARGO_ENCODED_RUSTFLAGS", compiler_flags());
    run::quiet("build", "compiling the command for WASI", &mut compile)?;

    let compiled = project::path("target").join(WASI_TARGET).join("command/tidegate.wasm");
    let inputs = [compiled.clone(), project::path("package-lock.json")];
    let stamp = Stamp::of("command", &format!("{OPTIMISE:?} {FEATURES:?}"), &inputs)?;
    let wasm = wasm();
    if stamp.is_current(std::slice::from_ref(&wasm)) {
        println!("build: the command did not change");
        return Ok(());
    }
    if let Some(folder) = wasm.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    }
    let mut optimise = project::npm_tool("wasm-opt");
    optimise.args(FEATURES).args(OPTIMISE).args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    optimise.arg(&compiled).arg("-o").arg(&wasm);
    run::quiet("build", "optimising the command", &mut optimise)?;
    stamp.write()?;
    let (bytes, brotli) = size::of_file(&wasm)?;
    println!("build: command {bytes} bytes ({brotli} brotli)");
    Ok(())
}

/// The command's own tests, with the command of the tarball installed in a project that has nothing else.
pub(crate) fn tests() -> Result<Command> {
    let folder = project::path("target/xtask/command");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
    let manifest = folder.join("package.json");
    fs::write(&manifest, r#"{ "private": true }"#).with_context(|| format!("cannot write `{}`", manifest.display()))?;
    let mut install = project::command("npm");
    install.args(["install", "--offline", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"]);
    install.arg(pack::tarball()?).current_dir(&folder);
    run::quiet("test", "installing the packed command", &mut install)?;

    let mut tests = project::cargo();
    tests.args(["test", "--package", "tidegate-cli", "--test", "command"]);
    tests.env("TIDEGATE_COMMAND", folder.join("node_modules/.bin/tidegate"));
    Ok(tests)
}

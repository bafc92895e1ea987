//! Builds the program that runs the vectors with the crate in a WASI host, and installs PyPI's wasmtime, which is that host.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::stamp::Stamp;
use crate::{project, run, setup};

/// The target of WASI hosts such as Fastly Compute, and of the command in Node.
pub(crate) const WASI_TARGET: &str = "wasm32-wasip1";

/// A wheel of some ten megabytes, installed in seconds; the crate of the same name compiles for minutes.
const WASMTIME: &str = "wasmtime==50.0.1";

const PROGRAM: &str = "tidegate-wasi";

pub(crate) struct Wasi {
    python: PathBuf,
    wasmtime: PathBuf,
    json: PathBuf,
    compiled: PathBuf,
}

impl Wasi {
    pub(crate) fn build_and_install() -> Result<Self> {
        let Some(python) = project::find_program(&["python3"]) else {
            bail!("the tests in wasmtime need its package from PyPI: expected `python3` with pip on the search path");
        };
        setup::rust_target(WASI_TARGET)?;
        let wasmtime = install(&python)?;
        let json = build("from JSON", "json", &[])?;
        let compiled = build("compiled ahead", "compiled", &["--features", "compile"])?;
        Ok(Self { python, wasmtime, json, compiled })
    }

    /// Tells `tests/runtimes/wasi.mjs` where everything is.
    pub(crate) fn announce(&self, command: &mut Command) {
        command.env("PYTHON", &self.python).env("WASMTIME", &self.wasmtime);
        command.env("WASI_JSON", &self.json).env("WASI_COMPILED", &self.compiled);
    }
}

fn install(python: &Path) -> Result<PathBuf> {
    let folder = project::path("target/tools/wasmtime");
    let stamp = Stamp::of("wasmtime", &format!("{WASMTIME} {}", python.display()), &[])?;
    if !stamp.is_current(std::slice::from_ref(&folder)) {
        let mut pip = project::command(python);
        pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--root-user-action", "ignore"]);
        pip.args(["--only-binary", ":all:", "--upgrade", "--target"]).arg(&folder).arg(WASMTIME);
        run::quiet("setup", "installing wasmtime into target/tools", &mut pip)?;
        stamp.write()?;
    }
    Ok(folder)
}

/// The two builds differ in their features alone, and would take each other's place.
fn build(from: &str, form: &str, features: &[&str]) -> Result<PathBuf> {
    let mut compile = project::cargo();
    compile.args(["build", "--target", WASI_TARGET, "--package", PROGRAM]).args(features);
    run::quiet("build", &format!("compiling the program that runs vectors {from} for WASI"), &mut compile)?;
    let built = project::path("target").join(WASI_TARGET).join("debug").join(PROGRAM).with_extension("wasm");
    let kept = built.with_file_name(format!("{PROGRAM}-{form}.wasm"));
    fs::copy(&built, &kept).with_context(|| format!("cannot copy `{}`", built.display()))?;
    Ok(kept)
}

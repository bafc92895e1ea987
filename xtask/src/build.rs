//! `cargo xtask build`: Rust to the WebAssembly modules with their glue and to the command for WASI, then the npm package around them.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::module::{MODULES, Module};
use crate::project::{self, WASM_TARGET};
use crate::stamp::Stamp;
use crate::{command, run, setup, size};

/// What wasm-opt optimises for: speed, but what is called from one place stays where it is unless it is small, since what
/// is seldom called was kept out of what is hot. Nothing lies in the first kilobyte: it is the end of the stack.
const OPTIMISE: [&str; 4] = ["-O3", "--converge", "--one-caller-inline-max-function-size=100", "--low-memory-unused"];

/// What the modules may use, and the command. rustc's default for the target, less what it does not emit (multivalue): Safari 15,
/// Chrome 96, Firefox 79, Node 20 and workerd all have these.
pub(crate) const FEATURES: [&str; 7] = [
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The modules and the package; what did not change is not built again. Expects `setup` to have run.
pub(crate) fn run() -> Result<()> {
    for module in &MODULES {
        build(module)?;
    }
    command::build()?;
    package()
}

/// One module with its glue.
fn build(module: &Module) -> Result<()> {
    let Module { name, profile, features, stem, .. } = module;
    let mut compile = project::cargo();
    compile.args(["build", "--profile", profile, "--target", WASM_TARGET, "--package", "tidegate-module"]);
    compile.args(*features).env("CARGO_ENCODED_RUSTFLAGS", compiler_flags());
    run::quiet("build", &format!("compiling the {name} module"), &mut compile)?;

    let compiled = project::path("target").join(WASM_TARGET).join(profile).join("tidegate_module.wasm");
    let recipe = format!("{} {OPTIMISE:?} {FEATURES:?}", setup::wasm_bindgen_version()?);
    let panics = project::path("xtask/src/panics.mjs");
    let inputs = [compiled.clone(), panics.clone(), project::path("package-lock.json")];
    let stamp = Stamp::of(&format!("module-{name}"), &recipe, &inputs)?;
    if stamp.is_current(&module.files()) {
        println!("build: the {name} module did not change");
        return Ok(());
    }

    let mut bind = project::command(project::wasm_tool("wasm-bindgen"));
    bind.args(["--target", "web", "--experimental-reset-state-function", "--out-name", stem, "--out-dir"]);
    bind.arg(module.folder()).arg(&compiled);
    run::quiet("build", &format!("writing the {name} module's glue"), &mut bind)?;

    let wasm = module.wasm();
    let mut snip = project::command("node");
    snip.arg(panics).arg(&wasm);
    run::quiet("build", &format!("taking panics' messages out of the {name} module"), &mut snip)?;

    let mut optimise = project::npm_tool("wasm-opt");
    optimise.args(FEATURES).args(OPTIMISE).args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    optimise.arg(&wasm).arg("-o").arg(&wasm);
    run::quiet("build", &format!("optimising the {name} module"), &mut optimise)?;
    stamp.write()?;
    println!("build: {}", size::measure(module)?);
    Ok(())
}

/// Panics name the files that they come from; the module must not say where on whose machine those lay.
pub(crate) fn compiler_flags() -> OsString {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(project::path(""));
    flags.push("=tidegate/");
    if let Some(home) = home {
        flags.push("\x1f--remap-path-prefix=");
        flags.push(home.join("registry/src"));
        flags.push("=crates");
    }
    flags
}

/// The npm package's `dist`.
fn package() -> Result<()> {
    let inputs = ["pkg-template", "tsconfig.base.json", "package-lock.json", "README.md", "LICENSE"].map(project::path);
    let modules = MODULES.iter().flat_map(Module::files);
    npm_build(
        "package",
        "the npm package",
        "pkg-template",
        &inputs.into_iter().chain(modules).chain([command::wasm()]).collect::<Vec<_>>(),
    )
}

/// The demo page, in `www/dist`. Expects the package to be built.
pub(crate) fn page() -> Result<()> {
    let inputs = ["www", "pkg-template/dist", "examples", "tsconfig.base.json", "package-lock.json"];
    npm_build("page", "the demo page", "www", &inputs.map(project::path))
}

fn npm_build(step: &str, what: &str, workspace: &str, inputs: &[PathBuf]) -> Result<()> {
    let stamp = Stamp::of(step, "", inputs)?;
    if stamp.is_current(&[project::path(workspace).join("dist")]) {
        println!("build: {what} did not change");
        return Ok(());
    }
    let mut build = project::command("npm");
    build.args(["run", "build", "--workspace", workspace]);
    run::quiet("build", &format!("building {what}"), &mut build)?;
    stamp.write()
}

//! `cargo xtask build`: Rust to a WebAssembly module with its glue in `target/wasm/`, then the npm package around it.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;

use crate::project::{self, WASM_TARGET};
use crate::stamp::Stamp;
use crate::{run, setup, size};

/// What wasm-opt optimises for: speed. Compressed, the difference to `-Oz` is small.
const OPTIMISE: &str = "-O3";

/// What the module may use. rustc's default for the target, less what it does not emit (multivalue): Safari 15,
/// Chrome 96, Firefox 79, Node 20 and workerd all have these.
const FEATURES: [&str; 7] = [
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What the package is built from, file by file: cargo keeps the profile's build scripts in the same folder.
const GLUE: [&str; 4] = [
    "target/wasm/tidegate.js",
    "target/wasm/tidegate.d.ts",
    "target/wasm/tidegate_bg.wasm",
    "target/wasm/tidegate_bg.wasm.d.ts",
];

/// The module and the package; what did not change is not built again. Expects `setup` to have run.
pub(crate) fn run() -> Result<()> {
    module()?;
    package()
}

/// The module with its glue, in `target/wasm/`.
fn module() -> Result<()> {
    let mut compile = project::cargo();
    compile.args(["build", "--profile", "wasm", "--target", WASM_TARGET, "--package", "tidegate", "--lib"]);
    compile.env("CARGO_ENCODED_RUSTFLAGS", remapped_paths());
    run::quiet("build", "compiling the module", &mut compile)?;

    let compiled = project::path("target").join(WASM_TARGET).join("wasm/tidegate.wasm");
    let recipe = format!("{} {OPTIMISE} {FEATURES:?}", setup::wasm_bindgen_version()?);
    let stamp = Stamp::of("module", &recipe, &[compiled.clone(), project::path("package-lock.json")])?;
    if stamp.is_current(&GLUE.map(project::path)) {
        println!("build: the module did not change");
        return Ok(());
    }

    let mut bind = project::command(project::wasm_tool("wasm-bindgen"));
    bind.args(["--target", "web", "--experimental-reset-state-function", "--out-name", "tidegate", "--out-dir"]);
    bind.arg(project::path("target/wasm")).arg(&compiled);
    run::quiet("build", "writing the module's glue", &mut bind)?;

    let module = project::path("target/wasm/tidegate_bg.wasm");
    let mut optimise = project::npm_tool("wasm-opt");
    optimise.args(FEATURES).args([OPTIMISE, "--strip-debug", "--strip-producers", "--strip-target-features"]);
    optimise.arg(&module).arg("-o").arg(&module);
    run::quiet("build", "optimising the module", &mut optimise)?;
    stamp.write()?;
    println!("build: {}", size::measure()?);
    Ok(())
}

/// Panics name the files that they come from; the module must not say where on whose machine those lay.
fn remapped_paths() -> OsString {
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
    let mut inputs = vec!["pkg-template", "tsconfig.base.json", "package-lock.json", "README.md", "LICENSE"];
    inputs.extend(GLUE);
    npm_build("package", "the npm package", "pkg-template", &inputs)
}

/// The demo page, in `www/dist`. Expects the package to be built.
pub(crate) fn page() -> Result<()> {
    let inputs = ["www", "pkg-template/dist", "examples", "tsconfig.base.json", "package-lock.json"];
    npm_build("page", "the demo page", "www", &inputs)
}

fn npm_build(step: &str, what: &str, workspace: &str, inputs: &[&str]) -> Result<()> {
    let inputs: Vec<PathBuf> = inputs.iter().map(project::path).collect();
    let stamp = Stamp::of(step, "", &inputs)?;
    if stamp.is_current(&[project::path(workspace).join("dist")]) {
        println!("build: {what} did not change");
        return Ok(());
    }
    let mut build = project::command("npm");
    build.args(["run", "build", "--workspace", workspace]);
    run::quiet("build", &format!("building {what}"), &mut build)?;
    stamp.write()
}

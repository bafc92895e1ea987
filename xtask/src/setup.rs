//! `cargo xtask setup`: installs what is missing into the project, and nothing anywhere else but rustup's target.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::project::{self, WASM_TARGET};
use crate::run;
use crate::stamp::Stamp;
use crate::wasi::WASI_TARGET;

/// The oldest Node that the package and the tools work with.
const NODE: u32 = 20;

/// Does what is missing and says so; quick when nothing is.
pub(crate) fn run() -> Result<()> {
    check_node()?;
    let installed = [rust_target(WASM_TARGET)?, rust_target(WASI_TARGET)?, wasm_bindgen_tools()?, npm_dependencies()?];
    if !installed.contains(&true) {
        println!("setup: everything is in place");
    }
    Ok(())
}

/// The components that formatting and linting need, where rustup's minimal profile left them out.
pub(crate) fn rust_components() -> Result<()> {
    for (component, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if run::answer(project::cargo().args([probe, "--version"])).is_none() {
            rustup(&format!("installing Rust's {component}"), &["component", "add", component])?;
        }
    }
    Ok(())
}

/// The version of wasm-bindgen in the lock file, which that of its tools has to equal.
pub(crate) fn wasm_bindgen_version() -> Result<String> {
    let id = run::answer(project::cargo().args(["pkgid", "wasm-bindgen"]));
    let id = id.context("`cargo pkgid wasm-bindgen` failed: expected `wasm-bindgen` in Cargo.lock")?;
    let version = version_of(&id).with_context(|| format!("expected a version in the package id `{id}`"))?;
    Ok(version.to_owned())
}

/// `registry+https://host/index#wasm-bindgen@0.2.130`, or `…#0.2.130` where the address ends with the name.
fn version_of(id: &str) -> Option<&str> {
    let (_, fragment) = id.rsplit_once('#')?;
    Some(fragment.rsplit_once('@').map_or(fragment, |(_, version)| version))
}

fn check_node() -> Result<()> {
    let found = run::answer(project::command("node").arg("--version"));
    let Some(found) = found else { bail!("`node` was not found: expected Node {NODE} or later on the search path") };
    match major_of(&found) {
        Some(major) if major >= NODE => Ok(()),
        _ => bail!("`node --version` says `{found}`: expected Node {NODE} or later"),
    }
}

fn major_of(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Installs the standard library for a target where it is missing, and tells whether it was.
pub(crate) fn rust_target(target: &str) -> Result<bool> {
    let sysroot = run::answer(project::command("rustc").args(["--print", "sysroot"]));
    let sysroot = sysroot.context("`rustc --print sysroot` failed: expected Rust on the search path")?;
    if PathBuf::from(sysroot).join("lib/rustlib").join(target).join("lib").is_dir() {
        return Ok(false);
    }
    rustup(&format!("installing the Rust target {target}"), &["target", "add", target])?;
    Ok(true)
}

fn rustup(doing: &str, arguments: &[&str]) -> Result<()> {
    if project::find_program(&["rustup"]).is_none() {
        bail!("{doing} needs `rustup`, which was not found: expected it on the search path");
    }
    run::quiet("setup", doing, project::command("rustup").args(arguments))?;
    Ok(())
}

fn wasm_bindgen_tools() -> Result<bool> {
    let version = wasm_bindgen_version()?;
    let tool = project::wasm_tool("wasm-bindgen");
    let installed = run::answer(project::command(&tool).arg("--version"));
    let runner = project::wasm_tool("wasm-bindgen-test-runner");
    if installed.as_deref() == Some(&format!("wasm-bindgen {version}")) && runner.is_file() {
        return Ok(false);
    }
    let doing = format!("installing wasm-bindgen-cli {version} into target/tools (a minute or two)");
    // Not `--locked`: the lock file that this version ships does not build.
    let mut install = project::cargo();
    install.args(["install", "wasm-bindgen-cli", "--version", &version, "--force", "--root"]);
    install.arg(project::path("target/tools"));
    // The tools run for a second at a time: compile them fast rather than well.
    install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_LTO", "off");
    run::quiet("setup", &doing, &mut install)?;
    Ok(true)
}

fn npm_dependencies() -> Result<bool> {
    // A missing link means a half-done installation.
    let links = project::workspaces()?.into_iter().map(|workspace| workspace.link);
    npm_ci("npm", "the npm dependencies (half a minute)", "", links)
}

/// Other runtimes than the one that everything here is run by bring programs by the same name, so that they are no part of
/// the project's own dependencies.
pub(crate) fn runtimes() -> Result<()> {
    let doing = "other versions of Node, and what drives other runtimes (half a minute)";
    npm_ci("npm-runtimes", doing, "tests/runtimes", [])?;
    Ok(())
}

fn npm_ci(step: &str, what: &str, folder: &str, links: impl IntoIterator<Item = PathBuf>) -> Result<bool> {
    let folder = project::path(folder);
    let mut outputs = vec![folder.join("node_modules/.package-lock.json")];
    outputs.extend(links);
    let stamp = Stamp::of(step, "", &[folder.join("package-lock.json"), folder.join(".npmrc")])?;
    if stamp.is_current(&outputs) {
        return Ok(false);
    }
    run::quiet("setup", &format!("installing {what}"), project::command("npm").arg("ci").current_dir(&folder))?;
    stamp.write()?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::{major_of, version_of};

    #[test]
    fn the_version_is_read_from_either_form_of_a_package_id() {
        assert_eq!(version_of("registry+https://example.org/index#wasm-bindgen@0.2.130"), Some("0.2.130"));
        assert_eq!(version_of("path+file:///home/me/wasm-bindgen#0.2.131"), Some("0.2.131"));
        assert_eq!(version_of("wasm-bindgen"), None);
    }

    #[test]
    fn the_major_version_of_node_is_a_number() {
        assert_eq!(major_of("v20.20.2"), Some(20));
        assert_eq!(major_of("v8.0.0"), Some(8));
        assert_eq!(major_of("20.1.0"), None);
    }
}

//! Where things are in the project, and how its tools are called.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

/// The target that the module is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The path of something in the project, from the root folder.
pub(crate) fn path(relative: impl AsRef<Path>) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).join(relative)
}

/// A command that runs in the root folder.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(path(""));
    command
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// One of the wasm-bindgen tools that `setup` installs.
pub(crate) fn wasm_tool(name: &str) -> PathBuf {
    path("target/tools/bin").join(name)
}

/// A command-line tool that an npm dependency brings.
pub(crate) fn npm_tool(name: &str) -> Command {
    command(path("node_modules/.bin").join(name))
}

/// The first of these programs that the search path has.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

/// The names, without `.rs`, of the Rust files that lie directly in a folder, sorted.
pub(crate) fn rust_files(folder: &str) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in read_folder(&path(folder))? {
        if entry.extension() == Some(OsStr::new("rs"))
            && let Some(stem) = entry.file_stem()
        {
            names.push(stem.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// What a folder holds, sorted.
pub(crate) fn read_folder(folder: &Path) -> Result<Vec<PathBuf>> {
    let describe = || format!("cannot read the folder `{}`", folder.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(describe)? {
        entries.push(entry.with_context(describe)?.path());
    }
    entries.sort();
    Ok(entries)
}

/// A JSON file of the project.
pub(crate) fn read_json(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("`{}` is not valid JSON", file.display()))
}

/// An npm package of the project itself.
pub(crate) struct Workspace {
    /// From the root folder.
    pub(crate) folder: String,
    /// The link that npm makes to it.
    pub(crate) link: PathBuf,
}

/// The npm workspaces, as the lock file has them.
pub(crate) fn workspaces() -> Result<Vec<Workspace>> {
    let file = path("package-lock.json");
    let lock = read_json(&file)?;
    let packages = lock.get("packages").and_then(Value::as_object);
    let packages = packages.with_context(|| format!("`{}` has no object `packages`", file.display()))?;
    let linked = packages.iter().filter(|(_, package)| package.get("link") == Some(&Value::Bool(true)));
    let workspaces = linked.filter_map(|(link, package)| {
        let folder = package.get("resolved")?.as_str()?.to_owned();
        Some(Workspace { folder, link: path(link) })
    });
    Ok(workspaces.collect())
}

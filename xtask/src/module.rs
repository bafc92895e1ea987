//! The two WebAssembly modules that the npm package brings.

use std::path::PathBuf;

use crate::project;

/// One build of the crate for WebAssembly. The package's own build knows the same names.
pub(crate) struct Module {
    /// What it is called, here and in the budgets.
    pub(crate) name: &'static str,
    /// The cargo profile. Each has its own, so that neither build throws the other's away.
    pub(crate) profile: &'static str,
    /// Which features of the crate it has.
    pub(crate) features: &'static [&'static str],
    /// The folder that wasm-bindgen's output goes to.
    folder: &'static str,
    /// What wasm-bindgen's output is called.
    pub(crate) stem: &'static str,
}

/// Reads JSON and compiled snapshots, and explains.
const FULL: Module = Module { name: "full", profile: "wasm", features: &[], folder: "target/wasm", stem: "tidegate" };

/// Reads compiled snapshots.
const SLIM: Module = Module {
    name: "slim",
    profile: "wasm-slim",
    features: &["--no-default-features"],
    folder: "target/wasm-slim",
    stem: "tidegate_slim",
};

/// What the package consists of.
pub(crate) const MODULES: [Module; 2] = [FULL, SLIM];

impl Module {
    pub(crate) fn folder(&self) -> PathBuf {
        project::path(self.folder)
    }

    /// The module itself.
    pub(crate) fn wasm(&self) -> PathBuf {
        self.folder().join(format!("{}_bg.wasm", self.stem))
    }

    /// What calls it from JavaScript.
    pub(crate) fn glue(&self) -> PathBuf {
        self.folder().join(format!("{}.js", self.stem))
    }

    /// What wasm-bindgen writes, file by file: cargo keeps the profile's build scripts in the same folder.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let names = [".js", ".d.ts", "_bg.wasm", "_bg.wasm.d.ts"];
        names.iter().map(|name| self.folder().join(format!("{}{name}", self.stem))).collect()
    }
}

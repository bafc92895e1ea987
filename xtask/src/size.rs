//! What the modules weigh on the wire, and the budgets that they have to keep.

use std::fmt;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::module::{MODULES, Module};
use crate::{project, run};

/// The package's entries that have a budget of their own, without the module.
const APART: [&str; 3] = ["delivery", "exposures", "stores"];

/// The sizes of a module and of its minified glue, in bytes.
pub(crate) struct Size {
    name: &'static str,
    module: u64,
    module_brotli: u64,
    glue: u64,
    glue_brotli: u64,
}

impl Size {
    fn together(&self) -> u64 {
        self.module_brotli + self.glue_brotli
    }
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, module, module_brotli, glue, glue_brotli } = self;
        write!(
            out,
            "{name} module {module} bytes ({module_brotli} brotli), minified glue {glue} ({glue_brotli}), together {} brotli",
            self.together()
        )
    }
}

/// Refuses a module that weighs more than `xtask/budgets.json` has for it, in bytes compressed with brotli.
pub(crate) fn check() -> Result<String> {
    let budgets = project::read_json(&project::path("xtask/budgets.json"))?;
    let mut found = Vec::new();
    for module in &MODULES {
        let budget = budgets.get(module.name).and_then(Value::as_u64);
        let budget = budget.with_context(|| format!("`xtask/budgets.json` has no number `{}`", module.name))?;
        found.push(line(&measure(module)?, budget)?);
    }
    for name in APART {
        let budget = budgets.get(name).and_then(Value::as_u64);
        let budget = budget.with_context(|| format!("`xtask/budgets.json` has no number `{name}`"))?;
        found.push(apart(name, budget)?);
    }
    Ok(found.join("\n"))
}

/// The bytes of a file, as it is and compressed with brotli.
pub(crate) fn of_file(file: &Path) -> Result<(u64, u64)> {
    let mut command = project::command("node");
    command.arg(project::path("xtask/src/compressed.mjs"));
    command.arg(file).stderr(Stdio::inherit());
    let text = run::answer(&mut command)
        .with_context(|| format!("cannot measure `{}`: `node xtask/src/compressed.mjs` failed", file.display()))?;
    let json: Value = serde_json::from_str(&text).context("`xtask/src/compressed.mjs` did not print JSON")?;
    let field =
        |name: &str| json.get(name).and_then(Value::as_u64).context("`xtask/src/compressed.mjs` lacks a number");
    Ok((field("bytes")?, field("brotli")?))
}

/// Measures an entry that shares nothing with the others.
fn apart(name: &str, budget: u64) -> Result<String> {
    let (bytes, brotli) = of_file(&project::path("pkg-template/dist").join(name).with_extension("js"))?;
    if brotli > budget {
        bail!("the entry {name} weighs {brotli} bytes in brotli: expected at most {budget}");
    }
    Ok(format!("{name} entry {bytes} bytes, {brotli} brotli of {budget}"))
}

fn line(size: &Size, budget: u64) -> Result<String> {
    let together = size.together();
    if together > budget {
        bail!("the {} module with its glue weighs {together} bytes in brotli: expected at most {budget}", size.name);
    }
    Ok(format!("{size} of {budget}"))
}

/// Measures what `build` left of every module.
pub(crate) fn measure_all() -> Result<Vec<Size>> {
    MODULES.iter().map(measure).collect()
}

/// Measures what `build` left of a module.
pub(crate) fn measure(module: &Module) -> Result<Size> {
    let mut command = project::command("node");
    command
        .arg(project::path("xtask/src/size.mjs"))
        .args([module.wasm(), module.glue(), project::path("pkg-template/src/glue.d.ts")])
        .stderr(Stdio::inherit());
    let text = run::answer(&mut command).context("cannot measure the module: `node xtask/src/size.mjs` failed")?;
    let json: Value = serde_json::from_str(&text).context("`xtask/src/size.mjs` did not print JSON")?;
    let field = |name: &str| {
        let number = json.get(name).and_then(Value::as_u64);
        number.with_context(|| format!("`xtask/src/size.mjs` printed no number `{name}`"))
    };
    Ok(Size {
        name: module.name,
        module: field("module")?,
        module_brotli: field("moduleBrotli")?,
        glue: field("glue")?,
        glue_brotli: field("glueBrotli")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{Size, line};

    #[test]
    fn a_budget_is_for_module_and_glue_together() {
        let size = Size { name: "slim", module: 0, module_brotli: 19_000, glue: 0, glue_brotli: 1_000 };
        assert!(line(&size, 20_000).unwrap().ends_with("together 20000 brotli of 20000"));
        let refused = line(&size, 19_999).unwrap_err().to_string();
        assert!(refused.contains("weighs 20000 bytes"), "{refused}");
    }
}

//! What the module weighs on the wire, and the limit it has to keep.

use std::fmt;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{project, run};

/// The most that the module with its minified glue may weigh, in bytes compressed with brotli.
const LIMIT: u64 = 112_000;

/// Sizes in bytes.
pub(crate) struct Size {
    module: u64,
    module_brotli: u64,
    glue: u64,
    glue_brotli: u64,
}

impl Size {
    /// Refuses a module that weighs too much.
    pub(crate) fn check(self) -> Result<Self> {
        let together = self.module_brotli + self.glue_brotli;
        if together > LIMIT {
            bail!("the module with its glue weighs {together} bytes compressed with brotli: expected at most {LIMIT}");
        }
        Ok(self)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { module, module_brotli, glue, glue_brotli } = self;
        let together = module_brotli + glue_brotli;
        write!(
            out,
            "module {module} bytes ({module_brotli} brotli), minified glue {glue} ({glue_brotli}), together {together} brotli"
        )
    }
}

/// Measures what `build` left in `target/wasm/`.
pub(crate) fn measure() -> Result<Size> {
    let mut command = project::command("node");
    command.arg(project::path("xtask/src/size.mjs")).arg(project::path("target/wasm")).stderr(Stdio::inherit());
    let text = run::answer(&mut command).context("cannot measure the module: `node xtask/src/size.mjs` failed")?;
    let json: Value = serde_json::from_str(&text).context("`xtask/src/size.mjs` did not print JSON")?;
    let field = |name: &str| {
        let number = json.get(name).and_then(Value::as_u64);
        number.with_context(|| format!("`xtask/src/size.mjs` printed no number `{name}`"))
    };
    Ok(Size {
        module: field("module")?,
        module_brotli: field("moduleBrotli")?,
        glue: field("glue")?,
        glue_brotli: field("glueBrotli")?,
    })
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, Size};

    #[test]
    fn the_limit_is_for_module_and_glue_together() {
        let size = |module_brotli| Size { module: 0, module_brotli, glue: 0, glue_brotli: 1_000 };
        assert!(size(LIMIT - 1_000).check().is_ok());
        let refused = size(LIMIT - 999).check().map(|_| ()).unwrap_err().to_string();
        assert!(refused.contains(&format!("weighs {} bytes", LIMIT + 1)), "{refused}");
    }
}

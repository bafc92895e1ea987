//! Finds Python for the test against ClickHouse, whose library comes from PyPI, or installs Debian's where that is possible.

use anyhow::Result;

use crate::{debian, project, run};

/// Without it that test says why it is skipped, so nothing fails here for want of Python.
pub(crate) fn find_or_install() -> Result<()> {
    let probe = run::answer(project::command("python3").args(["-c", "import ensurepip, venv; print('here')"]));
    if probe.is_some() || !debian::can_install() {
        return Ok(());
    }
    debian::install("Python with its virtual environments", &["python3", "python3-venv"])
}

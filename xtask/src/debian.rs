//! Installs Debian's packages where that is possible.

use anyhow::Result;

use crate::{project, run};

/// Whether this is Debian or a descendant, and the user may change the system.
pub(crate) fn can_install() -> bool {
    let user = run::answer(project::command("id").arg("-u"));
    user.as_deref() == Some("0") && project::find_program(&["apt-get"]).is_some()
}

pub(crate) fn install(what: &str, packages: &[&str]) -> Result<()> {
    run::quiet("setup", "reading Debian's package lists", project::command("apt-get").arg("update"))?;
    let mut install = project::command("apt-get");
    install.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    install.env("DEBIAN_FRONTEND", "noninteractive");
    run::quiet("setup", &format!("installing Debian's {what}"), &mut install)?;
    Ok(())
}

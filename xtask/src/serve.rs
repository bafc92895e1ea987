//! `cargo xtask serve`: the demo page alone.

use anyhow::Result;

use crate::server::Server;
use crate::{build, project, setup};

pub(crate) fn run(port: Option<u16>) -> Result<()> {
    setup::run()?;
    build::run()?;
    page(port)
}

/// Builds the page and serves it until the process is stopped. Expects the package to be built.
pub(crate) fn page(port: Option<u16>) -> Result<()> {
    build::page()?;
    let server = Server::bind(project::path("www/dist"), port)?;
    println!("serve: the demo page is at {} (stop with Ctrl-C)", server.address());
    server.serve();
    Ok(())
}

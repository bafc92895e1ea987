//! `tidegate serve`: a snapshot over HTTP on this machine, for pages and workers that are being worked on.
//!
//! | file | what is in it |
//! |---|---|
//! | `published.rs` | what is served: a snapshot that has no problems |
//! | `watching.rs` | publishes what changes |
//! | `server.rs` | the addresses, and what is answered there |
//! | `events.rs` | the stream that tells of changes |
//! | `visitors.rs` | who is answered: this machine, and pages from it |

#[cfg(not(target_family = "wasm"))]
mod events;
#[cfg(not(target_family = "wasm"))]
mod published;
#[cfg(not(target_family = "wasm"))]
mod server;
#[cfg(not(target_family = "wasm"))]
mod visitors;
#[cfg(not(target_family = "wasm"))]
mod watching;

use std::path::PathBuf;

use clap::Args;

#[cfg(not(target_family = "wasm"))]
pub(crate) use server::run;

pub(crate) const EXAMPLES: &str = r#"Examples:
  tidegate serve snapshot.json
  tidegate serve flags/
  tidegate serve snapshot.json --port 9000 --allow-origin http://shop.test:3000
  tidegate serve snapshot.json --page dist

Answers at /snapshot.json, compiled at /snapshot.tide, and tells of changes at /events, which is what `connect` of
`tidegate/delivery` asks for. Only this machine is answered, and pages that it serves. A change that `check` finds
problems in is shown, and the snapshot of before goes on being served.

Exit codes: 1 the snapshot has problems to begin with; 2 it could not be done."#;

#[derive(Args)]
pub(crate) struct Asked {
    /// A snapshot, or a folder of its sources
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// The port; 0 is any that is free
    #[arg(long, default_value_t = 8475)]
    port: u16,
    /// An origin whose pages may read the snapshot too; may be given more than once
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
    /// A folder to serve at `/`, such as a built page
    #[arg(long, value_name = "FOLDER")]
    page: Option<PathBuf>,
}

/// There are neither sockets nor threads.
#[cfg(target_family = "wasm")]
pub(crate) fn run(asked: &Asked, _: &mut impl std::io::Write) -> anyhow::Result<crate::Outcome> {
    let Asked { path, port: _, allow_origin: _, page: _ } = asked;
    let file = crate::show::shown(path);
    anyhow::bail!(
        "could not serve `{file}`: the command that npm brings has no sockets, expected the native one of `cargo install tidegate-cli`"
    )
}

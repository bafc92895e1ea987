//! The command as it is used: the built binary is run, and what it writes is compared.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod authoring;
mod build;
#[cfg(unix)]
mod build_watch;
mod build_writing;
mod check;
mod compile;
mod completions;
mod decisions;
mod diff;
mod diff_random;
mod init;
mod lints;
mod places;
mod schema;
mod serve;
mod simulate;
mod sources;
mod support;
mod types;
mod usage;

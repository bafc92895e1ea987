//! What eight companies' systems do at the moment of a decision, done by a snapshot: a module a system.
//!
//! `rows.json` lists the capabilities, each with the tests that show it here; `cargo xtask systems` prints them as a table.
//! Every test here is named there.
#![cfg(not(target_family = "wasm"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails panics"
)]

mod alibaba;
mod amazon;
mod bytedance;
mod ids;
mod meta;
mod microsoft;
mod netflix;
mod shopify;
mod snapshots;
mod spotify;
mod statistics;

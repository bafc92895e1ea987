//! Feature flags and experiments decided where the user is: load a JSON snapshot, ask for decisions.
//!
//! The evaluator has no clock, no randomness and no I/O: the same snapshot and context give the same decision in every
//! place it runs. What it decides, and how, is `docs/SPEC.md`.
//!
//! ```
//! use tidegate::{Context, Program, Reason};
//!
//! let program = Program::load(br#"{
//!     "schemaVersion": 1,
//!     "revision": "1842",
//!     "flags": {
//!         "new-checkout": {
//!             "type": "boolean",
//!             "variants": { "on": true, "off": false },
//!             "off": "off",
//!             "default": "off",
//!             "salt": "new-checkout",
//!             "rules": [{ "id": "half", "percent": 50, "serve": "on" }]
//!         }
//!     }
//! }"#)?;
//! let decision = program.decide("new-checkout", &Context::keyed("u-4"));
//! assert!(matches!(decision.reason, Reason::Split | Reason::Default));
//! # Ok::<(), tidegate::Problem>(())
//! ```
//!
//! # Map
//! - `snapshot`: what people write, read flag by flag into one generic tree, with every mistake named
//! - `program`: what runs, flat tables compiled once from a snapshot
//! - `evaluate`, `condition`: the walk through one flag, and its operators; `explain` is the same walk, recorded,
//!   and `explanation` what was recorded
//! - `pattern`: regular expressions worked out ahead, for snapshots that are compiled ahead
//! - `bucket`: the only file that hashes
//! - `slots`, `outcome`: what goes into a decision and comes out, as plain numbers
//! - `affected`: which flags can decide otherwise in another snapshot
//! - `context`, `decision`: the way in for Rust, `units` for many at once, `draws` what they are hashed for; `engine` is the one for hosts in other languages, such as the module's

// Tables that are written and read have both in one file; the linker leaves out what a build doesn't call.
#![cfg_attr(not(feature = "json"), allow(dead_code, reason = "compiled snapshots are only read there"))]

mod address;
mod affected;
pub mod bucket;
mod condition;
mod conflicts;
mod context;
mod date;
mod decision;
mod draws;
mod engine;
mod evaluate;
mod explain;
mod explanation;
mod freeze;
mod guardrail;
mod holdout;
mod host;
mod json_text;
mod kept;
mod layer;
mod next_change;
mod operator;
mod outcome;
mod parameters;
mod parents;
mod pattern;
mod program;
mod ramp;
mod recorder;
mod rule;
mod semver;
mod slots;
mod snapshot;
mod sort;
mod substring;
mod switchback;
mod unit;
mod units;
mod window;

pub use context::Context;
pub use decision::{Bound, Decision, WouldBe};
pub use draws::{Cell, Draw, Drawer, UnitAttributes};
pub use engine::Engine;
pub use explanation::{Bucket, Check, Explanation, Instead, Ramp, Step, TimeSlot, Verdict, Window};
pub use outcome::{ErrorCode, Reason};
pub use program::Program;
pub use snapshot::{Code, FlagType, Json, Problem, Subject, limits};
pub use units::{Answer, Units};

/// The pages that have Rust in them are tested with the documentation.
#[cfg(doctest)]
#[doc = include_str!("../docs/start/rust.md")]
mod pages {}

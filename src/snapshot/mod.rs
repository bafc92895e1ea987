//! What people write: a JSON document, read flag by flag so that one broken flag doesn't take the others down.
//!
//! The document is scanned once to delimit its flags and segments (`Document`); each of them is then read on its own, when
//! it is asked for, into a tree that is checked, with every mistake in it recorded as a [`Problem`].

#[cfg(feature = "json")]
mod condition;
#[cfg(feature = "json")]
mod document;
mod escape;
#[cfg(feature = "json")]
mod fields;
#[cfg(feature = "json")]
mod findings;
#[cfg(feature = "json")]
mod flag;
mod flag_type;
#[cfg(feature = "json")]
mod guardrail;
#[cfg(feature = "json")]
mod holdout;
pub(crate) mod json;
#[cfg(feature = "json")]
mod layer;
pub mod limits;
#[cfg(feature = "json")]
mod moment;
mod number;
mod problem;
#[cfg(feature = "json")]
pub(crate) mod ramp;
#[cfg(feature = "json")]
mod rule;
#[cfg(feature = "json")]
mod segment;
mod tree;
#[cfg(feature = "json")]
mod unit;
#[cfg(feature = "json")]
pub(crate) mod window;

#[cfg(feature = "json")]
pub(crate) use document::{Document, read_entry};
#[cfg(feature = "json")]
pub(crate) use findings::Findings;
#[cfg(feature = "json")]
pub(crate) use flag::check as check_flag;
pub use flag_type::FlagType;
#[cfg(feature = "json")]
pub(crate) use guardrail::alpha_millionths;
#[cfg(feature = "json")]
pub(crate) use holdout::check as check_holdout;
#[cfg(feature = "json")]
pub(crate) use layer::check as check_layer;
pub use problem::{Code, Problem, Subject};
pub(crate) use problem::{Place, whole};
#[cfg(feature = "json")]
pub(crate) use problem::{Problems, nearest};
#[cfg(feature = "json")]
pub(crate) use segment::check as check_segment;
pub use tree::Json;
pub(crate) use tree::Members;
#[cfg(feature = "json")]
pub(crate) use unit::integer_text;

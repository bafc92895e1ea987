//! What people write: a JSON document, read flag by flag so that one broken flag doesn't take the others down.
//!
//! The document is scanned once to delimit its flags and segments (`Document`); each of them is then read on its own, when
//! it is asked for, into `Flag` or `Segment`, with every mistake in it recorded as a [`Problem`].

#[cfg(feature = "json")]
pub(crate) mod condition;
#[cfg(feature = "json")]
mod document;
#[cfg(feature = "json")]
mod fields;
#[cfg(feature = "json")]
pub(crate) mod flag;
mod flag_type;
mod json;
pub mod limits;
mod number;
mod problem;
#[cfg(feature = "json")]
pub(crate) mod rule;
#[cfg(feature = "json")]
pub(crate) mod segment;
mod tree;
#[cfg(feature = "json")]
pub(crate) mod unit;

#[cfg(feature = "json")]
pub(crate) use document::{Document, Entry, read_entry};
pub use flag_type::FlagType;
pub(crate) use problem::whole;
pub use problem::{Code, Problem};
#[cfg(feature = "json")]
pub(crate) use problem::{Place, Problems, nearest};
pub use tree::Json;

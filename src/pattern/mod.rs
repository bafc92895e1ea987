//! Regular expressions, of one language wherever they are read: `syntax.rs` reads them to a tree.
//!
//! Where snapshots are JSON, `search.rs` makes the tree a short program and runs it over texts. A compiled snapshot
//! carries each pattern as a table, worked out ahead, and whoever reads it needs only the loop in `automaton.rs`. The
//! tables are of our own form: regex-automata's sparse one would add five kilobytes to the module instead of half a
//! one, and a kilobyte to every pattern.
//!
//! Native tools make the tables, behind the feature `compile`: `hir.rs` gives the tree to regex-automata, `table.rs`
//! follows it through every byte until it is decided, and packs what is left. Searches and tables have to give the same
//! answer on every text, which is regex-lite's.

mod automaton;
#[cfg(feature = "json")]
mod class;
#[cfg(feature = "compile")]
mod hir;
#[cfg(feature = "json")]
mod look;
#[cfg(feature = "json")]
mod reason;
#[cfg(feature = "json")]
mod search;
#[cfg(feature = "json")]
mod syntax;
#[cfg(feature = "compile")]
mod table;
#[cfg(test)]
#[cfg(feature = "compile")]
mod tests;
#[cfg(feature = "json")]
mod tree;

pub(crate) use automaton::Automaton;
#[cfg(feature = "json")]
pub(crate) use reason::Refused;
#[cfg(feature = "json")]
pub(crate) use search::{Scratch, Search};

/// The bytes that one automaton may have.
///
/// Patterns of ten to fifty characters take 30 to 600, and an anchored list of four hundred words this much. `in` suits
/// such a list better, and whoever reads the snapshot holds all of it in memory.
#[cfg(feature = "compile")]
pub(crate) const BYTES: usize = 65_536;

/// Why a pattern can't be worked out ahead.
#[cfg(feature = "compile")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It is none where snapshots are JSON either.
    Invalid,
    /// Its automaton would have more than [`BYTES`].
    TooLarge,
    /// There are more places to be in the pattern at once than can be followed in reasonable time.
    TooComplex,
}

#[cfg(feature = "compile")]
impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Invalid => "the pattern is not a regular expression",
            Self::TooLarge => "the pattern takes more than 65536 bytes when it is worked out ahead, expected fewer",
            Self::TooComplex => "the pattern has too many ways to go on to be worked out ahead, expected a simpler one",
        })
    }
}

/// The automaton that finds `pattern` in a text, for [`Automaton::read`].
///
/// Bounded in time and memory whatever the pattern is. The same pattern always gives the same bytes.
///
/// # Errors
/// See [`Refusal`].
#[cfg(feature = "compile")]
pub(crate) fn automaton(pattern: &str, ignore_case: bool) -> Result<Vec<u8>, Refusal> {
    let (node, _) = syntax::read(pattern, ignore_case).map_err(|_| Refusal::Invalid)?;
    table::Table::new(&hir::convert(&node))?.minimize().pack()
}

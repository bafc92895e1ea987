//! Regular expressions worked out ahead: a compiled snapshot carries each as a table, and whoever reads it needs no
//! compiler, only the loop in `automaton.rs`. The tables are of our own form: regex-automata's sparse one would add
//! five kilobytes to the module instead of half a one, and a kilobyte to every pattern.
//!
//! Native tools make the tables, behind the feature `compile`: `syntax.rs` gives a pattern regex-lite's meaning,
//! `table.rs` follows it through every byte until it is decided, and packs what is left. Where snapshots are read as
//! JSON, patterns are compiled with regex-lite, so both have to give the same answer on every text.

mod automaton;
#[cfg(feature = "compile")]
mod syntax;
#[cfg(feature = "compile")]
mod table;
#[cfg(test)]
#[cfg(feature = "compile")]
mod tests;

pub(crate) use automaton::Automaton;

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
    /// regex-lite doesn't accept it either.
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
    let hir = syntax::read(pattern, ignore_case).ok_or(Refusal::Invalid)?;
    table::Table::new(&hir)?.minimize().pack()
}

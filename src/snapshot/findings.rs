//! What checking one definition comes to.

use super::problem::Problems;

/// What is wrong with a definition, and what is to be done before it can be compiled.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) problems: Problems,
    /// Where its conditions name segments, and which.
    pub(crate) segments: Vec<(String, String)>,
    /// The flags that it needs.
    pub(crate) prerequisites: Vec<Prerequisite>,
    /// How many conditions were seen.
    pub(super) conditions: usize,
}

pub(crate) struct Prerequisite {
    /// Where it stands.
    pub(crate) pointer: String,
    pub(crate) flag: String,
    pub(crate) variants: Vec<String>,
}

//! What checking one definition comes to.

use super::problem::Problems;

/// What is wrong with a definition, and what is to be done before it can be compiled.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) problems: Problems,
    /// Where its conditions name segments, and which.
    pub(crate) segments: Vec<(String, String)>,
    /// The same of the flags and the holdouts that a holdout names.
    pub(crate) flags: Vec<(String, String)>,
    pub(crate) holdouts: Vec<(String, String)>,
    /// What it needs of its own kind: a flag's prerequisites, the layer that a layer is in.
    pub(crate) needs: Vec<Need>,
    /// The experiments of layers that a flag's rules are in.
    pub(crate) memberships: Vec<Need>,
    /// How many guardrails were seen.
    pub(super) guardrails: usize,
    /// How many conditions were seen.
    pub(super) conditions: usize,
}

/// A definition that is named with some of its members: a flag with variants, a layer with an experiment.
pub(crate) struct Need {
    /// Where it stands.
    pub(crate) pointer: String,
    pub(crate) to: String,
    pub(crate) members: Vec<String>,
}

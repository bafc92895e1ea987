//! Every lint by its code, with what is told of it.

use super::level::Level;
use super::{allowance, conditions, experiments, flags, overrides, prerequisites, rules, unused};

/// One kind of remark.
#[derive(Debug)]
pub(crate) struct Lint {
    /// A stable name.
    pub(crate) code: &'static str,
    /// How much it counts unless somebody says otherwise.
    pub(crate) level: Level,
    /// What it tells of: a sentence without a full stop.
    pub(crate) about: &'static str,
    /// Why that matters, in sentences.
    pub(crate) why: &'static str,
    /// What to do, in sentences.
    pub(crate) mend: &'static str,
    /// What it tells of, as it is written.
    pub(crate) example: &'static str,
    /// The same mended, so that it has nothing to say.
    pub(crate) mended: &'static str,
}

/// Every lint, in the order of their codes.
pub(crate) fn lints() -> Vec<&'static Lint> {
    let mut lints: Vec<&'static Lint> = [
        conditions::LINTS,
        rules::LINTS,
        flags::LINTS,
        prerequisites::LINTS,
        overrides::LINTS,
        experiments::LINTS,
        unused::LINTS,
        allowance::LINTS,
    ]
    .concat();
    lints.sort_by_key(|lint| lint.code);
    lints
}

/// The lint of a code, however its letters are written.
///
/// # Errors
/// There is none: then the code that was probably meant.
pub(crate) fn find(code: &str) -> Result<&'static Lint, Option<&'static str>> {
    let wanted = code.to_ascii_uppercase().replace('-', "_");
    let lints = lints();
    if let Some(lint) = lints.iter().find(|lint| lint.code == wanted) {
        return Ok(lint);
    }
    let nearest = lints.iter().map(|lint| (strsim::osa_distance(&wanted, lint.code), lint.code)).min();
    Err(nearest.filter(|(distance, _)| *distance <= (wanted.len() / 3).max(2)).map(|(_, code)| code))
}

impl Lint {
    /// Whether the example is a configuration and not a snapshot.
    pub(crate) fn is_about_configuration(&self) -> bool {
        !self.example.trim_start().starts_with('{')
    }
}

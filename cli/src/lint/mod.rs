//! Lints: what serves as it is written, and can hardly be meant.
//!
//! | file | what is in it |
//! |---|---|
//! | `catalogue.rs` | every lint by its code; what is told of each |
//! | `conditions.rs` `rules.rs` `flags.rs` `prerequisites.rs` `overrides.rs` `experiments.rs` `unused.rs` | the lints, by what they are about |
//! | `study.rs` | what is known of every rule and flag without a context |
//! | `shadow.rs` `serving.rs` | rules that come too late; what a flag can serve at all |
//! | `formula.rs` `solver.rs` | conditions as formulas, and whether one can hold |
//! | `values.rs` `versions.rs` `addresses.rs` | values that stand for all |
//! | `judge.rs` | the evaluator, which says what a test says of a value |
//! | `view.rs` | a snapshot as it is written |
//! | `day.rs` | days until which something holds |
//! | `level.rs` `allowance.rs` | how much a lint counts, and where it is allowed |

mod addresses;
pub(crate) mod allowance;
pub(crate) mod catalogue;
mod conditions;
mod day;
mod experiments;
mod flags;
mod formula;
mod judge;
pub(crate) mod level;
mod overrides;
mod prerequisites;
#[cfg(all(test, not(target_family = "wasm")))]
mod properties;
mod rules;
mod serving;
mod shadow;
mod solver;
mod study;
mod unused;
mod values;
mod versions;
mod view;

use anyhow::Result;
use tidegate::{Program, Subject};

use catalogue::Lint;
use study::Study;
use view::{Definitions, Snapshot};

/// What a lint has to say about one place.
pub(crate) struct Remark {
    pub(crate) lint: &'static Lint,
    pub(crate) subject: Subject,
    pub(crate) path: String,
    /// The key is meant, and not the value.
    pub(crate) is_about_key: bool,
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: String,
}

/// Everything that the lints have to say about a snapshot as it decides from `at`, in epoch milliseconds, on. `program` was
/// loaded from `text`; what it has problems with isn't looked at. It `is_all` that there is unless it is what an environment
/// makes of something: then another one may use what this one doesn't.
///
/// # Errors
/// What the evaluator accepted before, it refuses alone.
pub(crate) fn remarks(text: &str, program: &Program, at: i64, is_all: bool) -> Result<Vec<Remark>> {
    let definitions = Definitions::read(text);
    let snapshot = Snapshot::new(&definitions, program, is_all);
    let study = Study::new(&snapshot, at)?;
    let mut remarks = Vec::new();
    for look in [
        conditions::look,
        rules::look,
        flags::look,
        prerequisites::look,
        overrides::look,
        experiments::look,
        unused::look,
    ] {
        look(&study, &mut remarks);
    }
    Ok(remarks)
}

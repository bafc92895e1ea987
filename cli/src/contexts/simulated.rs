//! Contexts that are made up: the same one again and again, but for its unit.

use std::sync::Arc;

use tidegate::Context;

use super::Rows;

/// How many units are in one batch.
const BATCH_UNITS: u64 = 4096;

pub(super) struct Simulated {
    units: Arc<Units>,
    left: u64,
}

/// What the made-up contexts have.
pub(super) struct Units {
    around: Context,
    /// Attribute paths that `around` has nothing at.
    paths: Vec<String>,
}

impl Simulated {
    pub(super) fn new(count: u64, mut paths: Vec<String>, around: &Context) -> Self {
        paths.retain(|path| around.get(path).is_none());
        Self { units: Arc::new(Units { around: around.clone(), paths }), left: count }
    }

    pub(super) fn next(&mut self) -> Option<Rows> {
        let count = self.left.min(BATCH_UNITS);
        self.left -= count;
        (count > 0).then(|| Rows::Simulated { units: Arc::clone(&self.units), count })
    }
}

impl Units {
    pub(super) fn context(&self, number: u64) -> Context {
        let id = format!("u-{number}");
        self.paths.iter().fold(self.around.clone(), |context, path| context.with(path, id.as_str()))
    }
}

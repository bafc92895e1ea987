//! Layers: experiments that share units out among themselves.

use schemars::JsonSchema;

use super::text::{Name, Named, Percent, Salt, Unit};

/// Shares units out to experiments, so that none is in two of them
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    example = serde_json::json!({
        "unit": "user.id", "salt": "feed-2026", "experiments": { "ranking": [[0, 25], [80, 90]], "ads": [[25, 50]] }
    })
)]
pub(super) struct Layer {
    /// What is hashed, whatever a flag's unit is
    unit: Option<Unit>,
    /// What the hashes begin with
    salt: Salt,
    /// The ranges that each experiment owns, of which no two overlap
    experiments: Named<Vec<Range>>,
    /// The experiment of another layer that the whole layer lives in
    within: Option<Within>,
    /// For people
    description: Option<String>,
}

/// A range of units in percent, `[from, until]`, without its end
#[derive(JsonSchema)]
#[schemars(example = [0.0, 12.5])]
pub(super) struct Range((Percent, Percent));

/// An experiment of another layer
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct Within {
    /// The key of the layer
    layer: Name,
    /// An experiment in it
    experiment: Name,
}

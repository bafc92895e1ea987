//! The document.

use schemars::JsonSchema;

use super::flag::Flag;
use super::holdout::Holdout;
use super::layer::Layer;
use super::segment::Segment;
use super::text::Named;
use super::window::Windows;

/// A snapshot: a JSON document with flags and segments, which never changes and has a revision
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields, title = "Tidegate snapshot", extend("$id" = "urn:tidegate:snapshot:1"))]
pub(super) struct Snapshot {
    /// The version of this form of documents
    #[schemars(extend("const" = 1))]
    schema_version: u32,
    /// Names the snapshot; compared for equality only
    #[schemars(length(min = 1))]
    revision: String,
    /// Orders snapshots: an update with a lower one than what is in use is refused
    #[schemars(range(min = 0, max = 9_007_199_254_740_991_i64))]
    sequence: Option<u64>,
    /// Where the snapshot belongs; reported, otherwise unused
    environment: Option<String>,
    /// Where this schema is, for editors
    #[schemars(rename = "$schema")]
    schema: Option<String>,
    /// When a host that has this snapshot keeps it
    freeze: Option<Windows>,
    /// The state of alarms by name, for guardrails; one that isn't there is `ok`
    alarms: Option<Named<Alarm>>,
    /// Named conditions by key
    segments: Option<Named<Segment>>,
    /// Layers by key
    layers: Option<Named<Layer>>,
    /// Holdouts by key
    holdouts: Option<Named<Holdout>>,
    /// Flags by key
    flags: Named<Flag>,
}

/// The state of an alarm
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) enum Alarm {
    /// Something is wrong: guardrails that watch it roll back
    Alarm,
    /// Nothing is wrong
    Ok,
}

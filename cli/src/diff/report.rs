//! What is reported: the account of what changed, and the counts of whom it concerns.

use serde::Serialize;
use serde_json::value::RawValue;
use tidegate::Decision;

use super::account::{Account, FlagAccount, SharedAccount};
use super::census::{Census, Example, Way, WayKind};
use super::change::Change;
use super::limit::{Judged, interval, percent};
use crate::contexts::Read;

/// As programs read it; people get the same in other forms.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) before: SnapshotReport,
    pub(super) after: SnapshotReport,
    /// Whether both are JSON, so that it is known what changed.
    pub(super) detailed: bool,
    /// What changed of the snapshot itself.
    pub(super) snapshot: Vec<Change>,
    pub(super) flags: Vec<FlagReport>,
    pub(super) shared: Vec<SharedAccount>,
    /// Absent where no contexts were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contexts: Option<ContextsReport>,
    pub(super) limits: Vec<Judged>,
}

#[derive(Serialize)]
pub(super) struct SnapshotReport {
    pub(super) file: String,
    pub(super) revision: String,
}

#[derive(Serialize)]
pub(super) struct FlagReport {
    #[serde(flatten)]
    pub(super) account: FlagAccount,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contexts: Option<FlagCounts>,
}

/// All flags together.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ContextsReport {
    pub(super) source: String,
    pub(super) simulated: bool,
    /// The instant that was decided for.
    pub(super) at: String,
    pub(super) count: u64,
    /// Rows that were left out.
    pub(super) bad_rows: u64,
    #[serde(flatten)]
    pub(super) share: Share,
    /// Contexts that get the same values, but for another reason.
    pub(super) other_reason: u64,
}

/// How many get another value.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Share {
    pub(super) moved: u64,
    pub(super) moved_percent: f64,
    /// Of simulated units, which are a sample: where the share of all units lies, in percent, with 95 % confidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) interval: Option<[f64; 2]>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FlagCounts {
    #[serde(flatten)]
    pub(super) share: Share,
    pub(super) other_reason: u64,
    pub(super) ways: Vec<WayReport>,
}

/// Contexts that got one decision and get another, or the same.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WayReport {
    pub(super) kind: WayKind,
    pub(super) count: u64,
    pub(super) before: Served,
    pub(super) after: Served,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) examples: Vec<Example>,
}

/// What a context is served.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Served {
    /// Absent on an error, and where the flag isn't there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) variant: Option<String>,
    /// As the snapshot writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Box<RawValue>>,
    pub(super) reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) holdout: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error_code: Option<&'static str>,
}

impl Served {
    fn new(decision: &Decision<'_>) -> Self {
        Self {
            variant: decision.variant.map(str::to_owned),
            value: decision.json().and_then(|text| RawValue::from_string(text.to_owned()).ok()),
            reason: decision.reason.name(),
            rule: decision.rule.map(str::to_owned),
            holdout: decision.holdout.map(str::to_owned),
            error_code: decision.error.map(tidegate::ErrorCode::name),
        }
    }
}

/// Where contexts came from.
pub(super) struct Source {
    pub(super) name: String,
    pub(super) simulated: bool,
    pub(super) at: String,
}

impl Report {
    /// Puts an account and what was counted together.
    pub(super) fn new(
        [before, after]: [SnapshotReport; 2],
        account: Account,
        counted: Option<(Source, Census<'_>, Read)>,
    ) -> Self {
        let Account { detailed, snapshot, flags, shared } = account;
        let (mut contexts, mut counts) = (None, Vec::new());
        if let Some((source, census, read)) = counted {
            let Source { name, simulated, at } = source;
            contexts = Some(ContextsReport {
                source: name,
                simulated,
                at,
                count: read.rows,
                bad_rows: read.bad,
                share: Share::new(census.moved, read.rows, simulated),
                other_reason: census.told,
            });
            counts = census.flags.into_iter().map(|ways| Some(FlagCounts::new(ways, read.rows, simulated))).collect();
        }
        let counts = counts.into_iter().chain(std::iter::repeat_with(|| None));
        let flags = flags.into_iter().zip(counts).map(|(account, contexts)| FlagReport { account, contexts }).collect();
        Self { before, after, detailed, snapshot, flags, shared, contexts, limits: Vec::new() }
    }
}

impl Share {
    fn new(moved: u64, total: u64, simulated: bool) -> Self {
        let interval = simulated.then(|| interval(moved, total));
        Self { moved, moved_percent: percent(moved, total), interval }
    }
}

impl FlagCounts {
    fn new(ways: Vec<Way<'_>>, total: u64, simulated: bool) -> Self {
        let sum = |kind: WayKind| ways.iter().filter(|way| way.kind == kind).map(|way| way.count).sum();
        let (share, other_reason) = (Share::new(sum(WayKind::Moved), total, simulated), sum(WayKind::Told));
        let report = |way: Way<'_>| WayReport {
            kind: way.kind,
            count: way.count,
            before: Served::new(&way.before),
            after: Served::new(&way.after),
            examples: way.examples,
        };
        Self { share, other_reason, ways: ways.into_iter().map(report).collect() }
    }
}

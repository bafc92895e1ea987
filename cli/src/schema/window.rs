//! Times in which something holds.

use schemars::JsonSchema;

use super::text::Moment;

/// One window, or a list of which any may be open
#[derive(JsonSchema)]
#[schemars(untagged)]
pub(super) enum Windows {
    One(Window),
    Some(#[schemars(length(min = 1, max = 255))] Vec<Window>),
}

/// Open from `from` on, before `until`
#[derive(JsonSchema)]
#[schemars(
    untagged,
    example = serde_json::json!({ "from": "2026-11-27T00:00:00Z", "until": "2026-12-01T00:00:00Z" }),
    example = serde_json::json!({
        "from": "2026-11-24T08:00:00+01:00", "until": "2026-11-24T18:00:00+01:00", "repeat": { "every": "day" }
    })
)]
pub(super) enum Window {
    Once(Once),
    Recurring(Recurring),
}

/// One stretch of time; the end that is left out is open
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline, extend("anyOf" = [{ "required": ["from"] }, { "required": ["until"] }]))]
pub(super) struct Once {
    /// The first instant at which it is open
    from: Option<Moment>,
    /// The first instant at which it is closed again: after `from`
    until: Option<Moment>,
}

/// A stretch of time that comes again
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
pub(super) struct Recurring {
    /// When the first occurrence begins; days and times of day are those of its UTC offset
    from: Moment,
    /// When the first occurrence ends: before the next begins
    until: Moment,
    /// When it comes again
    repeat: Repeat,
}

/// When a window comes again
#[derive(JsonSchema)]
#[schemars(
    tag = "every",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields,
    extend("type" = "object", "not" = { "required": ["until", "times"] })
)]
pub(super) enum Repeat {
    /// Every day, or every few days
    Day {
        /// Every that many days
        #[schemars(range(min = 1, max = 1_000), extend("default" = 1))]
        interval: Option<u32>,
        /// The last instant at which an occurrence may begin; instead of `times`
        until: Option<Moment>,
        /// How many occurrences there are, the first included; instead of `until`
        #[schemars(range(min = 1, max = 1_000_000))]
        times: Option<u32>,
    },
    /// On days of the week
    Week {
        /// Every that many weeks
        #[schemars(range(min = 1, max = 1_000), extend("default" = 1))]
        interval: Option<u32>,
        /// The days on which an occurrence begins; the day of `from` is one of them
        #[schemars(length(min = 1, max = 7), extend("uniqueItems" = true))]
        days: Vec<Day>,
        /// Where a week begins, which matters when `interval` is above 1
        #[schemars(extend("default" = "monday"))]
        week_starts: Option<Day>,
        /// The last instant at which an occurrence may begin; instead of `times`
        until: Option<Moment>,
        /// How many occurrences there are, the first included; instead of `until`
        #[schemars(range(min = 1, max = 1_000_000))]
        times: Option<u32>,
    },
}

/// A day of the week
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
pub(super) enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

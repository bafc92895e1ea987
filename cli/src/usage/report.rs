//! What is said of the flags that a code base uses, and of those that it doesn't.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use serde::Serialize;

use super::tally::{Computed, Place, Skipped, Tally, Unknown};
use crate::check::counted;
use crate::definition::Definitions;
use crate::show::{BAD, DOUBTFUL, GOOD, STRONG, printable, shorten};

/// What a program reads.
#[derive(Serialize)]
pub(super) struct Report {
    /// How many files were looked into.
    files: usize,
    unknown: Vec<Unknown>,
    computed: Vec<Computed>,
    flags: Vec<FlagReport>,
    skipped: Vec<Skipped>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FlagReport {
    flag: String,
    state: State,
    /// How many calls name it.
    calls: usize,
    /// The flag that can't be decided without it, where nobody else wants it.
    #[serde(skip_serializing_if = "Option::is_none")]
    needed_by: Option<String>,
    /// Where it stands first: in a call, or else anywhere.
    #[serde(flatten)]
    place: Option<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
enum State {
    Used,
    Mentioned,
    Needed,
    Unused,
}

/// Columns of an argument.
const ARGUMENT: usize = 60;

impl Report {
    pub(super) fn new(definitions: &Definitions, mut tally: Tally<'_>) -> Self {
        tally.finish();
        let states = states(definitions, &tally);
        let report = |(key, (state, needed_by)): (&str, (State, Option<&str>))| {
            let calls = tally.calls.get(key);
            let count = calls.or_else(|| tally.mentions.get(key));
            FlagReport {
                flag: key.to_owned(),
                state,
                calls: calls.map_or(0, |count| count.number),
                needed_by: needed_by.map(str::to_owned),
                place: count.and_then(|count| count.first.clone()),
            }
        };
        Self {
            files: tally.files,
            flags: states.into_iter().map(report).collect(),
            unknown: tally.unknown,
            computed: tally.computed,
            skipped: tally.skipped,
        }
    }

    pub(super) fn has_unknown(&self) -> bool {
        !self.unknown.is_empty()
    }

    pub(super) fn has_computed(&self) -> bool {
        !self.computed.is_empty()
    }

    pub(super) fn has_unused(&self) -> bool {
        self.those(State::Unused).next().is_some()
    }

    fn those(&self, state: State) -> impl Iterator<Item = &FlagReport> {
        self.flags.iter().filter(move |flag| flag.state == state)
    }

    pub(super) fn show(&self, out: &mut impl Write) -> Result<()> {
        let unknown = self.unknown.iter().map(|unknown| {
            let near = unknown.suggestion.as_deref();
            let near = near.map(|key| format!(", did you mean `{}`?", printable(key))).unwrap_or_default();
            format!("{}  `{}`{near}", at(&unknown.place), printable(&unknown.flag))
        });
        section("Not in the snapshot", unknown, out)?;
        let unused = self.those(State::Unused).map(|flag| format!("`{}`", printable(&flag.flag)));
        section("Not used", unused, out)?;
        let needed = self.those(State::Needed).map(|flag| {
            let by = flag.needed_by.as_deref().unwrap_or_default();
            format!("`{}`, by `{}`", printable(&flag.flag), printable(by))
        });
        section("Needed by another flag only", needed, out)?;
        let mentioned = self.those(State::Mentioned).map(|flag| match &flag.place {
            Some(place) => format!("{}  `{}`", at(place), printable(&flag.flag)),
            None => format!("`{}`, by its namespace", printable(&flag.flag)),
        });
        section("Mentioned, but in no call", mentioned, out)?;
        let computed = self.computed.iter().map(|computed| {
            format!("{}  `{}`", at(&computed.place), shorten(&printable(&computed.argument), ARGUMENT))
        });
        section("Keys that can't be seen, which may be of any flag", computed, out)?;
        let skipped = self.skipped.iter().map(|skipped| format!("{}  {}", skipped.file, skipped.why));
        section("Not looked into", skipped, out)?;
        let count = |state| self.those(state).count();
        let style = match (self.has_unknown(), self.has_unused()) {
            (true, _) => BAD,
            (false, true) => DOUBTFUL,
            (false, false) => GOOD,
        };
        writeln!(
            out,
            "{style}{}: {} used, {} mentioned, {} needed, {} unused; {} of no flag, {} unseen{style:#}",
            counted(self.files, "file"),
            counted(count(State::Used), "flag"),
            count(State::Mentioned),
            count(State::Needed),
            count(State::Unused),
            counted(self.unknown.len(), "call"),
            self.computed.len(),
        )?;
        Ok(())
    }
}

/// What every flag is, and what needs it, by key. A flag that is needed by one that is needed is so, too.
fn states<'d>(definitions: &'d Definitions, tally: &Tally<'_>) -> BTreeMap<&'d str, (State, Option<&'d str>)> {
    let mut states = BTreeMap::new();
    let mut open = Vec::new();
    for (key, flag) in &definitions.flags {
        let namespace = flag.namespace.as_deref();
        let state = if tally.calls.contains_key(key.as_str()) {
            State::Used
        } else if tally.mentions.contains_key(key.as_str())
            || namespace.is_some_and(|name| tally.mentioned_namespaces.contains(name))
        {
            State::Mentioned
        } else {
            State::Unused
        };
        states.insert(key.as_str(), (state, None));
        if state != State::Unused {
            open.push(key.as_str());
        }
    }
    // The first by key says what it needs first.
    open.reverse();
    while let Some(by) = open.pop() {
        for needed in definitions.flags.get(by).map(|flag| flag.prerequisites.as_slice()).unwrap_or_default() {
            if let Some(state) = states.get_mut(needed.as_str()).filter(|(state, _)| *state == State::Unused) {
                *state = (State::Needed, Some(by));
                open.push(needed);
            }
        }
    }
    states
}

fn at(place: &Place) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}

/// A heading with lines under it; nothing where there are none.
fn section(heading: &str, lines: impl Iterator<Item = String>, out: &mut impl Write) -> Result<()> {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "{STRONG}{heading}{STRONG:#}")?;
    lines.try_for_each(|line| writeln!(out, "  {line}"))?;
    writeln!(out)?;
    Ok(())
}

//! What a build tells.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use serde::Serialize;

use super::{Asked, Written};
use crate::check::counted;
use crate::document::Document;
use crate::finding::FindingReport;
use crate::notice::Notice;
use crate::output;
use crate::show::{self, BAD, GOOD, printable, shown};
use crate::sources::{Audience, Readable, default_horizon, zone_version};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    output: String,
    /// Whether the snapshot is there now.
    written: bool,
    /// Whether the file was another one before.
    changed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<Audience>,
    bytes: usize,
    /// How many sources were read.
    files: usize,
    /// How many definitions there are, by kind.
    definitions: BTreeMap<&'static str, usize>,
    /// The version of the zone data.
    tzdb: &'static str,
    /// The year at whose beginning windows end that would go on for ever.
    horizon: i16,
    /// How many windows have a zone.
    zoned_windows: usize,
    /// Those that end at the horizon, by JSON Pointer.
    cut_windows: Vec<String>,
    /// What clients can read.
    #[serde(skip_serializing_if = "Option::is_none")]
    readable: Option<Readable>,
    problems: Vec<FindingReport>,
    warnings: Vec<FindingReport>,
    #[serde(skip)]
    name: String,
}

impl Report {
    pub(super) fn new(
        asked: &Asked,
        document: &Document,
        written: Option<(String, Written)>,
        problems: &[Notice],
        warnings: &[Notice],
    ) -> Self {
        let sources = document.sources();
        let found = |notices: &[Notice]| document.find(notices.to_vec()).iter().map(FindingReport::new).collect();
        let zoned = sources.map(|sources| sources.zoned.clone()).unwrap_or_default();
        let for_clients = written.is_some() && asked.audience == Some(Audience::Client);
        Self {
            output: shown(&asked.output),
            written: written.is_some(),
            changed: written.as_ref().is_some_and(|(_, written)| written.changed),
            revision: written.map(|(revision, _)| revision),
            environment: sources.and_then(|sources| sources.environment()).map(str::to_owned),
            audience: asked.audience,
            bytes: document.bytes.len(),
            files: sources.map_or(0, |sources| sources.files.len()),
            definitions: sources.map(|sources| sources.counts().into_iter().collect()).unwrap_or_default(),
            tzdb: zone_version(),
            horizon: asked.horizon.unwrap_or_else(default_horizon),
            zoned_windows: zoned.windows,
            cut_windows: zoned.cut,
            readable: sources.filter(|_| for_clients).map(|sources| Readable::of(&sources.root)),
            problems: found(problems),
            warnings: found(warnings),
            name: document.name.clone(),
        }
    }

    /// Each build of a watch is a line to itself.
    pub(super) fn write_json(&self, one_line: bool, out: &mut impl Write) -> Result<()> {
        if one_line {
            return Ok(writeln!(out, "{}", serde_json::to_string(self)?)?);
        }
        show::write_json(self, out)
    }

    /// On standard error: standard output may be where the snapshot goes.
    pub(super) fn say(&self) -> Result<()> {
        let mut said = anstream::stderr();
        if !self.written {
            let problems = counted(self.problems.len(), "problem");
            return Ok(writeln!(said, "{BAD}{}: {problems}, nothing is written{BAD:#}", self.name)?);
        }
        let revision = printable(self.revision.as_deref().unwrap_or_default());
        let definitions = ["flag", "segment", "layer", "holdout"].iter().filter_map(|kind| {
            let count = self.definitions.get(kind).copied().unwrap_or_default();
            (count > 0 || *kind == "flag").then(|| counted(count, kind))
        });
        let definitions = definitions.collect::<Vec<_>>().join(", ");
        let output = if self.output == output::STDOUT { "<stdout>" } else { &self.output };
        let files = counted(self.files, "file");
        let state = if self.changed { "" } else { ", unchanged" };
        let bytes = counted(self.bytes, "byte");
        let environment = self.environment.as_ref().map(|name| format!(", environment {}", printable(name)));
        let environment = environment.unwrap_or_default();
        writeln!(
            said,
            "{GOOD}{output}: {definitions} of {files}{environment}, {bytes}, revision {revision}{state}{GOOD:#}"
        )?;
        if self.zoned_windows > 0 {
            let windows = counted(self.zoned_windows, "window");
            writeln!(said, "{windows} with a zone, written by the zone data {}", self.tzdb)?;
        }
        for path in &self.cut_windows {
            let horizon = self.horizon;
            writeln!(said, "{} recurs until the beginning of {horizon}, see --horizon", printable(path))?;
        }
        if let Some(readable) = &self.readable {
            writeln!(said, "whoever has it can read in it:")?;
            lines(readable).iter().try_for_each(|line| writeln!(said, "  {line}"))?;
        }
        Ok(())
    }
}

fn lines(readable: &Readable) -> Vec<String> {
    let quoted = |name: &String| format!("`{}`", printable(name));
    let counts = |counts: &BTreeMap<String, usize>, what: &str| {
        let entry = |(name, count): (&String, &usize)| match count {
            0 => quoted(name),
            count => format!("{} ({})", quoted(name), counted(*count, what)),
        };
        counts.iter().map(entry).collect::<Vec<_>>().join(", ")
    };
    let names = |names: &std::collections::BTreeSet<String>| names.iter().map(quoted).collect::<Vec<_>>().join(", ");
    let all = [
        ("ids in overrides of", counts(&readable.override_ids, "id")),
        ("ids in segments", counts(&readable.segment_ids, "id")),
        ("attributes", counts(&readable.attributes, "value")),
        ("experiments", names(&readable.experiments)),
        ("notes", names(&readable.notes)),
    ];
    let lines = all.into_iter().filter(|(_, list)| !list.is_empty());
    let lines: Vec<String> = lines.map(|(what, list)| format!("{what}: {list}")).collect();
    if lines.is_empty() { vec!["nothing but its flags and their values".to_owned()] } else { lines }
}

//! The lints of the documents that are checked, as their users want them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::Args;
use miette::Severity;
use tidegate::Program;

use crate::document::Document;
use crate::finding::Finding;
use crate::input;
use crate::lint::allowance::{Configuration, Levels, Ruling, rule};
use crate::lint::{Remark, remarks};
use crate::notice::{Notice, Part};
use crate::source::without_mark;
use crate::sources;

#[derive(Args)]
pub(crate) struct LintArguments {
    /// Fail for this lint; may be given again
    #[arg(long, value_name = "CODE")]
    deny: Vec<String>,
    /// Tell of this lint as a warning; may be given again
    #[arg(long, value_name = "CODE")]
    warn: Vec<String>,
    /// Count this lint, and don't tell of it; may be given again
    #[arg(long, value_name = "CODE")]
    allow: Vec<String>,
    /// Tell of problems and warnings alone
    #[arg(long, conflicts_with_all = ["deny", "warn", "allow", "config"])]
    no_lints: bool,
    /// Where lints are allowed [default: the nearest `tidegate.toml`]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The instant from which on it is linted, as `2026-11-24T08:00:00Z` or epoch milliseconds [default: now]
    #[arg(long, value_name = "TIME", allow_negative_numbers = true)]
    at: Option<String>,
}

/// What a lint says of a place.
pub(crate) struct Linted<'a> {
    pub(crate) finding: Finding<'a>,
    /// Why it isn't told.
    pub(crate) allowed: Option<String>,
}

impl Linted<'_> {
    /// Whether the check fails for it.
    pub(crate) fn is_wrong(&self) -> bool {
        self.finding.notice.severity == Severity::Error && self.allowed.is_none()
    }
}

/// How a run's documents are linted.
pub(crate) struct Linting {
    levels: Levels,
    at: i64,
    is_off: bool,
    given: Option<PathBuf>,
    configurations: BTreeMap<PathBuf, Configuration>,
}

/// Whether a document is linted.
pub(crate) enum Lints<'a> {
    Done(Vec<Linted<'a>>),
    /// Nobody wants it, or there is nothing to look at.
    None,
    /// A compiled snapshot isn't what people wrote.
    Compiled,
}

impl<'a> Lints<'a> {
    pub(crate) fn all(&self) -> &[Linted<'a>] {
        match self {
            Self::Done(linted) => linted,
            Self::None | Self::Compiled => &[],
        }
    }

    pub(crate) fn retain(&mut self, is_wanted: impl FnMut(&Linted<'a>) -> bool) {
        if let Self::Done(linted) = self {
            linted.retain(is_wanted);
        }
    }

    pub(crate) const fn are_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

impl Linting {
    /// # Errors
    /// A code is none, or the instant isn't one.
    pub(crate) fn new(asked: &LintArguments) -> Result<Self> {
        Ok(Self {
            levels: Levels::new(&asked.deny, &asked.warn, &asked.allow)?,
            at: input::instant(asked.at.as_deref(), "--at")?.as_millisecond(),
            is_off: asked.no_lints,
            given: asked.config.clone(),
            configurations: BTreeMap::new(),
        })
    }

    /// Lints a document, whose program is `None` where it was refused.
    ///
    /// # Errors
    /// Its configuration can't be read.
    pub(crate) fn lint<'a>(
        &mut self,
        path: &Path,
        document: &'a Document,
        program: Option<&Program>,
    ) -> Result<Lints<'a>> {
        if self.is_off {
            return Ok(Lints::None);
        }
        let configuration = self.configuration(path)?;
        let is_compiled = document.bytes.starts_with(COMPILED);
        let Some(program) = program.filter(|_| !is_compiled) else {
            self.note_unlinted(configuration.as_deref());
            return Ok(if is_compiled { Lints::Compiled } else { Lints::None });
        };
        if !program.problems().is_empty() {
            self.note_unlinted(configuration.as_deref());
        }
        let text = std::str::from_utf8(without_mark(&document.bytes))
            .map_err(|error| anyhow!("could not lint `{}`: {error}", document.name))?;
        let configuration = configuration.and_then(|path| self.configurations.get(&path));
        let mut reasons = HashMap::new();
        let mut notices = Vec::new();
        // What one environment doesn't use, another may.
        let is_all = sources::target(path).is_none_or(|target| {
            target.environment.is_none() && sources::environments(&target).is_ok_and(|others| others.is_empty())
        });
        for remark in remarks(text, program, self.at, is_all)? {
            let (level, reason) = match rule(remark.lint, &remark.path, configuration, &self.levels, self.at) {
                Ruling::Told(level) => (level, None),
                Ruling::Allowed(level, reason) => (level, Some(reason)),
                Ruling::Off => continue,
            };
            reasons.insert((remark.lint.code.to_owned(), remark.path.clone()), reason);
            notices.extend(level.severity().map(|severity| notice(remark, severity)));
        }
        let linted = |finding: Finding<'a>| {
            let place = (finding.notice.code.clone(), finding.notice.path.clone());
            Linted { allowed: reasons.get(&place).cloned().flatten(), finding }
        };
        Ok(Lints::Done(document.find(notices).into_iter().map(linted).collect()))
    }

    /// What is to be said of the configurations, once every document is linted.
    pub(crate) fn of_configurations(&self) -> Vec<Linted<'_>> {
        let findings = self.configurations.values().flat_map(|one| one.findings(&self.levels, self.at));
        let linted = findings.map(|(finding, ruling)| {
            let allowed = match ruling {
                Ruling::Allowed(_, reason) => Some(reason),
                Ruling::Told(_) | Ruling::Off => None,
            };
            Linted { finding, allowed }
        });
        linted.collect()
    }

    /// The path of the configuration for a document, which is read.
    fn configuration(&mut self, path: &Path) -> Result<Option<PathBuf>> {
        let found = self.given.clone().or_else(|| {
            let folder = if path.is_dir() { Some(path) } else { path.parent() };
            Configuration::nearest(folder.unwrap_or(Path::new("")))
        });
        if let Some(found) = found.as_ref().filter(|found| !self.configurations.contains_key(*found)) {
            self.configurations.insert(found.clone(), Configuration::open(found)?);
        }
        Ok(found)
    }

    fn note_unlinted(&self, configuration: Option<&Path>) {
        if let Some(configuration) = configuration.and_then(|path| self.configurations.get(path)) {
            configuration.note_unlinted();
        }
    }
}

/// How a compiled snapshot begins.
const COMPILED: &[u8] = b"TIDE";

fn notice(remark: Remark, severity: Severity) -> Notice {
    Notice {
        severity,
        code: remark.lint.code.to_owned(),
        subject: Some(remark.subject),
        path: remark.path,
        part: if remark.is_about_key { Part::Key } else { Part::Value },
        message: remark.message,
        suggestion: None,
        help: Some(remark.help),
    }
}

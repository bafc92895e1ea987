//! What somebody decided about lints: `--deny`, `--warn` and `--allow`, and `tidegate.toml`, in which each allowance has its reason.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use miette::Severity;
use serde::Deserialize;
use toml::Spanned;

use super::catalogue::{self, Lint};
use super::day;
use super::level::Level;
use crate::finding::{Finding, Place};
use crate::input;
use crate::notice::{Notice, Part};
use crate::pointer::child;
use crate::source::Source;

pub(super) const LINTS: &[&Lint] = &[&UNUSED_ALLOWANCE, &ALLOWANCE_OVER];

static UNUSED_ALLOWANCE: Lint = Lint {
    code: "UNUSED_ALLOWANCE",
    level: Level::Warning,
    about: "an allowance in `tidegate.toml` that allows nothing in what was checked",
    why: "What it allowed is gone, or its place is misspelt. Left there, it hides the next one.",
    mend: "Take it out, or correct its place. Check all snapshots that share a `tidegate.toml` in one run, or an allowance for \
           one of them is unused in the check of another.",
    example: r#"[[allow]]
code = "FLAG_CONSTANT"
flag = "gone"
reason = "the rollout is over, and the flag goes with the next release""#,
    mended: "deny = [\"RULE_SHADOWED\"]",
};

static ALLOWANCE_OVER: Lint = Lint {
    code: "ALLOWANCE_OVER",
    level: Level::Warning,
    about: "an allowance in `tidegate.toml` past its `until`",
    why: "Somebody said how long the reason is good for. What it allowed is told again.",
    mend: "Mend what it allowed, or give it another day.",
    example: r#"[[allow]]
code = "VARIANT_UNUSED"
flag = "button"
reason = "`now` is for the trial in spring"
until = "2020-05-01""#,
    mended: r#"[[allow]]
code = "VARIANT_UNUSED"
flag = "button"
reason = "`now` is for the trial in spring"
until = "2999-05-01""#,
};

/// The configuration's name, beside a snapshot or in a folder around it.
const NAME: &str = "tidegate.toml";

/// Levels that somebody gave.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    deny: BTreeSet<&'static str>,
    warn: BTreeSet<&'static str>,
    allow: BTreeSet<&'static str>,
}

impl Levels {
    /// Of the command line.
    ///
    /// # Errors
    /// There is no lint with one of the codes.
    pub(crate) fn new(deny: &[String], warn: &[String], allow: &[String]) -> Result<Self> {
        let codes = |option: &str, written: &[String]| {
            written.iter().map(|code| known(code, &format!("for --{option}"))).collect::<Result<_>>()
        };
        Ok(Self { deny: codes("deny", deny)?, warn: codes("warn", warn)?, allow: codes("allow", allow)? })
    }

    /// What is said of a lint; `deny` counts more than `warn`.
    fn of(&self, lint: &Lint) -> Option<Level> {
        if self.deny.contains(lint.code) {
            Some(Level::Error)
        } else {
            self.warn.contains(lint.code).then_some(Level::Warning)
        }
    }
}

fn known(code: &str, place: &str) -> Result<&'static str> {
    catalogue::find(code).map(|lint| lint.code).map_err(|nearest| {
        let near = nearest.map_or_else(String::new, |code| format!(", did you mean `{code}`?"));
        anyhow!("found `{code}` {place}, expected the code of a lint as `tidegate help-lint` lists them{near}")
    })
}

/// What becomes of a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ruling {
    Told(Level),
    /// It isn't told, for this reason.
    Allowed(Level, String),
    /// Nobody asked for it.
    Off,
}

/// A `tidegate.toml`.
pub(crate) struct Configuration {
    source: Source,
    levels: Levels,
    allowances: Vec<Allowance>,
    /// Snapshots under it that weren't linted: what they would have needed isn't known.
    has_unlinted: Cell<bool>,
}

struct Allowance {
    code: &'static str,
    /// A pointer to what it is for, with everything in it; everything, if there is none.
    place: Option<String>,
    reason: String,
    /// In epoch milliseconds.
    until: Option<i64>,
    /// Where its code is written.
    span: Range<usize>,
    is_used: Cell<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    deny: Vec<Spanned<String>>,
    #[serde(default)]
    warn: Vec<Spanned<String>>,
    #[serde(default)]
    allow: Vec<WrittenAllowance>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAllowance {
    code: Spanned<String>,
    at: Option<Spanned<String>>,
    flag: Option<String>,
    reason: Spanned<String>,
    until: Option<Spanned<Day>>,
}

/// TOML has dates of its own, which may as well be written in quotes.
#[derive(Deserialize)]
#[serde(untagged)]
enum Day {
    Text(String),
    Date(toml::value::Datetime),
}

impl Configuration {
    /// The nearest one of a snapshot's folder and those around it.
    pub(crate) fn nearest(folder: &Path) -> Option<PathBuf> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let found = folder.ancestors().map(|folder| folder.join(NAME)).find(|path| path.is_file())?;
        // As people would name it from where they are.
        let here = std::env::current_dir().ok();
        let relative = here.and_then(|here| found.strip_prefix(here).ok().map(Path::to_owned));
        Some(relative.unwrap_or(found))
    }

    /// # Errors
    /// It can't be read, or something in it isn't what is expected there.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (name, bytes) = input::read(path)?;
        let source = Source::new(name, &bytes);
        Self::read(source)
    }

    fn read(source: Source) -> Result<Self> {
        let place = |at: usize| {
            let position = source.position(at);
            format!("`{}`, line {}, column {}", source.name, position.line, position.column)
        };
        let written: Written = toml::from_str(&source.text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            anyhow!("{}: {}", place(at), error.message().lines().collect::<Vec<_>>().join(", "))
        })?;
        let code = |code: &Spanned<String>| known(code.get_ref(), &format!("in {}", place(code.span().start)));
        let levels = Levels {
            deny: written.deny.iter().map(code).collect::<Result<_>>()?,
            warn: written.warn.iter().map(code).collect::<Result<_>>()?,
            allow: BTreeSet::new(),
        };
        let allowance = |written: WrittenAllowance| {
            let (span, reason) = (written.code.span(), written.reason.get_ref());
            if reason.trim().is_empty() {
                return Err(anyhow!(
                    "{}: found no reason, expected why it is allowed",
                    place(written.reason.span().start)
                ));
            }
            let pointer = match (written.at, written.flag) {
                (Some(at), None) if at.get_ref().starts_with('/') => Some(at.into_inner()),
                (Some(at), None) => {
                    let (found, place) = (at.get_ref(), place(at.span().start));
                    return Err(anyhow!("{place}: found `{found}`, expected a JSON Pointer such as `/flags/new-cart`"));
                }
                (None, Some(flag)) => Some(child("/flags", &flag)),
                (None, None) => None,
                (Some(_), Some(_)) => {
                    return Err(anyhow!("{}: found `at` and `flag`, expected one of them", place(span.start)));
                }
            };
            let until = written.until.map(|until| {
                let (at, day) = (until.span().start, until.into_inner().text());
                let begin = day::bounds(&day).map(|(begin, _)| begin);
                begin.ok_or_else(|| anyhow!("{}: found `{day}`, expected a day such as `2027-01-31`", place(at)))
            });
            Ok(Allowance {
                code: code(&written.code)?,
                place: pointer,
                reason: reason.clone(),
                until: until.transpose()?,
                span,
                is_used: Cell::new(false),
            })
        };
        let allowances = written.allow.into_iter().map(allowance).collect::<Result<_>>()?;
        Ok(Self { levels, allowances, has_unlinted: Cell::new(false), source })
    }

    /// A snapshot that it stands beside can't be linted.
    pub(crate) fn note_unlinted(&self) {
        self.has_unlinted.set(true);
    }

    /// The allowance for a place, which is used by this.
    fn allowance(&self, lint: &Lint, path: &str, at: i64) -> Option<&Allowance> {
        let matching = |allowance: &&Allowance| {
            let is_within = allowance.place.as_deref().is_none_or(|place| {
                path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            allowance.code == lint.code && is_within
        };
        let mut found = None;
        for allowance in self.allowances.iter().filter(matching) {
            allowance.is_used.set(true);
            if !allowance.is_over(at) {
                found = found.or(Some(allowance));
            }
        }
        found
    }

    /// What is to be said of the allowances themselves, once everything is linted.
    pub(crate) fn findings(&self, levels: &Levels, at: i64) -> Vec<(Finding<'_>, Ruling)> {
        let mut findings = Vec::new();
        for (index, allowance) in self.allowances.iter().enumerate() {
            let (lint, message, help) = match (allowance.is_used.get(), allowance.is_over(at)) {
                (false, _) if self.has_unlinted.get() => continue,
                (false, _) => (
                    &UNUSED_ALLOWANCE,
                    format!("the allowance of {} allows nothing", allowance.code),
                    "take it out, or correct its place",
                ),
                (true, true) => (
                    &ALLOWANCE_OVER,
                    format!("the allowance of {} is past its `until`", allowance.code),
                    "mend what it allowed, or give it another day",
                ),
                (true, false) => continue,
            };
            let ruling = rule(lint, "", Some(self), levels, at);
            let (Ruling::Told(level) | Ruling::Allowed(level, _)) = &ruling else { continue };
            let notice = Notice {
                severity: level.severity().unwrap_or(Severity::Advice),
                code: lint.code.to_owned(),
                subject: None,
                path: format!("/allow/{index}"),
                part: Part::Value,
                message,
                suggestion: None,
                help: Some(help.to_owned()),
            };
            let span = allowance.span.clone();
            let [start, end] = [span.start, span.end].map(|at| self.source.position(at));
            let place = Some(Place { span, start, end, first: None });
            findings.push((Finding { source: &self.source, notice, place }, ruling));
        }
        findings
    }
}

impl Allowance {
    fn is_over(&self, at: i64) -> bool {
        self.until.is_some_and(|until| until <= at)
    }
}

impl Day {
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Date(date) => date.to_string(),
        }
    }
}

/// What becomes of a remark about `path`: the command line counts more than the configuration, and that more than the lint.
pub(crate) fn rule(lint: &Lint, path: &str, configuration: Option<&Configuration>, levels: &Levels, at: i64) -> Ruling {
    let configured = configuration.and_then(|configuration| configuration.levels.of(lint));
    let level = levels.of(lint).or(configured).unwrap_or(lint.level);
    // Asked for in any case: an allowance for what is off is no mistake.
    let allowance = configuration.and_then(|configuration| configuration.allowance(lint, path, at));
    if level == Level::Off {
        Ruling::Off
    } else if levels.allow.contains(lint.code) {
        Ruling::Allowed(level, "allowed on the command line".to_owned())
    } else if let Some(allowance) = allowance {
        Ruling::Allowed(level, allowance.reason.clone())
    } else {
        Ruling::Told(level)
    }
}

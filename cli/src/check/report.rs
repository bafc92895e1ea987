//! A check as programs read it.

use miette::Severity;
use serde::Serialize;

use super::linting::Linted;
use crate::finding::FindingReport;

#[derive(Default, Serialize)]
pub(crate) struct Report {
    pub(crate) files: Vec<FileReport>,
    pub(crate) problems: Vec<FindingReport>,
    pub(crate) warnings: Vec<FindingReport>,
    pub(crate) lints: Vec<LintReport>,
}

#[derive(Serialize)]
pub(crate) struct FileReport {
    pub(crate) file: String,
    /// Absent when the document is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<String>,
    /// How many flags serve.
    pub(crate) flags: usize,
    /// How many problems there are.
    pub(crate) problems: usize,
    /// How many warnings there are.
    pub(crate) warnings: usize,
    /// How many lints are told; absent when it wasn't linted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lints: Option<usize>,
    /// How many are allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed: Option<usize>,
}

#[derive(Serialize)]
pub(crate) struct LintReport {
    pub(crate) severity: &'static str,
    #[serde(flatten)]
    pub(crate) finding: FindingReport,
    /// Why it isn't told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) allowed: Option<String>,
}

impl LintReport {
    pub(crate) fn new(linted: &Linted<'_>) -> Self {
        Self {
            severity: name(linted.finding.notice.severity),
            finding: FindingReport::new(&linted.finding),
            allowed: linted.allowed.clone(),
        }
    }

    /// Whether the check fails for it.
    pub(crate) fn is_wrong(&self) -> bool {
        self.severity == name(Severity::Error) && self.allowed.is_none()
    }
}

const fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Advice => "advice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

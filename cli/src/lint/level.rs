//! How much a lint counts.

use miette::Severity;
use serde::Serialize;

/// Ordered by how much each counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// It isn't told unless somebody asks for it.
    Off,
    /// It may well be meant.
    Advice,
    /// It is hardly meant.
    Warning,
    /// It can't be meant, or somebody doesn't want it: the check fails.
    Error,
}

impl Level {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// `None` for what isn't told.
    pub(crate) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Advice => Some(Severity::Advice),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

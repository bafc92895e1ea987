//! The types of flags' values.

#[cfg(feature = "json")]
use super::tree::Json;

/// The type of a flag's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlagType {
    /// `true` and `false`.
    Boolean,
    /// Strings.
    String,
    /// Doubles.
    Number,
    /// Objects and arrays.
    Object,
}

impl FlagType {
    #[cfg(feature = "json")]
    pub(super) const NAMES: [&str; 4] = ["boolean", "string", "number", "object"];

    #[cfg(feature = "json")]
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Boolean, Self::String, Self::Number, Self::Object].into_iter().find(|kind| kind.name() == name)
    }

    /// The name in a snapshot.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Number => "number",
            Self::Object => "object",
        }
    }

    #[cfg(feature = "json")]
    pub(super) fn takes(self, value: &Json) -> bool {
        match self {
            Self::Boolean => matches!(value, Json::Bool(_)),
            Self::String => matches!(value, Json::String(_)),
            Self::Number => matches!(value, Json::Number(_)),
            Self::Object => matches!(value, Json::Object(_) | Json::List(_)),
        }
    }
}

//! A decision as one integer: what crosses the boundary.
//!
//! Its bits are part of the boundary: `engine/` has the table. Bit 31 is never set, since a negative number asks for an
//! attribute there (see [`Need`]).

use serde::Serialize;

/// Why a decision came out as it did; OpenFeature's reasons and, where none says it, our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(u8)]
pub enum Reason {
    /// The flag can answer only one way, for any context.
    Static = 0,
    /// No rule applied.
    Default = 1,
    /// A rule applied, without hashing.
    TargetingMatch = 2,
    /// A rule applied and a hash decided.
    Split = 3,
    /// The flag is switched off.
    Disabled = 4,
    /// There is no answer.
    Error = 7,
    /// The unit is listed with a variant.
    Override = 8,
    /// The unit is held back.
    Holdout = 9,
    /// A flag that this one needs didn't serve what it needs.
    PrerequisiteFailed = 10,
    /// A guardrail has rolled it back.
    RolledBack = 11,
}

impl Reason {
    const fn from_bits(bits: u32) -> Self {
        match bits {
            0 => Self::Static,
            1 => Self::Default,
            2 => Self::TargetingMatch,
            3 => Self::Split,
            4 => Self::Disabled,
            8 => Self::Override,
            9 => Self::Holdout,
            10 => Self::PrerequisiteFailed,
            11 => Self::RolledBack,
            _ => Self::Error,
        }
    }

    /// The name, as OpenFeature writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::Default => "DEFAULT",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Split => "SPLIT",
            Self::Disabled => "DISABLED",
            Self::Error => "ERROR",
            Self::Override => "OVERRIDE",
            Self::Holdout => "HOLDOUT",
            Self::PrerequisiteFailed => "PREREQUISITE_FAILED",
            Self::RolledBack => "ROLLED_BACK",
        }
    }
}

/// What went wrong with a decision; OpenFeature's error codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(u8)]
pub enum ErrorCode {
    /// No flag has this key.
    FlagNotFound = 1,
    /// The flag was refused when the snapshot was loaded.
    ParseError = 2,
    /// A rule had to hash and its unit is missing or empty.
    TargetingKeyMissing = 3,
    /// A rule had to hash and its unit can't be one.
    InvalidContext = 4,
    /// The flag is of another type than was asked for.
    TypeMismatch = 6,
}

impl ErrorCode {
    /// The name, as OpenFeature writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::ParseError => "PARSE_ERROR",
            Self::TargetingKeyMissing => "TARGETING_KEY_MISSING",
            Self::InvalidContext => "INVALID_CONTEXT",
            Self::TypeMismatch => "TYPE_MISMATCH",
        }
    }
}

/// A packed decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome(pub(crate) u32);

const NO_RULE: u32 = 0xFFF;
const STORED: u32 = 1 << 28;

impl Outcome {
    /// `variant` is below 255 and `rule` below 4,095 by the limits of a snapshot. Of a unit that is held back, the "rule" is the
    /// position of the holdout among those that cover the flag.
    pub(crate) const fn served(variant: u32, reason: Reason, rule: Option<u32>) -> Self {
        let rule = match rule {
            Some(rule) => rule & NO_RULE,
            None => NO_RULE,
        };
        Self((variant & 0xFF) | ((reason as u32) << 8) | (rule << 12))
    }

    /// A variant that a host has stored for the unit.
    pub(crate) const fn stored(variant: u32) -> Self {
        Self(Self::served(variant, Reason::Split, None).0 | STORED)
    }

    pub(crate) const fn is_stored(self) -> bool {
        self.0 & STORED != 0
    }

    pub(crate) const fn failed(code: ErrorCode) -> Self {
        Self(((Reason::Error as u32) << 8) | (NO_RULE << 12) | ((code as u32) << 24))
    }

    pub(crate) const fn reason(self) -> Reason {
        Reason::from_bits((self.0 >> 8) & 0xF)
    }

    pub(crate) const fn variant(self) -> u32 {
        self.0 & 0xFF
    }

    pub(crate) fn rule(self) -> Option<u32> {
        Some((self.0 >> 12) & NO_RULE).filter(|rule| *rule != NO_RULE)
    }

    pub(crate) const fn error(self) -> Option<ErrorCode> {
        match (self.0 >> 24) & 0xF {
            1 => Some(ErrorCode::FlagNotFound),
            2 => Some(ErrorCode::ParseError),
            3 => Some(ErrorCode::TargetingKeyMissing),
            4 => Some(ErrorCode::InvalidContext),
            6 => Some(ErrorCode::TypeMismatch),
            _ => None,
        }
    }
}

/// The walk can't go on before an attribute is written: the slot itself, or the bytes of the string in it. In one number,
/// as a host is told: `-1 - (slot × 2 + text)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need(i32);

impl Need {
    pub(crate) const fn of_slot(slot: u32) -> Self {
        Self(-1 - (slot.cast_signed() << 1))
    }

    pub(crate) const fn of_text(slot: u32) -> Self {
        Self(-2 - (slot.cast_signed() << 1))
    }

    #[cfg(feature = "json")]
    pub(crate) const fn slot(self) -> u32 {
        !self.0.cast_unsigned() >> 1
    }
}

/// What ends a walk before it has an answer: a [`Need`], or an error of the unit. In one number, as that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop(i32);

/// Below every need.
const ERROR: i32 = i32::MIN;

impl Stop {
    pub(crate) const fn of_error(code: ErrorCode) -> Self {
        Self(ERROR | code as i32)
    }

    /// The error, or else what is needed.
    pub(crate) const fn error(self) -> Result<ErrorCode, Need> {
        const MISSING: i32 = ERROR | ErrorCode::TargetingKeyMissing as i32;
        const UNUSABLE: i32 = ERROR | ErrorCode::InvalidContext as i32;
        match self.0 {
            MISSING => Ok(ErrorCode::TargetingKeyMissing),
            UNUSABLE => Ok(ErrorCode::InvalidContext),
            need => Err(Need(need)),
        }
    }
}

impl From<Need> for Stop {
    #[inline]
    fn from(need: Need) -> Self {
        Self(need.0)
    }
}

/// What a part of a walk found, or what it stopped at, in one number, so that it comes back in a register. A `Result` of two
/// or three fields comes back through memory, written piece by piece and read as one, for which a processor waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reply(i32);

impl Reply {
    /// The number as a host gets it.
    pub(crate) const fn number(self) -> i32 {
        self.0
    }

    pub(crate) const fn outcome(self) -> Result<Outcome, Need> {
        if self.0 < 0 { Err(Need(self.0)) } else { Ok(Outcome(self.0.cast_unsigned())) }
    }

    pub(crate) const fn holds(self) -> Result<bool, Need> {
        if self.0 < 0 { Err(Need(self.0)) } else { Ok(self.0 != 0) }
    }

    pub(crate) const fn bucket(self) -> Result<u32, Stop> {
        if self.0 < 0 { Err(Stop(self.0)) } else { Ok(self.0.cast_unsigned()) }
    }
}

impl From<Result<Outcome, Need>> for Reply {
    #[inline]
    fn from(found: Result<Outcome, Need>) -> Self {
        match found {
            Ok(outcome) => Self(outcome.0.cast_signed()),
            Err(need) => Self(need.0),
        }
    }
}

impl From<Result<bool, Need>> for Reply {
    #[inline]
    fn from(found: Result<bool, Need>) -> Self {
        match found {
            Ok(holds) => Self(holds.into()),
            Err(need) => Self(need.0),
        }
    }
}

impl From<Result<u32, Stop>> for Reply {
    #[inline]
    fn from(found: Result<u32, Stop>) -> Self {
        match found {
            Ok(bucket) => Self(bucket.cast_signed()),
            Err(stop) => Self(stop.0),
        }
    }
}

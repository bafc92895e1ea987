//! What the words of rows are made of: bits and halves, and how they are put together.

use super::directory::Directory;
use super::kind::Kind;
use super::row::{Flag, Guardrail, Header, Holdout, Membership, Rule, Stage, Test, Window, instant, join};
use crate::operator::Operator;
use crate::outcome::Outcome;
use crate::snapshot::FlagType;

/// Where a condition goes on, in sixteen bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Holds,
    Fails,
    Test(u32),
}

impl Entry {
    pub(crate) const fn from_word(word: u32) -> Self {
        match word {
            0 => Self::Fails,
            1 => Self::Holds,
            test => Self::Test(test - 2),
        }
    }

    pub(crate) const fn word(self) -> u32 {
        match self {
            Self::Fails => 0,
            Self::Holds => 1,
            Self::Test(test) => test + 2,
        }
    }
}

impl Header {
    const SEQUENCE: u32 = 1;
    const ENVIRONMENT: u32 = 2;

    /// Where the definitions of a kind are found.
    #[inline(always)]
    pub(crate) const fn directory(&self, kind: Kind) -> Directory {
        Directory::at(*self.directories.get(kind))
    }

    pub(crate) const fn has_sequence(&self) -> bool {
        self.bits & Self::SEQUENCE != 0
    }

    pub(crate) const fn has_environment(&self) -> bool {
        self.bits & Self::ENVIRONMENT != 0
    }

    pub(crate) const fn bits(sequence: bool, environment: bool) -> u32 {
        (sequence as u32 * Self::SEQUENCE) | (environment as u32 * Self::ENVIRONMENT)
    }
}

impl Flag {
    pub(crate) const fn bits(
        kind: FlagType,
        [enabled, constant, timed, sticky, asks]: [bool; 5],
        off: u32,
        default: u32,
    ) -> u32 {
        let marks = (enabled as u32) << 2 | (constant as u32) << 3 | (timed as u32) << 4 | (sticky as u32) << 5;
        kind as u32 | marks | (asks as u32) << 6 | off << 8 | default << 16
    }

    pub(crate) const fn kind(&self) -> FlagType {
        match self.bits & 3 {
            0 => FlagType::Boolean,
            1 => FlagType::String,
            2 => FlagType::Number,
            _ => FlagType::Object,
        }
    }

    pub(crate) const fn enabled(&self) -> bool {
        self.bits & 4 != 0
    }

    /// Whether something is asked before the rules: prerequisites, overrides, holdouts, guardrails.
    pub(crate) const fn asks(&self) -> bool {
        self.bits & 64 != 0
    }

    /// Whether some rule is sticky: a variant that was stored for the unit comes before the rules.
    pub(crate) const fn is_sticky(&self) -> bool {
        self.bits & 32 != 0
    }

    /// Whether it is switched on, and rules and the default are all that it has to decide by.
    pub(crate) const fn is_rules_alone(&self) -> bool {
        self.bits & (4 | 32 | 64) == 4
    }

    /// Whether the decision depends on the instant, through prerequisites too.
    pub(crate) const fn timed(&self) -> bool {
        self.bits & 16 != 0
    }

    pub(crate) const fn off(&self) -> u32 {
        self.bits >> 8 & 0xFF
    }

    pub(crate) const fn default(&self) -> u32 {
        self.bits >> 16 & 0xFF
    }

    /// The answer of a flag that can answer only one way.
    pub(crate) const fn constant(&self) -> Option<Outcome> {
        if self.bits & 8 != 0 { Some(Outcome(self.constant)) } else { None }
    }
}

impl Membership {
    pub(crate) const NONE: u32 = u32::MAX;
}

impl Holdout {
    const ENDS: u32 = 1 << 20;
    const ALL: u32 = 1 << 21;

    pub(crate) const fn bits(share: u32, ends: bool, all: bool) -> u32 {
        share | (ends as u32) << 20 | (all as u32) << 21
    }

    /// Buckets that are held back.
    pub(crate) const fn share(&self) -> u32 {
        self.bits & 0xF_FFFF
    }

    /// The instant from which on nobody is held back any more.
    pub(crate) const fn until(&self) -> Option<i64> {
        if self.bits & Self::ENDS != 0 { Some(join(self.until).cast_signed()) } else { None }
    }

    pub(crate) const fn covers_all(&self) -> bool {
        self.bits & Self::ALL != 0
    }
}

impl Guardrail {
    /// In a rule's place.
    pub(crate) const OF_FLAG: u32 = u32::MAX;

    pub(crate) const fn bits(rollback_to: u32, control: u32, raised: bool, outcome: bool) -> u32 {
        rollback_to | control << 8 | (raised as u32) << 16 | (outcome as u32) << 17
    }

    pub(crate) const fn rollback_to(&self) -> u32 {
        self.bits & 0xFF
    }

    pub(crate) const fn control(&self) -> u32 {
        self.bits >> 8 & 0xFF
    }

    pub(crate) const fn is_raised(&self) -> bool {
        self.bits & 1 << 16 != 0
    }

    pub(crate) const fn watches_outcome(&self) -> bool {
        self.bits & 1 << 17 != 0
    }

    pub(crate) const fn from(&self) -> i64 {
        join(self.from).cast_signed()
    }

    pub(crate) const fn until(&self) -> i64 {
        join(self.until).cast_signed()
    }

    /// Whether it counts at an instant.
    pub(crate) const fn is_active(&self, now: i64) -> bool {
        self.from() <= now && now < self.until()
    }
}

impl Rule {
    /// Buckets that are in.
    pub(crate) const fn share(&self) -> u32 {
        self.serve & 0xF_FFFF
    }

    pub(crate) const fn variant(&self) -> u32 {
        self.serve >> 20 & 0xFF
    }

    pub(crate) const fn serving(share: u32, variant: u32, sticky: bool, paused: bool) -> u32 {
        share | variant << 20 | (sticky as u32) << 28 | (paused as u32) << 29
    }

    /// Whether what it serves by a hash is to be stored.
    pub(crate) const fn is_sticky(&self) -> bool {
        self.serve & 1 << 28 != 0
    }

    /// Whether it is only for units that have a stored variant, which are never asked to come this far.
    pub(crate) const fn is_paused(&self) -> bool {
        self.serve & 1 << 29 != 0
    }
}

/// An arm of a split: it has the buckets below `end` that no arm before it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arm {
    pub(crate) end: u32,
    pub(crate) variant: u32,
}

impl Arm {
    pub(crate) const fn from_word(word: u32) -> Self {
        Self { end: word & 0xF_FFFF, variant: word >> 20 & 0xFF }
    }

    pub(crate) const fn word(self) -> u32 {
        self.end | self.variant << 20
    }
}

/// What a test looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    Segment(u32),
    Attribute { slot: u32, operator: Operator, ignore_case: bool, operand: u32 },
}

const SEGMENT: u32 = 31;

impl Test {
    pub(crate) fn check(&self) -> Option<Check> {
        let slot = self.bits >> 6;
        if self.bits & 31 == SEGMENT {
            return Some(Check::Segment(slot));
        }
        let operator = Operator::from_bits(self.bits & 31)?;
        Some(Check::Attribute { slot, operator, ignore_case: self.bits & 32 != 0, operand: self.operand })
    }

    pub(crate) const fn bits(check: Check) -> u32 {
        match check {
            Check::Segment(segment) => SEGMENT | segment << 6,
            Check::Attribute { slot, operator, ignore_case, .. } => {
                operator as u32 | (ignore_case as u32) << 5 | slot << 6
            }
        }
    }

    pub(crate) const fn holds(&self) -> u32 {
        self.ways & 0xFFFF
    }

    pub(crate) const fn fails(&self) -> u32 {
        self.ways >> 16
    }
}

impl Stage {
    pub(crate) const fn at(&self) -> i64 {
        instant(self.at)
    }
}

impl Window {
    /// The days of a cycle on which an occurrence begins, by bit.
    pub(crate) const fn days(&self) -> u32 {
        self.days & 0x7F
    }

    /// The day of the cycle on which the first occurrence begins.
    pub(crate) const fn first(&self) -> u32 {
        self.days >> 8 & 7
    }

    pub(crate) const fn on(days: u32, first: u32) -> u32 {
        days | first << 8
    }
}

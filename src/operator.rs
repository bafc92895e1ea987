//! The operators' names and what each is compared with; their meaning is in [`crate::condition`].

use zerocopy::TryFromBytes;

/// A test on one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, TryFromBytes)]
#[repr(u8)]
pub(crate) enum Operator {
    Eq,
    Ne,
    In,
    NotIn,
    StartsWith,
    EndsWith,
    Contains,
    Matches,
    Lt,
    Lte,
    Gt,
    Gte,
    SemverEq,
    SemverNe,
    SemverLt,
    SemverLte,
    SemverGt,
    SemverGte,
    Before,
    After,
    Exists,
    InCidr,
}

impl Operator {
    const ALL: [Self; 22] = [
        Self::Eq,
        Self::Ne,
        Self::In,
        Self::NotIn,
        Self::StartsWith,
        Self::EndsWith,
        Self::Contains,
        Self::Matches,
        Self::Lt,
        Self::Lte,
        Self::Gt,
        Self::Gte,
        Self::SemverEq,
        Self::SemverNe,
        Self::SemverLt,
        Self::SemverLte,
        Self::SemverGt,
        Self::SemverGte,
        Self::Before,
        Self::After,
        Self::Exists,
        Self::InCidr,
    ];

    /// The names in the order of [`Operator::ALL`].
    pub(crate) const NAMES: [&str; 22] = [
        "eq",
        "ne",
        "in",
        "notIn",
        "startsWith",
        "endsWith",
        "contains",
        "matches",
        "lt",
        "lte",
        "gt",
        "gte",
        "semverEq",
        "semverNe",
        "semverLt",
        "semverLte",
        "semverGt",
        "semverGte",
        "before",
        "after",
        "exists",
        "inCidr",
    ];

    /// By its number, of which the lowest byte counts. A `match` of numbers would be a jump for each.
    #[inline(always)]
    pub(crate) fn from_bits(bits: u32) -> Option<Self> {
        let [number, ..] = bits.to_le_bytes();
        zerocopy::try_transmute!(number).ok()
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operator| operator.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::In => "in",
            Self::NotIn => "notIn",
            Self::StartsWith => "startsWith",
            Self::EndsWith => "endsWith",
            Self::Contains => "contains",
            Self::Matches => "matches",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::SemverEq => "semverEq",
            Self::SemverNe => "semverNe",
            Self::SemverLt => "semverLt",
            Self::SemverLte => "semverLte",
            Self::SemverGt => "semverGt",
            Self::SemverGte => "semverGte",
            Self::Before => "before",
            Self::After => "after",
            Self::Exists => "exists",
            Self::InCidr => "inCidr",
        }
    }

    /// What it compares with.
    pub(crate) const fn operand(self) -> Operand {
        match self {
            Self::Eq | Self::Ne => Operand::Scalar,
            Self::In | Self::NotIn => Operand::Scalars,
            Self::StartsWith | Self::EndsWith | Self::Contains => Operand::Text,
            Self::Matches => Operand::Pattern,
            Self::Lt | Self::Lte | Self::Gt | Self::Gte => Operand::Number,
            Self::SemverEq | Self::SemverNe | Self::SemverLt | Self::SemverLte | Self::SemverGt | Self::SemverGte => {
                Operand::Version
            }
            Self::Before | Self::After => Operand::Instant,
            Self::Exists => Operand::Presence,
            Self::InCidr => Operand::Networks,
        }
    }

    /// Whether `ignoreCase` has a meaning.
    pub(crate) const fn can_ignore_case(self) -> bool {
        matches!(self.operand(), Operand::Scalar | Operand::Scalars | Operand::Text | Operand::Pattern)
    }
}

/// The kinds of values that operators compare with: how one is written, kept, checked and shown depends on its kind alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operand {
    Scalar,
    Scalars,
    Text,
    Pattern,
    Number,
    Version,
    Instant,
    Presence,
    Networks,
}

impl Operand {
    /// What a `value` of this kind must be, in words.
    pub(crate) const fn expects(self) -> &'static str {
        match self {
            Self::Scalar => "a string, a number or a boolean",
            Self::Scalars => "a list of strings, numbers and booleans",
            Self::Text => "a string",
            Self::Pattern => "a regular expression",
            Self::Number => "a number",
            Self::Version => "a version such as `2.3.0`",
            Self::Instant => "a date such as `2026-11-24T08:00:00Z` or epoch milliseconds",
            Self::Presence => "true or false",
            Self::Networks => "an address block such as `10.0.0.0/8` or a list of them",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Operator;

    #[test]
    fn names_stand_in_the_order_of_the_operators() {
        assert_eq!(Operator::ALL.map(Operator::name), Operator::NAMES);
        for (place, operator) in (0..).zip(Operator::ALL) {
            assert_eq!(operator as u32, place);
            assert_eq!(Operator::from_bits(place), Some(operator));
        }
    }
}

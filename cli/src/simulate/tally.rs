//! What a flag answered how often.

use tidegate::{Answer, ErrorCode, Reason};

use super::population::Flag;

/// Counts by position: of variants, rules and holdouts in the order of the flag's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) variants: Vec<u64>,
    pub(super) rules: Vec<u64>,
    pub(super) holdouts: Vec<u64>,
    /// How often a rule's hash served which variant: a row of variants for each rule.
    splits: Vec<u64>,
    reasons: [u64; REASONS.len()],
    errors: [u64; ERRORS.len()],
}

const REASONS: [Reason; 10] = [
    Reason::Static,
    Reason::Default,
    Reason::TargetingMatch,
    Reason::Split,
    Reason::Disabled,
    Reason::Override,
    Reason::Holdout,
    Reason::PrerequisiteFailed,
    Reason::RolledBack,
    Reason::Error,
];

const ERRORS: [ErrorCode; 5] = [
    ErrorCode::FlagNotFound,
    ErrorCode::ParseError,
    ErrorCode::TargetingKeyMissing,
    ErrorCode::InvalidContext,
    ErrorCode::TypeMismatch,
];

impl Tally {
    pub(super) fn new(flag: &Flag<'_>) -> Self {
        Self {
            variants: vec![0; flag.variants.len()],
            rules: vec![0; flag.rules.len()],
            holdouts: vec![0; flag.holdouts.len()],
            splits: vec![0; flag.rules.len() * flag.variants.len()],
            reasons: [0; REASONS.len()],
            errors: [0; ERRORS.len()],
        }
    }

    /// Counts an answer of the flag.
    #[inline]
    pub(super) fn add(&mut self, answer: Answer) {
        count(&mut self.variants, answer.variant);
        count(&mut self.rules, answer.rule);
        count(&mut self.holdouts, answer.holdout);
        count(&mut self.reasons, REASONS.iter().position(|reason| *reason == answer.reason));
        if let Some(code) = answer.error {
            count(&mut self.errors, ERRORS.iter().position(|error| *error == code));
        }
        if let (Reason::Split, Some(rule), Some(variant)) = (answer.reason, answer.rule, answer.variant) {
            count(&mut self.splits, Some(rule * self.variants.len() + variant));
        }
    }

    /// Both together; of one flag.
    pub(super) fn merge(mut self, other: &Self) -> Self {
        let pairs = [
            (self.variants.as_mut_slice(), other.variants.as_slice()),
            (&mut self.rules, &other.rules),
            (&mut self.holdouts, &other.holdouts),
            (&mut self.splits, &other.splits),
            (&mut self.reasons, &other.reasons),
            (&mut self.errors, &other.errors),
        ];
        for (sums, more) in pairs {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        self
    }

    /// The reasons that occurred, in the order of a decision.
    pub(super) fn reasons(&self) -> impl Iterator<Item = (Reason, u64)> {
        REASONS.into_iter().zip(self.reasons).filter(|(_, count)| *count > 0)
    }

    /// The errors that occurred.
    pub(super) fn errors(&self) -> impl Iterator<Item = (ErrorCode, u64)> {
        ERRORS.into_iter().zip(self.errors).filter(|(_, count)| *count > 0)
    }

    /// How often a hash of a rule served which variant.
    pub(super) fn split(&self, rule: usize) -> &[u64] {
        let start = rule * self.variants.len();
        self.splits.get(start..start + self.variants.len()).unwrap_or_default()
    }
}

fn count(counts: &mut [u64], position: Option<usize>) {
    if let Some(count) = position.and_then(|position| counts.get_mut(position)) {
        *count += 1;
    }
}

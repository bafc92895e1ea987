//! Asking a program: the native host's way in.

use serde::Serialize;

use crate::context::{self, Context};
use crate::evaluate::Walk;
use crate::explain::explain;
use crate::explanation::Explanation;
use crate::host::{Host, State};
use crate::kept::Kept;
use crate::outcome::{ErrorCode, Outcome, Reason};
use crate::program::{FlagBlock, Program, Text};
use crate::recorder::Silent;
use crate::slots::Slots;
use crate::snapshot::{FlagType, Json, Problem};
use crate::sort::{order, sorted};
use crate::units::Answer;

/// What a flag answers for one context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Decision<'p> {
    /// The variant served; absent on an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<&'p str>,
    /// Why.
    pub reason: Reason,
    /// The id of the rule that served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'p str>,
    /// Whether the variant was stored for the unit.
    #[serde(skip_serializing_if = "is_false")]
    pub stored: bool,
    /// The holdout that holds the unit back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holdout: Option<&'p str>,
    /// What a unit that is held back would have got.
    #[serde(rename = "wouldBe", skip_serializing_if = "Option::is_none")]
    pub would_be: Option<WouldBe<'p>>,
    /// The snapshot's revision.
    pub revision: &'p str,
    /// What went wrong.
    #[serde(rename = "errorCode", skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCode>,
    #[serde(skip)]
    value: Option<&'p str>,
}

/// What a flag would have answered to a unit that is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct WouldBe<'p> {
    /// The variant; absent if that decision had ended with an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<&'p str>,
    /// The reason.
    pub reason: Reason,
    /// The id of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'p str>,
    /// Whether the variant was stored for the unit.
    #[serde(skip_serializing_if = "is_false")]
    pub stored: bool,
    /// What would have gone wrong.
    #[serde(rename = "errorCode", skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorCode>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl<'p> Decision<'p> {
    /// The value's JSON text; absent on an error.
    #[must_use]
    pub const fn json(&self) -> Option<&'p str> {
        self.value
    }

    /// The value; absent on an error. Parses it: ask once and keep it.
    #[must_use]
    pub fn value(&self) -> Option<Json> {
        self.value.and_then(|text| text.parse().ok())
    }

    /// The value of a flag of type boolean.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        match self.value {
            Some("true") => Some(true),
            Some("false") => Some(false),
            _ => None,
        }
    }
}

/// A context written into the slots of one program, with its instant: ask many flags of it without reading it again.
#[derive(Debug, Clone)]
pub struct Bound<'p> {
    program: &'p Program,
    slots: Slots,
    kept: Kept,
    now: i64,
}

impl<'p> Bound<'p> {
    /// Decides a flag. Doesn't allocate, and takes a time that depends on the flag's rules alone.
    #[must_use]
    pub fn decide(&mut self, flag: &str) -> Decision<'p> {
        let Some(row) = self.program.find(flag) else {
            return self.program.plain_decision(0, Outcome::failed(ErrorCode::FlagNotFound));
        };
        let outcome = self.program.outcome(row, &self.slots, &mut self.kept, self.now);
        self.program.decision(row, outcome, self.kept.would_be)
    }

    /// The same by position: for counts over many contexts, which need the names once.
    #[must_use]
    pub fn answer(&mut self, flag: &str) -> Answer {
        match self.program.find(flag) {
            Some(row) => self.program.outcome(row, &self.slots, &mut self.kept, self.now).into(),
            None => Outcome::failed(ErrorCode::FlagNotFound).into(),
        }
    }
}

impl Program {
    /// Decides a flag for a context.
    ///
    /// Never fails: a flag that is unknown, refused or can't be decided for this context answers with an error code
    /// and without a value. Independent of the number of flags, linear in the flag's rules.
    ///
    /// # Examples
    /// ```
    /// # let snapshot = br#"{ "schemaVersion": 1, "revision": "7", "flags": { "dark-mode": { "type": "boolean",
    /// #     "variants": { "on": true, "off": false }, "off": "off", "default": "off",
    /// #     "rules": [{ "id": "plus", "when": { "attr": "shop.plan", "op": "eq", "value": "plus" }, "serve": "on" }] } } }"#;
    /// use tidegate::{Context, Program, Reason};
    /// let program = Program::load(snapshot)?;
    /// let decision = program.decide("dark-mode", &Context::new().with("shop.plan", "plus"));
    /// assert_eq!((decision.boolean(), decision.rule), (Some(true), Some("plus")));
    /// assert_eq!(program.decide("no-such-flag", &Context::new()).reason, Reason::Error);
    /// # Ok::<(), tidegate::Problem>(())
    /// ```
    #[must_use]
    pub fn decide(&self, flag: &str, context: &Context) -> Decision<'_> {
        let Some(row) = self.find(flag) else {
            return self.plain_decision(0, Outcome::failed(ErrorCode::FlagNotFound));
        };
        if let Some(outcome) = self.constant(row).filter(|_| context.sayings().is_empty()) {
            return self.plain_decision(row, outcome);
        }
        let (slots, mut kept) = self.slots_for(row, context);
        let outcome = self.outcome(row, &slots, &mut kept, context.now());
        self.decision(row, outcome, kept.would_be)
    }

    /// Binds a context, to ask many flags of it.
    #[must_use]
    pub fn bind(&self, context: &Context) -> Bound<'_> {
        let every = 0..u32::try_from(self.attribute_count()).unwrap_or(u32::MAX);
        let (slots, mut kept) = (self.written(context, every), Kept::new(self.segment_count()));
        kept.host = Host::of(self, context.sayings(), slots.state(0));
        Bound { program: self, slots, kept, now: context.now() }
    }

    /// Every step of a flag's decision; `None` for an unknown flag.
    #[must_use]
    pub fn explain(&self, flag: &str, context: &Context) -> Option<Explanation> {
        let row = self.find(flag)?;
        let (slots, mut kept) = self.slots_for(row, context);
        // Everything that the walk can need is written, so it can't ask for more.
        explain(self, &slots, &mut kept, row, context.now()).ok()
    }

    /// How many flags serve.
    #[must_use]
    pub fn flag_count(&self) -> usize {
        (0..self.len()).filter(|flag| self.flag(*flag).is_some()).count()
    }

    /// Every flag's key, refused ones too, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.sorted().into_iter().map(|flag| self.flag_key(flag))
    }

    /// The type of a flag's values; `None` for an unknown or refused flag.
    #[must_use]
    pub fn flag_type(&self, flag: &str) -> Option<FlagType> {
        self.find(flag).and_then(|flag| self.flag(flag)).map(|flag| flag.row.kind())
    }

    /// A flag's metadata as a JSON object's text; `None` for an unknown or refused flag.
    #[must_use]
    pub fn metadata(&self, flag: &str) -> Option<&str> {
        self.find(flag).and_then(|flag| self.flag(flag)).map(|flag| flag.text(flag.row.metadata))
    }

    /// What is wrong with flags and segments that were left out. What serves but can't all be meant is in
    /// [`Program::warnings`].
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The keys of flags whose definition differs between this snapshot and `next`: added, removed, or changed in
    /// itself or in a segment or flag that it depends on. The order of keys in the JSON doesn't matter.
    #[must_use]
    pub fn changed(&self, next: &Self) -> Vec<String> {
        let mut changed: Vec<String> = Vec::new();
        for flag in 0..next.len() {
            let key = next.flag_key(flag);
            if self.find(key).is_none_or(|before| self.meaning(before) != next.meaning(flag)) {
                changed.push(key.to_owned());
            }
        }
        let gone = (0..self.len()).map(|flag| self.flag_key(flag)).filter(|key| next.find(key).is_none());
        changed.extend(gone.map(str::to_owned));
        sorted(changed, |key| key.as_str())
    }

    /// Differs where what a flag's definition means does: all but one bit of its digest, and whether it serves.
    pub(crate) fn meaning(&self, flag: u32) -> u64 {
        (u64::from(self.flag(flag).is_some()) << 63) | (self.flags().digest(&self.words, flag) >> 1)
    }

    /// The flags' numbers in the order of their keys.
    pub(crate) fn sorted(&self) -> Vec<u32> {
        let key = |flag: usize| u32::try_from(flag).map(|flag| self.flag_key(flag)).unwrap_or_default();
        let order = order(self.len() as usize, &|a, b| key(a).cmp(key(b)));
        order.into_iter().filter_map(|flag| u32::try_from(flag).ok()).collect()
    }

    /// The attributes that a flag reads, and a buffer for what is hashed.
    fn slots_for(&self, flag: u32, context: &Context) -> (Slots, Kept) {
        let wanted = self.flag(flag).map(|flag| flag.reads()).unwrap_or_default();
        let slots = self.written(context, wanted.iter().copied());
        // One flag seldom asks a segment twice, and a unit is nearly always hashed where it lies.
        let mut kept = Kept::default();
        kept.host = Host::of(self, context.sayings(), slots.state(0));
        (slots, kept)
    }

    /// The attributes in the slots `wanted`.
    pub(crate) fn written(&self, context: &Context, wanted: impl Iterator<Item = u32>) -> Slots {
        let mut slots = Slots::with_attributes(self.attribute_count());
        slots.set_stamp(1);
        context::write(self, context, wanted, &mut slots);
        slots
    }

    fn outcome(&self, row: u32, slots: &Slots, kept: &mut Kept, now: i64) -> Outcome {
        match self.flag(row) {
            Some(flag) => self.outcome_of(flag, slots, kept, now),
            None => Outcome::failed(ErrorCode::ParseError),
        }
    }

    /// The outcome of a flag that is at hand, whose slots are all written.
    pub(crate) fn outcome_of(&self, flag: FlagBlock<'_>, slots: &Slots, kept: &mut Kept, now: i64) -> Outcome {
        if let Some(outcome) = flag.row.constant()
            && kept.host.state(flag.number) == State(0)
        {
            return outcome;
        }
        // There is nothing that the walk can need.
        let decided = Walk::new(self, slots, kept, now, Silent).decide_block(flag);
        decided.outcome().unwrap_or(Outcome::failed(ErrorCode::InvalidContext))
    }

    /// What an outcome of the flag means. `would_be` is what a unit that is held back would have got.
    pub(crate) fn decision(&self, row: u32, outcome: Outcome, would_be: Outcome) -> Decision<'_> {
        let (error, reason) = (outcome.error(), outcome.reason());
        let flag = if error.is_none() { self.flag(row) } else { None };
        let variant = flag.and_then(|flag| flag.variants().get(outcome.variant() as usize));
        let text = |text: Option<Text>| Some(flag?.text(text?));
        let mut decision = Decision {
            variant: text(variant.map(|variant| variant.name)),
            reason,
            rule: None,
            stored: outcome.is_stored(),
            holdout: None,
            would_be: None,
            revision: self.revision(),
            error,
            value: text(variant.map(|variant| variant.value)),
        };
        if reason == Reason::Holdout {
            self.add_holdout(&mut decision, flag, outcome, would_be);
        } else {
            let rule = flag.and_then(|flag| flag.rules().get(outcome.rule()? as usize));
            decision.rule = text(rule.map(|rule| rule.id));
        }
        decision
    }

    #[cold]
    #[inline(never)]
    fn add_holdout<'p>(
        &'p self,
        decision: &mut Decision<'p>,
        flag: Option<FlagBlock<'p>>,
        outcome: Outcome,
        would_be: Outcome,
    ) {
        let holdout = flag.and_then(|flag| flag.holdouts().get(outcome.rule()? as usize));
        decision.holdout = holdout.map(|holdout| self.holdout_key(*holdout));
        decision.would_be = flag.map(|flag| {
            let Decision { variant, reason, rule, stored, error, .. } = self.plain_decision(flag.number, would_be);
            WouldBe { variant, reason, rule, stored, error }
        });
    }

    /// The same of an outcome that held nobody back.
    pub(crate) fn plain_decision(&self, row: u32, outcome: Outcome) -> Decision<'_> {
        self.decision(row, outcome, Outcome::default())
    }
}

//! The walk through one flag, in the order that the specification gives. It allocates nothing.

use crate::explain::Trace;
use crate::explanation::Verdict;
use crate::host::State;
use crate::kept::Kept;
use crate::outcome::{ErrorCode, Need, Outcome, Reason, Reply, Stop};
use crate::program::{Block, FlagBlock, Program, row};
use crate::recorder::Recorder;
use crate::slots::Slots;

/// A walk through a program for one context.
pub(crate) struct Walk<'a, R> {
    pub(crate) sight: Sight<'a>,
    pub(crate) recorder: R,
}

/// What a walk looks at. Whatever tells nobody of it is done here, and so is compiled once for every recorder.
pub(crate) struct Sight<'a> {
    pub(crate) program: &'a Program,
    pub(crate) slots: &'a Slots,
    pub(crate) kept: &'a mut Kept,
    /// The instant to decide for, in epoch milliseconds that a date can have.
    pub(crate) now: i64,
    /// The attribute that made a unit unusable.
    pub(crate) culprit: Option<u32>,
}

/// What the steps before the rules leave for the rules, and after them.
struct Before {
    /// A bit for each guardrail that has rolled back.
    rolled: u32,
    /// The position of the holdout that holds the unit back.
    held: Option<u32>,
    /// What was stored for the unit, which takes the rules' place.
    stored: Option<Outcome>,
}

impl Before {
    const NOTHING: Self = Self { rolled: 0, held: None, stored: None };
}

impl<'a, R: Recorder> Walk<'a, R> {
    pub(crate) fn new(program: &'a Program, slots: &'a Slots, kept: &'a mut Kept, now: i64, recorder: R) -> Self {
        Self { sight: Sight { program, slots, kept, now, culprit: None }, recorder }
    }

    /// The outcome of the flag in row `flag`, or the attribute that must be written before the walk can be repeated.
    pub(crate) fn decide(&mut self, flag: u32) -> Reply {
        let program = self.sight.program;
        let Some(flag) = program.flag(flag) else {
            self.recorder.record(|trace| {
                trace.begin("refused", None);
                trace.end(Verdict::Failed, &["the flag was refused when the snapshot was loaded"]);
            });
            return Reply::from(Ok(Outcome::failed(ErrorCode::ParseError)));
        };
        self.decide_block(flag)
    }

    /// The same for a flag that is at hand.
    #[inline]
    pub(crate) fn decide_block(&mut self, flag: FlagBlock<'_>) -> Reply {
        Reply::from(self.flag(flag).or_else(|stop| {
            let code = stop.error()?;
            let sight = &self.sight;
            self.recorder.record(|trace| trace.end(Verdict::Failed, &[&sight.complaint(code)]));
            Ok(Outcome::failed(code))
        }))
    }

    #[inline(always)]
    fn flag(&mut self, flag: FlagBlock<'_>) -> Result<Outcome, Stop> {
        let row = flag.row;
        let state = self.sight.kept.host.state(flag.number);
        let before = if row.is_rules_alone() && state == State(0) {
            self.recorder.record(Trace::enabled);
            Before::NOTHING
        } else {
            match self.before(flag, state)? {
                Ok(before) => before,
                Err(outcome) => return Ok(outcome),
            }
        };
        let served = match before.stored {
            None => self.served(flag, before.rolled),
            Some(outcome) => Ok(outcome),
        };
        match before.held {
            None => served,
            Some(position) => self.hold_back(flag, position, served),
        }
    }

    /// The steps before the rules. Few flags have any, and those that have none don't pay for them: this is called, and for
    /// nobody else. Answers with an outcome in place of an error where one of them decides.
    #[cold]
    fn before(&mut self, flag: FlagBlock<'_>, state: State) -> Result<Result<Before, Outcome>, Stop> {
        let row = flag.row;
        if let Some(variant) = state.forced()
            && let Some(name) = flag.variant_name(variant)
        {
            self.recorder.record(|trace| {
                trace.begin("forced", Some(name));
                trace.end(Verdict::Decided, &["the host serves it in place of every rule"]);
            });
            return Ok(Err(Outcome::served(variant, Reason::Override, None)));
        }
        if !row.enabled() || state.is_off() {
            self.recorder.record(|trace| {
                trace.begin("enabled", None);
                trace.end(Verdict::Decided, &["the flag is switched off"]);
            });
            return Ok(Err(Outcome::served(row.off(), Reason::Disabled, None)));
        }
        self.recorder.record(Trace::enabled);
        let besides = flag.besides();
        let rolled = if besides.guardrails == 0 { 0 } else { self.rolled_back(flag, state) };
        if rolled != 0
            && let Some(variant) = self.fallback(flag, rolled, row::Guardrail::OF_FLAG)
        {
            return Ok(Err(Outcome::served(variant, Reason::RolledBack, None)));
        }
        if besides.prerequisites != 0 && !self.prerequisites_met(flag)? {
            return Ok(Err(Outcome::served(row.off(), Reason::PrerequisiteFailed, None)));
        }
        if besides.overrides != 0
            && let Some(variant) = self.overridden(flag)?
        {
            return Ok(Err(Outcome::served(variant, Reason::Override, None)));
        }
        let held = if besides.holdouts == 0 { None } else { self.held_back(flag)? };
        let stored = if row.is_sticky() { self.stored(flag).map(Outcome::stored) } else { None };
        Ok(Ok(Before { rolled, held, stored }))
    }

    /// What the rules serve, or else the default.
    #[inline(always)]
    fn served(&mut self, flag: FlagBlock<'_>, rolled: u32) -> Result<Outcome, Stop> {
        let row = flag.row;
        let fixed = row.constant().map(Outcome::reason);
        let body = flag.body();
        for (position, rule) in (0..).zip(flag.rules()) {
            if let Some(outcome) = self.rule(flag, &body, position, rule, rolled)? {
                let fixed = fixed.map(|reason| Outcome::served(outcome.variant(), reason, Some(position)));
                return Ok(fixed.unwrap_or(outcome));
            }
        }
        if self.recorder.listens() {
            self.tell_default(flag.block, row);
        }
        Ok(Outcome::served(row.default(), fixed.unwrap_or(Reason::Default), None))
    }

    #[cold]
    #[inline(never)]
    fn tell_default(&mut self, block: Block<'_>, row: &row::Flag) {
        let name = block.variant_name(row, row.default());
        self.recorder.record(|trace| {
            trace.begin("default", name);
            trace.end(Verdict::Decided, &["no step before this one decided"]);
        });
    }

    fn prerequisites_met(&mut self, flag: FlagBlock<'_>) -> Result<bool, Need> {
        let program = self.sight.program;
        for prerequisite in flag.prerequisites() {
            let parent = prerequisite.flag;
            self.recorder.record(|trace| trace.begin("prerequisite", Some(program.flag_key(parent))));
            let outcome = self.decide(parent).outcome()?;
            let listed = flag.block.list(prerequisite.variants).contains(&outcome.variant());
            let met = listed && !matches!(outcome.reason(), Reason::Disabled | Reason::Error);
            let verdict = if met { Verdict::Passed } else { Verdict::Decided };
            self.recorder.record(|trace| {
                let judgement = if met { ", which is wanted" } else { ", which is not enough" };
                match program.plain_decision(parent, outcome).variant {
                    Some(variant) => {
                        trace.end(verdict, &["it serves `", variant, "` (", outcome.reason().name(), ")", judgement]);
                    }
                    None => trace.end(verdict, &["it has no answer", judgement]),
                }
            });
            if !met {
                return Ok(false);
            }
        }
        Ok(true)
    }

    #[inline(never)]
    fn overridden(&mut self, flag: FlagBlock<'_>) -> Result<Option<u32>, Need> {
        let program = self.sight.program;
        for entry in flag.block.list::<row::Override>(flag.besides().overrides) {
            self.recorder.record(|trace| trace.begin("override", flag.variant_name(entry.variant)));
            let listed = self.sight.is_listed(flag.block, entry.unit, entry.ids).holds()?;
            let verdict = if listed { Verdict::Decided } else { Verdict::Passed };
            self.recorder.record(|trace| {
                let unit = program.unit_name(flag.block, entry.unit);
                let found = if listed { "is" } else { "isn't" };
                trace.end(verdict, &["the unit (`", &unit, "`) ", found, " listed"]);
            });
            if listed {
                return Ok(Some(entry.variant));
            }
        }
        Ok(None)
    }

    /// The variant that is stored for the unit, if the flag still has it.
    #[inline(never)]
    fn stored(&mut self, flag: FlagBlock<'_>) -> Option<u32> {
        let variant = self.sight.kept.host.stored(flag.number, self.sight.slots.state(0))?;
        let name = flag.variant_name(variant)?;
        self.recorder.record(|trace| {
            trace.begin("stored", Some(name));
            trace.end(Verdict::Decided, &["it was stored for the unit"]);
        });
        Some(variant)
    }
}

//! The walk through one flag, in the order that the specification gives. It allocates nothing.

use crate::bucket::{self, Purpose};
use crate::condition::Test;
use crate::explain::text_of;
use crate::explanation::{Bucket, Verdict};
use crate::kept::Kept;
use crate::outcome::{ErrorCode, Need, Outcome, Reason};
use crate::program::{Arm, Block, Body, Check, Entry, FlagBlock, Ids, Program, Text, row};
use crate::ramp;
use crate::recorder::Recorder;
use crate::slots::{self, Slots};
use crate::snapshot::limits;
use crate::switchback;
use crate::window;

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
    culprit: Option<u32>,
}

/// What ends a walk before it has an answer.
pub(crate) enum Stop {
    Need(Need),
    Error(ErrorCode),
}

impl From<Need> for Stop {
    fn from(need: Need) -> Self {
        Self::Need(need)
    }
}

impl<'a, R: Recorder> Walk<'a, R> {
    pub(crate) fn new(program: &'a Program, slots: &'a Slots, kept: &'a mut Kept, now: i64, recorder: R) -> Self {
        Self { sight: Sight { program, slots, kept, now, culprit: None }, recorder }
    }

    /// Decides the flag in row `flag`.
    ///
    /// # Errors
    /// The attribute that must be written before the walk can be repeated.
    pub(crate) fn decide(&mut self, flag: u32) -> Result<Outcome, Need> {
        let program = self.sight.program;
        let Some(flag) = program.flag(flag) else {
            self.recorder.record(|trace| {
                trace.begin("refused", None);
                trace.end(Verdict::Failed, &["the flag was refused when the snapshot was loaded"]);
            });
            return Ok(Outcome::failed(ErrorCode::ParseError));
        };
        self.decide_block(flag)
    }

    /// The same for a flag that is at hand.
    #[inline]
    pub(crate) fn decide_block(&mut self, flag: FlagBlock<'_>) -> Result<Outcome, Need> {
        match self.flag(flag) {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Need(need)) => Err(need),
            Err(Stop::Error(code)) => {
                let sight = &self.sight;
                self.recorder.record(|trace| trace.end(Verdict::Failed, &[&sight.complaint(code)]));
                Ok(Outcome::failed(code))
            }
        }
    }

    fn flag(&mut self, flag: FlagBlock<'_>) -> Result<Outcome, Stop> {
        let row = flag.row;
        let state = self.sight.kept.host.state(flag.number);
        if let Some(variant) = state.forced()
            && let Some(name) = flag.variant_name(variant)
        {
            self.recorder.record(|trace| {
                trace.begin("forced", Some(name));
                trace.end(Verdict::Decided, &["the host serves it in place of every rule"]);
            });
            return Ok(Outcome::served(variant, Reason::Override, None));
        }
        self.recorder.record(|trace| trace.begin("enabled", None));
        if !row.enabled() || state.is_off() {
            self.recorder.record(|trace| trace.end(Verdict::Decided, &["the flag is switched off"]));
            return Ok(Outcome::served(row.off(), Reason::Disabled, None));
        }
        self.recorder.record(|trace| trace.end(Verdict::Passed, &["the flag is switched on"]));
        let rolled = if row.guardrails == 0 { 0 } else { self.rolled_back(flag, state) };
        if rolled != 0
            && let Some(variant) = self.fallback(flag, rolled, row::Guardrail::OF_FLAG)
        {
            return Ok(Outcome::served(variant, Reason::RolledBack, None));
        }
        if row.prerequisites != 0 && !self.prerequisites_met(flag)? {
            return Ok(Outcome::served(row.off(), Reason::PrerequisiteFailed, None));
        }
        if row.overrides != 0
            && let Some(variant) = self.overridden(flag)?
        {
            return Ok(Outcome::served(variant, Reason::Override, None));
        }
        let held = if row.holdouts == 0 { None } else { self.held_back(flag)? };
        let served = self.served(flag, rolled);
        match held {
            None => served,
            Some(position) => self.hold_back(flag, position, served),
        }
    }

    /// What was stored for the unit, or else what the rules serve, or else the default.
    #[inline(always)]
    fn served(&mut self, flag: FlagBlock<'_>, rolled: u32) -> Result<Outcome, Stop> {
        let row = flag.row;
        if row.is_sticky()
            && let Some(variant) = self.stored(flag)
        {
            return Ok(Outcome::stored(variant));
        }
        let fixed = row.constant().map(Outcome::reason);
        for (position, rule) in (0..).zip(flag.rules()) {
            if let Some((variant, reason)) = self.rule(flag, position, rule, rolled)? {
                return Ok(Outcome::served(variant, fixed.unwrap_or(reason), Some(position)));
            }
        }
        self.recorder.record(|trace| {
            trace.begin("default", flag.variant_name(row.default()));
            trace.end(Verdict::Decided, &["no step before this one decided"]);
        });
        Ok(Outcome::served(row.default(), fixed.unwrap_or(Reason::Default), None))
    }

    fn prerequisites_met(&mut self, flag: FlagBlock<'_>) -> Result<bool, Need> {
        let program = self.sight.program;
        for prerequisite in flag.block.list::<row::Prerequisite>(flag.row.prerequisites) {
            let parent = prerequisite.flag;
            self.recorder.record(|trace| trace.begin("prerequisite", Some(program.flag_key(parent))));
            let outcome = self.decide(parent)?;
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

    fn overridden(&mut self, flag: FlagBlock<'_>) -> Result<Option<u32>, Need> {
        let program = self.sight.program;
        for entry in flag.block.list::<row::Override>(flag.row.overrides) {
            self.recorder.record(|trace| trace.begin("override", flag.variant_name(entry.variant)));
            let listed = self.sight.is_listed(flag.block, entry.unit, entry.ids)?;
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

    /// The variant that a rule serves, and why; `None` when it doesn't apply. `rolled` has a bit for each guardrail that has
    /// rolled back.
    #[inline(always)]
    fn rule(
        &mut self,
        flag: FlagBlock<'_>,
        position: u32,
        rule: &row::Rule,
        rolled: u32,
    ) -> Result<Option<(u32, Reason)>, Stop> {
        let share = rule.share();
        self.recorder.record(|trace| trace.begin_rule(position, flag.text(rule.id)));
        if !self.holds(flag.body(), rule.when)? {
            let why = match (share, rule.is_paused()) {
                (_, true) => "it takes nobody new in",
                (0, _) => "its percentage is 0",
                _ => "its condition doesn't hold",
            };
            self.recorder.record(|trace| trace.end(Verdict::Passed, &[why]));
            return Ok(None);
        }
        let (mut share, mut slot, mut hashed) = (share, 0, false);
        if rule.timing != 0 {
            match self.at_instant(flag, rule) {
                Some(now) => (share, slot) = now,
                None => return Ok(None),
            }
        }
        if rule.membership != 0 {
            let (inside, took_hash) = self.in_experiment(flag, rule)?;
            hashed = took_hash;
            if !inside {
                self.recorder.record(|trace| trace.end(Verdict::Passed, &["the unit is outside its experiment"]));
                return Ok(None);
            }
        }
        if share < bucket::TOTAL {
            hashed = true;
            let bucket = self.sight.bucket(flag.block, rule.unit, flag.body().bytes(rule.ramp_prefix))?;
            let inside = bucket < share;
            let key = (flag.body(), rule.unit, rule.ramp_prefix);
            self.record_bucket(key, Purpose::Ramp, (bucket, 0, share), None);
            if !inside {
                self.recorder.record(|trace| trace.end(Verdict::Passed, &["the unit is outside its percentage"]));
                return Ok(None);
            }
        }
        if rolled != 0
            && let Some(variant) = self.fallback(flag, rolled, position)
        {
            return Ok(Some((variant, Reason::RolledBack)));
        }
        let mut variant = rule.variant();
        if rule.arms != 0 {
            hashed = true;
            let prefix = flag.body().bytes(rule.split_prefix);
            let (bucket, purpose) = if slot == 0 {
                (self.sight.bucket(flag.block, rule.unit, prefix)?, Purpose::Split)
            } else {
                let now = self.sight.now;
                self.recorder.record(|trace| trace.slot(slot, now));
                (self.sight.slot_bucket(slot, prefix), Purpose::Slot)
            };
            let mut from = 0;
            for arm in flag.block.list::<u32>(rule.arms) {
                let Arm { end, variant: served } = Arm::from_word(*arm);
                // The last arm ends at the last bucket.
                variant = served;
                if bucket < end {
                    let arm = (bucket, from, end);
                    let unit = if slot == 0 { rule.unit } else { 0 };
                    let key = (flag.body(), unit, rule.split_prefix);
                    self.record_bucket(key, purpose, arm, Some((flag, variant)));
                    break;
                }
                from = end;
            }
        }
        self.recorder.record(|trace| {
            let variant = flag.variant_name(variant).unwrap_or_default();
            trace.end(Verdict::Decided, &["it applies and serves `", variant, "`"]);
        });
        Ok(Some((variant, if hashed { Reason::Split } else { Reason::TargetingMatch })))
    }

    /// What a rule is at this instant: the share of the units that are in, and the minutes of a slot, if its arms are a
    /// switchback's. `None` when it applies to nobody now.
    #[inline(never)]
    fn at_instant(&mut self, flag: FlagBlock<'_>, rule: &row::Rule) -> Option<(u32, u32)> {
        let (block, now) = (flag.block, self.sight.now);
        let timing: &row::Timing = block.row(rule.timing)?;
        let windows = block.list(timing.windows);
        if !windows.is_empty() {
            let is_open = window::is_open(windows, now);
            self.recorder.record(|trace| trace.windows(windows, now));
            if !is_open {
                self.recorder.record(|trace| trace.end(Verdict::Passed, &["it is outside its window"]));
                return None;
            }
        }
        let stages = block.list(timing.stages);
        if stages.is_empty() {
            return Some((rule.share(), timing.slot));
        }
        let level = ramp::level(stages, timing.steps, now);
        self.recorder.record(|trace| trace.ramp(stages, timing, level, now));
        if level.share == 0 {
            self.recorder.record(|trace| trace.end(Verdict::Passed, &["its ramp is at 0 %"]));
            return None;
        }
        Some((level.share, timing.slot))
    }

    /// Whether a condition holds. Segments call back into this, at most as deep as their chains may be.
    fn holds(&mut self, body: Body<'_>, entry: u32) -> Result<bool, Need> {
        let (program, slots) = (self.sight.program, self.sight.slots);
        let mut entry = entry;
        loop {
            let Entry::Test(number) = Entry::from_word(entry) else {
                return Ok(entry == Entry::Holds.word());
            };
            let Some(test) = body.test(number) else { return Ok(false) };
            let Some(check) = test.check() else { return Ok(false) };
            let holds = match check {
                Check::Segment(segment) => self.in_segment(segment)?,
                Check::Attribute { slot, operator, ignore_case, operand } => {
                    self.sight.attribute(body, Test { slot, operator, ignore_case, operand })?
                }
            };
            self.recorder.record(|trace| trace.check(program.describe_check(body, test, slots, holds)));
            entry = if holds { test.holds() } else { test.fails() };
        }
    }

    /// Whether the context is in a segment, which is found out once: nobody listens to what is only remembered.
    fn in_segment(&mut self, number: u32) -> Result<bool, Need> {
        let mark = self.sight.slots.state(0);
        if !self.recorder.listens()
            && let Some(inside) = self.sight.kept.segment(number, mark)
        {
            return Ok(inside);
        }
        let Some(segment) = self.sight.program.segment(number) else {
            return Ok(false);
        };
        let (block, row) = (segment.block, segment.row);
        self.recorder.record(|trace| trace.begin("segment", None));
        let (inside, why) = if self.sight.is_listed(block, row.unit, row.exclude)? {
            (false, "the unit is excluded")
        } else if self.sight.is_listed(block, row.unit, row.include)? {
            (true, "the unit is included")
        } else if self.holds(segment.body(), row.when)? {
            (true, "its condition holds")
        } else {
            (false, "its condition doesn't hold")
        };
        self.recorder.record(|trace| trace.end(Verdict::Passed, &[why]));
        self.sight.kept.keep_segment(number, mark, inside);
        Ok(inside)
    }

    /// Tells where the unit in a block's list of slots fell, with the prefix of its key.
    pub(crate) fn record_bucket(
        &mut self,
        (body, unit, prefix): (Body<'_>, u32, Text),
        purpose: Purpose,
        (bucket, from, until): (u32, u32, u32),
        variant: Option<(FlagBlock<'_>, u32)>,
    ) {
        let sight = &mut self.sight;
        self.recorder.record(|trace| {
            // The number of a slot was written just now; so was the unit, or it would have no bucket.
            let mut written = unit == 0;
            if unit != 0 {
                sight.kept.key.clear();
                written = sight.write_unit(body.block, unit).is_ok();
            }
            let text = if written { text_of(&sight.kept.key) } else { String::new() };
            trace.bucket(Bucket {
                purpose,
                unit: sight.program.unit_paths(body.block, unit),
                key: [body.text(prefix), &text].concat(),
                bucket,
                from,
                until,
                inside: from <= bucket && bucket < until,
                variant: variant.and_then(|(flag, variant)| flag.variant_name(variant)).map(str::to_owned),
            });
        });
    }
}

impl Sight<'_> {
    /// Whether the unit's text is among the ids at `ids`; a unit without a text isn't.
    #[inline]
    fn is_listed(&mut self, block: Block<'_>, unit: u32, ids: u32) -> Result<bool, Need> {
        let Some(ids) = Ids::at(block, ids) else {
            return Ok(false);
        };
        self.kept.key.clear();
        match self.write_unit(block, unit) {
            Ok(()) => Ok(ids.contain(&self.kept.key)),
            Err(Stop::Need(need)) => Err(need),
            Err(Stop::Error(_)) => Ok(false),
        }
    }

    #[inline]
    pub(crate) fn bucket(&mut self, block: Block<'_>, unit: u32, prefix: &[u8]) -> Result<u32, Stop> {
        // Nearly every unit is one string, which is hashed where it lies.
        if let [slot] = block.list(unit)
            && let string = self.slots.read(*slot)?
            && string.is_string()
        {
            let text = self.slots.text(string, *slot)?;
            if (1..=limits::UNIT_BYTES).contains(&text.len()) {
                return Ok(bucket::of_key(prefix, text));
            }
        }
        self.kept.key.clear();
        self.write_unit(block, unit)?;
        Ok(bucket::of_key(prefix, &self.kept.key))
    }

    /// The bucket of the slot that this instant is in.
    #[inline(never)]
    #[expect(clippy::cast_precision_loss, reason = "dates end far below 2⁵³ milliseconds")]
    fn slot_bucket(&mut self, minutes: u32, prefix: &[u8]) -> u32 {
        self.kept.key.clear();
        write_integer(switchback::slot(self.now, minutes) as f64, &mut self.kept.key);
        bucket::of_key(prefix, &self.kept.key)
    }

    /// Adds a unit's text to the key.
    #[inline(never)]
    fn write_unit(&mut self, block: Block<'_>, unit: u32) -> Result<(), Stop> {
        const JOINT: u8 = 0x1F;
        let start = self.kept.key.len();
        let parts: &[u32] = block.list(unit);
        for (position, slot) in parts.iter().enumerate() {
            if position > 0 {
                self.kept.key.push(JOINT);
            }
            let part = self.kept.key.len();
            self.culprit = Some(*slot);
            let found = self.slots.read(*slot)?;
            match found.tag() {
                slots::MISSING => return Err(Stop::Error(ErrorCode::TargetingKeyMissing)),
                slots::STRING | slots::NAMED => {
                    let text = self.slots.text(found, *slot)?;
                    if text.is_empty() {
                        return Err(Stop::Error(ErrorCode::TargetingKeyMissing));
                    }
                    // Checked before it is copied, so that the kept buffer stays small.
                    if text.len() > limits::UNIT_BYTES {
                        return Err(Stop::Error(ErrorCode::InvalidContext));
                    }
                    self.kept.key.extend_from_slice(text);
                }
                slots::NUMBER if write_integer(found.number, &mut self.kept.key) => {}
                _ => return Err(Stop::Error(ErrorCode::InvalidContext)),
            }
            if parts.len() > 1 && self.kept.key.get(part..).is_some_and(|text| text.contains(&JOINT)) {
                return Err(Stop::Error(ErrorCode::InvalidContext));
            }
        }
        if self.kept.key.len() - start > limits::UNIT_BYTES {
            return Err(Stop::Error(ErrorCode::InvalidContext));
        }
        self.culprit = None;
        Ok(())
    }

    /// What is wrong with the unit that ended the walk, in a sentence.
    #[cold]
    #[inline(never)]
    pub(crate) fn complaint(&self, code: ErrorCode) -> String {
        let path = self.culprit.map_or("", |slot| self.program.attribute(slot));
        let fault = match code {
            ErrorCode::TargetingKeyMissing => "is missing or empty",
            _ => "can't be a unit",
        };
        ["`", path, "` ", fault, ", expected a string of at most 1024 bytes or a safe integer"].concat()
    }
}

/// Adds a safe integer in decimal; false for any other number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn write_integer(number: f64, key: &mut Vec<u8>) -> bool {
    if number.fract() != 0.0 || number.abs() > limits::SAFE_INTEGER {
        return false;
    }
    if number < 0.0 {
        key.push(b'-');
    }
    let start = key.len();
    let mut rest = number.abs() as u64;
    loop {
        key.push(b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if let Some(digits) = key.get_mut(start..) {
        digits.reverse();
    }
    true
}

//! One rule of a flag: whom it is for, and what it serves.

use crate::bucket::{self, Purpose};
use crate::condition::Test;
use crate::evaluate::Walk;
use crate::explain::text_of;
use crate::explanation::{Bucket, Verdict};
use crate::outcome::{Need, Outcome, Reason, Reply, Stop};
use crate::program::{Arm, Block, Body, Check, Entry, FlagBlock, Text, row};
use crate::ramp;
use crate::recorder::Recorder;
use crate::window;

impl<R: Recorder> Walk<'_, R> {
    /// What a rule comes to; `None` when it doesn't apply. `rolled` has a bit for each guardrail that has
    /// rolled back.
    #[inline(always)]
    pub(crate) fn rule(
        &mut self,
        flag: FlagBlock<'_>,
        body: &Body<'_>,
        position: u32,
        rule: &row::Rule,
        rolled: u32,
    ) -> Result<Option<Outcome>, Stop> {
        if self.recorder.listens() {
            self.tell_rule(flag.block, flag.row, position, rule);
        }
        if !self.holds(*body, rule.when)? {
            if self.recorder.listens() {
                self.tell_passed(rule);
            }
            return Ok(None);
        }
        let terms = flag.terms(rule);
        let (mut slot, mut hashed) = (0, false);
        if let Some(terms) = terms {
            let mut share = rule.share();
            if terms.timing != 0 {
                match self.at_instant(flag, rule, terms) {
                    Some(now) => (share, slot) = now,
                    None => return Ok(None),
                }
            }
            if terms.membership != 0 {
                let (inside, took_hash) = self.in_experiment(flag, terms)?;
                hashed = took_hash;
                if !inside {
                    self.recorder.record(|trace| trace.end(Verdict::Passed, &["the unit is outside its experiment"]));
                    return Ok(None);
                }
            }
            if share < bucket::TOTAL {
                hashed = true;
                let bucket = self.sight.bucket(flag.block, terms.unit, body.bytes(terms.ramp_prefix)).bucket()?;
                let inside = bucket < share;
                if self.recorder.listens() {
                    let key = (*body, terms.unit, terms.ramp_prefix);
                    self.tell_bucket(key, Purpose::Ramp, (bucket, 0, share), None);
                }
                if !inside {
                    self.recorder.record(|trace| trace.end(Verdict::Passed, &["the unit is outside its percentage"]));
                    return Ok(None);
                }
            }
        }
        if rolled != 0
            && let Some(variant) = self.fallback(flag, rolled, position)
        {
            return Ok(Some(Outcome::served(variant, Reason::RolledBack, Some(position))));
        }
        let mut variant = rule.variant();
        if let Some(terms) = terms
            && terms.arms != 0
        {
            hashed = true;
            let prefix = body.bytes(terms.split_prefix);
            let (bucket, purpose) = if slot == 0 {
                (self.sight.bucket(flag.block, terms.unit, prefix).bucket()?, Purpose::Split)
            } else {
                let now = self.sight.now;
                self.recorder.record(|trace| trace.slot(slot, now));
                (self.sight.slot_bucket(slot, prefix), Purpose::Slot)
            };
            // All arms are looked at: where in them a unit falls would be guessed wrong every other time.
            let arms: &[u32] = flag.block.list(terms.arms);
            let is_behind = |arm: &u32| usize::from(Arm::from_word(*arm).end <= bucket);
            let at = arms.iter().fold(0, |at, arm| at + is_behind(arm));
            if let Some(arm) = arms.get(at) {
                variant = Arm::from_word(*arm).variant;
            }
            if self.recorder.listens() {
                let end = |at: usize| arms.get(at).map_or(0, |arm| Arm::from_word(*arm).end);
                let (from, until) = (at.checked_sub(1).map_or(0, end), end(at));
                let unit = if slot == 0 { terms.unit } else { 0 };
                let key = (*body, unit, terms.split_prefix);
                self.tell_bucket(key, purpose, (bucket, from, until), Some((flag, variant)));
            }
        }
        if self.recorder.listens() {
            self.tell_served(flag.block, flag.row, variant);
        }
        let reason = if hashed { Reason::Split } else { Reason::TargetingMatch };
        Ok(Some(Outcome::served(variant, reason, Some(position))))
    }

    #[cold]
    #[inline(never)]
    fn tell_rule(&mut self, block: Block<'_>, row: &row::Flag, position: u32, rule: &row::Rule) {
        self.recorder.record(|trace| trace.begin_rule(position, block.text(rule.id, row.parts.text)));
    }

    #[cold]
    #[inline(never)]
    fn tell_passed(&mut self, rule: &row::Rule) {
        let why = match (rule.share(), rule.is_paused()) {
            (_, true) => "it takes nobody new in",
            (0, _) => "its percentage is 0",
            _ => "its condition doesn't hold",
        };
        self.recorder.record(|trace| trace.end(Verdict::Passed, &[why]));
    }

    #[cold]
    #[inline(never)]
    fn tell_served(&mut self, block: Block<'_>, row: &row::Flag, variant: u32) {
        let variant = block.variant_name(row, variant).unwrap_or_default();
        self.recorder.record(|trace| trace.end(Verdict::Decided, &["it applies and serves `", variant, "`"]));
    }

    /// What a rule is at this instant: the share of the units that are in, and the minutes of a slot, if its arms are a
    /// switchback's. `None` when it applies to nobody now.
    #[inline(never)]
    fn at_instant(&mut self, flag: FlagBlock<'_>, rule: &row::Rule, terms: &row::Terms) -> Option<(u32, u32)> {
        let (block, now) = (flag.block, self.sight.now);
        let timing: &row::Timing = block.row(terms.timing)?;
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
    #[inline(always)]
    fn holds(&mut self, body: Body<'_>, entry: u32) -> Result<bool, Need> {
        match Entry::from_word(entry) {
            Entry::Test(_) => self.follow(body.block, body.parts, entry).holds(),
            end => Ok(end == Entry::Holds),
        }
    }

    /// Follows the ways of a condition from one test to the next. Takes a body's parts, so that they come in registers.
    fn follow(&mut self, block: Block<'_>, parts: &row::Parts, entry: u32) -> Reply {
        Reply::from(self.end_of(Body { block, parts }, entry))
    }

    #[inline(always)]
    fn end_of(&mut self, body: Body<'_>, entry: u32) -> Result<bool, Need> {
        let mut entry = entry;
        loop {
            let Entry::Test(number) = Entry::from_word(entry) else {
                return Ok(entry == Entry::Holds.word());
            };
            let Some(test) = body.test(number) else { return Ok(false) };
            let Some(check) = test.check() else { return Ok(false) };
            let holds = match check {
                Check::Segment(segment) => self.in_segment(segment).holds()?,
                Check::Attribute { slot, operator, operand, .. } => {
                    self.sight.attribute(body, Test { slot, operator, operand, row: test })?
                }
            };
            if self.recorder.listens() {
                self.tell_check(body.block, body.parts, number, holds);
            }
            entry = if holds { test.holds() } else { test.fails() };
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_check(&mut self, block: Block<'_>, parts: &row::Parts, number: u32, holds: bool) {
        let (program, slots) = (self.sight.program, self.sight.slots);
        let body = Body { block, parts };
        self.recorder.record(|trace| trace.check(program.describe_check(body, number, slots, holds)));
    }

    fn in_segment(&mut self, number: u32) -> Reply {
        Reply::from(self.segment(number))
    }

    /// Whether the context is in a segment, which is found out once: nobody listens to what is only remembered.
    #[inline(always)]
    fn segment(&mut self, number: u32) -> Result<bool, Need> {
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
        let (inside, why) = if self.sight.is_listed(block, row.unit, row.exclude).holds()? {
            (false, "the unit is excluded")
        } else if self.sight.is_listed(block, row.unit, row.include).holds()? {
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
    #[cold]
    #[inline(never)]
    pub(crate) fn tell_bucket(
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
                unit: sight.program.unit_paths(body.block, unit).into_iter().map(str::to_owned).collect(),
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

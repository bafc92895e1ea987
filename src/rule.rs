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
        let share = rule.share();
        self.recorder.record(|trace| trace.begin_rule(position, flag.text(rule.id)));
        if !self.holds(*body, rule.when)? {
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
            let bucket = self.sight.bucket(flag.block, rule.unit, body.bytes(rule.ramp_prefix)).bucket()?;
            let inside = bucket < share;
            let key = (*body, rule.unit, rule.ramp_prefix);
            self.record_bucket(key, Purpose::Ramp, (bucket, 0, share), None);
            if !inside {
                self.recorder.record(|trace| trace.end(Verdict::Passed, &["the unit is outside its percentage"]));
                return Ok(None);
            }
        }
        if rolled != 0
            && let Some(variant) = self.fallback(flag, rolled, position)
        {
            return Ok(Some(Outcome::served(variant, Reason::RolledBack, Some(position))));
        }
        let mut variant = rule.variant();
        if rule.arms != 0 {
            hashed = true;
            let prefix = body.bytes(rule.split_prefix);
            let (bucket, purpose) = if slot == 0 {
                (self.sight.bucket(flag.block, rule.unit, prefix).bucket()?, Purpose::Split)
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
                    let key = (*body, unit, rule.split_prefix);
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
        let reason = if hashed { Reason::Split } else { Reason::TargetingMatch };
        Ok(Some(Outcome::served(variant, reason, Some(position))))
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
    #[inline(always)]
    fn holds(&mut self, body: Body<'_>, entry: u32) -> Result<bool, Need> {
        match Entry::from_word(entry) {
            Entry::Test(_) => self.follow(body.block, body.tests, body.text, entry).holds(),
            end => Ok(end == Entry::Holds),
        }
    }

    /// Follows the ways of a condition from one test to the next. Takes a body's parts, so that they come in registers.
    fn follow(&mut self, block: Block<'_>, tests: u32, text: u32, entry: u32) -> Reply {
        Reply::from(self.end_of(Body { block, tests, text }, entry))
    }

    #[inline(always)]
    fn end_of(&mut self, body: Body<'_>, entry: u32) -> Result<bool, Need> {
        let (program, slots) = (self.sight.program, self.sight.slots);
        let mut entry = entry;
        loop {
            let Entry::Test(number) = Entry::from_word(entry) else {
                return Ok(entry == Entry::Holds.word());
            };
            let Some(test) = body.test(number) else { return Ok(false) };
            let Some(check) = test.check() else { return Ok(false) };
            let holds = match check {
                Check::Segment(segment) => self.in_segment(segment).holds()?,
                Check::Attribute { slot, operator, ignore_case, operand } => {
                    self.sight.attribute(body, Test { slot, operator, ignore_case, operand })?
                }
            };
            self.recorder.record(|trace| trace.check(program.describe_check(body, test, slots, holds)));
            entry = if holds { test.holds() } else { test.fails() };
        }
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
    #[inline(always)]
    pub(crate) fn record_bucket(
        &mut self,
        key: (Body<'_>, u32, Text),
        purpose: Purpose,
        arm: (u32, u32, u32),
        variant: Option<(FlagBlock<'_>, u32)>,
    ) {
        if self.recorder.listens() {
            self.tell_bucket(key, purpose, arm, variant);
        }
    }

    #[cold]
    #[inline(never)]
    fn tell_bucket(
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

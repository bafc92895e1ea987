//! Why a decision came out as it did: every step of the walk, with what was compared and where units fell.

use crate::evaluate::{Sight, Walk};
use crate::explanation::{Bucket, Check, Explanation, Instead, Ramp, Step, TimeSlot, Verdict, Window};
use crate::kept::Kept;
use crate::operator::{Operand, Operator};
use crate::outcome::{ErrorCode, Need, Outcome};
use crate::program::{self, Body, Ids, Program, Text, row};
use crate::ramp::{self, Level};
use crate::slots::{self, Slot, Slots};
use crate::snapshot::{Json, Subject};
use crate::switchback;
use crate::window::MINUTE;

/// Lists are shown up to this many items.
const SHOWN: usize = 50;
/// With one item more than are shown, a list is known to be longer.
const MORE: usize = SHOWN + 1;

/// Walks through the flag in row `flag` of the program and tells everything. Slots must be written with their texts.
#[inline]
pub(crate) fn explain(
    program: &Program,
    slots: &Slots,
    kept: &mut Kept,
    flag: u32,
    now: i64,
) -> Result<Explanation, Need> {
    check_texts(program, slots, flag)?;
    let mut trace = Trace::new();
    let mut walk = Walk::new(program, slots, kept, now, Some(&mut trace));
    let outcome = walk.decide(flag).outcome()?;
    let Walk { sight, .. } = walk;
    Ok(conclude(&sight, trace, flag, outcome))
}

/// Fails with the first string that the flag can read and that is there without its bytes.
#[inline(never)]
fn check_texts(program: &Program, slots: &Slots, flag: u32) -> Result<(), Need> {
    for slot in program.flag(flag).map(|flag| flag.reads()).unwrap_or_default() {
        if slots.tag(*slot) == Some(slots::NAMED) {
            return Err(Need::of_text(*slot));
        }
    }
    Ok(())
}

#[inline(never)]
fn conclude(sight: &Sight<'_>, trace: Trace, flag: u32, outcome: Outcome) -> Explanation {
    let program = sight.program;
    let error_message = outcome.error().map(|_| sentence(program, flag, outcome, |code| sight.complaint(code)));
    let at = number(sight.now);
    let steps = trace.open.into_iter().next().unwrap_or_default().steps;
    let decision = program.decision(flag, outcome, sight.kept.would_be);
    Explanation {
        flag: program.flag_key(flag).to_owned(),
        revision: decision.revision.to_owned(),
        at,
        variant: decision.variant.map(str::to_owned),
        reason: decision.reason,
        rule: decision.rule.map(str::to_owned),
        stored: decision.stored,
        holdout: decision.holdout.map(str::to_owned),
        would_be: decision.would_be.map(|instead| Instead {
            variant: instead.variant.map(str::to_owned),
            reason: instead.reason,
            rule: instead.rule.map(str::to_owned),
            stored: instead.stored,
            error_code: instead.error,
        }),
        error_code: decision.error,
        error_message,
        steps,
    }
}

/// Keeps everything that the walk tells, as it nests.
pub(crate) struct Trace {
    /// The outermost holds the finished steps.
    open: Vec<Open>,
    /// The way from the flag to the condition that is walked through.
    around: String,
}

#[derive(Default)]
struct Open {
    step: &'static str,
    subject: Option<String>,
    steps: Vec<Step>,
    checks: Vec<Check>,
    buckets: Vec<Bucket>,
    window: Option<Window>,
    ramp: Option<Ramp>,
    slot: Option<TimeSlot>,
}

impl Trace {
    fn new() -> Self {
        Self { open: vec![Open::default()], around: String::new() }
    }

    /// A step of the decision, or the test of a segment, begins; checks, buckets and steps until its end belong to it.
    #[cold]
    #[inline(never)]
    pub(crate) fn begin(&mut self, step: &'static str, subject: Option<&str>) {
        self.open.push(Open { step, subject: subject.map(str::to_owned), ..Open::default() });
    }

    /// The whole step of a flag that is switched on.
    #[cold]
    #[inline(never)]
    pub(crate) fn enabled(&mut self) {
        self.begin("enabled", None);
        self.end(Verdict::Passed, &["the flag is switched on"]);
    }

    /// The step of a rule begins; the places of its tests are counted from the flag.
    #[cold]
    #[inline(never)]
    pub(crate) fn begin_rule(&mut self, position: u32, id: &str) {
        self.around = ["rules/", &position.to_string(), "/when"].concat();
        self.begin("rule", Some(id));
    }

    /// The latest step that hasn't ended ends. `why` comes in parts, so that putting them together is compiled once.
    #[cold]
    #[inline(never)]
    pub(crate) fn end(&mut self, verdict: Verdict, why: &[&str]) {
        let (Some(done), Some(around)) = (self.open.pop(), self.open.last_mut()) else {
            return;
        };
        let Open { step, subject, steps, checks, buckets, window, ramp, slot } = done;
        around.steps.push(Step {
            step,
            subject,
            verdict,
            why: why.concat(),
            checks,
            buckets,
            window,
            ramp,
            slot,
            steps,
        });
    }

    /// A test of a condition was made.
    #[cold]
    #[inline(never)]
    pub(crate) fn check(&mut self, mut check: Check) {
        if let Some(open) = self.open.last_mut() {
            if open.step != "segment" {
                let joint = if check.place.is_empty() { "" } else { "/" };
                check.place = [&self.around, joint, &check.place].concat();
            }
            // The walk through a segment was recorded as a step: it is the check's own reason.
            if check.segment.is_some()
                && let Some(Step { why, checks, .. }) = open.steps.pop()
            {
                check.why = Some(why);
                check.checks = checks;
            }
            open.checks.push(check);
        }
    }

    /// A rule's windows were looked at: shows the one that is open, or opens next.
    #[cold]
    #[inline(never)]
    pub(crate) fn windows(&mut self, windows: &[row::Window], now: i64) {
        let bounds = windows.iter().filter_map(|window| window.bounds(now)).min();
        let shown = |at: i64| (row::BEFORE_ALL < at && at < row::AFTER_ALL).then(|| number(at));
        if let Some(open) = self.open.last_mut() {
            open.window = Some(Window {
                open: bounds.is_some_and(|(from, _)| from <= now),
                from: bounds.and_then(|(from, _)| shown(from)),
                until: bounds.and_then(|(_, until)| shown(until)),
            });
        }
    }

    /// A rule's ramp was looked at.
    #[cold]
    #[inline(never)]
    pub(crate) fn ramp(&mut self, stages: &[row::Stage], timing: &row::Timing, level: Level, now: i64) {
        let last = stages.last().map_or(0, row::Stage::at);
        if let Some(open) = self.open.last_mut() {
            open.ramp = Some(Ramp {
                percent: f64::from(level.share) / 10_000.0,
                step: level.step,
                steps: if timing.steps > 0 { timing.steps } else { u32::try_from(stages.len()).unwrap_or_default() },
                next: ramp::next(stages, timing.steps, now).map(number),
                baked: number(last + i64::from(timing.bake) * MINUTE),
            });
        }
    }

    /// A slot was hashed.
    #[cold]
    #[inline(never)]
    pub(crate) fn slot(&mut self, minutes: u32, now: i64) {
        let slot = switchback::slot(now, minutes);
        if let Some(open) = self.open.last_mut() {
            let [from, until] = [slot, slot + 1].map(|slot| number(switchback::begin(slot, minutes)));
            open.slot = Some(TimeSlot { number: number(slot), from, until });
        }
    }

    /// A unit was hashed.
    #[cold]
    #[inline(never)]
    pub(crate) fn bucket(&mut self, bucket: Bucket) {
        if let Some(open) = self.open.last_mut() {
            open.buckets.push(bucket);
        }
    }
}

impl Program {
    /// A test as it was made.
    #[cold]
    #[inline(never)]
    pub(crate) fn describe_check(&self, body: Body<'_>, number: u32, slots: &Slots, holds: bool) -> Check {
        let mut check = Check {
            place: body.text(body.place(number)).to_owned(),
            segment: None,
            attribute: None,
            operator: None,
            value: None,
            ignore_case: false,
            found: None,
            holds,
            why: None,
            checks: Vec::new(),
        };
        match body.test(number).and_then(row::Test::check) {
            Some(program::Check::Segment(segment)) => check.segment = Some(self.segment_key(segment).to_owned()),
            Some(program::Check::Attribute { slot, operator, ignore_case, operand }) => {
                check.attribute = Some(self.attribute(slot).to_owned());
                check.operator = Some(operator.name());
                check.value = Some(self.describe_operand(body, operator, operand));
                check.ignore_case = ignore_case;
                check.found = slots.table.get(slot as usize).and_then(|slot| found(slot, slots));
            }
            None => {}
        }
        check
    }

    #[expect(clippy::cast_precision_loss, reason = "dates end far below 2⁵³ milliseconds")]
    fn describe_operand(&self, body: Body<'_>, operator: Operator, operand: u32) -> Json {
        let text = |text| Json::String(body.text(text).to_owned());
        let block = body.block;
        match operator.operand() {
            Operand::Scalar => self.describe_set(body, operand).into_iter().next().unwrap_or(Json::Null),
            Operand::Scalars => Json::List(shorten(self.describe_set(body, operand))),
            Operand::Text => text(Text::from_word(operand)),
            Operand::Version => block.row::<row::Semver>(operand).map_or(Json::Null, |row| text(row.text)),
            Operand::Pattern => block.row::<row::Pattern>(operand).map_or(Json::Null, |row| text(row.written)),
            Operand::Number => body.number(operand).map_or(Json::Null, Json::Number),
            Operand::Instant => match block.row::<row::Instant>(operand) {
                Some(row) if row.written.is_some() => text(row.written),
                Some(row) => Json::Number(row::join(row.milliseconds).cast_signed() as f64),
                None => Json::Null,
            },
            Operand::Presence => Json::Bool(operand == 1),
            Operand::Networks => {
                let blocks: &[row::Block] = block.list(operand);
                Json::List(shorten(blocks.iter().take(MORE).map(|row| text(row.written)).collect()))
            }
        }
    }

    fn describe_set(&self, body: Body<'_>, offset: u32) -> Vec<Json> {
        let Some((set, symbols)) = body.set(offset) else {
            return Vec::new();
        };
        let mut items = Vec::new();
        for number in symbols.iter().take(MORE) {
            items.push(Json::String(self.symbol(*number).to_owned()));
        }
        if let Some(ids) = Ids::at(body.block, set.ids) {
            for id in ids.iter().take(MORE) {
                items.push(Json::String(id.to_owned()));
            }
        }
        for number in body.numbers(offset, set).take(MORE) {
            items.push(Json::Number(number));
        }
        for (value, bit) in [(true, 1), (false, 2)] {
            if set.booleans & bit != 0 {
                items.push(Json::Bool(value));
            }
        }
        items
    }
}

fn found(slot: &Slot, slots: &Slots) -> Option<Json> {
    Some(match slot.tag() {
        slots::MISSING => return None,
        slots::FALSE => Json::Bool(false),
        slots::TRUE => Json::Bool(true),
        slots::NUMBER => Json::Number(slot.number),
        slots::STRING => Json::String(text_of(slots.bytes(slot))),
        slots::LIST => {
            let items = slots.elements(slot).iter().take(MORE);
            Json::List(shorten(items.map(|item| found(item, slots).unwrap_or(Json::Null)).collect()))
        }
        _ => Json::Object(Vec::new()),
    })
}

fn shorten(mut items: Vec<Json>) -> Vec<Json> {
    if items.len() > SHOWN {
        items.truncate(SHOWN);
        items.push(Json::String("…".to_owned()));
    }
    items
}

/// The sentence of an outcome that has no answer.
#[cold]
#[inline(never)]
fn sentence(program: &Program, flag: u32, outcome: Outcome, complaint: impl FnOnce(ErrorCode) -> String) -> String {
    match outcome.error() {
        Some(ErrorCode::ParseError) => {
            let key = program.flag_key(flag);
            let first = program
                .problems
                .iter()
                .find(|problem| matches!(&problem.subject, Some(Subject::Flag(flag)) if flag == key));
            first.map_or_else(String::new, |problem| ["the flag was refused at load: ", &problem.sentence()].concat())
        }
        Some(code) => complaint(code),
        None => String::new(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "instants end far below 2⁵³ milliseconds")]
fn number(at: i64) -> f64 {
    at as f64
}

/// What a host wrote as UTF-8.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).unwrap_or_default().to_owned()
}

//! Why a decision came out as it did: every step of the walk, with what was compared and where units fell.

use serde::Serialize;

use crate::bucket::Purpose;
use crate::evaluate::Walk;
use crate::outcome::{ErrorCode, Need, Outcome, Reason};
use crate::program::{self, Program};
use crate::recorder::Recorder;
use crate::slots::{self, Slot, Slots};
use crate::snapshot::Json;

/// A decision with every step that led to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The flag's key.
    pub flag: String,
    /// The snapshot's revision.
    pub revision: String,
    /// The instant that was asked about, in epoch milliseconds.
    pub at: f64,
    /// The variant served; absent on an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The reason.
    pub reason: Reason,
    /// The id of the rule that served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<ErrorCode>,
    /// The same in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The steps taken, in order; the last one decided.
    pub steps: Vec<Step>,
}

/// One step of the order of a decision.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// `enabled`, `prerequisite`, `override`, `rule` or `default`; `refused` for a refused flag.
    pub step: &'static str,
    /// What it is about: a flag's key, a variant's name, a rule's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// How it went.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub why: String,
    /// The tests made, in order; a test that didn't matter any more isn't there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Where units fell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buckets: Vec<Bucket>,
    /// The steps of a prerequisite's own decision.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The decision went on to the next step.
    Passed,
    /// The decision was made here.
    Decided,
    /// The decision ended here without an answer.
    Failed,
}

impl Verdict {
    /// The name in an explanation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Decided => "decided",
            Self::Failed => "failed",
        }
    }
}

/// One test of a condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Where it is written: the way from the flag's or segment's object, such as `rules/0/when/all/1`.
    pub place: String,
    /// The segment that was asked, when it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// The attribute's path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The operator's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<&'static str>,
    /// What the attribute was compared with; long lists are cut short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Json>,
    /// Whether A to Z were folded.
    #[serde(skip_serializing_if = "is_false")]
    pub ignore_case: bool,
    /// The attribute's value; absent when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Json>,
    /// Whether it holds.
    pub holds: bool,
    /// For a segment: how it came to that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// For a segment: the tests of its own condition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
}

/// Where a unit fell.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bucket {
    /// Whether it is in, or which variant it gets.
    pub purpose: Purpose,
    /// The attribute paths that make the unit.
    pub unit: Vec<String>,
    /// The text that was hashed.
    pub key: String,
    /// From 0 to 999,999.
    pub bucket: u32,
    /// The first bucket of the range that it was held against: the share that is in, or the arm that it fell into.
    pub from: u32,
    /// The first bucket behind that range.
    pub until: u32,
    /// Whether the bucket is in the range.
    pub inside: bool,
    /// The arm's variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Lists are shown up to this many items.
const SHOWN: usize = 50;

/// Walks through the flag in row `flag` of the program and tells everything. Slots must be written with their texts.
pub(crate) fn explain(
    program: &Program,
    slots: &Slots,
    key: &mut Vec<u8>,
    flag: u32,
    now: f64,
) -> Result<Explanation, Need> {
    let row = program.flags.get(flag as usize);
    let wanted =
        row.and_then(|row| row.body.as_ref()).map(|body| body.slots.of(&program.tables.indices)).unwrap_or_default();
    for slot in wanted {
        let text = slots
            .table
            .get(*slot as usize)
            .is_some_and(|slot| slot.tag == slots::STRING && slot.start == slots::UNWRITTEN);
        if text {
            return Err(Need { slot: *slot, text });
        }
    }
    let mut walk = Walk::new(program, slots, key, Trace { open: vec![Open::default()] });
    let outcome = walk.decide(flag)?;
    let error_message = outcome.error().map(|code| walk.sight.complaint(code));
    let Trace { open } = walk.recorder;
    let steps = open.into_iter().next().unwrap_or_default().steps;
    Ok(Explanation {
        flag: row.map(|row| program.strings.get(row.key)).unwrap_or_default().to_owned(),
        revision: program.revision.clone(),
        at: now,
        variant: program.variant(flag, outcome).map(|(name, _)| name.to_owned()),
        reason: outcome.reason(),
        rule: program.rule_id(flag, outcome).map(str::to_owned),
        error_code: outcome.error(),
        error_message,
        steps,
    })
}

/// Keeps everything that the walk tells, as it nests.
pub(crate) struct Trace {
    /// The outermost holds the finished steps.
    open: Vec<Open>,
}

#[derive(Default)]
struct Open {
    step: &'static str,
    subject: Option<String>,
    steps: Vec<Step>,
    checks: Vec<Check>,
    buckets: Vec<Bucket>,
}

impl Recorder for Trace {
    fn record(&mut self, tell: impl FnOnce(&mut Trace)) {
        tell(self);
    }
}

impl Trace {
    /// A step of the decision, or the test of a segment, begins; checks, buckets and steps until its end belong to it.
    pub(crate) fn begin(&mut self, step: &'static str, subject: Option<&str>) {
        self.open.push(Open { step, subject: subject.map(str::to_owned), ..Open::default() });
    }

    /// The latest step that hasn't ended ends. `why` comes in parts, so that putting them together is compiled once.
    pub(crate) fn end(&mut self, verdict: Verdict, why: &[&str]) {
        let (Some(done), Some(around)) = (self.open.pop(), self.open.last_mut()) else {
            return;
        };
        let Open { step, subject, steps, checks, buckets } = done;
        around.steps.push(Step { step, subject, verdict, why: why.concat(), checks, buckets, steps });
    }

    /// A test of a condition was made.
    pub(crate) fn check(&mut self, mut check: Check) {
        if let Some(open) = self.open.last_mut() {
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

    /// A unit was hashed.
    pub(crate) fn bucket(&mut self, bucket: Bucket) {
        if let Some(open) = self.open.last_mut() {
            open.buckets.push(bucket);
        }
    }
}

impl Program {
    /// A test as it was made.
    pub(crate) fn describe_check(&self, test: &program::Test, slots: &Slots, holds: bool) -> Check {
        let mut check = Check {
            place: self.strings.name(test.place).to_owned(),
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
        match test.check {
            program::Check::Segment(segment) => {
                let key = self.segments.get(segment as usize).map(|segment| self.strings.name(segment.key));
                check.segment = key.map(str::to_owned);
            }
            program::Check::Attribute { slot, operator, ignore_case, operand } => {
                let path = self.attributes.get(slot as usize).map(|attribute| self.strings.name(attribute.path));
                check.attribute = path.map(str::to_owned);
                check.operator = Some(operator.name());
                check.value = Some(self.describe_operand(operator, operand));
                check.ignore_case = ignore_case;
                check.found = slots.table.get(slot as usize).and_then(|slot| found(slot, slots));
            }
        }
        check
    }

    fn describe_operand(&self, operator: crate::operator::Operator, operand: u32) -> Json {
        use crate::operator::Operator as Op;
        let tables = &self.tables;
        let name = |name: u32| Json::String(self.strings.name(name).to_owned());
        let row = operand as usize;
        match operator {
            Op::Eq | Op::Ne => self.describe_set(row).into_iter().next().unwrap_or(Json::Null),
            Op::In | Op::NotIn => Json::List(shorten(self.describe_set(row))),
            Op::StartsWith | Op::EndsWith | Op::Contains => name(operand),
            Op::SemverEq | Op::SemverNe | Op::SemverLt | Op::SemverLte | Op::SemverGt | Op::SemverGte => name(operand),
            Op::Matches => tables.patterns.get(row).map_or(Json::Null, |(_, text)| name(*text)),
            Op::Lt | Op::Lte | Op::Gt | Op::Gte => {
                tables.numbers.get(row).map_or(Json::Null, |number| Json::Number(*number))
            }
            #[expect(clippy::cast_precision_loss, reason = "dates end far below 2⁵³ milliseconds")]
            Op::Before | Op::After => tables
                .instants
                .get(row)
                .map_or(Json::Null, |instant| instant.written.map_or(Json::Number(instant.milliseconds as f64), name)),
            Op::Exists => Json::Bool(operand == 1),
            Op::InCidr => {
                let blocks = tables.networks.get(row).map(|networks| networks.0.of(&tables.blocks)).unwrap_or_default();
                Json::List(shorten(blocks.iter().map(|(_, text)| name(*text)).collect()))
            }
        }
    }

    fn describe_set(&self, row: usize) -> Vec<Json> {
        let Some(set) = self.tables.sets.get(row) else {
            return Vec::new();
        };
        let names = set.symbols.of(&self.tables.indices).iter().map(|name| self.strings.name(*name));
        let ids = set.ids.of(&self.tables.ids).iter().map(|id| self.strings.get(id.text));
        let numbers = set.numbers.of(&self.tables.numbers).iter().map(|number| Json::Number(*number));
        let booleans = [(true, set.has_true), (false, set.has_false)];
        let booleans = booleans.into_iter().filter(|(_, has)| *has).map(|(value, _)| Json::Bool(value));
        names
            .chain(ids)
            .map(|text| Json::String(text.to_owned()))
            .chain(numbers)
            .chain(booleans)
            .take(SHOWN + 1)
            .collect()
    }
}

fn found(slot: &Slot, slots: &Slots) -> Option<Json> {
    Some(match slot.tag {
        slots::MISSING => return None,
        slots::FALSE => Json::Bool(false),
        slots::TRUE => Json::Bool(true),
        slots::NUMBER => Json::Number(slot.number),
        slots::STRING => {
            let (start, len) = (slot.start as usize, slot.len as usize);
            let bytes = start.checked_add(len).and_then(|end| slots.text.get(start..end)).unwrap_or_default();
            Json::String(String::from_utf8_lossy(bytes).into_owned())
        }
        slots::LIST => {
            let (start, len) = (slot.start as usize, slot.len as usize);
            let items = start.checked_add(len).and_then(|end| slots.table.get(start..end)).unwrap_or_default();
            Json::List(shorten(
                items.iter().take(SHOWN + 1).map(|item| found(item, slots).unwrap_or(Json::Null)).collect(),
            ))
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
pub(crate) fn sentence(
    program: &Program,
    flag: u32,
    outcome: Outcome,
    complaint: impl FnOnce(ErrorCode) -> String,
) -> String {
    match outcome.error() {
        Some(ErrorCode::ParseError) => {
            let key = program.flags.get(flag as usize).map(|row| program.strings.get(row.key)).unwrap_or_default();
            let first = program.problems.iter().find(|problem| problem.flag.as_deref() == Some(key));
            first.map_or_else(String::new, |problem| ["the flag was refused at load: ", &problem.to_string()].concat())
        }
        Some(code) => complaint(code),
        None => String::new(),
    }
}

//! What an explanation says. Every part of it is serialised as one generic tree, so that the module has one serialiser.

use serde::{Serialize, Serializer};

use crate::bucket::Purpose;
use crate::outcome::{ErrorCode, Reason};
use crate::snapshot::{Json, Members};

/// A decision with every step that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The flag's key.
    pub flag: String,
    /// The snapshot's revision.
    pub revision: String,
    /// The instant that was asked about, in epoch milliseconds.
    pub at: f64,
    /// The variant served; absent on an error.
    pub variant: Option<String>,
    /// The reason.
    pub reason: Reason,
    /// The id of the rule that served.
    pub rule: Option<String>,
    /// Whether the variant was stored for the unit.
    pub stored: bool,
    /// The holdout that holds the unit back.
    pub holdout: Option<String>,
    /// What a unit that is held back would have got; the holdout's step has the steps that led to it.
    pub would_be: Option<Instead>,
    /// What went wrong.
    pub error_code: Option<ErrorCode>,
    /// The same in a sentence.
    pub error_message: Option<String>,
    /// The steps taken, in order; the last one decided.
    pub steps: Vec<Step>,
}

/// What a unit that is held back would have got.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// The variant; absent if that decision had ended with an error.
    pub variant: Option<String>,
    /// The reason.
    pub reason: Reason,
    /// The id of the rule.
    pub rule: Option<String>,
    /// Whether the variant was stored for the unit.
    pub stored: bool,
    /// What would have gone wrong.
    pub error_code: Option<ErrorCode>,
}

/// One step of the order of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// `forced`, `enabled`, `rollback`, `prerequisite`, `override`, `holdout`, `stored`, `rule` or `default`; `refused` for a refused
    /// flag.
    pub step: &'static str,
    /// What it is about: a flag's key, a variant's name, a holdout's key, a rule's id.
    pub subject: Option<String>,
    /// How it went.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub why: String,
    /// The tests made, in order; a test that didn't matter any more isn't there.
    pub checks: Vec<Check>,
    /// Where units fell.
    pub buckets: Vec<Bucket>,
    /// Whether one of the rule's windows is open.
    pub window: Option<Window>,
    /// How far the rule's ramp has come.
    pub ramp: Option<Ramp>,
    /// The slot of time that decides, in a switchback.
    pub slot: Option<TimeSlot>,
    /// The steps of a prerequisite's own decision, or of what a unit that is held back would have got.
    pub steps: Vec<Step>,
}

/// The window that is open, or the next one. Instants are in epoch milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Whether it is open.
    pub open: bool,
    /// When it begins or began; absent when it has no beginning, or when the last one has passed.
    pub from: Option<f64>,
    /// When it ends; absent when it has no end, or when the last one has passed.
    pub until: Option<f64>,
}

/// How far a ramp has come. Instants are in epoch milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Ramp {
    /// The percentage in force.
    pub percent: f64,
    /// How many of its steps were taken, or of its stages have begun.
    pub step: u32,
    /// How many there are.
    pub steps: u32,
    /// When the percentage is another; absent when it stays.
    pub next: Option<f64>,
    /// When its bake time is over.
    pub baked: f64,
}

/// A slot of time. Instants are in epoch milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeSlot {
    /// Counted from 1970.
    pub number: f64,
    /// When it begins.
    pub from: f64,
    /// When the next one begins.
    pub until: f64,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Where it is written: the way from the flag's or segment's object, such as `rules/0/when/all/1`.
    pub place: String,
    /// The segment that was asked, when it was one.
    pub segment: Option<String>,
    /// The attribute's path.
    pub attribute: Option<String>,
    /// The operator's name.
    pub operator: Option<&'static str>,
    /// What the attribute was compared with; long lists are cut short.
    pub value: Option<Json>,
    /// Whether A to Z were folded.
    pub ignore_case: bool,
    /// The attribute's value; absent when it is missing.
    pub found: Option<Json>,
    /// Whether it holds.
    pub holds: bool,
    /// For a segment: how it came to that.
    pub why: Option<String>,
    /// For a segment: the tests of its own condition.
    pub checks: Vec<Check>,
}

/// Where a unit fell.
#[derive(Debug, Clone, PartialEq)]
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
    pub variant: Option<String>,
}

/// As it is serialised.
impl From<Explanation> for Json {
    fn from(explanation: Explanation) -> Self {
        let mut members = Members::default();
        members.text("flag", explanation.flag);
        members.text("revision", explanation.revision);
        members.add("at", Self::Number(explanation.at));
        members.maybe("variant", explanation.variant);
        members.name("reason", explanation.reason.name());
        members.maybe("rule", explanation.rule);
        members.mark("stored", explanation.stored);
        members.maybe("holdout", explanation.holdout);
        members.maybe("wouldBe", explanation.would_be.map(Self::from));
        members.maybe("errorCode", explanation.error_code.map(|code| code.name().to_owned()));
        members.maybe("errorMessage", explanation.error_message);
        members.add("steps", trees(explanation.steps));
        members.done()
    }
}

impl From<Instead> for Json {
    fn from(instead: Instead) -> Self {
        let mut members = Members::default();
        members.maybe("variant", instead.variant);
        members.name("reason", instead.reason.name());
        members.maybe("rule", instead.rule);
        members.mark("stored", instead.stored);
        members.maybe("errorCode", instead.error_code.map(|code| code.name().to_owned()));
        members.done()
    }
}

impl From<Step> for Json {
    fn from(step: Step) -> Self {
        let mut members = Members::default();
        members.name("step", step.step);
        members.maybe("subject", step.subject);
        members.name("verdict", step.verdict.name());
        members.text("why", step.why);
        members.list("checks", trees(step.checks));
        members.list("buckets", trees(step.buckets));
        members.maybe("window", step.window);
        members.maybe("ramp", step.ramp);
        members.maybe("slot", step.slot);
        members.list("steps", trees(step.steps));
        members.done()
    }
}

impl From<Check> for Json {
    fn from(check: Check) -> Self {
        let mut members = Members::default();
        members.text("place", check.place);
        members.maybe("segment", check.segment);
        members.maybe("attribute", check.attribute);
        members.maybe("operator", check.operator.map(str::to_owned));
        members.maybe("value", check.value);
        members.mark("ignoreCase", check.ignore_case);
        members.maybe("found", check.found);
        members.add("holds", Self::Bool(check.holds));
        members.maybe("why", check.why);
        members.list("checks", trees(check.checks));
        members.done()
    }
}

impl From<Bucket> for Json {
    fn from(bucket: Bucket) -> Self {
        let mut members = Members::default();
        members.name("purpose", bucket.purpose.name());
        members.add("unit", trees(bucket.unit));
        members.text("key", bucket.key);
        members.add("bucket", Self::Number(bucket.bucket.into()));
        members.add("from", Self::Number(bucket.from.into()));
        members.add("until", Self::Number(bucket.until.into()));
        members.add("inside", Self::Bool(bucket.inside));
        members.maybe("variant", bucket.variant);
        members.done()
    }
}

impl From<Window> for Json {
    fn from(window: Window) -> Self {
        let mut members = Members::default();
        members.add("open", Self::Bool(window.open));
        members.maybe("from", window.from);
        members.maybe("until", window.until);
        members.done()
    }
}

impl From<Ramp> for Json {
    fn from(ramp: Ramp) -> Self {
        let mut members = Members::default();
        members.add("percent", Self::Number(ramp.percent));
        members.add("step", Self::Number(ramp.step.into()));
        members.add("steps", Self::Number(ramp.steps.into()));
        members.maybe("next", ramp.next);
        members.add("baked", Self::Number(ramp.baked));
        members.done()
    }
}

impl From<TimeSlot> for Json {
    fn from(slot: TimeSlot) -> Self {
        let mut members = Members::default();
        members.add("number", Self::Number(slot.number));
        members.add("from", Self::Number(slot.from));
        members.add("until", Self::Number(slot.until));
        members.done()
    }
}

fn trees<T: Into<Json>>(items: Vec<T>) -> Json {
    Json::List(items.into_iter().map(Into::into).collect())
}

macro_rules! serialised_as_trees {
    ($($part:ty),*) => {$(
        impl Serialize for $part {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Json::from(self.clone()).serialize(serializer)
            }
        }
    )*};
}

serialised_as_trees!(Explanation, Instead, Step, Check, Bucket, Window, Ramp, TimeSlot);

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
    /// What went wrong.
    pub error_code: Option<ErrorCode>,
    /// The same in a sentence.
    pub error_message: Option<String>,
    /// The steps taken, in order; the last one decided.
    pub steps: Vec<Step>,
}

/// One step of the order of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// `enabled`, `prerequisite`, `override`, `rule` or `default`; `refused` for a refused flag.
    pub step: &'static str,
    /// What it is about: a flag's key, a variant's name, a rule's id.
    pub subject: Option<String>,
    /// How it went.
    pub verdict: Verdict,
    /// The same in a sentence.
    pub why: String,
    /// The tests made, in order; a test that didn't matter any more isn't there.
    pub checks: Vec<Check>,
    /// Where units fell.
    pub buckets: Vec<Bucket>,
    /// The steps of a prerequisite's own decision.
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

impl Explanation {
    pub(crate) fn tree(&self) -> Json {
        let mut members = Members::default();
        members.text("flag", Some(&self.flag));
        members.text("revision", Some(&self.revision));
        members.add("at", Json::Number(self.at));
        members.text("variant", self.variant.as_deref());
        members.text("reason", Some(self.reason.name()));
        members.text("rule", self.rule.as_deref());
        members.text("errorCode", self.error_code.map(ErrorCode::name));
        members.text("errorMessage", self.error_message.as_deref());
        members.add("steps", Json::List(trees(&self.steps, Step::tree)));
        members.done()
    }
}

impl Step {
    fn tree(&self) -> Json {
        let mut members = Members::default();
        members.text("step", Some(self.step));
        members.text("subject", self.subject.as_deref());
        members.text("verdict", Some(self.verdict.name()));
        members.text("why", Some(&self.why));
        members.list("checks", trees(&self.checks, Check::tree));
        members.list("buckets", trees(&self.buckets, Bucket::tree));
        members.list("steps", trees(&self.steps, Self::tree));
        members.done()
    }
}

impl Check {
    fn tree(&self) -> Json {
        let mut members = Members::default();
        members.text("place", Some(&self.place));
        members.text("segment", self.segment.as_deref());
        members.text("attribute", self.attribute.as_deref());
        members.text("operator", self.operator);
        members.maybe("value", self.value.clone());
        members.maybe("ignoreCase", self.ignore_case.then_some(Json::Bool(true)));
        members.maybe("found", self.found.clone());
        members.add("holds", Json::Bool(self.holds));
        members.text("why", self.why.as_deref());
        members.list("checks", trees(&self.checks, Self::tree));
        members.done()
    }
}

impl Bucket {
    fn tree(&self) -> Json {
        let mut members = Members::default();
        members.text("purpose", Some(self.purpose.name()));
        members.add("unit", Json::List(trees(&self.unit, |path| Json::String(path.clone()))));
        members.text("key", Some(&self.key));
        members.add("bucket", Json::Number(self.bucket.into()));
        members.add("from", Json::Number(self.from.into()));
        members.add("until", Json::Number(self.until.into()));
        members.add("inside", Json::Bool(self.inside));
        members.text("variant", self.variant.as_deref());
        members.done()
    }
}

fn trees<T>(items: &[T], tree: fn(&T) -> Json) -> Vec<Json> {
    items.iter().map(tree).collect()
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree().serialize(serializer)
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree().serialize(serializer)
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree().serialize(serializer)
    }
}

impl Serialize for Bucket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.tree().serialize(serializer)
    }
}

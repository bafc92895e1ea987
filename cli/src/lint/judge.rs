//! The evaluator, asked what one test says of one value, and how far ramps and windows have come.
//!
//! Every test, ramp and window of the snapshot becomes a flag of its own in a program. So nothing here knows what an
//! operator means, and a lint can't be of another opinion than a decision.

use std::cell::Cell;

use anyhow::{Result, anyhow};
use serde_json::{Map, Value, json};
use tidegate::{Context, Explanation, Json, Program, Step};

use super::formula::Test;

/// The attribute that the tests are about, and the unit of the ramps.
const ASKED: &str = "targetingKey";
/// Behind every ramp and every window: the farthest instant that a date can have.
const FARTHEST: i64 = 8_640_000_000_000_000;

pub(crate) struct Judge {
    program: Program,
    /// The instant that the lints are about; what has passed then is over.
    at: i64,
    asked: Cell<usize>,
}

/// How far a ramp has come at the instant, and how far it goes. Shares are in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RampState {
    pub(crate) now: f64,
    pub(crate) most: f64,
    /// It has come to its end and was watched as long as it wants.
    pub(crate) is_over: bool,
}

impl Judge {
    /// `ramps` and `windows` are asked about by their places in these lists.
    ///
    /// # Errors
    /// What a loaded snapshot has in it is refused by itself.
    pub(crate) fn new(tests: &[Test<'_>], ramps: &[&Json], windows: &[&Json], at: i64) -> Result<Self> {
        let mut flags = Map::new();
        for (number, test) in tests.iter().enumerate() {
            let mut condition = json!({ "attr": ASKED, "op": test.operator, "value": test.value });
            if let (true, Value::Object(condition)) = (test.ignore_case, &mut condition) {
                condition.insert("ignoreCase".to_owned(), Value::Bool(true));
            }
            flags.insert(format!("test {number}"), flag(&json!({ "when": condition, "serve": "yes" })));
        }
        for (number, ramp) in ramps.iter().enumerate() {
            flags.insert(format!("ramp {number}"), flag(&json!({ "ramp": ramp, "serve": "yes" })));
        }
        for (number, window) in windows.iter().enumerate() {
            flags.insert(format!("window {number}"), flag(&json!({ "window": window, "serve": "yes" })));
        }
        let snapshot = json!({ "schemaVersion": 1, "revision": "lint", "flags": flags }).to_string();
        let program = Program::load(snapshot.as_bytes())?;
        match program.problems() {
            [] => Ok(Self { program, at, asked: Cell::new(0) }),
            [problem, ..] => Err(anyhow!("could not lint: {problem}")),
        }
    }

    /// How many questions were answered.
    pub(crate) fn asked(&self) -> usize {
        self.asked.get()
    }

    /// Whether a single value, which is no list, matches a test.
    pub(crate) fn matches(&self, test: usize, value: &Json) -> bool {
        self.asked.set(self.asked.get() + 1);
        let context = Context::keyed(value.clone());
        self.program.decide(&format!("test {test}"), &context).rule.is_some()
    }

    /// Whether no window opens any more, and none is open.
    pub(crate) fn is_window_over(&self, number: usize) -> bool {
        let explained = self.explain(&format!("window {number}"), self.at);
        let window = explained.and_then(|step| step.window);
        // A window that recurs for ever is told with its next opening.
        window.is_some_and(|window| !window.open && window.from.is_none() && window.until.is_none())
    }

    /// `None` when the ramp says nothing.
    pub(crate) fn ramp(&self, number: usize) -> Option<RampState> {
        let flag = format!("ramp {number}");
        let now = self.explain(&flag, self.at)?.ramp?;
        let end = self.explain(&flag, FARTHEST)?.ramp?;
        #[expect(clippy::cast_precision_loss, reason = "instants of a date are far below 2^53")]
        let is_over = now.next.is_none() && self.at as f64 >= now.baked;
        Some(RampState { now: now.percent, most: end.percent, is_over })
    }

    fn explain(&self, flag: &str, at: i64) -> Option<Step> {
        let Explanation { steps, .. } = self.program.explain(flag, &Context::keyed("unit").at(at))?;
        steps.into_iter().find(|step| step.step == "rule")
    }
}

/// A flag that says by its rule whether the rule applies.
fn flag(rule: &Value) -> Value {
    json!({
        "type": "boolean", "variants": { "yes": true, "no": false }, "off": "no", "default": "no", "salt": "lint",
        "rules": [rule]
    })
}

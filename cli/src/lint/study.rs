//! What can be known of every rule and every flag without a context, from the instant of the check on.
//!
//! What a developer forces is left out: it can serve any variant of any flag.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use tidegate::Json;

use super::formula::{Formulas, Node};
use super::judge::{Judge, RampState};
use super::serving::{self, Serving};
use super::shadow;
use super::solver::{Hope, Solver};
use super::view::{Definition, Rule, Snapshot, list, number};

/// A snapshot with everything that the lints look at.
pub(crate) struct Study<'j> {
    pub(crate) snapshot: &'j Snapshot<'j>,
    pub(crate) formulas: Formulas<'j>,
    pub(crate) judge: Judge,
    pub(crate) at: i64,
    pub(crate) flags: BTreeMap<&'j str, FlagStudy<'j>>,
    /// The conditions of segments that have one.
    pub(crate) segments: Vec<(Definition<'j>, Node)>,
    pub(crate) servings: BTreeMap<&'j str, Serving<'j>>,
}

pub(crate) struct FlagStudy<'j> {
    pub(crate) definition: Definition<'j>,
    pub(crate) rules: Vec<RuleStudy<'j>>,
}

pub(crate) struct RuleStudy<'j> {
    pub(crate) rule: Rule<'j>,
    pub(crate) condition: Option<Node>,
    pub(crate) ramp: Option<RampState>,
    is_window_over: bool,
    /// Why it never applies, if that is known.
    pub(crate) idle: Option<Idle>,
    /// Its condition holds for everyone.
    pub(crate) is_for_all: bool,
}

/// Why a rule never applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Idle {
    /// Its condition can't hold.
    NeverHolds(BTreeSet<usize>),
    /// Its percentage is 0, or its ramp goes to 0.
    AtZero,
    WindowOver,
    /// It takes nobody new in.
    StoredOnly,
    /// Its experiment has no range, or that of a layer around it.
    EmptyExperiment,
    /// Whoever it would apply to is taken by these rules before it.
    Shadowed(Vec<usize>),
}

impl<'j> Study<'j> {
    /// # Errors
    /// The evaluator refuses what it accepted before.
    pub(crate) fn new(snapshot: &'j Snapshot<'j>, at: i64) -> Result<Self> {
        let mut formulas = Formulas::default();
        let (mut ramps, mut windows) = (Vec::new(), Vec::new());
        let mut read = |rule: Rule<'j>| {
            let condition = rule.json.get("when").map(|when| formulas.read(when, snapshot));
            let timed = |name, among: &mut Vec<&'j Json>| {
                rule.json.get(name).map(|json| {
                    among.push(json);
                    among.len() - 1
                })
            };
            (rule, condition, timed("ramp", &mut ramps), timed("window", &mut windows))
        };
        let mut drafts = Vec::new();
        for flag in snapshot.flags.values() {
            drafts.push((*flag, flag.rules().map(&mut read).collect::<Vec<_>>()));
        }
        let segments = snapshot.segments.values();
        let segments: Vec<_> =
            segments.filter_map(|segment| Some((*segment, formulas.own_condition(segment, snapshot)?))).collect();
        let judge = Judge::new(&formulas.tests, &ramps, &windows, at)?;
        let studied = drafts.into_iter().map(|(definition, rules)| {
            let rules = rules.into_iter().map(|(rule, condition, ramp, window)| RuleStudy {
                rule,
                condition,
                ramp: ramp.and_then(|ramp| judge.ramp(ramp)),
                is_window_over: window.is_some_and(|window| judge.is_window_over(window)),
                idle: None,
                is_for_all: condition.is_none(),
            });
            (definition.key, FlagStudy { definition, rules: rules.collect() })
        });
        let flags = studied.collect();
        let mut study = Self { snapshot, formulas, judge, at, flags, segments, servings: BTreeMap::new() };
        study.judge_rules();
        study.servings = serving::of_all(&study);
        Ok(study)
    }

    pub(crate) fn solver(&self) -> Solver<'_> {
        Solver { formulas: &self.formulas, judge: &self.judge }
    }

    fn judge_rules(&mut self) {
        let solver = Solver { formulas: &self.formulas, judge: &self.judge };
        for flag in self.flags.values_mut() {
            for rule in &mut flag.rules {
                rule.idle = rule.own_idleness(&solver, self.snapshot);
                if let Some(condition) = rule.condition {
                    rule.is_for_all = solver.is_never(&[(condition, false)]);
                }
            }
            shadow::find(&mut flag.rules, &solver);
        }
    }
}

impl RuleStudy<'_> {
    /// Why it never applies, whatever rules stand before it.
    fn own_idleness(&self, solver: &Solver<'_>, snapshot: &Snapshot<'_>) -> Option<Idle> {
        if self.rule.is("storedOnly") {
            return Some(Idle::StoredOnly);
        }
        if self.most() <= 0.0 {
            return Some(Idle::AtZero);
        }
        if self.is_window_over {
            return Some(Idle::WindowOver);
        }
        if self.rule.lane().is_some_and(|lane| is_empty(snapshot, lane)) {
            return Some(Idle::EmptyExperiment);
        }
        match solver.hope(&[(self.condition?, true)]) {
            Hope::Never(blamed) => Some(Idle::NeverHolds(blamed)),
            Hope::OnlyLists(_) | Hope::Perhaps => None,
        }
    }

    /// The least share that it takes in from the instant on, in percent.
    pub(crate) fn least(&self) -> f64 {
        self.share(|ramp| ramp.now)
    }

    /// The largest share that it takes in, in percent.
    pub(crate) fn most(&self) -> f64 {
        self.share(|ramp| ramp.most)
    }

    fn share(&self, of: impl Fn(&RampState) -> f64) -> f64 {
        // A ramp that can't be told could be anywhere.
        match (&self.ramp, self.rule.json.get("ramp")) {
            (Some(ramp), _) => of(ramp),
            (None, Some(_)) => 100.0,
            (None, None) => number(self.rule.json.get("percent")).unwrap_or(100.0),
        }
    }

    pub(crate) fn has_window(&self) -> bool {
        self.rule.json.get("window").is_some()
    }

    /// Whether nobody is left for what comes behind it.
    pub(crate) fn is_last(&self) -> bool {
        self.idle.is_none()
            && self.is_for_all
            && self.least() >= 100.0
            && !self.has_window()
            && self.rule.lane().is_none()
    }

    /// Whether it may ask for a unit, which may be missing.
    pub(crate) fn may_fail(&self) -> bool {
        self.idle.is_none() && (self.least() < 100.0 || self.rule.splits() || self.rule.lane().is_some())
    }
}

/// Whether an experiment has nobody: it has no range, or lives in one that has none.
fn is_empty(snapshot: &Snapshot<'_>, (mut layer, mut experiment): (&str, &str)) -> bool {
    // Layers lie within each other at most 64 deep.
    for _ in 0..64 {
        let Some(definition) = snapshot.layers.get(layer) else { return false };
        let ranges = definition.json.get("experiments").and_then(|experiments| experiments.get(experiment));
        if list(ranges).is_empty() {
            return true;
        }
        let within = definition.json.get("within");
        let member = |name| within.and_then(|within| super::view::text(within.get(name)));
        let (Some(outer), Some(owner)) = (member("layer"), member("experiment")) else { return false };
        (layer, experiment) = (outer, owner);
    }
    false
}

//! What the lints say of "never" and "always", held against what the evaluator decides.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test that fails panics")]

mod random;

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tidegate::{Context, Decision, Program, Reason};

use super::serving::{Met, met};
use super::solver::Hope;
use super::study::{Idle, Study};
use super::view::{Definitions, Snapshot, list, text, texts};
use random::{asking, condition, contexts, plain_values, segments, snapshot, values};

/// 2026-11-24T08:00:00Z
const AT: i64 = 1_795_507_200_000;

/// How often something was held against decisions.
#[derive(Default)]
struct Count(AtomicUsize);

impl Count {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn is_at_least(&self, least: usize, what: &str) {
        let count = self.0.load(Ordering::Relaxed);
        assert!(count >= least, "{what} was only met {count} times");
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn context(written: &Value) -> Context {
    written.to_string().parse().unwrap()
}

#[test]
fn a_condition_that_is_said_to_hold_never_or_always_does() {
    let (never, always, lists) = (Count::default(), Count::default(), Count::default());
    let flags = vec(condition(), 12);
    let strategy = (segments(), flags, vec(contexts(plain_values().boxed()), 60), vec(contexts(values().boxed()), 60));
    let tried = TestRunner::new(ProptestConfig { cases: 300, ..config() }).run(
        &strategy,
        |(segments, conditions, plain, any)| {
            let flag = |condition: &Value| {
                json!({
                    "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "off",
                    "rules": [{ "when": condition, "serve": "on" }]
                })
            };
            let flags: Map<String, Value> = conditions
                .iter()
                .enumerate()
                .map(|(number, condition)| (format!("c{number:02}"), flag(condition)))
                .collect();
            let text = json!({ "schemaVersion": 1, "revision": "1", "segments": segments, "flags": flags }).to_string();
            let program = Program::load(text.as_bytes()).unwrap();
            let definitions = Definitions::read(&text);
            let snapshot = Snapshot::new(&definitions, &program, true);
            let study = Study::new(&snapshot, AT).unwrap();
            for (key, flag) in &study.flags {
                let condition = flag.rules[0].condition.unwrap();
                let hope = study.solver().hope(&[(condition, true)]);
                let holds = |written: &Value| program.decide(key, &context(written)).variant == Some("on");
                match &hope {
                    Hope::Never(_) => {
                        never.add();
                        prop_assert!(
                            !plain.iter().chain(&any).any(holds),
                            "{} holds in {:?}",
                            flag.rules[0].rule.path(),
                            plain.iter().chain(&any).find(|one| holds(one))
                        );
                    }
                    Hope::OnlyLists(_) => {
                        lists.add();
                        prop_assert!(!plain.iter().any(holds), "{} holds without a list", flag.rules[0].rule.path());
                    }
                    Hope::Perhaps => {}
                }
                if flag.rules[0].is_for_all {
                    always.add();
                    prop_assert!(
                        plain.iter().chain(&any).all(holds),
                        "{} doesn't always hold",
                        flag.rules[0].rule.path()
                    );
                }
            }
            Ok(())
        },
    );
    tried.unwrap();
    never.is_at_least(80, "a condition that never holds");
    always.is_at_least(20, "a condition that always holds");
    lists.is_at_least(60, "a condition for lists alone");
}

#[test]
fn what_is_said_of_rules_and_flags_is_what_they_decide() {
    let counts: [Count; 7] = Default::default();
    let [idle, shadowed, together, never_met, always_met, only, sure] = &counts;
    let strategy = (snapshot(), vec(asking(), 60));
    let tried = TestRunner::new(ProptestConfig { cases: 400, ..config() }).run(&strategy, |(written, askings)| {
        let written = written.to_string();
        let program = Program::load(written.as_bytes()).unwrap();
        let definitions = Definitions::read(&written);
        let snapshot = Snapshot::new(&definitions, &program, true);
        let study = Study::new(&snapshot, AT).unwrap();
        let contexts: Vec<Context> = askings
            .iter()
            .map(|(written, later, stored, is_rolled_back)| {
                study.flags.keys().fold(context(written).at(AT + later), |context, key| {
                    let context = stored.iter().fold(context, |context, variant| context.stored(key, variant));
                    if *is_rolled_back { context.rolled_back(key, "alarm") } else { context }
                })
            })
            .collect();
        for (key, flag) in &study.flags {
            let decisions: Vec<Decision<'_>> = contexts.iter().map(|context| program.decide(key, context)).collect();
            for rule in &flag.rules {
                let Some(why) = &rule.idle else { continue };
                idle.add();
                match why {
                    Idle::Shadowed(by) if by.len() > 1 => together.add(),
                    Idle::Shadowed(_) => shadowed.add(),
                    _ => {}
                }
                let id = rule.rule.id();
                let serves = |decision: &Decision<'_>| {
                    let instead = decision.would_be.as_ref().and_then(|instead| instead.rule);
                    decision.rule == Some(&id) || instead == Some(&id)
                };
                prop_assert!(!decisions.iter().any(serves), "{} serves, though {why:?}: {written}", rule.rule.path());
            }
            let serving = &study.servings[key];
            if serving.variants.len() == 1 && !serving.may_fail && !flag.rules.is_empty() {
                only.add();
            }
            if !serving.may_fail && !serving.is_disabled {
                sure.add();
            }
            for decision in &decisions {
                match decision.reason {
                    Reason::Disabled => prop_assert!(serving.is_disabled, "{key}: {written}"),
                    Reason::Error => prop_assert!(serving.may_fail, "{key} fails: {written}"),
                    _ => prop_assert!(
                        serving.variants.contains(decision.variant.unwrap()),
                        "{key} serves {decision:?}, expected {serving:?}: {written}"
                    ),
                }
            }
            for prerequisite in list(flag.definition.json.get("prerequisites")) {
                let said = met(prerequisite, &study.servings);
                let parent = text(prerequisite.get("flag")).unwrap();
                let wanted: Vec<&str> = texts(prerequisite.get("variants")).collect();
                for context in &contexts {
                    let decision = program.decide(parent, context);
                    let is_met = !matches!(decision.reason, Reason::Disabled | Reason::Error)
                        && decision.variant.is_some_and(|variant| wanted.contains(&variant));
                    match said {
                        Met::Never => prop_assert!(!is_met, "{key} meets {parent}: {written}"),
                        Met::Always => prop_assert!(is_met, "{key} doesn't meet {parent}: {written}"),
                        Met::Perhaps => {}
                    }
                }
                match said {
                    Met::Never => never_met.add(),
                    Met::Always => always_met.add(),
                    Met::Perhaps => {}
                }
            }
        }
        Ok(())
    });
    tried.unwrap();
    idle.is_at_least(600, "a rule that never applies");
    shadowed.is_at_least(250, "a rule that another one shadows");
    together.is_at_least(5, "a rule that several shadow together");
    never_met.is_at_least(30, "a prerequisite that is never met");
    always_met.is_at_least(2, "a prerequisite that is always met");
    only.is_at_least(30, "a flag with rules that serves one variant");
    sure.is_at_least(300, "a flag that never fails");
}

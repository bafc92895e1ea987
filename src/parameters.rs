//! Parameters: what the flags of a namespace set together, each by the variant that it serves.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::program::{Program, row};
use crate::snapshot::Json;

impl Program {
    /// The parameters of a namespace for a context, by name: every flag of the namespace that has an answer sets those that are
    /// in the value of its variant. Where several set one, it is the one that is served by a rule with an `experiment`, and of
    /// several of these (or none) the first by key. Linear in the flags of the snapshot and in their values.
    ///
    /// # Examples
    /// ```
    /// use tidegate::{Context, Program};
    /// let program = Program::load(br#"{ "schemaVersion": 1, "revision": "7", "flags": { "ranker": { "type": "object",
    ///     "namespace": "feed", "variants": { "now": { "model": "v7" } }, "off": "now", "default": "now" } } }"#)?;
    /// assert_eq!(program.parameters("feed", &Context::new())["model"], "v7".into());
    /// # Ok::<(), tidegate::Problem>(())
    /// ```
    #[must_use]
    pub fn parameters(&self, namespace: &str, context: &Context) -> BTreeMap<String, Json> {
        let mut bound = self.bind(context);
        // The same parameter from an experiment and from none: what is set later stays, so the weaker come first.
        let (mut features, mut experiments) = (Vec::new(), Vec::new());
        for number in self.sorted().into_iter().rev() {
            let Some(flag) = self.flag(number).filter(|flag| flag.besides().namespace.is_some()) else { continue };
            if flag.text(flag.besides().namespace) != namespace {
                continue;
            }
            let decision = bound.decide(self.flag_key(number));
            // A stored variant may have come from any of the sticky rules.
            let counts = |rule: &&row::Rule| {
                if decision.stored { rule.is_sticky() } else { Some(flag.text(rule.id)) == decision.rule }
            };
            let is_experiment = flag.rules().iter().filter(counts).any(|rule| flag.membership(rule).is_some());
            if let Some(Json::Object(set)) = decision.value() {
                if is_experiment { experiments.extend(set) } else { features.extend(set) }
            }
        }
        features.into_iter().chain(experiments).collect()
    }
}

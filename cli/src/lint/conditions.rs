//! Conditions that say nothing: they hold for nobody, for everybody, or only for an attribute that is a list.

use std::collections::BTreeSet;

use tidegate::{Json, Subject};

use super::Remark;
use super::catalogue::Lint;
use super::formula::{Formula, Node};
use super::level::Level;
use super::solver::Hope;
use super::study::Study;
use super::view::list;
use crate::pointer::child;

pub(super) const LINTS: &[&Lint] = &[&NEVER_HOLDS, &ALWAYS_HOLDS, &ONLY_FOR_LISTS];

static NEVER_HOLDS: Lint = Lint {
    code: "NEVER_HOLDS",
    level: Level::Error,
    about: "a condition that can hold for nobody",
    why: "Its parts contradict each other, or a list that it needs is empty. Whatever hangs on it never happens, and \
          nobody is told: whoever should have been served falls through to the next rule.",
    mend: "Take out or correct the part that contradicts the others. Mind that `ne` and `notIn` don't hold where the \
           attribute is missing, and that `any` is what joins alternatives.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [
        {
          "when": {
            "all": [
              { "attr": "country", "op": "eq", "value": "CA" },
              { "attr": "country", "op": "notIn", "value": ["CA", "US"] }
            ]
          },
          "serve": "on"
        }
      ]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "when": { "attr": "country", "op": "eq", "value": "CA" }, "serve": "on" }]
    }
  }
}"#,
};

static ALWAYS_HOLDS: Lint = Lint {
    code: "ALWAYS_HOLDS",
    level: Level::Warning,
    about: "a condition that holds for everybody",
    why: "It reads as if it chose among people and lets everyone through. Often an `any` was written for an `all`, or a `not` \
          has an empty list in it.",
    mend: "Say what was meant, or take the condition out: a rule without `when` is for everyone.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [
        {
          "when": {
            "any": [
              { "not": { "attr": "plan", "op": "eq", "value": "free" } },
              { "not": { "attr": "plan", "op": "eq", "value": "trial" } },
              { "attr": "plan", "op": "in", "value": ["free", "trial"] }
            ]
          },
          "serve": "on"
        }
      ]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [
        { "when": { "not": { "attr": "plan", "op": "in", "value": ["free", "trial"] } }, "serve": "on" }
      ]
    }
  }
}"#,
};

static ONLY_FOR_LISTS: Lint = Lint {
    code: "ONLY_FOR_LISTS",
    level: Level::Advice,
    about: "a condition that holds only where an attribute is a list",
    why: "No single value passes all that is asked of the attribute: it can't be equal to two different texts, nor be below 18 \
          and above 65. Of a list, each test may be passed by another element, so it is no contradiction. Where the \
          attribute is never a list, the condition never holds.",
    mend: "If the attribute has one value, join alternatives by `any` or `in`, or correct the bounds. If it is a list, such as \
           roles of which somebody has two, it is right: allow it.",
    example: r#"{
  "flags": {
    "fare": {
      "type": "boolean",
      "variants": { "reduced": true, "full": false },
      "off": "full",
      "default": "full",
      "rules": [
        {
          "when": {
            "all": [
              { "attr": "age", "op": "lt", "value": 18 },
              { "attr": "age", "op": "gt", "value": 65 }
            ]
          },
          "serve": "reduced"
        }
      ]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "fare": {
      "type": "boolean",
      "variants": { "reduced": true, "full": false },
      "off": "full",
      "default": "full",
      "rules": [
        {
          "when": {
            "any": [
              { "attr": "age", "op": "lt", "value": 18 },
              { "attr": "age", "op": "gt", "value": 65 }
            ]
          },
          "serve": "reduced"
        }
      ]
    }
  }
}"#,
};

pub(super) fn look(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    let mut walk = Walk { study, remarks };
    for flag in study.flags.values() {
        let subject = flag.definition.subject();
        for rule in &flag.rules {
            if let (Some(condition), Some(json)) = (rule.condition, rule.rule.json.get("when")) {
                walk.look_at(json, condition, &child(&rule.rule.path(), "when"), &subject, "rule");
            }
        }
    }
    for (segment, condition) in &study.segments {
        walk.look_at(segment.json, *condition, &segment.path(), &segment.subject(), "segment");
    }
}

struct Walk<'a> {
    study: &'a Study<'a>,
    remarks: &'a mut Vec<Remark>,
}

impl Walk<'_> {
    /// Tells of a condition, or else of its parts. Conditions nest at most 64 deep.
    fn look_at(&mut self, json: &Json, node: Node, path: &str, subject: &Subject, whose: &str) {
        let solver = self.study.solver();
        let (lint, message, help) = match solver.hope(&[(node, true)]) {
            Hope::Never(blamed) => (
                &NEVER_HOLDS,
                match (self.names(&blamed, " and "), blamed.len()) {
                    (Some(name), 1) => {
                        format!("the condition can't hold: no value of {name} passes all that is asked of it")
                    }
                    (Some(names), _) => format!("the condition can't hold, for what it asks of {names}"),
                    (None, _) => "the condition can't hold, whoever asks".to_owned(),
                },
                format!("correct the part that contradicts the others, or take out the condition with its {whose}"),
            ),
            Hope::OnlyLists(blamed) => (
                &ONLY_FOR_LISTS,
                format!(
                    "the condition holds only where {} is a list: no single value passes all that is asked of it",
                    self.names(&blamed, " or ").unwrap_or_default()
                ),
                "join alternatives by `any` or `in`, correct the bounds, or allow it where the attribute is a list"
                    .to_owned(),
            ),
            Hope::Perhaps if self.is_compound(node) && solver.is_never(&[(node, false)]) => (
                &ALWAYS_HOLDS,
                "the condition holds for everyone".to_owned(),
                "take it out, or say whom it was meant for".to_owned(),
            ),
            Hope::Perhaps => return self.look_into(json, node, path, subject, whose),
        };
        let (subject, path) = (subject.clone(), path.to_owned());
        self.remarks.push(Remark { lint, subject, path, is_about_key: false, message, help });
    }

    fn look_into(&mut self, json: &Json, node: Node, path: &str, subject: &Subject, whose: &str) {
        let name = match self.study.formulas.formula(node) {
            Formula::All(_) => "all",
            Formula::Any(_) => "any",
            Formula::Not(_) => "not",
            Formula::Constant(_) | Formula::Atom(_) => return,
        };
        // Of what is written as one test, such as `ne`, there are no parts.
        let Some(inside) = json.get(name) else { return };
        let path = child(path, name);
        match self.study.formulas.formula(node) {
            Formula::All(parts) | Formula::Any(parts) => {
                for (index, (json, part)) in list(Some(inside)).iter().zip(parts).enumerate() {
                    self.look_at(json, *part, &format!("{path}/{index}"), subject, whose);
                }
            }
            Formula::Not(part) => self.look_at(inside, *part, &path, subject, whose),
            Formula::Constant(_) | Formula::Atom(_) => {}
        }
    }

    /// A single test can't hold for everyone: it doesn't where the attribute is missing, or isn't.
    fn is_compound(&self, node: Node) -> bool {
        !matches!(self.study.formulas.formula(node), Formula::Atom(_))
    }

    fn names(&self, attributes: &BTreeSet<usize>, and: &str) -> Option<String> {
        let names = attributes.iter().filter_map(|attribute| self.study.formulas.attributes.get(*attribute));
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| names.join(and))
    }
}

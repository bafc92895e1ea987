//! Rules that never apply, though their condition could hold, and ramps that have done their work.

use super::Remark;
use super::catalogue::Lint;
use super::level::Level;
use super::study::{Idle, RuleStudy, Study};
use crate::pointer::child;

pub(super) const LINTS: &[&Lint] =
    &[&RULE_SHADOWED, &RULE_AT_ZERO, &WINDOW_OVER, &EXPERIMENT_EMPTY, &STORED_ONLY_ALONE, &RAMP_FINISHED];

static RULE_SHADOWED: Lint = Lint {
    code: "RULE_SHADOWED",
    level: Level::Warning,
    about: "a rule that comes too late: rules before it take everyone whom it would apply to",
    why: "Rules are tried in order and the first that applies serves. Whoever the late rule was written for gets what the \
          earlier one says.",
    mend: "Put the narrower rule first, or take it out.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [
        { "id": "paying", "when": { "attr": "plan", "op": "in", "value": ["plus", "pro"] }, "serve": "on" },
        { "id": "pro", "when": { "attr": "plan", "op": "eq", "value": "pro" }, "serve": "off" }
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
        { "id": "pro", "when": { "attr": "plan", "op": "eq", "value": "pro" }, "serve": "off" },
        { "id": "paying", "when": { "attr": "plan", "op": "in", "value": ["plus", "pro"] }, "serve": "on" }
      ]
    }
  }
}"#,
};

static RULE_AT_ZERO: Lint = Lint {
    code: "RULE_AT_ZERO",
    level: Level::Advice,
    about: "a rule at 0 %, or with a ramp to 0 %",
    why: "It applies to nobody. That is right before a rollout and after one that was taken back; else it is a share that \
          somebody forgot to raise.",
    mend: "Raise the percentage, or take the rule out.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "id": "some", "percent": 0, "serve": "on" }]
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
      "salt": "new-cart",
      "rules": [{ "id": "some", "percent": 5, "serve": "on" }]
    }
  }
}"#,
};

static WINDOW_OVER: Lint = Lint {
    code: "WINDOW_OVER",
    level: Level::Warning,
    about: "a rule whose last window has closed",
    why: "No window of it opens any more, so it applies to nobody, and every decision still has to look at it.",
    mend: "Take the rule out, or give it a window that is still to come.",
    example: r#"{
  "flags": {
    "banner": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [
        {
          "id": "sale",
          "window": { "from": "2020-11-24T00:00:00Z", "until": "2020-11-28T00:00:00Z" },
          "serve": "on"
        }
      ]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "banner": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off"
    }
  }
}"#,
};

static EXPERIMENT_EMPTY: Lint = Lint {
    code: "EXPERIMENT_EMPTY",
    level: Level::Warning,
    about: "a rule in an experiment that owns no range of its layer",
    why: "Nobody is in the experiment, so the rule applies to nobody. An experiment that lies in another one's range is empty \
          where that one is.",
    mend: "Give the experiment a range in its layer, or take the rule out.",
    example: r#"{
  "layers": { "home": { "salt": "home-2026", "experiments": { "shelf": [] } } },
  "flags": {
    "shelf": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "id": "shelf", "layer": "home", "experiment": "shelf", "serve": "on" }]
    }
  }
}"#,
    mended: r#"{
  "layers": { "home": { "salt": "home-2026", "experiments": { "shelf": [[0, 10]] } } },
  "flags": {
    "shelf": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "id": "shelf", "layer": "home", "experiment": "shelf", "serve": "on" }]
    }
  }
}"#,
};

static STORED_ONLY_ALONE: Lint = Lint {
    code: "STORED_ONLY_ALONE",
    level: Level::Advice,
    about: "a rule that is `storedOnly` and not `sticky`, in a flag without a sticky rule",
    why: "A `storedOnly` rule takes nobody new in, and variants are stored where a sticky rule serves. Nothing in this flag \
          stores one, so what it serves from the store is what an earlier snapshot left there.",
    mend: "Make the rule sticky as well, take `storedOnly` out, or take the rule out when the store needn't count any more.",
    example: r#"{
  "flags": {
    "cover": {
      "type": "string",
      "variants": { "classic": "classic", "faces": "faces" },
      "off": "classic",
      "default": "classic",
      "rules": [{ "id": "cells", "storedOnly": true, "serve": "faces" }]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "cover": {
      "type": "string",
      "variants": { "classic": "classic", "faces": "faces" },
      "off": "classic",
      "default": "classic",
      "rules": [{ "id": "cells", "sticky": true, "storedOnly": true, "serve": "faces" }]
    }
  }
}"#,
};

static RAMP_FINISHED: Lint = Lint {
    code: "RAMP_FINISHED",
    level: Level::Advice,
    about: "a ramp that has come to its end and was watched long enough",
    why: "It will never be at another share. Until it is taken out, every decision of the flag asks for the time, and guardrails \
          that watch it no longer count.",
    mend: "Write its last share as `percent`, which takes the same units in; at 100 % take out both.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "salt": "new-cart",
      "rules": [
        {
          "id": "ramp",
          "ramp": {
            "kind": "linear",
            "from": "2020-01-01T00:00:00Z",
            "until": "2020-01-03T00:00:00Z",
            "to": 50,
            "steps": 10
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
      "salt": "new-cart",
      "rules": [{ "id": "ramp", "percent": 50, "serve": "on" }]
    }
  }
}"#,
};

pub(super) fn look(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    for flag in study.flags.values() {
        let is_sticky = flag.rules.iter().any(|rule| rule.rule.is("sticky"));
        for rule in &flag.rules {
            let told = match &rule.idle {
                Some(idle) => idle_rule(idle, rule, &flag.rules, is_sticky),
                None => finished_ramp(rule),
            };
            let Some((lint, path, message, help)) = told else { continue };
            let subject = flag.definition.subject();
            remarks.push(Remark { lint, subject, path, is_about_key: false, message, help });
        }
    }
}

type Told = (&'static Lint, String, String, String);

fn idle_rule(idle: &Idle, rule: &RuleStudy<'_>, rules: &[RuleStudy<'_>], is_sticky: bool) -> Option<Told> {
    let (path, id) = (rule.rule.path(), rule.rule.id());
    Some(match idle {
        Idle::Shadowed(by) => {
            let ids: Vec<String> =
                by.iter().filter_map(|index| rules.get(*index)).map(|early| format!("`{}`", early.rule.id())).collect();
            let (noun, verb) = if ids.len() == 1 { ("rule", "takes") } else { ("rules", "take") };
            let message = format!(
                "the rule `{id}` never applies: the {noun} {} before it {verb} everyone whom it would apply to",
                ids.join(", ")
            );
            (&RULE_SHADOWED, path, message, format!("put it before {}, or take it out", ids.join(", ")))
        }
        Idle::AtZero if rule.rule.json.get("ramp").is_some() => {
            let message = format!("the rule `{id}` never applies: its ramp goes to 0 %");
            (&RULE_AT_ZERO, child(&path, "ramp"), message, "let it go further, or take out the rule".to_owned())
        }
        Idle::AtZero => {
            let message = format!("the rule `{id}` applies to nobody: it is at 0 %");
            (&RULE_AT_ZERO, child(&path, "percent"), message, "raise the percentage, or take out the rule".to_owned())
        }
        Idle::WindowOver => {
            let message = format!("the rule `{id}` never applies again: its last window has closed");
            let help = "take out the rule, or give it a window that is still to come".to_owned();
            (&WINDOW_OVER, child(&path, "window"), message, help)
        }
        Idle::EmptyExperiment => {
            let (layer, experiment) = rule.rule.lane()?;
            let message = format!(
                "the rule `{id}` applies to nobody: the experiment `{experiment}` of the layer `{layer}` has nobody"
            );
            let help = "give the experiment a range, or take out the rule".to_owned();
            (&EXPERIMENT_EMPTY, child(&path, "experiment"), message, help)
        }
        Idle::StoredOnly if !is_sticky => {
            let message = format!("the rule `{id}` takes nobody new in, and no rule of the flag stores a variant");
            let help = "make it `sticky` as well, or take out `storedOnly`, or the rule".to_owned();
            (&STORED_ONLY_ALONE, child(&path, "storedOnly"), message, help)
        }
        // An intake that is paused is meant; a condition is told of where it stands.
        Idle::StoredOnly | Idle::NeverHolds(_) => return None,
    })
}

fn finished_ramp(rule: &RuleStudy<'_>) -> Option<Told> {
    let ramp = rule.ramp.filter(|ramp| ramp.is_over)?;
    let message = format!("the ramp of the rule `{}` has been at {} % for good", rule.rule.id(), ramp.now);
    let help = if ramp.now >= 100.0 {
        "take out the ramp: the rule is for everyone".to_owned()
    } else {
        format!("write `\"percent\": {}` in its place, which takes the same units in", ramp.now)
    };
    Some((&RAMP_FINISHED, child(&rule.rule.path(), "ramp"), message, help))
}

//! Flags that have had their day, that nobody answers for, or that have what they never use.

use std::collections::{BTreeMap, BTreeSet};

use super::Remark;
use super::catalogue::Lint;
use super::day;
use super::level::Level;
use super::study::{FlagStudy, Idle, RuleStudy, Study};
use super::view::{Definition, list, members, rollbacks, text, texts};
use crate::pointer::child;

pub(super) const LINTS: &[&Lint] =
    &[&FLAG_EXPIRED, &FLAG_CONSTANT, &VARIANT_UNUSED, &OWNER_MISSING, &DESCRIPTION_MISSING];

static FLAG_EXPIRED: Lint = Lint {
    code: "FLAG_EXPIRED",
    level: Level::Warning,
    about: "a flag past its `expires`",
    why: "Somebody said until when the flag is wanted, and it is still there. Flags that outlive their purpose are paths in the \
          code that nobody tests.",
    mend: "Take the flag out of the code and then out of the snapshot, or give it another day.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "expires": "2020-03-01"
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "expires": "2999-03-01"
    }
  }
}"#,
};

static FLAG_CONSTANT: Lint = Lint {
    code: "FLAG_CONSTANT",
    level: Level::Advice,
    about: "a flag with rules that serves one variant to everyone",
    why: "Whatever its rules ask, the answer is the same, so the question is settled and the flag may go. A flag without rules \
          is a switch or a constant on purpose, and isn't told of; neither is one that is switched off, or that has a rule which waits at 0 %, or in which \
          something is a mistake.",
    mend: "Take the flag out of the code, or take its rules out and let `default` be the answer.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "id": "everyone", "serve": "on" }]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on"
    }
  }
}"#,
};

static VARIANT_UNUSED: Lint = Lint {
    code: "VARIANT_UNUSED",
    level: Level::Advice,
    about: "a variant that nothing names",
    why: "Neither `off` nor `default`, no rule, override, guardrail or prerequisite has it, and no stored variant can be it. Only \
          somebody who forces it sees it.",
    mend: "Take it out, or serve it.",
    example: r#"{
  "flags": {
    "button": {
      "type": "string",
      "variants": { "pay": "Pay", "now": "Pay now" },
      "off": "pay",
      "default": "pay"
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "button": {
      "type": "string",
      "variants": { "pay": "Pay" },
      "off": "pay",
      "default": "pay"
    }
  }
}"#,
};

static OWNER_MISSING: Lint = Lint {
    code: "OWNER_MISSING",
    level: Level::Off,
    about: "a flag without an `owner`",
    why: "When a flag misbehaves or should go, somebody has to be asked. Not every team keeps owners in the snapshot, so this is \
          told only where it is asked for.",
    mend: "Write who answers for the flag.",
    example: r#"{
  "flags": {
    "new-cart": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" }
  }
}"#,
    mended: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "owner": "checkout"
    }
  }
}"#,
};

static DESCRIPTION_MISSING: Lint = Lint {
    code: "DESCRIPTION_MISSING",
    level: Level::Off,
    about: "a flag without a `description`",
    why: "Whoever meets the flag in an incident has only its key to go by. Not every team keeps descriptions in the snapshot, so \
          this is told only where it is asked for.",
    mend: "Write in a sentence what is different where the flag is on.",
    example: r#"{
  "flags": {
    "new-cart": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" }
  }
}"#,
    mended: r#"{
  "flags": {
    "new-cart": {
      "description": "The rewritten cart",
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on"
    }
  }
}"#,
};

pub(super) fn look(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    let wanted = wanted_variants(study);
    for flag in study.flags.values() {
        let definition = &flag.definition;
        let mut tell = |lint, path: String, is_about_key, message: String, help: &str| {
            let (subject, help) = (definition.subject(), help.to_owned());
            remarks.push(Remark { lint, subject, path, is_about_key, message, help });
        };
        let path = definition.path();
        if let Some(expires) = text(definition.json.get("expires")).filter(|expires| has_expired(expires, study.at)) {
            let message = format!("the flag expired: `{expires}` has passed");
            let help = "take the flag out of the code and then out of the snapshot, or give it another day";
            tell(&FLAG_EXPIRED, child(&path, "expires"), false, message, help);
        }
        if let Some(variant) = constant(study, flag) {
            let message = format!("the flag serves `{variant}` to everyone, whatever its rules ask");
            let help = "take it out of the code, or take out its rules and let `default` be the answer";
            tell(&FLAG_CONSTANT, path.clone(), true, message, help);
        }
        for variant in unused_variants(study, definition, wanted.get(definition.key)) {
            let message = format!("nothing serves the variant `{variant}`");
            tell(&VARIANT_UNUSED, child(&child(&path, "variants"), variant), true, message, "take it out, or serve it");
        }
        for (name, lint, help) in [
            ("owner", &OWNER_MISSING, "add an `owner`: who answers for it"),
            ("description", &DESCRIPTION_MISSING, "add a `description`: what is different where it is on"),
        ] {
            if text(definition.json.get(name)).is_none_or(|text| text.trim().is_empty()) {
                let article = if name == "owner" { "an" } else { "a" };
                tell(lint, path.clone(), true, format!("the flag has no {name}, expected {article} `{name}`"), help);
            }
        }
    }
}

/// A day has passed when it has in UTC.
fn has_expired(expires: &str, at: i64) -> bool {
    day::bounds(expires).is_some_and(|(_, end)| end <= at)
}

/// The variant that everyone gets from a flag whose rules look as if they chose.
fn constant<'j>(study: &Study<'j>, flag: &FlagStudy<'j>) -> Option<&'j str> {
    // A rule that waits, or that is a mistake, may be served once it is raised or mended.
    let is_done = |rule: &RuleStudy<'_>| matches!(rule.idle, None | Some(Idle::WindowOver | Idle::Shadowed(_)));
    if flag.rules.is_empty() || !flag.rules.iter().all(is_done) {
        return None;
    }
    let serving = study.servings.get(flag.definition.key)?;
    let mut variants = serving.variants.iter();
    let only = variants.next()?;
    (variants.next().is_none() && !serving.is_disabled && !serving.may_fail).then_some(only)
}

/// The variants that prerequisites ask for, by flag.
fn wanted_variants<'j>(study: &Study<'j>) -> BTreeMap<&'j str, BTreeSet<&'j str>> {
    let mut wanted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for flag in study.flags.values() {
        for prerequisite in list(flag.definition.json.get("prerequisites")) {
            if let Some(key) = text(prerequisite.get("flag")) {
                wanted.entry(key).or_default().extend(texts(prerequisite.get("variants")));
            }
        }
    }
    wanted
}

fn unused_variants<'j>(study: &Study<'j>, flag: &Definition<'j>, wanted: Option<&BTreeSet<&str>>) -> Vec<&'j str> {
    // What is stored may be any of them.
    if !study.snapshot.is_whole || flag.rules().any(|rule| rule.is("sticky") || rule.is("storedOnly")) {
        return Vec::new();
    }
    let mut named: BTreeSet<&str> = ["off", "default"].iter().filter_map(|name| text(flag.json.get(name))).collect();
    named.extend(list(flag.json.get("overrides")).iter().filter_map(|entry| text(entry.get("variant"))));
    named.extend(rollbacks(flag.json));
    for rule in flag.rules() {
        named.extend(rule.names());
    }
    let is_unused = |name: &&str| !named.contains(name) && !wanted.is_some_and(|wanted| wanted.contains(name));
    members(flag.json.get("variants")).iter().map(|(name, _)| name.as_str()).filter(is_unused).collect()
}

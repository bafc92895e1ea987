//! Prerequisites that come out the same for everyone.

use super::Remark;
use super::catalogue::Lint;
use super::level::Level;
use super::serving::{Met, met};
use super::study::Study;
use super::view::{list, text};
use crate::pointer::child;

pub(super) const LINTS: &[&Lint] = &[&PREREQUISITE_NEVER_MET, &PREREQUISITE_ALWAYS_MET];

static PREREQUISITE_NEVER_MET: Lint = Lint {
    code: "PREREQUISITE_NEVER_MET",
    level: Level::Warning,
    about: "a prerequisite that nobody meets",
    why: "The flag that must answer first is switched off, or serves none of the variants that are wanted, so this one is `off` \
          for everyone and its rules are never asked.",
    mend: "Switch the other flag on, let it serve a wanted variant, or name one that it serves. While an incident keeps it off, \
           allow it.",
    example: r#"{
  "flags": {
    "cart": {
      "type": "boolean",
      "enabled": false,
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on"
    },
    "checkout": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "prerequisites": [{ "flag": "cart", "variants": ["on"] }]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "cart": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" },
    "checkout": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "prerequisites": [{ "flag": "cart", "variants": ["on"] }]
    }
  }
}"#,
};

static PREREQUISITE_ALWAYS_MET: Lint = Lint {
    code: "PREREQUISITE_ALWAYS_MET",
    level: Level::Advice,
    about: "a prerequisite that everyone meets, on a flag with rules",
    why: "Whatever the rules of the other flag ask, it serves a wanted variant, so nothing hangs on it. On a flag without rules, \
          which is a switch, it is meant: somebody may turn that off.",
    mend: "Take the prerequisite out, unless the other flag is to be switched off some day.",
    example: r#"{
  "flags": {
    "cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "id": "everyone", "serve": "on" }]
    },
    "checkout": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "prerequisites": [{ "flag": "cart", "variants": ["on"] }]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "id": "everyone", "serve": "on" }]
    },
    "checkout": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" }
  }
}"#,
};

pub(super) fn look(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    for flag in study.flags.values() {
        let path = child(&flag.definition.path(), "prerequisites");
        for (index, prerequisite) in list(flag.definition.json.get("prerequisites")).iter().enumerate() {
            let Some(parent) = text(prerequisite.get("flag")).and_then(|key| study.flags.get(key)) else { continue };
            let key = parent.definition.key;
            let (lint, message, help) = match met(prerequisite, &study.servings) {
                Met::Never if !parent.definition.is_enabled() => (
                    &PREREQUISITE_NEVER_MET,
                    format!("nobody meets the prerequisite: the flag `{key}` is switched off"),
                    "switch it on, take out the prerequisite, or allow it while it has to be off",
                ),
                Met::Never => (
                    &PREREQUISITE_NEVER_MET,
                    format!("nobody meets the prerequisite: the flag `{key}` never serves a variant that is wanted"),
                    "name a variant that it serves, or let it serve one that is named",
                ),
                Met::Always if !parent.rules.is_empty() => (
                    &PREREQUISITE_ALWAYS_MET,
                    format!("everyone meets the prerequisite: the flag `{key}` serves nothing but what is wanted"),
                    "take out the prerequisite, unless the flag is to be switched off some day",
                ),
                Met::Always | Met::Perhaps => continue,
            };
            let (subject, help) = (flag.definition.subject(), help.to_owned());
            let path = format!("{path}/{index}/flag");
            remarks.push(Remark { lint, subject, path, is_about_key: false, message, help });
        }
    }
}

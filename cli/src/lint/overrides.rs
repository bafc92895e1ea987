//! Overrides that say something twice, or to no effect.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Remark;
use super::catalogue::Lint;
use super::level::Level;
use super::study::Study;
use super::view::{Definition, id, list, text, unit};

pub(super) const LINTS: &[&Lint] = &[&OVERRIDE_SHADOWED, &OVERRIDE_REPEATED];

static OVERRIDE_SHADOWED: Lint = Lint {
    code: "OVERRIDE_SHADOWED",
    level: Level::Warning,
    about: "an id that an override lists in vain, since another one with a different variant comes first",
    why: "A unit gets the variant of the first override that lists it: those with the flag's `off` are asked before all others, then \
          each in its turn. The later one reads as if it counted.",
    mend: "Take the id out of one of the two.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "overrides": [
        { "ids": ["u-1", "u-2"], "variant": "on" },
        { "ids": ["u-2"], "variant": "off" }
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
      "overrides": [
        { "ids": ["u-1"], "variant": "on" },
        { "ids": ["u-2"], "variant": "off" }
      ]
    }
  }
}"#,
};

static OVERRIDE_REPEATED: Lint = Lint {
    code: "OVERRIDE_REPEATED",
    level: Level::Advice,
    about: "an id that is listed twice for the same variant",
    why: "The second one changes nothing, and whoever takes the first one out finds that it had no effect. `42` and `\"42\"` are \
          the same id.",
    mend: "Take one of them out.",
    example: r#"{
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "overrides": [{ "ids": ["42", "43", 42], "variant": "on" }]
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
      "overrides": [{ "ids": ["42", "43"], "variant": "on" }]
    }
  }
}"#,
};

pub(super) fn look(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    for flag in study.flags.values() {
        look_at(&flag.definition, remarks);
    }
}

/// The override that lists an id first: its place and its variant.
type First<'j> = (usize, Option<&'j str>);

fn look_at(flag: &Definition<'_>, remarks: &mut Vec<Remark>) {
    let off = text(flag.json.get("off"));
    // As a decision asks them: what keeps units out before all others.
    let mut entries: Vec<_> = list(flag.json.get("overrides")).iter().enumerate().collect();
    entries.sort_by_key(|(_, entry)| text(entry.get("variant")) != off);
    let mut listed: HashMap<(Vec<&str>, String), First<'_>> = HashMap::new();
    for (number, entry) in entries {
        let unit = unit(entry.get("unit").or_else(|| flag.json.get("unit")));
        for (place, written) in list(entry.get("ids")).iter().enumerate() {
            let Some(id) = id(written) else { continue };
            let own = text(entry.get("variant"));
            let first = match listed.entry((unit.clone(), id.clone())) {
                Entry::Occupied(first) => *first.get(),
                Entry::Vacant(free) => {
                    free.insert((number, own));
                    continue;
                }
            };
            let (lint, message, help) = if first.1 == own {
                (
                    &OVERRIDE_REPEATED,
                    format!("`{id}` is listed twice for the variant `{}`", own.unwrap_or_default()),
                    "take one of the two out",
                )
            } else {
                (
                    &OVERRIDE_SHADOWED,
                    format!(
                        "`{id}` never gets the variant `{}`: the override {} comes first and gives it `{}`",
                        own.unwrap_or_default(),
                        first.0,
                        first.1.unwrap_or_default()
                    ),
                    "take the id out of one of the two",
                )
            };
            let (subject, help) = (flag.subject(), help.to_owned());
            let path = format!("{}/overrides/{number}/ids/{place}", flag.path());
            remarks.push(Remark { lint, subject, path, is_about_key: false, message, help });
        }
    }
}

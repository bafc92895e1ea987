//! Who is in what: salts that two share by accident, and experiments that hold ranges for nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::Remark;
use super::catalogue::Lint;
use super::level::Level;
use super::study::Study;
use super::view::{Definition, Rule, list, members, number, text, unit};
use crate::pointer::child;

pub(super) const LINTS: &[&Lint] = &[&SALT_SHARED, &EXPERIMENT_UNUSED];

static SALT_SHARED: Lint = Lint {
    code: "SALT_SHARED",
    level: Level::Warning,
    about: "a salt with which another definition hashes the same unit for the same purpose",
    why: "The same units fall into the same buckets, so who is in the one tells who is in the other: the first tenth of one rollout \
          is the first tenth of the other, and the arms of two experiments are the same people. Rules of one flag share \
          its salt by design, and experiments of one layer have no unit in common; neither is told of.",
    mend: "Give each its own salt, best its key with the year. Mind that a new salt draws everyone anew: change the one that \
           began last. Where two are to take in the same people, allow it.",
    example: r#"{
  "flags": {
    "search": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "salt": "rollout",
      "rules": [{ "id": "some", "percent": 10, "serve": "on" }]
    },
    "theme": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "salt": "rollout",
      "rules": [{ "id": "some", "percent": 20, "serve": "on" }]
    }
  }
}"#,
    mended: r#"{
  "flags": {
    "search": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "salt": "search",
      "rules": [{ "id": "some", "percent": 10, "serve": "on" }]
    },
    "theme": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "salt": "theme",
      "rules": [{ "id": "some", "percent": 20, "serve": "on" }]
    }
  }
}"#,
};

static EXPERIMENT_UNUSED: Lint = Lint {
    code: "EXPERIMENT_UNUSED",
    level: Level::Advice,
    about: "an experiment that owns ranges of a layer, though no rule and no layer is in it",
    why: "Its units are kept from the layer's other experiments, for nothing. Ranges that nobody owns aren't told of: they are \
          what the next experiment takes.",
    mend: "Take the experiment out, which frees its ranges, or put the rule in that it is meant for.",
    example: r#"{
  "layers": { "home": { "salt": "home-2026", "experiments": { "shelf": [[0, 10]], "autoplay": [[10, 50]] } } },
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

pub(super) fn look(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    shared_salts(study, remarks);
    unused_experiments(study, remarks);
}

/// What a unit is hashed for. A switchback hashes the number of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    Share,
    Variant,
    Slot,
    Layer,
    Holdout,
}

/// One use of a salt.
struct Use<'j> {
    owner: Definition<'j>,
    /// Experiments of one layer have no unit in common.
    lane: Option<(&'j str, &'j str)>,
    path: String,
}

impl Use<'_> {
    fn meets(&self, other: &Self) -> bool {
        let is_apart = match (self.lane, other.lane) {
            (Some((layer, experiment)), Some((other, another))) => layer == other && experiment != another,
            _ => false,
        };
        !self.owner.is(&other.owner) && !is_apart
    }
}

type Uses<'j> = BTreeMap<(&'j str, Vec<&'j str>, Purpose), Vec<Use<'j>>>;

fn shared_salts(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    let mut uses: Uses<'_> = BTreeMap::new();
    for (section, purpose) in [(&study.snapshot.layers, Purpose::Layer), (&study.snapshot.holdouts, Purpose::Holdout)] {
        for owner in section.values() {
            let shares = purpose == Purpose::Layer
                || number(owner.json.get("percent")).is_some_and(|percent| percent > 0.0 && percent < 100.0);
            if let Some(salt) = text(owner.json.get("salt")).filter(|_| shares) {
                let used = Use { owner: *owner, lane: None, path: child(&owner.path(), "salt") };
                uses.entry((salt, unit(owner.json.get("unit")), purpose)).or_default().push(used);
            }
        }
    }
    for flag in study.flags.values() {
        for rule in flag.rules.iter().filter(|rule| rule.idle.is_none()) {
            let Some(salt) = rule.rule.salt() else { continue };
            let draws_share = rule.least() < 100.0;
            let purposes = [
                (draws_share, rule.rule.unit(), Purpose::Share),
                (rule.rule.splits(), rule.rule.unit(), Purpose::Variant),
                (rule.rule.switches(), Vec::new(), Purpose::Slot),
            ];
            for (_, unit, purpose) in purposes.into_iter().filter(|(draws, ..)| *draws) {
                let used = Use { owner: flag.definition, lane: rule.rule.lane(), path: salt_of(&rule.rule) };
                let uses = uses.entry((salt, unit, purpose)).or_default();
                // A flag's many rules are one use.
                if !uses.last().is_some_and(|last| last.owner.is(&used.owner) && last.lane == used.lane) {
                    uses.push(used);
                }
            }
        }
    }
    let mut told = BTreeSet::new();
    for ((salt, unit, purpose), uses) in &uses {
        for (index, later) in uses.iter().enumerate() {
            let earlier = uses.iter().take(index).find(|earlier| earlier.meets(later));
            let Some(earlier) = earlier.filter(|_| told.insert(later.path.clone())) else { continue };
            let (noun, key) = (earlier.owner.noun(), earlier.owner.key);
            let message = match purpose {
                Purpose::Slot => format!(
                    "the {noun} `{key}` switches back with the salt `{salt}` too: both serve the same arm at the same time"
                ),
                _ => format!(
                    "the {noun} `{key}` hashes `{}` with the salt `{salt}` too: the same units are in both",
                    unit.join("`, `")
                ),
            };
            remarks.push(Remark {
                lint: &SALT_SHARED,
                subject: later.owner.subject(),
                path: later.path.clone(),
                is_about_key: false,
                message,
                help: "give each its own salt: change that of the one that began last".to_owned(),
            });
        }
    }
}

/// Where the salt of a rule is written.
fn salt_of(rule: &Rule<'_>) -> String {
    let path = if rule.json.get("salt").is_some() { rule.path() } else { rule.flag.path() };
    child(&path, "salt")
}

fn unused_experiments(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    if !study.snapshot.is_whole {
        return;
    }
    let mut used: BTreeSet<(&str, &str)> =
        study.flags.values().flat_map(|flag| &flag.rules).filter_map(|rule| rule.rule.lane()).collect();
    for layer in study.snapshot.layers.values() {
        let within = layer.json.get("within");
        let member = |name| within.and_then(|within| text(within.get(name)));
        used.extend(member("layer").zip(member("experiment")));
    }
    for layer in study.snapshot.layers.values() {
        for (name, ranges) in members(layer.json.get("experiments")) {
            if used.contains(&(layer.key, name.as_str())) || list(Some(ranges)).is_empty() {
                continue;
            }
            remarks.push(Remark {
                lint: &EXPERIMENT_UNUSED,
                subject: layer.subject(),
                path: child(&child(&layer.path(), "experiments"), name),
                is_about_key: true,
                message: format!("no rule is in the experiment `{name}`, which owns ranges of the layer"),
                help: "take it out, which frees its ranges, or put in the rule that it is meant for".to_owned(),
            });
        }
    }
}

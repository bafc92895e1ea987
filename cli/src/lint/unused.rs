//! Segments, layers and holdouts that nothing uses.

use std::collections::BTreeSet;

use tidegate::Json;

use super::Remark;
use super::catalogue::Lint;
use super::level::Level;
use super::study::Study;
use super::values::instant;
use super::view::{Definition, list, number, text, texts, unit};
use crate::pointer::child;

pub(super) const LINTS: &[&Lint] = &[&SEGMENT_UNUSED, &LAYER_UNUSED, &HOLDOUT_UNUSED, &HOLDOUT_OVER];

static SEGMENT_UNUSED: Lint = Lint {
    code: "SEGMENT_UNUSED",
    level: Level::Advice,
    about: "a segment that no flag asks for, not through other segments either",
    why: "It decides nothing, and it is kept, read and reviewed as if it did. If a rule should have named it, that rule is another one \
          than was meant.",
    mend: "Take it out, or name it where it was meant.",
    example: r#"{
  "segments": { "staff": { "attr": "email", "op": "endsWith", "value": "@shop.example" } },
  "flags": {}
}"#,
    mended: r#"{
  "segments": { "staff": { "attr": "email", "op": "endsWith", "value": "@shop.example" } },
  "flags": {
    "new-cart": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "off",
      "rules": [{ "when": { "segment": "staff" }, "serve": "on" }]
    }
  }
}"#,
};

static LAYER_UNUSED: Lint = Lint {
    code: "LAYER_UNUSED",
    level: Level::Advice,
    about: "a layer that no rule is in, nor in a layer within it",
    why: "It shares out units to nobody.",
    mend: "Take it out, or put rules into its experiments.",
    example: r#"{
  "layers": { "home": { "salt": "home-2026", "experiments": {} } },
  "flags": {}
}"#,
    mended: r#"{
  "flags": {}
}"#,
};

static HOLDOUT_UNUSED: Lint = Lint {
    code: "HOLDOUT_UNUSED",
    level: Level::Advice,
    about: "a holdout that covers no flag",
    why: "It keeps nobody from anything, so what it should measure isn't measured. A tag may be misspelt: unlike a flag's key, it isn't \
          checked.",
    mend: "Take it out, or correct its tags.",
    example: r#"{
  "holdouts": { "2026-q4": { "salt": "held-2026-q4", "percent": 5, "tags": ["hoem"] } },
  "flags": {
    "shelf": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "tags": ["home"]
    }
  }
}"#,
    mended: r#"{
  "holdouts": { "2026-q4": { "salt": "held-2026-q4", "percent": 5, "tags": ["home"] } },
  "flags": {
    "shelf": {
      "type": "boolean",
      "variants": { "on": true, "off": false },
      "off": "off",
      "default": "on",
      "tags": ["home"]
    }
  }
}"#,
};

static HOLDOUT_OVER: Lint = Lint {
    code: "HOLDOUT_OVER",
    level: Level::Advice,
    about: "a holdout past its `until`",
    why: "It holds nobody back any more.",
    mend: "Take it out, once what it measured is written down.",
    example: r#"{
  "holdouts": {
    "2020-q4": { "salt": "held-2020-q4", "percent": 5, "flags": ["shelf"], "until": "2021-01-01T00:00:00Z" }
  },
  "flags": {
    "shelf": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" }
  }
}"#,
    mended: r#"{
  "flags": {
    "shelf": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" }
  }
}"#,
};

pub(super) fn look(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    let snapshot = study.snapshot;
    if !snapshot.is_whole {
        return;
    }
    let segments = used_segments(study);
    let mut layers: BTreeSet<&str> =
        study.flags.values().flat_map(|flag| &flag.rules).filter_map(|rule| Some(rule.rule.lane()?.0)).collect();
    spread(&mut layers, |key| {
        let within = snapshot.layers.get(key).and_then(|layer| layer.json.get("within"));
        within.and_then(|within| text(within.get("layer"))).into_iter().collect()
    });
    for (definitions, used, lint, message, help) in [
        (
            &snapshot.segments,
            segments,
            &SEGMENT_UNUSED,
            "no flag asks for the segment",
            "take it out, or name it where it was meant",
        ),
        (&snapshot.layers, layers, &LAYER_UNUSED, "no rule is in the layer", "take it out, or put rules into it"),
    ] {
        for (key, definition) in definitions {
            if !used.contains(key) {
                remarks.push(remark(lint, definition, definition.path(), message.to_owned(), help));
            }
        }
    }
    holdouts(study, remarks);
}

fn remark(lint: &'static Lint, definition: &Definition<'_>, path: String, message: String, help: &str) -> Remark {
    let is_about_key = path == definition.path();
    Remark { lint, subject: definition.subject(), path, is_about_key, message, help: help.to_owned() }
}

/// Adds what is reached from those that are there already.
fn spread<'j>(reached: &mut BTreeSet<&'j str>, next: impl Fn(&str) -> Vec<&'j str>) {
    let mut open: Vec<&str> = reached.iter().copied().collect();
    while let Some(key) = open.pop() {
        open.extend(next(key).into_iter().filter(|key| reached.insert(key)));
    }
}

fn used_segments<'j>(study: &Study<'j>) -> BTreeSet<&'j str> {
    let mut used = BTreeSet::new();
    for rule in study.flags.values().flat_map(|flag| &flag.rules) {
        rule.rule.json.get("when").into_iter().for_each(|when| named_segments(when, &mut used));
    }
    spread(&mut used, |key| {
        let mut named = BTreeSet::new();
        if let Some(segment) = study.snapshot.segments.get(key) {
            named_segments(segment.json, &mut named);
        }
        named.into_iter().collect()
    });
    used
}

/// The segments that a condition names. Conditions nest at most 64 deep.
fn named_segments<'j>(condition: &'j Json, named: &mut BTreeSet<&'j str>) {
    named.extend(text(condition.get("segment")));
    for name in ["all", "any"] {
        list(condition.get(name)).iter().for_each(|part| named_segments(part, named));
    }
    condition.get("not").into_iter().for_each(|part| named_segments(part, named));
}

fn holdouts(study: &Study<'_>, remarks: &mut Vec<Remark>) {
    let snapshot = study.snapshot;
    let tags: BTreeSet<&str> = study.flags.values().flat_map(|flag| texts(flag.definition.json.get("tags"))).collect();
    let units: BTreeSet<Vec<&str>> = study.flags.values().filter_map(|flag| own_unit(&flag.definition)).collect();
    let included: BTreeSet<&str> =
        snapshot.holdouts.values().flat_map(|holdout| texts(holdout.json.get("includes"))).collect();
    for (key, holdout) in &snapshot.holdouts {
        let json = holdout.json;
        let is_at_zero = number(json.get("percent")).is_some_and(|percent| percent <= 0.0);
        let covers_by_name =
            !list(json.get("flags")).is_empty() || texts(json.get("tags")).any(|tag| tags.contains(tag));
        let covers_all = json.get("all") == Some(&Json::Bool(true)) && units.contains(&unit(json.get("unit")));
        let may_cover = covers_by_name || covers_all || !list(json.get("includes")).is_empty();
        if is_over(json.get("until"), study.at) {
            let path = child(&holdout.path(), "until");
            let message = "the holdout has ended: it holds nobody back any more".to_owned();
            remarks.push(remark(&HOLDOUT_OVER, holdout, path, message, "take it out"));
        } else if !included.contains(key) && (is_at_zero || !may_cover) {
            let message =
                if is_at_zero { "the holdout is at 0 %: it covers nothing" } else { "the holdout covers no flag" };
            let help = "take it out, or correct what it covers";
            remarks.push(remark(&HOLDOUT_UNUSED, holdout, holdout.path(), message.to_owned(), help));
        }
    }
}

/// The unit that a flag is about; none when its rules have others.
fn own_unit<'j>(flag: &Definition<'j>) -> Option<Vec<&'j str>> {
    let own = unit(flag.json.get("unit"));
    flag.rules().all(|rule| rule.unit() == own).then_some(own)
}

fn is_over(until: Option<&Json>, at: i64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "instants of a date are far below 2^53")]
    until.and_then(instant).is_some_and(|until| until <= at as f64)
}

//! A holdout as it is written: which units are held back, from which flags, and until when.

use super::fields::{Fields, boolean, string};
use super::findings::Findings;
use super::moment::moment;
use super::problem::{Code, Place, Problems};
use super::rule::check_percent;
use super::tree::Json;
use super::unit::{check_unit, require_salt};

/// The fields that say which flags it covers.
const COVERING: [&str; 4] = ["flags", "tags", "all", "includes"];

pub(crate) fn check(json: &Json, place: Place<'_>, found: &mut Findings) {
    let [flags, tags, all, includes] = COVERING;
    let known = ["unit", "salt", "percent", flags, tags, all, includes, "until", "description"];
    let Some(fields) = Fields::read(json, place, &known, &mut found.problems) else {
        return;
    };
    let problems = &mut found.problems;
    check_unit(&fields, problems);
    require_salt(&fields, problems);
    if let Some(json) = fields.require("percent", "how many of the units are held back", problems) {
        check_percent(json, &place.key("percent"), problems);
    }
    moment(&fields, "until", problems);
    fields.string("description", "a string", problems);
    if let Some(json) = fields.get(all) {
        boolean(json, &place.key(all), problems);
    }
    strings(&fields, tags, problems);
    found.flags = strings(&fields, flags, problems);
    found.holdouts = strings(&fields, includes, problems);
    if COVERING.iter().all(|name| fields.get(name).is_none()) {
        let message = "this holdout covers no flag, expected one of `flags`, `tags`, `all` and `includes`";
        problems.add(&place, Code::MissingField, &[message]);
    }
}

/// The strings in a list that may be absent, each with its place.
fn strings(fields: &Fields<'_, '_>, name: &str, problems: &mut Problems) -> Vec<(String, String)> {
    let place = fields.place.key(name);
    let mut found = Vec::new();
    for (index, item) in fields.list(name, "a list of strings", problems).iter().enumerate() {
        let here = place.index(index);
        if let Some(text) = string(item, "a string", &here, problems) {
            found.push((here.pointer(), text.to_owned()));
        }
    }
    found
}

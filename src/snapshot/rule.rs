//! A flag's rules as they are written: who, how many of them, and what they get.

use super::condition;
use super::fields::{Fields, boolean, check_name, is_safe_integer, missing, wrong_type};
use super::findings::Findings;
use super::flag::Variants;
use super::guardrail;
use super::layer::membership;
use super::limits;
use super::moment::require_minutes;
use super::problem::{Code, Place, Problems};
use super::ramp;
use super::tree::Json;
use super::unit::{check_salt, check_unit, integer_text};
use super::window;
use crate::bucket;
use crate::sort::repeats;

/// `guardrails` is how many the flag has itself.
pub(super) fn check_rules(fields: &Fields<'_, '_>, variants: Variants<'_>, guardrails: usize, found: &mut Findings) {
    let place = fields.place.key("rules");
    let rules = fields.list("rules", "a list of rules", &mut found.problems);
    if rules.len() > limits::RULES {
        found.problems.add(&place, Code::TooMany, &["more than 4095 rules, expected fewer"]);
        return;
    }
    found.guardrails = guardrails;
    let has_salt = fields.get("salt").is_some();
    // The rules that are sound in themselves, and their ids.
    let (mut positions, mut ids) = (Vec::new(), Vec::new());
    for (position, rule) in rules.iter().enumerate() {
        if check_rule(rule, place.index(position), has_salt, variants, found) {
            positions.push(position);
            ids.push(match rule.get("id") {
                Some(Json::String(id)) => id.clone(),
                _ => position.to_string(),
            });
        }
    }
    condition::check_count(&fields.place, found);
    guardrail::check_count(found.guardrails, &fields.place, &mut found.problems);
    check_sticky(fields, rules, &mut found.problems);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    for (earlier, later) in repeats(&ids) {
        let at = |index: usize| positions.get(index).copied().unwrap_or_default();
        let id = ids.get(later).copied().unwrap_or_default();
        // The problem stands at the later of the two, unless its id is only its position.
        let is_given = rules.get(at(later)).is_some_and(|rule| rule.get("id").is_some());
        let place = place.index(at(if is_given { later } else { earlier }));
        let message = ["the id `", id, "` belongs to another rule too, expected it once"];
        found.problems.add(&place.key("id"), Code::InvalidValue, &message);
    }
}

/// A flag's stored variants are kept by one unit.
fn check_sticky(fields: &Fields<'_, '_>, rules: &[Json], problems: &mut Problems) {
    let usual = Json::String("targetingKey".to_owned());
    let own = fields.get("unit").unwrap_or(&usual);
    let mut first = None;
    for (index, rule) in rules.iter().enumerate() {
        if ["sticky", "storedOnly"].iter().all(|field| rule.get(field) != Some(&Json::Bool(true))) {
            continue;
        }
        let unit = rule.get("unit").unwrap_or(own);
        if first.is_some_and(|first| first != unit) {
            let message = "this rule stores variants by another unit than one before it, expected one unit";
            let place = fields.place.key("rules");
            problems.add(&place.index(index), Code::InvalidValue, &[message]);
        }
        first = first.or(Some(unit));
    }
}

/// Whether its id, its condition, its percentage and what it serves are sound.
fn check_rule(json: &Json, here: Place<'_>, has_salt: bool, variants: Variants<'_>, found: &mut Findings) -> bool {
    let known = [
        "id",
        "when",
        "unit",
        "salt",
        "layer",
        "experiment",
        "percent",
        "ramp",
        "window",
        "serve",
        "sticky",
        "storedOnly",
        "guardrails",
    ];
    let Some(fields) = Fields::read(json, here, &known, &mut found.problems) else {
        return false;
    };
    let id = fields.string("id", "a string", &mut found.problems);
    if let Some(id) = id {
        check_name(id, &here.key("id"), &mut found.problems);
    }
    let mut sound = id.is_some() || fields.get("id").is_none();
    if let Some(json) = fields.get("when") {
        sound &= condition::check(json, here.key("when"), 1, found);
    }
    let problems = &mut found.problems;
    check_unit(&fields, problems);
    check_salt(&fields, problems);
    check_experiment(&fields, found);
    let problems = &mut found.problems;
    let share = match fields.get("percent") {
        Some(json) => check_percent(json, &here.key("percent"), problems),
        None => Some(bucket::TOTAL),
    };
    sound &= check_timing(&fields, problems);
    for field in ["sticky", "storedOnly"] {
        if let Some(json) = fields.get(field) {
            boolean(json, &here.key(field), problems);
        }
    }
    let arms = fields.get("serve").and_then(|serve| serve.get("split"));
    let arms = if let Some(Json::List(arms)) = arms { Some(arms.as_slice()) } else { None };
    found.guardrails += guardrail::check(&fields, variants, arms, problems);
    let serve = fields
        .require("serve", "the name of a variant or a split", problems)
        .and_then(|json| check_serve(json, &here.key("serve"), variants, problems));
    let is_ramp = share.is_some_and(|share| share > 0 && share < bucket::TOTAL) || fields.get("ramp").is_some();
    if (is_ramp || serve == Some(Serve::Split)) && fields.get("salt").is_none() && !has_salt {
        let message = "this rule hashes units and neither it nor the flag has a `salt`, expected one";
        problems.add(&here, Code::MissingSalt, &[message]);
    }
    sound && share.is_some() && serve.is_some()
}

/// The experiment that a rule belongs to, and the layer that shares units out to it.
fn check_experiment(fields: &Fields<'_, '_>, found: &mut Findings) {
    let (place, problems) = (&fields.place, &mut found.problems);
    let layer = fields.string("layer", "the key of a layer", problems);
    let experiment = fields.string("experiment", "the name of an experiment", problems);
    match experiment {
        Some(name) => check_name(name, &place.key("experiment"), problems),
        None if layer.is_some() && fields.get("experiment").is_none() => {
            missing("experiment", "the experiment of the layer that this rule is for", place, problems);
        }
        None => {}
    }
    found.memberships.extend(membership(place, layer, experiment));
}

/// Whether what depends on the instant is sound.
fn check_timing(fields: &Fields<'_, '_>, problems: &mut Problems) -> bool {
    let mut sound = true;
    if let Some(json) = fields.get("window") {
        sound &= window::read(json, fields.place.key("window"), problems).is_some();
    }
    if let Some(json) = fields.get("ramp") {
        let place = fields.place.key("ramp");
        sound &= ramp::read(json, place, problems).is_some();
        if fields.get("percent").is_some() {
            problems.add(&place, Code::InvalidValue, &["found both `percent` and `ramp`, expected one of them"]);
            sound = false;
        }
    }
    sound
}

/// Percent as millionths of the units; more than four digits behind the point can't be meant.
pub(super) fn check_percent(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<u32> {
    let expected = "a number from 0 to 100 with at most four decimal places";
    let Json::Number(percent) = json else {
        wrong_type(json, expected, place, problems);
        return None;
    };
    let share = bucket::share(*percent);
    if share.is_none() {
        not_expected(*percent, expected, place, problems);
    }
    share
}

/// What a rule serves, when it is sound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Serve {
    /// One variant, by name or because no other has a weight.
    Variant,
    Split,
}

fn check_serve(json: &Json, place: &Place<'_>, variants: Variants<'_>, problems: &mut Problems) -> Option<Serve> {
    match json {
        Json::String(_) => variants.check(json, place, problems).then_some(Serve::Variant),
        Json::Object(_) => {
            let is_switchback = json.get("switchback").is_some();
            let (name, known): (_, &[&str]) = if is_switchback {
                ("switchback", &["switchback", "slotMinutes", "split"])
            } else {
                ("split", &["split"])
            };
            let fields = Fields::read(json, *place, known, problems)?;
            if is_switchback && fields.get("split").is_some() {
                problems.add(place, Code::InvalidValue, &["found both `split` and `switchback`, expected one of them"]);
                return None;
            }
            let is_timed = !is_switchback || require_minutes(&fields, "slotMinutes", problems).is_some();
            let entries = fields.require_list(name, "a list of weighted variants", problems)?;
            check_split(entries, &place.key(name), variants, problems).filter(|_| is_timed)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) => {
            wrong_type(json, "the name of a variant or an object with `split` or `switchback`", place, problems);
            None
        }
    }
}

fn check_split(entries: &[Json], place: &Place<'_>, variants: Variants<'_>, problems: &mut Problems) -> Option<Serve> {
    if entries.len() > limits::SPLIT_ENTRIES {
        problems.add(place, Code::TooMany, &["more than 255 entries, expected fewer"]);
        return None;
    }
    let expected = "an integer from 0 to 4294967295";
    let (mut sound, mut heavy, mut sum) = (true, 0, 0.0);
    for (index, entry) in entries.iter().enumerate() {
        let here = place.index(index);
        let Some(fields) = Fields::read(entry, here, &["variant", "weight"], problems) else {
            sound = false;
            continue;
        };
        sound &= variants.require(&fields, "variant", problems);
        match fields.require("weight", expected, problems) {
            Some(Json::Number(number)) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number) => {
                // Exact: 255 weights of 32 bits.
                sum += number;
                heavy += u32::from(*number > 0.0);
            }
            Some(json) => {
                sound = false;
                let here = here.key("weight");
                match json {
                    Json::Number(number) => not_expected(*number, expected, &here, problems),
                    other => wrong_type(other, expected, &here, problems),
                }
            }
            None => sound = false,
        }
    }
    if !sound {
        return None;
    }
    if !(1.0..=f64::from(u32::MAX)).contains(&sum) {
        let message = ["found weights that sum to ", &integer_text(sum), ", expected a sum from 1 to 4294967295"];
        problems.add(place, Code::InvalidValue, &message);
        return None;
    }
    Some(if heavy > 1 { Serve::Split } else { Serve::Variant })
}

/// Printing fractions would cost the module more than it says.
pub(super) fn not_expected(number: f64, expected: &str, place: &Place<'_>, problems: &mut Problems) {
    let found = if is_safe_integer(number) { integer_text(number) } else { "another number".to_owned() };
    problems.add(place, Code::InvalidValue, &["found ", &found, ", expected ", expected]);
}

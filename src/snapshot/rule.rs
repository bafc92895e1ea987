//! A flag's rules as they are written: who, how many of them, and what they get.

use super::condition::{Budget, Condition};
use super::fields::{Fields, check_name, is_safe_integer, list, string, wrong_type};
use super::flag::{VariantNames, items};
use super::limits;
use super::problem::{Code, Place, Problems};
use super::tree::Json;
use super::unit::{Unit, integer_text, salt};
use crate::bucket;
use crate::sort::repeats;

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) when: Option<Condition>,
    pub(crate) unit: Option<Unit>,
    pub(crate) salt: Option<String>,
    /// Millionths of the units.
    pub(crate) share: u32,
    pub(crate) serve: Serve,
}

#[derive(Debug, Clone)]
pub(crate) enum Serve {
    Variant(usize),
    /// Variants and weights; at least two weights are not zero.
    Split(Vec<(usize, u32)>),
}

pub(super) fn rules(
    fields: &Fields<'_, '_>,
    variants: &VariantNames<'_>,
    flag_salt: bool,
    problems: &mut Problems,
) -> Vec<Rule> {
    if let Some(Json::List(rules)) = fields.get("rules")
        && rules.len() > limits::RULES
    {
        problems.add(&fields.place.key("rules"), Code::TooMany, &["more than 4095 rules, expected fewer"]);
        return Vec::new();
    }
    let mut budget = Budget::new();
    let mut position = 0;
    let read = items(fields, "rules", "a list of rules", problems, |item, here, problems| {
        let rule = rule(item, here, position, flag_salt, variants, &mut budget, problems);
        position += 1;
        rule
    });
    budget.settle(&fields.place, problems);
    let ids: Vec<&str> = read.iter().map(|rule| rule.id.as_str()).collect();
    // The problem stands at the later of the two, unless its id is only its position.
    let given = |index: usize| match fields.get("rules") {
        Some(Json::List(rules)) => rules.get(index).is_some_and(|rule| rule.get("id").is_some()),
        _ => false,
    };
    for (earlier, later) in repeats(&ids) {
        let id = ids.get(later).copied().unwrap_or_default();
        let message = ["the id `", id, "` belongs to another rule too, expected it once"];
        let rules = fields.place.key("rules");
        let index = if given(later) { later } else { earlier };
        problems.add(&rules.index(index).key("id"), Code::InvalidValue, &message);
    }
    read
}

fn rule(
    json: &Json,
    here: Place<'_>,
    position: usize,
    flag_salt: bool,
    variants: &VariantNames<'_>,
    budget: &mut Budget,
    problems: &mut Problems,
) -> Option<Rule> {
    let fields = Fields::read(json, here, &["id", "when", "unit", "salt", "percent", "serve"], problems)?;
    let id = match fields.get("id") {
        None => Some(position.to_string()),
        Some(json) => string(json, "a string", &here.key("id"), problems).map(|id| {
            check_name(id, &here.key("id"), problems);
            id.to_owned()
        }),
    };
    let when = fields.get("when").map(|json| Condition::read(json, here.key("when"), 1, budget, problems));
    let unit = fields.get("unit").map(|json| Unit::read(json, &here.key("unit"), problems));
    let own_salt = fields.get("salt").map(|json| salt(json, &here.key("salt"), problems));
    let share = fields.get("percent").map_or(Some(bucket::TOTAL), |json| percent(json, &here.key("percent"), problems));
    let serve = fields
        .require("serve", "the name of a variant or a split", problems)
        .and_then(|json| serve(json, &here.key("serve"), variants, problems));
    let hashes =
        share.is_some_and(|share| share > 0 && share < bucket::TOTAL) || matches!(serve, Some(Serve::Split(_)));
    if hashes && own_salt.is_none() && !flag_salt {
        problems.add(
            &here,
            Code::MissingSalt,
            &["this rule hashes units and neither it nor the flag has a `salt`, expected one"],
        );
    }
    Some(Rule {
        id: id?,
        when: match when {
            Some(read) => Some(read?),
            None => None,
        },
        unit: unit.flatten(),
        salt: own_salt.flatten(),
        share: share?,
        serve: serve?,
    })
}

/// Percent to millionths of the units; more than four digits behind the point can't be meant.
fn percent(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<u32> {
    let expected = "a number from 0 to 100 with at most four decimal places";
    let Json::Number(percent) = json else {
        wrong_type(json, expected, place, problems);
        return None;
    };
    let share = bucket::share(*percent);
    if share.is_none() {
        problems.add(place, Code::InvalidValue, &["found ", &json_number(*percent), ", expected ", expected]);
    }
    share
}

fn serve(json: &Json, place: &Place<'_>, variants: &VariantNames<'_>, problems: &mut Problems) -> Option<Serve> {
    let expected = "the name of a variant or an object with `split`";
    match json {
        Json::String(_) => variants.position(json, place, problems).map(Serve::Variant),
        Json::Object(_) => {
            let fields = Fields::read(json, *place, &["split"], problems)?;
            let here = place.key("split");
            let json = fields.require("split", "a list of weighted variants", problems)?;
            let entries = list(json, "a list of weighted variants", &here, problems)?;
            split(entries, &here, variants, problems)
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::List(_) => {
            wrong_type(json, expected, place, problems);
            None
        }
    }
}

fn split(entries: &[Json], place: &Place<'_>, variants: &VariantNames<'_>, problems: &mut Problems) -> Option<Serve> {
    if entries.len() > limits::SPLIT_ENTRIES {
        problems.add(place, Code::TooMany, &["more than 255 entries, expected fewer"]);
        return None;
    }
    let mut weighted = Vec::with_capacity(entries.len());
    let mut sum = 0_u64;
    for (index, entry) in entries.iter().enumerate() {
        let here = place.index(index);
        let Some(fields) = Fields::read(entry, here, &["variant", "weight"], problems) else {
            continue;
        };
        let variant = variants.required(&fields, "variant", problems);
        let weight = fields
            .require("weight", "an integer from 0 to 4294967295", problems)
            .and_then(|json| weight(json, &here.key("weight"), problems));
        if let (Some(variant), Some(weight)) = (variant, weight) {
            sum += u64::from(weight);
            weighted.push((variant, weight));
        }
    }
    if weighted.len() < entries.len() {
        return None;
    }
    if sum == 0 || sum > u64::from(u32::MAX) {
        problems.add(
            place,
            Code::InvalidValue,
            &["found weights that sum to ", &sum.to_string(), ", expected a sum from 1 to 4294967295"],
        );
        return None;
    }
    let mut heavy = weighted.iter().filter(|(_, weight)| *weight > 0);
    match (heavy.next(), heavy.next()) {
        (Some((only, _)), None) => Some(Serve::Variant(*only)),
        _ => Some(Serve::Split(weighted)),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
fn weight(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<u32> {
    let expected = "an integer from 0 to 4294967295";
    match json {
        Json::Number(number) if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number) => {
            Some(*number as u32)
        }
        Json::Number(number) => {
            problems.add(place, Code::InvalidValue, &["found ", &json_number(*number), ", expected ", expected]);
            None
        }
        Json::Null | Json::Bool(_) | Json::String(_) | Json::List(_) | Json::Object(_) => {
            wrong_type(json, expected, place, problems);
            None
        }
    }
}

/// A number for a message; printing fractions would cost the module more than it says.
fn json_number(number: f64) -> String {
    if is_safe_integer(number) { integer_text(number) } else { "another number".to_owned() }
}

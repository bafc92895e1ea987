//! A flag as it is written.

use super::fields::{Fields, boolean, check_name, listed, object, string, wrong_type};
use super::findings::{Findings, Need};
use super::flag_type::FlagType;
use super::guardrail;
use super::limits;
use super::problem::{Code, Place, Problems, nearest};
use super::rule::check_rules;
use super::tree::Json;
use super::unit::{check_ids, check_salt, check_unit};
use crate::date;

const FIELDS: [&str; 17] = [
    "type",
    "enabled",
    "variants",
    "off",
    "default",
    "unit",
    "salt",
    "prerequisites",
    "overrides",
    "rules",
    "guardrails",
    "namespace",
    "metadata",
    "tags",
    "owner",
    "expires",
    "description",
];

pub(crate) fn check(json: &Json, place: Place<'_>, found: &mut Findings) {
    let problems = &mut found.problems;
    let Some(fields) = Fields::read(json, place, &FIELDS, problems) else {
        return;
    };
    let kind = check_type(&fields, problems);
    if let Some(json) = fields.get("enabled") {
        boolean(json, &place.key("enabled"), problems);
    }
    let variants = Variants { entries: check_variants(&fields, kind, problems) };
    check_namespace(&fields, variants, problems);
    variants.require(&fields, "off", problems);
    variants.require(&fields, "default", problems);
    check_unit(&fields, problems);
    check_salt(&fields, problems);
    check_prerequisites(&fields, found);
    check_overrides(&fields, variants, &mut found.problems);
    let guardrails = guardrail::check(&fields, variants, None, &mut found.problems);
    check_rules(&fields, variants, guardrails, found);
    let problems = &mut found.problems;
    check_metadata(&fields, problems);
    fields.string("owner", "a string", problems);
    fields.string("description", "a string", problems);
    let tags = place.key("tags");
    for (index, tag) in fields.list("tags", "a list of strings", problems).iter().enumerate() {
        string(tag, "a string", &tags.index(index), problems);
    }
    check_expires(&fields, problems);
}

fn check_type(fields: &Fields<'_, '_>, problems: &mut Problems) -> Option<FlagType> {
    let expected = listed(&FlagType::NAMES);
    let name = fields.require_string("type", &expected, problems)?;
    let kind = FlagType::from_name(name);
    if kind.is_none() {
        problems.add_near(
            &fields.place.key("type"),
            Code::InvalidValue,
            &["unknown type `", name, "`, expected ", &expected],
            nearest(name, &mut FlagType::NAMES.into_iter()),
        );
    }
    kind
}

/// The variants that a flag's fields can name; none when they are broken themselves.
#[derive(Clone, Copy)]
pub(super) struct Variants<'j> {
    entries: &'j [(String, Json)],
}

impl Variants<'_> {
    /// Whether a field names a variant.
    pub(super) fn require(self, fields: &Fields<'_, '_>, field: &str, problems: &mut Problems) -> bool {
        match fields.require(field, "the name of a variant", problems) {
            Some(json) => self.check(json, &fields.place.key(field), problems),
            None => false,
        }
    }

    pub(super) fn check(self, json: &Json, place: &Place<'_>, problems: &mut Problems) -> bool {
        let Some(name) = string(json, "the name of a variant", place, problems) else {
            return false;
        };
        let is_known = self.entries.iter().any(|(known, _)| known == name);
        if !is_known && !self.entries.is_empty() {
            let names: Vec<&str> = self.entries.iter().map(|(name, _)| name.as_str()).collect();
            problems.add_near(
                place,
                Code::UnknownVariant,
                &["unknown variant `", name, "`, expected ", &listed(&names)],
                nearest(name, &mut names.iter().copied()),
            );
        }
        is_known
    }
}

fn check_variants<'j>(
    fields: &Fields<'j, '_>,
    kind: Option<FlagType>,
    problems: &mut Problems,
) -> &'j [(String, Json)] {
    let place = fields.place.key("variants");
    let json = fields.require("variants", "an object of named values", problems);
    let Some(entries) = json.and_then(|json| object(json, &place, problems)) else {
        return &[];
    };
    if entries.is_empty() {
        problems.add(&place, Code::InvalidValue, &["found no variant, expected at least one"]);
    }
    if entries.len() > limits::VARIANTS {
        problems.add(&place, Code::TooMany, &["more than 255 variants, expected fewer"]);
        return &[];
    }
    for (name, value) in entries {
        let here = place.key(name);
        check_name(name, &here, problems);
        if let Some(kind) = kind.filter(|kind| !kind.takes(value)) {
            let message =
                ["found ", value.kind(), " in a flag of type `", kind.name(), "`, expected a value of its type"];
            problems.add(&here, Code::WrongType, &message);
        }
    }
    entries
}

/// Parameters are the members of what a variant is.
fn check_namespace(fields: &Fields<'_, '_>, variants: Variants<'_>, problems: &mut Problems) {
    let Some(name) = fields.string("namespace", "the name of a namespace", problems) else {
        return;
    };
    check_name(name, &fields.place.key("namespace"), problems);
    let place = fields.place.key("variants");
    for (name, value) in variants.entries {
        if !matches!(value, Json::Object(_)) {
            let message = ["found ", value.kind(), " in a flag with a namespace, expected an object of parameters"];
            problems.add(&place.key(name), Code::WrongType, &message);
        }
    }
}

fn check_metadata(fields: &Fields<'_, '_>, problems: &mut Problems) {
    let place = fields.place.key("metadata");
    let Some(json) = fields.get("metadata") else {
        return;
    };
    for (name, value) in object(json, &place, problems).unwrap_or_default() {
        let here = place.key(name);
        check_name(name, &here, problems);
        if matches!(value, Json::Null | Json::List(_) | Json::Object(_)) {
            wrong_type(value, "a string, a number or a boolean", &here, problems);
        }
    }
}

fn check_prerequisites(fields: &Fields<'_, '_>, found: &mut Findings) {
    let (place, problems) = (fields.place.key("prerequisites"), &mut found.problems);
    let items = fields.list("prerequisites", "a list of prerequisites", problems);
    for (index, item) in items.iter().enumerate() {
        let here = place.index(index);
        let Some(fields) = Fields::read(item, here, &["flag", "variants"], problems) else {
            continue;
        };
        let flag = fields.require_string("flag", "the key of a flag", problems);
        let place = here.key("variants");
        let Some(items) = fields.require_list("variants", "a list of variants", problems) else {
            continue;
        };
        if items.is_empty() {
            problems.add(&place, Code::InvalidValue, &["found an empty list, expected at least one variant"]);
        }
        let mut variants = Vec::with_capacity(items.len());
        for (index, json) in items.iter().enumerate() {
            if let Some(name) = string(json, "the name of a variant", &place.index(index), problems) {
                variants.push(name.to_owned());
            }
        }
        if let Some(flag) = flag {
            found.needs.push(Need { pointer: here.pointer(), to: flag.to_owned(), members: variants });
        }
    }
}

fn check_overrides(fields: &Fields<'_, '_>, variants: Variants<'_>, problems: &mut Problems) {
    let place = fields.place.key("overrides");
    let items = fields.list("overrides", "a list of overrides", problems);
    for (index, item) in items.iter().enumerate() {
        let here = place.index(index);
        let Some(fields) = Fields::read(item, here, &["unit", "ids", "variant"], problems) else {
            continue;
        };
        check_unit(&fields, problems);
        if let Some(json) = fields.require("ids", "a list of strings or safe integers", problems) {
            check_ids(json, &here.key("ids"), problems);
        }
        variants.require(&fields, "variant", problems);
    }
}

fn check_expires(fields: &Fields<'_, '_>, problems: &mut Problems) {
    let expected = "a date such as `2027-03-01` or `2027-03-01T00:00:00Z`";
    let Some(text) = fields.string("expires", expected, problems) else {
        return;
    };
    let midnight = [text, "T00:00:00Z"].concat();
    if date::parse(text.as_bytes()).or_else(|| date::parse(midnight.as_bytes())).is_none() {
        let message = ["found `", text, "`, expected ", expected];
        problems.add(&fields.place.key("expires"), Code::InvalidValue, &message);
    }
}

//! A flag as it is written.

use super::fields::{Fields, boolean, check_name, list, listed, object, string, wrong_type};
use super::flag_type::FlagType;
use super::json;
use super::limits;
use super::problem::{Code, Place, Problems, nearest};
use super::rule::{self, Rule};
use super::tree::Json;
use super::unit::{Unit, ids, salt};
use crate::date;

/// A flag without a known mistake; variants are named by position.
#[derive(Debug, Clone)]
pub(crate) struct Flag<'t> {
    pub(crate) kind: FlagType,
    pub(crate) enabled: bool,
    pub(crate) variants: Vec<Variant<'t>>,
    pub(crate) off: usize,
    pub(crate) default: usize,
    pub(crate) unit: Unit,
    pub(crate) salt: Option<String>,
    pub(crate) prerequisites: Vec<Prerequisite>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) rules: Vec<Rule>,
    /// An object's JSON text.
    pub(crate) metadata: &'t str,
}

#[derive(Debug, Clone)]
pub(crate) struct Variant<'t> {
    pub(crate) name: String,
    /// The value's JSON text.
    pub(crate) value: &'t str,
}

#[derive(Debug, Clone)]
pub(crate) struct Prerequisite {
    pub(crate) flag: String,
    pub(crate) variants: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Override {
    pub(crate) unit: Option<Unit>,
    pub(crate) ids: Vec<String>,
    pub(crate) variant: usize,
}

const FIELDS: [&str; 15] = [
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
    "metadata",
    "tags",
    "owner",
    "expires",
    "description",
];

impl<'t> Flag<'t> {
    /// `json` and `text` are the same object, read and unread. `None` when anything is wrong with it.
    pub(crate) fn read(json: &Json, text: &'t str, place: Place<'_>, problems: &mut Problems) -> Option<Self> {
        let fields = Fields::read(json, place, &FIELDS, problems)?;
        let kind = fields.require("type", &listed(&FlagType::NAMES), problems).and_then(|json| {
            let here = place.key("type");
            let name = string(json, &listed(&FlagType::NAMES), &here, problems)?;
            let kind = FlagType::from_name(name);
            if kind.is_none() {
                problems.add_near(
                    &here,
                    Code::InvalidValue,
                    &["unknown type `", name, "`, expected ", &listed(&FlagType::NAMES)],
                    nearest(name, FlagType::NAMES),
                );
            }
            kind
        });
        let enabled = fields.get("enabled").map_or(Some(true), |json| boolean(json, &place.key("enabled"), problems));
        let variants = fields
            .require("variants", "an object of named values", problems)
            .and_then(|json| variants(json, text, kind, &place.key("variants"), problems));
        let names: Vec<&str> = variants.iter().flatten().map(|variant| variant.name.as_str()).collect();
        let reader = VariantNames { names: &names, known: variants.is_some() };
        let off = reader.required(&fields, "off", problems);
        let default = reader.required(&fields, "default", problems);
        let unit = fields
            .get("unit")
            .map_or_else(|| Some(Unit::targeting_key()), |json| Unit::read(json, &place.key("unit"), problems));
        let salt = fields.get("salt").map(|json| salt(json, &place.key("salt"), problems));
        let prerequisites = prerequisites(&fields, problems);
        let overrides = overrides(&fields, &reader, problems);
        let rules = rule::rules(&fields, &reader, salt.is_some(), problems);
        let metadata = metadata(&fields, text, problems);
        for (name, read) in [("owner", fields.get("owner")), ("description", fields.get("description"))] {
            read.map(|json| string(json, "a string", &place.key(name), problems));
        }
        check_tags(&fields, problems);
        check_expires(&fields, problems);
        if !problems.list.is_empty() {
            return None;
        }
        Some(Self {
            kind: kind?,
            enabled: enabled?,
            off: off?,
            default: default?,
            unit: unit?,
            salt: salt.flatten(),
            prerequisites,
            overrides,
            rules,
            metadata,
            variants: variants?,
        })
    }
}

/// Resolves variant names to positions; silent about them when the variants themselves are broken.
pub(super) struct VariantNames<'n> {
    names: &'n [&'n str],
    known: bool,
}

impl VariantNames<'_> {
    pub(super) fn required(&self, fields: &Fields<'_, '_>, field: &str, problems: &mut Problems) -> Option<usize> {
        let json = fields.require(field, "the name of a variant", problems)?;
        self.position(json, &fields.place.key(field), problems)
    }

    pub(super) fn position(&self, json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<usize> {
        let name = string(json, "the name of a variant", place, problems)?;
        let found = self.names.iter().position(|one| *one == name);
        if found.is_none() && self.known {
            problems.add_near(
                place,
                Code::UnknownVariant,
                &["unknown variant `", name, "`, expected ", &listed(self.names)],
                nearest(name, self.names.iter().copied()),
            );
        }
        found
    }
}

fn variants<'t>(
    json: &Json,
    text: &'t str,
    kind: Option<FlagType>,
    place: &Place<'_>,
    problems: &mut Problems,
) -> Option<Vec<Variant<'t>>> {
    let entries = object(json, place, problems)?;
    if entries.is_empty() {
        problems.add(place, Code::InvalidValue, &["found no variant, expected at least one"]);
        return None;
    }
    if entries.len() > limits::VARIANTS {
        problems.add(place, Code::TooMany, &["more than 255 variants, expected fewer"]);
        return None;
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
    // The tree is the same text read whole, so a second scan of it can't fail.
    let unread = json::member(text, "variants").and_then(json::entries)?;
    Some(unread.into_iter().map(|(name, value)| Variant { name: name.text.into_owned(), value }).collect())
}

fn metadata<'t>(fields: &Fields<'_, '_>, text: &'t str, problems: &mut Problems) -> &'t str {
    let Some(json) = fields.get("metadata") else {
        return "{}";
    };
    let place = fields.place.key("metadata");
    for (name, value) in object(json, &place, problems).unwrap_or_default() {
        let here = place.key(name);
        check_name(name, &here, problems);
        if matches!(value, Json::Null | Json::List(_) | Json::Object(_)) {
            wrong_type(value, "a string, a number or a boolean", &here, problems);
        }
    }
    json::member(text, "metadata").unwrap_or("{}")
}

fn prerequisites(fields: &Fields<'_, '_>, problems: &mut Problems) -> Vec<Prerequisite> {
    items(fields, "prerequisites", "a list of prerequisites", problems, |item, here, problems| {
        let fields = Fields::read(item, here, &["flag", "variants"], problems)?;
        let flag = fields
            .require("flag", "the key of a flag", problems)
            .and_then(|json| string(json, "the key of a flag", &here.key("flag"), problems));
        let place = here.key("variants");
        let variants = fields
            .require("variants", "a list of variants", problems)
            .and_then(|json| list(json, "a list of variants", &place, problems))?;
        if variants.is_empty() {
            problems.add(&place, Code::InvalidValue, &["found an empty list, expected at least one variant"]);
        }
        let names = variants
            .iter()
            .enumerate()
            .filter_map(|(index, json)| string(json, "the name of a variant", &place.index(index), problems))
            .map(str::to_owned)
            .collect();
        Some(Prerequisite { flag: flag?.to_owned(), variants: names })
    })
}

fn overrides(fields: &Fields<'_, '_>, variants: &VariantNames<'_>, problems: &mut Problems) -> Vec<Override> {
    items(fields, "overrides", "a list of overrides", problems, |item, here, problems| {
        let fields = Fields::read(item, here, &["unit", "ids", "variant"], problems)?;
        let unit = fields.get("unit").map(|json| Unit::read(json, &here.key("unit"), problems));
        let ids = fields
            .require("ids", "a list of strings or safe integers", problems)
            .map(|json| ids(json, &here.key("ids"), problems));
        let variant = variants.required(&fields, "variant", problems);
        Some(Override { unit: unit.flatten(), ids: ids?, variant: variant? })
    })
}

fn check_tags(fields: &Fields<'_, '_>, problems: &mut Problems) {
    items(fields, "tags", "a list of strings", problems, |item, here, problems| {
        string(item, "a string", &here, problems).map(|_| ())
    });
}

fn check_expires(fields: &Fields<'_, '_>, problems: &mut Problems) {
    let Some(json) = fields.get("expires") else {
        return;
    };
    let place = fields.place.key("expires");
    let expected = "a date such as `2027-03-01` or `2027-03-01T00:00:00Z`";
    let Some(text) = string(json, expected, &place, problems) else {
        return;
    };
    let midnight = [text, "T00:00:00Z"].concat();
    if date::parse(text.as_bytes()).or_else(|| date::parse(midnight.as_bytes())).is_none() {
        problems.add(&place, Code::InvalidValue, &["found `", text, "`, expected ", expected]);
    }
}

/// Reads every item of an optional list; items with a mistake are left out, since the flag is refused anyway.
pub(super) fn items<T>(
    fields: &Fields<'_, '_>,
    name: &str,
    expected: &str,
    problems: &mut Problems,
    mut read: impl FnMut(&Json, Place<'_>, &mut Problems) -> Option<T>,
) -> Vec<T> {
    let Some(json) = fields.get(name) else {
        return Vec::new();
    };
    let place = fields.place.key(name);
    list(json, expected, &place, problems)
        .unwrap_or_default()
        .iter()
        .enumerate()
        .filter_map(|(index, item)| read(item, place.index(index), problems))
        .collect()
}

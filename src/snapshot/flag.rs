//! A flag as it is written.

use super::condition::{Budget, Condition};
use super::fields::{
    Fields, boolean, check_name, is_safe_integer, list, listed, object, string, wrong_type,
};
use super::limits;
use super::problem::{Code, Place, Problems, nearest};
use super::tree::{Entries, Json};
use super::unit::{Unit, ids, salt};
use crate::bucket;
use crate::date;

/// The type of a flag's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlagType {
    /// `true` and `false`.
    Boolean,
    /// Strings.
    String,
    /// Doubles.
    Number,
    /// Objects and arrays.
    Object,
}

impl FlagType {
    const NAMES: [&str; 4] = ["boolean", "string", "number", "object"];

    fn from_name(name: &str) -> Option<Self> {
        [Self::Boolean, Self::String, Self::Number, Self::Object]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// The name in a snapshot.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Number => "number",
            Self::Object => "object",
        }
    }

    fn takes(self, value: &Json) -> bool {
        match self {
            Self::Boolean => matches!(value, Json::Bool(_)),
            Self::String => matches!(value, Json::String(_)),
            Self::Number => matches!(value, Json::Number(_)),
            Self::Object => matches!(value, Json::Object(_) | Json::List(_)),
        }
    }
}

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
    pub(crate) fn read(
        json: &Json,
        text: &'t str,
        place: Place<'_>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let fields = Fields::read(json, place, &FIELDS, problems)?;
        let kind = fields
            .require("type", &listed(&FlagType::NAMES), problems)
            .and_then(|json| {
                let here = place.key("type");
                let name = string(json, &listed(&FlagType::NAMES), &here, problems)?;
                let kind = FlagType::from_name(name);
                if kind.is_none() {
                    let message = [
                        "unknown type `",
                        name,
                        "`, expected ",
                        &listed(&FlagType::NAMES),
                    ]
                    .concat();
                    problems.add_near(
                        &here,
                        Code::InvalidValue,
                        message,
                        nearest(name, FlagType::NAMES),
                    );
                }
                kind
            });
        let enabled = fields.get("enabled").map_or(Some(true), |json| {
            boolean(json, &place.key("enabled"), problems)
        });
        let variants = fields
            .require("variants", "an object of named values", problems)
            .and_then(|json| variants(json, text, kind, &place.key("variants"), problems));
        let names: Vec<&str> = variants
            .iter()
            .flatten()
            .map(|variant| variant.name.as_str())
            .collect();
        let reader = VariantNames {
            names: &names,
            known: variants.is_some(),
        };
        let off = reader.required(&fields, "off", problems);
        let default = reader.required(&fields, "default", problems);
        let unit = fields.get("unit").map_or_else(
            || Some(Unit::targeting_key()),
            |json| Unit::read(json, &place.key("unit"), problems),
        );
        let salt = fields
            .get("salt")
            .map(|json| salt(json, &place.key("salt"), problems));
        let prerequisites = prerequisites(&fields, problems);
        let overrides = overrides(&fields, &reader, problems);
        let rules = rules(&fields, &reader, salt.is_some(), problems);
        let metadata = metadata(&fields, text, problems);
        for (name, read) in [
            ("owner", fields.get("owner")),
            ("description", fields.get("description")),
        ] {
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
struct VariantNames<'n> {
    names: &'n [&'n str],
    known: bool,
}

impl VariantNames<'_> {
    fn required(
        &self,
        fields: &Fields<'_, '_>,
        field: &str,
        problems: &mut Problems,
    ) -> Option<usize> {
        let json = fields.require(field, "the name of a variant", problems)?;
        self.position(json, &fields.place.key(field), problems)
    }

    fn position(&self, json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<usize> {
        let name = string(json, "the name of a variant", place, problems)?;
        let found = self.names.iter().position(|one| *one == name);
        if found.is_none() && self.known {
            let message = [
                "unknown variant `",
                name,
                "`, expected ",
                &listed(self.names),
            ]
            .concat();
            problems.add_near(
                place,
                Code::UnknownVariant,
                message,
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
        problems.add(
            place,
            Code::InvalidValue,
            "found no variant, expected at least one".to_owned(),
        );
        return None;
    }
    if entries.len() > limits::VARIANTS {
        problems.add(
            place,
            Code::TooMany,
            "more than 255 variants, expected fewer".to_owned(),
        );
        return None;
    }
    for (name, value) in entries {
        let here = place.key(name);
        check_name(name, &here, problems);
        if let Some(kind) = kind.filter(|kind| !kind.takes(value)) {
            let message = [
                "found ",
                value.kind(),
                " in a flag of type `",
                kind.name(),
                "`, expected a value of its type",
            ];
            problems.add(&here, Code::WrongType, message.concat());
        }
    }
    // The tree is the same text read whole, so a second scan of it can't fail.
    let unread = Entries::read(text)
        .ok()
        .and_then(|flag| Entries::read(flag.get("variants")?).ok())?;
    Some(
        unread
            .0
            .into_iter()
            .map(|(name, value)| Variant {
                name: name.text.into_owned(),
                value,
            })
            .collect(),
    )
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
    Entries::read(text)
        .ok()
        .and_then(|flag| flag.get("metadata"))
        .unwrap_or("{}")
}

fn prerequisites(fields: &Fields<'_, '_>, problems: &mut Problems) -> Vec<Prerequisite> {
    items(
        fields,
        "prerequisites",
        "a list of prerequisites",
        problems,
        |item, here, problems| {
            let fields = Fields::read(item, here, &["flag", "variants"], problems)?;
            let flag = fields
                .require("flag", "the key of a flag", problems)
                .and_then(|json| string(json, "the key of a flag", &here.key("flag"), problems));
            let place = here.key("variants");
            let variants = fields
                .require("variants", "a list of variants", problems)
                .and_then(|json| list(json, "a list of variants", &place, problems))?;
            if variants.is_empty() {
                problems.add(
                    &place,
                    Code::InvalidValue,
                    "found an empty list, expected at least one variant".to_owned(),
                );
            }
            let names = variants
                .iter()
                .enumerate()
                .filter_map(|(index, json)| {
                    string(json, "the name of a variant", &place.index(index), problems)
                })
                .map(str::to_owned)
                .collect();
            Some(Prerequisite {
                flag: flag?.to_owned(),
                variants: names,
            })
        },
    )
}

fn overrides(
    fields: &Fields<'_, '_>,
    variants: &VariantNames<'_>,
    problems: &mut Problems,
) -> Vec<Override> {
    items(
        fields,
        "overrides",
        "a list of overrides",
        problems,
        |item, here, problems| {
            let fields = Fields::read(item, here, &["unit", "ids", "variant"], problems)?;
            let unit = fields
                .get("unit")
                .map(|json| Unit::read(json, &here.key("unit"), problems));
            let ids = fields
                .require("ids", "a list of strings or safe integers", problems)
                .map(|json| ids(json, &here.key("ids"), problems));
            let variant = variants.required(&fields, "variant", problems);
            Some(Override {
                unit: unit.flatten(),
                ids: ids?,
                variant: variant?,
            })
        },
    )
}

fn rules(
    fields: &Fields<'_, '_>,
    variants: &VariantNames<'_>,
    flag_salt: bool,
    problems: &mut Problems,
) -> Vec<Rule> {
    if let Some(Json::List(rules)) = fields.get("rules")
        && rules.len() > limits::RULES
    {
        problems.add(
            &fields.place.key("rules"),
            Code::TooMany,
            "more than 4095 rules, expected fewer".to_owned(),
        );
        return Vec::new();
    }
    let mut budget = Budget::new();
    let mut position = 0;
    let read = items(
        fields,
        "rules",
        "a list of rules",
        problems,
        |item, here, problems| {
            let rule = rule(
                item,
                here,
                position,
                flag_salt,
                variants,
                &mut budget,
                problems,
            );
            position += 1;
            rule
        },
    );
    budget.settle(&fields.place, problems);
    let mut ids: Vec<(&str, usize)> = read
        .iter()
        .enumerate()
        .map(|(index, rule)| (rule.id.as_str(), index))
        .collect();
    ids.sort_unstable();
    for pair in ids.windows(2) {
        if let [(first, earlier), (second, index)] = pair
            && first == second
        {
            let message = [
                "the id `",
                second,
                "` belongs to another rule too, expected it once",
            ]
            .concat();
            let rules = fields.place.key("rules");
            // The later of the two, unless its id is only its position.
            let given = |index: usize| match fields.get("rules") {
                Some(Json::List(rules)) => rules
                    .get(index)
                    .is_some_and(|rule| rule.get("id").is_some()),
                _ => false,
            };
            let index = if given(*index) { *index } else { *earlier };
            problems.add(&rules.index(index).key("id"), Code::InvalidValue, message);
        }
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
    let fields = Fields::read(
        json,
        here,
        &["id", "when", "unit", "salt", "percent", "serve"],
        problems,
    )?;
    let id = match fields.get("id") {
        None => Some(position.to_string()),
        Some(json) => string(json, "a string", &here.key("id"), problems).map(|id| {
            check_name(id, &here.key("id"), problems);
            id.to_owned()
        }),
    };
    let when = fields
        .get("when")
        .map(|json| Condition::read(json, here.key("when"), 1, budget, problems));
    let unit = fields
        .get("unit")
        .map(|json| Unit::read(json, &here.key("unit"), problems));
    let own_salt = fields
        .get("salt")
        .map(|json| salt(json, &here.key("salt"), problems));
    let share = fields.get("percent").map_or(Some(bucket::TOTAL), |json| {
        percent(json, &here.key("percent"), problems)
    });
    let serve = fields
        .require("serve", "the name of a variant or a split", problems)
        .and_then(|json| serve(json, &here.key("serve"), variants, problems));
    let hashes = share.is_some_and(|share| share > 0 && share < bucket::TOTAL)
        || matches!(serve, Some(Serve::Split(_)));
    if hashes && own_salt.is_none() && !flag_salt {
        let message =
            "this rule hashes units and neither it nor the flag has a `salt`, expected one";
        problems.add(&here, Code::MissingSalt, message.to_owned());
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
        problems.add(
            place,
            Code::InvalidValue,
            ["found ", &json_number(*percent), ", expected ", expected].concat(),
        );
    }
    share
}

fn serve(
    json: &Json,
    place: &Place<'_>,
    variants: &VariantNames<'_>,
    problems: &mut Problems,
) -> Option<Serve> {
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

fn split(
    entries: &[Json],
    place: &Place<'_>,
    variants: &VariantNames<'_>,
    problems: &mut Problems,
) -> Option<Serve> {
    if entries.len() > limits::SPLIT_ENTRIES {
        problems.add(
            place,
            Code::TooMany,
            "more than 255 entries, expected fewer".to_owned(),
        );
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
        let message = [
            "found weights that sum to ",
            &sum.to_string(),
            ", expected a sum from 1 to 4294967295",
        ]
        .concat();
        problems.add(place, Code::InvalidValue, message);
        return None;
    }
    let mut heavy = weighted.iter().filter(|(_, weight)| *weight > 0);
    match (heavy.next(), heavy.next()) {
        (Some((only, _)), None) => Some(Serve::Variant(*only)),
        _ => Some(Serve::Split(weighted)),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked"
)]
fn weight(json: &Json, place: &Place<'_>, problems: &mut Problems) -> Option<u32> {
    let expected = "an integer from 0 to 4294967295";
    match json {
        Json::Number(number)
            if number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number) =>
        {
            Some(*number as u32)
        }
        Json::Number(number) => {
            problems.add(
                place,
                Code::InvalidValue,
                ["found ", &json_number(*number), ", expected ", expected].concat(),
            );
            None
        }
        Json::Null | Json::Bool(_) | Json::String(_) | Json::List(_) | Json::Object(_) => {
            wrong_type(json, expected, place, problems);
            None
        }
    }
}

/// A number for a message; fractions are printed only on hosts where the printing code costs nothing.
fn json_number(number: f64) -> String {
    if is_safe_integer(number) {
        super::unit::integer_text(number)
    } else {
        "another number".to_owned()
    }
}

fn check_tags(fields: &Fields<'_, '_>, problems: &mut Problems) {
    items(
        fields,
        "tags",
        "a list of strings",
        problems,
        |item, here, problems| string(item, "a string", &here, problems).map(|_| ()),
    );
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
    if date::parse(text.as_bytes())
        .or_else(|| date::parse(midnight.as_bytes()))
        .is_none()
    {
        problems.add(
            &place,
            Code::InvalidValue,
            ["found `", text, "`, expected ", expected].concat(),
        );
    }
}

/// Reads every item of an optional list; items with a mistake are left out, since the flag is refused anyway.
fn items<T>(
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

//! Conditions as they are written: a tree of `all`, `any`, `not`, segments and tests on attributes.

use regex_lite::Regex;

use super::fields::{Fields, boolean, list, listed, string, wrong_type};
use super::limits;
use super::problem::{Code, Place, Problems, nearest};
use super::tree::Json;
use super::unit::attribute;
use crate::address::Network;
use crate::date;
use crate::operator::Operator;
use crate::semver::Version;

/// What must hold for a rule to apply or a unit to be in a segment.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Segment(String),
    Test(Test),
}

/// One operator on one attribute.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    pub(crate) attribute: String,
    pub(crate) operator: Operator,
    pub(crate) operand: Operand,
    pub(crate) ignore_case: bool,
}

/// What an attribute is compared with, already understood.
#[derive(Debug, Clone)]
pub(crate) enum Operand {
    Scalars(Vec<Scalar>),
    Text(String),
    Number(f64),
    Version(String),
    Instant { milliseconds: i64, written: Option<String> },
    Presence(bool),
    Networks(Vec<(Network, String)>),
    Pattern(Regex),
}

/// A value that equality is defined for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Text(String),
    Number(f64),
    Bool(bool),
}

const FORMS: [&str; 5] = ["all", "any", "not", "segment", "attr"];
const FIELDS: [&str; 8] = ["all", "any", "not", "segment", "attr", "op", "value", "ignoreCase"];

/// Counts the conditions of a flag or segment, so that their number stays bounded.
pub(crate) struct Budget {
    left: usize,
    exceeded: bool,
}

impl Budget {
    pub(crate) const fn new() -> Self {
        Self { left: limits::CONDITIONS, exceeded: false }
    }

    /// To be called once all conditions of the flag or segment at `place` are read.
    pub(crate) fn settle(&self, place: &Place<'_>, problems: &mut Problems) {
        if self.exceeded {
            problems.add(place, Code::TooMany, &["more than 65535 conditions, expected fewer"]);
        }
    }
}

impl Condition {
    pub(crate) fn read(
        json: &Json,
        place: Place<'_>,
        depth: usize,
        budget: &mut Budget,
        problems: &mut Problems,
    ) -> Option<Self> {
        let fields = Fields::read(json, place, &FIELDS, problems)?;
        Self::from_fields(&fields, depth, budget, problems)
    }

    /// Whether an object with these fields means to be a condition.
    pub(crate) fn is_written(fields: &Fields<'_, '_>) -> bool {
        FIELDS.iter().any(|name| fields.get(name).is_some())
    }

    pub(crate) const fn field_names() -> &'static [&'static str] {
        &FIELDS
    }

    pub(crate) fn from_fields(
        fields: &Fields<'_, '_>,
        depth: usize,
        budget: &mut Budget,
        problems: &mut Problems,
    ) -> Option<Self> {
        let place = fields.place;
        if depth > limits::CONDITION_DEPTH {
            problems.add(&place, Code::TooDeep, &["conditions nest deeper than 64 levels, expected fewer"]);
            return None;
        }
        let Some(rest) = budget.left.checked_sub(1) else {
            budget.exceeded = true;
            return None;
        };
        budget.left = rest;
        let written: Vec<&str> = FORMS.into_iter().filter(|form| fields.get(form).is_some()).collect();
        let [form] = written.as_slice() else {
            let found = if written.is_empty() { "none".to_owned() } else { listed(&written).replace(" or ", " and ") };
            problems.add(
                &place,
                if written.is_empty() { Code::MissingField } else { Code::InvalidValue },
                &["a condition needs exactly one of ", &listed(&FORMS), ", found ", &found],
            );
            return None;
        };
        if *form == "attr" {
            return Test::read(fields, problems).map(Self::Test);
        }
        for name in ["op", "value", "ignoreCase"] {
            if fields.get(name).is_some() {
                problems.add(
                    &place.key(name),
                    Code::UnknownField,
                    &["`", name, "` stands beside `", form, "`, expected it beside `attr`"],
                );
            }
        }
        let json = fields.get(form)?;
        let here = place.key(form);
        match *form {
            "not" => Some(Self::Not(Box::new(Self::read(json, here, depth + 1, budget, problems)?))),
            "segment" => string(json, "the key of a segment", &here, problems).map(|key| Self::Segment(key.to_owned())),
            combination => {
                let items = list(json, "a list of conditions", &here, problems)?;
                if items.is_empty() {
                    problems.add(&here, Code::InvalidValue, &["found an empty list, expected at least one condition"]);
                    return None;
                }
                let mut parts = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    parts.extend(Self::read(item, here.index(index), depth + 1, budget, problems));
                }
                Some(if combination == "all" { Self::All(parts) } else { Self::Any(parts) })
            }
        }
    }
}

impl Test {
    fn read(fields: &Fields<'_, '_>, problems: &mut Problems) -> Option<Self> {
        let place = fields.place;
        let attribute = attribute(fields.get("attr")?, &place.key("attr"), problems);
        let ignore_case = match fields.get("ignoreCase") {
            Some(json) => boolean(json, &place.key("ignoreCase"), problems),
            None => Some(false),
        };
        let operator = fields.require("op", "the name of an operator", problems).and_then(|json| {
            let here = place.key("op");
            let name = string(json, "the name of an operator", &here, problems)?;
            let operator = Operator::from_name(name);
            if operator.is_none() {
                problems.add_near(
                    &here,
                    Code::UnknownOperator,
                    &["unknown operator `", name, "`, expected one of ", &listed(&Operator::NAMES)],
                    nearest(name, Operator::NAMES),
                );
            }
            operator
        })?;
        if fields.get("ignoreCase").is_some() && !operator.can_ignore_case() {
            problems.add(
                &place.key("ignoreCase"),
                Code::InvalidValue,
                &["`ignoreCase` has no meaning for `", operator.name(), "`, expected it to be absent"],
            );
        }
        let json = fields.require("value", operator.expects(), problems)?;
        let ignore_case = ignore_case?;
        let operand = Operand::read(json, operator, ignore_case, &place.key("value"), problems)?;
        Some(Self { attribute: attribute?, operator, operand, ignore_case })
    }
}

impl Operand {
    fn read(
        json: &Json,
        operator: Operator,
        ignore_case: bool,
        place: &Place<'_>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let expected = operator.expects();
        match operator {
            Operator::Eq | Operator::Ne => {
                Scalar::read(json, expected, place, problems).map(|one| Self::Scalars(vec![one]))
            }
            Operator::In | Operator::NotIn => {
                let items = list(json, expected, place, problems)?;
                let mut scalars = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    scalars.push(Scalar::read(item, "a string, a number or a boolean", &place.index(index), problems)?);
                }
                Some(Self::Scalars(scalars))
            }
            Operator::StartsWith | Operator::EndsWith | Operator::Contains => {
                string(json, expected, place, problems).map(|text| Self::Text(text.to_owned()))
            }
            Operator::Matches => {
                let pattern = string(json, expected, place, problems)?;
                Self::pattern(pattern, ignore_case, place, problems)
            }
            Operator::Lt | Operator::Lte | Operator::Gt | Operator::Gte => {
                if let Json::Number(number) = json {
                    return Some(Self::Number(*number));
                }
                wrong_type(json, expected, place, problems);
                None
            }
            Operator::SemverEq
            | Operator::SemverNe
            | Operator::SemverLt
            | Operator::SemverLte
            | Operator::SemverGt
            | Operator::SemverGte => {
                let text = string(json, expected, place, problems)?;
                if Version::strict(text.as_bytes()).is_some() {
                    return Some(Self::Version(text.to_owned()));
                }
                problems.add(place, Code::InvalidValue, &["found `", text, "`, expected ", expected]);
                None
            }
            Operator::Before | Operator::After => Self::instant(json, expected, place, problems),
            Operator::Exists => boolean(json, place, problems).map(Self::Presence),
            Operator::InCidr => {
                let items = if let Json::List(items) = json { items.as_slice() } else { std::slice::from_ref(json) };
                if items.is_empty() {
                    problems.add(place, Code::InvalidValue, &["found an empty list, expected ", expected]);
                }
                let mut networks = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    let item_place = place.index(index);
                    let here = if matches!(json, Json::List(_)) { &item_place } else { place };
                    let text = string(item, "an address block such as `10.0.0.0/8`", here, problems)?;
                    if let Some(network) = Network::parse(text) {
                        networks.push((network, text.to_owned()));
                    } else {
                        problems.add(
                            here,
                            Code::InvalidValue,
                            &["found `", text, "`, expected an address block such as `10.0.0.0/8`"],
                        );
                    }
                }
                (networks.len() == items.len() && !networks.is_empty()).then_some(Self::Networks(networks))
            }
        }
    }

    fn pattern(pattern: &str, ignore_case: bool, place: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        let built = regex_lite::RegexBuilder::new(pattern).case_insensitive(ignore_case).build();
        match built {
            Ok(regex) => Some(Self::Pattern(regex)),
            Err(error) => {
                let message =
                    ["`", pattern, "` can't be used: ", &error.to_string(), ", expected a regular expression"];
                problems.add(place, Code::InvalidPattern, &message);
                None
            }
        }
    }

    fn instant(json: &Json, expected: &str, place: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        let (read, written) = match json {
            Json::String(text) => (date::parse(text.as_bytes()), Some(text.clone())),
            Json::Number(number) => (date::from_number(*number), None),
            Json::Null | Json::Bool(_) | Json::List(_) | Json::Object(_) => {
                wrong_type(json, expected, place, problems);
                return None;
            }
        };
        if let Some(milliseconds) = read {
            return Some(Self::Instant { milliseconds, written });
        }
        let found = written.unwrap_or_else(|| "a number outside the range of dates".to_owned());
        problems.add(place, Code::InvalidValue, &["found `", &found, "`, expected ", expected]);
        None
    }
}

impl Scalar {
    fn read(json: &Json, expected: &str, place: &Place<'_>, problems: &mut Problems) -> Option<Self> {
        match json {
            Json::String(text) => Some(Self::Text(text.clone())),
            Json::Number(number) => Some(Self::Number(*number)),
            Json::Bool(value) => Some(Self::Bool(*value)),
            Json::Null | Json::List(_) | Json::Object(_) => {
                wrong_type(json, expected, place, problems);
                None
            }
        }
    }
}

//! A segment as it is written: a condition with lists that come before it.

use super::condition::{Budget, Condition};
use super::fields::{Fields, string};
use super::problem::{Code, Place, Problems};
use super::tree::Json;
use super::unit::{Unit, ids};

/// Excluded ids are out, then included ids are in, then the condition decides; without one nobody else is in.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) unit: Unit,
    pub(crate) include: Vec<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) condition: Option<Condition>,
}

impl Segment {
    pub(crate) fn read(json: &Json, place: Place<'_>, problems: &mut Problems) -> Option<Self> {
        let mut known = vec!["unit", "include", "exclude", "description"];
        known.extend_from_slice(Condition::field_names());
        let fields = Fields::read(json, place, &known, problems)?;
        let unit = fields
            .get("unit")
            .map_or_else(|| Some(Unit::targeting_key()), |json| Unit::read(json, &place.key("unit"), problems));
        let mut list = |name| fields.get(name).map(|json| ids(json, &place.key(name), problems));
        let (include, exclude) = (list("include"), list("exclude"));
        if let Some(json) = fields.get("description") {
            string(json, "a string", &place.key("description"), problems);
        }
        let mut budget = Budget::new();
        let condition =
            Condition::is_written(&fields).then(|| Condition::from_fields(&fields, 1, &mut budget, problems));
        budget.settle(&place, problems);
        if condition.is_none() && include.is_none() {
            problems.add(
                &place,
                Code::MissingField,
                &["this segment has neither a condition nor `include`, so it can't match, expected one of them"],
            );
        }
        problems.list.is_empty().then_some(Self {
            unit: unit?,
            include: include.unwrap_or_default(),
            exclude: exclude.unwrap_or_default(),
            condition: condition.flatten(),
        })
    }
}

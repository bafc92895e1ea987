//! What values have in common: the narrowest type that says it in a size that somebody can read.

use std::collections::{BTreeMap, BTreeSet};

use tidegate::Json;

/// The members of an object as they are written.
type Entries<'j> = &'j [(String, Json)];

/// More texts or numbers in one place than these are `string` or `number`. A flag has no more variants.
const MOST_LITERALS: usize = 255;
/// Objects with more different sets of members than these become one, whose members are optional.
const MOST_FORMS: usize = 8;

/// A union of what values in one place can be.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shape {
    pub(super) null: bool,
    pub(super) no: bool,
    pub(super) yes: bool,
    pub(super) numbers: Literals<Number>,
    pub(super) strings: Literals<String>,
    /// What the items of lists can be.
    pub(super) list: Option<Box<Shape>>,
    pub(super) objects: Vec<Form>,
}

/// The members of objects that have the same ones.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Form {
    pub(super) members: BTreeMap<String, Shape>,
    /// Whether some objects lack some of them.
    pub(super) optional: bool,
}

#[derive(Debug, PartialEq)]
pub(super) enum Literals<T> {
    These(BTreeSet<T>),
    Any,
}

/// A double in the order of numbers; values have no NaN, and zero has no sign here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number(pub(super) f64);

impl Eq for Number {}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Default for Literals<T> {
    fn default() -> Self {
        Self::These(BTreeSet::new())
    }
}

impl<T: Ord> Literals<T> {
    fn add(&mut self, literal: T) {
        let Self::These(literals) = self else { return };
        literals.insert(literal);
        if literals.len() > MOST_LITERALS {
            *self = Self::Any;
        }
    }

    fn widen(&mut self) {
        if matches!(self, Self::These(literals) if !literals.is_empty()) {
            *self = Self::Any;
        }
    }
}

impl Shape {
    /// The shape of some values. Linear in them but for sorting; recursion is as deep as they are, 128 levels.
    pub(super) fn of<'j>(values: impl IntoIterator<Item = &'j Json>) -> Self {
        let mut shape = Self::default();
        let mut items: Option<Vec<&Json>> = None;
        let mut objects: Vec<Entries<'_>> = Vec::new();
        for value in values {
            match value {
                Json::Null => shape.null = true,
                Json::Bool(true) => shape.yes = true,
                Json::Bool(false) => shape.no = true,
                // Negative zero and zero are one.
                Json::Number(number) => shape.numbers.add(Number(number + 0.0)),
                Json::String(text) => shape.strings.add(text.clone()),
                Json::List(list) => items.get_or_insert_default().extend(list),
                Json::Object(entries) => objects.push(entries),
            }
        }
        shape.list = items.map(|items| Box::new(Self::of(items)));
        shape.objects = forms(&objects);
        shape
    }

    /// The shape with any text and number where there were literals, inside of lists and objects.
    pub(super) fn widen_inside(&mut self) {
        let inside = self.list.iter_mut().map(AsMut::as_mut);
        for shape in inside.chain(self.objects.iter_mut().flat_map(|form| form.members.values_mut())) {
            shape.numbers.widen();
            shape.strings.widen();
            shape.widen_inside();
        }
    }
}

impl Form {
    /// The members of all objects, each optional.
    pub(super) fn loose(objects: &[Entries<'_>]) -> Self {
        let mut members: BTreeMap<&str, Vec<&Json>> = BTreeMap::new();
        for (name, value) in objects.iter().copied().flatten() {
            members.entry(name).or_default().push(value);
        }
        let members = members.into_iter().map(|(name, values)| (name.to_owned(), Shape::of(values)));
        Self { members: members.collect(), optional: true }
    }
}

/// A form for every set of members, or one for all where there are too many sets.
fn forms(objects: &[Entries<'_>]) -> Vec<Form> {
    let mut alike: BTreeMap<BTreeSet<&str>, Vec<Entries<'_>>> = BTreeMap::new();
    for object in objects {
        alike.entry(object.iter().map(|(name, _)| name.as_str()).collect()).or_default().push(object);
    }
    if alike.len() > MOST_FORMS {
        return vec![Form::loose(objects)];
    }
    alike.into_values().map(|objects| Form { optional: false, ..Form::loose(&objects) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(values: &[&str]) -> Shape {
        let values: Vec<Json> = values.iter().map(|value| value.parse().unwrap()).collect();
        Shape::of(&values)
    }

    #[test]
    fn the_order_of_values_and_members_does_not_matter() {
        assert_eq!(shape(&[r#"{"a":1,"b":[0,2]}"#, "3"]), shape(&["3", r#"{"b":[2,-0],"a":1}"#]));
    }

    #[test]
    fn objects_with_the_same_members_are_one_form_and_others_another() {
        let forms = shape(&[r#"{"a":1}"#, r#"{"a":"x"}"#, r#"{"b":1}"#, "{}"]).objects;
        assert_eq!(forms.len(), 3);
        assert!(forms.iter().all(|form| !form.optional));
    }

    #[test]
    fn too_many_forms_become_one_with_optional_members() {
        let objects: Vec<String> = (0..9).map(|number| format!(r#"{{"m{number}":{number}}}"#)).collect();
        let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
        assert_eq!(shape(&objects[..8]).objects.len(), 8);
        let forms = shape(&objects).objects;
        assert_eq!((forms.len(), forms[0].optional, forms[0].members.len()), (1, true, 9));
    }

    #[test]
    fn more_literals_than_a_flag_has_variants_are_any() {
        let list = |count: usize| format!("{:?}", (0..count).collect::<Vec<_>>());
        let numbers = |count| shape(&[&list(count)]).list.unwrap().numbers;
        assert!(matches!(numbers(255), Literals::These(numbers) if numbers.len() == 255));
        assert_eq!(numbers(256), Literals::Any);
    }
}

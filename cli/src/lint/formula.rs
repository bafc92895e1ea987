//! Conditions as formulas over few kinds of atoms, each distinct test once.
//!
//! `ne` and `notIn` become what they mean: the attribute is there, and `eq` or `in` doesn't match. Segments are written out.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use tidegate::Json;

use super::view::{Definition, Snapshot, id, list, text, unit};

/// A formula's place among the [`Formulas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Node(usize);

#[derive(Debug)]
pub(crate) enum Formula {
    Constant(bool),
    Atom(Atom),
    Not(Node),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// What is true or false of a context by itself. The numbers are places in the lists of [`Formulas`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Atom {
    /// The attribute isn't missing.
    Present(usize),
    /// The attribute, or an element of the list that it is, matches the test.
    Match(usize, usize),
    /// The unit's text is in a list of ids.
    Listed(usize, usize),
    /// The context is in a segment that lies too deep to be written out.
    Segment(usize),
}

/// What a value is compared with, without the attribute.
#[derive(Debug)]
pub(crate) struct Test<'j> {
    pub(crate) operator: &'j str,
    pub(crate) value: &'j Json,
    pub(crate) ignore_case: bool,
}

/// Every condition of a snapshot.
#[derive(Default)]
pub(crate) struct Formulas<'j> {
    nodes: Vec<Formula>,
    pub(crate) tests: Vec<Test<'j>>,
    pub(crate) attributes: Vec<&'j str>,
    pub(crate) lists: Vec<HashSet<String>>,
    segments: BTreeMap<&'j str, Node>,
    numbers: Numbers<'j>,
}

/// Where what is listed once stands.
#[derive(Default)]
struct Numbers<'j> {
    tests: BTreeMap<String, usize>,
    attributes: BTreeMap<&'j str, usize>,
    units: BTreeMap<Vec<&'j str>, usize>,
    segments: BTreeMap<&'j str, usize>,
}

/// Segments in segments are written out as deep as this; a condition nests 64 levels, and so do segments.
const DEEPEST: usize = 16;

impl<'j> Formulas<'j> {
    pub(crate) fn formula(&self, node: Node) -> &Formula {
        self.nodes.get(node.0).unwrap_or(&Formula::Constant(true))
    }

    fn add(&mut self, formula: Formula) -> Node {
        self.nodes.push(formula);
        Node(self.nodes.len() - 1)
    }

    /// The formula of a condition as it is written. Its parts stand in the same order.
    pub(crate) fn read(&mut self, condition: &'j Json, snapshot: &Snapshot<'j>) -> Node {
        self.condition(condition, snapshot, 0)
    }

    fn condition(&mut self, condition: &'j Json, snapshot: &Snapshot<'j>, depth: usize) -> Node {
        let mut parts = |name| -> Vec<Node> {
            list(condition.get(name)).iter().map(|part| self.condition(part, snapshot, depth)).collect()
        };
        let formula = if condition.get("all").is_some() {
            Formula::All(parts("all"))
        } else if condition.get("any").is_some() {
            Formula::Any(parts("any"))
        } else if let Some(part) = condition.get("not") {
            Formula::Not(self.condition(part, snapshot, depth))
        } else if let Some(key) = text(condition.get("segment")) {
            return self.segment(key, snapshot, depth + 1);
        } else {
            self.test(condition)
        };
        self.add(formula)
    }

    fn test(&mut self, condition: &'j Json) -> Formula {
        let (Some(path), Some(operator), Some(value)) =
            (text(condition.get("attr")), text(condition.get("op")), condition.get("value"))
        else {
            return Formula::Constant(false);
        };
        let next = self.attributes.len();
        let attribute = *self.numbers.attributes.entry(path).or_insert(next);
        if attribute == next {
            self.attributes.push(path);
        }
        let present = Formula::Atom(Atom::Present(attribute));
        let (operator, is_negated) = match operator {
            "exists" if *value == Json::Bool(true) => return present,
            "exists" => return Formula::Not(self.add(present)),
            "ne" => ("eq", true),
            "notIn" => ("in", true),
            _ => (operator, false),
        };
        let ignore_case = condition.get("ignoreCase") == Some(&Json::Bool(true));
        let name = format!("{operator} {ignore_case} {}", serde_json::to_string(value).unwrap_or_default());
        let next = self.tests.len();
        let test = *self.numbers.tests.entry(name).or_insert(next);
        if test == next {
            self.tests.push(Test { operator, value, ignore_case });
        }
        let matched = Formula::Atom(Atom::Match(attribute, test));
        if !is_negated {
            return matched;
        }
        let matched = self.add(matched);
        let parts = [present, Formula::Not(matched)].map(|part| self.add(part));
        Formula::All(parts.to_vec())
    }

    fn segment(&mut self, key: &'j str, snapshot: &Snapshot<'j>, depth: usize) -> Node {
        if let Some(node) = self.segments.get(key) {
            return *node;
        }
        let Some(segment) = snapshot.segments.get(key).filter(|_| depth <= DEEPEST) else {
            let next = self.numbers.segments.len();
            let number = *self.numbers.segments.entry(key).or_insert(next);
            return self.add(Formula::Atom(Atom::Segment(number)));
        };
        let segment = *segment;
        let condition = if has_condition(segment.json) {
            self.condition(segment.json, snapshot, depth)
        } else {
            self.add(Formula::Constant(false))
        };
        let listed = |formulas: &mut Self, name| {
            let atom = formulas.listed(&segment, name);
            formulas.add(atom)
        };
        let included = listed(self, "include");
        let either = self.add(Formula::Any(vec![included, condition]));
        let excluded = listed(self, "exclude");
        let kept = self.add(Formula::Not(excluded));
        let node = self.add(Formula::All(vec![kept, either]));
        self.segments.insert(key, node);
        node
    }

    /// The formula of a segment's condition, without its lists, if it has one.
    pub(crate) fn own_condition(&mut self, segment: &Definition<'j>, snapshot: &Snapshot<'j>) -> Option<Node> {
        has_condition(segment.json).then(|| self.condition(segment.json, snapshot, 1))
    }

    /// What a formula asks about: attributes, units and segments, each with a number of its own.
    pub(crate) fn asked(&self, node: Node) -> BTreeSet<usize> {
        let mut asked = BTreeSet::new();
        let (mut open, mut seen) = (vec![node], HashSet::new());
        while let Some(node) = open.pop() {
            if !seen.insert(node) {
                continue;
            }
            match self.formula(node) {
                Formula::Constant(_) => {}
                Formula::Not(part) => open.push(*part),
                Formula::All(parts) | Formula::Any(parts) => open.extend(parts),
                Formula::Atom(Atom::Present(attribute) | Atom::Match(attribute, _)) => {
                    asked.insert(attribute * 3);
                }
                Formula::Atom(Atom::Listed(unit, _)) => {
                    asked.insert(unit * 3 + 1);
                }
                Formula::Atom(Atom::Segment(segment)) => {
                    asked.insert(segment * 3 + 2);
                }
            }
        }
        asked
    }

    fn listed(&mut self, segment: &Definition<'j>, name: &str) -> Formula {
        let ids: HashSet<String> = list(segment.json.get(name)).iter().filter_map(id).collect();
        if ids.is_empty() {
            return Formula::Constant(false);
        }
        let next = self.numbers.units.len();
        let unit = *self.numbers.units.entry(unit(segment.json.get("unit"))).or_insert(next);
        self.lists.push(ids);
        Formula::Atom(Atom::Listed(unit, self.lists.len() - 1))
    }
}

/// Whether a segment has a condition, beside its lists.
pub(crate) fn has_condition(segment: &Json) -> bool {
    ["all", "any", "not", "segment", "attr"].iter().any(|name| segment.get(name).is_some())
}

//! What somebody who has a snapshot can read in it, beside its flags and their values.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::audience::{parts, rules};
use super::section::Section;
use super::tree::{Node, Value};

/// Names and counts, by what they are of.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Readable {
    /// How many ids are in the overrides of a flag.
    pub(crate) override_ids: BTreeMap<String, usize>,
    /// How many ids are in the lists of a segment.
    pub(crate) segment_ids: BTreeMap<String, usize>,
    /// How many values an attribute is compared with.
    pub(crate) attributes: BTreeMap<String, usize>,
    pub(crate) experiments: BTreeSet<String>,
    /// The notes for people that were kept.
    pub(crate) notes: BTreeSet<String>,
}

const NOTES: [&str; 4] = ["description", "expires", "owner", "tags"];

impl Readable {
    /// Of a sound snapshot.
    pub(crate) fn of(root: &Node) -> Self {
        let mut readable = Self::default();
        for section in Section::ALL {
            for definition in root.get(section.name()).map(Node::members).unwrap_or_default() {
                let node = &definition.node;
                readable
                    .notes
                    .extend(NOTES.iter().filter(|note| node.get(note).is_some()).map(|note| (*note).to_owned()));
                readable.add_unit(node);
                match section {
                    Section::Flags => readable.add_flag(&definition.key, node),
                    Section::Segments => readable.add_segment(&definition.key, node),
                    Section::Layers => {
                        let experiments = node.get("experiments").map(Node::members).unwrap_or_default();
                        readable.experiments.extend(experiments.iter().map(|experiment| experiment.key.clone()));
                    }
                    Section::Holdouts => {}
                }
            }
        }
        readable
    }

    fn add_flag(&mut self, key: &str, flag: &Node) {
        let overrides = flag.get("overrides").map(Node::items).unwrap_or_default();
        let ids = overrides.iter().map(|entry| count(entry, "ids")).sum();
        if ids > 0 {
            self.override_ids.insert(key.to_owned(), ids);
        }
        overrides.iter().for_each(|entry| self.add_unit(entry));
        for rule in rules(flag) {
            self.add_unit(rule);
            self.experiments.extend(rule.get("experiment").and_then(Node::text).map(str::to_owned));
            if let Some(condition) = rule.get("when") {
                self.add_condition(condition);
            }
        }
    }

    fn add_segment(&mut self, key: &str, segment: &Node) {
        let ids = count(segment, "include") + count(segment, "exclude");
        if ids > 0 {
            self.segment_ids.insert(key.to_owned(), ids);
        }
        self.add_condition(segment);
    }

    fn add_condition(&mut self, condition: &Node) {
        let mut open = vec![condition];
        while let Some(condition) = open.pop() {
            open.extend(parts(condition));
            let Some(path) = condition.get("attr").and_then(Node::text) else { continue };
            let values = match condition.get("value") {
                Some(Node { value: Value::List(items), .. }) => items.len(),
                _ => 1,
            };
            *self.attributes.entry(path.to_owned()).or_default() += values;
        }
    }

    /// The attributes that a unit is made of, which are compared with nothing.
    fn add_unit(&mut self, node: &Node) {
        let Some(unit) = node.get("unit") else { return };
        for part in std::iter::once(unit).chain(unit.items()).filter_map(Node::text) {
            self.attributes.entry(part.to_owned()).or_default();
        }
    }
}

fn count(node: &Node, list: &str) -> usize {
    node.get(list).map_or(0, |list| list.items().len())
}

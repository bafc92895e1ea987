//! What all files together say of every flag.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::calls::{Call, Key};
use super::mentions::{Meaning, Mention};
use crate::asked::nearest;
use crate::definition::Definitions;
use crate::source::Source;
use crate::types::constants;

/// Where something stands.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    fn new(source: &Source, at: usize) -> Self {
        let position = source.position(at);
        Self { file: source.name.clone(), line: position.line, column: position.column }
    }
}

/// A call that names a flag that isn't there.
#[derive(Serialize)]
pub(super) struct Unknown {
    pub(super) flag: String,
    #[serde(flatten)]
    pub(super) place: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suggestion: Option<String>,
}

/// A call whose key can't be seen.
#[derive(Serialize)]
pub(super) struct Computed {
    /// As it is written.
    pub(super) argument: String,
    #[serde(flatten)]
    pub(super) place: Place,
}

/// A file that was not looked into.
#[derive(Serialize)]
pub(super) struct Skipped {
    pub(super) file: String,
    pub(super) why: &'static str,
}

/// How often something stands in the code, and where first.
#[derive(Default, Clone)]
pub(super) struct Count {
    pub(super) number: usize,
    pub(super) first: Option<Place>,
}

impl Count {
    fn add(&mut self, source: &Source, at: usize) {
        self.number += 1;
        if self.first.is_none() {
            self.first = Some(Place::new(source, at));
        }
    }

    fn join(&mut self, other: Self) {
        self.number += other.number;
        self.first = self.first.take().or(other.first);
    }
}

/// By key: what is known of it so far.
type Counts<'d> = BTreeMap<&'d str, Count>;

pub(super) struct Tally<'d> {
    definitions: &'d Definitions,
    /// The keys of the constants in generated Rust.
    constants: BTreeMap<String, &'d str>,
    namespaces: BTreeSet<&'d str>,
    pub(super) files: usize,
    pub(super) calls: Counts<'d>,
    pub(super) mentions: Counts<'d>,
    pub(super) mentioned_namespaces: BTreeSet<&'d str>,
    /// What is only true if somebody has written constants.
    constant_calls: Vec<(&'d str, Computed)>,
    constant_mentions: Counts<'d>,
    has_constants: bool,
    pub(super) unknown: Vec<Unknown>,
    pub(super) computed: Vec<Computed>,
    pub(super) skipped: Vec<Skipped>,
}

impl<'d> Tally<'d> {
    pub(super) fn new(definitions: &'d Definitions) -> Self {
        Self {
            definitions,
            constants: constants(definitions).into_iter().collect(),
            namespaces: definitions.namespaces().into_keys().collect(),
            files: 0,
            calls: Counts::new(),
            mentions: Counts::new(),
            mentioned_namespaces: BTreeSet::new(),
            constant_calls: Vec::new(),
            constant_mentions: Counts::new(),
            has_constants: false,
            unknown: Vec::new(),
            computed: Vec::new(),
            skipped: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, source: &Source, calls: Vec<Call>, mentions: Vec<Mention<'d>>) {
        self.files += 1;
        for Call { at, key } in calls {
            match key {
                Key::Literal(key) => self.add_call(source, at, key),
                Key::Computed(argument) => {
                    let name = argument.rsplit([':', '.']).next().unwrap_or_default();
                    let key = self.constants.get(name).copied();
                    let computed = Computed { argument, place: Place::new(source, at) };
                    match key {
                        Some(key) => self.constant_calls.push((key, computed)),
                        None => self.computed.push(computed),
                    }
                }
            }
        }
        for Mention { at, of } in mentions {
            match of {
                Meaning::Constant(key) => self.constant_mentions.entry(key).or_default().add(source, at),
                Meaning::Text(text) => {
                    if self.definitions.flags.contains_key(text) {
                        self.mentions.entry(text).or_default().add(source, at);
                    }
                    if self.namespaces.contains(text) {
                        self.mentioned_namespaces.insert(text);
                    }
                }
            }
        }
    }

    fn add_call(&mut self, source: &Source, at: usize, key: String) {
        let definitions = self.definitions;
        if let Some((key, _)) = definitions.flags.get_key_value(&key) {
            self.calls.entry(key).or_default().add(source, at);
        // A flag that is refused is there, and `check` says what is wrong with it.
        } else if definitions.left_out.binary_search(&key).is_err() {
            let known = definitions.flags.keys().chain(&definitions.left_out).map(String::as_str);
            let suggestion = nearest(&key, known);
            self.unknown.push(Unknown { flag: key, place: Place::new(source, at), suggestion });
        }
    }

    /// A file that `tidegate types` wrote, in Rust or not.
    pub(super) fn generated(&mut self, rust: bool) {
        self.files += 1;
        self.has_constants |= rust;
    }

    pub(super) fn skip(&mut self, file: String, why: &'static str) {
        self.skipped.push(Skipped { file, why });
    }

    /// Settles what depended on files that came later.
    pub(super) fn finish(&mut self) {
        for (key, computed) in std::mem::take(&mut self.constant_calls) {
            if self.has_constants {
                self.calls.entry(key).or_default().join(Count { number: 1, first: Some(computed.place) });
            } else {
                self.computed.push(computed);
            }
        }
        for (key, count) in std::mem::take(&mut self.constant_mentions) {
            if self.has_constants {
                self.mentions.entry(key).or_default().join(count);
            }
        }
    }
}

//! From written definitions to blocks, in the order in which they need each other.
//!
//! Settling a definition reads it and everything that it needs and that wasn't settled before, orders them, and compiles
//! those in which nothing is wrong. What comes out doesn't depend on which was asked for first: a definition's fate hangs
//! on what it needs alone.

use std::borrow::Cow;

use zerocopy::IntoBytes;

use super::Program;
use super::build::word;
use super::compile::{self, Parent, within};
use super::definition::{digest, digest_text};
use super::links::{Fault, Link, Node, order};
use super::row::halves;
use super::source::{Drafts, Kind, State};
use crate::snapshot::condition::Condition;
use crate::snapshot::flag::Flag;
use crate::snapshot::segment::Segment;
use crate::snapshot::{Code, Entry, Json, Place, Problem, Problems, nearest, read_entry};

pub(super) struct Settling<'t, 'p> {
    pub(super) words: &'t [u32],
    pub(super) drafts: &'p mut Drafts,
    pub(super) program: &'p mut Program,
}

/// A definition that is being settled, or that one of those names.
struct Reading<'t> {
    number: u32,
    /// Unread for those that are being settled.
    state: State,
    text: &'t str,
    json: Option<Json>,
    written: Option<Written<'t>>,
    problems: Problems,
    /// What it refers to of its own kind: where that stands and which definition it is.
    references: Vec<(String, u32)>,
    /// The digests of the segments that a flag's rules name.
    needs: Vec<u64>,
}

enum Written<'t> {
    Segment(Segment),
    Flag(Flag<'t>),
}

impl<'t> Settling<'t, '_> {
    pub(super) fn settle_all(&mut self, kind: Kind) {
        for number in 0..word(self.drafts.of(kind).len()) {
            self.settle(kind, number);
        }
    }

    /// Linear in the text of what is read.
    pub(super) fn settle(&mut self, kind: Kind, number: u32) {
        if self.drafts.state(kind, number) != State::Unread {
            return;
        }
        let mut group: Vec<Reading<'t>> = Vec::new();
        let mut open = vec![number];
        while let Some(number) = open.pop() {
            // A definition comes once, however often it is named.
            if self.drafts.position(kind, number).is_some() {
                continue;
            }
            self.drafts.set_position(kind, number, Some(group.len()));
            let mut reading = self.read(kind, number);
            if reading.state == State::Unread {
                self.find_segments(kind, &mut reading);
                self.find_parents(&mut reading);
                open.extend(reading.references.iter().map(|(_, to)| *to));
            }
            group.push(reading);
        }
        self.check_variants(&mut group);
        let sorted = self.resolve(kind, &mut group);
        for position in sorted {
            if let Some(reading) = group.get(position).filter(|reading| reading.state == State::Unread) {
                let block = self.compile(reading, &group);
                self.place(kind, reading, block);
            }
        }
        for reading in group {
            self.drafts.set_position(kind, reading.number, None);
            if reading.state == State::Unread {
                self.close(kind, reading);
            }
        }
    }

    /// Reads what a definition's own text says. One that was settled before is read only if it was refused, for the names
    /// in it.
    fn read(&self, kind: Kind, number: u32) -> Reading<'t> {
        let state = self.drafts.state(kind, number);
        let mut reading = Reading {
            number,
            state,
            text: "",
            json: None,
            written: None,
            problems: Problems::default(),
            references: Vec::new(),
            needs: Vec::new(),
        };
        let draft = self.drafts.of(kind).get(number as usize).filter(|_| state != State::Sound);
        let Some(draft) = draft else {
            return reading;
        };
        let (start, len) = (draft.start as usize, draft.len as usize);
        let words: &'t [u32] = self.words;
        let text = words.as_bytes().get(start..start + len).unwrap_or_default();
        reading.text = std::str::from_utf8(text).unwrap_or_default();
        let entry = Entry {
            key: Cow::Owned(kind.directory(self.program).key(&self.program.words, number).to_owned()),
            start,
            text: reading.text,
            broken: draft.broken,
        };
        let section = kind.section();
        (reading.json, reading.written) = read_entry(
            &entry,
            draft.repeated,
            section,
            &mut reading.problems,
            |json, text, place, problems| match kind {
                Kind::Segment => Segment::read(json, place, problems).map(Written::Segment),
                Kind::Flag => Flag::read(json, text, place, problems).map(Written::Flag),
            },
        );
        reading
    }

    /// Finds the segments that conditions name. A segment's own are references of its kind; a flag's are settled at once.
    fn find_segments(&mut self, kind: Kind, reading: &mut Reading<'_>) {
        let mut named: Vec<(String, String)> = Vec::new();
        let mut visit = |key: &str, pointer: &str| named.push((pointer.to_owned(), key.to_owned()));
        let mut pointer = self.pointer(kind, reading.number);
        match &reading.written {
            Some(Written::Segment(Segment { condition: Some(condition), .. })) => {
                each_segment(condition, &mut pointer, &mut visit);
            }
            Some(Written::Flag(flag)) => {
                for (position, rule) in flag.rules.iter().enumerate() {
                    if let Some(condition) = &rule.when {
                        let mut pointer = [&pointer, "/rules/", &position.to_string(), "/when"].concat();
                        each_segment(condition, &mut pointer, &mut visit);
                    }
                }
            }
            Some(Written::Segment(_)) | None => {}
        }
        for (pointer, key) in named {
            let Some(number) = self.program.segments().find(&self.program.words, &key) else {
                reading.problems.list.push(self.unknown(Kind::Segment, &key, &pointer));
                continue;
            };
            if kind == Kind::Segment {
                reading.references.push((pointer, number));
                continue;
            }
            self.settle(Kind::Segment, number);
            if self.drafts.state(Kind::Segment, number) == State::Sound {
                reading.needs.push(self.program.segments().digest(&self.program.words, number));
            } else {
                reading.problems.list.push(refused(Kind::Segment, &key, &pointer));
            }
        }
    }

    fn find_parents(&self, reading: &mut Reading<'_>) {
        let Some(Written::Flag(flag)) = &reading.written else {
            return;
        };
        for (position, prerequisite) in flag.prerequisites.iter().enumerate() {
            let pointer = [&self.prerequisite(reading.number, position), "/flag"].concat();
            match self.program.find(&prerequisite.flag) {
                Some(parent) => reading.references.push((pointer, parent)),
                None => reading.problems.list.push(self.unknown(Kind::Flag, &prerequisite.flag, &pointer)),
            }
        }
    }

    /// Reports the variants that prerequisites name in vain.
    fn check_variants(&self, group: &mut [Reading<'_>]) {
        for child in 0..group.len() {
            let Some(Reading { number, state: State::Unread, written: Some(Written::Flag(flag)), .. }) =
                group.get(child)
            else {
                continue;
            };
            let mut found = Vec::new();
            for (position, prerequisite) in flag.prerequisites.iter().enumerate() {
                let parent = self.program.find(&prerequisite.flag);
                let parent = parent.and_then(|parent| group.get(self.drafts.position(Kind::Flag, parent)?));
                let Some(names) = parent.and_then(|parent| self.variant_names(parent)) else {
                    continue;
                };
                for (index, variant) in prerequisite.variants.iter().enumerate() {
                    if !names.contains(&variant.as_str()) {
                        let pointer =
                            [&self.prerequisite(*number, position), "/variants/", &index.to_string()].concat();
                        found.push(unknown(Code::UnknownVariant, "variant", variant, &pointer, names.iter().copied()));
                    }
                }
            }
            if let Some(reading) = group.get_mut(child) {
                reading.problems.list.extend(found);
            }
        }
    }

    /// The names of a flag's variants; `None` when the flag can't be read.
    fn variant_names<'n>(&'n self, reading: &'n Reading<'_>) -> Option<Vec<&'n str>> {
        match (&reading.written, self.program.flag(reading.number)) {
            (Some(Written::Flag(flag)), _) => Some(flag.variants.iter().map(|variant| variant.name.as_str()).collect()),
            (_, Some(flag)) => Some(flag.variants().iter().map(|variant| flag.text(variant.name)).collect()),
            _ => None,
        }
    }

    /// Orders the readings that have no problem and records what their links refuse.
    fn resolve(&self, kind: Kind, group: &mut [Reading<'_>]) -> Vec<usize> {
        let directory = kind.directory(self.program);
        let nodes: Vec<Node> = group
            .iter()
            .map(|reading| Node {
                sound: match reading.state {
                    State::Unread => reading.problems.list.is_empty(),
                    State::Sound => true,
                    State::Refused => false,
                },
                depth: directory.row(&self.program.words, reading.number).map_or(0, |row| row.depth as usize),
                links: reading
                    .references
                    .iter()
                    .enumerate()
                    .filter_map(|(ordinal, (_, to))| Some(Link { to: self.drafts.position(kind, *to)?, ordinal }))
                    .collect(),
            })
            .collect();
        let (sorted, faults) = order(&nodes);
        let key_of = |position: usize| {
            let number = group.get(position).map_or(u32::MAX, |reading| reading.number);
            directory.key(&self.program.words, number)
        };
        let mut found: Vec<(usize, Problem)> = Vec::new();
        for (position, fault) in faults {
            let Some(reading) = group.get(position) else {
                continue;
            };
            let at = |ordinal: usize| {
                let (pointer, to) = reading.references.get(ordinal)?;
                Some((pointer.as_str(), directory.key(&self.program.words, *to)))
            };
            match fault {
                Fault::Cycle { ordinal, way } => {
                    let way: Vec<&str> = way.iter().map(|position| key_of(*position)).collect();
                    let way =
                        if way.is_empty() { String::new() } else { [" by `", &way.join("` → `"), "`"].concat() };
                    let message = ["this ", kind.name(), " needs itself", &way, ", expected no cycle"].concat();
                    let pointer = at(ordinal).map_or("", |(pointer, _)| pointer);
                    found.push((position, problem(Code::Cycle, pointer, message)));
                }
                Fault::Refused(ordinals) => {
                    let refusals = ordinals.into_iter().filter_map(at);
                    found.extend(refusals.map(|(pointer, name)| (position, refused(kind, name, pointer))));
                }
                Fault::TooDeep => {
                    let message = "the chain of what it needs is longer than 64, expected a shorter one".to_owned();
                    found.push((position, problem(Code::TooDeep, &self.pointer(kind, reading.number), message)));
                }
            }
        }
        for (position, problem) in found {
            if let Some(reading) = group.get_mut(position) {
                reading.problems.list.push(problem);
            }
        }
        sorted
    }

    fn compile(&mut self, reading: &Reading<'_>, group: &[Reading<'_>]) -> Vec<u32> {
        let flag = match &reading.written {
            Some(Written::Segment(segment)) => return compile::segment(self.program, segment),
            Some(Written::Flag(flag)) => flag,
            None => return Vec::new(),
        };
        let mut parents = Vec::with_capacity(flag.prerequisites.len());
        for (prerequisite, (_, parent)) in flag.prerequisites.iter().zip(&reading.references) {
            let names = self.drafts.position(Kind::Flag, *parent).and_then(|position| group.get(position));
            let names = names.and_then(|reading| self.variant_names(reading)).unwrap_or_default();
            let position = |name: &String| names.iter().position(|one| one == name).map(word);
            let variants = prerequisite.variants.iter().filter_map(position).collect();
            parents.push(Parent { flag: *parent, variants });
        }
        compile::flag(self.program, flag, &parents)
    }

    /// Puts a compiled definition where everybody finds it.
    fn place(&mut self, kind: Kind, reading: &Reading<'_>, block: Vec<u32>) {
        let directory = kind.directory(self.program);
        let words = &mut self.program.words;
        let below = |number: u32| directory.row(words, number).map_or(0, |row| row.depth);
        let depth = reading.references.iter().map(|(_, to)| below(*to)).max().unwrap_or(0) + 1;
        let mut needs = reading.needs.clone();
        needs.extend(reading.references.iter().map(|(_, to)| directory.digest(words, *to)));
        let digest = reading.json.as_ref().map_or(0, |json| digest(json, needs));
        let (start, len) = (word(words.len()), word(block.len()));
        words.extend_from_slice(&block);
        if let Some(row) = directory.row_mut(words, reading.number) {
            (row.block, row.block_len, row.digest, row.depth) = (start, len, halves(digest), depth);
        }
    }

    /// Notes what became of a definition.
    fn close(&mut self, kind: Kind, reading: Reading<'_>) {
        let Reading { number, problems, text, .. } = reading;
        let sound = problems.list.is_empty();
        if let Some(draft) = self.drafts.get_mut(kind, number) {
            draft.state = if sound { State::Sound } else { State::Refused };
        }
        if sound {
            return;
        }
        let directory = kind.directory(self.program);
        if let Some(row) = directory.row_mut(&mut self.program.words, number) {
            row.digest = halves(digest_text(text));
        }
        let key = Some(directory.key(&self.program.words, number).to_owned());
        let (flag, segment) = if kind == Kind::Flag { (key, None) } else { (None, key) };
        let named = |one| Problem { flag: flag.clone(), segment: segment.clone(), ..one };
        self.program.problems.extend(problems.list.into_iter().map(named));
    }

    fn pointer(&self, kind: Kind, number: u32) -> String {
        let around = Place::DOCUMENT.key(kind.section());
        around.key(kind.directory(self.program).key(&self.program.words, number)).pointer()
    }

    fn prerequisite(&self, flag: u32, position: usize) -> String {
        [&self.pointer(Kind::Flag, flag), "/prerequisites/", &position.to_string()].concat()
    }

    fn unknown(&self, kind: Kind, name: &str, pointer: &str) -> Problem {
        let directory = kind.directory(self.program);
        let code = if kind == Kind::Flag { Code::UnknownFlag } else { Code::UnknownSegment };
        let known = (0..directory.count).map(|number| directory.key(&self.program.words, number));
        unknown(code, kind.name(), name, pointer, known)
    }
}

/// Calls `visit` with every segment that a condition names and with where it stands.
fn each_segment(condition: &Condition, pointer: &mut String, visit: &mut dyn FnMut(&str, &str)) {
    let (name, parts) = match condition {
        Condition::All(parts) => ("all/", parts),
        Condition::Any(parts) => ("any/", parts),
        Condition::Not(part) => return within(pointer, &["not"], |pointer| each_segment(part, pointer, visit)),
        Condition::Segment(key) => return within(pointer, &["segment"], |pointer| visit(key, pointer)),
        Condition::Test(_) => return,
    };
    for (index, part) in parts.iter().enumerate() {
        within(pointer, &[name, &index.to_string()], |pointer| each_segment(part, pointer, visit));
    }
}

fn unknown<'k>(code: Code, kind: &str, name: &str, pointer: &str, known: impl IntoIterator<Item = &'k str>) -> Problem {
    let message = ["unknown ", kind, " `", name, "`, expected the name of one in this snapshot"].concat();
    Problem { suggestion: nearest(name, known), ..problem(code, pointer, message) }
}

fn refused(kind: Kind, name: &str, pointer: &str) -> Problem {
    let message = ["the ", kind.name(), " `", name, "` is refused, expected a sound one"].concat();
    problem(Code::RefusedDependency, pointer, message)
}

fn problem(code: Code, pointer: &str, message: String) -> Problem {
    Problem { flag: None, segment: None, code, path: pointer.to_owned(), message, suggestion: None }
}

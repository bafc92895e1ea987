//! From written definitions to blocks, in the order in which they need each other.
//!
//! Settling a definition reads it and everything that it needs and that wasn't settled before, orders them, and compiles
//! those in which nothing is wrong. What comes out doesn't depend on which was asked for first: a definition's fate hangs
//! on what it needs alone.

use std::borrow::Cow;

use zerocopy::IntoBytes;

use super::Program;
use super::compile::{self, Parent, Sound};
use super::definition::{digest, digest_text};
use super::links::{Fault, Link, Node, order};
use super::row::halves;
use super::source::{Drafts, Kind, State};
use super::words::word;
use crate::snapshot::json::Entry;
use crate::snapshot::{Code, Findings, Json, Place, Problem, check_flag, check_segment, nearest, read_entry};

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
    /// Nothing is wrong with its own text, which was read.
    is_clean: bool,
    found: Findings,
    /// What it refers to of its own kind: where that stands and which definition it is.
    references: Vec<(String, u32)>,
    /// The digests of the segments that a flag's rules name.
    needs: Vec<u64>,
}

impl Reading<'_> {
    fn is_unread(&self) -> bool {
        self.state == State::Unread
    }

    fn report(&mut self, code: Code, path: String, message: &[&str], suggestion: Option<String>) {
        let message = message.concat();
        self.found.problems.list.push(Problem { flag: None, segment: None, code, path, message, suggestion });
    }
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
            if reading.is_unread() && reading.is_clean {
                self.find_segments(kind, &mut reading);
                self.find_parents(&mut reading);
                for (_, to) in &reading.references {
                    open.push(*to);
                }
            }
            group.push(reading);
        }
        if kind == Kind::Flag {
            self.check_variants(&mut group);
        }
        let sorted = self.resolve(kind, &mut group);
        for position in sorted {
            if let Some(reading) = group.get(position).filter(|reading| reading.is_unread()) {
                let block = self.compile(kind, reading, &group);
                self.place(kind, reading, &block);
            }
        }
        for reading in group {
            self.drafts.set_position(kind, reading.number, None);
            if reading.is_unread() {
                self.close(kind, reading);
            }
        }
    }

    /// Reads what a definition's own text says. One that was settled before is read only if it was refused, for the names
    /// in it.
    fn read(&self, kind: Kind, number: u32) -> Reading<'t> {
        let mut reading = Reading {
            number,
            state: self.drafts.state(kind, number),
            text: "",
            json: None,
            is_clean: false,
            found: Findings::default(),
            references: Vec::new(),
            needs: Vec::new(),
        };
        let Some(draft) = self.drafts.of(kind).get(number as usize) else {
            return reading;
        };
        if reading.state == State::Sound {
            return reading;
        }
        let (start, len) = (draft.start as usize, draft.len as usize);
        let words: &'t [u32] = self.words;
        let text = words.as_bytes().get(start..start + len).unwrap_or_default();
        reading.text = std::str::from_utf8(text).unwrap_or_default();
        let key = Cow::Borrowed(kind.directory(self.program).key(&self.program.words, number));
        let entry = Entry { key, start, text: reading.text, broken: draft.broken };
        let check = match kind {
            Kind::Segment => check_segment,
            Kind::Flag => check_flag,
        };
        reading.json = read_entry(&entry, draft.repeated, kind.section(), &mut reading.found, check);
        reading.is_clean = reading.json.is_some() && reading.found.problems.list.is_empty();
        reading
    }

    /// Finds the segments that conditions name. A segment's own are references of its kind; a flag's are settled at once.
    fn find_segments(&mut self, kind: Kind, reading: &mut Reading<'_>) {
        for (pointer, key) in std::mem::take(&mut reading.found.segments) {
            let Some(number) = self.program.segments().find(&self.program.words, &key) else {
                self.report_unknown(Kind::Segment, &key, pointer, reading);
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
                report_refused(Kind::Segment, &key, pointer, reading);
            }
        }
    }

    fn find_parents(&self, reading: &mut Reading<'_>) {
        let prerequisites = std::mem::take(&mut reading.found.prerequisites);
        for prerequisite in &prerequisites {
            let pointer = [&prerequisite.pointer, "/flag"].concat();
            match self.program.find(&prerequisite.flag) {
                Some(parent) => reading.references.push((pointer, parent)),
                None => self.report_unknown(Kind::Flag, &prerequisite.flag, pointer, reading),
            }
        }
        reading.found.prerequisites = prerequisites;
    }

    /// Reports the variants that prerequisites name in vain.
    fn check_variants(&self, group: &mut [Reading<'_>]) {
        for child in 0..group.len() {
            let mut unknown = Vec::new();
            let Some(reading) = group.get(child).filter(|reading| reading.is_unread() && reading.is_clean) else {
                continue;
            };
            for prerequisite in &reading.found.prerequisites {
                let Some(parent) = self.program.find(&prerequisite.flag) else {
                    continue;
                };
                let names = self.variant_names(parent, group);
                for (index, variant) in prerequisite.variants.iter().enumerate() {
                    // A flag that can't be read has none.
                    if !names.is_empty() && !names.contains(&variant.as_str()) {
                        let pointer = [&prerequisite.pointer, "/variants/", &index.to_string()].concat();
                        unknown.push((pointer, variant.clone(), nearest(variant, &mut names.iter().copied())));
                    }
                }
            }
            if let Some(reading) = group.get_mut(child) {
                for (pointer, name, near) in unknown {
                    report_unknown(Code::UnknownVariant, "variant", &name, pointer, near, reading);
                }
            }
        }
    }

    /// The names of the variants of a flag in the group; none when it can't be read.
    fn variant_names<'n>(&'n self, number: u32, group: &'n [Reading<'_>]) -> Vec<&'n str> {
        let mut names = Vec::new();
        let Some(reading) = self.drafts.position(Kind::Flag, number).and_then(|position| group.get(position)) else {
            return names;
        };
        let written = reading.json.as_ref().filter(|_| reading.is_clean).and_then(|json| json.get("variants"));
        if let Some(Json::Object(entries)) = written {
            for (name, _) in entries {
                names.push(name.as_str());
            }
        } else if let Some(flag) = self.program.flag(number) {
            for variant in flag.variants() {
                names.push(flag.text(variant.name));
            }
        }
        names
    }

    /// Orders the readings that have no problem and records what their links refuse.
    fn resolve(&self, kind: Kind, group: &mut [Reading<'_>]) -> Vec<usize> {
        let directory = kind.directory(self.program);
        let mut nodes = Vec::with_capacity(group.len());
        for reading in &*group {
            let mut links = Vec::with_capacity(reading.references.len());
            for (ordinal, (_, to)) in reading.references.iter().enumerate() {
                if let Some(to) = self.drafts.position(kind, *to) {
                    links.push(Link { to, ordinal });
                }
            }
            let sound = match reading.state {
                State::Unread => reading.found.problems.list.is_empty(),
                State::Sound => true,
                State::Refused => false,
            };
            let depth = directory.row(&self.program.words, reading.number).map_or(0, |row| row.depth as usize);
            nodes.push(Node { sound, depth, links });
        }
        let (sorted, faults) = order(&nodes);
        for (position, fault) in faults {
            self.report(kind, position, fault, group);
        }
        sorted
    }

    fn report(&self, kind: Kind, position: usize, fault: Fault, group: &mut [Reading<'_>]) {
        let (directory, words) = (kind.directory(self.program), &self.program.words);
        match fault {
            Fault::Cycle { ordinal, way } => {
                let mut shown = String::new();
                for (turn, position) in way.iter().enumerate() {
                    let number = group.get(*position).map_or(u32::MAX, |reading| reading.number);
                    shown.push_str(if turn == 0 { " by `" } else { " → `" });
                    shown.push_str(directory.key(words, number));
                    shown.push('`');
                }
                if let Some(reading) = group.get_mut(position) {
                    let pointer = reading.references.get(ordinal).map(|(pointer, _)| pointer.clone());
                    let message = ["this ", kind.name(), " needs itself", &shown, ", expected no cycle"];
                    reading.report(Code::Cycle, pointer.unwrap_or_default(), &message, None);
                }
            }
            Fault::Refused(ordinals) => {
                let Some(reading) = group.get_mut(position) else {
                    return;
                };
                for ordinal in ordinals {
                    if let Some((pointer, to)) = reading.references.get(ordinal).cloned() {
                        report_refused(kind, directory.key(words, to), pointer, reading);
                    }
                }
            }
            Fault::TooDeep => {
                if let Some(reading) = group.get_mut(position) {
                    let message = "the chain of what it needs is longer than 64, expected a shorter one";
                    reading.report(Code::TooDeep, self.pointer(kind, reading.number), &[message], None);
                }
            }
        }
    }

    fn compile(&mut self, kind: Kind, reading: &Reading<'_>, group: &[Reading<'_>]) -> Vec<u32> {
        let Some(json) = &reading.json else {
            return Vec::new();
        };
        let sound = Sound { json, text: reading.text };
        if kind == Kind::Segment {
            return compile::segment(self.program, sound);
        }
        let mut parents = Vec::new();
        for ((_, flag), prerequisite) in reading.references.iter().zip(&reading.found.prerequisites) {
            let names = self.variant_names(*flag, group);
            let mut variants = Vec::with_capacity(prerequisite.variants.len());
            for name in &prerequisite.variants {
                variants.extend(names.iter().position(|one| one == name).map(word));
            }
            parents.push(Parent { flag: *flag, variants });
        }
        compile::flag(self.program, sound, &parents)
    }

    /// Puts a compiled definition where everybody finds it.
    fn place(&mut self, kind: Kind, reading: &Reading<'_>, block: &[u32]) {
        let directory = kind.directory(self.program);
        let words = &mut self.program.words;
        let (mut depth, mut needs) = (0, reading.needs.clone());
        for (_, to) in &reading.references {
            depth = depth.max(directory.row(words, *to).map_or(0, |row| row.depth));
            needs.push(directory.digest(words, *to));
        }
        let digest = reading.json.as_ref().map_or(0, |json| digest(json, &needs));
        let (start, len) = (word(words.len()), word(block.len()));
        words.extend_from_slice(block);
        if let Some(row) = directory.row_mut(words, reading.number) {
            (row.block, row.block_len, row.digest, row.depth) = (start, len, halves(digest), depth + 1);
        }
    }

    /// Notes what became of a definition.
    fn close(&mut self, kind: Kind, reading: Reading<'_>) {
        let Reading { number, found, text, .. } = reading;
        let problems = found.problems.list;
        if let Some(draft) = self.drafts.get_mut(kind, number) {
            draft.state = if problems.is_empty() { State::Sound } else { State::Refused };
        }
        if problems.is_empty() {
            return;
        }
        let directory = kind.directory(self.program);
        if let Some(row) = directory.row_mut(&mut self.program.words, number) {
            row.digest = halves(digest_text(text));
        }
        for mut problem in problems {
            let key = Some(directory.key(&self.program.words, number).to_owned());
            match kind {
                Kind::Segment => problem.segment = key,
                Kind::Flag => problem.flag = key,
            }
            self.program.problems.push(problem);
        }
    }

    fn pointer(&self, kind: Kind, number: u32) -> String {
        let around = Place::DOCUMENT.key(kind.section());
        around.key(kind.directory(self.program).key(&self.program.words, number)).pointer()
    }

    fn report_unknown(&self, kind: Kind, name: &str, pointer: String, reading: &mut Reading<'_>) {
        let (directory, words) = (kind.directory(self.program), &self.program.words);
        let code = if kind == Kind::Flag { Code::UnknownFlag } else { Code::UnknownSegment };
        let near = nearest(name, &mut (0..directory.count).map(|number| directory.key(words, number)));
        report_unknown(code, kind.name(), name, pointer, near, reading);
    }
}

fn report_unknown(
    code: Code,
    kind: &str,
    name: &str,
    pointer: String,
    near: Option<String>,
    reading: &mut Reading<'_>,
) {
    let message = ["unknown ", kind, " `", name, "`, expected the name of one in this snapshot"];
    reading.report(code, pointer, &message, near);
}

fn report_refused(kind: Kind, name: &str, pointer: String, reading: &mut Reading<'_>) {
    let message = ["the ", kind.name(), " `", name, "` is refused, expected a sound one"];
    reading.report(Code::RefusedDependency, pointer, &message, None);
}

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
use super::kind::Kind;
use super::links::{Fault, Link, Node, order};
use super::row::halves;
use super::source::{Drafts, State};
use super::words::word;
use crate::snapshot::json::Entry;
use crate::snapshot::{
    Code, Findings, Json, Place, Problem, check_flag, check_holdout, check_layer, check_segment, read_entry,
};

pub(super) struct Settling<'t, 'p> {
    pub(super) words: &'t [u32],
    pub(super) drafts: &'p mut Drafts,
    pub(super) program: &'p mut Program,
}

/// A definition that is being settled, or that one of those names.
pub(super) struct Reading<'t> {
    pub(super) number: u32,
    /// Unread for those that are being settled.
    state: State,
    text: &'t str,
    pub(super) json: Option<Json>,
    /// Nothing is wrong with its own text, which was read.
    pub(super) is_clean: bool,
    pub(super) found: Findings,
    /// What it refers to of its own kind: where that stands and which definition it is.
    pub(super) references: Vec<(String, u32)>,
    /// Digests of what it needs of other kinds.
    pub(super) needs: Vec<u64>,
    /// The holdouts that cover a flag, in the order of their keys.
    pub(super) holdouts: Vec<u32>,
}

impl Reading<'_> {
    pub(super) fn is_unread(&self) -> bool {
        self.state == State::Unread
    }

    pub(super) fn report(&mut self, code: Code, path: String, message: &[&str], suggestion: Option<String>) {
        self.found.problems.list.push(Problem { suggestion, ..Problem::new(code, path, message.concat()) });
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
                self.find_needs(kind, &mut reading);
                for (_, to) in &reading.references {
                    open.push(*to);
                }
            }
            group.push(reading);
        }
        self.check_members(kind, &mut group);
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
            holdouts: Vec::new(),
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
            Kind::Layer => check_layer,
            Kind::Holdout => check_holdout,
            Kind::Flag => check_flag,
        };
        reading.json = read_entry(&entry, draft.repeated, kind.section(), &mut reading.found, check);
        reading.is_clean = reading.json.is_some() && reading.found.problems.list.is_empty();
        reading
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
        match kind {
            Kind::Segment => return compile::segment(self.program, sound),
            Kind::Layer => return compile::layer(self.program, json),
            Kind::Holdout => {
                let includes: Vec<u32> = reading.references.iter().map(|(_, number)| *number).collect();
                return compile::holdout(self.program, json, &includes);
            }
            Kind::Flag => {}
        }
        let mut parents = Vec::new();
        for ((_, flag), need) in reading.references.iter().zip(&reading.found.needs) {
            let names = self.member_names(kind, *flag, group);
            let mut variants = Vec::with_capacity(need.members.len());
            for name in &need.members {
                variants.extend(names.iter().position(|one| one == name).map(word));
            }
            parents.push(Parent { flag: *flag, variants });
        }
        compile::flag(self.program, sound, &parents, &reading.holdouts)
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
            problem.subject = Some(kind.subject(directory.key(&self.program.words, number)));
            self.program.problems.push(problem);
        }
    }

    fn pointer(&self, kind: Kind, number: u32) -> String {
        let around = Place::DOCUMENT.key(kind.section());
        around.key(kind.directory(self.program).key(&self.program.words, number)).pointer()
    }
}

pub(super) fn report_refused(kind: Kind, name: &str, pointer: String, reading: &mut Reading<'_>) {
    let message = ["the ", kind.name(), " `", name, "` is refused, expected a sound one"];
    reading.report(Code::RefusedDependency, pointer, &message, None);
}

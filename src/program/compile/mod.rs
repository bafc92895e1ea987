//! One checked definition to its block. Nothing is wrong with its tree, so what isn't there is what may be absent.

mod guardrail;
mod layer;

use std::borrow::Cow;

pub(super) use layer::{holdout, layer};

use super::build::{Builder, Finished, Way};
use super::packed::{Arm, Check, Entry};
use super::pattern::Pattern;
use super::row::{self, halves};
use super::words::word;
use super::{Program, Text, timing};
use crate::address::Network;
use crate::bucket::{self, Purpose};
use crate::date;
use crate::operator::{Operand, Operator};
use crate::outcome::{Outcome, Reason};
use crate::pattern::Search;
use crate::semver;
use crate::snapshot::{FlagType, Json, integer_text, json};
use crate::sort::order;

/// Up to this many strings are given numbers and compared by them; longer lists are searched by hash, so that the
/// dictionaries that the facade keeps stay small.
const NUMBERED: usize = 64;

/// A definition in whose text nothing is wrong.
#[derive(Clone, Copy)]
pub(super) struct Sound<'j> {
    /// The same object, read and unread.
    pub(super) json: &'j Json,
    pub(super) text: &'j str,
}

/// A flag that another one names, as it was compiled.
pub(super) struct Parent {
    pub(super) flag: u32,
    /// The positions of the variants that meet the prerequisite.
    pub(super) variants: Vec<u32>,
}

/// Compiles one definition; what it has in common with others goes to the program.
struct Compiler<'p> {
    program: &'p mut Program,
    block: Builder,
    /// The slots that it can read; one may be there more than once.
    reads: Vec<u32>,
    /// Whether the instant matters.
    timed: bool,
}

/// `program` has every segment that this one names.
pub(super) fn segment(program: &mut Program, sound: Sound<'_>) -> Vec<u32> {
    let block = Builder::new::<row::Segment>();
    let mut compiler = Compiler { program, block, reads: Vec::new(), timed: false };
    let (include, exclude) = (items(sound.json, "include"), items(sound.json, "exclude"));
    let is_listed = !include.is_empty() || !exclude.is_empty();
    let unit = if is_listed { compiler.unit(sound.json.get("unit")) } else { 0 };
    let (include, exclude) = (compiler.ids(include), compiler.ids(exclude));
    let when = if form(sound.json).is_some() { compiler.entry(sound.json) } else { Entry::Fails.word() };
    compiler.block.place();
    let (block, reads) = compiler.close();
    let parts = block.parts;
    block.with(&row::Segment { when, unit, include, exclude, reads, parts })
}

/// `program` has every segment and layer that the flag names, `parents` are its prerequisites, and `holdouts` cover it.
pub(super) fn flag(program: &mut Program, sound: Sound<'_>, parents: &[Parent], holdouts: &[u32]) -> Vec<u32> {
    let block = Builder::new::<row::Flag>();
    let mut compiler = Compiler { program, block, reads: Vec::new(), timed: false };
    let (mut variants, mut metadata) = (Vec::new(), "{}");
    for field in json::entries(sound.text) {
        if field.key == "variants" {
            for variant in json::entries(field.text) {
                let name = compiler.block.text(&variant.key);
                variants.push(row::Variant { name, value: compiler.block.text(variant.text) });
            }
        } else if field.key == "metadata" {
            metadata = field.text;
        }
    }
    let prerequisites = compiler.prerequisites(parents);
    let json = sound.json;
    let (off, default) = (variant(json, json.get("off")), variant(json, json.get("default")));
    let overrides = compiler.overrides(json, off);
    let holdouts = compiler.holdouts(holdouts);
    let mut is_sticky = false;
    let mut constant = Some(Outcome::served(default, Reason::Static, None));
    let mut is_decided = false;
    for (position, rule) in items(json, "rules").iter().enumerate() {
        let (row, terms) = compiler.rule(position, rule, json);
        compiler.block.rule(row);
        is_sticky |= row.is_sticky();
        if !is_decided && row.share() > 0 {
            is_decided = true;
            let is_for_all = row.when == Entry::Holds.word()
                && row.share() == bucket::TOTAL
                && terms.arms == 0
                && terms.timing == 0
                && rule.get("layer").is_none();
            let outcome = Outcome::served(row.variant(), Reason::Static, Some(word(position)));
            constant = is_for_all.then_some(outcome);
        }
    }
    compiler.block.place();
    let guardrails = compiler.guardrails(json);
    let asks = [prerequisites, overrides, holdouts, guardrails] != [0; 4];
    if is_sticky || asks {
        constant = None;
    }
    let enabled = !matches!(json.get("enabled"), Some(Json::Bool(false)));
    if !enabled {
        constant = Some(Outcome::served(off, Reason::Disabled, None));
    }
    let metadata = compiler.block.text(metadata);
    let namespace = json.get("namespace").map_or(Text::NONE, |name| compiler.block.text(string(name)));
    let kind = FlagType::from_name(text(json, "type")).unwrap_or(FlagType::Object);
    let marks = [enabled, constant.is_some(), constant.is_none() && compiler.timed, is_sticky, asks];
    let bits = row::Flag::bits(kind, marks, off, default);
    let constant = constant.map_or(0, |outcome| outcome.0);
    // No decision reads it.
    let read = compiler.reads.len();
    let unit = if json.get("unit").is_some() { compiler.unit(json.get("unit")) } else { 0 };
    compiler.reads.truncate(read);
    let besides = if asks || unit != 0 || namespace.is_some() {
        let besides = row::Besides { prerequisites, overrides, holdouts, guardrails, unit, namespace };
        compiler.block.push(&besides)
    } else {
        0
    };
    let variants = compiler.block.list(&variants);
    let (block, reads) = compiler.close();
    let (rules, parts) = (block.rules, block.parts);
    block.with(&row::Flag { bits, constant, rules, parts, besides, variants, reads, metadata })
}

impl Compiler<'_> {
    /// Notes the slots that were touched, each once, in order.
    fn close(mut self) -> (Finished, u32) {
        let mut reads: Vec<u32> = Vec::new();
        for position in order(self.reads.len(), &|a, b| self.reads.get(a).cmp(&self.reads.get(b))) {
            let slot = self.reads.get(position).copied().unwrap_or_default();
            if reads.last() != Some(&slot) {
                reads.push(slot);
            }
        }
        let reads = self.block.list(&reads);
        (self.block.finish(), reads)
    }

    fn slot(&mut self, path: &str) -> u32 {
        let slot = self.program.attributes.number(&mut self.program.words, path);
        self.reads.push(slot);
        slot
    }

    fn unit(&mut self, written: Option<&Json>) -> u32 {
        let mut slots = Vec::new();
        match written {
            Some(Json::List(paths)) => {
                for path in paths {
                    slots.push(self.slot(string(path)));
                }
            }
            Some(path) => slots.push(self.slot(string(path))),
            None => slots.push(self.slot("targetingKey")),
        }
        self.block.list(&slots)
    }

    fn ids(&mut self, items: &[Json]) -> u32 {
        let mut ids = Vec::with_capacity(items.len());
        for item in items {
            ids.push(match item {
                Json::Number(number) => Cow::Owned(integer_text(*number)),
                text => Cow::Borrowed(string(text)),
            });
        }
        self.block.ids(&ids)
    }

    fn prerequisites(&mut self, parents: &[Parent]) -> u32 {
        let mut rows = Vec::with_capacity(parents.len());
        for parent in parents {
            if let Some(parent) = self.program.flag(parent.flag) {
                self.reads.extend_from_slice(parent.reads());
                self.timed |= parent.row.timed();
            }
            rows.push(row::Prerequisite { flag: parent.flag, variants: self.block.list(&parent.variants) });
        }
        self.block.list(&rows)
    }

    fn overrides(&mut self, flag: &Json, off: u32) -> u32 {
        let mut rows = Vec::new();
        // `off` first: whoever is listed as out stays out.
        for is_off in [true, false] {
            for entry in items(flag, "overrides") {
                let (variant, ids) = (variant(flag, entry.get("variant")), items(entry, "ids"));
                if (variant == off) == is_off && !ids.is_empty() {
                    let unit = self.unit(entry.get("unit").or_else(|| flag.get("unit")));
                    rows.push(row::Override { unit, ids: self.ids(ids), variant });
                }
            }
        }
        self.block.list(&rows)
    }

    fn rule(&mut self, position: usize, rule: &Json, flag: &Json) -> (row::Rule, row::Terms) {
        let is_true = |field| matches!(rule.get(field), Some(Json::Bool(true)));
        let is_paused = is_true("storedOnly");
        let share = if is_paused { 0 } else { rule.get("percent").map_or(bucket::TOTAL, share) };
        let when = match rule.get("when") {
            _ if share == 0 => Entry::Fails.word(),
            None => Entry::Holds.word(),
            Some(condition) => self.entry(condition),
        };
        let (mut arms, mut weights, mut heavy) = (Vec::new(), Vec::new(), Vec::new());
        let serve = rule.get("serve").unwrap_or(&Json::Null);
        for entry in serve.get("split").or_else(|| serve.get("switchback")).map(list).unwrap_or_default() {
            let (variant, weight) = (variant(flag, entry.get("variant")), number(entry.get("weight")));
            arms.push(variant);
            weights.push(weight);
            if weight > 0 {
                heavy.push(variant);
            }
        }
        let is_split = heavy.len() > 1;
        let slot = if is_split { number(serve.get("slotMinutes")) } else { 0 };
        let timing = if share > 0 { timing::append(&mut self.block, rule, slot) } else { 0 };
        self.timed |= timing != 0;
        let is_ramp = share > 0 && (share < bucket::TOTAL || rule.get("ramp").is_some());
        let hashes = is_ramp || (share > 0 && is_split && slot == 0);
        let is_sticky = is_paused || is_true("sticky");
        let unit = if hashes || is_sticky { self.unit(rule.get("unit").or_else(|| flag.get("unit"))) } else { 0 };
        let (variant, arms) = if is_split {
            for (arm, end) in arms.iter_mut().zip(bucket::cuts(weights.into_iter())) {
                *arm = Arm { end, variant: *arm }.word();
            }
            (0, self.block.list(&arms))
        } else {
            (heavy.first().copied().unwrap_or_else(|| variant(flag, rule.get("serve"))), 0)
        };
        let salt = if rule.get("salt").is_some() { text(rule, "salt") } else { text(flag, "salt") };
        let mut prefix =
            |wanted, purpose| if wanted { self.block.text(&bucket::prefix(salt, purpose)) } else { Text::NONE };
        let ramp_prefix = prefix(is_ramp, Purpose::Ramp);
        let split_prefix = prefix(arms != 0, if slot == 0 { Purpose::Split } else { Purpose::Slot });
        let id = match rule.get("id") {
            Some(id) => self.block.text(string(id)),
            None => self.block.text(&position.to_string()),
        };
        let serve = row::Rule::serving(share, variant, is_sticky, is_paused);
        let membership = self.membership(rule);
        let terms = row::Terms { unit, arms, ramp_prefix, split_prefix, membership, timing };
        let asks = [unit, arms, membership, timing] != [0; 4];
        let offset = if asks { self.block.push(&terms) } else { 0 };
        (row::Rule { when, serve, terms: offset, id }, terms)
    }

    /// Compiles a condition into tests that lead to its end, and answers where it begins.
    fn entry(&mut self, condition: &Json) -> u32 {
        let entry = self.block.next_entry();
        self.condition(condition, Way::Holds, Way::Fails, &mut String::new());
        entry
    }

    /// Tests lead only to later ones, so that every walk ends.
    fn condition(&mut self, condition: &Json, holds: Way, fails: Way, place: &mut String) {
        let Some((name, written)) = form(condition) else {
            return;
        };
        let length = place.len();
        match name {
            "attr" => {
                let check = self.check(condition, string(written));
                return self.test(check, place, holds, fails);
            }
            "segment" => {
                let Some(segment) = self.program.segments().find(&self.program.words, string(written)) else {
                    return;
                };
                let slots = self.program.segment(segment).map(super::SegmentBlock::reads).unwrap_or_default();
                self.reads.extend_from_slice(slots);
                return self.test(Check::Segment(segment), place, holds, fails);
            }
            "not" => {
                step(place, name);
                self.condition(written, fails, holds, place);
            }
            _ => {
                step(place, name);
                let (parts, around) = (list(written), place.len());
                // The cheaper ones first: in which order they are asked changes only how long it takes.
                let cost = |index: usize| parts.get(index).map_or(0, cost);
                let order = order(parts.len(), &|a, b| cost(a).cmp(&cost(b)));
                for (turn, index) in (1..).zip(order) {
                    let Some(part) = parts.get(index) else { continue };
                    step(place, &index.to_string());
                    if turn == parts.len() {
                        self.condition(part, holds, fails, place);
                    } else {
                        let next = self.block.label();
                        let on = Way::Label(next);
                        let (holds, fails) = if name == "all" { (on, fails) } else { (holds, on) };
                        self.condition(part, holds, fails, place);
                        self.block.put(next);
                    }
                    place.truncate(around);
                }
            }
        }
        place.truncate(length);
    }

    fn test(&mut self, check: Check, place: &str, holds: Way, fails: Way) {
        let place = self.block.text(place);
        self.block.test(check, place, holds, fails);
    }

    fn check(&mut self, test: &Json, path: &str) -> Check {
        let slot = self.slot(path);
        let operator = Operator::from_name(text(test, "op")).unwrap_or(Operator::Exists);
        let ignore_case = matches!(test.get("ignoreCase"), Some(Json::Bool(true)));
        let operand = self.operand(operator, ignore_case, test.get("value").unwrap_or(&Json::Null));
        Check::Attribute { slot, operator, ignore_case, operand }
    }

    fn operand(&mut self, operator: Operator, ignore_case: bool, value: &Json) -> u32 {
        match operator.operand() {
            Operand::Scalar | Operand::Scalars => self.set(list(value), ignore_case),
            Operand::Text => self.block.text(&cased(string(value), ignore_case)).word(),
            Operand::Version => {
                let version = string(value);
                let text = self.block.text(version);
                self.block.push(&row::Semver { text, plain: halves(semver::plain(version.as_bytes())) })
            }
            Operand::Number => self.block.number(if let Json::Number(number) = value { *number } else { 0.0 }),
            Operand::Instant => {
                let written = match value {
                    Json::String(text) => self.block.text(text),
                    _ => Text::NONE,
                };
                let milliseconds = halves(instant(value).unwrap_or_default().cast_unsigned());
                self.block.push(&row::Instant { milliseconds, written })
            }
            Operand::Presence => u32::from(matches!(value, Json::Bool(true))),
            Operand::Networks => {
                let mut blocks = Vec::new();
                for item in list(value) {
                    if let Some(network) = Network::parse(string(item)) {
                        blocks.push(network.row(self.block.text(string(item))));
                    }
                }
                self.block.list(&blocks)
            }
            Operand::Pattern => {
                let written = self.block.text(string(value));
                // It was read before, when it was checked; few conditions have one.
                if let Ok(search) = Search::new(string(value), ignore_case) {
                    self.program.patterns.push(Pattern::Search {
                        search,
                        #[cfg(feature = "compile")]
                        text: string(value).to_owned(),
                        #[cfg(feature = "compile")]
                        ignore_case,
                    });
                }
                self.block.push(&row::Pattern { pattern: word(self.program.patterns.len() - 1), written })
            }
        }
    }

    fn set(&mut self, scalars: &[Json], ignore_case: bool) -> u32 {
        let (mut texts, mut numbers, mut booleans) = (Vec::new(), Vec::new(), 0);
        for scalar in scalars {
            match scalar {
                Json::String(text) => texts.push(cased(text, ignore_case)),
                Json::Number(number) => numbers.push(halves(number.to_bits())),
                Json::Bool(value) => booleans |= if *value { 1 } else { 2 },
                Json::Null | Json::List(_) | Json::Object(_) => {}
            }
        }
        let mut set = row::Set { booleans, symbols: 0, numbers: word(numbers.len()), ids: 0 };
        if ignore_case || texts.len() > NUMBERED {
            set.ids = self.block.ids(&texts);
            texts.clear();
        }
        set.symbols = word(texts.len());
        let offset = self.block.push(&set);
        for text in &texts {
            let symbol = self.program.symbols.number(&mut self.program.words, text);
            self.block.push(&symbol);
        }
        for number in &numbers {
            self.block.push(number);
        }
        offset
    }
}

/// How long a condition takes, by orders of magnitude: within one the order written stays, which may go by what is rare.
fn cost(condition: &Json) -> u32 {
    match form(condition) {
        Some(("attr", _)) => match Operator::from_name(text(condition, "op")).map(Operator::operand) {
            Some(Operand::Number | Operand::Presence | Operand::Scalar | Operand::Scalars) | None => 0,
            Some(Operand::Version | Operand::Text | Operand::Networks | Operand::Instant) => 1,
            Some(Operand::Pattern) => 2,
        },
        Some(("segment", _)) => 1,
        Some(("not", inner)) => cost(inner),
        Some((_, parts)) => list(parts).iter().map(cost).max().unwrap_or_default(),
        None => 0,
    }
}

/// What kind of condition an object is, and what stands under that name.
fn form(condition: &Json) -> Option<(&str, &Json)> {
    let Json::Object(entries) = condition else {
        return None;
    };
    let is_form = |name: &str| matches!(name, "all" | "any" | "not" | "segment" | "attr");
    entries.iter().find(|(name, _)| is_form(name)).map(|(name, written)| (name.as_str(), written))
}

/// The position of the variant that `name` names.
fn variant(flag: &Json, name: Option<&Json>) -> u32 {
    match (flag.get("variants"), name) {
        (Some(Json::Object(entries)), Some(Json::String(name))) => {
            word(entries.iter().position(|(one, _)| one == name).unwrap_or_default())
        }
        _ => 0,
    }
}

fn cased(text: &str, ignore_case: bool) -> Cow<'_, str> {
    if ignore_case { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
fn number(json: Option<&Json>) -> u32 {
    if let Some(Json::Number(number)) = json { *number as u32 } else { 0 }
}

fn string(json: &Json) -> &str {
    if let Json::String(text) = json { text } else { "" }
}

fn text<'j>(json: &'j Json, field: &str) -> &'j str {
    json.get(field).map_or("", string)
}

/// A list's items; anything else is one item.
fn list(json: &Json) -> &[Json] {
    if let Json::List(items) = json { items } else { std::slice::from_ref(json) }
}

fn items<'j>(json: &'j Json, field: &str) -> &'j [Json] {
    json.get(field).map(list).unwrap_or_default()
}

/// Percent as millionths of the units.
fn share(percent: &Json) -> u32 {
    if let Json::Number(percent) = percent { bucket::share(*percent).unwrap_or_default() } else { 0 }
}

/// Epoch milliseconds of a date, or of a number of them.
fn instant(json: &Json) -> Option<i64> {
    match json {
        Json::Number(number) => date::from_number(*number),
        text => date::parse(string(text).as_bytes()),
    }
}

fn step(place: &mut String, name: &str) {
    if !place.is_empty() {
        place.push('/');
    }
    place.push_str(name);
}

//! What a definition names: found, settled where it is of another kind, and reported where it isn't there.

use super::Program;
use super::kind::Kind;
use super::row;
use super::settle::{Reading, Settling, report_refused};
use super::source::State;
use super::words::word;
use crate::bucket;
use crate::snapshot::{Code, Json, Place, nearest};
use crate::sort::order;

impl Settling<'_, '_> {
    /// Finds everything that a definition names. What is of its own kind becomes its references; the rest is settled at once.
    pub(super) fn find_needs(&mut self, kind: Kind, reading: &mut Reading<'_>) {
        match kind {
            Kind::Segment => {
                let names = std::mem::take(&mut reading.found.segments);
                self.refer(kind, names, reading);
            }
            Kind::Layer => self.find_members(kind, reading),
            Kind::Holdout => {
                for (pointer, key) in std::mem::take(&mut reading.found.flags) {
                    if self.program.find(&key).is_none() {
                        self.report_unknown(Kind::Flag, &key, pointer, reading);
                    }
                }
                let names = std::mem::take(&mut reading.found.holdouts);
                self.refer(kind, names, reading);
            }
            Kind::Flag => {
                self.settle_segments(reading);
                self.settle_layers(reading);
                self.find_holdouts(reading);
                self.find_members(kind, reading);
            }
        }
    }

    fn refer(&self, kind: Kind, names: Vec<(String, String)>, reading: &mut Reading<'_>) {
        for (pointer, key) in names {
            match kind.directory(self.program).find(&self.program.words, &key) {
                Some(number) => reading.references.push((pointer, number)),
                None => self.report_unknown(kind, &key, pointer, reading),
            }
        }
    }

    fn settle_segments(&mut self, reading: &mut Reading<'_>) {
        for (pointer, key) in std::mem::take(&mut reading.found.segments) {
            let Some(number) = self.settled(Kind::Segment, &key, pointer, reading) else {
                continue;
            };
            reading.needs.push(self.program.segments().digest(&self.program.words, number));
        }
    }

    fn settle_layers(&mut self, reading: &mut Reading<'_>) {
        for need in std::mem::take(&mut reading.found.memberships) {
            let pointer = [&need.pointer, "/layer"].concat();
            let (Some(number), Some(name)) =
                (self.settled(Kind::Layer, &need.to, pointer, reading), need.members.first())
            else {
                continue;
            };
            match self.program.experiment(number, name) {
                Some(experiment) => {
                    let mut bytes = Vec::new();
                    self.program.write_membership(number, experiment, &mut bytes);
                    reading.needs.push(bucket::hash(&bytes));
                }
                None => {
                    let names = self.member_names(Kind::Layer, number, &[]);
                    let pointer = [&need.pointer, "/experiment"].concat();
                    let near = nearest(name, &mut names.iter().copied());
                    report_unknown(Code::UnknownExperiment, "experiment", name, pointer, near, reading);
                }
            }
        }
    }

    /// The number of a definition of another kind, settled; `None`, with the problem reported, when it can't be used.
    fn settled(&mut self, kind: Kind, key: &str, pointer: String, reading: &mut Reading<'_>) -> Option<u32> {
        let Some(number) = kind.directory(self.program).find(&self.program.words, key) else {
            self.report_unknown(kind, key, pointer, reading);
            return None;
        };
        self.settle(kind, number);
        if self.drafts.state(kind, number) != State::Sound {
            report_refused(kind, key, pointer, reading);
            return None;
        }
        Some(number)
    }

    /// Finds the holdouts that cover a flag, and reports those of another unit.
    fn find_holdouts(&mut self, reading: &mut Reading<'_>) {
        if self.drafts.of(Kind::Holdout).is_empty() {
            return;
        }
        self.settle_all(Kind::Holdout);
        let Some(json) = &reading.json else {
            return;
        };
        let key = self.program.flag_key(reading.number);
        let mut covering: Vec<u32> = Vec::new();
        let mut foreign = Vec::new();
        for number in 0..word(self.drafts.of(Kind::Holdout).len()) {
            let Some(holdout) = self.program.holdout(number) else { continue };
            let by_name = self.program.holdout_names(number, key, json);
            if !by_name && !self.program.holdout_takes_all(number) {
                continue;
            }
            let unit = self.program.unit_paths(holdout.block, holdout.row.unit);
            match other_unit(json, &unit) {
                Some(place) if by_name => foreign.push((number, place)),
                Some(_) => {}
                None if holdout.row.share() > 0 => covering.push(number),
                None => {}
            }
        }
        let holdout = |at: usize| covering.get(at).map(|number| self.program.holdout_key(*number));
        let sorted = order(covering.len(), &|a, b| holdout(a).cmp(&holdout(b)));
        for number in sorted.into_iter().filter_map(|at| covering.get(at)) {
            let mut bytes = Vec::new();
            self.program.write_holdout(*number, &mut bytes);
            reading.needs.push(bucket::hash(&bytes));
            reading.holdouts.push(*number);
        }
        for (number, place) in foreign {
            let flag = Place::DOCUMENT.key(Kind::Flag.section()).key(key).pointer();
            let message = [
                "the holdout `",
                self.program.holdout_key(number),
                "` covers this flag and holds back another unit, expected the same: it would split what is decided together",
            ];
            reading.report(Code::UnitMismatch, [flag, place].concat(), &message, None);
        }
    }

    /// Finds what a definition names with members: prerequisites, or the layer that a layer is in.
    fn find_members(&self, kind: Kind, reading: &mut Reading<'_>) {
        let needs = std::mem::take(&mut reading.found.needs);
        for need in &needs {
            let pointer = [&need.pointer, "/", kind.name()].concat();
            match kind.directory(self.program).find(&self.program.words, &need.to) {
                Some(number) => reading.references.push((pointer, number)),
                None => self.report_unknown(kind, &need.to, pointer, reading),
            }
        }
        reading.found.needs = needs;
    }

    /// Reports members of definitions of the same kind that are named in vain.
    pub(super) fn check_members(&self, kind: Kind, group: &mut [Reading<'_>]) {
        let (code, noun) = match kind {
            Kind::Layer => (Code::UnknownExperiment, "experiment"),
            _ => (Code::UnknownVariant, "variant"),
        };
        for child in 0..group.len() {
            let mut unknown = Vec::new();
            let Some(reading) = group.get(child).filter(|reading| reading.is_unread() && reading.is_clean) else {
                continue;
            };
            for need in &reading.found.needs {
                let Some(number) = kind.directory(self.program).find(&self.program.words, &need.to) else {
                    continue;
                };
                let names = self.member_names(kind, number, group);
                for (index, member) in need.members.iter().enumerate() {
                    // A definition that can't be read has none.
                    if !names.is_empty() && !names.contains(&member.as_str()) {
                        let last = match kind {
                            Kind::Layer => "/experiment".to_owned(),
                            _ => ["/variants/", &index.to_string()].concat(),
                        };
                        let near = nearest(member, &mut names.iter().copied());
                        unknown.push(([&need.pointer, last.as_str()].concat(), member.clone(), near));
                    }
                }
            }
            if let Some(reading) = group.get_mut(child) {
                for (pointer, name, near) in unknown {
                    report_unknown(code, noun, &name, pointer, near, reading);
                }
            }
        }
    }

    /// The names of a flag's variants or a layer's experiments; none when it can't be read.
    pub(super) fn member_names<'n>(&'n self, kind: Kind, number: u32, group: &'n [Reading<'_>]) -> Vec<&'n str> {
        let mut names = Vec::new();
        let reading = self.drafts.position(kind, number).and_then(|position| group.get(position));
        let members = if kind == Kind::Layer { "experiments" } else { "variants" };
        let written =
            reading.filter(|reading| reading.is_clean).and_then(|reading| reading.json.as_ref()?.get(members));
        if let Some(Json::Object(entries)) = written {
            for (name, _) in entries {
                names.push(name.as_str());
            }
        } else if kind == Kind::Layer {
            if let Some(layer) = self.program.layer(number) {
                names.extend(layer.experiments().iter().map(|experiment| layer.body().text(experiment.name)));
            }
        } else if let Some(flag) = self.program.flag(number) {
            names.extend(flag.variants().iter().map(|variant| flag.text(variant.name)));
        }
        names
    }

    fn report_unknown(&self, kind: Kind, name: &str, pointer: String, reading: &mut Reading<'_>) {
        let (directory, words) = (kind.directory(self.program), &self.program.words);
        let code = match kind {
            Kind::Segment => Code::UnknownSegment,
            Kind::Layer => Code::UnknownLayer,
            Kind::Holdout => Code::UnknownHoldout,
            Kind::Flag => Code::UnknownFlag,
        };
        let near = nearest(name, &mut (0..directory.count).map(|number| directory.key(words, number)));
        report_unknown(code, kind.name(), name, pointer, near, reading);
    }
}

impl Program {
    /// The position of an experiment in a layer.
    pub(super) fn experiment(&self, layer: u32, name: &str) -> Option<u32> {
        let layer = self.layer(layer)?;
        let is_it = |experiment: &row::Experiment| layer.body().text(experiment.name) == name;
        layer.experiments().iter().position(is_it).map(word)
    }

    /// Whether a holdout, or one that it includes, names a flag or one of its tags.
    fn holdout_names(&self, holdout: u32, key: &str, flag: &Json) -> bool {
        let Some(block) = self.holdout(holdout) else {
            return false;
        };
        let listed =
            |ids: u32, text: &str| super::Ids::at(block.block, ids).is_some_and(|ids| ids.contain(text.as_bytes()));
        let is_tagged = match flag.get("tags") {
            Some(Json::List(tags)) => {
                tags.iter().any(|tag| matches!(tag, Json::String(tag) if listed(block.row.tags, tag)))
            }
            _ => false,
        };
        let includes: &[u32] = block.block.list(block.row.includes);
        is_tagged || listed(block.row.flags, key) || includes.iter().any(|one| self.holdout_names(*one, key, flag))
    }

    /// Whether a holdout, or one that it includes, covers every flag of its unit.
    fn holdout_takes_all(&self, holdout: u32) -> bool {
        self.holdout(holdout).is_some_and(|block| {
            let includes: &[u32] = block.block.list(block.row.includes);
            block.row.covers_all() || includes.iter().any(|one| self.holdout_takes_all(*one))
        })
    }

    /// Adds what decides whether a unit is in an experiment, and nothing of the layer's others.
    fn write_membership(&self, mut layer: u32, mut experiment: u32, bytes: &mut Vec<u8>) {
        while let Some(block) = self.layer(layer) {
            let body = block.body();
            self.write_key(body, block.row.unit, block.row.prefix, bytes);
            if let Some(experiment) = block.experiments().get(experiment as usize) {
                for range in body.block.list::<[u32; 2]>(experiment.ranges) {
                    range.iter().for_each(|end| bytes.extend_from_slice(&end.to_le_bytes()));
                }
            }
            let Some(within) = block.within() else { return };
            (layer, experiment) = (within.layer, within.experiment);
        }
    }

    /// Adds what decides whether a unit is held back, and nothing of the flags that are covered.
    fn write_holdout(&self, holdout: u32, bytes: &mut Vec<u8>) {
        if let Some(block) = self.holdout(holdout) {
            self.write_key(block.body(), block.row.unit, block.row.prefix, bytes);
            bytes.extend_from_slice(&block.row.share().to_le_bytes());
            block.row.until.iter().for_each(|half| bytes.extend_from_slice(&half.to_le_bytes()));
        }
    }

    fn write_key(&self, body: super::Body<'_>, unit: u32, prefix: super::Text, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(body.bytes(prefix));
        bytes.extend_from_slice(self.unit_name(body.block, unit).as_bytes());
    }
}

/// Where a flag says that it is about another unit than `unit`: its own, or one of its rules'.
fn other_unit(flag: &Json, unit: &[&str]) -> Option<String> {
    let is_other = |json: &Json| match json {
        Json::List(paths) => {
            paths.len() != unit.len()
                || !paths.iter().zip(unit).all(|(path, wanted)| matches!(path, Json::String(path) if path == wanted))
        }
        Json::String(path) => unit != [path.as_str()],
        _ => true,
    };
    match flag.get("unit") {
        Some(own) if is_other(own) => return Some("/unit".to_owned()),
        None if unit != ["targetingKey"] => return Some(String::new()),
        _ => {}
    }
    let Some(Json::List(rules)) = flag.get("rules") else {
        return None;
    };
    let position = rules.iter().position(|rule| rule.get("unit").is_some_and(is_other))?;
    Some(["/rules/", &position.to_string(), "/unit"].concat())
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

//! A document to a program: read every definition, resolve what they name, compile the sound ones in order.

use super::assemble::{Assembler, row_number};
use super::compile::{Parent, within};
use super::definition::{digest, digest_text};
use super::links::{Fault, Link, order};
use super::{Flag, Program};
use crate::snapshot::condition::Condition;
use crate::snapshot::flag;
use crate::snapshot::segment;
use crate::snapshot::{Code, Document, Json, Place, Problem, Problems, Source, nearest, read_source};

/// A definition on its way into the program.
struct Draft<'t, T> {
    key: &'t str,
    text: &'t str,
    json: Option<Json>,
    written: Option<T>,
    problems: Problems,
    /// Names that it refers to of its own kind: where they stand and which definition they are.
    references: Vec<(String, usize)>,
}

impl Program {
    /// Reads a snapshot and compiles it. Linear in the length of `bytes`.
    ///
    /// Flags and segments that have a problem are left out and reported by [`Program::problems`]; the rest serve.
    ///
    /// # Errors
    /// The problem that refuses the document as a whole.
    ///
    /// # Examples
    /// ```
    /// let program = tidegate::Program::load(br#"{
    ///     "schemaVersion": 1, "revision": "7",
    ///     "flags": { "dark-mode": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "default": "on" } }
    /// }"#)?;
    /// assert_eq!(program.flag_count(), 1);
    /// # Ok::<(), tidegate::Problem>(())
    /// ```
    pub fn load(bytes: &[u8]) -> Result<Self, Problem> {
        let document = Document::read(bytes)?;
        let mut assembler = Assembler::default();
        let mut segments = drafts(&document.segments, "segments", |json, _, place, problems| {
            segment::Segment::read(json, place, problems)
        });
        let (segment_numbers, segment_digests) = compile_segments(&mut segments, &mut assembler);
        let mut flags = drafts(&document.flags, "flags", flag::Flag::read);
        let compiled = compile_flags(&mut flags, &segments, &segment_numbers, &segment_digests, &mut assembler);
        assembler.settle();
        let mut problems = Vec::new();
        for draft in segments {
            problems.extend(
                draft.problems.list.into_iter().map(|one| Problem { segment: Some(draft.key.to_owned()), ..one }),
            );
        }
        for draft in flags {
            problems
                .extend(draft.problems.list.into_iter().map(|one| Problem { flag: Some(draft.key.to_owned()), ..one }));
        }
        let Assembler { interner, tables, attributes, segments, .. } = assembler;
        Ok(Self {
            revision: document.revision,
            sequence: document.sequence,
            environment: document.environment,
            strings: interner.finish(),
            flags: compiled,
            problems,
            attributes,
            segments,
            tables,
        })
    }
}

fn drafts<'t, T>(
    sources: &'t [Source<'t>],
    section: &'static str,
    read: impl Fn(&Json, &'t str, Place<'_>, &mut Problems) -> Option<T>,
) -> Vec<Draft<'t, T>> {
    let draft = |source: &'t Source<'t>| {
        let mut problems = Problems::default();
        let (json, written) = read_source(source, section, &mut problems, &read);
        Draft { key: &source.key, text: source.text, json, written, problems, references: Vec::new() }
    };
    sources.iter().map(draft).collect()
}

/// Answers with every segment's number in the program, if it is sound, and with its digest.
fn compile_segments(
    drafts: &mut [Draft<'_, segment::Segment>],
    assembler: &mut Assembler,
) -> (Vec<Option<u32>>, Vec<u64>) {
    let keys: Vec<String> = drafts.iter().map(|draft| draft.key.to_owned()).collect();
    for draft in drafts.iter_mut() {
        let Some(condition) = draft.written.as_ref().and_then(|written| written.condition.as_ref()) else {
            continue;
        };
        let mut pointer = pointer_to("segments", draft.key);
        each_segment(condition, &mut pointer, &mut |key, pointer| match find(&keys, key) {
            Some(index) => draft.references.push((pointer.to_owned(), index)),
            None => draft.problems.list.push(unknown(Code::UnknownSegment, "segment", key, pointer, &keys)),
        });
    }
    let sorted = resolve(drafts, "segment");
    let mut numbers: Vec<Option<u32>> = vec![None; drafts.len()];
    let mut digests: Vec<u64> = drafts.iter().map(|draft| digest_text(draft.text)).collect();
    for index in sorted {
        let Some(draft) = drafts.get(index) else {
            continue;
        };
        let (Some(written), Some(json)) = (&draft.written, &draft.json) else {
            continue;
        };
        let segment_of = |key: &str| find(&keys, key).and_then(|index| numbers.get(index).copied().flatten());
        let number = assembler.segment(draft.key, written, &segment_of);
        let needs = draft.references.iter().filter_map(|(_, index)| digests.get(*index).copied()).collect();
        let digest = digest(json, needs);
        set(&mut numbers, index, Some(number));
        set(&mut digests, index, digest);
    }
    (numbers, digests)
}

fn compile_flags(
    drafts: &mut [Draft<'_, flag::Flag<'_>>],
    segments: &[Draft<'_, segment::Segment>],
    segment_numbers: &[Option<u32>],
    segment_digests: &[u64],
    assembler: &mut Assembler,
) -> Vec<Flag> {
    let segment_keys: Vec<String> = segments.iter().map(|draft| draft.key.to_owned()).collect();
    let mut needs = check_segments(drafts, &segment_keys, segment_numbers, segment_digests);
    check_prerequisites(drafts);
    let sorted = resolve(drafts, "flag");
    let mut flags: Vec<Flag> = drafts
        .iter()
        .map(|draft| Flag { key: assembler.interner.span(draft.key), body: None, digest: digest_text(draft.text) })
        .collect();
    let segment_of =
        |key: &str| find(&segment_keys, key).and_then(|index| segment_numbers.get(index).copied().flatten());
    for index in sorted {
        let Some(draft) = drafts.get(index) else {
            continue;
        };
        let (Some(written), Some(json)) = (&draft.written, &draft.json) else {
            continue;
        };
        let slots: Vec<Vec<u32>> = draft
            .references
            .iter()
            .map(|(_, parent)| flags.get(*parent).and_then(|flag| flag.body.as_ref()))
            .map(|body| body.map(|body| body.slots.of(&assembler.tables.indices).to_vec()).unwrap_or_default())
            .collect();
        let parents = written
            .prerequisites
            .iter()
            .zip(&draft.references)
            .zip(&slots)
            .map(|((prerequisite, (_, parent)), slots)| Parent {
                index: row_number(*parent),
                variants: positions(drafts.get(*parent), &prerequisite.variants),
                slots,
            })
            .collect();
        let body = assembler.flag(written, parents, &segment_of);
        let mut needed = needs.get_mut(index).map(std::mem::take).unwrap_or_default();
        needed.extend(draft.references.iter().filter_map(|(_, parent)| flags.get(*parent).map(|flag| flag.digest)));
        let digest = digest(json, needed);
        if let Some(flag) = flags.get_mut(index) {
            flag.body = Some(body);
            flag.digest = digest;
        }
    }
    flags
}

/// Reports segments that flags name in vain; answers with the digests of those that they find.
fn check_segments(
    drafts: &mut [Draft<'_, flag::Flag<'_>>],
    keys: &[String],
    numbers: &[Option<u32>],
    digests: &[u64],
) -> Vec<Vec<u64>> {
    let check = |draft: &mut Draft<'_, flag::Flag<'_>>| {
        let mut needs = Vec::new();
        let Some(written) = &draft.written else {
            return needs;
        };
        for (position, rule) in written.rules.iter().enumerate() {
            let Some(condition) = &rule.when else {
                continue;
            };
            let mut pointer = [&pointer_to("flags", draft.key), "/rules/", &position.to_string(), "/when"].concat();
            each_segment(condition, &mut pointer, &mut |key, pointer| match find(keys, key) {
                None => draft.problems.list.push(unknown(Code::UnknownSegment, "segment", key, pointer, keys)),
                Some(index) if numbers.get(index).copied().flatten().is_none() => {
                    draft.problems.list.push(refused("segment", key, pointer));
                }
                Some(index) => needs.extend(digests.get(index)),
            });
        }
        needs
    };
    drafts.iter_mut().map(check).collect()
}

/// Reports flags and variants that prerequisites name in vain, and notes those that they find.
fn check_prerequisites(drafts: &mut [Draft<'_, flag::Flag<'_>>]) {
    let keys: Vec<String> = drafts.iter().map(|draft| draft.key.to_owned()).collect();
    let names = |written: &flag::Flag<'_>| written.variants.iter().map(|variant| variant.name.clone()).collect();
    let variants: Vec<Option<Vec<String>>> = drafts.iter().map(|draft| draft.written.as_ref().map(names)).collect();
    for draft in drafts {
        let Some(written) = &draft.written else {
            continue;
        };
        for (position, prerequisite) in written.prerequisites.iter().enumerate() {
            let pointer = [&pointer_to("flags", draft.key), "/prerequisites/", &position.to_string()].concat();
            let at_flag = [&pointer, "/flag"].concat();
            let Some(parent) = find(&keys, &prerequisite.flag) else {
                draft.problems.list.push(unknown(Code::UnknownFlag, "flag", &prerequisite.flag, &at_flag, &keys));
                continue;
            };
            draft.references.push((at_flag, parent));
            let Some(Some(names)) = variants.get(parent) else {
                continue;
            };
            for (index, variant) in
                prerequisite.variants.iter().enumerate().filter(|(_, variant)| !names.contains(variant))
            {
                let at_variant = [&pointer, "/variants/", &index.to_string()].concat();
                draft.problems.list.push(unknown(Code::UnknownVariant, "variant", variant, &at_variant, names));
            }
        }
    }
}

/// Orders the drafts that have no problem and records what their links refuse.
fn resolve<T>(drafts: &mut [Draft<'_, T>], kind: &str) -> Vec<usize> {
    let link = |(ordinal, (_, to)): (usize, &(String, usize))| Link { to: *to, ordinal };
    let links: Vec<Vec<Link>> =
        drafts.iter().map(|draft| draft.references.iter().enumerate().map(link).collect()).collect();
    let sound: Vec<bool> = drafts.iter().map(|draft| draft.problems.list.is_empty()).collect();
    let (sorted, faults) = order(&links, &sound);
    let keys: Vec<String> = drafts.iter().map(|draft| draft.key.to_owned()).collect();
    let key = |index: usize| keys.get(index).map_or("", String::as_str);
    for (index, fault) in faults {
        let Some(draft) = drafts.get_mut(index) else {
            continue;
        };
        let at = |ordinal: usize| draft.references.get(ordinal).map(|(pointer, to)| (pointer.as_str(), key(*to)));
        let found: Vec<Problem> = match fault {
            Fault::Cycle { ordinal, way } => {
                let way: Vec<&str> = way.iter().map(|index| key(*index)).collect();
                let way = if way.is_empty() { String::new() } else { [" by `", &way.join("` → `"), "`"].concat() };
                let message = ["this ", kind, " needs itself", &way, ", expected no cycle"].concat();
                at(ordinal).map(|(pointer, _)| problem(Code::Cycle, pointer, message)).into_iter().collect()
            }
            Fault::Refused(ordinals) => {
                ordinals.into_iter().filter_map(at).map(|(pointer, name)| refused(kind, name, pointer)).collect()
            }
            Fault::TooDeep => {
                let section = if kind == "flag" { "flags" } else { "segments" };
                let message = "the chain of what it needs is longer than 64, expected a shorter one".to_owned();
                vec![problem(Code::TooDeep, &pointer_to(section, draft.key), message)]
            }
        };
        draft.problems.list.extend(found);
    }
    sorted
}

/// Calls `visit` with every segment that a condition names and with where it stands.
fn each_segment(condition: &Condition, pointer: &mut String, visit: &mut dyn FnMut(&str, &str)) {
    match condition {
        Condition::All(parts) => parts.iter().enumerate().for_each(|(index, part)| {
            within(pointer, &["all/", &index.to_string()], |pointer| each_segment(part, pointer, visit));
        }),
        Condition::Any(parts) => parts.iter().enumerate().for_each(|(index, part)| {
            within(pointer, &["any/", &index.to_string()], |pointer| each_segment(part, pointer, visit));
        }),
        Condition::Not(part) => within(pointer, &["not"], |pointer| each_segment(part, pointer, visit)),
        Condition::Segment(key) => within(pointer, &["segment"], |pointer| visit(key, pointer)),
        Condition::Test(_) => {}
    }
}

fn positions(parent: Option<&Draft<'_, flag::Flag<'_>>>, names: &[String]) -> Vec<u32> {
    let Some(written) = parent.and_then(|draft| draft.written.as_ref()) else {
        return Vec::new();
    };
    names
        .iter()
        .filter_map(|name| written.variants.iter().position(|variant| variant.name == *name))
        .map(row_number)
        .collect()
}

fn pointer_to(section: &'static str, key: &str) -> String {
    let around = Place::DOCUMENT.key(section);
    around.key(key).pointer()
}

fn find(keys: &[String], key: &str) -> Option<usize> {
    keys.binary_search_by(|one| one.as_str().cmp(key)).ok()
}

fn unknown(code: Code, kind: &str, name: &str, pointer: &str, known: &[String]) -> Problem {
    let message = ["unknown ", kind, " `", name, "`, expected the name of one in this snapshot"].concat();
    Problem { suggestion: nearest(name, known.iter().map(String::as_str)), ..problem(code, pointer, message) }
}

fn refused(kind: &str, name: &str, pointer: &str) -> Problem {
    let message = ["the ", kind, " `", name, "` is refused, expected a sound one"].concat();
    problem(Code::RefusedDependency, pointer, message)
}

fn problem(code: Code, pointer: &str, message: String) -> Problem {
    Problem { flag: None, segment: None, code, path: pointer.to_owned(), message, suggestion: None }
}

fn set<T>(table: &mut [T], index: usize, value: T) {
    if let Some(place) = table.get_mut(index) {
        *place = value;
    }
}

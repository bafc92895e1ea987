//! A snapshot that is written as several files: teams work apart, and `build` puts together what they wrote.
//!
//! ```text
//! files ──► tree ──► parts ──► joined ──► root ──► bytes
//! found     values   of one    nothing    marks    JSON, always
//! in order  and      file,     twice, an  taken    the same
//!           places   defaults  environ-   out,
//!                    added     ment's     zones
//!                              changes    written
//!                              merged     as offsets
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `files.rs` | which files there are |
//! | `tree.rs` | values with their places |
//! | `yaml.rs` `scalar.rs` `json.rs` | from a text to a tree |
//! | `file.rs` | the top level of a file |
//! | `section.rs` | the kinds of definitions |
//! | `join.rs` | the files as one |
//! | `environment.rs` | what an environment changes |
//! | `zone.rs` `local.rs` | windows with a zone as windows with UTC offsets |
//! | `audience.rs` | whom flags are for, and what an audience gets |
//! | `readable.rs` | what can be read in a snapshot |
//! | `write.rs` | the snapshot's bytes |
//! | `trouble.rs` | what is wrong with the sources |
//! | `place.rs` | from a JSON Pointer to the place in a source |

mod audience;
mod environment;
mod file;
mod files;
mod join;
mod json;
mod local;
mod place;
mod readable;
mod scalar;
mod section;
pub(crate) mod tree;
mod trouble;
mod write;
mod yaml;
mod zone;

use crate::show::{printable, shown};
use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use tidegate::{Code, limits};

use audience::Marks;
pub(crate) use audience::{Audience, Note};
use files::{Form, SourceFile};
pub(crate) use files::{Target, environments, is_source, target};
use join::Joined;
pub(crate) use readable::Readable;
use section::Section;
use tree::{Member, Node, Span, Value};
use trouble::Trouble;
pub(crate) use write::Label;
pub(crate) use zone::{Zoned, default_horizon, version as zone_version};

use crate::asked::nearest;
use crate::input;
use crate::notice::Notice;
use crate::source::{Source, without_mark};

/// What a folder of sources comes to.
pub(crate) struct Sources {
    /// The texts that the places are in.
    pub(crate) files: Vec<Source>,
    /// The snapshot, with the place of everything in it.
    pub(crate) root: Node,
    /// What is wrong with the sources themselves.
    pub(crate) notices: Vec<Notice>,
    /// Whether every file could be read: else names may be missing that are there.
    pub(crate) complete: bool,
    /// What became of the windows with a zone.
    pub(crate) zoned: Zoned,
    marks: Marks,
}

/// What is asked for beside the sources.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choices {
    pub(crate) label: Label,
    /// The year at whose beginning windows end that would go on for ever.
    pub(crate) horizon: Option<i16>,
}

impl Sources {
    /// Reads and joins the files.
    ///
    /// # Errors
    /// A file can't be read, they are too large together, or there is no such environment.
    pub(crate) fn read(target: &Target, horizon: Option<i16>) -> Result<Self> {
        let mut list = files::list(&target.root)?;
        check_environment(&list, target)?;
        list.retain(|file| file.environment.is_none() || file.environment == target.environment);
        let texts = list.iter().map(|file| input::read(&file.path)).collect::<Result<Vec<_>>>()?;
        if texts.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > limits::DOCUMENT_BYTES {
            let name = shown(&target.root);
            return Err(anyhow!("the files of `{name}` are larger than 64 MiB together, expected less"));
        }
        let sources: Vec<Source> = texts.iter().map(|(name, bytes)| Source::new(name.clone(), bytes)).collect();
        let (mut base, mut changes, mut notices) = (Vec::new(), Vec::new(), Vec::new());
        let (mut complete, mut budget) = (true, limits::DOCUMENT_BYTES);
        for (number, ((file, source), (_, bytes))) in list.iter().zip(&sources).zip(&texts).enumerate() {
            let tree = utf8(source, bytes, number).and_then(|()| match file.form {
                Form::Json => json::read(source, number),
                Form::Yaml => yaml::read(source, number, &mut budget),
            });
            match tree {
                Ok(None) => {}
                Ok(Some(tree)) => {
                    let is_change = file.environment.is_some();
                    let parts = file::take_apart(tree, is_change, &mut notices);
                    if is_change { changes.push(parts) } else { base.push(parts) }
                }
                Err(more) => {
                    complete = false;
                    notices.extend(more);
                }
            }
        }
        let mut joined = join::join(base, &mut notices);
        let changes = join::join(changes, &mut notices);
        if complete {
            environment::merge_over(&mut joined, changes, &mut notices);
        }
        let marks = audience::take_marks(&mut joined, &mut notices);
        let zoned = zone::expand(&mut joined, horizon.unwrap_or_else(zone::default_horizon), &mut notices);
        let root = root(joined, target.environment.as_deref());
        Ok(Self { files: sources, root, notices, complete, zoned, marks })
    }

    /// The snapshot as JSON.
    pub(crate) fn write(&self, label: &Label) -> Vec<u8> {
        write::write(&self.root, label)
    }

    /// Leaves of a sound snapshot what an audience gets.
    ///
    /// # Errors
    /// A flag of it needs one that isn't for them.
    pub(crate) fn cut(&mut self, audience: Audience, keep: &[Note]) -> Result<(), Vec<Notice>> {
        self.root = audience::cut(&self.root, &self.marks, audience, keep)?;
        Ok(())
    }

    /// How many definitions of each kind there are, in the order of a snapshot.
    pub(crate) fn counts(&self) -> [(&'static str, usize); 4] {
        let count = |section: Section| self.root.get(section.name()).map_or(0, |section| section.members().len());
        Section::ALL.map(|section| (section.kind(), count(section)))
    }

    pub(crate) fn environment(&self) -> Option<&str> {
        self.root.get("environment")?.text()
    }
}

fn check_environment(list: &[SourceFile], target: &Target) -> Result<()> {
    let Some(wanted) = &target.environment else { return Ok(()) };
    let known: BTreeSet<&str> = list.iter().filter_map(|file| file.environment.as_deref()).collect();
    if known.contains(wanted.as_str()) {
        return Ok(());
    }
    let (root, wanted) = (shown(&target.root), printable(wanted));
    if known.is_empty() {
        let example = format!("{root}/{}/{wanted}.yaml", files::ENVIRONMENTS);
        return Err(anyhow!("`{root}` has no environments, expected a file `{example}`"));
    }
    let near = nearest(&wanted, known.iter().copied());
    let near = near.map(|name| format!(", did you mean `{}`?", printable(&name))).unwrap_or_default();
    let known = known.iter().map(|name| format!("`{}`", printable(name))).collect::<Vec<_>>().join(", ");
    Err(anyhow!("`{root}` has no environment `{wanted}`, expected one of {known}{near}"))
}

/// Whether the bytes are text; `number` is the file's.
fn utf8(source: &Source, bytes: &[u8], number: usize) -> Result<(), Vec<Notice>> {
    let Err(error) = std::str::from_utf8(without_mark(bytes)) else { return Ok(()) };
    let at = error.valid_up_to();
    let length = source.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let trouble = Trouble::new(
        Code::InvalidUtf8.name(),
        Some(Span::new(number, at..at + length)),
        format!("byte {at} is not UTF-8, expected a text in UTF-8"),
    );
    let is_utf_16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let trouble = if is_utf_16 { trouble.help("it is UTF-16: save it as UTF-8") } else { trouble };
    Err(vec![trouble.into()])
}

/// The snapshot's top level, in the order in which it is written.
fn root(mut joined: Joined, environment: Option<&str>) -> Node {
    let mut members = Vec::new();
    if let Some(name) = environment {
        joined.whole.insert("environment".to_owned(), Member::added("environment", Node::string(name, None)));
    }
    members.extend(["environment", "freeze", "alarms"].iter().filter_map(|name| joined.whole.remove(*name)));
    let mut sections = Section::ALL.map(|section| (section, Vec::new()));
    for ((section, _), member) in joined.definitions {
        if let Some((_, definitions)) = sections.iter_mut().find(|(other, _)| *other == section) {
            definitions.push(member);
        }
    }
    for (section, definitions) in sections {
        if !definitions.is_empty() || section == Section::Flags {
            members.push(Member::added(section.name(), Node::new(Value::Object(definitions), None)));
        }
    }
    Node::new(Value::Object(members), None)
}

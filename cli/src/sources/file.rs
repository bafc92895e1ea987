//! The top level of one source file.

use super::section::Section;
use super::tree::{Member, Node, Value};
use super::trouble::Trouble;
use crate::asked::nearest;
use crate::notice::Notice;
use crate::pointer::escaped;

/// What a file may say about the whole snapshot.
const WHOLE: [&str; 3] = ["environment", "alarms", "freeze"];
/// What a file may say about all of its flags that don't say it themselves.
const DEFAULTS: [&str; 3] = ["owner", "tags", "audience"];
/// What `build` writes.
const WRITTEN: [&str; 3] = ["schemaVersion", "revision", "sequence"];
/// For editors.
const SCHEMA: &str = "$schema";
/// Begins the name of a field that nobody reads: a place for anchors.
const OWN: &str = "x-";

/// What one file brings.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// Of the whole snapshot.
    pub(crate) whole: Vec<Member>,
    pub(crate) definitions: Vec<(Section, Member)>,
}

/// Takes a file apart; what is wrong at its top level goes to `notices`. What an environment changes has no defaults.
pub(crate) fn take_apart(root: Node, is_environment: bool, notices: &mut Vec<Notice>) -> Parts {
    let mut parts = Parts::default();
    let Value::Object(members) = root.value else {
        let message = format!("found {}, expected an object with `flags` or other definitions", root.kind());
        notices.push(Trouble::new("WRONG_TYPE", root.at, message).into());
        return parts;
    };
    let mut defaults = Vec::new();
    for member in members {
        let name = member.key.as_str();
        if let Some(section) = Section::named(name) {
            parts.definitions.extend(definitions(section, member, notices));
        } else if WHOLE.contains(&name) && !(is_environment && name == "environment") {
            parts.whole.push(member);
        } else if DEFAULTS.contains(&name) && !is_environment {
            defaults.extend(default(member, notices));
        } else if name != SCHEMA && !name.starts_with(OWN) {
            notices.push(unknown(&member, is_environment));
        }
    }
    for (_, flag) in parts.definitions.iter_mut().filter(|(section, _)| *section == Section::Flags) {
        add_defaults(flag, &defaults);
    }
    parts
}

/// The definitions of a section. Nothing where a section's name stands alone.
fn definitions(section: Section, member: Member, notices: &mut Vec<Notice>) -> Vec<(Section, Member)> {
    match member.node.value {
        Value::Object(members) => members.into_iter().map(|member| (section, member)).collect(),
        Value::Null => Vec::new(),
        _ => {
            let message = format!("found {}, expected an object of {}s by key", member.node.kind(), section.kind());
            notices.push(
                Trouble::new("WRONG_TYPE", member.node.at, message).at_path(format!("/{}", section.name())).into(),
            );
            Vec::new()
        }
    }
}

/// A default whose type is right: else every flag of the file would tell of it.
fn default(member: Member, notices: &mut Vec<Notice>) -> Option<Member> {
    let node = &member.node;
    let is_texts = matches!(node.value, Value::List(_)) && node.items().iter().all(|item| item.text().is_some());
    let (is_right, expected) = match member.key.as_str() {
        "owner" => (node.text().is_some(), "a string"),
        "tags" => (is_texts, "a list of strings"),
        // Whoever reads the marks knows what they may be.
        _ => (true, ""),
    };
    if is_right {
        return Some(member);
    }
    let message = format!("found {}, expected {expected}", node.kind());
    notices.push(Trouble::new("WRONG_TYPE", node.at, message).at_path(format!("/{}", member.key)).into());
    None
}

fn add_defaults(flag: &mut Member, defaults: &[Member]) {
    if let Value::Object(members) = &mut flag.node.value {
        for default in defaults {
            if !members.iter().any(|member| member.key == default.key) {
                members.push(default.clone());
            }
        }
    }
}

fn unknown(member: &Member, is_environment: bool) -> Notice {
    let name = member.key.as_str();
    let mut known: Vec<&str> = Section::ALL.iter().rev().map(|section| section.name()).collect();
    if is_environment {
        known.extend(["alarms", "freeze"]);
    } else {
        known.extend(DEFAULTS.iter().chain(&WHOLE));
    }
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let message = format!("unknown field `{name}`, expected one of {list}, or a name that begins with `{OWN}`");
    let trouble = Trouble::new("UNKNOWN_FIELD", member.at(), message).at_path(format!("/{}", escaped(name)));
    let trouble = trouble.suggest(nearest(name, known.into_iter()).as_deref());
    let help = if WRITTEN.contains(&name) {
        Some("`tidegate build` writes it: a snapshot that was built doesn't belong among its sources")
    } else if is_environment && DEFAULTS.contains(&name) {
        Some("what an environment changes is said of each flag")
    } else if is_environment && name == "environment" {
        Some("the file's name is the environment's")
    } else {
        None
    };
    match help {
        Some(help) => trouble.help(help).into(),
        None => trouble.into(),
    }
}

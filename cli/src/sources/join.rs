//! All files as one: what each defines, and nothing twice.

use std::collections::BTreeMap;

use super::file::Parts;
use super::section::Section;
use super::tree::Member;
use super::trouble::Trouble;
use crate::notice::Notice;
use crate::pointer::escaped;

/// The definitions of several files, in the order of their keys.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    /// What is said of the whole snapshot, by name.
    pub(crate) whole: BTreeMap<String, Member>,
    pub(crate) definitions: BTreeMap<(Section, String), Member>,
}

/// Joins what the files bring; what is in two of them goes to `notices`, and the first counts.
pub(crate) fn join(files: Vec<Parts>, notices: &mut Vec<Notice>) -> Joined {
    let mut joined = Joined::default();
    for parts in files {
        for member in parts.whole {
            if let Some(first) = joined.whole.get(&member.key) {
                let message = format!("the field `{}` is in two places, expected it in one", member.key);
                let trouble = Trouble::new("DUPLICATE_KEY", member.at(), message).at_path(format!("/{}", member.key));
                notices.push(with_first(trouble, first));
                continue;
            }
            joined.whole.insert(member.key.clone(), member);
        }
        for (section, member) in parts.definitions {
            let place = (section, member.key.clone());
            if let Some(first) = joined.definitions.get(&place) {
                let message = format!("the {} `{}` is defined twice, expected it once", section.kind(), member.key);
                let path = format!("/{}/{}", section.name(), escaped(&member.key));
                let trouble = Trouble::new("DUPLICATE_KEY", member.at(), message).at_path(path);
                notices.push(with_first(trouble.about(section.subject(&member.key)), first));
                continue;
            }
            joined.definitions.insert(place, member);
        }
    }
    joined
}

fn with_first(trouble: Trouble, first: &Member) -> Notice {
    match first.at() {
        Some(at) => trouble.first(at).into(),
        None => trouble.into(),
    }
}

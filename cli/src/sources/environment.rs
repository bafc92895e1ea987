//! What is different in an environment, merged over the snapshot as RFC 7396 says.

use super::join::Joined;
use super::tree::{Member, Node, Value};
use super::trouble::Trouble;
use crate::asked::nearest;
use crate::notice::Notice;
use crate::pointer::escaped;

/// Merges the changes over the snapshot. What changes a definition that isn't there goes to `notices`.
pub(crate) fn merge_over(base: &mut Joined, changes: Joined, notices: &mut Vec<Notice>) {
    for (name, change) in changes.whole {
        let before = base.whole.remove(&name);
        base.whole.extend(merged(before, change).map(|member| (name, member)));
    }
    for ((section, key), change) in changes.definitions {
        let place = (section, key);
        let Some(before) = base.definitions.remove(&place) else {
            let (kind, key) = (section.kind(), &place.1);
            let message = format!("unknown {kind} `{key}`, expected one that is defined outside of the environments");
            let keys = base.definitions.keys().filter(|(other, _)| *other == section).map(|(_, key)| key.as_str());
            let trouble = Trouble::new(section.unknown(), change.at(), message).suggest(nearest(key, keys).as_deref());
            let path = format!("/{}/{}", section.name(), escaped(key));
            notices.push(trouble.at_path(path).about(section.subject(key)).into());
            continue;
        };
        base.definitions.extend(merged(Some(before), change).map(|member| (place, member)));
    }
}

/// A member with its change: `null` takes it away, an object is merged into an object member by member, and anything else,
/// a list too, takes its place. Both nest within the limits of their files.
fn merged(before: Option<Member>, change: Member) -> Option<Member> {
    let Member { key, key_at, node: Node { value, at } } = change;
    let changes = match value {
        Value::Null => return None,
        Value::Object(changes) => changes,
        value => return Some(Member { key, key_at, node: Node { value, at } }),
    };
    let (key_at, at, mut members) = match before {
        Some(Member { key_at, node: Node { value: Value::Object(members), at }, .. }) => (key_at, at, members),
        _ => (key_at, at, Vec::new()),
    };
    for change in changes {
        let there = members.iter().position(|member| member.key == change.key);
        let before = there.map(|index| members.remove(index));
        if let Some(member) = merged(before, change) {
            members.insert(there.unwrap_or(members.len()), member);
        }
    }
    Some(Member { key, key_at, node: Node::new(Value::Object(members), at) })
}

//! The snapshot as JSON: the same bytes for the same content, however that is spread over files.

use sha2::{Digest as _, Sha256};

use super::section::Section;
use super::tree::{Member, Node, Value};

/// What isn't in the sources.
#[derive(Debug, Clone, Default)]
pub(crate) struct Label {
    /// Without one the revision is made from the content.
    pub(crate) revision: Option<String>,
    pub(crate) sequence: Option<u64>,
}

/// How many characters of its SHA-256 name a content.
const REVISION_DIGITS: usize = 16;

/// The snapshot's bytes. A definition has a line to itself, so that a difference between two snapshots is
/// one of lines; definitions and fields are in the order of their names. Only below `variants` the order is that of the
/// sources: callers see it.
pub(crate) fn write(root: &Node, label: &Label) -> Vec<u8> {
    let mut content = String::new();
    for member in root.members() {
        content.push_str(",\n");
        push_text(&mut content, &member.key);
        content.push(':');
        match Section::named(&member.key) {
            Some(_) => push_section(&mut content, &member.node),
            None => push(&mut content, &member.node, Order::ByName),
        }
    }
    content.push_str("\n}\n");
    let revision = label.revision.clone().unwrap_or_else(|| name(&content));
    let mut text = "{\n\"schemaVersion\":1,\n\"revision\":".to_owned();
    push_text(&mut text, &revision);
    if let Some(sequence) = label.sequence {
        text.push_str(&format!(",\n\"sequence\":{sequence}"));
    }
    text.push_str(&content);
    text.into_bytes()
}

/// A value as compact JSON.
pub(crate) fn json(node: &Node) -> String {
    let mut text = String::new();
    push(&mut text, node, Order::AsWritten);
    text
}

fn name(content: &str) -> String {
    let digits = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    digits.chars().take(REVISION_DIGITS).collect()
}

fn push_section(text: &mut String, section: &Node) {
    text.push('{');
    for (index, member) in section.members().iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        push_member(text, member, Order::ByName);
    }
    text.push_str("\n}");
}

#[derive(Clone, Copy)]
enum Order {
    ByName,
    AsWritten,
}

/// Recursion is bounded: sources nest within limits.
fn push(text: &mut String, node: &Node, order: Order) {
    match &node.value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(number),
        Value::String(string) => push_text(text, string),
        Value::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                push(text, item, order);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<&Member> = members.iter().collect();
            if matches!(order, Order::ByName) {
                members.sort_by(|one, other| one.key.cmp(&other.key));
            }
            text.push('{');
            for (index, member) in members.into_iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                push_member(text, member, order);
            }
            text.push('}');
        }
    }
}

fn push_member(text: &mut String, member: &Member, order: Order) {
    let order = if member.key == "variants" { Order::AsWritten } else { order };
    push_text(text, &member.key);
    text.push(':');
    push(text, &member.node, order);
}

fn push_text(text: &mut String, string: &str) {
    // A string is always JSON.
    text.push_str(&serde_json::to_string(string).unwrap_or_default());
}

//! What a source file says: values, each with the place where it was written.

use crate::pointer::steps;
use std::ops::Range;

/// A part of one source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// The file's number among the sources.
    pub(crate) file: usize,
    /// In bytes of its text.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Span {
    pub(crate) fn new(file: usize, bytes: Range<usize>) -> Self {
        Self { file, start: bytes.start, end: bytes.end }
    }

    pub(crate) fn bytes(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value; what `build` puts together itself was written nowhere.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) at: Option<Span>,
}

/// A JSON value; its numbers are kept as JSON text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// One entry of an object, whose keys differ.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) key: String,
    pub(crate) key_at: Option<Span>,
    pub(crate) node: Node,
}

/// Equal values are equal wherever they were written.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.node == other.node
    }
}

impl Node {
    pub(crate) fn new(value: Value, at: Option<Span>) -> Self {
        Self { value, at }
    }

    pub(crate) fn string(text: impl Into<String>, at: Option<Span>) -> Self {
        Self::new(Value::String(text.into()), at)
    }

    /// The members of an object; none of anything else.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.member(key).map(|member| &member.node)
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.value {
            Value::Object(members) => {
                members.iter_mut().find(|member| member.key == key).map(|member| &mut member.node)
            }
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, as a message names it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }
}

impl Member {
    /// One that `build` adds by itself.
    pub(crate) fn added(key: &str, node: Node) -> Self {
        Self { key: key.to_owned(), key_at: None, node }
    }

    /// Its key where that was written, else its value.
    pub(crate) fn at(&self) -> Option<Span> {
        self.key_at.or(self.node.at)
    }
}

/// Where a JSON Pointer (RFC 6901) leads: the key of the member it ends in, and the value. Linear in the members on its way.
pub(crate) fn find(root: &Node, pointer: &str) -> Option<(Option<Span>, Option<Span>)> {
    let (mut key_at, mut here) = (None, root);
    for step in steps(pointer) {
        if let Value::List(items) = &here.value {
            (key_at, here) = (None, items.get(step.parse::<usize>().ok()?)?);
        } else {
            let member = here.member(&step)?;
            (key_at, here) = (member.key_at, &member.node);
        }
    }
    Some((key_at, here.at))
}

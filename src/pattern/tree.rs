//! What a pattern is read to.

use super::class::Class;
use super::look::Look;

/// A pattern, or a part of one.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// How many nodes are above one another in it, groups that capture included.
    pub(super) height: u32,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// One character.
    Class(Class),
    Look(Look),
    Concat(Vec<Node>),
    /// Of two at least.
    Alternation(Vec<Node>),
    /// So many times at least, and at most.
    Repetition(Box<Node>, u32, Option<u32>),
}

impl Node {
    /// All of `nodes` together, or the only one.
    pub(super) fn joined(mut nodes: Vec<Self>, kind: fn(Vec<Self>) -> Kind) -> Self {
        if nodes.len() == 1
            && let Some(only) = nodes.pop()
        {
            return only;
        }
        let height = nodes.iter().map(|node| node.height + 1).max().unwrap_or(0);
        Self { kind: kind(nodes), height }
    }
}

//! One YAML file to values with their places, by the core schema of YAML 1.2 and with merge keys.

use std::collections::HashMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as Written, Tag, options};

use super::scalar;
use super::tree::{Member, Node, Span, Value};
use super::trouble::Trouble;
use crate::notice::Notice;
use crate::pointer::escaped;
use crate::source::Source;

/// How deep lists and objects may nest, aliases resolved: the parser's own limit.
const DEPTH: usize = 255;
/// What a value costs beside its text when an alias stands for it.
const NODE_COST: usize = 64;

/// Reads the file with the number `file`. `budget` is how many bytes the values may still take that aliases stand for, over
/// all files. `None` for a file that says nothing.
///
/// # Errors
/// What keeps it from being read: it isn't YAML, or has in it what JSON can't have.
pub(crate) fn read(source: &Source, file: usize, budget: &mut usize) -> Result<Option<Node>, Vec<Notice>> {
    let mut reader =
        Reader { source, file, budget, open: Vec::new(), anchors: HashMap::new(), root: None, notices: Vec::new() };
    let options = options! { strict_indentation: true, emit_comments: false };
    let read = Parser::new_from_str_with_options(&source.text, options).try_for_each(|event| {
        event.map_err(|error| reader.broken(&error)).and_then(|(event, at)| reader.take(event, &at))
    });
    if let Err(notice) = read {
        reader.notices.push(*notice);
    }
    if reader.notices.is_empty() { Ok(reader.root) } else { Err(reader.notices) }
}

struct Reader<'s, 'b> {
    source: &'s Source,
    file: usize,
    budget: &'b mut usize,
    /// The lists and objects that aren't closed yet, the outermost first.
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    root: Option<Node>,
    notices: Vec<Notice>,
}

struct Anchored {
    node: Node,
    depth: usize,
    cost: usize,
}

struct Open {
    start: usize,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    List(Vec<Node>),
    Object {
        members: Vec<Member>,
        /// Where each key stands.
        keys: HashMap<String, Span>,
        /// What `<<` brings, in order.
        merged: Vec<Node>,
        /// The key whose value comes next.
        key: Option<Key>,
    },
}

struct Key {
    text: String,
    at: Span,
    merges: bool,
}

impl Reader<'_, '_> {
    fn take(&mut self, event: Event<'_>, at: &Written) -> Result<(), Box<Notice>> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                let message = "found a second document, expected one in a file";
                Err(Trouble::new("INVALID_YAML", Some(self.span(at)), message).into())
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), at),
            Event::Alias(anchor) => self.alias(anchor, at),
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", at)?;
                self.begin(at, anchor, Inside::List(Vec::new()))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", at)?;
                let keys = HashMap::new();
                self.begin(at, anchor, Inside::Object { members: Vec::new(), keys, merged: Vec::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(at),
            _ => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: &Written,
    ) -> Result<(), Box<Notice>> {
        let span = self.span(at);
        let is_text = match tag {
            None => style != ScalarStyle::Plain,
            // `!` alone says that it is no other than a text.
            Some(tag) if tag.is_yaml_core_schema_tag("str") || tag.to_string() == "!" => true,
            Some(_) => return Err(self.foreign(at)),
        };
        if self.awaits_key() {
            return self.key(text, !is_text && text == "<<", span);
        }
        let value = match scalar::plain(text) {
            _ if is_text => Value::String(text.to_owned()),
            Ok(value) => value,
            Err(message) => {
                self.notices.push(Trouble::new("INVALID_VALUE", Some(span), message).at_path(self.pointer()).into());
                Value::Null
            }
        };
        self.add(Node::new(value, Some(span)), anchor)
    }

    fn key(&mut self, text: &str, merges: bool, at: Span) -> Result<(), Box<Notice>> {
        let Some(Open { inside: Inside::Object { keys, key, .. }, .. }) = self.open.last_mut() else { return Ok(()) };
        let first = keys.insert(text.to_owned(), at);
        *key = Some(Key { text: text.to_owned(), at, merges });
        if let Some(first) = first {
            let message = format!("the key `{text}` occurs more than once, expected it once");
            self.notices
                .push(Trouble::new("DUPLICATE_KEY", Some(at), message).at_path(self.pointer()).first(first).into());
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: &Written) -> Result<(), Box<Notice>> {
        let span = self.span(at);
        let Some(anchored) = self.anchors.get(&anchor) else {
            let message = "found an alias of what it is part of, expected no value within itself";
            return Err(Trouble::new("INVALID_YAML", Some(span), message).into());
        };
        if self.open.len() + anchored.depth > DEPTH {
            return Err(too_deep(span));
        }
        let node = anchored.node.clone();
        if self.awaits_key() {
            return match node.text() {
                Some(text) => self.key(text, false, span),
                None => Err(no_key(&node, span)),
            };
        }
        let cost = anchored.cost;
        self.spend(cost, span)?;
        self.add(node, 0)
    }

    fn begin(&mut self, at: &Written, anchor: usize, inside: Inside) -> Result<(), Box<Notice>> {
        if self.awaits_key() {
            let found =
                if matches!(inside, Inside::List(_)) { Value::List(Vec::new()) } else { Value::Object(Vec::new()) };
            return Err(no_key(&Node::new(found, None), self.span(at)));
        }
        self.open.push(Open { start: self.span(at).start, anchor, inside });
        Ok(())
    }

    fn end(&mut self, at: &Written) -> Result<(), Box<Notice>> {
        let Some(Open { start, anchor, inside }) = self.open.pop() else { return Ok(()) };
        let end = self.span(at).end.max(start);
        let text = self.source.text.get(start..end).unwrap_or_default();
        let span = Span { file: self.file, start, end: start + text.trim_end().len() };
        let value = match inside {
            Inside::List(items) => Value::List(items),
            Inside::Object { mut members, merged, .. } => {
                for node in merged {
                    self.merge(&mut members, node)?;
                }
                Value::Object(members)
            }
        };
        self.add(Node::new(value, Some(span)), anchor)
    }

    /// Adds what `<<` brings: an object, or a list of them. What is there already stays.
    fn merge(&self, members: &mut Vec<Member>, node: Node) -> Result<(), Box<Notice>> {
        let at = node.at;
        let objects = match node.value {
            Value::List(items) => items,
            _ => vec![node],
        };
        for object in objects {
            let Value::Object(brought) = object.value else {
                let message = format!("found {} for `<<`, expected an object or a list of objects", object.kind());
                return Err(Trouble::new("INVALID_YAML", object.at.or(at), message).into());
            };
            for member in brought {
                if !members.iter().any(|there| there.key == member.key) {
                    members.push(member);
                }
            }
        }
        Ok(())
    }

    /// Puts a value that is complete where it belongs.
    fn add(&mut self, mut node: Node, anchor: usize) -> Result<(), Box<Notice>> {
        if anchor != 0 {
            let (depth, cost) = measure(&node);
            if let Some(at) = node.at {
                self.spend(cost, at)?;
            }
            self.anchors.insert(anchor, Anchored { node: node.clone(), depth, cost });
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            None => self.root = Some(node),
            Some(Inside::List(items)) => {
                // Nothing names an item but itself: of a long one the first line is shown.
                node.at = node.at.map(|at| first_line(self.source, at));
                items.push(node);
            }
            Some(Inside::Object { members, merged, key, .. }) => match key.take() {
                Some(Key { merges: true, .. }) => merged.push(node),
                Some(Key { text, at, .. }) => members.push(Member { key: text, key_at: Some(at), node }),
                None => {}
            },
        }
        Ok(())
    }

    /// Counts what an anchor or an alias copies.
    fn spend(&mut self, cost: usize, at: Span) -> Result<(), Box<Notice>> {
        match self.budget.checked_sub(cost) {
            Some(rest) => {
                *self.budget = rest;
                Ok(())
            }
            None => {
                let message = "what aliases stand for is larger than 64 MiB, expected less";
                Err(Trouble::new("TOO_LARGE", Some(at), message).into())
            }
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { inside: Inside::Object { key: None, .. }, .. }))
    }

    /// Where the reader is, as a JSON Pointer into the file.
    fn pointer(&self) -> String {
        let steps = self.open.iter().map(|open| match &open.inside {
            Inside::List(items) => format!("/{}", items.len()),
            Inside::Object { key, .. } => {
                key.as_ref().map(|key| format!("/{}", escaped(&key.text))).unwrap_or_default()
            }
        });
        steps.collect()
    }

    fn span(&self, at: &Written) -> Span {
        let bytes = at.byte_range().unwrap_or_default();
        let text = self.source.text.get(bytes.clone()).unwrap_or_default();
        Span { file: self.file, start: bytes.start, end: bytes.start + text.trim_end().len() }
    }

    fn check_tag(&self, tag: Option<&Tag>, allowed: &str, at: &Written) -> Result<(), Box<Notice>> {
        match tag {
            Some(tag) if !tag.is_yaml_core_schema_tag(allowed) => Err(self.foreign(at)),
            _ => Ok(()),
        }
    }

    /// A tag that nobody reads.
    fn foreign(&self, at: &Written) -> Box<Notice> {
        let span = at.tag_span().map_or_else(|| self.span(at), |tag| self.span(&tag));
        let tag = self.source.text.get(span.bytes()).unwrap_or_default();
        Trouble::new("INVALID_YAML", Some(span), format!("found the tag `{tag}`, expected no tag but `!!str`")).into()
    }

    fn broken(&self, error: &ScanError) -> Box<Notice> {
        let text = &self.source.text;
        let at = error.marker().byte_offset().unwrap_or_default().min(text.len());
        let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let at = Span::new(self.file, at..at + length);
        match error.kind() {
            ErrorKind::RecursionLimitExceeded => too_deep(at),
            kind => Trouble::new("INVALID_YAML", Some(at), format!("not YAML: {kind}")).into(),
        }
    }
}

fn first_line(source: &Source, at: Span) -> Span {
    let text = source.text.get(at.bytes()).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default().trim_end();
    Span { end: at.start + line.len(), ..at }
}

fn too_deep(at: Span) -> Box<Notice> {
    Trouble::new("TOO_DEEP", Some(at), "nests deeper than 255 levels, expected fewer").into()
}

fn no_key(found: &Node, at: Span) -> Box<Notice> {
    Trouble::new("INVALID_YAML", Some(at), format!("found {} as a key, expected a text", found.kind())).into()
}

/// How deep a value nests, and what a copy of it costs. Recursion is bounded by [`DEPTH`].
fn measure(node: &Node) -> (usize, usize) {
    let add = |(depth, cost): (usize, usize), inner: (usize, usize)| (depth.max(inner.0 + 1), cost + inner.1);
    match &node.value {
        Value::List(items) => items.iter().map(measure).fold((1, NODE_COST), add),
        Value::Object(members) => {
            let inner = members.iter().map(|member| {
                let (depth, cost) = measure(&member.node);
                (depth, cost + member.key.len())
            });
            inner.fold((1, NODE_COST), add)
        }
        Value::Number(text) | Value::String(text) => (0, NODE_COST + text.len()),
        Value::Null | Value::Bool(_) => (0, NODE_COST),
    }
}

#[cfg(test)]
mod tests;

//! JSON text (RFC 8259): checked without recursion, delimited without reading, and read into a tree.
//!
//! A reader of our own where everything else takes a library: it keeps a flag's text apart without parsing it, tells
//! exactly where a value can't be represented, and is a tenth of serde_json's size in the module. `tests/json.rs` holds it against serde_json.

use std::borrow::Cow;

use super::escape::{code_unit, unescape};
use super::limits;
use super::number;
use super::problem::{Code, Place, Problems};
use super::tree::Json;

/// Where a text stops being JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte.
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
}

/// A member of a document.
pub(crate) struct Member<'t> {
    /// Lone surrogates are U+FFFD.
    pub(crate) key: Cow<'t, str>,
    pub(crate) text: &'t str,
    /// What is in it, when it is an object of a name that was asked for.
    pub(crate) entries: Option<Vec<Entry<'t>>>,
}

/// An entry of an object, whose value is still text.
#[derive(Debug)]
pub(crate) struct Entry<'t> {
    /// Lone surrogates are U+FFFD.
    pub(crate) key: Cow<'t, str>,
    /// The key has a lone surrogate, so it is not exactly what was written.
    pub(crate) broken: bool,
    /// Where the value begins in the text that was read.
    pub(crate) start: usize,
    pub(crate) text: &'t str,
}

/// [`outline`].
pub(crate) type Outline = for<'t> fn(&'t str, &[&str]) -> Result<Option<Vec<Member<'t>>>, Fault>;

/// Checks that `text` is one JSON value. Linear, without recursion.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    let mut cursor = Cursor::new(text);
    cursor.check_document().ok_or(cursor.fault())
}

/// Checks that `text` is one JSON value and delimits the members of the object that it is, and the entries of those called
/// one of `sections`, all in one pass; `None` when it is something else. Linear, without recursion.
///
/// It reads every byte of a document: inlined, so that whoever hands it to [`Document::read`](super::Document::read) has
/// it compiled in its own way.
#[inline]
pub(crate) fn outline<'t>(text: &'t str, sections: &[&str]) -> Result<Option<Vec<Member<'t>>>, Fault> {
    let mut cursor = Cursor::new(text);
    cursor.skip_space();
    if cursor.peek() != Some(b'{') {
        return check(text).map(|()| None);
    }
    let mut members = Vec::new();
    match cursor.outline(sections, &mut members) {
        Some(()) => Ok(Some(members)),
        None => Err(cursor.fault()),
    }
}

/// Delimits the entries of the object that sound `text` is. Linear.
pub(crate) fn entries(text: &str) -> Vec<Entry<'_>> {
    Cursor::new(text).entries().unwrap_or_default()
}

/// Reads a sound text into a tree; what has no value in it is recorded. `None`, and nothing but that recorded, when it nests
/// deeper than [`limits::JSON_DEPTH`]. Linear; recursion is bounded by that limit.
pub(crate) fn parse(text: &str, place: &Place<'_>, problems: &mut Problems) -> Option<Json> {
    let before = problems.list.len();
    let read = Cursor::new(text).read(1, place, problems);
    if read.is_none() {
        problems.list.truncate(before);
        problems.add(place, Code::TooDeep, &["nests deeper than 128 levels, expected fewer"]);
    }
    read
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// The closing brackets of what is open in the value that is being checked.
    open: Vec<u8>,
    /// What was expected where the text stops being JSON.
    expected: &'static str,
}

/// Every step answers `None` where the text stops being JSON.
impl<'t> Cursor<'t> {
    #[inline]
    const fn new(text: &'t str) -> Self {
        Self { text, at: 0, open: Vec::new(), expected: "" }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    const fn fault(&self) -> Fault {
        Fault { at: self.at, expected: self.expected }
    }

    /// Notes what was expected here; `None`.
    const fn miss<T>(&mut self, expected: &'static str) -> Option<T> {
        self.expected = expected;
        None
    }

    #[inline]
    fn skip_space(&mut self) {
        self.at = space_end(self.text.as_bytes(), self.at);
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    #[inline]
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Enters an object or a list, if the next value is one: whether it has anything in it.
    #[inline]
    fn enter(&mut self, open: u8, close: u8) -> bool {
        self.skip_space();
        if !self.take(open) {
            return false;
        }
        let (is_entered, at) = inside(self.text.as_bytes(), self.at, close);
        self.at = at;
        is_entered
    }

    /// Behind a member: whether another one follows.
    #[inline]
    fn goes_on(&mut self, close: u8) -> Option<bool> {
        let (goes_on, at) = self.behind(self.text.as_bytes(), self.at, close)?;
        self.at = at;
        Some(goes_on)
    }

    /// Behind the member that ends at a byte: whether another one follows, and where it or what comes behind them all begins.
    #[inline]
    fn behind(&mut self, bytes: &[u8], at: usize, close: u8) -> Option<(bool, usize)> {
        let at = space_end(bytes, at);
        match bytes.get(at) {
            Some(b',') => Some((true, space_end(bytes, at + 1))),
            Some(byte) if *byte == close => Some((false, at + 1)),
            _ => {
                self.at = at;
                self.miss(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" })
            }
        }
    }

    fn check_document(&mut self) -> Option<()> {
        self.check_value()?;
        self.check_end()
    }

    #[inline]
    fn check_end(&mut self) -> Option<()> {
        self.skip_space();
        if self.at < self.text.len() { self.miss("the end of the text") } else { Some(()) }
    }

    #[inline]
    fn outline(&mut self, sections: &[&str], members: &mut Vec<Member<'t>>) -> Option<()> {
        let mut next = self.enter(b'{', b'}');
        while next {
            let (key, _) = self.key()?;
            self.skip_space();
            let start = self.at;
            let entries = if sections.contains(&key.as_ref()) && self.peek() == Some(b'{') {
                Some(self.entries()?)
            } else {
                self.check_value()?;
                None
            };
            members.push(Member { key, text: self.since(start), entries });
            next = self.goes_on(b'}')?;
        }
        self.check_end()
    }

    #[inline]
    fn entries(&mut self) -> Option<Vec<Entry<'t>>> {
        let mut entries = Vec::new();
        let mut next = self.enter(b'{', b'}');
        while next {
            let (key, broken) = self.key()?;
            self.skip_space();
            let start = self.at;
            self.check_value()?;
            entries.push(Entry { key, broken, start, text: self.since(start) });
            next = self.goes_on(b'}')?;
        }
        Some(entries)
    }

    /// Every byte of a document goes through here, so where it is stays in a register: what is called for less common things
    /// finds it in `at`, and leaves it there.
    #[inline]
    fn check_value(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        // What closes the innermost object or list that is open.
        let mut closing = None;
        loop {
            at = space_end(bytes, at);
            let mut goes_on = false;
            match bytes.get(at).copied() {
                Some(b'"') => at = self.string_end(bytes, at)?,
                Some(open @ (b'{' | b'[')) => {
                    // In ASCII, two behind.
                    let close = open + 2;
                    (goes_on, at) = inside(bytes, at + 1, close);
                    if goes_on {
                        self.open.push(close);
                        closing = Some(close);
                    }
                }
                _ => {
                    self.at = at;
                    self.check_scalar()?;
                    at = self.at;
                }
            }
            while !goes_on {
                let Some(close) = closing else {
                    self.at = at;
                    return Some(());
                };
                (goes_on, at) = self.behind(bytes, at, close)?;
                if !goes_on {
                    self.open.pop();
                    closing = self.open.last().copied();
                }
            }
            if closing == Some(b'}') {
                (_, at) = self.key_end(bytes, at)?;
            }
        }
    }

    /// Where the string that begins at a quote ends.
    #[inline]
    fn string_end(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let end = plain_end(bytes, at + 1);
        if bytes.get(end) == Some(&b'"') {
            return Some(end + 1);
        }
        self.at = end;
        self.check_rest_of_string()?;
        Some(self.at)
    }

    /// Where a key ends, and its colon.
    #[inline]
    fn key_end(&mut self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        if bytes.get(at) != Some(&b'"') {
            self.at = at;
            return self.miss("a key in double quotes");
        }
        let end = self.string_end(bytes, at)?;
        let colon = space_end(bytes, end);
        if bytes.get(colon) != Some(&b':') {
            self.at = colon;
            return self.miss("`:`");
        }
        Some((end, colon + 1))
    }

    /// A key and its colon: what is between the quotes, unread.
    #[inline]
    fn check_key(&mut self) -> Option<&'t str> {
        let start = self.at + 1;
        let (end, at) = self.key_end(self.text.as_bytes(), self.at)?;
        self.at = at;
        Some(self.text.get(start..end - 1).unwrap_or_default())
    }

    /// A key and its colon: the key, and whether it has a lone surrogate.
    #[inline]
    fn key(&mut self) -> Option<(Cow<'t, str>, bool)> {
        self.check_key().map(unescape)
    }

    /// A value that is neither a string nor an object or a list.
    #[inline]
    fn check_scalar(&mut self) -> Option<()> {
        match self.peek() {
            Some(b'-' | b'0'..=b'9') => self.check_number(),
            _ => {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                for word in ["true", "false", "null"] {
                    if rest.starts_with(word.as_bytes()) {
                        self.at += word.len();
                        return Some(());
                    }
                }
                self.miss("a value")
            }
        }
    }

    /// A string: what is between the quotes, unread.
    #[inline]
    fn check_string(&mut self) -> Option<&'t str> {
        let start = self.at + 1;
        self.at = self.string_end(self.text.as_bytes(), self.at)?;
        Some(self.text.get(start..self.at - 1).unwrap_or_default())
    }

    /// From within a string to behind its end.
    fn check_rest_of_string(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Some(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') => {
                            self.at += 1;
                            if code_unit(self.text.as_bytes(), self.at).is_none() {
                                return self.miss("four hexadecimal digits");
                            }
                            self.at += 4;
                        }
                        _ => return self.miss("an escape such as `\\n`"),
                    }
                }
                Some(0..=0x1F) => return self.miss("an escape for a control character"),
                Some(_) => self.at += 1,
                None => return self.miss("a closing quote"),
            }
            self.at = plain_end(self.text.as_bytes(), self.at);
        }
    }

    #[inline]
    fn check_number(&mut self) -> Option<()> {
        self.take(b'-');
        if !self.take(b'0') {
            self.check_digits()?;
        }
        if self.take(b'.') {
            self.check_digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.check_digits()?;
        }
        Some(())
    }

    #[inline]
    fn check_digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { self.miss("a digit") } else { Some(()) }
    }

    /// `None` when it nests too deep.
    fn read(&mut self, depth: usize, place: &Place<'_>, problems: &mut Problems) -> Option<Json> {
        self.skip_space();
        let start = self.at;
        let first = self.peek();
        if matches!(first, Some(b'{' | b'[')) && depth > limits::JSON_DEPTH {
            return None;
        }
        let read = match first {
            Some(b'{') => {
                let mut entries = Vec::new();
                let before = problems.list.len();
                let mut broken = false;
                let mut next = self.enter(b'{', b'}');
                while next {
                    let (key, is_broken) = self.key()?;
                    let value = self.read(depth + 1, &place.key(&key), problems)?;
                    broken |= is_broken;
                    entries.push((key.into_owned(), value));
                    next = self.goes_on(b'}')?;
                }
                if broken {
                    problems.add(place, Code::InvalidValue, &["a key has a lone surrogate, expected text"]);
                    // Before what is wrong inside.
                    if let Some(problem) = problems.list.pop() {
                        problems.list.insert(before, problem);
                    }
                }
                Json::Object(entries)
            }
            Some(b'[') => {
                let mut items = Vec::new();
                let mut next = self.enter(b'[', b']');
                while next {
                    items.push(self.read(depth + 1, &place.index(items.len()), problems)?);
                    next = self.goes_on(b']')?;
                }
                Json::List(items)
            }
            Some(b'"') => {
                let (text, broken) = unescape(self.check_string()?);
                if broken {
                    problems.add(place, Code::InvalidValue, &["found a lone surrogate, expected text"]);
                }
                Json::String(text.into_owned())
            }
            _ => {
                self.check_scalar()?;
                match first {
                    Some(b't') => Json::Bool(true),
                    Some(b'f') => Json::Bool(false),
                    Some(b'n') => Json::Null,
                    _ => Json::Number(number::parse(self.since(start)).unwrap_or_else(|| {
                        let message = "found a number beyond the range of a double, expected a smaller one";
                        problems.add(place, Code::InvalidValue, &[message]);
                        0.0
                    })),
                }
            }
        };
        Some(read)
    }
}

/// Behind an opening bracket: whether something is in it, and where that or what comes behind it begins.
#[inline]
fn inside(bytes: &[u8], from: usize, close: u8) -> (bool, usize) {
    let at = space_end(bytes, from);
    if bytes.get(at) == Some(&close) { (false, at + 1) } else { (true, at) }
}

/// Where the whitespace ends that begins at a byte.
#[inline]
fn space_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Where the characters end that mean nothing in a string, at the latest with the last eight bytes of a text. Eight at a time:
/// quotes, backslashes and controls are found by the borrow that they cause (Mycroft's test for a zero byte).
#[inline]
fn plain_end(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::MAX / 0xFF;
    const HIGH: u64 = ONES << 7;
    let mut at = from;
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let bytes = u64::from_le_bytes(*chunk);
        let quote = bytes ^ (ONES * u64::from(b'"'));
        let backslash = bytes ^ (ONES * u64::from(b'\\'));
        let control = bytes.wrapping_sub(ONES * 0x20) & !bytes;
        let found = (quote.wrapping_sub(ONES) & !quote | backslash.wrapping_sub(ONES) & !backslash | control) & HIGH;
        at += (found.trailing_zeros() / 8) as usize;
        if found != 0 {
            break;
        }
    }
    at
}

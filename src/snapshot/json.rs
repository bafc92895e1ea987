//! JSON text (RFC 8259): checked without recursion, delimited without reading, and read into a tree.
//!
//! A reader of our own where everything else takes a library: it keeps a flag's text apart without parsing it, tells
//! exactly where a value can't be represented, and is a tenth of serde_json's size in the module. `tests/json.rs` holds it against serde_json.

use std::borrow::Cow;

use super::limits;
use super::number;
use super::tree::Json;

/// Where a text stops being JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The byte.
    pub(crate) at: usize,
    pub(crate) expected: &'static str,
}

/// Why a value whose syntax is sound can't be a [`Json`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// It nests deeper than [`limits::JSON_DEPTH`].
    TooDeep,
    /// A string has a lone surrogate, or a number is beyond the doubles.
    Value,
}

/// An object's key.
pub(crate) struct Key<'t> {
    /// Lone surrogates are U+FFFD.
    pub(crate) text: Cow<'t, str>,
    /// It has a lone surrogate, so `text` is not exactly what was written.
    pub(crate) broken: bool,
}

/// A member of a document.
pub(crate) struct Member<'t> {
    pub(crate) key: Key<'t>,
    pub(crate) text: &'t str,
    /// What is in it, when it is an object of a name that was asked for: keys, where values begin, their text.
    pub(crate) entries: Option<Vec<(Key<'t>, usize, &'t str)>>,
}

/// Checks that `text` is one JSON value. Linear, without recursion.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    let mut cursor = Cursor::new(text);
    cursor.check_value()?;
    cursor.check_end()
}

/// Checks that `text` is one JSON value and delimits the members of the object that it is, and the entries of those called
/// one of `sections`, all in one pass; `None` when it is something else. Linear, without recursion.
pub(crate) fn outline<'t>(text: &'t str, sections: &[&str]) -> Result<Option<Vec<Member<'t>>>, Fault> {
    let mut cursor = Cursor::new(text);
    let Some(mut next) = cursor.enter(b'{', b'}')? else {
        cursor.check_value()?;
        return cursor.check_end().map(|()| None);
    };
    let mut members = Vec::new();
    while next {
        let key = cursor.key()?;
        cursor.skip_space();
        let start = cursor.at;
        let is_section = sections.contains(&key.text.as_ref()) && cursor.peek() == Some(b'{');
        let entries = if is_section { Some(cursor.checked_entries()?) } else { None };
        if !is_section {
            cursor.check_value()?;
        }
        members.push(Member { key, text: cursor.since(start), entries });
        next = cursor.goes_on(b'}')?;
    }
    cursor.check_end()?;
    Ok(Some(members))
}

/// The text of the last member called `name` of the object that sound `text` is. Linear.
pub(crate) fn member<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    entries(text)?.into_iter().rev().find(|(key, _)| key.text == name).map(|(_, text)| text)
}

/// Delimits the entries of the object that sound `text` is; `None` when it is something else. Linear.
pub(crate) fn entries(text: &str) -> Option<Vec<(Key<'_>, &str)>> {
    let mut cursor = Cursor::new(text);
    let mut entries = Vec::new();
    let mut next = cursor.enter(b'{', b'}').ok()??;
    while next {
        let key = cursor.key().ok()?;
        entries.push((key, cursor.delimit().ok()?));
        next = cursor.goes_on(b'}').ok()?;
    }
    Some(entries)
}

/// Delimits the items of the list that sound `text` is; `None` when it is something else. Linear.
pub(crate) fn items(text: &str) -> Option<Vec<&str>> {
    let mut cursor = Cursor::new(text);
    let mut items = Vec::new();
    let mut next = cursor.enter(b'[', b']').ok()??;
    while next {
        items.push(cursor.delimit().ok()?);
        next = cursor.goes_on(b']').ok()?;
    }
    Some(items)
}

/// Reads a sound text into a tree. Linear; recursion is bounded by [`limits::JSON_DEPTH`].
pub(crate) fn parse(text: &str) -> Result<Json, Unreadable> {
    Cursor::new(text).read(1)
}

struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// The closing brackets of what is open in the value that is being checked.
    open: Vec<u8>,
}

impl From<Fault> for Unreadable {
    fn from(_: Fault) -> Self {
        Self::Value
    }
}

impl<'t> Cursor<'t> {
    const fn new(text: &'t str) -> Self {
        Self { text, at: 0, open: Vec::new() }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, expected: &'static str) -> Fault {
        Fault { at: self.at, expected }
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Enters an object or a list: whether it has anything in it, or `None` when the next value isn't one.
    fn enter(&mut self, open: u8, close: u8) -> Result<Option<bool>, Fault> {
        self.skip_space();
        if !self.take(open) {
            return Ok(None);
        }
        self.skip_space();
        Ok(Some(!self.take(close)))
    }

    /// Behind a member: whether another one follows.
    fn goes_on(&mut self, close: u8) -> Result<bool, Fault> {
        self.skip_space();
        if self.take(b',') {
            self.skip_space();
            return Ok(true);
        }
        if self.take(close) {
            return Ok(false);
        }
        Err(self.fault(if close == b'}' { "`,` or `}`" } else { "`,` or `]`" }))
    }

    fn check_end(&mut self) -> Result<(), Fault> {
        self.skip_space();
        if self.at < self.text.len() { Err(self.fault("the end of the text")) } else { Ok(()) }
    }

    fn checked_entries(&mut self) -> Result<Vec<(Key<'t>, usize, &'t str)>, Fault> {
        let mut entries = Vec::new();
        let mut next = self.enter(b'{', b'}')? == Some(true);
        while next {
            let key = self.key()?;
            self.skip_space();
            let start = self.at;
            self.check_value()?;
            entries.push((key, start, self.since(start)));
            next = self.goes_on(b'}')?;
        }
        Ok(entries)
    }

    fn check_value(&mut self) -> Result<(), Fault> {
        loop {
            self.skip_space();
            let entered = match self.peek() {
                Some(b'{') => self.enter(b'{', b'}')?.map(|more| (more, b'}')),
                Some(b'[') => self.enter(b'[', b']')?.map(|more| (more, b']')),
                _ => {
                    self.check_scalar()?;
                    None
                }
            };
            if let Some((true, close)) = entered {
                self.open.push(close);
            } else {
                loop {
                    let Some(close) = self.open.last().copied() else { return Ok(()) };
                    if self.goes_on(close)? {
                        break;
                    }
                    self.open.pop();
                }
            }
            if self.open.last() == Some(&b'}') {
                self.check_key()?;
            }
        }
    }

    /// A key and its colon: what is between the quotes, unread.
    fn check_key(&mut self) -> Result<&'t str, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.fault("a key in double quotes"));
        }
        let start = self.at + 1;
        self.check_string()?;
        let inside = self.text.get(start..self.at - 1).unwrap_or_default();
        self.skip_space();
        if self.take(b':') { Ok(inside) } else { Err(self.fault("`:`")) }
    }

    fn key(&mut self) -> Result<Key<'t>, Fault> {
        let (text, broken) = unescape(self.check_key()?);
        Ok(Key { text, broken })
    }

    fn check_scalar(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'"') => self.check_string(),
            Some(b'-' | b'0'..=b'9') => self.check_number(),
            _ => {
                let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
                let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word.as_bytes()));
                self.at += word.ok_or_else(|| self.fault("a value"))?.len();
                Ok(())
            }
        }
    }

    fn check_string(&mut self) -> Result<(), Fault> {
        self.at += 1;
        loop {
            self.skip_plain();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
                        Some(b'u') => {
                            self.at += 1;
                            if self.code_unit(self.at).is_none() {
                                return Err(self.fault("four hexadecimal digits"));
                            }
                            self.at += 4;
                        }
                        _ => return Err(self.fault("an escape such as `\\n`")),
                    }
                }
                Some(0..=0x1F) => return Err(self.fault("an escape for a control character")),
                Some(_) => self.at += 1,
                None => return Err(self.fault("a closing quote")),
            }
        }
    }

    /// Skips characters that mean nothing in a string, eight bytes at a time: quotes, backslashes and controls are found by
    /// the borrow that they cause (Mycroft's test for a zero byte).
    fn skip_plain(&mut self) {
        const ONES: u64 = u64::MAX / 0xFF;
        const HIGH: u64 = ONES << 7;
        while let Some(chunk) = self.text.as_bytes().get(self.at..).and_then(|rest| rest.first_chunk()) {
            let bytes = u64::from_le_bytes(*chunk);
            let quote = bytes ^ (ONES * u64::from(b'"'));
            let backslash = bytes ^ (ONES * u64::from(b'\\'));
            let control = bytes.wrapping_sub(ONES * 0x20) & !bytes;
            let found =
                (quote.wrapping_sub(ONES) & !quote | backslash.wrapping_sub(ONES) & !backslash | control) & HIGH;
            self.at += (found.trailing_zeros() / 8) as usize;
            if found != 0 {
                return;
            }
        }
    }

    fn check_number(&mut self) -> Result<(), Fault> {
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
        Ok(())
    }

    fn check_digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("a digit")) } else { Ok(()) }
    }

    /// The text of the next value of a sound text: only quotes and brackets matter.
    fn delimit(&mut self) -> Result<&'t str, Fault> {
        self.skip_space();
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                Some(b'"') => self.check_string()?,
                Some(_) if depth > 0 => {
                    self.at += 1;
                    continue;
                }
                _ => self.check_scalar()?,
            }
            if depth == 0 {
                return Ok(self.since(start));
            }
        }
    }

    fn read(&mut self, depth: usize) -> Result<Json, Unreadable> {
        self.skip_space();
        let start = self.at;
        let nested = matches!(self.peek(), Some(b'{' | b'['));
        if nested && depth > limits::JSON_DEPTH {
            return Err(Unreadable::TooDeep);
        }
        match self.peek() {
            Some(b'{') => {
                let mut entries = Vec::new();
                let mut next = self.enter(b'{', b'}')? == Some(true);
                while next {
                    let key = self.key()?;
                    let value = self.read(depth + 1)?;
                    if key.broken {
                        return Err(Unreadable::Value);
                    }
                    entries.push((key.text.into_owned(), value));
                    next = self.goes_on(b'}')?;
                }
                Ok(Json::Object(entries))
            }
            Some(b'[') => {
                let mut items = Vec::new();
                let mut next = self.enter(b'[', b']')? == Some(true);
                while next {
                    items.push(self.read(depth + 1)?);
                    next = self.goes_on(b']')?;
                }
                Ok(Json::List(items))
            }
            Some(b'"') => {
                self.check_string()?;
                match unescape(self.text.get(start + 1..self.at - 1).unwrap_or_default()) {
                    (text, false) => Ok(Json::String(text.into_owned())),
                    (_, true) => Err(Unreadable::Value),
                }
            }
            Some(b't') => self.check_scalar().map(|()| Json::Bool(true)).map_err(Unreadable::from),
            Some(b'f') => self.check_scalar().map(|()| Json::Bool(false)).map_err(Unreadable::from),
            Some(b'n') => self.check_scalar().map(|()| Json::Null).map_err(Unreadable::from),
            _ => {
                self.check_number()?;
                number::parse(self.since(start)).map(Json::Number).ok_or(Unreadable::Value)
            }
        }
    }

    /// The UTF-16 code unit of four hexadecimal digits.
    fn code_unit(&self, at: usize) -> Option<u32> {
        code_unit(self.text.as_bytes(), at)
    }
}

fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit * 16 + char::from(*digit).to_digit(16)?))
}

/// The text between the quotes of a sound string, and whether it has a lone surrogate.
fn unescape(inside: &str) -> (Cow<'_, str>, bool) {
    let Some(first) = inside.find('\\') else { return (Cow::Borrowed(inside), false) };
    let bytes = inside.as_bytes();
    let mut text = String::with_capacity(inside.len());
    let (mut from, mut at, mut broken) = (0, first, false);
    while let Some(byte) = bytes.get(at) {
        if *byte != b'\\' {
            at += 1;
            continue;
        }
        text.push_str(inside.get(from..at).unwrap_or_default());
        let escape = bytes.get(at + 1).copied().unwrap_or_default();
        at += 2;
        text.push(match escape {
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = code_unit(bytes, at).unwrap_or_default();
                at += 4;
                let low = (bytes.get(at..at + 2) == Some(b"\\u")).then(|| code_unit(bytes, at + 2)).flatten();
                let code = match (unit, low) {
                    (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
                        at += 6;
                        0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
                    }
                    _ => unit,
                };
                char::from_u32(code).unwrap_or_else(|| {
                    broken = true;
                    char::REPLACEMENT_CHARACTER
                })
            }
            other => char::from(other),
        });
        from = at;
    }
    text.push_str(inside.get(from..).unwrap_or_default());
    (Cow::Owned(text), broken)
}

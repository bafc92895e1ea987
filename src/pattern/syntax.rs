//! Reads patterns. Their language is regex-lite's, down to what it refuses but for what may be in the name of a group and
//! how large a pattern may be: property tests hold the two together.
//!
//! Reading them with regex-syntax's parser would come close, but that refuses `a(?i)*`, folds `(?i)[Z-a]` differently,
//! and would be most of the module.

use super::class::{Class, Range};
use super::look::Look;
use super::reason::{Reason, Refused};
use super::tree::{Kind, Node};
use crate::sort::repeats;

/// How deep groups may nest, and also what they are read to.
const NEST: u32 = 50;

/// The flags that change what is found. `U` only changes how much of it, and `u` nothing.
const IGNORE_CASE: u8 = 1;
const MULTI_LINE: u8 = 1 << 1;
const DOT_TAKES_LINES: u8 = 1 << 2;
const CRLF: u8 = 1 << 3;
const VERBOSE: u8 = 1 << 4;
const FLAGS: [char; 7] = ['i', 'm', 's', 'R', 'x', 'U', 'u'];

/// What `pattern` means, and how many characters it has.
pub(super) fn read(pattern: &str, ignore_case: bool) -> Result<(Node, usize), Refused> {
    let flags = if ignore_case { IGNORE_CASE } else { 0 };
    let chars: Vec<char> = pattern.chars().collect();
    let mut reader = Reader { chars: &chars, at: 0, flags, depth: 0, names: Vec::new(), refused: None };
    let node = reader.whole();
    reader.refused.map_or(Ok((node, reader.at)), Err)
}

/// Where a pattern is wrong, it ends for its reader, so that everything that is being read comes to its own end: to leave
/// it all from within would take more of the module.
struct Reader<'p> {
    chars: &'p [char],
    /// How many of them are read.
    at: usize,
    flags: u8,
    depth: u32,
    /// The names of groups.
    names: Vec<String>,
    /// What was wrong first.
    refused: Option<Refused>,
}

impl Reader<'_> {
    fn whole(&mut self) -> Node {
        let node = self.alternatives();
        if self.bump().is_some() {
            self.refuse(Reason::Unopened);
        }
        if node.height > NEST {
            self.refuse(Reason::Nesting);
        }
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        if !repeats(&names).is_empty() {
            self.refuse(Reason::Name);
        }
        node
    }

    fn refuse(&mut self, reason: Reason) {
        self.refused.get_or_insert(Refused { reason: reason.text(), place: self.at });
        self.chars = &[];
    }

    /// Reads up to the end of the group, or of the pattern.
    fn alternatives(&mut self) -> Node {
        if self.depth > NEST {
            self.refuse(Reason::Nesting);
        }
        self.depth += 1;
        let mut branches = Vec::new();
        let mut sequence = Vec::new();
        loop {
            self.skip_ignored();
            let Some(char) = self.peek().filter(|char| *char != ')') else { break };
            self.at += 1;
            match char {
                '(' => {
                    let outer = self.flags;
                    // Flags without a colon stay, for the rest of the group around them.
                    if let Some(group) = self.group() {
                        sequence.push(group);
                        self.flags = outer;
                    }
                    if !self.take(')') {
                        self.refuse(Reason::Unclosed);
                    }
                }
                '|' => branches.push(Node::joined(std::mem::take(&mut sequence), Kind::Concat)),
                '?' | '*' | '+' | '{' => match sequence.pop() {
                    Some(repeated) => sequence.push(self.repetition(char, repeated)),
                    None => self.refuse(Reason::Nothing),
                },
                _ => sequence.push(Node { kind: self.atom(char), height: 0 }),
            }
        }
        self.depth -= 1;
        branches.push(Node::joined(sequence, Kind::Concat));
        Node::joined(branches, Kind::Alternation)
    }

    /// What follows `(`, up to its `)`; `None` if it only sets flags.
    fn group(&mut self) -> Option<Node> {
        self.skip_ignored();
        let mut captures = 1;
        if self.take('?') {
            let begin = self.at;
            self.take('P');
            if self.take('<') {
                self.name();
            } else {
                self.at = begin;
                captures = 0;
                if !self.set_flags() {
                    return None;
                }
            }
        }
        let mut group = self.alternatives();
        group.height += captures;
        Some(group)
    }

    /// What follows `<`. A name has a meaning only where matches are taken apart, which isn't here; to tell letters from
    /// other characters outside ASCII, as regex-lite does, would take two kilobytes of tables.
    fn name(&mut self) {
        let mut name = String::new();
        loop {
            match self.bump() {
                Some('>') if !name.is_empty() => break,
                Some(char) if char == '_' || char.is_ascii_alphabetic() || !char.is_ascii() => name.push(char),
                Some(char @ ('0'..='9' | '.' | '[' | ']')) if !name.is_empty() => name.push(char),
                _ => {
                    self.refuse(Reason::Name);
                    break;
                }
            }
        }
        self.names.push(name);
    }

    /// Whether a colon ends the flags, and something they are for follows.
    fn set_flags(&mut self) -> bool {
        let (mut seen, mut clears, mut dangles) = (0, false, false);
        loop {
            match self.bump() {
                Some(':') if !dangles => return true,
                Some(')') if !dangles && seen != 0 => {
                    self.at -= 1;
                    return false;
                }
                Some('-') if !clears => (clears, dangles) = (true, true),
                char => {
                    let position = FLAGS.iter().position(|flag| Some(*flag) == char);
                    let flag = position.map_or(0, |position| 1 << position);
                    if flag & !seen == 0 {
                        self.refuse(Reason::Group);
                        return false;
                    }
                    seen |= flag;
                    dangles = false;
                    self.flags = if clears { self.flags & !flag } else { self.flags | flag };
                }
            }
        }
    }

    /// Greed is read over: it changes what is found, not whether.
    fn repetition(&mut self, sign: char, mut repeated: Node) -> Node {
        let (min, max) = match sign {
            '?' => (0, Some(1)),
            '*' => (0, None),
            '+' => (1, None),
            _ => {
                let min = self.number();
                let mut max = Some(min);
                if self.take(',') {
                    self.skip_ignored();
                    max = if self.peek() == Some('}') { None } else { Some(self.number()) };
                }
                if !self.take('}') || max.is_some_and(|max| min > max) {
                    self.refuse(Reason::Repetition);
                }
                // Only behind a brace may white space come before the question mark.
                self.skip_ignored();
                (min, max)
            }
        };
        self.take('?');
        // What is higher than it may be is refused, unless it is repeated no times. It won't be looked at in either
        // case, and must not be when it is so high that the stack ends.
        if max == Some(0) || repeated.height > NEST {
            repeated.kind = Kind::Concat(Vec::new());
        }
        match (min, max) {
            (_, Some(0)) => Node { height: 0, ..repeated },
            (1, Some(1)) => repeated,
            _ => Node { height: repeated.height + 1, kind: Kind::Repetition(Box::new(repeated), min, max) },
        }
    }

    fn number(&mut self) -> u32 {
        self.skip_space();
        let (mut number, mut tens) = (None, Some(0_u32));
        while let Some(digit) = self.peek().and_then(|char| char.to_digit(10)) {
            number = tens.and_then(|tens| tens.checked_add(digit));
            tens = number.and_then(|number| number.checked_mul(10));
            self.at += 1;
            self.skip_ignored();
        }
        self.skip_space();
        if number.is_none() {
            self.refuse(Reason::Repetition);
        }
        number.unwrap_or_default()
    }

    fn atom(&mut self, char: char) -> Kind {
        let has = |flag| self.flags & flag != 0;
        match char {
            '[' => Kind::Class(self.class()),
            '\\' => self.escape(),
            '.' => {
                let mut lines = Class(Vec::new());
                if !has(DOT_TAKES_LINES) {
                    lines = Class::one('\n');
                    if has(CRLF) {
                        lines.0.push(['\r'.into(); 2]);
                    }
                }
                lines.negate();
                Kind::Class(lines)
            }
            '^' if !has(MULTI_LINE) => Kind::Look(Look::START),
            '$' if !has(MULTI_LINE) => Kind::Look(Look::END),
            '^' => Kind::Look(if has(CRLF) { Look::CRLF_START } else { Look::LINE_START }),
            '$' => Kind::Look(if has(CRLF) { Look::CRLF_END } else { Look::LINE_END }),
            char => self.char(char),
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Kind {
        // A digit is no escape either.
        let char = self.bump().unwrap_or('0');
        let name = match char {
            'd' | 'D' => "digit",
            's' | 'S' => "space",
            'w' | 'W' => "word",
            _ => "",
        };
        if let Some(mut class) = Class::named(name) {
            if char.is_ascii_uppercase() {
                class.negate();
            }
            return Kind::Class(class);
        }
        match char {
            'A' => Kind::Look(Look::START),
            'z' => Kind::Look(Look::END),
            'b' => Kind::Look(self.boundary()),
            'B' => Kind::Look(Look::NO_BOUNDARY),
            '<' => Kind::Look(Look::WORD_START),
            '>' => Kind::Look(Look::WORD_END),
            _ => {
                let char = match char {
                    'x' => self.hex(2),
                    'u' => self.hex(4),
                    'U' => self.hex(8),
                    'a' => '\x07',
                    'f' => '\x0c',
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    'v' => '\x0b',
                    _ => {
                        if !char.is_ascii() || char.is_ascii_alphanumeric() {
                            self.refuse(Reason::Escape);
                        }
                        char
                    }
                };
                self.char(char)
            }
        }
    }

    /// What follows `\b`: the name of a boundary in braces, unless they are a repetition's.
    fn boundary(&mut self) -> Look {
        let begin = self.at;
        let mut name = String::new();
        if self.take('{') {
            self.skip_ignored();
            while let Some(char) = self.peek().filter(|char| char.is_ascii_alphabetic() || *char == '-') {
                name.push(char);
                self.at += 1;
                self.skip_ignored();
            }
        }
        if name.is_empty() {
            self.at = begin;
            return Look::BOUNDARY;
        }
        let look = match name.as_str() {
            "start" => Look::WORD_START,
            "end" => Look::WORD_END,
            "start-half" => Look::HALF_START,
            "end-half" => Look::HALF_END,
            _ => Look(0),
        };
        if look == Look(0) || !self.take('}') {
            self.refuse(Reason::Escape);
        }
        look
    }

    /// A character by its number, of `digits` digits unless they stand in braces.
    fn hex(&mut self, digits: usize) -> char {
        self.skip_ignored();
        let braced = self.take('{');
        let mut number = Some(0_u32);
        let mut count = 0;
        loop {
            self.skip_ignored();
            if if braced { count > 0 && self.take('}') } else { count == digits } {
                break;
            }
            let digit = self.bump().and_then(|char| char.to_digit(16));
            number = number.and_then(|number| Some(number.checked_mul(16)? + digit?));
            if number.is_none() {
                break;
            }
            count += 1;
        }
        number.and_then(char::from_u32).unwrap_or_else(|| {
            self.refuse(Reason::Escape);
            '\0'
        })
    }

    fn char(&self, char: char) -> Kind {
        let mut class = Class::one(char);
        if self.flags & IGNORE_CASE != 0 {
            class.fold();
        }
        Kind::Class(class)
    }

    /// What follows `[`, up to its `]`.
    fn class(&mut self) -> Class {
        let mut ranges = Vec::new();
        self.skip_ignored();
        let negated = self.take('^');
        self.skip_ignored();
        // Dashes stand for themselves here, and so does a bracket if none came before it.
        while self.take('-') {
            ranges.push(['-'.into(); 2]);
            self.skip_ignored();
        }
        if ranges.is_empty() && self.take(']') {
            ranges.push([']'.into(); 2]);
        }
        loop {
            self.skip_ignored();
            match self.bump() {
                Some(']') => break,
                Some('[') => ranges.extend(self.named().0),
                // Classes are neither cut nor taken from one another.
                Some(char) if !matches!(char, '&' | '-' | '~') || self.peek() != Some(char) => {
                    self.items(char, &mut ranges);
                }
                char => {
                    self.refuse(if char.is_some() { Reason::Class } else { Reason::Unclosed });
                    break;
                }
            }
        }
        let mut class = Class::new(&ranges);
        if self.flags & IGNORE_CASE != 0 {
            class.fold();
        }
        if negated {
            class.negate();
        }
        class
    }

    /// `:name:]`.
    fn named(&mut self) -> Class {
        let mut name = String::new();
        let begins = self.take(':');
        let negated = self.take('^');
        while let Some(char) = self.bump().filter(|char| *char != ':') {
            name.push(char);
        }
        let mut class = Class::named(&name).unwrap_or(Class(Vec::new()));
        if class.0.is_empty() || !begins || !self.take(']') {
            self.refuse(Reason::Class);
        }
        if negated {
            class.negate();
        }
        class
    }

    /// An item of a class that begins with `char`, or a range from it to the next.
    fn items(&mut self, char: char, ranges: &mut Vec<Range>) {
        let from = self.item(char);
        self.skip_ignored();
        if self.peek() != Some('-') || matches!(self.behind_dash(), Some(']' | '-')) {
            ranges.extend(from.0);
            return;
        }
        self.at += 1;
        self.skip_ignored();
        let to = self.bump().and_then(|char| self.item(char).single());
        match (from.single(), to) {
            (Some(from), Some(to)) if from <= to => ranges.push([from, to]),
            _ => self.refuse(Reason::Class),
        }
    }

    /// A character of a class is folded with the class, an escaped one before as well.
    fn item(&mut self, char: char) -> Class {
        if char != '\\' {
            return Class::one(char);
        }
        match self.escape() {
            Kind::Class(class) => class,
            _ => {
                self.refuse(Reason::Class);
                Class(Vec::new())
            }
        }
    }

    /// The character that decides whether a dash makes a range. Of a comment after the dash, this is its first letter.
    fn behind_dash(&self) -> Option<char> {
        let behind = self.chars.get(self.at + 1..)?;
        let mut comments = 0;
        let decides = |char: &&char| {
            comments += u32::from(**char == '#');
            self.flags & VERBOSE == 0 || !(char.is_whitespace() || (**char == '#' && comments == 1))
        };
        behind.iter().find(decides).or(behind.first()).copied()
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += 1;
        Some(char)
    }

    /// Copied into its callers, it would be a kilobyte.
    #[inline(never)]
    fn take(&mut self, char: char) -> bool {
        let is_next = self.peek() == Some(char);
        self.at += usize::from(is_next);
        is_next
    }

    /// White space in every mode, for it may stand around a number.
    fn skip_space(&mut self) {
        self.skip(true);
    }

    /// White space and comments, where they mean nothing.
    fn skip_ignored(&mut self) {
        self.skip(false);
    }

    fn skip(&mut self, skips_space: bool) {
        let is_verbose = self.flags & VERBOSE != 0;
        let mut in_comment = false;
        while let Some(char) = self.peek() {
            in_comment = is_verbose && if in_comment { char != '\n' } else { char == '#' };
            if !in_comment && !((is_verbose || skips_space) && char.is_whitespace()) {
                break;
            }
            self.at += 1;
        }
    }
}

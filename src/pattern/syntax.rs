//! What a pattern means to regex-lite, written down for another engine.
//!
//! regex-lite itself says first whether a pattern is one, so what is read here is known to be sound, and only its
//! meaning is left to find. Reading it with regex-syntax's own parser would come close, but that refuses `a(?i)*` and
//! folds `(?i)[Z-a]` differently; a snapshot's decisions can't depend on which of the two looked.

use regex_lite::RegexBuilder;
use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition};

/// The meaning of `pattern` for texts that are UTF-8, or `None` if regex-lite doesn't accept it.
pub(super) fn read(pattern: &str, ignore_case: bool) -> Option<Hir> {
    RegexBuilder::new(pattern).case_insensitive(ignore_case).build().ok()?;
    let read = |loose: bool| {
        let flags = Flags { ignore_case, ..Flags::default() };
        let mut reader = Reader { rest: pattern, flags, loose };
        let hir = reader.alternatives()?;
        reader.rest.is_empty().then_some(hir)
    };
    let exact = read(false)?;
    if looks_into_characters(&exact) { Some(exact) } else { read(true) }
}

/// Whether `hir` looks for something that also holds between the bytes of one character, where regex-lite never looks.
///
/// Everything else that takes no text holds only between characters, or everywhere.
pub(super) fn looks_into_characters(hir: &Hir) -> bool {
    let looks = hir.properties().look_set();
    [Look::WordAsciiNegate, Look::WordStartHalfAscii, Look::WordEndHalfAscii].iter().any(|look| looks.contains(*look))
}

/// The flags that change what is found. `U` only changes how much of it, and `u` nothing.
#[derive(Clone, Copy, Default)]
struct Flags {
    ignore_case: bool,
    multi_line: bool,
    dot_takes_lines: bool,
    crlf: bool,
    verbose: bool,
}

/// What stands for one character or none.
enum Atom {
    Char(char),
    Class(ClassUnicode),
    Look(Look),
}

struct Reader<'p> {
    rest: &'p str,
    flags: Flags,
    /// See [`loose`].
    loose: bool,
}

impl Reader<'_> {
    /// Reads up to the end of the group, or of the pattern. Groups nest at most as deep as regex-lite allows.
    fn alternatives(&mut self) -> Option<Hir> {
        let mut branches = Vec::new();
        let mut sequence = Vec::new();
        loop {
            self.skip_ignored();
            match self.peek() {
                None | Some(')') => break,
                Some('(') => {
                    let outer = self.flags;
                    // Flags without a colon stay, for the rest of the group around them.
                    if let Some(group) = self.group()? {
                        sequence.push(group);
                        self.flags = outer;
                    }
                    self.rest = self.rest.strip_prefix(')')?;
                }
                Some('|') => {
                    self.bump();
                    branches.push(Hir::concat(std::mem::take(&mut sequence)));
                }
                Some('[') => {
                    let class = self.class()?;
                    sequence.push(self.hir(Atom::Class(class)));
                }
                Some('?' | '*' | '+' | '{') => {
                    let repeated = sequence.pop()?;
                    sequence.push(self.repetition(repeated)?);
                }
                Some(_) => {
                    let atom = self.atom()?;
                    sequence.push(self.hir(atom));
                }
            }
        }
        branches.push(Hir::concat(sequence));
        Some(Hir::alternation(branches))
    }

    /// `(…` up to its `)`; `None` inside if it only sets flags.
    fn group(&mut self) -> Option<Option<Hir>> {
        self.bump();
        self.skip_ignored();
        if self.take("?P<") || self.take("?<") {
            while self.bump()? != '>' {}
        } else if self.take("?") && !self.set_flags()? {
            return Some(None);
        }
        self.alternatives().map(Some)
    }

    /// Whether a colon ends the flags, and something they are for follows.
    fn set_flags(&mut self) -> Option<bool> {
        let mut set = true;
        loop {
            match self.peek()? {
                ')' => return Some(false),
                ':' => {
                    self.bump();
                    return Some(true);
                }
                '-' => set = false,
                'i' => self.flags.ignore_case = set,
                'm' => self.flags.multi_line = set,
                's' => self.flags.dot_takes_lines = set,
                'R' => self.flags.crlf = set,
                'x' => self.flags.verbose = set,
                'U' | 'u' => {}
                _ => return None,
            }
            self.bump();
        }
    }

    /// Greed is read over: it changes what is found, not whether.
    fn repetition(&mut self, repeated: Hir) -> Option<Hir> {
        let (min, max) = match self.bump()? {
            '?' => (0, Some(1)),
            '*' => (0, None),
            '+' => (1, None),
            _ => {
                let min = self.number()?;
                let max = if self.take(",") {
                    self.skip_space();
                    if self.peek() == Some('}') { None } else { Some(self.number()?) }
                } else {
                    Some(min)
                };
                self.rest = self.rest.strip_prefix('}')?;
                // Only behind a brace may white space come before the question mark.
                self.skip_ignored();
                (min, max)
            }
        };
        self.take("?");
        Some(Hir::repetition(Repetition { min, max, greedy: true, sub: Box::new(repeated) }))
    }

    fn number(&mut self) -> Option<u32> {
        self.skip_space();
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|char| char.to_digit(10)) {
            number = Some(number.unwrap_or(0_u32).checked_mul(10)?.checked_add(digit)?);
            self.bump();
            self.skip_ignored();
        }
        self.skip_space();
        number
    }

    fn atom(&mut self) -> Option<Atom> {
        let Flags { multi_line, crlf, dot_takes_lines, .. } = self.flags;
        Some(match self.bump()? {
            '\\' => self.escape()?,
            '.' => {
                let mut lines = ClassUnicode::empty();
                if !dot_takes_lines {
                    lines.push(ClassUnicodeRange::new('\n', '\n'));
                    if crlf {
                        lines.push(ClassUnicodeRange::new('\r', '\r'));
                    }
                }
                lines.negate();
                Atom::Class(lines)
            }
            '^' => Atom::Look(match (multi_line, crlf) {
                (false, _) => Look::Start,
                (true, false) => Look::StartLF,
                (true, true) => Look::StartCRLF,
            }),
            '$' => Atom::Look(match (multi_line, crlf) {
                (false, _) => Look::End,
                (true, false) => Look::EndLF,
                (true, true) => Look::EndCRLF,
            }),
            char => self.char(char),
        })
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Option<Atom> {
        let char = self.bump()?;
        Some(match char {
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            'U' => self.hex(8)?,
            'd' | 'D' => Atom::Class(named("digit", char == 'D')?),
            's' | 'S' => Atom::Class(named("space", char == 'S')?),
            'w' | 'W' => Atom::Class(named("word", char == 'W')?),
            'a' => Atom::Char('\x07'),
            'f' => Atom::Char('\x0c'),
            't' => Atom::Char('\t'),
            'n' => Atom::Char('\n'),
            'r' => Atom::Char('\r'),
            'v' => Atom::Char('\x0b'),
            'A' => Atom::Look(Look::Start),
            'z' => Atom::Look(Look::End),
            'b' => Atom::Look(self.boundary()?),
            'B' => Atom::Look(Look::WordAsciiNegate),
            '<' => Atom::Look(Look::WordStartAscii),
            '>' => Atom::Look(Look::WordEndAscii),
            _ => Atom::Char(char),
        })
    }

    /// What follows `\b`: the name of a boundary in braces, unless they are a repetition's.
    fn boundary(&mut self) -> Option<Look> {
        let before = self.rest;
        if self.take("{") {
            self.skip_ignored();
            let mut name = String::new();
            while let Some(char) = self.peek().filter(|char| char.is_ascii_alphabetic() || *char == '-') {
                name.push(char);
                self.bump();
                self.skip_ignored();
            }
            if !name.is_empty() {
                self.rest = self.rest.strip_prefix('}')?;
                return match name.as_str() {
                    "start" => Some(Look::WordStartAscii),
                    "end" => Some(Look::WordEndAscii),
                    "start-half" => Some(Look::WordStartHalfAscii),
                    "end-half" => Some(Look::WordEndHalfAscii),
                    _ => None,
                };
            }
        }
        self.rest = before;
        Some(Look::WordAscii)
    }

    /// A character by its number, of `digits` digits unless they stand in braces.
    fn hex(&mut self, digits: usize) -> Option<Atom> {
        self.skip_ignored();
        let braced = self.take("{");
        let mut number = 0_u32;
        let mut left = digits;
        loop {
            self.skip_ignored();
            if if braced { self.take("}") } else { left == 0 } {
                break;
            }
            number = number.checked_mul(16)?.checked_add(self.bump()?.to_digit(16)?)?;
            left = left.saturating_sub(1);
        }
        Some(self.char(char::from_u32(number)?))
    }

    fn char(&self, char: char) -> Atom {
        if self.flags.ignore_case && char.is_ascii_alphabetic() {
            let cases = [char.to_ascii_lowercase(), char.to_ascii_uppercase()];
            return Atom::Class(ClassUnicode::new(cases.map(|char| ClassUnicodeRange::new(char, char))));
        }
        Atom::Char(char)
    }

    /// `[…]`.
    fn class(&mut self) -> Option<ClassUnicode> {
        let mut class = ClassUnicode::empty();
        let mut add = |from, to| class.push(ClassUnicodeRange::new(from, to));
        self.bump();
        self.skip_ignored();
        let negated = self.take("^");
        self.skip_ignored();
        let mut first = true;
        // Dashes stand for themselves here, and so does a bracket if none came before it.
        while self.take("-") {
            add('-', '-');
            first = false;
            self.skip_ignored();
        }
        if first && self.take("]") {
            add(']', ']');
        }
        loop {
            self.skip_ignored();
            if self.take("]") {
                break;
            }
            if self.take("[:") {
                let inverted = self.take("^");
                let (name, rest) = self.rest.split_once(":]")?;
                self.rest = rest;
                named(name, inverted)?.iter().for_each(|range| add(range.start(), range.end()));
                continue;
            }
            let item = self.item()?;
            self.skip_ignored();
            if self.peek() == Some('-') && !matches!(self.behind_dash(), Some(']' | '-')) {
                self.bump();
                self.skip_ignored();
                let (Atom::Char(from), Atom::Char(to)) = (item, self.item()?) else {
                    return None;
                };
                add(from, to);
                continue;
            }
            match item {
                Atom::Char(char) => add(char, char),
                Atom::Class(class) => class.iter().for_each(|range| add(range.start(), range.end())),
                Atom::Look(_) => return None,
            }
        }
        if self.flags.ignore_case {
            fold(&mut class);
        }
        close(&mut class);
        if negated {
            class.negate();
        }
        Some(class)
    }

    /// A character of a class is folded with the class, an escaped one before as well.
    fn item(&mut self) -> Option<Atom> {
        match self.bump()? {
            '\\' => self.escape(),
            char => Some(Atom::Char(char)),
        }
    }

    /// The character that decides whether a dash makes a range. Of a comment after the dash, this is its first letter.
    fn behind_dash(&self) -> Option<char> {
        let behind = self.rest.strip_prefix('-')?;
        let mut chars = behind.chars();
        if !self.flags.verbose {
            return chars.next();
        }
        let mut in_comment = false;
        let decides = chars.find(|char| {
            let opens = !in_comment && *char == '#';
            in_comment |= opens;
            !opens && !char.is_whitespace()
        });
        decides.or(behind.chars().next())
    }

    fn hir(&self, atom: Atom) -> Hir {
        match atom {
            Atom::Char(char) => Hir::literal(char.encode_utf8(&mut [0; 4]).as_bytes()),
            Atom::Look(look) => Hir::look(look),
            Atom::Class(class) => {
                let loose = if self.loose { loose(&class) } else { None };
                loose.unwrap_or_else(|| Hir::class(Class::Unicode(class)))
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next()?;
        self.rest = chars.as_str();
        Some(char)
    }

    fn take(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// White space in braces, which is allowed in every mode.
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
        self.skip_ignored();
    }

    /// White space and comments, where they mean nothing.
    fn skip_ignored(&mut self) {
        if !self.flags.verbose {
            return;
        }
        self.rest = self.rest.trim_start();
        while let Some(comment) = self.rest.strip_prefix('#') {
            self.rest = comment.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
        }
    }
}

/// A class with all characters outside ASCII, as bytes: one that begins a character, and however many go on with one.
///
/// With lengths and well-formedness, `^.{1,64}$` would take fifty times the bytes. What is read here may stop within a
/// character, but nothing goes on from there: a literal or another class begins with a byte that begins a character.
/// And where nothing [looks into characters](looks_into_characters), a pattern that is at its end there is at its end
/// after the character too.
fn loose(class: &ClassUnicode) -> Option<Hir> {
    let is_full = class.ranges().last().is_some_and(|last| last.start() <= '\u{80}' && last.end() == char::MAX);
    if !is_full {
        return None;
    }
    let ascii = class.iter().filter_map(|range| {
        let from = u8::try_from(range.start()).ok().filter(u8::is_ascii)?;
        Some(ClassBytesRange::new(from, u8::try_from(range.end()).unwrap_or(0x7f).min(0x7f)))
    });
    let begins = ClassBytes::new(ascii.chain([ClassBytesRange::new(0xc0, 0xff)]));
    let goes_on = Hir::class(Class::Bytes(ClassBytes::new([ClassBytesRange::new(0x80, 0xbf)])));
    let goes_on = Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(goes_on) });
    Some(Hir::concat(vec![Hir::class(Class::Bytes(begins)), goes_on]))
}

/// Adds the other case of the letters, as far as regex-lite does: of a range with letters of both cases, such as
/// `Z-a`, only the small ones get their capitals.
fn fold(class: &mut ClassUnicode) {
    let overlap = |range: &ClassUnicodeRange, from: char, to: char| {
        let both = (range.start().max(from), range.end().min(to));
        (both.0 <= both.1).then_some(both)
    };
    let folded: Vec<_> = class
        .iter()
        .filter_map(|range| {
            let (from, to) = match overlap(range, 'a', 'z') {
                Some((from, to)) => (from.to_ascii_uppercase(), to.to_ascii_uppercase()),
                None => {
                    overlap(range, 'A', 'Z').map(|(from, to)| (from.to_ascii_lowercase(), to.to_ascii_lowercase()))?
                }
            };
            Some(ClassUnicodeRange::new(from, to))
        })
        .collect();
    folded.into_iter().for_each(|range| class.push(range));
}

/// Joins what only the surrogates are between, which aren't characters: negation would take its neighbours for a gap.
fn close(class: &mut ClassUnicode) {
    let (before, behind) = ('\u{d7ff}', '\u{e000}');
    if class.ranges().windows(2).any(|pair| matches!(pair, [a, b] if a.end() == before && b.start() == behind)) {
        class.push(ClassUnicodeRange::new(before, behind));
    }
}

fn named(name: &str, inverted: bool) -> Option<ClassUnicode> {
    let ranges: &[(char, char)] = match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\x7f')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    };
    let mut class = ClassUnicode::new(ranges.iter().map(|(from, to)| ClassUnicodeRange::new(*from, *to)));
    if inverted {
        class.negate();
    }
    Some(class)
}

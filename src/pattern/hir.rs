//! A pattern for regex-automata, which works automata out.

use regex_syntax::hir::{self, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, Repetition};

use super::class::Class;
use super::look::Look;
use super::tree::{Kind, Node};

/// The meaning of `node` for texts that are UTF-8.
pub(super) fn convert(node: &Node) -> Hir {
    let exact = converted(node, false);
    if looks_into_characters(&exact) { exact } else { converted(node, true) }
}

/// Whether `hir` looks for something that also holds between the bytes of one character, where patterns never look.
///
/// Everything else that takes no text holds only between characters, or everywhere.
pub(super) fn looks_into_characters(hir: &Hir) -> bool {
    let looks = hir.properties().look_set();
    [hir::Look::WordAsciiNegate, hir::Look::WordStartHalfAscii, hir::Look::WordEndHalfAscii]
        .iter()
        .any(|look| looks.contains(*look))
}

/// See [`loose`].
fn converted(node: &Node, is_loose: bool) -> Hir {
    let all = |nodes: &[Node]| nodes.iter().map(|node| converted(node, is_loose)).collect();
    match &node.kind {
        Kind::Class(class) => {
            let class = characters(class);
            let loose = if is_loose { loose(&class) } else { None };
            loose.unwrap_or_else(|| Hir::class(hir::Class::Unicode(class)))
        }
        Kind::Look(look) => Hir::look(match *look {
            Look::START => hir::Look::Start,
            Look::END => hir::Look::End,
            Look::LINE_START => hir::Look::StartLF,
            Look::LINE_END => hir::Look::EndLF,
            Look::CRLF_START => hir::Look::StartCRLF,
            Look::CRLF_END => hir::Look::EndCRLF,
            Look::BOUNDARY => hir::Look::WordAscii,
            Look::WORD_START => hir::Look::WordStartAscii,
            Look::WORD_END => hir::Look::WordEndAscii,
            Look::HALF_START => hir::Look::WordStartHalfAscii,
            Look::HALF_END => hir::Look::WordEndHalfAscii,
            // Look::NO_BOUNDARY, for there are no others.
            _ => hir::Look::WordAsciiNegate,
        }),
        Kind::Concat(nodes) => Hir::concat(all(nodes)),
        Kind::Alternation(nodes) => Hir::alternation(all(nodes)),
        Kind::Repetition(node, min, max) => {
            let sub = Box::new(converted(node, is_loose));
            Hir::repetition(Repetition { min: *min, max: *max, greedy: true, sub })
        }
    }
}

/// Ranges begin and end with the characters next to the surrogates instead.
fn characters(class: &Class) -> ClassUnicode {
    ClassUnicode::new(class.0.iter().filter_map(|[from, to]| {
        let from = char::from_u32(*from).unwrap_or('\u{e000}');
        let to = char::from_u32(*to).unwrap_or('\u{d7ff}');
        (from <= to).then(|| ClassUnicodeRange::new(from, to))
    }))
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
    let goes_on = Hir::class(hir::Class::Bytes(ClassBytes::new([ClassBytesRange::new(0x80, 0xbf)])));
    let goes_on = Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(goes_on) });
    Some(Hir::concat(vec![Hir::class(hir::Class::Bytes(begins)), goes_on]))
}

//! Searching without working anything out ahead: every way through the pattern is followed at once, a character at a
//! time, so the time is linear in pattern times text.
//!
//! A pattern is a program of words. An instruction is one word, its operation in the lowest three bits and a number
//! above them; a class has its ranges behind it, of two words each. Jumps count from where they stand, so that
//! what is repeated can be copied as it is.

use super::look::{Look, kind, pair};
use super::reason::{Reason, Refused};
use super::syntax;
use super::tree::{Kind, Node};

/// The words that a program may have. SPEC.md says what they are to whoever writes a pattern.
pub(super) const WORDS: usize = 65_536;

/// Goes on behind its ranges, as many as the number says, if the next character is in one.
const CLASS: u32 = 0;
/// Goes on behind it, and also as far away as the number says.
const SPLIT: u32 = 1;
/// Goes on as far away as the number says.
const JUMP: u32 = 2;
/// Goes on where the pairs in the number say.
const LOOK: u32 = 3;
/// Has found the pattern.
const FOUND: u32 = 4;

/// A regular expression, ready to run.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    words: Vec<u32>,
}

impl Search {
    /// # Errors
    /// `pattern` is not a regular expression, or a large one.
    pub(crate) fn new(pattern: &str, ignore_case: bool) -> Result<Self, Refused> {
        let (node, place) = syntax::read(pattern, ignore_case)?;
        Self::compile(&node).ok_or(Refused { reason: Reason::Size.text(), place })
    }

    fn compile(node: &Node) -> Option<Self> {
        let mut search = Self { words: Vec::new() };
        search.emit(node)?;
        search.words.push(FOUND);
        Some(search)
    }

    /// Appends `node`. `None` if that is too much, before it has taken more than twice [`WORDS`] above the pattern's length.
    fn emit(&mut self, node: &Node) -> Option<()> {
        let start = self.words.len();
        match &node.kind {
            Kind::Class(class) => {
                self.words.push(instruction(CLASS, class.0.len()));
                self.words.extend(class.0.as_flattened());
            }
            Kind::Look(Look(pairs)) => self.words.push(LOOK | pairs << 3),
            Kind::Concat(nodes) => {
                for node in nodes {
                    self.emit(node)?;
                }
            }
            Kind::Alternation(nodes) => {
                let mut ends = Vec::new();
                for (left, node) in (0..nodes.len()).rev().zip(nodes) {
                    let split = self.words.len();
                    if left == 0 {
                        self.emit(node)?;
                        continue;
                    }
                    self.words.push(SPLIT);
                    self.emit(node)?;
                    ends.push(self.words.len());
                    self.words.push(JUMP);
                    self.aim(split, SPLIT);
                }
                for end in ends {
                    self.aim(end, JUMP);
                }
            }
            Kind::Repetition(node, min, max) => {
                self.emit(node)?;
                let copies = max.unwrap_or(*min).max(1) as usize;
                let length = self.words.len() - start;
                // Nothing, over and over, would be nothing too, and take its time.
                if length == 0 {
                    return Some(());
                }
                if start + length.saturating_mul(copies) > WORDS {
                    return None;
                }
                let body = self.words.split_off(start);
                for _ in 0..*min {
                    self.words.extend(&body);
                }
                match max {
                    Some(max) => {
                        for left in (1..=max - min).rev() {
                            self.words.push(instruction(SPLIT, left as usize * (length + 1)));
                            self.words.extend(&body);
                        }
                    }
                    None => {
                        if *min == 0 {
                            self.words.push(instruction(SPLIT, length + 2));
                            self.words.extend(&body);
                        }
                        self.words.push(instruction(SPLIT, length.wrapping_neg()));
                    }
                }
            }
        }
        // One more says that it is found.
        (self.words.len() < WORDS).then_some(())
    }

    /// Makes what stands `at` there lead to the end.
    fn aim(&mut self, at: usize, operation: u32) {
        let far = self.words.len() - at;
        if let Some(word) = self.words.get_mut(at) {
            *word = instruction(operation, far);
        }
    }

    /// Whether the pattern is found anywhere in `text`.
    pub(crate) fn is_match(&self, text: &str, scratch: &mut Scratch) -> bool {
        let Scratch { seen, lists: [here, next] } = scratch;
        seen.clear();
        seen.resize(self.words.len(), 0);
        let mut here = Threads::new(here, 1);
        let mut next = Threads::new(next, 2);
        // What begins with the text isn't looked for behind its beginning.
        let is_anchored = self.words.first() == Some(&(LOOK | Look::START.0 << 3));
        here.add(0, seen);
        let mut chars = text.chars();
        let mut before = kind(None);
        loop {
            let char = chars.next();
            let after = kind(char);
            let place = pair(before, after);
            let mut done = 0;
            while let Some(at) = here.list.get(done).copied() {
                done += 1;
                let Some(word) = self.words.get(at).copied() else { continue };
                let number = word >> 3;
                match word & 7 {
                    CLASS => {
                        let behind = at + 1 + 2 * number as usize;
                        let ranges = self.words.get(at + 1..behind).unwrap_or_default();
                        if char.is_some_and(|char| is_in(char.into(), ranges)) {
                            next.add(behind, seen);
                        }
                    }
                    FOUND => return true,
                    LOOK => {
                        if number >> place & 1 == 1 {
                            here.add(at + 1, seen);
                        }
                    }
                    operation => {
                        here.add(at.wrapping_add_signed((word.cast_signed() >> 3) as isize), seen);
                        if operation == SPLIT {
                            here.add(at + 1, seen);
                        }
                    }
                }
            }
            if !is_anchored {
                next.add(0, seen);
            }
            if char.is_none() || next.list.is_empty() {
                return false;
            }
            here.clear(seen);
            std::mem::swap(&mut here, &mut next);
            before = after;
        }
    }
}

/// What is kept from one search to the next, so that they allocate only to grow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch {
    /// A byte for each word of the program.
    seen: Vec<u8>,
    lists: [Vec<usize>; 2],
}

/// The places in the program where a text can be.
struct Threads<'s> {
    list: &'s mut Vec<usize>,
    /// What marks them in a byte for each word.
    bit: u8,
}

impl<'s> Threads<'s> {
    fn new(list: &'s mut Vec<usize>, bit: u8) -> Self {
        list.clear();
        Self { list, bit }
    }

    fn add(&mut self, at: usize, seen: &mut [u8]) {
        if let Some(seen) = seen.get_mut(at).filter(|seen| **seen & self.bit == 0) {
            *seen |= self.bit;
            self.list.push(at);
        }
    }

    fn clear(&mut self, seen: &mut [u8]) {
        for at in self.list.drain(..) {
            if let Some(seen) = seen.get_mut(at) {
                *seen &= !self.bit;
            }
        }
    }
}

fn is_in(char: u32, ranges: &[u32]) -> bool {
    ranges.as_chunks().0.iter().any(|[from, to]| (*from..=*to).contains(&char))
}

#[expect(clippy::cast_possible_truncation, reason = "at most as long as a program, and three bits are to spare")]
fn instruction(operation: u32, number: usize) -> u32 {
    operation | (number as u32) << 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(pattern: &str) -> Vec<u32> {
        Search::new(pattern, false).unwrap().words
    }

    #[test]
    fn repetitions_are_copies_and_ways_past_them() {
        let a = [CLASS | 1 << 3, 97, 97];
        let split = |far: u32| SPLIT | far << 3;
        let back = split(3_u32.wrapping_neg());
        assert_eq!(words("a"), [&a[..], &[FOUND]].concat());
        assert_eq!(words("a?"), [&[split(4)], &a[..], &[FOUND]].concat());
        assert_eq!(words("a*"), [&[split(5)], &a[..], &[back, FOUND]].concat());
        assert_eq!(words("a+"), [&a[..], &[back, FOUND]].concat());
        assert_eq!(words("a{2,}"), [&a[..], &a, &[back, FOUND]].concat());
        assert_eq!(words("a{1,3}"), [&a[..], &[split(8)], &a, &[split(4)], &a, &[FOUND]].concat());
        assert_eq!(words("(?:a{0}){9}"), [FOUND]);
    }

    #[test]
    fn branches_end_together() {
        let a = [CLASS | 1 << 3, 97, 97];
        let (split, jump) = (|far: u32| SPLIT | far << 3, |far: u32| JUMP | far << 3);
        let expected = [&[split(5)], &a[..], &[jump(3), split(2), jump(1), FOUND]].concat();
        assert_eq!(words("a||"), expected);
    }

    #[test]
    fn what_begins_with_the_text_is_given_up_there() {
        let text = "b".repeat(1 << 20);
        let search = Search::new("^(?:[ab]{9000}a|c)", false).unwrap();
        // Were it looked for at every place, this would take minutes.
        let mut scratch = Scratch::default();
        assert!(!search.is_match(&text, &mut scratch));
        assert!(Search::new("(^a|b)", false).unwrap().is_match("cb", &mut scratch));
        assert!(Search::new("^*a", false).unwrap().is_match("ba", &mut scratch));
    }

    #[test]
    fn repetitions_are_bounded_before_they_are_written_out() {
        let size = Err(Reason::Size.text());
        let reason = |pattern: &str| Search::new(pattern, false).map(|_| ()).map_err(|refused| refused.reason);
        for pattern in [
            "(?:a{1000}){1000}".to_owned(),
            "a{4294967295}".to_owned(),
            "(?:(?:(?:a{65535}){65535}){65535}){65535}".to_owned(),
            "(?:a{0,9999}){9}|b".to_owned(),
            "a{20000}".repeat(10_000),
            "a".repeat(100_000),
        ] {
            assert_eq!(reason(&pattern), size, "`{:.20}`", pattern);
        }
        for pattern in ["(?:){4294967295}", "(?:(?:a{0}){4294967295}|){4294967295}"] {
            assert_eq!(reason(pattern), if pattern.contains('|') { size } else { Ok(()) }, "`{pattern}`");
        }
        // A character takes three words, and one is at the end.
        assert_eq!(reason("a{21845}"), Ok(()));
        assert_eq!(reason("a{21846}"), size);
        assert_eq!(reason("a{5,16384}"), Ok(()));
        assert_eq!(reason("a{4,16385}"), size);
        assert_eq!(reason(&"a".repeat(21_845)), Ok(()));
        assert_eq!(reason(&"a".repeat(21_846)), size);
    }

    #[test]
    fn a_reason_says_where() {
        let refused =
            |pattern: &str| Search::new(pattern, false).map_err(|refused| (refused.reason, refused.place)).err();
        assert_eq!(refused("é[b-a]c"), Some(("no such class", 5)));
        assert_eq!(refused("ab(c"), Some(("a group or class isn't closed", 4)));
        assert_eq!(refused("[a"), Some(("a group or class isn't closed", 2)));
        assert_eq!(refused("a)b"), Some(("no group is open", 2)));
        assert_eq!(refused("|*"), Some(("nothing to repeat", 2)));
    }
}

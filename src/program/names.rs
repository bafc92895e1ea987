//! Texts that are known by number: attribute paths, and the strings that attributes are compared with.

use super::probe;
use super::words::{self, bytes_at, word};

/// Texts in the order of their numbers, and where there is somebody who looks them up, an index of them. The texts
/// themselves are in the program's words.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// First byte and length, counted from the beginning of the program.
    pub(super) spans: Vec<[u32; 2]>,
    /// A hash table of their numbers (see [`probe`]), at most half full.
    index: Vec<u32>,
}

impl Names {
    pub(super) fn of(spans: &[[u32; 2]]) -> Self {
        Self { spans: spans.to_vec(), index: Vec::new() }
    }

    pub(crate) const fn len(&self) -> usize {
        self.spans.len()
    }

    pub(crate) fn text<'w>(&self, words: &'w [u32], number: u32) -> &'w str {
        std::str::from_utf8(self.bytes(words, number)).unwrap_or_default()
    }

    /// The number of a text that is known.
    pub(crate) fn find(&self, words: &[u32], text: &str) -> Option<u32> {
        self.index.get(self.place(words, text.as_bytes())?)?.checked_sub(1)
    }

    /// The number of a text, which is added to `words` when it isn't known.
    pub(super) fn number(&mut self, words: &mut Vec<u32>, text: &str) -> u32 {
        if self.index.len() < 2 * (self.spans.len() + 1) {
            self.grow(words);
        }
        if let Some(number) = self.find(words, text) {
            return number;
        }
        let number = word(self.spans.len());
        self.spans.push(words::append(words, text.as_bytes()));
        self.enter(words, number);
        number
    }

    /// Makes an index where there is none, for whoever looks texts up.
    pub(super) fn index_all(&mut self, words: &[u32]) {
        if self.index.is_empty() {
            self.grow(words);
        }
    }

    /// Makes the index anew, with twice the room that the texts need.
    fn grow(&mut self, words: &[u32]) {
        self.index = vec![0; (4 * (self.spans.len() + 1)).next_power_of_two()];
        for number in 0..word(self.spans.len()) {
            self.enter(words, number);
        }
    }

    /// Enters a number, unless an equal text has one: of those in a forged file the first counts.
    fn enter(&mut self, words: &[u32], number: u32) {
        let place = self.place(words, self.bytes(words, number));
        if let Some(entry) = place.and_then(|place| self.index.get_mut(place)).filter(|entry| **entry == 0) {
            *entry = number + 1;
        }
    }

    fn bytes<'w>(&self, words: &'w [u32], number: u32) -> &'w [u8] {
        self.spans.get(number as usize).map_or(&[], |[start, len]| bytes_at(words, *start, *len))
    }

    /// Where in the index `text` is, or would be.
    fn place(&self, words: &[u32], text: &[u8]) -> Option<usize> {
        probe::place_of(&self.index, text, |number| self.bytes(words, number) == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_have_one_number() {
        let (mut words, mut names) = (Vec::new(), Names::default());
        let texts: Vec<String> = (0..100).map(|n| format!("text {n}")).collect();
        for _ in 0..2 {
            for (number, text) in (0..).zip(&texts) {
                assert_eq!(names.number(&mut words, text), number);
                assert_eq!(names.find(&words, text), Some(number));
                assert_eq!(names.text(&words, number), text);
            }
        }
        assert_eq!((names.len(), names.find(&words, "another")), (100, None));
    }

    #[test]
    fn nothing_is_found_where_nothing_is() {
        assert_eq!(Names::default().find(&[], ""), None);
    }
}

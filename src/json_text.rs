//! Writing JSON text: what little the boundary and compiled snapshots need.

/// JSON text that grows. Commas come by themselves; whoever opens a list or an object closes it.
#[derive(Debug, Default)]
pub(crate) struct JsonText {
    text: String,
}

impl JsonText {
    pub(crate) fn open(&mut self, bracket: char) {
        self.comma();
        self.text.push(bracket);
    }

    pub(crate) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
    }

    /// Ends an object, and begins another that is a text of its own: between them is a byte that no JSON text has.
    pub(crate) fn next(&mut self) {
        self.text.push_str("}\u{1f}{");
    }

    /// A key, whose value comes next. It is written as it is.
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.text.extend(["\"", key, "\":"]);
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.comma();
        self.text.push('"');
        let mut written = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte < b' ' || byte == b'"' || byte == b'\\' {
                self.text.push_str(text.get(written..at).unwrap_or_default());
                self.text.push_str("\\u00");
                self.digit(byte >> 4);
                self.digit(byte & 15);
                written = at + 1;
            }
        }
        self.text.push_str(text.get(written..).unwrap_or_default());
        self.text.push('"');
    }

    fn digit(&mut self, four_bits: u8) {
        let letters = if four_bits < 10 { b'0' } else { b'a' - 10 };
        self.text.push(char::from(letters + four_bits));
    }

    pub(crate) fn done(self) -> String {
        self.text
    }

    fn comma(&mut self) {
        if !matches!(self.text.bytes().last(), None | Some(b'[' | b'{' | b':' | b',')) {
            self.text.push(',');
        }
    }

    /// A number, or a value that is JSON text already.
    pub(crate) fn raw(&mut self, text: &str) {
        self.comma();
        self.text.push_str(text);
    }

    pub(crate) fn integer(&mut self, number: u64) {
        self.comma();
        self.digits(number);
    }

    pub(crate) fn signed(&mut self, number: i64) {
        self.comma();
        if number < 0 {
            self.text.push('-');
        }
        self.digits(number.unsigned_abs());
    }

    fn digits(&mut self, number: u64) {
        if number > 9 {
            self.digits(number / 10);
        }
        self.digit((number % 10) as u8);
    }

    pub(crate) fn strings<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        self.open('[');
        texts.for_each(|text| self.string(text));
        self.close(']');
    }
}

#[cfg(test)]
mod tests {
    use super::JsonText;

    #[test]
    fn what_is_written_is_read() {
        let mut text = JsonText::default();
        text.open('{');
        text.key("a");
        text.strings(["", ":", "\"\\\n\u{1}é😀"].into_iter());
        text.key("b");
        text.open('[');
        text.integer(70);
        text.raw("{}");
        text.close(']');
        text.close('}');
        let read: serde_json::Value = serde_json::from_str(&text.done()).unwrap();
        assert_eq!(read, serde_json::json!({ "a": ["", ":", "\"\\\n\u{1}é😀"], "b": [70, {}] }));
    }
}

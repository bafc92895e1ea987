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

    /// A key, whose value comes next. It is written as it is.
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.text.extend(["\"", key, "\":"]);
    }

    pub(crate) fn string(&mut self, text: &str) {
        self.comma();
        self.text.push('"');
        for char in text.chars() {
            match char {
                '"' | '\\' => self.text.extend(['\\', char]),
                '\0'..='\x1f' => {
                    const DIGITS: &[u8; 16] = b"0123456789abcdef";
                    let digit = |four_bits: u32| DIGITS.get(four_bits as usize).map_or('0', |digit| char::from(*digit));
                    let code = u32::from(char);
                    self.text.extend(['\\', 'u', '0', '0', digit(code >> 4), digit(code & 15)]);
                }
                _ => self.text.push(char),
            }
        }
        self.text.push('"');
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

    pub(crate) fn integer(&mut self, number: i64) {
        self.raw(&number.to_string());
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
        text.integer(-7);
        text.raw("{}");
        text.close(']');
        text.close('}');
        let read: serde_json::Value = serde_json::from_str(&text.done()).unwrap();
        assert_eq!(read, serde_json::json!({ "a": ["", ":", "\"\\\n\u{1}é😀"], "b": [-7, {}] }));
    }
}

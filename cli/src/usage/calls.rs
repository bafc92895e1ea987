//! Calls that ask for a flag, in a text of any language that writes calls as `name(argument, …)`.
//!
//! It reads around a name alone, and not the text from its beginning: so nothing that it misunderstands (an apostrophe between
//! tags, a regular expression) hides what comes behind. The price is that a comment is known by the line that it begins.

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::Result;

use super::methods::{Method, Methods};

/// A call, and what its first argument says of the key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// Where the argument begins, in bytes.
    pub(super) at: usize,
    pub(super) key: Key,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Key {
    Literal(String),
    /// As it is written.
    Computed(String),
}

/// Finds calls.
pub(super) struct Calls {
    methods: Methods,
    names: AhoCorasick,
}

/// Bytes that an argument, or types between a name and its parenthesis, may have.
const MOST_BYTES: usize = 2000;

impl Calls {
    /// # Errors
    /// The names are too many for a search, which they are not.
    pub(super) fn new(methods: Methods) -> Result<Self> {
        let names = methods.named.iter().map(|(name, _)| name);
        let names = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names)?;
        Ok(Self { methods, names })
    }

    /// The calls of a text in its order. Linear in it.
    pub(super) fn find(&self, text: &str) -> Vec<Call> {
        self.names
            .find_iter(text)
            .filter_map(|found| {
                let (_, method) = self.methods.named.get(found.pattern().as_usize())?;
                let before = text.get(..found.start())?;
                if !self.is_asked(*method, before) || is_comment(before) {
                    return None;
                }
                let at = found.end() + opening(text.get(found.end()..)?)?;
                let (skipped, key) = argument(text.get(at..)?, *method)?;
                Some(Call { at: at + skipped, key })
            })
            .collect()
    }

    /// Whether what stands before a name lets it be a call of the method.
    fn is_asked(&self, method: Method, before: &str) -> bool {
        if before.ends_with(is_word) {
            return false;
        }
        let trimmed = before.trim_end();
        let on = [".", "::", "->"].into_iter().find_map(|link| trimmed.strip_suffix(link));
        let Some(on) = on else {
            let word = trimmed.rsplit(|c| !is_word(c)).next().unwrap_or_default();
            return !method.on_something && !matches!(word, "class" | "def" | "fn" | "fun" | "func" | "function");
        };
        if !method.common || self.methods.on.is_empty() {
            return true;
        }
        let on = on.trim_end_matches(['?', '!']).trim_end();
        let name = on.rsplit(|c| !is_word(c)).next().unwrap_or_default();
        // The result of a call may be anything: `tide.for(context).boolean(…)`.
        on.ends_with(')') || self.methods.on.iter().any(|on| on == name)
    }
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

/// Whether the line that a text ends with begins as a comment does. Nobody looks back further than a long line is.
pub(super) fn is_comment(before: &str) -> bool {
    let near = before.get(before.ceil_char_boundary(before.len().saturating_sub(MOST_BYTES))..).unwrap_or_default();
    let Some((_, line)) = near.rsplit_once('\n').or((near.len() == before.len()).then_some(("", near))) else {
        return false;
    };
    let line = line.trim_start();
    ["//", "/*", "* ", "# ", "<!--"].iter().any(|mark| line.starts_with(mark))
}

/// How far it is from a name to behind the parenthesis of its call: `?.(`, `<Key>(`, `::<Key>(`.
fn opening(rest: &str) -> Option<usize> {
    let mut left = rest.strip_prefix("?.").unwrap_or(rest);
    left = left.strip_prefix("::").filter(|left| left.starts_with('<')).unwrap_or(left);
    if left.starts_with('<') {
        left = left.get(closing_angle(left)?..)?;
    }
    let left = left.trim_start_matches([' ', '\t']).strip_prefix('(')?;
    Some(rest.len() - left.len())
}

/// Behind the `>` that closes the `<` that a text begins with.
fn closing_angle(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().take(MOST_BYTES) {
        match byte {
            b'<' => depth += 1,
            b'>' => depth -= 1,
            b';' | b'\n' => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

/// Where the first argument begins, and what it is; nothing where it can't be a key.
fn argument(text: &str, method: Method) -> Option<(usize, Key)> {
    let rest = skip_name(skip_space(text));
    let begin = text.len() - rest.len();
    if let Some((literal, behind)) = literal(rest) {
        let behind = skip_type(skip_space(behind));
        let (is_last, is_first) = (behind.starts_with(')'), behind.starts_with(','));
        if is_first || (is_last && !method.with_fallback) {
            return Some((begin, Key::Literal(literal)));
        }
        if is_last {
            return None;
        }
    }
    let end = argument_end(rest)?;
    let (written, behind) = rest.split_at_checked(end)?;
    if method.with_fallback && !behind.starts_with(',') {
        return None;
    }
    is_key(written).then(|| (begin, Key::Computed(written.split_whitespace().collect::<Vec<_>>().join(" "))))
}

/// Whether an expression could be a key: no function, object, list or number, nor a parameter with its type.
fn is_key(written: &str) -> bool {
    let word = written.split(|c| !is_word(c)).next().unwrap_or_default();
    let after = written.get(word.len()..).unwrap_or_default().trim_start_matches('?').trim_start();
    let begins =
        written.starts_with(|c: char| (is_word(c) && !c.is_ascii_digit()) || matches!(c, '`' | '"' | '\'' | '&'));
    let is_typed = after.starts_with(':') && !after.starts_with("::");
    begins && !is_typed && !written.contains("=>") && !matches!(word, "function" | "async")
}

/// Behind white space and comments.
fn skip_space(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        rest = match (rest.strip_prefix("//"), rest.strip_prefix("/*")) {
            (Some(line), _) => line.split_once('\n').map_or("", |(_, rest)| rest),
            (_, Some(block)) => block.split_once("*/").map_or("", |(_, rest)| rest),
            (None, None) => return rest,
        }
        .trim_start();
    }
}

/// Behind what TypeScript says of a literal's type: `"new-checkout" as const`.
fn skip_type(text: &str) -> &str {
    let is_typed = ["as ", "satisfies "].iter().any(|word| text.starts_with(word));
    let behind = argument_end(text).and_then(|end| text.get(end..));
    behind.filter(|_| is_typed).unwrap_or(text)
}

/// Behind the name of an argument that has one before a literal: `flag_key="new-checkout"`.
fn skip_name(text: &str) -> &str {
    let behind = text.trim_start_matches(is_word);
    let value = behind.trim_start().strip_prefix(['=', ':']).map(str::trim_start);
    value.filter(|value| behind.len() < text.len() && value.starts_with(['"', '\''])).unwrap_or(text)
}

/// The text of the literal that a text begins with, and what is behind it.
fn literal(text: &str) -> Option<(String, &str)> {
    let text = text.strip_prefix('&').unwrap_or(text);
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if let Some(inside) = raw.trim_start_matches('#').strip_prefix('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            return inside.split_once(&end).map(|(inside, rest)| (inside.to_owned(), rest));
        }
    }
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut literal = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            _ if c == quote => return Some((literal, text.get(at + 1..)?)),
            '\\' => literal.push(unescape(&mut characters)?),
            '\n' if quote != '`' => return None,
            '$' if quote == '`' && text.get(at + 1..)?.starts_with('{') => return None,
            _ => literal.push(c),
        }
    }
    None
}

/// The character that an escape stands for, as JavaScript and Rust write it.
fn unescape(characters: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let mut next = || characters.next().map(|(_, c)| c);
    let digits: String = match next()? {
        'n' => return Some('\n'),
        't' => return Some('\t'),
        'r' => return Some('\r'),
        'x' => [next()?, next()?].into_iter().collect(),
        'u' => match next()? {
            '{' => std::iter::from_fn(next).take_while(|c| *c != '}').collect(),
            first => [first, next()?, next()?, next()?].into_iter().collect(),
        },
        other => return Some(other),
    };
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

/// Where the argument ends that a text begins with: at a comma or a parenthesis that isn't inside of something.
fn argument_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().take(MOST_BYTES) {
        match (quote, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'(' | b'[' | b'{') => depth += 1,
            (None, b',' | b')') if depth == 0 => return Some(at),
            (None, b')' | b']' | b'}') => depth = depth.checked_sub(1)?,
            (None, b';') => return None,
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str) -> Vec<String> {
        let methods = Methods::new(&["useExperiment".to_owned()], &[]);
        let shown = |call: Call| match call.key {
            Key::Literal(key) => format!("{key:?}"),
            Key::Computed(written) => written,
        };
        Calls::new(methods).unwrap().find(text).into_iter().map(shown).collect()
    }

    #[test]
    fn keys_are_found_in_every_kind_of_quotes_and_on_other_lines() {
        assert_eq!(find(r#"tide.boolean("a", false)"#), [r#""a""#]);
        assert_eq!(find("tide.boolean('a b', false)"), [r#""a b""#]);
        assert_eq!(find("tide.string(`a`, '')"), [r#""a""#]);
        assert_eq!(find("tide\n  .number(\n    // how many\n    'a', /* or */ 3,\n  )"), [r#""a""#]);
        assert_eq!(find("tide.object?.<Banner>('a', {})"), [r#""a""#]);
        assert_eq!(find("tide?.object<Banner>('a', {})"), [r#""a""#]);
        assert_eq!(find("tide!.decide('a')"), [r#""a""#]);
        assert_eq!(find("tide.boolean('a' as const, false)"), [r#""a""#]);
        assert_eq!(find(r#"program.decide(&"a", &context)"#), [r#""a""#]);
        assert_eq!(find(r###"program.decide(r#"a"b"#, &context)"###), [r#""a\"b""#]);
        assert_eq!(find(r#"client.getBooleanValue("a", false)"#), [r#""a""#]);
        assert_eq!(find(r#"client.get_boolean_value(flag_key="a", default_value=False)"#), [r#""a""#]);
        assert_eq!(find(r"tide.decide('it\'s \u0061\x62\u{63}')"), [r#""it's abc""#]);
        assert_eq!(find("const on = useFlag('a', true)"), [r#""a""#]);
        assert_eq!(find("useExperiment('a')"), [r#""a""#]);
    }

    #[test]
    fn keys_that_are_computed_are_found_as_they_are_written() {
        assert_eq!(find("tide.boolean(KEY, false)"), ["KEY"]);
        assert_eq!(find("tide.boolean(`a-${ name }`, false)"), ["`a-${ name }`"]);
        assert_eq!(find("tide.string('a' +\n  name, '')"), ["'a' + name"]);
        assert_eq!(find("tide.decide(keyOf(a, 'b)'), context)"), ["keyOf(a, 'b)')"]);
        assert_eq!(find("program.decide(flags::NEW, &context)"), ["flags::NEW"]);
    }

    #[test]
    fn what_is_no_call_for_a_flag_is_left_alone() {
        let others = [
            "z.string('is required')",
            "z.object({ a: z.string() })",
            "z.number().min(1)",
            "boolean('a', false)",
            "pageNumber.number",
            "tide.booleans('a', false)",
            "items.number((a) => a, 0)",
            "function useFlag(key: string) {}",
            "  useFlag(key: string, fallback: boolean): boolean;",
            "  // tide.boolean('a', false)",
            "   * tide.boolean('a', false)",
            "# tide.boolean('a', false)",
            "tide.boolean('a",
            "tide.boolean(",
            "tide.boolean(12, false)",
            "x.number < 3",
        ];
        for text in others {
            assert_eq!(find(text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn common_names_can_be_asked_for_on_some_things_only() {
        let methods = Methods::new(&[], &["tide".to_owned()]);
        let calls = Calls::new(methods).unwrap();
        let count = |text: &str| calls.find(text).len();
        assert_eq!(count("tide.string('a', '')"), 1);
        assert_eq!(count("this.tide?.string('a', '')"), 1);
        assert_eq!(count("tide.for(context).string('a', '')"), 1);
        assert_eq!(count("program.string('a', '')"), 0);
        assert_eq!(count("program.decide('a', &context)"), 1);
    }

    #[test]
    fn nothing_is_too_odd_to_be_read() {
        let odd =
            ["(", ")", "'", "\"", "`", "\\", "${", "<", ">", ".", "é", "tide.boolean", "a", ",", "\n", "/*", "//"];
        let calls = Calls::new(Methods::new(&[], &[])).unwrap();
        for first in odd {
            for second in odd {
                for third in odd {
                    calls.find(&format!("tide.boolean{first}{second}{third}"));
                    calls.find(&format!("tide.boolean({first}{second}{third}"));
                }
            }
        }
    }
}

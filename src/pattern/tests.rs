//! Searches and tables decide as regex-lite does, on every pattern and every text.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::FileFailurePersistence;
use regex_lite::RegexBuilder;

use super::*;

/// Characters at which something changes: cases, what folds outside ASCII, lines, words, lengths in UTF-8.
#[rustfmt::skip]
const CHARS: [char; 42] = [
    'a', 'b', 'c', 'k', 's', 'z', 'A', 'B', 'K', 'S', 'Z', '0', '1', '9', '_', '-', '.', '@', '[', ']', '^', '`', '{',
    '~', ' ', '\t', '\n', '\r', '\0', '\x7f', '\u{80}', 'é', 'É', 'ſ', '\u{7ff}', '\u{800}', '\u{212a}', '\u{d7ff}',
    '\u{e000}', '日', '😀', '\u{10ffff}',
];

/// Pieces of patterns that, put together at random, make sense often enough.
#[rustfmt::skip]
const PIECES: [&str; 110] = [
    "a", "b", "c", "k", "Z", "é", "日", "😀", "-", "1", "0", "2", ",", " ", "\n", "#", "# c\n", ":", "=", "<", ">", "!",
    "_", ".", "^", "$", "|", "|", "(", "(", ")", ")", "(?:", "(?i)", "(?i:", "(?-i)", "(?m)", "(?s)", "(?R)", "(?mR)",
    "(?x)", "(?x)", "(?x:", "(?U)", "(?u-i:", "(?-u)", "(?i-sm:", "(?<n>", "(?P<é>", "(?", "?", "?", "*", "+", "*?",
    "{", "}", "{2}", "{0}", "{1,2}", "{0,1}?", "{ 1 , 2 }", "{1,}", "{,2}", "[", "[", "]", "]", "[^", "[]", "[-",
    "[^-", "[:", ":]", "[:alpha:]", "[:^lower:]", "[:punct:]", "[:word:]", "a-z", "Z-a", "@-b", "é-日", "--", "&&",
    "~~", "\\", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "\\b", "\\B", "\\<", "\\>", "\\b{start}", "\\b{end-half}",
    "\\b{ start-half }", "\\A", "\\z", "\\n", "\\x41", "\\x{1F600}", "\\u004b", "\\U0000212a", "\\x 4 1", "\\[",
    "\\-", "\\ ",
];

fn chosen(pieces: &'static [&'static str]) -> BoxedStrategy<String> {
    select(pieces).prop_map(str::to_owned).boxed()
}

fn char() -> BoxedStrategy<char> {
    prop_oneof![9 => select(&CHARS[..]), 1 => any::<char>()].boxed()
}

fn literal() -> impl Strategy<Value = String> {
    (char(), 0..8).prop_map(|(char, form)| match form {
        0 => format!("\\x{{{:x}}}", u32::from(char)),
        1 => format!("\\U{:08X}", u32::from(char)),
        _ => regex_lite::escape(&char.to_string()),
    })
}

fn class() -> impl Strategy<Value = String> {
    let range = (char(), char()).prop_map(|(a, b)| {
        let escaped = |char: char| regex_lite::escape(&char.to_string());
        format!("{}-{}", escaped(a.min(b)), escaped(a.max(b)))
    });
    let named = chosen(&[
        "[:alnum:]",
        "[:^alpha:]",
        "[:ascii:]",
        "[:blank:]",
        "[:cntrl:]",
        "[:digit:]",
        "[:^graph:]",
        "[:lower:]",
        "[:^print:]",
        "[:punct:]",
        "[:space:]",
        "[:upper:]",
        "[:word:]",
        "[:^xdigit:]",
    ]);
    let perl = chosen(&["\\d", "\\D", "\\w", "\\W", "\\s", "\\S"]);
    let item = prop_oneof![3 => literal(), 3 => range, 1 => named, 1 => perl];
    (any::<bool>(), prop::collection::vec(item, 1..4))
        .prop_map(|(negated, items)| format!("[{}{}]", if negated { "^" } else { "" }, items.concat()))
}

/// Patterns by their grammar.
fn pattern() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        5 => literal(),
        3 => class(),
        2 => chosen(&[".", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S", "(?:)", "()"]),
        2 => chosen(&["^", "$", "\\A", "\\z", "\\b", "\\B", "\\<", "\\>", "\\b{start}", "\\b{end}", "\\b{start-half}",
            "\\b{end-half}"]),
    ];
    leaf.prop_recursive(5, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..5).prop_map(|parts| parts.concat()),
            2 => prop::collection::vec(prop_oneof![5 => inner.clone(), 1 => Just(String::new())], 2..4)
                .prop_map(|branches| format!("(?:{})", branches.join("|"))),
            1 => (chosen(&["(", "(?:", "(?i:", "(?m:", "(?s:", "(?R:", "(?mR:", "(?sU:", "(?i-m:", "(?x: ", "(?-i:"]),
                inner.clone()).prop_map(|(open, body)| format!("{open}{body})")),
            1 => (select(&["(?i)", "(?m)", "(?R)", "(?mR)", "(?s-i)", "(?U)"][..]), inner.clone())
                .prop_map(|(flags, body)| format!("{flags}{body}")),
            3 => (inner, select(&["?", "*", "+", "??", "*?", "+?", "{0}", "{1}", "{2}", "{0,2}", "{1,3}?", "{2,}"][..]))
                .prop_map(|(body, times)| format!("(?:{body}){times}")),
        ]
    })
}

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(select(&PIECES[..]), 0..12).prop_map(|pieces| pieces.concat())
}

/// Texts of difficult characters, half of them out of the pattern itself.
fn texts() -> impl Strategy<Value = Vec<Vec<(char, Option<Index>)>>> {
    let piece = (char(), prop::option::of(any::<Index>()));
    prop::collection::vec(prop::collection::vec(piece, 0..9), 1..24)
}

fn spelled(text: &[(char, Option<Index>)], pattern: &str) -> String {
    let own: Vec<char> = pattern.chars().filter(|char| !"\\(){}|*+?".contains(*char)).collect();
    let pick = |(char, own_index): &(char, Option<Index>)| match own_index {
        Some(index) if !own.is_empty() => *index.get(&own),
        _ => *char,
    };
    text.iter().map(pick).collect()
}

/// Compares the answers. False if there are none, because regex-lite doesn't accept the pattern or it grows too large.
fn agree<'t>(pattern: &str, ignore_case: bool, texts: impl IntoIterator<Item = &'t str>) -> bool {
    let built = Search::new(pattern, ignore_case);
    let regex = match RegexBuilder::new(pattern).case_insensitive(ignore_case).build() {
        Ok(regex) => regex,
        // Each has a limit of its own on what repetitions come to.
        Err(error) if error.to_string().contains("size limit") => return false,
        // A name may have more characters here.
        Err(error) if error.to_string().contains("invalid group name") && !pattern.is_ascii() => return false,
        Err(error) => {
            assert!(built.is_err(), "`{pattern}` {ignore_case}: {error}");
            assert_eq!(automaton(pattern, ignore_case), Err(Refusal::Invalid), "`{pattern}`");
            return false;
        }
    };
    let search = match built {
        Ok(search) => search,
        Err(refused) => {
            assert_eq!(refused.reason, reason::Reason::Size.text(), "`{pattern}` {ignore_case}");
            return false;
        }
    };
    let automaton =
        automaton(pattern, ignore_case).map(|bytes| Automaton::read(&bytes).expect("it reads what it wrote"));
    let mut scratch = Scratch::default();
    for text in texts {
        let expected = regex.is_match(text);
        assert_eq!(search.is_match(text, &mut scratch), expected, "`{pattern}` {ignore_case} searched in {text:?}");
        match &automaton {
            Ok(automaton) => {
                assert_eq!(automaton.is_match(text.as_bytes()), expected, "`{pattern}` {ignore_case} in {text:?}");
            }
            Err(refusal) => assert_ne!(*refusal, Refusal::Invalid, "`{pattern}`"),
        }
    }
    automaton.is_ok()
}

/// What once failed is tried first, from a file beside this one.
fn config(cases: u32) -> ProptestConfig {
    let beside = FileFailurePersistence::WithSource("regressions");
    // More than usual, for there is much to combine; PROPTEST_CASES asks for more still.
    let cases = ProptestConfig::default().cases.max(cases);
    ProptestConfig { cases, failure_persistence: Some(Box::new(beside)), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn patterns_decide_as_in_regex_lite(pattern in pattern(), ignore_case: bool, texts in texts()) {
        let texts: Vec<String> = texts.iter().map(|text| spelled(text, &pattern)).collect();
        agree(&pattern, ignore_case, texts.iter().map(String::as_str));
    }

    #[test]
    fn anything_decides_as_in_regex_lite_or_is_refused_by_both(
        pattern in soup(), verbose: bool, ignore_case: bool, texts in texts()
    ) {
        let pattern = if verbose { format!("(?x){pattern}") } else { pattern };
        let texts: Vec<String> = texts.iter().map(|text| spelled(text, &pattern)).collect();
        agree(&pattern, ignore_case, texts.iter().map(String::as_str));
    }

    #[test]
    fn forged_automata_are_refused_or_decide_something(
        pattern in pattern(), changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..4), end: Index,
        texts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..8)
    ) {
        let Ok(mut bytes) = automaton(&pattern, false) else { return Ok(()) };
        let truncated = Automaton::read(&bytes[..end.index(bytes.len())]);
        truncated.inspect(|automaton| { automaton.is_match(b"x"); });
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Some(automaton) = Automaton::read(&bytes) {
            for text in texts {
                automaton.is_match(&text);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_decide_something(
        bytes in prop::collection::vec(prop_oneof![0_u8..4, Just(255), any::<u8>()], 0..64), text: Vec<u8>
    ) {
        if let Some(automaton) = Automaton::read(&bytes) {
            automaton.is_match(&text);
        }
    }
}

/// Where two engines differ most easily: pattern, texts.
const HARD: [(&str, &[&str]); 62] = [
    ("", &["", "a", "😀"]),
    ("a|", &["", "b"]),
    ("|", &[""]),
    ("()", &["", "x"]),
    ("(?:){3}", &["", "x"]),
    ("a{0}", &["", "b"]),
    ("[^\\x00-\\x{10FFFF}]", &["", "a", "\0"]),
    ("[^\\x00-\\x{10FFFF}]|b", &["", "a", "b"]),
    ("\\Ba", &["a", "ba", "éa", " a"]),
    // Nothing but a boundary, which must not hold inside of a character.
    ("\\B", &["", "a", "ab", "é", "aéb", "a😀b", "a日", "日a", "-"]),
    ("\\B\\B", &["aéb", "é", ""]),
    ("(?:\\B|x)", &["aéb", "x", "a"]),
    ("\\B|[^\\x00-\\x{10FFFF}]", &["1ſ0", "ſ", "a"]),
    ("\\b{start-half}\\b{end-half}", &["aéb", "é", "a", "", "a b", "ab"]),
    ("\\b{end-half}", &["a", "é", "", "ab"]),
    ("\\b{start-half}", &["a", "é", "", "ab"]),
    ("a*\\B\\z", &["aéb", "é", "a", "", "aa-"]),
    ("\\b", &["", "é", "aé", "😀", "_"]),
    ("\\bé", &["é", "aé", "-é"]),
    ("\\<é|é\\>", &["é", "aé", "éa"]),
    ("\\bbeta\\b", &["beta", "a beta", "betas", "βbeta", "beta\u{301}", "_beta"]),
    // The ends of lines.
    ("^a$", &["a", "a\n", "\na", "a\r\n"]),
    ("(?m)^a$", &["a", "a\n", "\na", "a\r\n", "b\na\nb", "\ra\r"]),
    ("(?mR)^a$", &["a", "a\n", "\r\na\r\nb", "\ra\r", "\n\ra"]),
    ("(?R)^a$", &["a", "a\n", "a\r", "a\r\n"]),
    ("(?mR)^$", &["", "a", "a\r\nb", "a\r\n", "\r\n", "a\n\rb", "a\r\rb", "\r"]),
    ("(?mR)\\r$\\n", &["\r\n", "\r\n\n"]),
    ("(?mR)\\r^\\n", &["\r\n"]),
    ("(?mR)$\\n", &["\r\n", "\n", "a\n"]),
    ("(?m)\\Aa\\z", &["a", "a\n", "b\na"]),
    (".", &["\n", "\r", "\r\n", "", "é", "\u{2028}"]),
    ("(?R).", &["\n", "\r", "\r\n", "", "\u{85}"]),
    ("(?s).", &["\n", "\r", ""]),
    ("(?sR).", &["\n", "\r", ""]),
    ("^.$", &["é", "😀", "\u{10ffff}", "ab", "e\u{301}"]),
    ("^.{3}$", &["日本語", "日本", "a😀é"]),
    // Folding stays within ASCII, and leaves a range of both cases half done.
    ("(?i)k", &["K", "k", "\u{212a}"]),
    ("(?i)[k]", &["K", "k", "\u{212a}"]),
    ("(?i)s", &["S", "ſ"]),
    ("(?i)É", &["é", "É"]),
    ("(?i)[é]", &["é", "É"]),
    ("(?i)[^x]", &["x", "X", "y", "é"]),
    ("(?i)[Z-a]", &["z", "Z", "a", "A", "b", "B", "_"]),
    ("(?i)[@-b]", &["z", "Z", "a", "A", "c", "C", "@"]),
    ("(?i)[^@-b]", &["z", "Z", "a", "A", "c", "C", "@"]),
    // The surrogates leave no gap to negate.
    ("[^\\x{e000}0-\\x{d7ff}]", &["\u{d7ff}", "\u{e000}", "\u{e001}", "a", "!"]),
    ("(?i)[[:^lower:]]", &["a", "A"]),
    ("(?i)[[:lower:]]", &["a", "A", "é"]),
    ("(?i)\\x4b", &["k", "K"]),
    ("(?i)a(?-i)b|c", &["AB", "Ab", "C", "c"]),
    ("(?i:a)b", &["Ab", "AB"]),
    ("a(?i)b|c", &["aB", "C", "AB"]),
    // ASCII classes, and what they leave out.
    ("^\\d$", &["٣", "3"]),
    ("^\\w$", &["é", "e", "_"]),
    ("^\\s$", &["\u{a0}", "\u{85}", "\u{0b}", " "]),
    ("^\\W$", &["é", "e", "😀"]),
    ("^[\\D\\W]$", &["1", "é", "a"]),
    // Syntax.
    ("a(?i)*b", &["b", "B", "aab", "AAB"]),
    ("(?x) a b # c | d\n | [ a # x\n ] \\  (?-x) # ", &["ab", "#", "a  # ", "c", "x"]),
    ("(?x)[A- # c\n]z]", &["]", "B", "z", "#", "c", "-"]),
    ("(?x)a{ 1 , 2 } ? $|b* ?$", &["aa", "b", ""]),
    ("[]a-][^]a][--a][a-][-a]", &["]b-a-", "]]-a-", "a--aa"]),
];

#[test]
fn hard_cases_decide_as_in_regex_lite() {
    for (pattern, texts) in HARD {
        for ignore_case in [false, true] {
            let more = ["", "a", "\n", "é"];
            assert!(agree(pattern, ignore_case, texts.iter().copied().chain(more)), "`{pattern}` is accepted");
        }
    }
}

#[test]
fn texts_around_the_lengths_of_utf8_are_characters() {
    let edges = [
        '\0',
        '\x7f',
        '\u{80}',
        '\u{7ff}',
        '\u{800}',
        '\u{fff}',
        '\u{1000}',
        '\u{cfff}',
        '\u{d000}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{ffff}',
        '\u{10000}',
        '\u{3ffff}',
        '\u{40000}',
        '\u{fffff}',
        '\u{100000}',
        '\u{10ffff}',
    ];
    let texts: Vec<String> = edges.iter().flat_map(|char| [char.to_string(), format!("a{char}b")]).collect();
    for from in edges {
        for to in edges.into_iter().filter(|to| *to >= from) {
            let range = format!("\\x{{{:x}}}-\\x{{{:x}}}", u32::from(from), u32::from(to));
            for pattern in [format!("^[{range}]$"), format!("^[^{range}]$"), format!("[{range}]b")] {
                agree(&pattern, false, texts.iter().map(String::as_str));
            }
        }
    }
}

#[test]
fn no_other_pattern_is_accepted() {
    let refused = [
        "a**b(",
        "(?=a)",
        "(?!a)",
        "(?<=a)b",
        "(?<!a)b",
        "\\1",
        "\\pL",
        "[a&&b]",
        "[[a]]",
        "[a--b]",
        "[a~~b]",
        "[b-a]",
        "[\\d-z]",
        "[\\b]",
        "[[:nope:]]",
        "[[:alpha:",
        "[a",
        "[",
        "[]",
        "[^]",
        "(?i",
        "(?",
        "(?)",
        "(?-)",
        "(?i-)",
        "(?ii)",
        "(?i-i)",
        "(?--i)",
        "(?q)",
        "(?i:a",
        "(",
        ")",
        "a)",
        "\\",
        "*",
        "a|*",
        "(?i)*",
        "a{2,1}",
        "a{",
        "a{1",
        "a{1,",
        "a{,1}",
        "a{1, }",
        "a{x}",
        "a{4294967296}",
        "(?<a>x)(?<a>y)",
        "(?<>x)",
        "(?<1>x)",
        "(?<a-b>x)",
        "(?<a",
        "(?P>a)",
        "\\q",
        "\\é",
        "\\x",
        "\\x4",
        "\\x{}",
        "\\x{41",
        "\\x{110000}",
        "\\ud800",
        "\\b{",
        "\\b{nope}",
        "\\b{start",
        "(?i)[\\x41-\\x42]",
    ];
    for pattern in refused {
        assert!(RegexBuilder::new(pattern).build().is_err(), "`{pattern}` is refused by regex-lite");
        assert!(Search::new(pattern, false).is_err(), "`{pattern}`");
        assert_eq!(automaton(pattern, false), Err(Refusal::Invalid), "`{pattern}`");
    }
}

#[test]
fn names_of_groups_are_as_free_as_in_regex_lite() {
    for pattern in ["(?<a>x)(?<b>y)", "(?P<_>x)", "(?<a.[0]>x)", "(?<é>x)", "(?<日本>x)(?<日>y)"] {
        assert!(agree(pattern, false, ["x", "xy", ""]), "`{pattern}`");
    }
    assert!(Search::new("(?<😀>x)", false).is_ok(), "outside of ASCII, anything is a letter");
}

#[test]
fn patterns_nest_as_deep_as_in_regex_lite() {
    let nested: [fn(usize) -> String; 7] = [
        |deep| format!("{}a{}", "(".repeat(deep), ")".repeat(deep)),
        |deep| format!("{}a{}", "(?:".repeat(deep), ")".repeat(deep)),
        |deep| format!("{}a{}", "(?:b|".repeat(deep), ")".repeat(deep)),
        |deep| format!("{}a{}", "(b".repeat(deep), ")".repeat(deep)),
        |deep| format!("{}a{}", "(?:b(?i)".repeat(deep), ")*".repeat(deep)),
        |deep| format!("a{}", "*".repeat(deep)),
        |deep| format!("a{}{{0}}", "*".repeat(deep)),
    ];
    for pattern in nested {
        for deep in (0..60).chain([100_000]) {
            agree(&pattern(deep), false, ["a", "b"]);
        }
    }
}

#[test]
fn what_grows_too_large_is_refused_before_long() {
    let refused = [
        ("[ab]*a[ab]{12}c", Refusal::TooLarge),
        ("^[^é]{500}$", Refusal::TooLarge),
        ("^\\W{100}é{3000}$", Refusal::TooLarge),
        ("[ab]*a[ab]{40}c", Refusal::TooComplex),
        ("\\B.{300}x", Refusal::TooComplex),
        ("^é{100}{1000}$", Refusal::TooComplex),
    ];
    for (pattern, refusal) in refused {
        let began = Instant::now();
        assert_eq!(automaton(pattern, false), Err(refusal), "`{pattern}`");
        // Without optimisation and on a busy machine; it takes a fraction of a second otherwise.
        assert!(began.elapsed() < Duration::from_secs(20), "`{pattern}` took {:?}", began.elapsed());
    }
}

#[test]
fn no_automaton_is_larger_than_the_limit() {
    let bytes = |length: usize| automaton(&format!("(?s)^.{{{length}}}$"), false);
    // Three columns of two bytes a character.
    let longest = BYTES / 6 - 3;
    assert!(bytes(longest).unwrap().len() <= BYTES);
    assert_eq!(bytes(longest + 3), Err(Refusal::TooLarge));
}

#[test]
fn usual_patterns_stay_small() {
    let sizes = [
        ("", 5),
        ("a{1,1000}", 10),
        ("^[^@]+@[^@]+$", 27),
        ("^(de|at|ch)-", 72),
        ("\\bbeta\\b", 73),
        ("^v?(\\d+)\\.(\\d+)\\.(\\d+)(-[0-9A-Za-z.-]+)?$", 88),
        ("(?i)chrome/1[0-9]{2}", 171),
        ("^[a-z0-9._-]+@shop\\.example$", 265),
        ("^.{1,64}$", 271),
        ("iPhone|iPad|Android|Mobile", 302),
        ("(?i)^(alice|bob|carol|dave|erin)@corp\\.example$", 629),
        (".{1000}", 8011),
    ];
    for (pattern, size) in sizes {
        assert_eq!(automaton(pattern, false).unwrap().len(), size, "`{pattern}`");
    }
}

#[test]
fn a_refusal_says_why_in_a_sentence() {
    for refusal in [Refusal::Invalid, Refusal::TooLarge, Refusal::TooComplex] {
        let text = refusal.to_string();
        assert!(text.starts_with("the pattern ") && !text.ends_with('.'), "{text}");
    }
    assert!(Refusal::TooLarge.to_string().contains(&BYTES.to_string()));
}

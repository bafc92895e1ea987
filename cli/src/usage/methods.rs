//! The calls that ask for a flag by their first argument.

/// What makes a call of a name one that asks for a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Method {
    /// It is called on something: `tide.boolean`, not `boolean`.
    pub(super) on_something: bool,
    /// On what is restricted by `--on`: many things have a method of that name.
    pub(super) common: bool,
    /// It has a fallback, too: `tide.string("key", "")`, not `z.string("message")`.
    pub(super) with_fallback: bool,
}

const GETTER: Method = Method { on_something: true, common: true, with_fallback: true };
const DECIDE: Method = Method { on_something: true, common: false, with_fallback: false };
const OPEN_FEATURE: Method = Method { on_something: true, common: false, with_fallback: true };
const ANY: Method = Method { on_something: false, common: false, with_fallback: false };

/// Tidegate's own, in TypeScript and Rust.
const OWN: [(&str, Method); 5] =
    [("boolean", GETTER), ("string", GETTER), ("number", GETTER), ("object", GETTER), ("decide", DECIDE)];

/// OpenFeature's clients: in the manner of TypeScript and Java, of C#, and of Python and Rust.
const TYPES: [&str; 7] = ["Boolean", "String", "Number", "Integer", "Double", "Float", "Object"];
const SNAKE_TYPES: [&str; 8] = ["boolean", "bool", "string", "integer", "int", "float", "object", "struct"];

/// Hooks of OpenFeature's React SDK, which others are named after.
const HOOKS: [&str; 4] = ["Boolean", "String", "Number", "Object"];

/// Names of functions and methods, and on what they are called.
pub(super) struct Methods {
    pub(super) named: Vec<(String, Method)>,
    /// What the common ones are called on; anything where this is empty.
    pub(super) on: Vec<String>,
}

impl Methods {
    /// Those that are known and those that somebody adds.
    pub(super) fn new(more: &[String], on: &[String]) -> Self {
        let mut named: Vec<(String, Method)> = OWN.map(|(name, method)| (name.to_owned(), method)).to_vec();
        for answer in ["Value", "Details"] {
            for kind in TYPES {
                named.push((format!("get{kind}{answer}"), OPEN_FEATURE));
                named.push((format!("Get{kind}{answer}Async"), OPEN_FEATURE));
            }
            for kind in SNAKE_TYPES {
                named.push((format!("get_{kind}_{}", answer.to_ascii_lowercase()), OPEN_FEATURE));
            }
            for kind in HOOKS {
                named.push((format!("use{kind}Flag{answer}"), ANY));
            }
        }
        named.push(("useFlag".to_owned(), ANY));
        named.retain(|(name, _)| !more.contains(name));
        named.extend(more.iter().map(|name| (name.clone(), ANY)));
        Self { named, on: on.to_vec() }
    }
}

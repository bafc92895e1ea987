//! Names that compilers take, for keys that are any text.

use std::collections::HashSet;
use std::fmt::Write as _;

use heck::{ToPascalCase as _, ToShoutySnakeCase as _};

/// Gives names out, each once.
pub(super) struct Names(HashSet<String>);

impl Names {
    /// `taken` are those that mean something else already.
    pub(super) fn new(taken: &[&str]) -> Self {
        Self(taken.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The name, or the first of `Name2`, `Name3` … that nobody has.
    pub(super) fn take(&mut self, wanted: String) -> String {
        let mut name = wanted.clone();
        let mut number = 1;
        while !self.0.insert(name.clone()) {
            number += 1;
            name = format!("{wanted}{number}");
        }
        name
    }
}

/// `new-checkout` as `NewCheckout`.
pub(super) fn pascal(key: &str) -> String {
    safe(words(key).to_pascal_case())
}

/// `new-checkout` as `NEW_CHECKOUT`.
pub(super) fn shouty(key: &str) -> String {
    safe(words(key).to_shouty_snake_case())
}

/// A key in ASCII letters and digits: compilers warn of others, which look like each other. Letters outside ASCII are spelt
/// by their code points, and so is a key that has nothing but punctuation.
fn words(key: &str) -> String {
    let bare = !key.chars().any(char::is_alphanumeric);
    let mut words = String::with_capacity(key.len());
    for c in key.chars() {
        if c.is_ascii_alphanumeric() {
            words.push(c);
        } else if bare || c.is_alphanumeric() {
            // Writing to a string can't fail.
            let _ = write!(words, "_u{:x}_", u32::from(c));
        } else {
            words.push('_');
        }
    }
    words
}

fn safe(name: String) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_key_becomes_a_name() {
        let both = |key: &str| (pascal(key), shouty(key));
        let name = |pascal: &str, shouty: &str| (pascal.to_owned(), shouty.to_owned());
        assert_eq!(both("new-checkout"), name("NewCheckout", "NEW_CHECKOUT"));
        assert_eq!(both("newCheckout.v2"), name("NewCheckoutV2", "NEW_CHECKOUT_V2"));
        assert_eq!(both("3d"), name("_3d", "_3D"));
        assert_eq!(both("小明"), name("U5c0fU660e", "U5C0F_U660E"));
        assert_eq!(both("+"), name("U2b", "U2B"));
    }

    #[test]
    fn names_that_are_taken_get_a_number() {
        let mut names = Names::new(&["Self"]);
        let given = ["Self", "On", "On2", "On", "On"].map(|name| names.take(name.to_owned()));
        assert_eq!(given, ["Self2", "On", "On2", "On3", "On4"]);
    }
}

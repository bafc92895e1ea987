//! Why a text is no pattern, in few words: all of them are in the module.

/// What can be wrong.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reason {
    Nesting,
    Unclosed,
    Unopened,
    Group,
    Name,
    Nothing,
    Repetition,
    Class,
    Escape,
    Size,
}

impl Reason {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Nesting => "it nests deeper than 50 levels",
            Self::Unclosed => "a group or class isn't closed",
            Self::Unopened => "no group is open",
            Self::Group => "no such kind of group",
            Self::Name => "no name for a group, or one for two",
            Self::Nothing => "nothing to repeat",
            Self::Repetition => "no such repetition",
            Self::Class => "no such class",
            Self::Escape => "no such escape",
            Self::Size => "it grows too large",
        }
    }
}

/// What is wrong, and up to which character the text was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) reason: &'static str,
    pub(crate) place: usize,
}

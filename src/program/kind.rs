//! The kinds of definitions.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::Program;
use super::directory::Directory;
use crate::snapshot::Subject;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Segment,
    Layer,
    Holdout,
    Flag,
}

impl Kind {
    /// In an order in which what others need comes first.
    pub(super) const ALL: [Self; 4] = [Self::Segment, Self::Layer, Self::Holdout, Self::Flag];

    /// The member of a document that has them.
    pub(super) const fn section(self) -> &'static str {
        match self {
            Self::Segment => "segments",
            Self::Layer => "layers",
            Self::Holdout => "holdouts",
            Self::Flag => "flags",
        }
    }

    #[cfg(feature = "json")]
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Layer => "layer",
            Self::Holdout => "holdout",
            Self::Flag => "flag",
        }
    }

    pub(super) fn subject(self, key: &str) -> Subject {
        let key = key.to_owned();
        match self {
            Self::Segment => Subject::Segment(key),
            Self::Layer => Subject::Layer(key),
            Self::Holdout => Subject::Holdout(key),
            Self::Flag => Subject::Flag(key),
        }
    }

    pub(super) fn directory(self, program: &Program) -> Directory {
        program.header.directory(self)
    }
}

/// Something for every kind.
#[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(transparent)]
pub(crate) struct ByKind<T>(pub(super) [T; Kind::ALL.len()]);

impl<T> ByKind<T> {
    /// Asks for each kind.
    pub(super) fn of(each: impl FnMut(Kind) -> T) -> Self {
        Self(Kind::ALL.map(each))
    }

    #[inline(always)]
    pub(super) const fn get(&self, kind: Kind) -> &T {
        let [segments, layers, holdouts, flags] = &self.0;
        match kind {
            Kind::Segment => segments,
            Kind::Layer => layers,
            Kind::Holdout => holdouts,
            Kind::Flag => flags,
        }
    }

    pub(super) const fn get_mut(&mut self, kind: Kind) -> &mut T {
        let [segments, layers, holdouts, flags] = &mut self.0;
        match kind {
            Kind::Segment => segments,
            Kind::Layer => layers,
            Kind::Holdout => holdouts,
            Kind::Flag => flags,
        }
    }
}

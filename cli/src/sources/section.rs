//! The four kinds of definitions that a snapshot has.

use tidegate::Subject;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Section {
    Segments,
    Layers,
    Holdouts,
    Flags,
}

impl Section {
    /// In the order of a snapshot.
    pub(crate) const ALL: [Self; 4] = [Self::Segments, Self::Layers, Self::Holdouts, Self::Flags];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Segments => "segments",
            Self::Layers => "layers",
            Self::Holdouts => "holdouts",
            Self::Flags => "flags",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.name() == name)
    }

    /// What one of its definitions is called.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Segments => "segment",
            Self::Layers => "layer",
            Self::Holdouts => "holdout",
            Self::Flags => "flag",
        }
    }

    /// The code of a name that no definition has.
    pub(crate) const fn unknown(self) -> &'static str {
        match self {
            Self::Segments => "UNKNOWN_SEGMENT",
            Self::Layers => "UNKNOWN_LAYER",
            Self::Holdouts => "UNKNOWN_HOLDOUT",
            Self::Flags => "UNKNOWN_FLAG",
        }
    }

    pub(crate) fn subject(self, key: &str) -> Subject {
        let key = key.to_owned();
        match self {
            Self::Segments => Subject::Segment(key),
            Self::Layers => Subject::Layer(key),
            Self::Holdouts => Subject::Holdout(key),
            Self::Flags => Subject::Flag(key),
        }
    }
}

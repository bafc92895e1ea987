//! Flags with those that they need.

use crate::program::Program;

impl Program {
    /// The keys of the flags that a flag needs: its prerequisites, and theirs. Empty for an unknown or refused flag.
    #[must_use]
    pub fn needs(&self, flag: &str) -> Vec<&str> {
        let flags = self.find(flag).map(|flag| self.with_parents(flag)).unwrap_or_default();
        flags.into_iter().skip(1).map(|flag| self.flag_key(flag)).collect()
    }

    /// A flag and every flag that it needs, each once.
    pub(crate) fn with_parents(&self, flag: u32) -> Vec<u32> {
        let (mut flags, mut at) = (vec![flag], 0);
        while let Some(flag) = flags.get(at).copied() {
            at += 1;
            let Some(flag) = self.flag(flag) else { continue };
            flag.prerequisites().iter().for_each(|parent| note(&mut flags, parent.flag));
        }
        flags
    }
}

/// Adds a number that isn't in a list yet.
pub(crate) fn note(list: &mut Vec<u32>, number: u32) {
    if !list.contains(&number) {
        list.push(number);
    }
}

//! What a host says of flags beside the snapshot: variants that it forces, flags that it holds off, rollbacks that it has
//! latched, and variants that it has stored for units.

use crate::program::Program;

/// What a native host says of one flag with a context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Saying {
    /// The name of a variant.
    Forced(String),
    Stored(String),
    /// The name of a guardrail's alarm or outcome.
    RolledBack(String),
}

impl Saying {
    pub(crate) const fn is_stored(&self) -> bool {
        matches!(self, Self::Stored(_))
    }
}

/// Empty where the host says nothing, so that nobody else pays.
#[derive(Debug, Clone, Default)]
pub(crate) struct Host {
    /// By flag: see [`State`].
    states: Vec<u32>,
    /// By flag: the stamp that the variant was stored under, as in a slot's state, and the variant plus one.
    stored: Vec<[u32; 2]>,
}

/// What a host says of one flag: bits 0–8 a forced variant plus one, 9 whether the flag is held off, 16–31 its guardrails whose
/// rollbacks are latched, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State(pub(crate) u32);

impl State {
    pub(crate) const fn forced(self) -> Option<u32> {
        (self.0 & 0x1FF).checked_sub(1)
    }

    pub(crate) const fn is_off(self) -> bool {
        self.0 & 0x200 != 0
    }

    pub(crate) const fn latched(self) -> u32 {
        self.0 >> 16
    }

    pub(crate) const fn with_forced(self, variant: u32) -> Self {
        Self((self.0 & !0x1FF) | (variant + 1))
    }

    pub(crate) const fn with_latched(self, guardrail: u32) -> Self {
        Self(self.0 | 0x1_0000_u32.wrapping_shl(guardrail))
    }
}

impl Host {
    #[inline]
    pub(crate) fn state(&self, flag: u32) -> State {
        State(self.states.get(flag as usize).copied().unwrap_or_default())
    }

    /// What the sayings of a native host come to, for units that are asked under a stamp; what isn't in the program is left
    /// out.
    pub(crate) fn of(program: &Program, sayings: &[(String, Saying)], mark: u32) -> Self {
        let mut host = Self::default();
        for (key, saying) in sayings {
            let Some(flag) = program.find(key).and_then(|flag| program.flag(flag)) else { continue };
            let position = |name: &str| (0..).zip(flag.variants()).find(|(_, one)| flag.text(one.name) == name);
            let state = host.state(flag.number);
            match saying {
                Saying::Forced(variant) => {
                    if let Some((variant, _)) = position(variant) {
                        host.set_state(flag.number, state.with_forced(variant));
                    }
                }
                Saying::Stored(variant) => {
                    if let Some((variant, _)) = position(variant)
                        && let Some(place) = host.reserve_stored(program.len()).get_mut(flag.number as usize)
                    {
                        *place = [mark, variant + 1];
                    }
                }
                Saying::RolledBack(name) => {
                    let guardrails = (0..).zip(flag.guardrails());
                    let named = guardrails.filter(|(_, guardrail)| flag.text(guardrail.name) == name);
                    let state = named.fold(state, |state, (position, _)| state.with_latched(position));
                    host.set_state(flag.number, state);
                }
            }
        }
        host
    }

    pub(crate) fn set_state(&mut self, flag: u32, state: State) {
        if self.states.len() <= flag as usize {
            self.states.resize(flag as usize + 1, 0);
        }
        if let Some(place) = self.states.get_mut(flag as usize) {
            *place = state.0;
        }
    }

    /// Room for the stored variants of `flags` flags; it stays where it is.
    pub(crate) fn reserve_stored(&mut self, flags: u32) -> &mut [[u32; 2]] {
        if self.stored.is_empty() {
            self.stored.resize(flags as usize, [0; 2]);
        }
        &mut self.stored
    }

    /// The variant that is stored for the context of a stamp.
    pub(crate) fn stored(&self, flag: u32, mark: u32) -> Option<u32> {
        let [stamp, variant] = *self.stored.get(flag as usize)?;
        if stamp == mark { variant.checked_sub(1) } else { None }
    }

    /// Forgets every stored variant: stamps begin again.
    pub(crate) fn forget(&mut self) {
        self.stored.fill([0; 2]);
    }
}

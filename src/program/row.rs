//! The rows of a compiled snapshot. Every field is a 32-bit word, so that a row can be read where it lies.
//!
//! "Offset" is a number of words from the beginning of the block that the row is in; 0, where the block's own row lies,
//! stands for none. A list is a word with a count and then that many rows.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, transmute_ref};

use super::directory::Directory;
use super::text::Text;
use crate::date;
use crate::operator::Operator;
use crate::outcome::Outcome;
use crate::snapshot::FlagType;

/// Reads rows from words.
pub(crate) trait Row: FromBytes + IntoBytes + Immutable + KnownLayout + Sized {
    #[expect(clippy::cast_possible_truncation, reason = "a row has a few words")]
    const WORDS: u32 = (size_of::<Self>() / 4) as u32;

    /// The row that `words` begin with. Words are aligned, and how many it takes is known, so nothing but their number is
    /// looked at.
    fn first(words: &[u32]) -> Option<&Self>;

    /// As many rows as there are whole ones.
    fn all(words: &[u32]) -> &[Self];
}

macro_rules! row {
    ($name:ty) => {
        impl Row for $name {
            #[inline(always)]
            fn first(words: &[u32]) -> Option<&Self> {
                words.first_chunk::<{ size_of::<$name>() / 4 }>().map(|words| transmute_ref!(words))
            }

            #[inline(always)]
            fn all(words: &[u32]) -> &[Self] {
                transmute_ref!(words.as_chunks::<{ size_of::<$name>() / 4 }>().0)
            }
        }
    };
}

macro_rules! rows {
    ($($(#[$note:meta])* $name:ident { $($(#[$field_note:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$note])*
        #[derive(Debug, Clone, Copy, Default, FromBytes, IntoBytes, Immutable, KnownLayout)]
        #[repr(C)]
        pub(crate) struct $name {
            $($(#[$field_note])* pub(crate) $field: $kind,)*
        }

        row!($name);
    )*};
}

row!(u32);
row!([u32; 2]);

impl Default for Text {
    fn default() -> Self {
        Self::NONE
    }
}

rows! {
    /// The beginning of a program. Places are counted from there: in words, or for text in bytes with a length.
    Header {
        magic: u32,
        version: u32,
        /// Words in all.
        words: u32,
        /// xxHash64 of everything behind this field.
        checksum: [u32; 2],
        /// Bit 0 whether there is a sequence, 1 an environment.
        bits: u32,
        revision: [u32; 2],
        environment: [u32; 2],
        sequence: [u32; 2],
        /// Rows, count, index, bits of the index: see [`Directory`].
        flags: [u32; 4],
        segments: [u32; 4],
        layers: [u32; 4],
        holdouts: [u32; 4],
        /// Place and count of rows that say where a text lies.
        attributes: [u32; 2],
        symbols: [u32; 2],
        /// The same of automata.
        patterns: [u32; 2],
        /// Place and count of the [`Window`]s in which hosts keep what they have.
        freezes: [u32; 2],
        /// A JSON list of what was refused when the snapshot was compiled.
        refused: [u32; 2],
    }

    /// A flag or segment in the directory.
    Definition {
        /// The key's first byte, counted from the beginning of the program, and how many there are.
        key_start: u32,
        key_len: u32,
        /// The block's first word, counted from the beginning of the program, and how many there are; 0 for a definition
        /// that is refused, or not compiled yet.
        block: u32,
        block_len: u32,
        /// Of what it means, with everything that it depends on.
        digest: [u32; 2],
        /// How long the longest chain of definitions of its kind is that begins here.
        depth: u32,
    }

    /// A flag, at the beginning of its block.
    Flag {
        /// Bits 0–1 type, 2 enabled, 3 constant, 4 timed, 5 sticky, 8–15 the position of `off`, 16–23 of `default`.
        bits: u32,
        /// The outcome, when it is the same for every context.
        constant: u32,
        /// A list of [`Variant`].
        variants: u32,
        /// A list of [`Prerequisite`].
        prerequisites: u32,
        /// A list of [`Override`], those that serve `off` first.
        overrides: u32,
        /// A list of the holdouts that cover it, in the order of their keys.
        holdouts: u32,
        /// A list of [`Guardrail`], the flag's own and those of its rules.
        guardrails: u32,
        /// A list of the slots that a decision can read, through segments and prerequisites too.
        reads: u32,
        /// A list of the slots that make the flag's own unit, where one is written: decisions are exposed under it.
        unit: u32,
        /// The first [`Rule`]; they end where the tests begin.
        rules: u32,
        /// The first [`Test`]; they end where the text begins.
        tests: u32,
        /// The first word of the block's text.
        text: u32,
        /// A JSON object.
        metadata: Text,
        /// Whose parameters its variants set; [`Text::NONE`] for none.
        namespace: Text,
    }

    /// A segment, at the beginning of its block.
    Segment {
        /// An entry.
        when: u32,
        unit: u32,
        /// Lists of ids.
        include: u32,
        exclude: u32,
        /// A list of the slots that asking it can read.
        reads: u32,
        rules: u32,
        tests: u32,
        text: u32,
    }

    /// A layer, at the beginning of its block.
    Layer {
        unit: u32,
        /// What comes before the unit's text in its key.
        prefix: Text,
        /// A list of [`Experiment`].
        experiments: u32,
        /// The experiment that it is in: see [`Membership`].
        within: u32,
        /// A list of the slots that asking it can read.
        reads: u32,
        text: u32,
    }

    Experiment {
        name: Text,
        /// A list of the first buckets of its ranges and of those behind them.
        ranges: u32,
    }

    /// A place in an experiment.
    Membership {
        /// [`Membership::NONE`] for an experiment that is in no layer.
        layer: u32,
        /// Its position in the layer.
        experiment: u32,
        name: Text,
    }

    Guardrail {
        /// Of an alarm, or of an outcome that a host reports.
        name: Text,
        /// Bits 0–7 the position of the variant to fall back to, 8–15 of the control arm, 16 whether the snapshot says that the
        /// alarm is up, 17 whether it watches an outcome.
        bits: u32,
        /// The rule's position, or [`Guardrail::OF_FLAG`].
        rule: u32,
        /// When it counts.
        from: [u32; 2],
        until: [u32; 2],
        /// How often the watch may be wrong, in millionths.
        alpha: u32,
    }

    /// A holdout, at the beginning of its block.
    Holdout {
        unit: u32,
        prefix: Text,
        /// Bits 0–19 the buckets that are held back, 20 whether it ends, 21 whether it covers every flag of its unit.
        bits: u32,
        until: [u32; 2],
        /// Lists of ids: keys of flags, and tags.
        flags: u32,
        tags: u32,
        /// A list of holdouts whose flags it covers, too.
        includes: u32,
        text: u32,
    }

    Variant {
        name: Text,
        /// JSON.
        value: Text,
    }

    Prerequisite {
        flag: u32,
        /// A list of the positions of the parent's variants that meet it.
        variants: u32,
    }

    Override {
        unit: u32,
        /// A list of ids.
        ids: u32,
        /// A position.
        variant: u32,
    }

    Rule {
        /// An entry.
        when: u32,
        /// Bits 0–19 the buckets that are in; 20–27 the position of the variant, when there is no split; 28 whether it is sticky, 29
        /// whether it takes nobody new in.
        serve: u32,
        /// A list of arms.
        arms: u32,
        /// A list of the slots that make the unit.
        unit: u32,
        /// The [`Membership`] in an experiment.
        membership: u32,
        /// What comes before the unit's text in the key of a ramp, and of a split.
        ramp_prefix: Text,
        split_prefix: Text,
        id: Text,
        /// The offset of a [`Timing`]; none where the instant doesn't matter.
        timing: u32,
    }

    /// What the instant means to a rule.
    Timing {
        /// A list of [`Window`]: the rule applies while one is open. None where it always may.
        windows: u32,
        /// A list of [`Stage`] instead of the rule's share.
        stages: u32,
        /// Equal steps from each stage to the next, or 0 where the share jumps.
        steps: u32,
        /// Minutes that a ramp is watched after its last stage.
        bake: u32,
        /// Minutes of a slot, where the arms are those of a switchback.
        slot: u32,
    }

    Stage {
        at: [u32; 2],
        /// Buckets that are in from then on.
        share: u32,
    }

    /// An occurrence, and how it recurs. Instants are in epoch milliseconds.
    Window {
        /// [`BEFORE_ALL`] where it has no beginning.
        from: [u32; 2],
        /// [`AFTER_ALL`] where it has no end.
        until: [u32; 2],
        /// The last instant at which an occurrence may begin.
        last: [u32; 2],
        /// Days from one cycle to the next; 0 where it doesn't recur.
        cycle: u32,
        /// Bits 0–6 the days of a cycle on which an occurrence begins, 8–10 the day on which the first one does.
        days: u32,
    }

    /// One test of a condition. `all`, `any` and `not` are only the ways from one test to the next.
    Test {
        /// Bits 0–4 operator, 5 whether case is ignored, 6–31 slot, or segment.
        bits: u32,
        /// What it is compared with: the offset of a row that the operator knows, or the word itself.
        operand: u32,
        /// Bits 0–15 the entry when it holds, 16–31 when it fails.
        ways: u32,
        /// Where it is written, from the condition on.
        place: Text,
    }

    /// What an attribute may equal; `symbols` words and `numbers` doubles follow.
    Set {
        /// Bit 0 `true`, bit 1 `false`.
        booleans: u32,
        symbols: u32,
        numbers: u32,
        /// A list of ids instead of symbols: for sets too large to number, and for ignored case, whose strings are folded.
        ids: u32,
    }

    Semver {
        text: Text,
        /// The version as one number, if it is plain.
        plain: [u32; 2],
    }

    Instant {
        milliseconds: [u32; 2],
        /// As written, when it was a string.
        written: Text,
    }

    Block {
        /// Bit 8 for IPv4, bits 0–7 the length of the prefix.
        bits: u32,
        base: [u32; 4],
        written: Text,
    }

    Pattern {
        pattern: u32,
        written: Text,
    }
}

/// Where a condition goes on, in sixteen bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Holds,
    Fails,
    Test(u32),
}

impl Entry {
    pub(crate) const fn from_word(word: u32) -> Self {
        match word {
            0 => Self::Fails,
            1 => Self::Holds,
            test => Self::Test(test - 2),
        }
    }

    pub(crate) const fn word(self) -> u32 {
        match self {
            Self::Fails => 0,
            Self::Holds => 1,
            Self::Test(test) => test + 2,
        }
    }
}

impl Header {
    const SEQUENCE: u32 = 1;
    const ENVIRONMENT: u32 = 2;

    pub(crate) fn flags(&self) -> Directory {
        Directory::at(self.flags)
    }

    pub(crate) fn segments(&self) -> Directory {
        Directory::at(self.segments)
    }

    pub(crate) fn layers(&self) -> Directory {
        Directory::at(self.layers)
    }

    pub(crate) fn holdouts(&self) -> Directory {
        Directory::at(self.holdouts)
    }

    pub(crate) const fn has_sequence(&self) -> bool {
        self.bits & Self::SEQUENCE != 0
    }

    pub(crate) const fn has_environment(&self) -> bool {
        self.bits & Self::ENVIRONMENT != 0
    }

    pub(crate) const fn bits(sequence: bool, environment: bool) -> u32 {
        (sequence as u32 * Self::SEQUENCE) | (environment as u32 * Self::ENVIRONMENT)
    }
}

impl Flag {
    pub(crate) const fn bits(
        kind: FlagType,
        [enabled, constant, timed, sticky]: [bool; 4],
        off: u32,
        default: u32,
    ) -> u32 {
        let marks = (enabled as u32) << 2 | (constant as u32) << 3 | (timed as u32) << 4 | (sticky as u32) << 5;
        kind as u32 | marks | off << 8 | default << 16
    }

    pub(crate) const fn kind(&self) -> FlagType {
        match self.bits & 3 {
            0 => FlagType::Boolean,
            1 => FlagType::String,
            2 => FlagType::Number,
            _ => FlagType::Object,
        }
    }

    pub(crate) const fn enabled(&self) -> bool {
        self.bits & 4 != 0
    }

    /// Whether some rule is sticky: a variant that was stored for the unit comes before the rules.
    pub(crate) const fn is_sticky(&self) -> bool {
        self.bits & 32 != 0
    }

    /// Whether rules and the default are all that it has to decide by, once it is switched on.
    pub(crate) const fn is_rules_alone(&self) -> bool {
        let lists = self.prerequisites | self.overrides | self.holdouts | self.guardrails;
        lists == 0 && !self.is_sticky()
    }

    /// Whether the decision depends on the instant, through prerequisites too.
    pub(crate) const fn timed(&self) -> bool {
        self.bits & 16 != 0
    }

    pub(crate) const fn off(&self) -> u32 {
        self.bits >> 8 & 0xFF
    }

    pub(crate) const fn default(&self) -> u32 {
        self.bits >> 16 & 0xFF
    }

    /// The answer of a flag that can answer only one way.
    pub(crate) const fn constant(&self) -> Option<Outcome> {
        if self.bits & 8 != 0 { Some(Outcome(self.constant)) } else { None }
    }
}

impl Membership {
    pub(crate) const NONE: u32 = u32::MAX;
}

impl Holdout {
    const ENDS: u32 = 1 << 20;
    const ALL: u32 = 1 << 21;

    pub(crate) const fn bits(share: u32, ends: bool, all: bool) -> u32 {
        share | (ends as u32) << 20 | (all as u32) << 21
    }

    /// Buckets that are held back.
    pub(crate) const fn share(&self) -> u32 {
        self.bits & 0xF_FFFF
    }

    /// The instant from which on nobody is held back any more.
    pub(crate) const fn until(&self) -> Option<i64> {
        if self.bits & Self::ENDS != 0 { Some(join(self.until).cast_signed()) } else { None }
    }

    pub(crate) const fn covers_all(&self) -> bool {
        self.bits & Self::ALL != 0
    }
}

impl Guardrail {
    /// In a rule's place.
    pub(crate) const OF_FLAG: u32 = u32::MAX;

    pub(crate) const fn bits(rollback_to: u32, control: u32, raised: bool, outcome: bool) -> u32 {
        rollback_to | control << 8 | (raised as u32) << 16 | (outcome as u32) << 17
    }

    pub(crate) const fn rollback_to(&self) -> u32 {
        self.bits & 0xFF
    }

    pub(crate) const fn control(&self) -> u32 {
        self.bits >> 8 & 0xFF
    }

    pub(crate) const fn is_raised(&self) -> bool {
        self.bits & 1 << 16 != 0
    }

    pub(crate) const fn watches_outcome(&self) -> bool {
        self.bits & 1 << 17 != 0
    }

    pub(crate) const fn from(&self) -> i64 {
        join(self.from).cast_signed()
    }

    pub(crate) const fn until(&self) -> i64 {
        join(self.until).cast_signed()
    }

    /// Whether it counts at an instant.
    pub(crate) const fn is_active(&self, now: i64) -> bool {
        self.from() <= now && now < self.until()
    }
}

impl Rule {
    /// Buckets that are in.
    pub(crate) const fn share(&self) -> u32 {
        self.serve & 0xF_FFFF
    }

    pub(crate) const fn variant(&self) -> u32 {
        self.serve >> 20 & 0xFF
    }

    pub(crate) const fn serving(share: u32, variant: u32, sticky: bool, paused: bool) -> u32 {
        share | variant << 20 | (sticky as u32) << 28 | (paused as u32) << 29
    }

    /// Whether what it serves by a hash is to be stored.
    pub(crate) const fn is_sticky(&self) -> bool {
        self.serve & 1 << 28 != 0
    }

    /// Whether it is only for units that have a stored variant, which are never asked to come this far.
    pub(crate) const fn is_paused(&self) -> bool {
        self.serve & 1 << 29 != 0
    }
}

/// An arm of a split: it has the buckets below `end` that no arm before it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arm {
    pub(crate) end: u32,
    pub(crate) variant: u32,
}

impl Arm {
    pub(crate) const fn from_word(word: u32) -> Self {
        Self { end: word & 0xF_FFFF, variant: word >> 20 & 0xFF }
    }

    pub(crate) const fn word(self) -> u32 {
        self.end | self.variant << 20
    }
}

/// What a test looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    Segment(u32),
    Attribute { slot: u32, operator: Operator, ignore_case: bool, operand: u32 },
}

const SEGMENT: u32 = 31;

impl Test {
    pub(crate) fn check(&self) -> Option<Check> {
        let slot = self.bits >> 6;
        if self.bits & 31 == SEGMENT {
            return Some(Check::Segment(slot));
        }
        let operator = Operator::from_bits(self.bits & 31)?;
        Some(Check::Attribute { slot, operator, ignore_case: self.bits & 32 != 0, operand: self.operand })
    }

    pub(crate) const fn bits(check: Check) -> u32 {
        match check {
            Check::Segment(segment) => SEGMENT | segment << 6,
            Check::Attribute { slot, operator, ignore_case, .. } => {
                operator as u32 | (ignore_case as u32) << 5 | slot << 6
            }
        }
    }

    pub(crate) const fn holds(&self) -> u32 {
        self.ways & 0xFFFF
    }

    pub(crate) const fn fails(&self) -> u32 {
        self.ways >> 16
    }
}

impl Stage {
    pub(crate) const fn at(&self) -> i64 {
        instant(self.at)
    }
}

/// Before every instant, and after every instant.
pub(crate) const BEFORE_ALL: i64 = -date::FARTHEST - 1;
pub(crate) const AFTER_ALL: i64 = date::FARTHEST + 1;

impl Window {
    /// The days of a cycle on which an occurrence begins, by bit.
    pub(crate) const fn days(&self) -> u32 {
        self.days & 0x7F
    }

    /// The day of the cycle on which the first occurrence begins.
    pub(crate) const fn first(&self) -> u32 {
        self.days >> 8 & 7
    }

    pub(crate) const fn on(days: u32, first: u32) -> u32 {
        days | first << 8
    }
}

/// Epoch milliseconds.
pub(crate) const fn instant(halves: [u32; 2]) -> i64 {
    join(halves).cast_signed()
}

pub(crate) const fn join([low, high]: [u32; 2]) -> u64 {
    low as u64 | (high as u64) << 32
}

#[expect(clippy::cast_possible_truncation, reason = "the low and the high half of 64 bits")]
pub(crate) const fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

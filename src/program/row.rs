//! The rows of a compiled snapshot. Every field is a 32-bit word, so that a row can be read where it lies.
//!
//! "Offset" is a number of words from the beginning of the block that the row is in; 0, where the block's own row lies,
//! stands for none. A list is a word with a count and then that many rows.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, transmute_ref};

use super::kind::ByKind;
use super::text::Text;
use crate::date;

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
        /// xxHash64 of everything behind this field and before the blocks.
        checksum: [u32; 2],
        /// Words before the first block.
        frame: u32,
        /// Bit 0 whether there is a sequence, 1 an environment.
        bits: u32,
        revision: [u32; 2],
        environment: [u32; 2],
        sequence: [u32; 2],
        /// Of each kind of definitions the rows, count, index, bits of the index: see [`Directory`].
        directories: ByKind<[u32; 4]>,
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
        /// that is refused, or not read yet: in a file none is.
        block: u32,
        block_len: u32,
        /// Of what it means, with everything that it depends on.
        digest: [u32; 2],
        /// How long the longest chain of definitions of its kind is that begins here.
        depth: u32,
        /// In a file, how many words the block has, and the lower half of their xxHash64.
        stored_len: u32,
        sum: u32,
    }

    /// Where the parts of a block begin, as offsets. Tests end where their places begin.
    Parts {
        /// The first [`Test`].
        tests: u32,
        /// The first of their places: words that are a [`Text`] each.
        places: u32,
        text: u32,
    }

    /// A flag, at the beginning of its block.
    Flag {
        /// Bits 0–1 type, 2 enabled, 3 constant, 4 timed, 5 sticky, 6 whether something is asked before the rules, 8–15 the
        /// position of `off`, 16–23 of `default`.
        bits: u32,
        /// The outcome, when it is the same for every context.
        constant: u32,
        /// The first [`Rule`]; they end where the tests begin.
        rules: u32,
        parts: Parts,
        /// The [`Besides`].
        besides: u32,
        /// A list of [`Variant`].
        variants: u32,
        /// A list of the slots that a decision can read, through segments and prerequisites too.
        reads: u32,
        /// A JSON object.
        metadata: Text,
    }

    /// What some flags have besides rules.
    Besides {
        /// A list of [`Prerequisite`].
        prerequisites: u32,
        /// A list of [`Override`], those that serve `off` first.
        overrides: u32,
        /// A list of the holdouts that cover it, in the order of their keys.
        holdouts: u32,
        /// A list of [`Guardrail`], the flag's own and those of its rules.
        guardrails: u32,
        /// A list of the slots that make the flag's own unit, where one is written: decisions are exposed under it.
        unit: u32,
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
        parts: Parts,
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
        parts: Parts,
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
        parts: Parts,
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
        /// The [`Terms`]; none where it serves one variant to everybody for whom its condition holds.
        terms: u32,
        id: Text,
    }

    /// What a rule asks beyond its condition, and how it shares units out.
    Terms {
        /// A list of the slots that make the unit.
        unit: u32,
        /// A list of arms.
        arms: u32,
        /// What comes before the unit's text in the key of a ramp, and of a split.
        ramp_prefix: Text,
        split_prefix: Text,
        /// The [`Membership`] in an experiment.
        membership: u32,
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

/// Before every instant, and after every instant.
pub(crate) const BEFORE_ALL: i64 = -date::FARTHEST - 1;
pub(crate) const AFTER_ALL: i64 = date::FARTHEST + 1;

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

//! What runs: flat tables that point into each other by index, made once from a snapshot and never changed.

mod assemble;
mod compile;
mod definition;
mod links;
mod load;
mod strings;

use regex_lite::Regex;

use crate::address::Network;
use crate::operator::Operator;
use crate::outcome::Outcome;
use crate::snapshot::Problem;
use crate::snapshot::flag::FlagType;
pub(crate) use strings::{Name, Span, Strings};

/// A snapshot, ready to decide. Immutable; share it freely between threads.
#[derive(Debug)]
pub struct Program {
    pub(crate) revision: String,
    pub(crate) sequence: Option<u64>,
    pub(crate) environment: Option<String>,
    pub(crate) strings: Strings,
    /// Sorted by key.
    pub(crate) flags: Vec<Flag>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) tables: Tables,
}

/// A run of rows in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Rows {
    start: u32,
    len: u32,
}

impl Rows {
    pub(crate) fn of<T>(self, table: &[T]) -> &[T] {
        let (start, len) = (self.start as usize, self.len as usize);
        start.checked_add(len).and_then(|end| table.get(start..end)).unwrap_or_default()
    }
}

/// The rows that flags, segments and conditions point to.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) variants: Vec<Variant>,
    pub(crate) prerequisites: Vec<Prerequisite>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) cuts: Vec<Cut>,
    pub(crate) tests: Vec<Test>,
    pub(crate) sets: Vec<Set>,
    pub(crate) numbers: Vec<f64>,
    pub(crate) instants: Vec<Instant>,
    pub(crate) networks: Vec<Networks>,
    pub(crate) blocks: Vec<(Network, Name)>,
    pub(crate) patterns: Vec<(Regex, Name)>,
    pub(crate) ids: Vec<Id>,
    /// Attribute slots, positions of variants, names: whatever a row's own runs of numbers are.
    pub(crate) indices: Vec<u32>,
}

#[derive(Debug)]
pub(crate) struct Flag {
    pub(crate) key: Span,
    /// `None` for a refused flag.
    pub(crate) body: Option<Body>,
    /// Of what it means, with everything that it depends on.
    pub(crate) digest: u64,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) kind: FlagType,
    pub(crate) enabled: bool,
    pub(crate) off: u32,
    pub(crate) default: u32,
    pub(crate) variants: Rows,
    pub(crate) prerequisites: Rows,
    /// Those that serve `off` first.
    pub(crate) overrides: Rows,
    pub(crate) rules: Rows,
    pub(crate) metadata: Span,
    /// The attributes that a decision can read, through segments and prerequisites too, in `indices`.
    pub(crate) slots: Rows,
    /// The answer, when it is the same for every context.
    pub(crate) constant: Option<Outcome>,
}

#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) name: Name,
    /// JSON text.
    pub(crate) value: Span,
}

#[derive(Debug)]
pub(crate) struct Prerequisite {
    pub(crate) flag: u32,
    /// The positions of the parent's variants that meet it, in `indices`.
    pub(crate) variants: Rows,
}

#[derive(Debug)]
pub(crate) struct Override {
    pub(crate) unit: Unit,
    pub(crate) ids: Rows,
    pub(crate) variant: u32,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: Name,
    pub(crate) when: Entry,
    pub(crate) unit: Unit,
    pub(crate) salt: Name,
    /// Buckets that are in.
    pub(crate) share: u32,
    pub(crate) serve: Serve,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Serve {
    Variant(u32),
    /// Cuts.
    Split(Rows),
}

/// An arm of a split: it has the buckets below `end` that no arm before it has.
#[derive(Debug)]
pub(crate) struct Cut {
    pub(crate) end: u32,
    pub(crate) variant: u32,
}

/// The attribute slots that make one id, in `indices`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit(pub(crate) Rows);

/// Where a condition begins, or what it is when it needs no test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    Test(u32),
    Holds,
    Fails,
}

/// One test of a condition. `all`, `any` and `not` are only the ways from one test to the next.
#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) check: Check,
    pub(crate) holds: Entry,
    pub(crate) fails: Entry,
    /// The JSON Pointer from the rule or segment to where it is written.
    pub(crate) place: Name,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    Segment(u32),
    /// `operand` is a row in the operator's table.
    Attribute {
        slot: u32,
        operator: Operator,
        ignore_case: bool,
        operand: u32,
    },
}

/// What an attribute may equal.
#[derive(Debug)]
pub(crate) struct Set {
    /// Names, in `indices`: compared by number. Empty when `ids` is used.
    pub(crate) symbols: Rows,
    /// Sorted by hash: for sets too large to number, and for `ignoreCase`, whose strings are folded.
    pub(crate) ids: Rows,
    /// In `numbers`.
    pub(crate) numbers: Rows,
    pub(crate) has_true: bool,
    pub(crate) has_false: bool,
}

#[derive(Debug)]
pub(crate) struct Instant {
    pub(crate) milliseconds: i64,
    /// As written, when it was a string.
    pub(crate) written: Option<Name>,
}

/// Address blocks, in `blocks`.
#[derive(Debug)]
pub(crate) struct Networks(pub(crate) Rows);

/// A string in a list that is searched by hash.
#[derive(Debug)]
pub(crate) struct Id {
    pub(crate) hash: u64,
    pub(crate) text: Span,
}

#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) path: Name,
    /// The strings it is compared with by number, sorted by text.
    pub(crate) symbols: Vec<Name>,
    /// Whether its bytes may be asked for.
    pub(crate) text: bool,
}

#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) key: Name,
    pub(crate) unit: Unit,
    pub(crate) include: Rows,
    pub(crate) exclude: Rows,
    pub(crate) condition: Entry,
}

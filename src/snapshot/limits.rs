//! Every limit of the reader, each with its reason. `docs/SPEC.md` lists the same numbers.

/// A whole document. A segment of a million ids is about 40 MB of JSON; beyond that a list belongs behind an attribute.
pub const DOCUMENT_BYTES: usize = 64 * 1024 * 1024;
/// A key, a name or an attribute path: long enough for any generated name, short enough to print.
pub const NAME_BYTES: usize = 256;
/// Variants of a flag: a variant's position crosses the boundary in eight bits.
pub const VARIANTS: usize = 255;
/// Rules of a flag: a rule's position crosses the boundary in twelve bits, one value meaning "none".
pub const RULES: usize = 4_095;
/// Entries of a split.
pub const SPLIT_ENTRIES: usize = 255;
/// Guardrails of a flag with its rules: a host latches their rollbacks in that many bits.
pub const GUARDRAILS: usize = 16;
/// Conditions of a flag or segment, so that one flag can't hold a decision up for long.
pub const CONDITIONS: usize = 65_535;
/// Nesting of `all`, `any` and `not`: reading them uses the stack.
pub const CONDITION_DEPTH: usize = 64;
/// Segments that name segments, and flags that name prerequisites: a decision walks these chains on the stack.
pub const CHAIN_DEPTH: usize = 64;
/// Parts of an attribute path.
pub const PATH_PARTS: usize = 16;
/// Attribute paths that make one composite unit.
pub const UNIT_PARTS: usize = 8;
/// A unit's text in bytes; the longest e-mail addresses and URLs in use are shorter.
pub const UNIT_BYTES: usize = 1_024;
/// JSON nesting inside one flag or segment: reading it uses the stack.
pub const JSON_DEPTH: usize = 128;
/// The largest magnitude of an integer that every JSON reader keeps exactly, 2⁵³ − 1.
pub const SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
/// Minutes between two things that happen in time: ten years.
pub const MINUTES: u32 = 5_256_000;
/// Stages of a ramp, and windows of a rule: a decision looks at one after the other.
pub const STAGES: usize = 255;
/// See [`STAGES`].
pub const WINDOWS: usize = 255;
/// Days that a linear ramp lasts, a hundred years, so that milliseconds times steps fit 64 bits.
pub const RAMP_DAYS: i64 = 36_525;
/// Days or weeks from one occurrence of a window to the next.
pub const INTERVAL: u32 = 1_000;
/// Occurrences of a window that ends after a number of them.
pub const TIMES: u32 = 1_000_000;

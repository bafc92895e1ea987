//! What two flags answered together.

use tidegate::{Answer, Program};

use super::population::Flag;

/// More cells than these take longer to add up than to decide.
const MOST_CELLS: usize = 1 << 16;

/// Pairs of flags, and a table of counts for each: a row for each variant of the one, a column for each of the other, and one more of
/// both for errors.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs {
    pairs: Vec<Pair>,
    /// How many flags may be in a pair, and how many of those are.
    pub(super) could: usize,
    pub(super) are: usize,
}

#[derive(Debug, Clone)]
struct Pair {
    flags: [usize; 2],
    width: usize,
    cells: Vec<u64>,
}

/// A flag's answers for the units of a part: the variant, or one more for an error.
#[derive(Debug, Clone, Default)]
pub(super) struct Column(Vec<u8>);

impl Column {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn push(&mut self, answer: Answer, variants: usize) {
        // A flag has at most 255 variants.
        self.0.push(u8::try_from(answer.variant.unwrap_or(variants)).unwrap_or(u8::MAX));
    }
}

impl Pairs {
    /// The pairs of those of the flags whose units are hashed at an instant, as many as are worth the time.
    pub(super) fn new(program: &Program, flags: &[Flag<'_>], now: i64) -> Self {
        let hashes = |flag: &Flag<'_>| !program.draws(flag.key, now).is_empty();
        let candidates: Vec<usize> = (0..).zip(flags).filter(|(_, flag)| hashes(flag)).map(|(at, _)| at).collect();
        let height = |at: usize| flags.get(at).map_or(0, |flag| flag.variants.len()) + 1;
        let (mut pairs, mut cells, mut are) = (Vec::new(), 0, 0);
        for (count, second) in candidates.iter().enumerate() {
            let firsts = candidates.iter().take(count);
            let more: usize = firsts.clone().map(|first| height(*first) * height(*second)).sum();
            if cells + more > MOST_CELLS {
                break;
            }
            are += 1;
            cells += more;
            pairs.extend(firsts.map(|first| Pair {
                flags: [*first, *second],
                width: height(*second),
                cells: vec![0; height(*first) * height(*second)],
            }));
        }
        Self { pairs, could: candidates.len(), are }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Whether a flag is in one of them.
    pub(super) fn has(&self, flag: usize) -> bool {
        self.pairs.iter().any(|pair| pair.flags.contains(&flag))
    }

    /// Counts a part's answers, a column for each flag.
    pub(super) fn add(&mut self, columns: &[Column]) {
        for Pair { flags: [first, second], width, cells } in &mut self.pairs {
            let (Some(first), Some(second)) = (columns.get(*first), columns.get(*second)) else { continue };
            for (row, column) in first.0.iter().zip(&second.0) {
                if let Some(count) = cells.get_mut(usize::from(*row) * *width + usize::from(*column)) {
                    *count += 1;
                }
            }
        }
    }

    /// Both together; of the same flags.
    pub(super) fn merge(mut self, other: &Self) -> Self {
        for (pair, more) in self.pairs.iter_mut().zip(&other.pairs) {
            pair.cells.iter_mut().zip(&more.cells).for_each(|(sum, more)| *sum += more);
        }
        self
    }

    /// The positions of the two flags, and the rows of their table.
    pub(super) fn tables(&self) -> impl Iterator<Item = ([usize; 2], Vec<Vec<u64>>)> {
        self.pairs.iter().map(|pair| (pair.flags, pair.cells.chunks(pair.width).map(<[u64]>::to_vec).collect()))
    }
}

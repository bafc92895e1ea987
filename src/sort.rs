//! Sorting, by one compiled copy of the sort: every type sorted on its own would add five kilobytes to the module.

use std::cmp::Ordering;

/// The positions below `len` in the order that `compare` says; equals keep theirs.
pub(crate) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..len).collect();
    positions.sort_by(|a, b| compare(*a, *b));
    positions
}

/// Sorts by a key that can be had from a position.
pub(crate) fn sorted<T, K: Ord + ?Sized>(items: Vec<T>, key: impl Fn(&T) -> &K) -> Vec<T> {
    let order = order(items.len(), &|a, b| items.get(a).map(&key).cmp(&items.get(b).map(&key)));
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|position| items.get_mut(position)?.take()).collect()
}

/// Positions of equal texts: of every text that has occurred before, the place before and this one.
pub(crate) fn repeats(texts: &[&str]) -> Vec<(usize, usize)> {
    let order = order(texts.len(), &|a, b| texts.get(a).cmp(&texts.get(b)));
    let pair = |pair: &[usize]| match *pair {
        [a, b] if texts.get(a) == texts.get(b) => Some((a, b)),
        _ => None,
    };
    order.windows(2).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_and_keeps_equals_in_order() {
        let sorted = sorted(vec![("b", 1), ("a", 2), ("b", 0)], |pair| pair.0);
        assert_eq!(sorted, [("a", 2), ("b", 1), ("b", 0)]);
    }

    #[test]
    fn finds_repeats() {
        assert_eq!(repeats(&["x", "y", "x", "z", "x"]), [(0, 2), (2, 4)]);
    }
}

//! Sorting, by one compiled copy of the sort: every type sorted on its own would add five kilobytes to the module.

use std::cmp::Ordering;

/// The positions below `len` in the order that `compare` says; equals keep theirs. At most `n log n` comparisons: runs of
/// doubling length are merged, in a buffer as long as the list.
pub(crate) fn order(len: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..len).collect();
    let mut merged = sorted.clone();
    let mut run = 1;
    while run < len {
        for start in (0..len).step_by(2 * run) {
            let (mut left, mut right) = (start, (start + run).min(len));
            let (middle, end) = (right, (start + 2 * run).min(len));
            for place in start..end {
                let (a, b) = (sorted.get(left), sorted.get(right));
                let from_left = match (a, b) {
                    (Some(a), Some(b)) if left < middle && right < end => compare(*a, *b).is_le(),
                    _ => left < middle,
                };
                let next = if from_left { a } else { b };
                if let (Some(place), Some(next)) = (merged.get_mut(place), next) {
                    *place = *next;
                }
                left += usize::from(from_left);
                right += usize::from(!from_left);
            }
        }
        std::mem::swap(&mut sorted, &mut merged);
        run *= 2;
    }
    sorted
}

/// Sorts by a key.
pub(crate) fn sorted<T, K: Ord + ?Sized>(items: Vec<T>, key: impl Fn(&T) -> &K) -> Vec<T> {
    sorted_by(items, |a, b| key(a).cmp(key(b)))
}

pub(crate) fn sorted_by<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let mut sorted = Vec::with_capacity(items.len());
    for position in order {
        sorted.extend(items.get_mut(position).and_then(Option::take));
    }
    sorted
}

/// Positions of equal texts: of every text that has occurred before, the place before and this one.
pub(crate) fn repeats(texts: &[&str]) -> Vec<(usize, usize)> {
    let order = order(texts.len(), &|a, b| texts.get(a).cmp(&texts.get(b)));
    let mut pairs = Vec::new();
    for pair in order.windows(2) {
        if let [a, b] = *pair
            && texts.get(a) == texts.get(b)
        {
            pairs.push((a, b));
        }
    }
    pairs
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
    fn sorts_as_the_standard_library_does() {
        for len in 0..70_usize {
            let items: Vec<(usize, usize)> = (0..len).map(|n| (n * 7919 % 13, n)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            assert_eq!(sorted(items, |item| &item.0), expected, "{len}");
        }
    }

    #[test]
    fn finds_repeats() {
        assert_eq!(repeats(&["x", "y", "x", "z", "x"]), [(0, 2), (2, 4)]);
    }
}

//! Which definitions need which: an order in which everything comes after what it needs, and what can't be in one.

use crate::snapshot::limits;

/// A definition that names another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) to: usize,
    /// Tells the namer's links apart, in the order written.
    pub(crate) ordinal: usize,
}

/// Why a definition can't be used although nothing is wrong with its own text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It needs itself: the ordinal of the first link that leads back, and the way, unless that is too long to show.
    Cycle { ordinal: usize, way: Vec<usize> },
    /// The ordinals of links to what is refused.
    Refused(Vec<usize>),
    /// The chain below it is longer than the limit.
    TooDeep,
}

/// Ways through larger tangles aren't searched for: nobody reads them, and every member would cost a search.
const SHOWN: usize = 100;

/// `sound[n]` tells whether definition `n` has no fault of its own. Answers with the sound definitions in order, and
/// with the faults of those that their links refuse. Linear in definitions and links, but for a search for each member of a small
/// cycle.
pub(crate) fn order(links: &[Vec<Link>], sound: &[bool]) -> (Vec<usize>, Vec<(usize, Fault)>) {
    let components = components(links, sound);
    let mut component_of = vec![usize::MAX; links.len()];
    for (number, members) in components.iter().enumerate() {
        for member in members {
            if let Some(place) = component_of.get_mut(*member) {
                *place = number;
            }
        }
    }
    let same = |a: usize, b: usize| component_of.get(a) == component_of.get(b);
    let mut usable = sound.to_vec();
    let mut length = vec![1_usize; links.len()];
    let (mut order, mut faults) = (Vec::new(), Vec::new());
    for members in &components {
        for &member in members {
            let own = links.get(member).map(Vec::as_slice).unwrap_or_default();
            let refused: Vec<usize> = own
                .iter()
                .filter(|link| !same(link.to, member) && usable.get(link.to) != Some(&true))
                .map(|link| link.ordinal)
                .collect();
            let back = own.iter().find(|link| same(link.to, member));
            let chain = own.iter().filter_map(|link| length.get(link.to)).max().map_or(1, |below| below + 1);
            let fault = if let Some(back) = back {
                let way = if members.len() > SHOWN { Vec::new() } else { way(links, member, back.to, &same) };
                Some(Fault::Cycle { ordinal: back.ordinal, way })
            } else if !refused.is_empty() {
                Some(Fault::Refused(refused))
            } else if chain > limits::CHAIN_DEPTH {
                Some(Fault::TooDeep)
            } else {
                None
            };
            if let Some(place) = length.get_mut(member) {
                *place = chain;
            }
            match fault {
                Some(fault) => {
                    if let Some(place) = usable.get_mut(member) {
                        *place = false;
                    }
                    faults.push((member, fault));
                }
                None => order.push(member),
            }
        }
    }
    (order, faults)
}

/// The shortest way from `from` back to it that begins with the link to `next`, inside one component.
fn way(links: &[Vec<Link>], from: usize, next: usize, same: &impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut came_from = vec![usize::MAX; links.len()];
    let mut queue = std::collections::VecDeque::from([next]);
    while let Some(here) = queue.pop_front() {
        if here == from {
            break;
        }
        for link in links.get(here).into_iter().flatten().filter(|link| same(link.to, from)) {
            if let Some(place) = came_from.get_mut(link.to).filter(|place| **place == usize::MAX && link.to != next) {
                *place = here;
                queue.push_back(link.to);
            }
        }
    }
    let mut way = vec![from];
    let mut here = if next == from { usize::MAX } else { came_from.get(from).copied().unwrap_or(usize::MAX) };
    while here != usize::MAX && way.len() <= links.len() {
        way.push(here);
        here = if here == next { usize::MAX } else { came_from.get(here).copied().unwrap_or(usize::MAX) };
    }
    way.push(from);
    way.reverse();
    way
}

/// The strongly connected components of the sound definitions, each after those that it needs (Tarjan, "Depth-first
/// search and linear graph algorithms", 1972; with a stack of its own, since a chain may be as long as the document).
fn components(links: &[Vec<Link>], sound: &[bool]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut number = vec![NEW; links.len()];
    let mut low = vec![NEW; links.len()];
    let mut waiting = vec![false; links.len()];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..links.len() {
        if sound.get(root) != Some(&true) || number.get(root) != Some(&NEW) {
            continue;
        }
        let mut walk: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, position)) = walk.pop() {
            if position == 0 {
                set(&mut number, node, next);
                set(&mut low, node, next);
                set(&mut waiting, node, true);
                stack.push(node);
                next += 1;
            }
            let link = links.get(node).and_then(|links| links.get(position));
            if let Some(link) = link {
                walk.push((node, position + 1));
                if sound.get(link.to) != Some(&true) {
                    continue;
                }
                if get(&number, link.to) == NEW {
                    walk.push((link.to, 0));
                } else if waiting.get(link.to) == Some(&true) {
                    let lowest = get(&low, node).min(get(&number, link.to));
                    set(&mut low, node, lowest);
                }
                continue;
            }
            if let Some((parent, _)) = walk.last() {
                let lowest = get(&low, *parent).min(get(&low, node));
                set(&mut low, *parent, lowest);
            }
            if get(&low, node) == get(&number, node) {
                let mut members = Vec::new();
                while let Some(member) = stack.pop() {
                    set(&mut waiting, member, false);
                    members.push(member);
                    if member == node {
                        break;
                    }
                }
                found.push(members);
            }
        }
    }
    found
}

fn get(table: &[usize], index: usize) -> usize {
    table.get(index).copied().unwrap_or(usize::MAX)
}

fn set<T>(table: &mut [T], index: usize, value: T) {
    if let Some(place) = table.get_mut(index) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(of: &[&[usize]]) -> Vec<Vec<Link>> {
        let link = |(ordinal, to): (usize, &usize)| Link { to: *to, ordinal };
        of.iter().map(|to| to.iter().enumerate().map(link).collect()).collect()
    }

    #[test]
    fn everything_comes_after_what_it_needs() {
        let (order, faults) = order(&links(&[&[1, 2], &[2], &[], &[0]]), &[true; 4]);
        assert_eq!(order, [2, 1, 0, 3]);
        assert!(faults.is_empty());
    }

    #[test]
    fn cycles_are_named_with_their_way() {
        let (order, mut faults) = order(&links(&[&[1], &[3, 2], &[0], &[], &[0], &[5]]), &[true; 6]);
        faults.sort_by_key(|(member, _)| *member);
        assert_eq!(order, [3]);
        assert_eq!(faults[0], (0, Fault::Cycle { ordinal: 0, way: vec![0, 1, 2, 0] }));
        assert_eq!(faults[1], (1, Fault::Cycle { ordinal: 1, way: vec![1, 2, 0, 1] }));
        assert_eq!(faults[3], (4, Fault::Refused(vec![0])));
        assert_eq!(faults[4], (5, Fault::Cycle { ordinal: 0, way: vec![5, 5] }));
    }

    #[test]
    fn long_chains_end() {
        let chain: Vec<Vec<Link>> =
            (0..70).map(|n| if n == 0 { vec![] } else { vec![Link { to: n - 1, ordinal: 0 }] }).collect();
        let (order, faults) = order(&chain, &[true; 70]);
        assert_eq!(order.len(), 64);
        assert_eq!(faults[0], (64, Fault::TooDeep));
        assert_eq!(faults[1], (65, Fault::Refused(vec![0])));
    }
}

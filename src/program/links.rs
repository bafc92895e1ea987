//! Which definitions need which: an order in which everything comes after what it needs, and what can't be in one.

use crate::snapshot::limits;

/// A definition that names another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) to: usize,
    /// Tells the namer's links apart, in the order written.
    pub(crate) ordinal: usize,
}

/// A definition among those that are put in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Node {
    /// It has no fault of its own.
    pub(crate) sound: bool,
    /// How long the chain is that begins here, for one that was put in order before; its links aren't needed then.
    pub(crate) depth: usize,
    pub(crate) links: Vec<Link>,
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

/// Answers with the sound definitions in order, and with the faults of those that their links refuse. Linear in definitions
/// and links, but for a search for each member of a small cycle.
pub(crate) fn order(nodes: &[Node]) -> (Vec<usize>, Vec<(usize, Fault)>) {
    let components = Components::of(nodes);
    let same = |a: usize, b: usize| components.numbers.get(a) == components.numbers.get(b);
    let mut usable: Vec<bool> = nodes.iter().map(|node| node.sound).collect();
    let mut length: Vec<usize> = nodes.iter().map(|node| node.depth.max(1)).collect();
    let (mut order, mut faults) = (Vec::new(), Vec::new());
    for &member in &components.members {
        let (mut back, mut refused, mut chain) = (None, Vec::new(), get(&length, member));
        for (turn, link) in links(nodes, member).iter().enumerate() {
            let below = get(&length, link.to).saturating_add(1);
            chain = if turn == 0 { below } else { chain.max(below) };
            if same(link.to, member) {
                back = back.or(Some(*link));
            } else if usable.get(link.to) != Some(&true) {
                refused.push(link.ordinal);
            }
        }
        set(&mut length, member, chain);
        let fault = if let Some(Link { to, ordinal }) = back {
            let is_shown = get(&components.sizes, get(&components.numbers, member)) <= SHOWN;
            let way = if is_shown { way(nodes, member, to, &same) } else { Vec::new() };
            Fault::Cycle { ordinal, way }
        } else if !refused.is_empty() {
            Fault::Refused(refused)
        } else if chain > limits::CHAIN_DEPTH {
            Fault::TooDeep
        } else {
            order.push(member);
            continue;
        };
        set(&mut usable, member, false);
        faults.push((member, fault));
    }
    (order, faults)
}

fn links(nodes: &[Node], node: usize) -> &[Link] {
    nodes.get(node).map(|node| node.links.as_slice()).unwrap_or_default()
}

/// The shortest way from `from` back to it that begins with the link to `next`, inside one component.
fn way(nodes: &[Node], from: usize, next: usize, same: &impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut came_from = vec![usize::MAX; nodes.len()];
    let (mut queue, mut turn) = (vec![next], 0);
    while let Some(here) = queue.get(turn).copied() {
        turn += 1;
        if here == from {
            break;
        }
        for link in links(nodes, here).iter().filter(|link| same(link.to, from)) {
            if let Some(place) = came_from.get_mut(link.to).filter(|place| **place == usize::MAX && link.to != next) {
                *place = here;
                queue.push(link.to);
            }
        }
    }
    let mut way = vec![from];
    let mut here = if next == from { usize::MAX } else { came_from.get(from).copied().unwrap_or(usize::MAX) };
    while here != usize::MAX && way.len() <= nodes.len() {
        way.push(here);
        here = if here == next { usize::MAX } else { came_from.get(here).copied().unwrap_or(usize::MAX) };
    }
    way.push(from);
    way.reverse();
    way
}

/// The strongly connected components of the sound definitions.
struct Components {
    /// Those of one component together, each component after those that it needs.
    members: Vec<usize>,
    /// Each definition's component.
    numbers: Vec<usize>,
    sizes: Vec<usize>,
}

/// Neither met nor, of components, complete.
const NEW: usize = usize::MAX;

impl Components {
    /// Tarjan, "Depth-first search and linear graph algorithms", 1972; with a stack of its own, since a chain may be as long
    /// as the document.
    fn of(nodes: &[Node]) -> Self {
        let mut found = Self { members: Vec::new(), numbers: vec![NEW; nodes.len()], sizes: Vec::new() };
        let (mut turns, mut low) = (vec![NEW; nodes.len()], vec![NEW; nodes.len()]);
        let sound = |node: usize| nodes.get(node).is_some_and(|node| node.sound);
        let (mut stack, mut walk, mut next) = (Vec::new(), Vec::new(), 0);
        for root in 0..nodes.len() {
            if sound(root) && get(&turns, root) == NEW {
                walk.push((root, 0));
            }
            while let Some((node, position)) = walk.pop() {
                if position == 0 {
                    set(&mut turns, node, next);
                    set(&mut low, node, next);
                    stack.push(node);
                    next += 1;
                }
                if let Some(link) = links(nodes, node).get(position) {
                    walk.push((node, position + 1));
                    if !sound(link.to) {
                        continue;
                    }
                    if get(&turns, link.to) == NEW {
                        walk.push((link.to, 0));
                    } else if get(&found.numbers, link.to) == NEW {
                        let lowest = get(&low, node).min(get(&turns, link.to));
                        set(&mut low, node, lowest);
                    }
                    continue;
                }
                if let Some((parent, _)) = walk.last() {
                    let lowest = get(&low, *parent).min(get(&low, node));
                    set(&mut low, *parent, lowest);
                }
                if get(&low, node) == get(&turns, node) {
                    found.close(node, &mut stack);
                }
            }
        }
        found
    }

    /// Makes a component of what is on the stack from `root` on.
    fn close(&mut self, root: usize, stack: &mut Vec<usize>) {
        let before = self.members.len();
        while let Some(member) = stack.pop() {
            set(&mut self.numbers, member, self.sizes.len());
            self.members.push(member);
            if member == root {
                break;
            }
        }
        self.sizes.push(self.members.len() - before);
    }
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

    fn nodes(of: &[&[usize]]) -> Vec<Node> {
        let link = |(ordinal, to): (usize, &usize)| Link { to: *to, ordinal };
        let node = |to: &&[usize]| Node { sound: true, depth: 0, links: to.iter().enumerate().map(link).collect() };
        of.iter().map(node).collect()
    }

    #[test]
    fn everything_comes_after_what_it_needs() {
        let (order, faults) = order(&nodes(&[&[1, 2], &[2], &[], &[0]]));
        assert_eq!(order, [2, 1, 0, 3]);
        assert!(faults.is_empty());
    }

    #[test]
    fn cycles_are_named_with_their_way() {
        let (order, mut faults) = order(&nodes(&[&[1], &[3, 2], &[0], &[], &[0], &[5]]));
        faults.sort_by_key(|(member, _)| *member);
        assert_eq!(order, [3]);
        assert_eq!(faults[0], (0, Fault::Cycle { ordinal: 0, way: vec![0, 1, 2, 0] }));
        assert_eq!(faults[1], (1, Fault::Cycle { ordinal: 1, way: vec![1, 2, 0, 1] }));
        assert_eq!(faults[3], (4, Fault::Refused(vec![0])));
        assert_eq!(faults[4], (5, Fault::Cycle { ordinal: 0, way: vec![5, 5] }));
    }

    #[test]
    fn long_chains_end() {
        let before: Vec<[usize; 1]> = (0..70_usize).map(|n| [n.saturating_sub(1)]).collect();
        let chain: Vec<&[usize]> = (0..70).map(|n| if n == 0 { &[] } else { before[n].as_slice() }).collect();
        let (order, faults) = order(&nodes(&chain));
        assert_eq!(order.len(), 64);
        assert_eq!(faults[0], (64, Fault::TooDeep));
        assert_eq!(faults[1], (65, Fault::Refused(vec![0])));
    }

    #[test]
    fn what_was_put_in_order_before_counts_with_its_chain() {
        let mut nodes = nodes(&[&[1], &[]]);
        nodes[1].depth = 63;
        assert_eq!(order(&nodes).0, [1, 0]);
        nodes[1].depth = 64;
        assert_eq!(order(&nodes).1, [(0, Fault::TooDeep)]);
    }
}

//! The picture of a flag's contexts flowing from what they got to what they get: a Sankey diagram as SVG.

use std::fmt::Write as _;

use super::census::WayKind;
use super::report::{FlagCounts, WayReport};
use super::text::what;
use crate::markup::escaped;
use crate::show::{shorten, thousands};

/// What one context of a kind looks like: bands from a node on the left to one on the right.
struct Band {
    left: usize,
    right: usize,
    count: u64,
    moves: bool,
}

/// One variant on one side.
struct Node {
    name: String,
    count: u64,
    /// Its upper end, and how high it is.
    y: f64,
    height: f64,
    /// How much of it the bands that were drawn so far take.
    taken: f64,
}

const WIDTH: f64 = 760.0;
/// Where the nodes of the left side end and those of the right side begin.
const LEFT: f64 = 190.0;
const RIGHT: f64 = WIDTH - LEFT;
const NODE_WIDTH: f64 = 10.0;
/// What all contexts together are high.
const HEIGHT: f64 = 150.0;
/// Of the thinnest band, so that nobody is overlooked.
const THINNEST: f64 = 1.5;
/// From one node to the next at the least, so that two labels don't overlap.
const PITCH: f64 = 24.0;
const GAP: f64 = 12.0;
/// How many variants are drawn on a side: the others are one.
const NODES: usize = 9;
const OTHERS: &str = "others";

/// Draws a flag's ways; `id` tells it from the other pictures of the page.
pub(super) fn svg(counts: &FlagCounts, id: usize) -> String {
    let total: u64 = counts.ways.iter().map(|way| way.count).sum();
    let (left, right) = (names(counts, |way| what(&way.before)), names(counts, |way| what(&way.after)));
    let bands = bands(counts, &left, &right);
    let mut sides = [left, right].map(|names| names.into_iter().map(Node::new).collect::<Vec<_>>());
    let [left, right] = &mut sides;
    for band in &bands {
        let height = height(band.count, total);
        for node in left.get_mut(band.left).into_iter().chain(right.get_mut(band.right)) {
            node.count += band.count;
            node.height += height;
        }
    }
    let bottom = stack(left).max(stack(right));
    let (title, description) = (format!("flow-{id}-title"), format!("flow-{id}-text"));
    let mut svg = format!(
        "<svg class=\"flow\" viewBox=\"0 0 {WIDTH} {bottom:.0}\" role=\"img\" aria-labelledby=\"{title} {description}\">\n\
         <title id=\"{title}\">What contexts got before, on the left, and what they get now, on the right</title>\n\
         <desc id=\"{description}\">{}</desc>\n",
        escaped(&describe(&bands, left, right)),
    );
    for band in &bands {
        let height = height(band.count, total);
        let (Some(from), Some(to)) = (left.get_mut(band.left), right.get_mut(band.right)) else { continue };
        let (y0, y1) = (from.take(height), to.take(height));
        let (x0, x1, middle) = (LEFT, RIGHT, WIDTH / 2.0);
        let class = if band.moves { format!("moves hue{}", band.right % HUES) } else { "stays".to_owned() };
        let _ = writeln!(
            svg,
            "<path class=\"{class}\" d=\"M{x0} {y0:.2}C{middle} {y0:.2} {middle} {y1:.2} {x1} {y1:.2}V{:.2}C{middle} {:.2} {middle} {:.2} {x0} {:.2}Z\"><title>{}</title></path>",
            y1 + height,
            y1 + height,
            y0 + height,
            y0 + height,
            escaped(&format!("{} → {}: {}", from.name, to.name, thousands(band.count))),
        );
    }
    for (nodes, x, anchor, label) in [
        (&*left, LEFT - NODE_WIDTH, "end", LEFT - NODE_WIDTH - 8.0),
        (&*right, RIGHT, "start", RIGHT + NODE_WIDTH + 8.0),
    ] {
        for node in nodes {
            let middle = node.y + node.height / 2.0;
            let (y, height) = (node.y, node.height);
            let _ = writeln!(
                svg,
                "<rect class=\"node\" x=\"{x}\" y=\"{y:.2}\" width=\"{NODE_WIDTH}\" height=\"{height:.2}\"/>\
                 <text x=\"{label}\" y=\"{middle:.2}\" text-anchor=\"{anchor}\" dominant-baseline=\"central\">{} <tspan class=\"count\">{}</tspan></text>",
                escaped(&shorten(&node.name, 16)),
                thousands(node.count),
            );
        }
    }
    svg + "</svg>\n"
}

/// How many colours the bands of those that move have.
const HUES: usize = 6;

impl Node {
    const fn new(name: String) -> Self {
        Self { name, count: 0, y: 0.0, height: 0.0, taken: 0.0 }
    }

    /// The next free place for a band of a height.
    fn take(&mut self, height: f64) -> f64 {
        let y = self.y + self.taken;
        self.taken += height;
        y
    }
}

/// The variants on one side, those of most contexts first; the rare ones of many are one.
fn names(counts: &FlagCounts, side: impl Fn(&WayReport) -> String) -> Vec<String> {
    let mut names: Vec<(String, u64)> = Vec::new();
    for way in &counts.ways {
        let name = side(way);
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += way.count,
            None => names.push((name, way.count)),
        }
    }
    names.sort_by(|(name, count), (other, others)| others.cmp(count).then_with(|| name.cmp(other)));
    let is_many = names.len() > NODES;
    let mut names: Vec<String> = names.into_iter().map(|(name, _)| name).collect();
    if is_many {
        names.truncate(NODES - 1);
        names.push(OTHERS.to_owned());
    }
    names
}

/// The ways put together by variants, and by whether the value is another one: in the order in which they lie.
fn bands(counts: &FlagCounts, left: &[String], right: &[String]) -> Vec<Band> {
    let place = |names: &[String], name: &str| {
        names.iter().position(|known| known == name).unwrap_or_else(|| names.len().saturating_sub(1))
    };
    let mut bands: Vec<Band> = Vec::new();
    for way in &counts.ways {
        let (left, right) = (place(left, &what(&way.before)), place(right, &what(&way.after)));
        let moves = way.kind == WayKind::Moved;
        match bands.iter_mut().find(|band| (band.left, band.right, band.moves) == (left, right, moves)) {
            Some(band) => band.count += way.count,
            None => bands.push(Band { left, right, count: way.count, moves }),
        }
    }
    bands.sort_by_key(|band| (band.left, band.right, band.moves));
    bands
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts as many contexts")]
fn height(count: u64, total: u64) -> f64 {
    (count as f64 / total as f64 * HEIGHT).max(THINNEST)
}

/// Puts the nodes of one side under each other; where they end.
fn stack(nodes: &mut [Node]) -> f64 {
    let mut y = GAP;
    for node in nodes {
        // A thin node stands in the middle of the room of its label.
        let room = node.height.max(PITCH - GAP);
        node.y = y + (room - node.height) / 2.0;
        y += room + GAP;
    }
    y
}

fn describe(bands: &[Band], left: &[Node], right: &[Node]) -> String {
    let name = |nodes: &[Node], at: usize| nodes.get(at).map(|node| node.name.clone()).unwrap_or_default();
    let one = |band: &Band| {
        let state = if band.moves { "" } else { ", unchanged" };
        format!("{} from {} to {}{state}", thousands(band.count), name(left, band.left), name(right, band.right))
    };
    bands.iter().map(one).collect::<Vec<_>>().join("; ")
}

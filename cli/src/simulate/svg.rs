//! Shares over time as a picture: areas on each other, a panel for each flag.
//!
//! Written by hand: a plotting library writes colours into every shape, where this needs classes, so that one file fits pages
//! that are light and pages that are dark.

use std::fmt::Write as _;

use super::dates::{in_full, ticks};
use super::report::{FlagReport, Report};
use super::text::percent;
use crate::markup;
use crate::show::is_odd;

const WIDTH: f64 = 900.0;
/// Of a panel, with its heading and its axis.
const PANEL: f64 = 300.0;
/// Where the areas are in a panel.
const LEFT: f64 = 64.0;
const RIGHT: f64 = WIDTH - 200.0;
const TOP: f64 = 52.0;
const BOTTOM: f64 = PANEL - 48.0;
/// From one label to the next.
const LINE: f64 = 18.0;
const NAME_LENGTH: usize = 15;
const COLOURS: usize = 7;

/// Colours that differ for the colour-blind too, after Okabe and Ito; `rest` is what was there before.
const STYLE: &str = "\
text{font:13px system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif;fill:#1f2328}\
.name{font-size:16px;font-weight:600}.soft{fill:#59636e}.end{text-anchor:end}.middle{text-anchor:middle}\
.paper{fill:#fff}.area{stroke:#fff;stroke-width:1}.grid{stroke:#59636e;stroke-opacity:.25}.axis{stroke:#59636e}\
.rest{fill:#dde2e8}.c0{fill:#0072b2}.c1{fill:#e69f00}.c2{fill:#009e73}.c3{fill:#cc79a7}.c4{fill:#d55e00}.c5{fill:#56b4e9}.c6{fill:#b3a100}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}.paper{fill:#0d1117}.area{stroke:#0d1117}\
.grid{stroke:#9198a1}.axis{stroke:#9198a1}.rest{fill:#2f3742}\
.c0{fill:#4aa8e0}.c1{fill:#f0b440}.c2{fill:#35c99c}.c3{fill:#e3a3c6}.c4{fill:#f08a50}.c5{fill:#8fd0f5}.c6{fill:#ddcc4a}}";

/// The picture of a series.
pub(super) fn draw(report: &Report) -> String {
    let flags = FlagReport::pictured(&report.flags);
    let height = PANEL * real(flags.len()) + 28.0;
    let mut svg = String::new();
    let names = flags.iter().map(|flag| escaped(&flag.flag)).collect::<Vec<_>>().join(", ");
    // Writing into a string never fails.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         role=\"img\" aria-labelledby=\"title desc\">\n<title id=\"title\">Who gets what over time: {names}</title>\n\
         <desc id=\"desc\">{}</desc>\n<style>{STYLE}</style>\n<rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>\n",
        flags.iter().map(|flag| said(flag)).collect::<Vec<_>>().join(" ")
    );
    for (position, flag) in flags.iter().enumerate() {
        panel(flag, PANEL * real(position), &mut svg);
    }
    let series = report.flags.first().map(|flag| flag.series.as_slice()).unwrap_or_default();
    let time = match (series.first(), series.last()) {
        (Some(first), Some(last)) => format!(", {} to {} UTC", in_full(first.at), in_full(last.at)),
        _ => String::new(),
    };
    let foot = format!("{}, revision {}{time}", report.population(), escaped(&report.revision));
    text(LEFT, height - 14.0, "soft", &foot, &mut svg);
    svg.push_str("</svg>\n");
    svg
}

/// What a panel shows, in a sentence.
fn said(flag: &FlagReport) -> String {
    let (Some(first), Some(last)) = (flag.series.first(), flag.series.last()) else { return String::new() };
    let change = |variant: &usize| {
        let shares = flag.shares(*variant);
        let [from, to] = [shares.first(), shares.last()].map(|share| percent(share.copied().unwrap_or_default(), 2));
        let name = escaped(flag.variant(*variant));
        if from == to { format!("{name} {from}") } else { format!("{name} from {from} to {to}") }
    };
    let changes = flag.seen().iter().map(change).collect::<Vec<_>>().join(", ");
    let [from, to] = [first, last].map(|point| in_full(point.at));
    format!("{}, {from} to {to} UTC: {changes}.", escaped(&flag.flag))
}

fn panel(flag: &FlagReport, down: f64, svg: &mut String) {
    let instants: Vec<i64> = flag.series.iter().map(|point| point.at.as_millisecond()).collect();
    let (Some(first), Some(last)) = (instants.first().copied(), instants.last().copied()) else { return };
    let across = |at: i64| LEFT + (RIGHT - LEFT) * since(first, at) / since(first, last).max(1.0);
    let _ = writeln!(svg, "<g transform=\"translate(0 {down})\">");
    text(LEFT, 34.0, "name", &escaped(&flag.flag), svg);
    let xs: Vec<f64> = instants.iter().map(|at| across(*at)).collect();
    let mut below = vec![0.0; instants.len()];
    let mut labels = Vec::new();
    for (variant, class) in stacked(flag) {
        let above: Vec<f64> = below.iter().zip(flag.shares(variant)).map(|(below, share)| below + share).collect();
        let _ = writeln!(svg, "<path class=\"area {class}\" d=\"{}\"/>", area(&xs, &below, &above));
        let (low, high) = (below.last().copied().unwrap_or_default(), above.last().copied().unwrap_or_default());
        labels.push(Label { at: height((low + high) / 2.0), class, name: flag.variant(variant), share: high - low });
        below = above;
    }
    axes(first, last, across, svg);
    write_labels(labels, svg);
    svg.push_str("</g>\n");
}

/// The variants from the bottom up with their colours. What most had at first is grey and on top, so that what is new grows
/// from the ground.
fn stacked(flag: &FlagReport) -> Vec<(usize, String)> {
    let seen = flag.seen();
    let at_first = |variant: &usize| flag.shares(*variant).first().copied().unwrap_or_default();
    let rest = seen.iter().copied().find(|variant| at_first(variant) > 0.5);
    let others = seen.into_iter().filter(|variant| Some(*variant) != rest);
    let others = others.enumerate().map(|(position, variant)| (variant, format!("c{}", position % COLOURS)));
    others.chain(rest.map(|rest| (rest, "rest".to_owned()))).collect()
}

/// The outline of what lies between two lines that go in steps.
fn area(xs: &[f64], below: &[f64], above: &[f64]) -> String {
    let (Some(first), Some(last)) = (xs.first(), xs.last()) else { return String::new() };
    let mut path = format!("M{first:.1} {:.1}", height(above.first().copied().unwrap_or_default()));
    for (x, y) in steps(xs, above) {
        let _ = write!(path, "H{x:.1}V{:.1}", height(y));
    }
    let _ = write!(path, "H{last:.1}V{:.1}", height(below.last().copied().unwrap_or_default()));
    // Back again, each step from its end to its beginning.
    let back: Vec<(f64, f64)> = steps(xs, below);
    let ends = back.iter().map(|(x, _)| x).rev();
    let mut heights: Vec<f64> = below.first().copied().into_iter().chain(back.iter().map(|(_, y)| *y)).collect();
    heights.pop();
    for (x, y) in ends.zip(heights.into_iter().rev()) {
        let _ = write!(path, "H{x:.1}V{:.1}", height(y));
    }
    let _ = write!(path, "H{first:.1}Z");
    path
}

/// Where a line that goes in steps goes up or down, and to what.
fn steps(xs: &[f64], ys: &[f64]) -> Vec<(f64, f64)> {
    let steps = xs.iter().zip(ys).skip(1).zip(ys);
    steps.filter(|((_, y), before)| *y != *before).map(|((x, y), _)| (*x, *y)).collect()
}

fn axes(first: i64, last: i64, across: impl Fn(i64) -> f64, svg: &mut String) {
    for quarter in 0..=4_i32 {
        let y = height(f64::from(quarter) / 4.0);
        let class = if quarter == 0 { "axis" } else { "grid" };
        let _ = writeln!(svg, "<path class=\"{class}\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>");
        text(LEFT - 10.0, y + 4.5, "soft end", &format!("{} %", quarter * 25), svg);
    }
    for tick in ticks(first, last, 9) {
        let x = across(tick.at);
        let _ = writeln!(svg, "<path class=\"axis\" d=\"M{x:.1} {BOTTOM}v5\"/>");
        text(x, BOTTOM + 20.0, "soft middle", &tick.label, svg);
        if let Some(day) = tick.day {
            text(x, BOTTOM + 37.0, "middle", &day, svg);
        }
    }
}

/// What stands beside the end of an area.
struct Label<'a> {
    at: f64,
    class: String,
    name: &'a str,
    share: f64,
}

/// Labels that would stand on each other are moved apart.
fn write_labels(mut labels: Vec<Label<'_>>, svg: &mut String) {
    labels.sort_by(|one, other| one.at.total_cmp(&other.at));
    let mut least = TOP + 4.0;
    for label in &mut labels {
        label.at = label.at.max(least);
        least = label.at + LINE;
    }
    let mut most = BOTTOM - 2.0;
    for label in labels.iter_mut().rev() {
        label.at = label.at.min(most);
        most = label.at - LINE;
    }
    for Label { at, class, name, share } in labels {
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"10\" height=\"10\" rx=\"2\"/>",
            RIGHT + 12.0,
            at - 5.0
        );
        let name = match name.char_indices().nth(NAME_LENGTH) {
            Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
            None => name.to_owned(),
        };
        text(RIGHT + 28.0, at + 4.5, "", &format!("{} {}", escaped(&name), percent(share, 2)), svg);
    }
}

/// `written` is escaped already.
fn text(x: f64, y: f64, class: &str, written: &str, svg: &mut String) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let _ = writeln!(svg, "<text{class} x=\"{x:.1}\" y=\"{y:.1}\">{written}</text>");
}

/// Where a share is in a panel.
fn height(share: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * share.clamp(0.0, 1.0)
}

/// Text as XML writes it; what XML can't have is replaced.
fn escaped(text: &str) -> String {
    let is_outside = |c: char| is_odd(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
    markup::escaped(&text.replace(is_outside, "\u{fffd}"))
}

#[expect(clippy::cast_precision_loss, reason = "instants stay below 2⁵³ milliseconds")]
const fn since(first: i64, at: i64) -> f64 {
    (at - first) as f64
}

#[expect(clippy::cast_precision_loss, reason = "nobody has 2⁵³ flags")]
const fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_goes_forth_above_and_back_below() {
        let path = area(&[0.0, 10.0, 20.0, 30.0], &[0.0, 0.0, 0.5, 0.5], &[0.5, 1.0, 1.0, 1.0]);
        let [top, middle, bottom] = [TOP, (TOP + BOTTOM) / 2.0, BOTTOM].map(|y| format!("{y:.1}"));
        let expected = format!("M0.0 {middle}H10.0V{top}H30.0V{middle}H20.0V{bottom}H0.0Z");
        assert_eq!(path, expected);
    }

    #[test]
    fn labels_are_apart_and_within_their_panel() {
        let label = |at| Label { at, class: String::new(), name: "x", share: 0.1 };
        let mut svg = String::new();
        write_labels([BOTTOM, BOTTOM, TOP, TOP, BOTTOM - 1.0].map(label).into(), &mut svg);
        let ys: Vec<f64> =
            svg.lines().filter_map(|line| line.split("text x=").nth(1)?.split('"').nth(3)?.parse().ok()).collect();
        assert_eq!(ys.len(), 5);
        for pair in ys.windows(2) {
            assert!(pair[1] - pair[0] >= LINE - 0.1, "{ys:?}");
        }
        assert!(ys[0] >= TOP && ys[4] <= BOTTOM + 5.0, "{ys:?}");
    }

    #[test]
    fn names_are_text_and_nothing_else() {
        assert_eq!(escaped("a<b>&\"\u{1b}\u{ffff}é"), "a&lt;b&gt;&amp;&quot;\u{fffd}\u{fffd}é");
    }
}

//! Shares over time for a terminal: a band of rows for each variant.

use std::io::{IsTerminal, Write};

use anyhow::Result;
use unicode_width::UnicodeWidthStr;

use super::dates::in_full;
use super::report::FlagReport;
use super::text::percent;
use crate::host::columns;
use crate::show::{FAINT, STRONG, has_unicode, printable, shorten};

/// Rows of a band.
const HEIGHT: usize = 3;
const NARROWEST: usize = 40;
const WIDEST: usize = 120;
/// Where there is no terminal.
const USUAL: usize = 80;
/// Names are cut at this width.
const NAME_WIDTH: usize = 20;

/// What a chart is drawn with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    /// From empty to full.
    levels: &'static [char],
    side: char,
    corner: char,
    line: char,
    width: usize,
}

impl Pen {
    pub(super) fn for_stdout() -> Self {
        let terminal = std::io::stdout();
        let is_terminal = terminal.is_terminal();
        let columns = if is_terminal { columns(terminal) } else { None };
        let width = columns.map_or(USUAL, |columns| usize::from(columns).clamp(NARROWEST, WIDEST));
        if has_unicode(is_terminal) { Self::unicode(width) } else { Self::ascii(width) }
    }

    const fn unicode(width: usize) -> Self {
        const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        Self { levels: &LEVELS, side: '│', corner: '└', line: '─', width }
    }

    const fn ascii(width: usize) -> Self {
        Self { levels: &[' ', '.', ':', '#'], side: '|', corner: '+', line: '-', width }
    }
}

/// Draws every variant of a flag that anybody ever gets.
pub(super) fn write(flag: &FlagReport, pen: Pen, out: &mut impl Write) -> Result<()> {
    let (Some(first), Some(last)) = (flag.series.first(), flag.series.last()) else { return Ok(()) };
    let variants = flag.seen();
    let names: Vec<String> = variants.iter().map(|at| shorten(&printable(flag.variant(*at)), NAME_WIDTH)).collect();
    let margin = names.iter().map(|name| name.width()).max().unwrap_or_default();
    let columns = pen.width.saturating_sub(margin + "  100.00 % ".len() + 2);
    let instants: Vec<i64> = flag.series.iter().map(|point| point.at.as_millisecond()).collect();
    writeln!(out, "{STRONG}{}{STRONG:#} {FAINT}from 0 to 100 %{FAINT:#}", printable(&flag.flag))?;
    for (variant, name) in variants.into_iter().zip(&names) {
        let shares = flag.shares(variant);
        let shown = sampled(&instants, &shares, columns);
        let share = percent(shares.last().copied().unwrap_or_default(), 2);
        for row in (0..HEIGHT).rev() {
            let band: String = shown.iter().map(|share| level(*share, row, pen.levels)).collect();
            // The name and the last share stand at the foot of the band.
            let (name, share) = if row == 0 { (name.as_str(), share.as_str()) } else { ("", "") };
            let space = " ".repeat(margin - name.width());
            writeln!(out, "{}", format!("{name}{space} {}{band} {share}", pen.side).trim_end())?;
        }
    }
    let line: String = std::iter::repeat_n(pen.line, columns).collect();
    writeln!(out, "{} {}{line}", " ".repeat(margin), pen.corner)?;
    let [from, to] = [first, last].map(|point| in_full(point.at));
    let space = " ".repeat(columns.saturating_sub(from.width() + to.width()).max(2));
    writeln!(out, "{}  {from}{space}{to} UTC", " ".repeat(margin))?;
    Ok(())
}

/// The shares at the middles of so many equal parts of the time: each holds until the next is known.
fn sampled(instants: &[i64], shares: &[f64], columns: usize) -> Vec<f64> {
    let (first, last) = (instants.first().copied().unwrap_or_default(), instants.last().copied().unwrap_or_default());
    let length = i128::from(last) - i128::from(first);
    let sample = |column: usize| {
        let column = i128::try_from(column).unwrap_or_default();
        let middle = i128::from(first) + length * (2 * column + 1) / (2 * i128::try_from(columns).unwrap_or(1));
        let known = instants.partition_point(|at| i128::from(*at) <= middle);
        shares.get(known.saturating_sub(1)).copied().unwrap_or_default()
    };
    (0..columns).map(sample).collect()
}

/// What stands in a row of a band, the lowest being 0. What is there at all is never drawn as nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a few levels"
)]
fn level(share: f64, row: usize, levels: &[char]) -> char {
    let steps = levels.len() - 1;
    let height = (share * (HEIGHT * steps) as f64).round() as usize;
    let height = if share > 0.0 { height.max(1) } else { 0 };
    let step = height.saturating_sub(row * steps).min(steps);
    levels.get(step).copied().unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_fills_its_band_from_the_ground() {
        let band = |share, pen: Pen| (0..HEIGHT).map(|row| level(share, row, pen.levels)).collect::<String>();
        let (unicode, ascii) = (Pen::unicode(80), Pen::ascii(80));
        assert_eq!([0.0, 0.001, 0.5, 1.0].map(|share| band(share, unicode)), ["   ", "▁  ", "█▄ ", "███"]);
        assert_eq!([0.0, 0.001, 0.5, 1.0].map(|share| band(share, ascii)), ["   ", ".  ", "#: ", "###"]);
    }

    #[test]
    fn what_is_known_holds_until_the_next_is() {
        assert_eq!(sampled(&[0, 10, 20, 30], &[0.1, 0.2, 0.3, 0.4], 6), [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]);
        assert_eq!(sampled(&[i64::MIN, i64::MAX], &[0.1, 0.2], 3), [0.1; 3]);
        assert_eq!(sampled(&[5], &[0.7], 2), [0.7, 0.7]);
        assert_eq!(sampled(&[], &[], 1), [0.0]);
    }
}

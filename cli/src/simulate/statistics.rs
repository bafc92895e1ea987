//! The tests of the statistics literature that a simulation makes.
//!
//! Every test here has the hypothesis that nothing is wrong, and answers with a p-value: how often a statistic is at least
//! as large when nothing is.

use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// What a test found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Found {
    /// χ², or the largest distance of Kolmogorov and Smirnov.
    pub(crate) statistic: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) degrees_of_freedom: Option<u32>,
    pub(crate) p_value: f64,
    /// How far from the hypothesis, whatever the number of units: Cohen's w, or Cramér's V; from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) effect: Option<f64>,
}

/// A cell with a smaller expectation makes χ² another distribution than it is taken for (Cochran, 1954).
const LEAST_EXPECTED: f64 = 5.0;

/// Pearson's χ² test of goodness of fit (1900): whether `counts` come from the shares that `weights` stand for. Cells that
/// expect fewer than five are put together. With Cohen's w (1988). `None` where fewer than two cells are left. What has no
/// weight and yet a count has a p-value of 0. Linear in the cells, but for sorting them.
pub(crate) fn goodness_of_fit(counts: &[u64], weights: &[u64]) -> Option<Found> {
    let (total, all) = (real(counts.iter().sum()), real(weights.iter().sum()));
    let mut cells: Vec<(f64, f64)> = Vec::new();
    for (count, weight) in counts.iter().zip(weights) {
        match (count, weight) {
            (0, 0) => {}
            (_, 0) => return Some(impossible()),
            _ => cells.push((real(*weight) / all * total, real(*count))),
        }
    }
    cells.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    while let [first, second, ..] = cells.as_slice()
        && first.0 < LEAST_EXPECTED
    {
        let both = (first.0 + second.0, first.1 + second.1);
        cells.splice(..2, [both]);
        cells.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    }
    if cells.len() < 2 {
        return None;
    }
    let statistic: f64 = cells.iter().map(|(expected, got)| (got - expected).powi(2) / expected).sum();
    chi_squared(statistic, cells.len() - 1, (statistic / total).sqrt())
}

fn impossible() -> Found {
    Found { statistic: f64::INFINITY, degrees_of_freedom: None, p_value: 0.0, effect: None }
}

/// Pearson's χ² test of independence of the rows and columns of a table of counts, with Cramér's V (1946). The smallest rows and
/// columns are put together until every cell expects five. `None` where fewer than two rows or columns are left.
pub(crate) fn independence(table: &[Vec<u64>]) -> Option<Found> {
    let mut table: Vec<Vec<f64>> = table.iter().map(|row| row.iter().map(|count| real(*count)).collect()).collect();
    loop {
        let (rows, columns) = margins(&table);
        let total: f64 = rows.iter().sum();
        let (least_row, least_column) = (least(&rows)?, least(&columns)?);
        if rows.len() < 2 || columns.len() < 2 {
            return None;
        }
        let smallest =
            [(&rows, least_row), (&columns, least_column)].map(|(sums, at)| sums.get(at).copied().unwrap_or(0.0));
        if smallest.iter().product::<f64>() >= LEAST_EXPECTED * total {
            let expected = rows.iter().flat_map(|row| columns.iter().map(move |column| row * column / total));
            let statistic: f64 =
                table.iter().flatten().zip(expected).map(|(got, expected)| (got - expected).powi(2) / expected).sum();
            let freedom = (rows.len() - 1) * (columns.len() - 1);
            let narrow = rows.len().min(columns.len()) - 1;
            let narrow = real(u64::try_from(narrow).unwrap_or(u64::MAX));
            return chi_squared(statistic, freedom, (statistic / total / narrow).sqrt());
        }
        // What nobody is in has nothing to say, however the table is cut.
        if smallest.first() <= smallest.last() {
            table = without(table, least_row);
        } else {
            table = transposed(&without(transposed(&table), least_column));
        }
    }
}

fn margins(table: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let rows = table.iter().map(|row| row.iter().sum()).collect();
    let columns = transposed(table).iter().map(|column| column.iter().sum()).collect();
    (rows, columns)
}

fn least(sums: &[f64]) -> Option<usize> {
    (0..sums.len())
        .min_by(|one, other| f64::total_cmp(sums.get(*one).unwrap_or(&0.0), sums.get(*other).unwrap_or(&0.0)))
}

fn transposed(table: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let width = table.first().map_or(0, Vec::len);
    (0..width).map(|at| table.iter().filter_map(|row| row.get(at).copied()).collect()).collect()
}

/// The table with one of its rows put to the smallest of the others.
fn without(mut table: Vec<Vec<f64>>, at: usize) -> Vec<Vec<f64>> {
    let row = table.remove(at);
    let (rows, _) = margins(&table);
    if let Some(other) = least(&rows).and_then(|other| table.get_mut(other)) {
        other.iter_mut().zip(row).for_each(|(sum, more)| *sum += more);
    }
    table
}

fn chi_squared(statistic: f64, freedom: usize, effect: f64) -> Option<Found> {
    let freedom = u32::try_from(freedom).ok()?;
    let distribution = ChiSquared::new(f64::from(freedom)).ok()?;
    Some(Found {
        statistic,
        degrees_of_freedom: Some(freedom),
        p_value: distribution.sf(statistic),
        effect: Some(effect),
    })
}

/// The test of Kolmogorov (1933) and Smirnov (1948): whether buckets are spread evenly, `counts` being how many fell into each.
/// Buckets are many and units may be few, so the limit of the distribution is used; ties make it err on the quiet side.
/// `None` where there are no units. Linear in the buckets.
pub(crate) fn evenness(counts: &[u32]) -> Option<Found> {
    let total: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let buckets = u64::try_from(counts.len()).ok()?;
    if total == 0 {
        return None;
    }
    let (mut below, mut distance) = (0_u64, 0.0_f64);
    // Between two buckets that have units it is largest at one of them.
    for (bucket, count) in (0..).zip(counts).filter(|(_, count)| **count > 0) {
        let share = |bucket: u64| real(bucket) / real(buckets);
        distance = distance.max((real(below) / real(total) - share(bucket)).abs());
        below += u64::from(*count);
        distance = distance.max((real(below) / real(total) - share(bucket + 1)).abs());
    }
    let p_value = kolmogorov(distance * real(total).sqrt());
    Some(Found { statistic: distance, degrees_of_freedom: None, p_value, effect: None })
}

/// How often √n times the distance is larger than `x`, in the limit: 2 Σ (−1)^(k−1) exp(−2 k² x²), or for small `x` the same by
/// Jacobi's identity, where that converges in a few terms.
fn kolmogorov(x: f64) -> f64 {
    let terms = (1..=20_i32).map(f64::from);
    if x < 0.2 {
        // The identity's first term is below 10⁻¹² there.
        return 1.0;
    }
    if x < 1.0 {
        let exponent = |k: f64| -((2.0 * k - 1.0) * std::f64::consts::PI / x).powi(2) / 8.0;
        let sum: f64 = terms.map(|k| exponent(k).exp()).sum();
        return 1.0 - (2.0 * std::f64::consts::PI).sqrt() / x * sum;
    }
    let sum: f64 = terms.map(|k| (-2.0 * (k * x).powi(2)).exp() * if k % 2.0 == 0.0 { -1.0 } else { 1.0 }).sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

/// Holm's correction (1979): the p-values as they count when so many are looked at, in the same order. That one of them is below
/// `a` happens, when nothing is wrong anywhere, at most with the probability `a`, however the tests hang together.
pub(crate) fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<(usize, f64)> = p_values.iter().copied().enumerate().collect();
    order.sort_by(|(_, one), (_, other)| one.total_cmp(other));
    let mut left = real(u64::try_from(p_values.len()).unwrap_or(u64::MAX));
    let mut corrected = 0.0_f64;
    for (_, p_value) in &mut order {
        corrected = corrected.max((*p_value * left).min(1.0));
        *p_value = corrected;
        left -= 1.0;
    }
    order.sort_by_key(|(position, _)| *position);
    order.into_iter().map(|(_, p_value)| p_value).collect()
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts to 2⁵³")]
pub(crate) const fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= expected.abs() * 1e-9, "{found} is not {expected}");
    }

    /// `python3 -c "from scipy.stats import chi2; print(chi2.sf(3.841458820694124, 1))"` and so on, with scipy 1.17.1; the
    /// first is the 0.05 of every printed table.
    #[test]
    fn the_chi_squared_distribution_is_the_published_one() {
        for (statistic, freedom, p_value) in [
            (3.841_458_820_694_124, 1, 0.05),
            (0.5, 1, 0.479_500_122_186_953_37),
            (18.307, 10, 0.050_000_589_091_398_12),
            (100.0, 50, 3.454_931_382_984_871e-5),
            (0.001, 2, 0.999_500_124_979_169_3),
            (700.0, 100, 8.658_230_861_323_775e-91),
            (50.0, 1, 1.537_459_794_428_033e-12),
            (1e-9, 3, 0.999_999_999_999_991_6),
        ] {
            close(chi_squared(statistic, freedom, 0.0).unwrap().p_value, p_value);
        }
    }

    /// `scipy.stats.kstwobign.sf(x)` with scipy 1.17.1.
    #[test]
    fn the_kolmogorov_distribution_is_the_published_one() {
        for (x, p_value) in [
            (0.1, 1.0),
            (0.2, 0.999_999_999_999_495),
            (0.5, 0.963_945_243_664_875_1),
            (0.827_573_555_189_907_7, 0.5),
            (1.0, 0.269_999_671_677_354_56),
            (1.358_098_639_322_550_5, 0.05),
            (2.0, 0.000_670_925_255_779_695_3),
            (3.5, 4.579_469_691_291_106e-11),
        ] {
            close(kolmogorov(x), p_value);
        }
    }

    /// `scipy.stats.chisquare([44, 56, 107, 93], [60, 60, 90, 90])` with scipy 1.17.1.
    #[test]
    fn goodness_of_fit_is_pearson_s() {
        let found = goodness_of_fit(&[44, 56, 107, 93], &[2, 2, 3, 3]).unwrap();
        close(found.statistic, 7.844_444_444_444_444);
        close(found.p_value, 0.049_338_381_557_007_344);
        assert_eq!(found.degrees_of_freedom, Some(3));
        close(found.effect.unwrap(), (7.844_444_444_444_444_f64 / 300.0).sqrt());
    }

    #[test]
    fn small_cells_are_put_together_and_what_cannot_be_is_said() {
        // 1, 2 and 97 of a hundred: the first two expect 3 together, and so join the last.
        assert_eq!(goodness_of_fit(&[1, 2, 97], &[1, 2, 97]), None);
        let found = goodness_of_fit(&[10, 20, 970], &[1, 2, 97]).unwrap();
        assert_eq!((found.degrees_of_freedom, found.statistic, found.p_value), (Some(2), 0.0, 1.0));
        let found = goodness_of_fit(&[4, 20, 976], &[4, 20, 976]).unwrap();
        assert_eq!(found.degrees_of_freedom, Some(1));
        assert_eq!(goodness_of_fit(&[0, 500], &[0, 1]), None);
        assert_eq!(goodness_of_fit(&[1, 500], &[0, 1]).unwrap().p_value, 0.0);
        assert_eq!(goodness_of_fit(&[], &[]), None);
        assert_eq!(goodness_of_fit(&[0, 0], &[1, 1]), None);
    }

    /// `scipy.stats.chi2_contingency([[10,20,30],[6,9,17],[22,31,5]], correction=False)` and
    /// `scipy.stats.contingency.association(…, method="cramer")` with scipy 1.17.1.
    #[test]
    fn independence_is_pearson_s() {
        let table = [vec![10, 20, 30], vec![6, 9, 17], vec![22, 31, 5]];
        let found = independence(&table).unwrap();
        close(found.statistic, 28.941_333_356_601_05);
        close(found.p_value, 8.034_860_505_925_055e-6);
        close(found.effect.unwrap(), 0.310_597_989_672_615_6);
        assert_eq!(found.degrees_of_freedom, Some(4));
    }

    #[test]
    fn empty_and_small_rows_and_columns_are_put_together() {
        let table = [vec![0, 0, 0, 0], vec![10, 20, 0, 30], vec![6, 9, 0, 17], vec![22, 31, 0, 5], vec![0, 0, 0, 0]];
        assert_eq!(independence(&table), independence(&[vec![10, 20, 30], vec![6, 9, 17], vec![22, 31, 5]]));
        let found = independence(&[vec![100, 50], vec![50, 100], vec![1, 1]]).unwrap();
        assert_eq!(found, independence(&[vec![100, 50], vec![51, 101]]).unwrap());
        assert_eq!(independence(&[vec![100, 200]]), None);
        assert_eq!(independence(&[vec![1000, 0], vec![2, 0]]), None);
        assert_eq!(independence(&[vec![1, 1], vec![1, 1]]), None);
        assert_eq!(independence(&[]), None);
    }

    #[test]
    fn the_same_twice_is_no_independence() {
        let found = independence(&[vec![500, 0], vec![0, 500]]).unwrap();
        close(found.effect.unwrap(), 1.0);
        assert!(found.p_value < 1e-200);
    }

    /// `scipy.stats.ks_1samp` of a continuous sample has the same distance; the sample here is eight units in four buckets.
    #[test]
    fn evenness_is_the_largest_distance_from_the_diagonal() {
        let found = evenness(&[4, 2, 1, 1]).unwrap();
        assert_eq!((found.statistic, found.p_value), (0.25, kolmogorov(0.25 * 8_f64.sqrt())));
        assert_eq!(evenness(&[7; 100]).unwrap().p_value, 1.0);
        assert_eq!(evenness(&[0; 5]), None);
    }

    /// The example of `p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")` in R: 0.03, 0.06, 0.06, 0.02.
    #[test]
    fn holm_s_correction_keeps_the_order() {
        let corrected = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in corrected.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            close(*found, expected);
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert_eq!(holm(&[]), [0.0; 0]);
    }
}

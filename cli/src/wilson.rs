//! The interval of a share that was found in a sample.

/// The 97.5th percentile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's interval (1927) of a share: it has the share that the units are drawn with in 95 of 100 cases. No units may have
/// any share.
#[expect(clippy::cast_precision_loss, reason = "nobody counts to 2⁵³")]
pub(crate) fn wilson(count: u64, total: u64) -> [f64; 2] {
    if total == 0 {
        return [0.0, 1.0];
    }
    let n = total as f64;
    let share = count as f64 / n;
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let low = if count == 0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if count == total { 1.0 } else { (middle + half).min(1.0) };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= expected.abs() * 1e-9, "{found} is not {expected}");
    }

    /// `scipy.stats.binomtest(k, n).proportion_ci(method="wilson")` with scipy 1.17.1.
    #[test]
    fn intervals_are_wilson_s() {
        for (count, total, low, high) in [
            (0, 10, 0.0, 0.277_532_799_862_889_26),
            (5, 10, 0.236_593_090_512_564, 0.763_406_909_487_436_1),
            (10, 10, 0.722_467_200_137_110_7, 1.0),
            (2_512, 10_000, 0.242_796_205_395_592_85, 0.259_794_872_193_655_8),
            (1, 3, 0.061_491_944_720_396_26, 0.792_340_399_197_952_3),
        ] {
            let [found_low, found_high] = wilson(count, total);
            close(found_low, low);
            close(found_high, high);
        }
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
    }
}

// The logarithm of the gamma function, as far as the sequential test needs it.

/** ½ ln 2π. */
const HALF_LN_2PI = 0.9189385332046727;

/** From here on six terms of the series are as good as a double. */
const FAR = 8;

/**
 * ln Γ(x) for x > 0: Stirling's series (NIST's DLMF, 5.11.1) from 8 on, and below that the recurrence Γ(x + 1) = x Γ(x). The
 * series is cut after the term of x⁻¹¹, so its error stays below the next one, 2·10⁻¹⁴ at 8; with rounding the whole is
 * within 10⁻¹³, or 4·10⁻¹⁶ of the result where that is more.
 */
export function lnGamma(x: number): number {
  let far = x;
  let below = 1;
  for (; far < FAR; far++) below *= far;
  const r = 1 / far;
  const s = r * r;
  const series =
    r * (1 / 12 + s * (-1 / 360 + s * (1 / 1260 + s * (-1 / 1680 + s * (1 / 1188 + s * (-691 / 360360))))));
  return (far - 0.5) * Math.log(far) - far + HALF_LN_2PI + series - Math.log(below);
}

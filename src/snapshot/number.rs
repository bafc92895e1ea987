//! Decimal text to the nearest double, ties to even, as ECMAScript and IEEE 754 have it.
//!
//! The standard library does the same with ten kilobytes of powers of five, which don't compress: a fifth of the module
//! for the few numbers that aren't short. Short ones take the exact route (Clinger, "How to Read Floating Point Numbers
//! Accurately", 1990); the rest are divided or multiplied out in integers of any length. `tests/json.rs` holds the
//! result against the standard library's, bit by bit.

/// More digits than this can't change which double is nearest; that there are more can.
const DIGITS: usize = 800;

/// Reads a number that JSON's grammar allows; `None` beyond the doubles. Linear in the text.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = Vec::new();
    let mut dropped = 0_i64;
    let mut sticky = false;
    for digit in whole.bytes().chain(fraction.bytes()).map(|byte| byte - b'0') {
        if digits.len() < DIGITS {
            // Leading zeros aren't digits of the number.
            if digit > 0 || !digits.is_empty() {
                digits.push(digit);
            }
        } else {
            dropped += 1;
            sticky |= digit > 0;
        }
    }
    let places = i64::try_from(fraction.len()).ok()?;
    let value = nearest(&digits, exponent_of(exponent) - places + dropped, sticky);
    value.is_finite().then_some(if negative { -value } else { value })
}

/// Far beyond what any text of a document's length could bring back to the doubles.
fn exponent_of(text: &str) -> i64 {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let read = |value: i64, digit: u8| (value * 10 + i64::from(digit - b'0')).min(1 << 40);
    let value = digits.bytes().fold(0, read);
    if negative { -value } else { value }
}

/// The double nearest to `digits × 10^exponent`; `sticky` when there is a little more.
#[expect(clippy::cast_precision_loss, reason = "exact below 2⁵³")]
fn nearest(digits: &[u8], exponent: i64, sticky: bool) -> f64 {
    let count = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    if digits.is_empty() || count + exponent < -330 {
        return 0.0;
    }
    if count + exponent > 310 {
        return f64::INFINITY;
    }
    if count <= 15 && (-22..=22).contains(&exponent) && !sticky {
        // Both are exact doubles, so the one operation rounds once.
        let value = digits.iter().fold(0_u64, |value, digit| value * 10 + u64::from(*digit)) as f64;
        let power = (0..exponent.abs()).fold(1.0, |power: f64, _| power * 10.0);
        return if exponent < 0 { value / power } else { value * power };
    }
    let mut number = Natural::default();
    for digit in digits {
        number.multiply_add(10, u32::from(*digit));
    }
    let mut binary = 0;
    let mut sticky = sticky;
    if exponent >= 0 {
        (0..exponent).for_each(|_| number.multiply_add(10, 0));
    } else {
        // 64 bits and more are left after the division: ten to the n is below two to the 4n.
        let shift = usize::try_from(exponent.unsigned_abs() * 4 / 32 + 4).unwrap_or(0);
        number.shift_words(shift);
        binary = -32 * i64::try_from(shift).unwrap_or(0);
        (exponent..0).for_each(|_| sticky |= number.divide(10) > 0);
    }
    number.round(binary, sticky)
}

/// An integer of any length, its words from the lowest to the highest.
#[derive(Default)]
struct Natural {
    words: Vec<u32>,
}

impl Natural {
    #[expect(clippy::cast_possible_truncation, reason = "the low and the high half of 64 bits")]
    fn multiply_add(&mut self, factor: u32, mut carry: u32) {
        for word in &mut self.words {
            let product = u64::from(*word) * u64::from(factor) + u64::from(carry);
            *word = product as u32;
            carry = (product >> 32) as u32;
        }
        if carry > 0 {
            self.words.push(carry);
        }
    }

    fn shift_words(&mut self, count: usize) {
        let mut words = vec![0; count];
        words.append(&mut self.words);
        self.words = words;
    }

    /// Divides and answers with the remainder.
    #[expect(clippy::cast_possible_truncation, reason = "a quotient by one word and a remainder fit one")]
    fn divide(&mut self, divisor: u32) -> u32 {
        let mut remainder = 0_u64;
        for word in self.words.iter_mut().rev() {
            let dividend = remainder << 32 | u64::from(*word);
            *word = (dividend / u64::from(divisor)) as u32;
            remainder = dividend % u64::from(divisor);
        }
        remainder as u32
    }

    /// The double nearest to this integer times `2^exponent`.
    #[expect(clippy::cast_precision_loss, reason = "it is rounded to 53 bits before")]
    fn round(&self, exponent: i64, mut sticky: bool) -> f64 {
        let Some(top) = self.words.iter().rposition(|word| *word > 0) else { return 0.0 };
        let word = |back: usize| top.checked_sub(back).and_then(|index| self.words.get(index)).copied().unwrap_or(0);
        sticky |= self.words.iter().take(top.saturating_sub(2)).any(|word| *word > 0);
        let bits = u128::from(word(0)) << 96 | u128::from(word(1)) << 64 | u128::from(word(2)) << 32;
        let shift = bits.leading_zeros();
        let bits = bits << shift;
        // The number is `bits × 2^exponent` now, with the highest bit of `bits` set.
        let exponent = exponent + 32 * i64::try_from(top).unwrap_or(0) - 96 - i64::from(shift);
        // The lowest bit that a double of this size has; smaller doubles have fewer.
        let lowest = (exponent + 128 - 53).max(-1074);
        let drop = u32::try_from(lowest - exponent).unwrap_or(u32::MAX);
        if drop > 128 {
            return 0.0;
        }
        let kept = bits.checked_shr(drop).unwrap_or(0);
        let half = 1_u128 << (drop - 1);
        let rest = bits & (half | (half - 1));
        let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
        let mantissa = (kept + u128::from(up)) as f64;
        // In two steps, since two to the −1074 times two to the 52 has no factor of its own among the doubles.
        power_of_two(lowest - lowest / 2) * (mantissa * power_of_two(lowest / 2))
    }
}

/// Two to a power between −1022 and 1023.
fn power_of_two(exponent: i64) -> f64 {
    u64::try_from(exponent + 1023).map_or(0.0, |biased| f64::from_bits(biased << 52))
}

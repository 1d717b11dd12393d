//! Formats at the corners of what a format can be, of every width.

use halfulp::{Facts, Format, Nans, Overflow, Sign};

/// For every width from 2 to 64, every kind of sign and the least, middle and largest precisions: each kind of NaNs and of what
/// lies past the largest value, with and without zero; of one quantum at that of integers and at fractions.
pub fn corner_formats() -> Vec<Format> {
    let mut list: Vec<Format> = Vec::new();
    for width in 2..=64 {
        for sign in [Sign::SignMagnitude, Sign::Unsigned, Sign::TwosComplement] {
            let bits = width - u32::from(sign == Sign::SignMagnitude);
            let mut precisions =
                vec![1, 2, 3, bits / 2, bits.saturating_sub(8), bits.saturating_sub(1), bits];
            precisions.extend([bits.min(53), bits.min(53).saturating_sub(1)]);
            precisions.sort_unstable();
            precisions.dedup();
            for precision in precisions.into_iter().filter(|&p| p >= 1) {
                for facts in of(width, precision, sign) {
                    list.extend(Format::new(facts).ok());
                }
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    list.retain(|format| seen.insert(*format));
    list
}

/// Facts of a width, precision and kind of sign, some of which are no format.
fn of(width: u32, precision: u32, sign: Sign) -> Vec<Facts> {
    let binade = 1u64.checked_shl(precision - 1).unwrap_or(0);
    let bits = width - u32::from(sign == Sign::SignMagnitude);
    let middle = (1i32 << (bits + 1).saturating_sub(precision).clamp(1, 20)) / 2 - 1;
    // The kinds of NaNs: none, one, IEEE 754's, more than a binade; of biases: the usual, integers', and one of halves.
    let nans = [
        Nans::None,
        Nans::NegativeZero,
        Nans::Top(1),
        Nans::Top(binade.saturating_sub(1)),
        Nans::Top(binade + 1),
    ];
    let overflows = [Overflow::Infinity, Overflow::Nan, Overflow::Largest];
    let mut list = Vec::new();
    for bias in [middle, 2 - width as i32, 4 - width as i32] {
        for nans in nans {
            for overflow in overflows {
                for subnormals in [true, false] {
                    list.push(Facts { width, precision, bias, sign, nans, overflow, subnormals });
                }
            }
        }
    }
    list
}

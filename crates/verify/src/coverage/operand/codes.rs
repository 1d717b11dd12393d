//! Codes of a format that stand for something.

use halfulp::{Code, Exact, Format};

/// NaN codes of a sign that are told apart one by one.
pub const NANS: u64 = 4;

/// The magnitude code of the smallest normal number.
pub fn first_normal(format: &Format) -> u64 {
    match format.has_zero() {
        false => 0,
        true if format.tiny_below() != format.emin() => 1,
        true => 1 << (format.precision() - 1),
    }
}

/// Place of a nonzero number among the kinds of operands.
pub fn number_kind(format: &Format, x: Exact, magnitude: u64) -> usize {
    let normal = first_normal(format);
    let is_one = x.leading_exponent() == 0 && x.significand.is_power_of_two();
    match magnitude {
        _ if is_one => 6,
        1 if normal > 1 => 1,
        m if m + 1 == normal => 3,
        m if m < normal => 2,
        m if m == format.largest_magnitude(x.negative) => 7,
        m if m == normal => 4,
        _ => 5,
    }
}

/// The number of NaN codes of a sign.
pub fn nan_codes(format: &Format, negative: bool) -> u64 {
    let Some(nan) = format.nan() else { return 0 };
    let magnitude = format.split(nan).1;
    if magnitude == 0 {
        return 1;
    }
    // NaNs are the last codes, after an infinity if there is one.
    let first = format.largest_magnitude(negative) + 1 + u64::from(format.infinity(false).is_some());
    top(format) - first + 1
}

/// The place of a NaN among those of its sign; past four it does not matter.
pub fn nan_place(format: &Format, magnitude: u64) -> u64 {
    let first = format.largest_magnitude(false) + 1 + u64::from(format.infinity(false).is_some());
    if magnitude == 0 { 0 } else { (magnitude - first).min(NANS - 1) }
}

/// The largest magnitude code.
fn top(format: &Format) -> u64 {
    format.split(format.code_mask() & !(if format.is_signed() { format.top_bit() } else { 0 })).1
}

/// Codes of which every class and kind has one: all codes of a narrow format, the ends of all ranges of a wide one.
pub fn probes(format: &Format) -> Vec<Code> {
    if format.width() <= 16 {
        return (0..=format.code_mask()).collect();
    }
    let (normal, largest) = (first_normal(format), format.largest_magnitude(false));
    let one = (format.precision() - 1 < 64)
        .then(|| (normal.max(1) as i128) + (i128::from(-format.emin()) << (format.precision() - 1)));
    let canonical = format.nan().map(|nan| format.split(nan).1);
    let around = [0, normal, largest, top(format)].into_iter().chain(canonical);
    let mut magnitudes: Vec<u64> =
        around.flat_map(|m| [m.wrapping_sub(1), m, m.wrapping_add(1), m.wrapping_add(2)]).collect();
    magnitudes.extend(one.and_then(|one| u64::try_from(one).ok()));
    magnitudes.push(1);
    magnitudes.retain(|m| *m <= top(format).max(format.largest_magnitude(true)));
    magnitudes.sort_unstable();
    magnitudes.dedup();
    let both = |m: u64| {
        let negative = format.is_signed().then(|| {
            let code = format.encode(true, m);
            // Minus zero where it is the NaN.
            if m == 0 && !format.has_negative_zero() { format.top_bit() } else { code }
        });
        let positive = (m <= top(format)).then(|| format.encode(false, m));
        positive.into_iter().chain(negative)
    };
    magnitudes.into_iter().flat_map(both).collect()
}
